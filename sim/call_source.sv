// Feeds one stream of the design: packed elements from a file, no more than `limit` of them (all calls together).
// An element once offered stays until it is taken; between elements the data is inverted rubbish on purpose.
module call_source #(
    parameter int WIDTH = 8
) (
    input  bit             clk,
    input  bit             rst_n,
    input  bit             stalls,
    input  bit [     31:0] seed,
    input  int             file,    // big-endian elements in whole bytes
    input  bit [     31:0] limit,
    output bit [WIDTH-1:0] element,
    output bit             valid,
    input  bit             ready,
    output bit [     31:0] count    // elements taken so far
);
  localparam int BYTES = (WIDTH + 7) / 8;

  bit [8*BYTES-1:0] next;
  bit [31:0] offered;
  bit open;

  stall_gate gate (.clk, .rst_n, .stalls, .seed, .open);

  always_ff @(posedge clk) begin
    if (!rst_n) begin
      offered <= '0;
      count   <= '0;
      valid   <= 1'b0;
    end else begin
      if (valid && ready) count <= count + 1;
      if (!valid || ready) begin
        if (open && offered < limit) begin
          void'($fread(next, file));
          element <= next[WIDTH-1:0];
          offered <= offered + 1;
          valid   <= 1'b1;
        end else begin
          element <= ~element;
          valid   <= 1'b0;
        end
      end
    end
  end
endmodule
