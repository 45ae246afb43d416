// Takes one stream of the design and compares its packed elements with a file of {bits that count, element}. Log: `mismatch stream <port> <element>
// <what> <expected> <got>`, the first ones; what: data, extra (more than `limit`, all calls together), unstable (changed
// before it was taken).
module call_sink #(
    parameter int             PORT  = 0,
    parameter int             WIDTH = 8,
    parameter bit [WIDTH-1:0] CARE  = '1  // bits that the design drives
) (
    input  bit             clk,
    input  bit             rst_n,
    input  bit             stalls,
    input  bit [     31:0] seed,
    input  int             file,       // big-endian elements in whole bytes
    input  int             log,
    input  bit [     31:0] limit,
    input  bit [WIDTH-1:0] element,
    input  bit             valid,
    output bit             ready,
    output bit [     31:0] count,      // elements taken so far
    output bit [     31:0] mismatches
);
  localparam int BYTES = (WIDTH + 7) / 8;
  localparam int LOGGED = 8;

  bit [8*BYTES-1:0] counts, next;
  bit [WIDTH-1:0] held;
  bit waiting, open;

  stall_gate gate (.clk, .rst_n, .stalls, .seed, .open);

  assign ready = open;

  task automatic wrong(input string what, input bit [WIDTH-1:0] expected);
    mismatches <= mismatches + 1;
    if (mismatches < LOGGED) $fdisplay(log, "mismatch stream %0d %0d %s %0h %0h", PORT, count, what, expected, element);
  endtask

  always_ff @(posedge clk) begin
    if (!rst_n) begin
      count      <= '0;
      mismatches <= '0;
      waiting    <= 1'b0;
    end else begin
      waiting <= valid && !ready;
      held    <= element;
      if (valid && ready) begin
        count <= count + 1;
        void'($fread(counts, file));
        void'($fread(next, file));
        if (count >= limit) wrong("extra", '0);
        else if (((element ^ next[WIDTH-1:0]) & counts[WIDTH-1:0] & CARE) != '0)
          wrong("data", next[WIDTH-1:0] & CARE);
      end
      if (waiting && (!valid || element != held)) wrong("unstable", held);
    end
  end
endmodule
