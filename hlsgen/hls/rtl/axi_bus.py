"""The bus of an AXI4 master, as modules of their own: channels take turns, answers go to the one that asked."""

from __future__ import annotations

# The ports of the ones that ask.
_BURSTS = """\
    input wire clk,
    input wire rst_n,
    input wire [64*N-1:0] burst_address,
    input wire [8*N-1:0] burst_length,
    input wire [N-1:0] burst_valid,
    output wire [N-1:0] burst_ready,
"""

# Whose burst is next, from `turn` on, and its address on Ax (ar or aw): one that is asked for stands until it is taken.
_TURNS = """\
    localparam WHO = N > 1 ? $clog2(N) : 1;

    reg [WHO-1:0] turn;
    reg [WHO-1:0] pick;
    integer k;
    always @* begin  // the first that wants, from `turn` on
        pick = {WHO{1'b0}};
        for (k = N - 1; k >= 0; k = k - 1) if (burst_valid[k]) pick = k[WHO-1:0];
        for (k = N - 1; k >= 0; k = k - 1) if (burst_valid[k] && k[WHO-1:0] >= turn) pick = k[WHO-1:0];
    end
    wire order_ready;
    wire grant = |burst_valid && order_ready && MAY(!Axvalid || Axready);
    assign burst_ready = grant ? {{N - 1{1'b0}}, 1'b1} << pick : {N{1'b0}};
    always @(posedge clk)
        if (!rst_n) begin
            turn <= {WHO{1'b0}};
            Axvalid <= 1'b0;
        end else begin
            if (grant) turn <= pick == N[WHO-1:0] - 1'b1 ? {WHO{1'b0}} : pick + 1'b1;
            Axvalid <= grant || (Axvalid && !Axready);
        end
    always @(posedge clk)
        if (grant) begin
            Axaddr <= burst_address[64*pick +: 64];
            Axlen <= burst_length[8*pick +: 8];
        end

"""

# Answers come in the order of the bursts: whose is the one in front.
_OWNER = """\
    wire [WHO-1:0] owner;
    wire owner_valid;
    hlsgen_fifo #(.WIDTH(WHO), .DEPTH(OUTSTANDING)) order (
        .clk(clk), .rst_n(rst_n), .wr_data(pick), .wr_valid(grant), .wr_ready(order_ready),
        .rd_data(owner), .rd_valid(owner_valid), .rd_ready(DONE)
    );
"""


def _turns(channel: str, may: str = "") -> str:
    """may: what a burst waits for besides."""
    return _TURNS.replace("Ax", channel).replace("MAY", may)


def _owner(done: str) -> str:
    """done: the last of an answer is here."""
    return _OWNER.replace("DONE", done)


AXI_READ_BUS_TEXT = (
    """\
// The read side of an AXI4 master: bursts of N readers by turns, what comes back to the one that asked.
module hlsgen_axi_read_bus #(
    parameter N = 1,
    parameter OUTSTANDING = 16
) (
"""
    + _BURSTS
    + """\
    output wire [N-1:0] beat_valid,
    output reg [63:0] araddr,
    output reg [7:0] arlen,
    output reg arvalid,
    input wire arready,
    input wire rvalid,
    input wire rlast
);
"""
    + _turns("ar")
    + _owner("rvalid && rlast")
    + """\
    assign beat_valid = rvalid && owner_valid ? {{N - 1{1'b0}}, 1'b1} << owner : {N{1'b0}};
endmodule
"""
)

AXI_WRITE_BUS_TEXT = (
    """\
// The write side of an AXI4 master: bursts of N writers by turns; each is told when one of its bursts has arrived.
module hlsgen_axi_write_bus #(
    parameter N = 1,
    parameter BUS = 4,
    parameter OUTSTANDING = 16
) (
"""
    + _BURSTS
    + """\
    input wire [8*BUS*N-1:0] beat_data,
    input wire [BUS*N-1:0] beat_strobe,
    input wire [N-1:0] beat_valid,
    output wire [N-1:0] beat_ready,
    output wire [N-1:0] written,
    output reg [63:0] awaddr,
    output reg [7:0] awlen,
    output reg awvalid,
    input wire awready,
    output wire [8*BUS-1:0] wdata,
    output wire [BUS-1:0] wstrb,
    output wire wlast,
    output wire wvalid,
    input wire wready,
    input wire bvalid
);
    wire data_ready;
"""
    + _turns("aw", may="data_ready && ")
    + """\
    // data follows in the order of the addresses
    wire [WHO+7:0] sending;
    wire sending_valid;
    wire [WHO-1:0] sender = sending[WHO+7:8];
    wire out_ready;
    reg [7:0] sent;
    wire give = sending_valid && beat_valid[sender] && out_ready;
    wire last = sent == sending[7:0];
    hlsgen_fifo #(.WIDTH(WHO + 8), .DEPTH(4)) senders (
        .clk(clk), .rst_n(rst_n), .wr_data({pick, burst_length[8*pick +: 8]}), .wr_valid(grant), .wr_ready(data_ready),
        .rd_data(sending), .rd_valid(sending_valid), .rd_ready(give && last)
    );
    assign beat_ready = give ? {{N - 1{1'b0}}, 1'b1} << sender : {N{1'b0}};
    always @(posedge clk) if (!rst_n) sent <= 8'd0; else if (give) sent <= last ? 8'd0 : sent + 8'd1;
    hlsgen_fifo #(.WIDTH(9 * BUS + 1), .DEPTH(2)) out_slice (
        .clk(clk), .rst_n(rst_n),
        .wr_data({last, beat_strobe[BUS*sender +: BUS], beat_data[8*BUS*sender +: 8*BUS]}), .wr_valid(give),
        .wr_ready(out_ready), .rd_data({wlast, wstrb, wdata}), .rd_valid(wvalid), .rd_ready(wready)
    );

"""
    + _owner("bvalid")
    + """\
    assign written = bvalid && owner_valid ? {{N - 1{1'b0}}, 1'b1} << owner : {N{1'b0}};
endmodule
"""
)
