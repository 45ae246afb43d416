// The memory behind an array argument: two ports, each reads or writes; a read takes a cycle, and the data stays while
// the port is not enabled. `load` fills it from a file, `check` compares it with another, of {bits that count, word}. Log: `mismatch memory <index>
// <call> <word> <expected> <got>`, and `violation memory <index> <call> <address>` for a write outside.
module call_memory #(
    parameter int INDEX  = 0,
    parameter int WIDTH  = 8,
    parameter int DEPTH  = 1,
    parameter bit CHECKS = 1
) (
    input  bit             clk,
    input  bit             rst_n,
    input  bit             load,
    input  bit             check,
    input  int             old_file,      // big-endian words in whole bytes, DEPTH of them per call
    input  int             new_file,
    input  int             log,
    input  bit [     31:0] number,      // of the call
    input  bit [     31:0] address0,
    input  bit             ce0,
    input  bit             we0,
    input  bit [WIDTH-1:0] d0,
    output bit [WIDTH-1:0] q0,
    input  bit [     31:0] address1,
    input  bit             ce1,
    input  bit             we1,
    input  bit [WIDTH-1:0] d1,
    output bit [WIDTH-1:0] q1,
    output bit [     31:0] mismatches
);
  localparam int LOGGED = 8;
  localparam int BYTES = (WIDTH + 7) / 8;

  bit [WIDTH-1:0] words[0:DEPTH-1];
  bit [8*BYTES-1:0] counts, next;

  task automatic outside(input bit [31:0] address);
    mismatches <= mismatches + 1;
    if (mismatches < LOGGED) $fdisplay(log, "violation memory %0d %0d %0d", INDEX, number, address);
  endtask

  task automatic compare;
    int wrong;
    wrong = 0;
    for (int i = 0; i < DEPTH; ++i) begin
      void'($fread(counts, new_file));
      void'($fread(next, new_file));
      if (((words[i] ^ next[WIDTH-1:0]) & counts[WIDTH-1:0]) != '0) begin
        if (mismatches + wrong < LOGGED)
          $fdisplay(log, "mismatch memory %0d %0d %0d %0h %0h", INDEX, number, i, next[WIDTH-1:0], words[i]);
        wrong = wrong + 1;
      end
    end
    mismatches <= mismatches + wrong;
  endtask

  always_ff @(posedge clk) begin
    if (!rst_n) mismatches <= '0;
    else if (load) begin
      for (int i = 0; i < DEPTH; ++i) begin
        void'($fread(next, old_file));
        words[i] = next[WIDTH-1:0];
      end
    end else if (check && CHECKS) compare();
    else begin
      if (ce0 && we0 && address0 >= DEPTH) outside(address0);  // a read there may be one whose result nobody uses
      if (ce1 && we1 && address1 >= DEPTH) outside(address1);
      if (ce0) q0 <= address0 < DEPTH ? words[address0] : '0;
      if (ce1) q1 <= address1 < DEPTH ? words[address1] : '0;
      if (ce0 && we0 && address0 < DEPTH) words[address0] = d0;
      if (ce1 && we1 && address1 < DEPTH) words[address1] = d1;
    end
  end
endmodule
