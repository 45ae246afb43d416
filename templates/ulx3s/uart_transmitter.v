// Bytes to a serial line: 8 data bits, no parity, one stop bit.
module uart_transmitter #(
    parameter CLOCKS_PER_BIT = 50
) (
    input wire clk,
    input wire reset,
    input wire [7:0] data,
    input wire valid,
    output wire ready,
    output wire tx
);
    localparam BITS = $clog2(CLOCKS_PER_BIT);

    reg [9:0] shift; // the bit on the line, then those to come; idle is all ones
    reg [3:0] bits_left;
    reg [BITS-1:0] wait_clocks;

    assign tx = shift[0];
    assign ready = bits_left == 4'd0;

    always @(posedge clk) begin
        if (ready) begin
            if (valid) begin
                shift <= {1'b1, data, 1'b0};
                bits_left <= 4'd10;
                wait_clocks <= CLOCKS_PER_BIT[BITS-1:0] - 1'b1;
            end
        end else if (wait_clocks != 0) begin
            wait_clocks <= wait_clocks - 1'b1;
        end else begin
            wait_clocks <= CLOCKS_PER_BIT[BITS-1:0] - 1'b1;
            shift <= {1'b1, shift[9:1]};
            bits_left <= bits_left - 1'b1;
        end
        if (reset) begin
            shift <= 10'h3ff;
            bits_left <= 4'd0;
        end
    end
endmodule
