"""The FIFO between processes, as a module of its own that every design carries.

First word falls through: `rd_data` is valid with `rd_valid`. Neither `wr_ready` nor `rd_valid` depends on the other
side in the same cycle, so no combinational path crosses a FIFO; two words give full throughput.
"""

from __future__ import annotations

FIFO_MODULE = "hlsgen_fifo"

FIFO_TEXT = """\
// FIFO of DEPTH words, first word falls through, no combinational path from one side to the other.
module hlsgen_fifo #(
    parameter WIDTH = 8,
    parameter DEPTH = 2
) (
    input wire clk,
    input wire rst_n,
    input wire [WIDTH-1:0] wr_data,
    input wire wr_valid,
    output wire wr_ready,
    output wire [WIDTH-1:0] rd_data,
    output wire rd_valid,
    input wire rd_ready
);
    localparam POINTER = DEPTH > 1 ? $clog2(DEPTH) : 1;
    localparam COUNT = $clog2(DEPTH + 1);
    localparam [POINTER-1:0] LAST = DEPTH[POINTER-1:0] - 1'b1;

    reg [WIDTH-1:0] words [0:DEPTH-1];
    reg [POINTER-1:0] wr_at;
    reg [POINTER-1:0] rd_at;
    reg [COUNT-1:0] count;

    wire push = wr_valid && wr_ready;
    wire pop = rd_valid && rd_ready;
    assign wr_ready = count != DEPTH[COUNT-1:0];
    assign rd_valid = count != {COUNT{1'b0}};
    assign rd_data = words[rd_at];

    initial begin  // empty before the first reset too: what comes after may keep what it is given
        wr_at = {POINTER{1'b0}};
        rd_at = {POINTER{1'b0}};
        count = {COUNT{1'b0}};
    end
    always @(posedge clk) if (push) words[wr_at] <= wr_data;
    always @(posedge clk)
        if (!rst_n) begin
            wr_at <= {POINTER{1'b0}};
            rd_at <= {POINTER{1'b0}};
            count <= {COUNT{1'b0}};
        end else begin
            if (push) wr_at <= wr_at == LAST ? {POINTER{1'b0}} : wr_at + 1'b1;
            if (pop) rd_at <= rd_at == LAST ? {POINTER{1'b0}} : rd_at + 1'b1;
            if (push && !pop) count <= count + 1'b1;
            if (pop && !push) count <= count - 1'b1;
        end
endmodule
"""
