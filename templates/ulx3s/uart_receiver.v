// Bytes from a serial line: 8 data bits, no parity, one stop bit, sampled in the middle of each bit.
module uart_receiver #(
    parameter CLOCKS_PER_BIT = 50
) (
    input wire clk,
    input wire reset,
    input wire rx,
    output reg [7:0] data,
    output reg valid,      // one clock long, with data
    output reg line_error, // one clock long: no stop bit where there should be one
    output wire line_break // the line has been low for two bytes, and is still
);
    localparam BREAK_CLOCKS = 20 * CLOCKS_PER_BIT;
    localparam BITS = $clog2(BREAK_CLOCKS + 1);

    reg [2:0] line; // the last one is the oldest; two registers against metastability
    reg [BITS-1:0] low;
    reg [BITS-1:0] wait_clocks;
    reg [3:0] bits_left;
    reg busy;

    assign line_break = low == BREAK_CLOCKS[BITS-1:0];

    always @(posedge clk) begin
        line <= {line[1:0], rx};
        valid <= 1'b0;
        line_error <= 1'b0;
        if (line[1]) low <= 0;
        else if (!line_break) low <= low + 1'b1;

        if (!busy) begin
            // A falling edge, not a level: after a missing stop bit the line has to come back first.
            if (line[2] && !line[1]) begin
                busy <= 1'b1;
                bits_left <= 4'd9;
                wait_clocks <= CLOCKS_PER_BIT[BITS-1:0] / 2 - 1;
            end
        end else if (wait_clocks != 0) begin
            wait_clocks <= wait_clocks - 1'b1;
        end else begin
            wait_clocks <= CLOCKS_PER_BIT[BITS-1:0] - 1'b1;
            if (bits_left == 4'd9) begin
                if (line[1]) busy <= 1'b0; // too short for a start bit
            end else if (bits_left != 4'd0) begin
                data <= {line[1], data[7:1]};
            end else begin
                busy <= 1'b0;
                valid <= line[1];
                line_error <= !line[1];
            end
            bits_left <= bits_left - 1'b1;
        end

        if (reset) begin
            line <= 3'b111;
            low <= 0;
            busy <= 1'b0;
            valid <= 1'b0;
            line_error <= 1'b0;
        end
    end
endmodule
