"""The channels of an AXI4 master, as modules of their own: a buffer, the reader and the writer of one channel.

A channel serves one argument: words of WORD bytes at addresses that are multiples of a word, or of a beat where the
word is larger. A request is {words - 1 (32 bits), byte address (64 bits)}. Towards the bus come bursts of at
most BURST beats that cross no multiple of their greatest length, at most 4096 bytes: so none crosses 4 KB.

The reader asks only for beats for which its buffer has room, so that nothing that comes back ever waits; the writer
offers a burst when all of its data is there. Words narrower than a beat: several in one beat, with strobes.
"""

from __future__ import annotations

from .axi_bus import AXI_READ_BUS_TEXT, AXI_WRITE_BUS_TEXT

_BUFFER_TEXT = """\
// FIFO of DEPTH + 1 words (DEPTH a power of two) in block RAM: the word in front is the register of the RAM's port.
module hlsgen_axi_buffer #(
    parameter WIDTH = 32,
    parameter DEPTH = 16
) (
    input wire clk,
    input wire rst_n,
    input wire [WIDTH-1:0] wr_data,
    input wire wr_valid,
    output wire wr_ready,
    output reg [WIDTH-1:0] rd_data,
    output reg rd_valid,
    input wire rd_ready
);
    localparam POINTER = $clog2(DEPTH);

    reg [WIDTH-1:0] words [0:DEPTH-1];
    reg [POINTER:0] wr_at;
    reg [POINTER:0] rd_at;

    wire push = wr_valid && wr_ready;
    wire next = wr_at != rd_at && (!rd_valid || rd_ready);
    assign wr_ready = wr_at[POINTER-1:0] != rd_at[POINTER-1:0] || wr_at[POINTER] == rd_at[POINTER];

    always @(posedge clk) if (push) words[wr_at[POINTER-1:0]] <= wr_data;
    always @(posedge clk) if (next) rd_data <= words[rd_at[POINTER-1:0]];
    always @(posedge clk)
        if (!rst_n) begin
            wr_at <= {POINTER + 1{1'b0}};
            rd_at <= {POINTER + 1{1'b0}};
            rd_valid <= 1'b0;
        end else begin
            if (push) wr_at <= wr_at + 1'b1;
            if (next) rd_at <= rd_at + 1'b1;
            rd_valid <= next || (rd_valid && !rd_ready);
        end
endmodule
"""

_SHAPE = """\
    localparam PLACE = BUS > 1 ? $clog2(BUS) : 1;  // bits of an address within a beat
    localparam RATIO = WORD < BUS ? BUS / WORD : WORD / BUS;
    localparam STEP = RATIO > 1 ? $clog2(RATIO) : 1;
"""

_QUEUE = """\
    // requests that wait
    wire [95:0] asked;
    wire asked_valid;
    wire asked_ready;
    hlsgen_fifo #(.WIDTH(96), .DEPTH(QUEUE)) queue (
        .clk(clk), .rst_n(rst_n), .wr_data(Ax_data), .wr_valid(Ax_valid), .wr_ready(Ax_ready),
        .rd_data(asked), .rd_valid(asked_valid), .rd_ready(asked_ready)
    );
"""


def _requests(channel: str) -> str:
    """What waits at ar or aw."""
    return _QUEUE.replace("Ax", channel)


_READER_TEXT = (
    """\
// Words of a channel from bursts: ar takes requests, r gives their words in order.
module hlsgen_axi_reader #(
    parameter WORD = 4,     // bytes of a word
    parameter BUS = 4,      // bytes of a beat, a power of two
    parameter BURST = 16,   // beats, a power of two
    parameter DEPTH = 256,  // beats that may be under way or waiting, a power of two
    parameter QUEUE = 16    // requests that may wait
) (
    input wire clk,
    input wire rst_n,
    input wire [95:0] ar_data,
    input wire ar_valid,
    output wire ar_ready,
    output wire [8*WORD-1:0] r_data,
    output wire r_valid,
    input wire r_ready,
    output wire [63:0] burst_address,
    output wire [7:0] burst_length,  // beats - 1
    output wire burst_valid,
    input wire burst_ready,
    input wire [8*BUS-1:0] beat_data,  // taken whenever it comes
    input wire beat_valid
);
"""
    + _SHAPE
    + """\
    localparam [8:0] LENGTH = BURST[8:0];
    localparam [7:0] TURN = BURST[7:0] - 8'd1;

"""
    + _requests("ar")
    + """\

    // one request is cut into bursts
    wire [63-PLACE:0] first_beat = asked[63:PLACE];
    wire [39:0] beats;
    reg [63-PLACE:0] at;
    reg [39:0] left;  // beats not yet asked for
    reg busy;
    reg [15:0] room;  // beats that the buffer could still take
    wire [8:0] to_boundary = LENGTH - {1'b0, at[7:0] & TURN};
    wire is_last = left <= {31'h0, to_boundary};
    wire [8:0] count = is_last ? left[8:0] : to_boundary;
    wire has_room = room >= {7'h0, count};
    wire buffer_ready;
    wire issue = burst_valid && burst_ready;
    wire shape_ready;
    wire take = asked_valid && shape_ready && (!busy || (issue && is_last));
    assign asked_ready = take;
    assign burst_valid = busy && has_room && buffer_ready;
    assign burst_address = {at, {PLACE{1'b0}}};
    assign burst_length = count[7:0] - 8'd1;

    wire beat_pop;
    always @(posedge clk)
        if (!rst_n) begin
            busy <= 1'b0;
            room <= DEPTH[15:0];
        end else begin
            busy <= take || (busy && !(issue && is_last));
            room <= room - (issue ? {7'h0, count} : 16'h0) + {15'h0, beat_pop};
        end
    always @(posedge clk)
        if (take) begin
            at <= first_beat;
            left <= beats;
        end else if (issue) begin
            at <= at + {{55 - PLACE{1'b0}}, count};
            left <= left - {31'h0, count};
        end

    // beats that came back
    wire [8*BUS-1:0] beat;
    wire beat_there;
    hlsgen_axi_buffer #(.WIDTH(8 * BUS), .DEPTH(DEPTH)) beats_buffer (
        .clk(clk), .rst_n(rst_n), .wr_data(beat_data), .wr_valid(beat_valid), .wr_ready(buffer_ready),
        .rd_data(beat), .rd_valid(beat_there), .rd_ready(beat_pop)
    );

    // words
    wire [8*WORD-1:0] word;
    wire word_valid;
    wire word_ready;
    hlsgen_fifo #(.WIDTH(8 * WORD), .DEPTH(2)) words_slice (
        .clk(clk), .rst_n(rst_n), .wr_data(word), .wr_valid(word_valid), .wr_ready(word_ready),
        .rd_data(r_data), .rd_valid(r_valid), .rd_ready(r_ready)
    );
    generate
        if (WORD == BUS) begin : g_equal
            assign beats = {8'h0, asked[95:64]} + 40'd1;
            assign shape_ready = 1'b1;
            assign word = beat;
            assign word_valid = beat_there;
            assign beat_pop = beat_there && word_ready;
        end else if (WORD < BUS) begin : g_narrow
            localparam LOW = $clog2(WORD);
            wire [STEP-1:0] lane_first = asked[LOW+STEP-1:LOW];
            wire [39:0] lanes = {8'h0, asked[95:64]} + {{40 - STEP{1'b0}}, lane_first};
            assign beats = (lanes >> STEP) + 40'd1;
            wire [STEP+31:0] shape;
            wire shape_valid;
            wire done;
            hlsgen_fifo #(.WIDTH(STEP + 32), .DEPTH(QUEUE)) shapes (
                .clk(clk), .rst_n(rst_n), .wr_data({lane_first, asked[95:64]}), .wr_valid(take),
                .wr_ready(shape_ready), .rd_data(shape), .rd_valid(shape_valid), .rd_ready(done)
            );
            reg [31:0] step;
            wire [STEP-1:0] lane = shape[STEP+31:32] + step[STEP-1:0];
            wire give = word_valid && word_ready;
            wire last = step == shape[31:0];
            assign done = give && last;
            assign word_valid = beat_there && shape_valid;
            assign word = beat[8*WORD*lane +: 8*WORD];
            assign beat_pop = give && (last || &lane);
            always @(posedge clk) if (!rst_n || done) step <= 32'd0; else if (give) step <= step + 32'd1;
        end else begin : g_wide
            localparam [39:0] PARTS = {8'h0, RATIO[31:0]};
            assign beats = {8'h0, asked[95:64]} * PARTS + PARTS;
            assign shape_ready = 1'b1;
            reg [8*(WORD-BUS)-1:0] parts;
            reg [STEP-1:0] part;
            wire last = part == RATIO[STEP-1:0] - 1'b1;
            assign word = {beat, parts};
            assign word_valid = beat_there && last;
            assign beat_pop = beat_there && (!last || word_ready);
            always @(posedge clk)
                if (!rst_n) part <= {STEP{1'b0}};
                else if (beat_pop) part <= last ? {STEP{1'b0}} : part + 1'b1;
            if (RATIO == 2) begin : g_two
                always @(posedge clk) if (beat_pop) parts <= beat;
            end else begin : g_more
                always @(posedge clk) if (beat_pop) parts <= {beat, parts[8*(WORD-BUS)-1:8*BUS]};
            end
        end
    endgenerate
endmodule
"""
)

_WRITER_TEXT = (
    """\
// Bursts from the words of a channel: aw takes requests, w their words in order. done: all of it is in memory; with
// RESPONDS: of a request, one more with each `taken`. Words - 1 of all ones is then a request of none.
module hlsgen_axi_writer #(
    parameter WORD = 4,     // bytes of a word
    parameter BUS = 4,      // bytes of a beat, a power of two
    parameter BURST = 16,   // beats, a power of two
    parameter DEPTH = 256,  // beats that may wait, a power of two of at least BURST
    parameter QUEUE = 16,   // requests and bursts that may wait
    parameter RESPONDS = 0
) (
    input wire clk,
    input wire rst_n,
    input wire [95:0] aw_data,
    input wire aw_valid,
    output wire aw_ready,
    input wire [8*WORD-1:0] w_data,
    input wire w_valid,
    output wire w_ready,
    output wire done,
    input wire taken,
    output wire [63:0] burst_address,
    output wire [7:0] burst_length,  // beats - 1
    output wire burst_valid,
    input wire burst_ready,
    output wire [8*BUS-1:0] beat_data,
    output wire [BUS-1:0] beat_strobe,
    output wire beat_valid,
    input wire beat_ready,
    input wire written  // a burst has been acknowledged
);
"""
    + _SHAPE
    + """\
    localparam [7:0] TURN = BURST[7:0] - 8'd1;

"""
    + _requests("aw")
    + """\
    wire [8*WORD-1:0] word;
    wire word_valid;
    wire word_ready;
    hlsgen_fifo #(.WIDTH(8 * WORD), .DEPTH(2)) words_slice (
        .clk(clk), .rst_n(rst_n), .wr_data(w_data), .wr_valid(w_valid), .wr_ready(w_ready),
        .rd_data(word), .rd_valid(word_valid), .rd_ready(word_ready)
    );

    // where the current beat lies
    reg begun;  // the request in front has been begun
    reg [31:0] step;  // words of it that are done
    reg [63-PLACE:0] at_next;
    wire [63-PLACE:0] at = begun ? at_next : asked[63:PLACE];
    wire at_end = &(at[7:0] | ~TURN);  // of a burst, by its place

    wire none = RESPONDS != 0 && &asked[95:64];
    wire last_word = step == asked[95:64];
    wire word_done;  // the word in front is used up in this step
    wire beat_done;  // a beat is complete with this step
    wire go;  // a step is made
    wire [8*BUS-1:0] made_data;
    wire [BUS-1:0] made_strobe;
    wire burst_done = beat_done && (at_end || (last_word && word_done));
    wire buffer_ready;
    wire bursts_ready;
    wire ends = go && word_done && last_word;
    assign go = asked_valid && !none && word_valid && buffer_ready && bursts_ready;
    assign word_ready = go && word_done;
    assign asked_ready = ends || (asked_valid && none);
    always @(posedge clk)
        if (!rst_n) begin
            begun <= 1'b0;
            step <= 32'd0;
        end else if (go) begin
            begun <= !ends;
            if (word_done) step <= last_word ? 32'd0 : step + 32'd1;
        end
    always @(posedge clk) if (go) at_next <= at + {{63 - PLACE{1'b0}}, beat_done};
    generate
        if (WORD == BUS) begin : g_equal
            assign word_done = 1'b1;
            assign beat_done = 1'b1;
            assign made_data = word;
            assign made_strobe = {BUS{1'b1}};
        end else if (WORD < BUS) begin : g_narrow
            localparam LOW = $clog2(WORD);
            reg [8*BUS-1:0] held_data;
            reg [BUS-1:0] held_strobe;
            wire [STEP-1:0] lane = asked[LOW+STEP-1:LOW] + step[STEP-1:0];
            wire [BUS-1:0] here = {{BUS - WORD{1'b0}}, {WORD{1'b1}}} << (WORD * lane);
            wire [8*BUS-1:0] mask;
            genvar k;
            for (k = 0; k < BUS; k = k + 1) begin : g_mask
                assign mask[8*k +: 8] = {8{here[k]}};
            end
            assign word_done = 1'b1;
            assign beat_done = last_word || &lane;
            assign made_data = ({RATIO{word}} & mask) | (held_data & ~mask);
            assign made_strobe = here | held_strobe;
            always @(posedge clk) if (go) held_data <= made_data;
            always @(posedge clk) if (!rst_n) held_strobe <= {BUS{1'b0}};
                else if (go) held_strobe <= beat_done ? {BUS{1'b0}} : made_strobe;
        end else begin : g_wide
            reg [STEP-1:0] part;
            assign word_done = part == RATIO[STEP-1:0] - 1'b1;
            assign beat_done = 1'b1;
            assign made_data = word[8*BUS*part +: 8*BUS];
            assign made_strobe = {BUS{1'b1}};
            always @(posedge clk)
                if (!rst_n) part <= {STEP{1'b0}};
                else if (go) part <= word_done ? {STEP{1'b0}} : part + 1'b1;
        end
    endgenerate

    hlsgen_axi_buffer #(.WIDTH(9 * BUS), .DEPTH(DEPTH)) beats_buffer (
        .clk(clk), .rst_n(rst_n), .wr_data({made_strobe, made_data}), .wr_valid(go && beat_done),
        .wr_ready(buffer_ready), .rd_data({beat_strobe, beat_data}), .rd_valid(beat_valid), .rd_ready(beat_ready)
    );

    // bursts whose data is there
    reg [63-PLACE:0] burst_at;
    reg [7:0] burst_beats;  // before this one
    wire [63-PLACE:0] start = burst_beats == 8'd0 ? at : burst_at;
    always @(posedge clk) if (go) burst_at <= start;
    always @(posedge clk)
        if (!rst_n) burst_beats <= 8'd0;
        else if (go && beat_done) burst_beats <= burst_done ? 8'd0 : burst_beats + 8'd1;
    hlsgen_fifo #(.WIDTH(72 - PLACE), .DEPTH(QUEUE)) bursts (
        .clk(clk), .rst_n(rst_n), .wr_data({start, burst_beats}), .wr_valid(go && burst_done),
        .wr_ready(bursts_ready), .rd_data({burst_address[63:PLACE], burst_length}), .rd_valid(burst_valid),
        .rd_ready(burst_ready)
    );
    assign burst_address[PLACE-1:0] = {PLACE{1'b0}};

    reg [15:0] pending;  // bursts made and not acknowledged
    wire made = go && burst_done;
    always @(posedge clk)
        if (!rst_n) pending <= 16'd0;
        else if (made != written) pending <= made ? pending + 16'd1 : pending - 16'd1;
    generate
        if (RESPONDS != 0) begin : g_responds
            reg [31:0] owed;  // requests that all words have come for, and that were not responded to
            wire comes = asked_valid && asked_ready;
            wire goes = done && taken;
            always @(posedge clk)
                if (!rst_n) owed <= 32'd0;
                else if (comes != goes) owed <= comes ? owed + 32'd1 : owed - 32'd1;
            assign done = owed != 32'd0 && pending == 16'd0;
        end else begin : g_drained
            assign done = !asked_valid && pending == 16'd0;
        end
    endgenerate
endmodule
"""
)

AXI_MODULES = {
    "hlsgen_axi_buffer": _BUFFER_TEXT,
    "hlsgen_axi_reader": _READER_TEXT,
    "hlsgen_axi_writer": _WRITER_TEXT,
    "hlsgen_axi_read_bus": AXI_READ_BUS_TEXT,
    "hlsgen_axi_write_bus": AXI_WRITE_BUS_TEXT,
}
