// One request at a time from a serial line to an accelerator with AXI streams, and its answer back.
//
// Request: a5, command, payload, checksum. Command 50 (P): payload is one sample, IN_BEATS beats of IN_BYTES bytes,
// low byte first. Command 49 (I): no payload.
// Answer: 5a, status, payload, checksum. Status 0: after P, OUT_BEATS beats of OUT_BYTES bytes and the clocks that
// the accelerator took (4 bytes, low byte first); after I the 8 bytes of IDENTITY. Status 1: wrong checksum; 2: a byte
// did not come in time; 3: no stop bit; 4: unknown command; then there is no payload.
// Checksum: CRC-16 (polynomial 1021, from ffff) over command or status and payload, high byte first.
//
// A sample enters the accelerator when it is complete and its checksum right, so no fault of the line leaves the
// accelerator half fed. A break on the line resets everything, the accelerator too.
module uart_bridge #(
    parameter CLOCKS_PER_BIT = 50,
    parameter TIMEOUT_CLOCKS = 5000000, // the longest pause between two bytes of a request
    parameter IN_BYTES = 1,
    parameter IN_BEATS = 1,
    parameter OUT_BYTES = 1,
    parameter OUT_BEATS = 1,
    parameter [63:0] IDENTITY = 64'd0
) (
    input wire clk,
    input wire reset,
    input wire rx,
    output wire tx,
    output reg core_reset_n,
    output reg [8*IN_BYTES-1:0] in_data,
    output wire in_last,
    output reg in_valid,
    input wire in_ready,
    input wire [8*OUT_BYTES-1:0] out_data,
    input wire out_valid,
    output wire out_ready
);
    localparam REQUEST_SYNC = 8'ha5, ANSWER_SYNC = 8'h5a, PREDICT = 8'h50, IDENTIFY = 8'h49;
    localparam OK = 8'd0, WRONG_CHECKSUM = 8'd1, TOO_LATE = 8'd2, NO_STOP_BIT = 8'd3, UNKNOWN = 8'd4;
    localparam [2:0] SYNC = 0, COMMAND = 1, PAYLOAD = 2, CHECK_HIGH = 3, CHECK_LOW = 4, RUN = 5, ANSWER = 6;
    localparam [2:0] HEAD = 0, STATUS = 1, RESULT = 2, TAIL = 3, SUM_HIGH = 4, SUM_LOW = 5;
    // One bit more than the largest index needs, so that a count of one has a width too.
    localparam IN_BITS = $clog2(IN_BEATS) + 1, IN_BYTE_BITS = $clog2(IN_BYTES) + 1;
    localparam OUT_BITS = $clog2(OUT_BEATS) + 1, OUT_BYTE_BITS = $clog2(OUT_BYTES) + 1;
    localparam TIMER_BITS = $clog2(TIMEOUT_CLOCKS + 1);

    wire [7:0] byte_in;
    wire byte_valid, line_error, line_break, byte_sent;
    reg [7:0] byte_out;

    reg [2:0] state, step;
    reg [7:0] command, status, check_high;
    reg [15:0] check;
    reg [TIMER_BITS-1:0] timer;

    reg [8*IN_BYTES-1:0] in_memory[0:IN_BEATS-1];
    reg [8*IN_BYTES-1:0] in_word; // bytes enter at the top
    reg [IN_BITS-1:0] in_beat;
    reg [IN_BYTE_BITS-1:0] in_byte;
    wire [8*IN_BYTES+7:0] in_shift = {byte_in, in_word};
    wire [8*IN_BYTES-1:0] in_word_next = in_shift[8*IN_BYTES+7:8];

    reg [8*OUT_BYTES-1:0] out_memory[0:OUT_BEATS-1];
    reg [8*OUT_BYTES-1:0] out_word; // bytes leave at the bottom
    reg [OUT_BITS-1:0] out_beat;
    reg [OUT_BYTE_BITS-1:0] out_byte;
    reg [1:0] out_load; // the memory is read, then its word is there

    reg [63:0] tail;
    reg [3:0] tail_left;
    reg [31:0] clocks;

    wire in_moves = in_valid && in_ready;
    wire out_moves = out_valid && out_ready;
    wire last_in_beat = in_beat == IN_BEATS - 1;
    wire last_out_beat = out_beat == OUT_BEATS - 1;
    assign in_last = last_in_beat;
    assign out_ready = state == RUN;

    uart_receiver #(
        .CLOCKS_PER_BIT(CLOCKS_PER_BIT)
    ) receiver (
        .clk(clk),
        .reset(reset),
        .rx(rx),
        .data(byte_in),
        .valid(byte_valid),
        .line_error(line_error),
        .line_break(line_break)
    );

    uart_transmitter #(
        .CLOCKS_PER_BIT(CLOCKS_PER_BIT)
    ) transmitter (
        .clk(clk),
        .reset(reset || line_break),
        .data(byte_out),
        .valid(state == ANSWER),
        .ready(byte_sent),
        .tx(tx)
    );

    function [15:0] crc;
        input [15:0] sum;
        input [7:0] data;
        integer i;
        begin
            crc = sum ^ {data, 8'd0};
            for (i = 0; i < 8; i = i + 1) crc = {crc[14:0], 1'b0} ^ (crc[15] ? 16'h1021 : 16'h0);
        end
    endfunction

    always @* begin
        case (step)
            HEAD: byte_out = ANSWER_SYNC;
            STATUS: byte_out = status;
            RESULT: byte_out = out_word[7:0];
            TAIL: byte_out = tail[7:0];
            SUM_HIGH: byte_out = check[15:8];
            default: byte_out = check[7:0];
        endcase
    end

    // The memories by themselves, so that they become block RAM when they are large.
    wire [IN_BITS-1:0] in_read = state != RUN ? {IN_BITS{1'b0}} : in_beat + {{(IN_BITS - 1) {1'b0}}, in_moves};
    always @(posedge clk) begin
        if (state == PAYLOAD && byte_valid && in_byte == IN_BYTES - 1) in_memory[in_beat] <= in_word_next;
        in_data <= in_memory[in_read];
    end
    reg [8*OUT_BYTES-1:0] out_read;
    always @(posedge clk) begin
        if (out_moves) out_memory[out_beat] <= out_data;
        out_read <= out_memory[out_beat];
    end

    always @(posedge clk) begin
        core_reset_n <= 1'b1;
        out_load <= {out_load[0], 1'b0};
        if (out_load[1]) out_word <= out_read;
        timer <= byte_valid || state == SYNC ? 0 : timer + 1'b1;

        case (state)
            SYNC: begin
                check <= 16'hffff;
                in_beat <= 0;
                in_byte <= 0;
                if (byte_valid && byte_in == REQUEST_SYNC) state <= COMMAND;
            end

            COMMAND:
            if (byte_valid) begin
                command <= byte_in;
                check <= crc(check, byte_in);
                state <= byte_in == PREDICT ? PAYLOAD : CHECK_HIGH;
            end

            PAYLOAD:
            if (byte_valid) begin
                check <= crc(check, byte_in);
                in_word <= in_word_next;
                in_byte <= in_byte + 1'b1;
                if (in_byte == IN_BYTES - 1) begin
                    in_byte <= 0;
                    in_beat <= in_beat + 1'b1;
                    if (last_in_beat) state <= CHECK_HIGH;
                end
            end

            CHECK_HIGH:
            if (byte_valid) begin
                check_high <= byte_in;
                state <= CHECK_LOW;
            end

            CHECK_LOW: begin
                in_beat <= 0;
                out_beat <= 0;
                clocks <= 0;
                tail <= IDENTITY;
                tail_left <= 4'd8;
                if (byte_valid) begin
                    status <= OK;
                    state <= ANSWER;
                    if ({check_high, byte_in} != check) status <= WRONG_CHECKSUM;
                    else if (command == PREDICT) begin
                        in_valid <= 1'b1;
                        state <= RUN;
                    end else if (command != IDENTIFY) status <= UNKNOWN;
                end
            end

            RUN: begin
                clocks <= clocks + 1'b1;
                if (in_moves) begin
                    in_beat <= in_beat + 1'b1;
                    if (last_in_beat) in_valid <= 1'b0;
                end
                if (out_moves) begin
                    out_beat <= out_beat + 1'b1;
                    if (last_out_beat) begin
                        out_beat <= 0;
                        tail <= {32'd0, clocks + 1'b1};
                        tail_left <= 4'd4;
                        state <= ANSWER;
                    end
                end
            end

            default:
            if (byte_sent) begin
                if (step != HEAD) check <= crc(check, byte_out);
                else check <= 16'hffff;
                case (step)
                    HEAD: begin
                        out_byte <= 0;
                        out_load[0] <= 1'b1;
                        step <= STATUS;
                    end
                    STATUS: step <= status != OK ? SUM_HIGH : command == PREDICT ? RESULT : TAIL;
                    RESULT: begin
                        out_word <= out_word >> 8;
                        out_byte <= out_byte + 1'b1;
                        if (out_byte == OUT_BYTES - 1) begin
                            out_byte <= 0;
                            out_load[0] <= 1'b1;
                            out_beat <= out_beat + 1'b1;
                            if (last_out_beat) step <= TAIL;
                        end
                    end
                    TAIL: begin
                        tail <= tail >> 8;
                        tail_left <= tail_left - 1'b1;
                        if (tail_left == 4'd1) step <= SUM_HIGH;
                    end
                    SUM_HIGH: begin
                        check <= check;
                        step <= SUM_LOW;
                    end
                    default: state <= SYNC;
                endcase
            end
        endcase

        if (state != SYNC && state < RUN && (line_error || timer == TIMEOUT_CLOCKS)) begin
            status <= line_error ? NO_STOP_BIT : TOO_LATE;
            state <= ANSWER;
        end
        if (state != ANSWER) step <= HEAD;

        if (reset || line_break) begin
            state <= SYNC;
            in_valid <= 1'b0;
            core_reset_n <= 1'b0;
        end
    end
endmodule
