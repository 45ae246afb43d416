// Drives one AXI-Stream input of the design from a file of beats {TLAST, TDATA}.
// A beat once offered stays until it is taken; between beats TDATA and TLAST hold inverted rubbish on purpose.
module axis_source #(
    parameter int    WIDTH = 8,    // bits of TDATA
    parameter int    DEPTH = 4096, // beats that fit
    parameter string FILE  = ""    // beats, one line of hex each, in the folder +vectors=
) (
    input  bit             clk,
    input  bit             rst_n,
    input  bit             stalls,
    input  bit [     31:0] seed,
    input  bit [     31:0] beats,      // to send in this pass
    output bit [WIDTH-1:0] tdata,
    output bit             tlast,
    output bit             tvalid,
    input  bit             tready,
    output bit [     31:0] count       // beats taken so far
);
  bit [WIDTH:0] memory[0:DEPTH-1];
  bit [31:0] next;
  bit open;

  string folder;
  initial begin
    if (!$value$plusargs("vectors=%s", folder)) $fatal(1, "no +vectors=");
    $readmemh({folder, "/", FILE}, memory);
  end

  stall_gate gate (.clk, .rst_n, .stalls, .seed, .open);

  always_ff @(posedge clk) begin
    if (!rst_n) begin
      next   <= '0;
      count  <= '0;
      tvalid <= 1'b0;
    end else begin
      if (tvalid && tready) count <= count + 1;
      if (!tvalid || tready) begin
        if (open && next < beats) begin
          {tlast, tdata} <= memory[next[$clog2(DEPTH)-1:0]];
          next           <= next + 1;
          tvalid         <= 1'b1;
        end else begin
          {tlast, tdata} <= ~{tlast, tdata};
          tvalid         <= 1'b0;
        end
      end
    end
  end
endmodule
