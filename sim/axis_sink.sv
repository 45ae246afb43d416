// Takes one AXI-Stream output of the design and compares every beat with a file of beats {TLAST, TDATA}.
// What it sees goes to `log`, one line each:
//   sample   <port> <sample> <cycle>                  the last beat of a sample was taken
//   mismatch <port> <beat> <field> <expected> <got>   the first ones only, all are counted
// Fields: beat ({TLAST, TDATA}), keep (TKEEP or TSTRB not all ones), extra (a beat after the last one),
// unstable (TVALID or the beat changed before TREADY).
module axis_sink #(
    parameter int    PORT     = 0,    // index for the log
    parameter int    WIDTH    = 8,    // bits of TDATA
    parameter bit    HAS_LAST = 1,    // 0: the design has no TLAST, it is not compared
    parameter int    DEPTH    = 4096, // beats that fit
    parameter string FILE     = ""    // beats, one line of hex each, in the folder +vectors=
) (
    input  bit             clk,
    input  bit             rst_n,
    input  bit             stalls,
    input  bit [     31:0] seed,
    input  bit [     31:0] beats,             // to expect in this pass
    input  bit [     31:0] beats_per_sample,
    input  bit [     31:0] cycle,
    input  int             log,
    input  bit [WIDTH-1:0] tdata,
    input  bit             tlast,
    input  bit             keep,              // every TKEEP and TSTRB bit is set
    input  bit             tvalid,
    output bit             tready,
    output bit [     31:0] count,             // beats taken so far
    output bit [     31:0] samples,           // whole samples taken so far
    output bit [     31:0] mismatches
);
  localparam int LOGGED = 8;

  bit [WIDTH:0] memory[0:DEPTH-1];
  bit [31:0] beat_in_sample;
  bit [WIDTH:0] got, expected, held;
  bit waiting, open;

  string folder;
  initial begin
    if (!$value$plusargs("vectors=%s", folder)) $fatal(1, "no +vectors=");
    $readmemh({folder, "/", FILE}, memory);
  end

  stall_gate gate (.clk, .rst_n, .stalls, .seed, .open);

  assign tready   = open;
  assign expected = {HAS_LAST & memory[count[$clog2(DEPTH)-1:0]][WIDTH], memory[count[$clog2(DEPTH)-1:0]][WIDTH-1:0]};
  assign got      = {HAS_LAST & tlast, tdata};

  task automatic wrong(input string field, input bit [WIDTH:0] want, input bit [WIDTH:0] have);
    mismatches <= mismatches + 1;
    if (mismatches < LOGGED) $fdisplay(log, "mismatch %0d %0d %s %0h %0h", PORT, count, field, want, have);
  endtask

  always_ff @(posedge clk) begin
    if (!rst_n) begin
      count          <= '0;
      samples        <= '0;
      mismatches     <= '0;
      beat_in_sample <= '0;
      waiting        <= 1'b0;
    end else begin
      waiting <= tvalid && !tready;
      held    <= got;
      if (waiting && (!tvalid || got != held)) wrong("unstable", held, got);
      else if (tvalid && tready) begin
        if (count >= beats) wrong("extra", '0, got);
        else if (got != expected) wrong("beat", expected, got);
        else if (!keep) wrong("keep", expected, got);
      end
      if (tvalid && tready) begin
        count <= count + 1;
        if (beat_in_sample == beats_per_sample - 1) begin
          beat_in_sample <= '0;
          samples        <= samples + 1;
          $fdisplay(log, "sample %0d %0d %0d", PORT, samples, cycle);
        end else beat_in_sample <= beat_in_sample + 1;
      end
    end
  end
endmodule
