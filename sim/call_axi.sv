// The memory behind an AXI4 master of the design: WORDS words from byte address BASE on. `load` fills it from a file,
// `check` compares it with another, of {bits that count, word}. Bursts are answered in order, LATENCY cycles after their
// address at the earliest; up to 64 may be under way in each direction.
// Log: `mismatch axi <port> <call> <word> <expected> <got>`; `violation axi <port> <call> <what> <address>`, where what is
// burst (not INCR), length (no beats fit the size), size, boundary (4 KB), range, last (WLAST), unstable (changed before
// it was taken); `axi <port> <read bursts> <read beats> <write bursts> <write beats>` at the end is up to the bench.
module call_axi #(
    parameter int        PORT    = 0,
    parameter int        DATA    = 32,
    parameter int        ADDRESS = 64,
    parameter int        ID      = 1,
    parameter bit [63:0] BASE    = '0,
    parameter int        WORDS   = 1,
    parameter int        LATENCY = 16
) (
    input  bit               clk,
    input  bit               rst_n,
    input  bit               stalls,
    input  bit [       31:0] seed,
    input  bit               load,
    input  bit               check,
    input  int               old_file,
    input  int               new_file,
    input  int               log,
    input  bit [       31:0] number,
    output bit [       31:0] mismatches,
    output bit               idle,
    output bit               moved,
    output bit [       31:0] read_bursts,
    output bit [       31:0] read_beats,
    output bit [       31:0] write_bursts,
    output bit [       31:0] write_beats,
    input  bit [ADDRESS-1:0] araddr,
    input  bit [     ID-1:0] arid,
    input  bit [        7:0] arlen,
    input  bit [        2:0] arsize,
    input  bit [        1:0] arburst,
    input  bit               arvalid,
    output bit               arready,
    output bit [   DATA-1:0] rdata,
    output bit [     ID-1:0] rid,
    output bit               rlast,
    output bit [        1:0] rresp,
    output bit               rvalid,
    input  bit               rready,
    input  bit [ADDRESS-1:0] awaddr,
    input  bit [     ID-1:0] awid,
    input  bit [        7:0] awlen,
    input  bit [        2:0] awsize,
    input  bit [        1:0] awburst,
    input  bit               awvalid,
    output bit               awready,
    input  bit [   DATA-1:0] wdata,
    input  bit [ DATA/8-1:0] wstrb,
    input  bit               wlast,
    input  bit               wvalid,
    output bit               wready,
    output bit [     ID-1:0] bid,
    output bit [        1:0] bresp,
    output bit               bvalid,
    input  bit               bready
);
  localparam int LOGGED = 8;
  localparam int BYTES = DATA / 8;
  localparam int SIZE = $clog2(BYTES);
  localparam int QUEUE = 64;

  typedef struct packed {
    bit [63:0]   address;
    bit [ID-1:0] id;
    bit [7:0]    len;
    bit [31:0]   due;
  } burst_t;

  bit [DATA-1:0] words[0:WORDS-1];
  bit [DATA-1:0] counts, next;
  burst_t reads[0:QUEUE-1], writes[0:QUEUE-1], answers[0:QUEUE-1];
  bit [5:0] read_in, read_out, write_in, write_out, answer_in, answer_out;
  bit [6:0] read_count, write_count, answer_count;
  bit [8:0] read_beat, write_beat;
  bit [31:0] cycle;
  bit open_ar, open_aw, open_w, open_r, open_b;
  bit ar_waits, aw_waits, w_waits;
  bit [ADDRESS+ID+12:0] ar_held, aw_held;
  bit [DATA+DATA/8:0] w_held;
  bit [31:0] wrongs;  // blocking: several in one cycle

  stall_gate gate_ar (.clk, .rst_n, .stalls, .seed(seed ^ 32'h11), .open(open_ar));
  stall_gate gate_aw (.clk, .rst_n, .stalls, .seed(seed ^ 32'h2200), .open(open_aw));
  stall_gate gate_w (.clk, .rst_n, .stalls, .seed(seed ^ 32'h330000), .open(open_w));
  stall_gate gate_r (.clk, .rst_n, .stalls, .seed(seed ^ 32'h44000000), .open(open_r));
  stall_gate gate_b (.clk, .rst_n, .stalls, .seed(~seed), .open(open_b));

  assign mismatches = wrongs;
  assign arready = open_ar && read_count < QUEUE;
  assign awready = open_aw && write_count < QUEUE;
  assign wready  = open_w && write_count != 0 && answer_count < QUEUE;
  assign rresp   = '0;
  assign bresp   = '0;
  assign idle    = read_count == 0 && write_count == 0 && answer_count == 0 && !rvalid && !bvalid;
  assign moved   = (arvalid && arready) || (rvalid && rready) || (awvalid && awready) || (wvalid && wready) ||
                   (bvalid && bready);

  task automatic violation(input string what, input bit [63:0] address);
    if (wrongs < LOGGED) $fdisplay(log, "violation axi %0d %0d %s %0h", PORT, number, what, address);
    wrongs = wrongs + 1;
  endtask

  task automatic rules(input bit [63:0] address, input bit [7:0] len, input bit [2:0] size, input bit [1:0] kind);
    bit [63:0] first, last;
    first = address & ~64'(BYTES - 1);
    last  = first + (64'(len) + 1) * BYTES - 1;
    if (kind != 2'b01) violation("burst", address);
    if (32'(size) != SIZE) violation("size", address);
    if (first[63:12] != last[63:12]) violation("boundary", address);
    if (first < BASE || last >= BASE + 64'(WORDS) * BYTES) violation("range", address);
  endtask

  function automatic bit holds(input bit [63:0] address);
    return address >= BASE && address < BASE + 64'(WORDS) * BYTES;
  endfunction
  function automatic int place(input bit [63:0] address);
    return int'((address - BASE) >> SIZE);
  endfunction

  always_ff @(posedge clk) begin
    cycle <= cycle + 1;
    if (!rst_n) begin
      {read_in, read_out, write_in, write_out, answer_in, answer_out} = '0;
      {read_count, write_count, answer_count} <= '0;
      {read_beat, write_beat} = '0;
      {ar_waits, aw_waits, w_waits} <= '0;
      {read_bursts, read_beats, write_bursts, write_beats} <= '0;
      rvalid <= 1'b0;
      bvalid <= 1'b0;
      wrongs = '0;
    end else begin
      automatic bit [6:0] reading = read_count, writing = write_count, answering = answer_count;
      if (load) begin
        for (int i = 0; i < WORDS; ++i) begin
          void'($fread(next, old_file));
          words[i] = next;
        end
      end
      if (check)
        for (int i = 0; i < WORDS; ++i) begin
          void'($fread(counts, new_file));
          void'($fread(next, new_file));
          if (((next ^ words[i]) & counts) != '0) begin
            if (wrongs < LOGGED)
              $fdisplay(log, "mismatch axi %0d %0d %0d %0h %0h", PORT, number, i, next & counts, words[i] & counts);
            wrongs = wrongs + 1;
          end
        end

      ar_waits <= arvalid && !arready;
      aw_waits <= awvalid && !awready;
      w_waits  <= wvalid && !wready;
      ar_held  <= {araddr, arid, arlen, arsize, arburst};
      aw_held  <= {awaddr, awid, awlen, awsize, awburst};
      w_held   <= {wdata, wstrb, wlast};
      if (ar_waits && (!arvalid || ar_held != {araddr, arid, arlen, arsize, arburst})) violation("unstable", 64'(araddr));
      if (aw_waits && (!awvalid || aw_held != {awaddr, awid, awlen, awsize, awburst})) violation("unstable", 64'(awaddr));
      if (w_waits && (!wvalid || w_held != {wdata, wstrb, wlast})) violation("unstable", 64'(awaddr));

      // answers, from what was there before this edge
      if (bvalid && bready) bvalid <= 1'b0;
      if ((!bvalid || bready) && answer_count != 0 && open_b && answers[answer_out].due <= cycle) begin
        bvalid       <= 1'b1;
        bid          <= answers[answer_out].id;
        answer_out   = answer_out + 1;
        answering    = answering - 1;
      end
      if (rvalid && rready) rvalid <= 1'b0;
      if ((!rvalid || rready) && read_count != 0 && open_r && reads[read_out].due <= cycle) begin
        automatic bit [63:0] at = (reads[read_out].address & ~64'(BYTES - 1)) + 64'(read_beat) * BYTES;
        rvalid <= 1'b1;
        rid    <= reads[read_out].id;
        rdata  <= holds(at) ? words[place(at)] : '0;
        rlast  <= read_beat == 9'(reads[read_out].len);
        read_beats <= read_beats + 1;
        if (read_beat == 9'(reads[read_out].len)) begin
          read_beat  = '0;
          read_out   = read_out + 1;
          reading    = reading - 1;
        end else read_beat = read_beat + 1;
      end

      if (wvalid && wready) begin
        automatic bit [63:0] at = (writes[write_out].address & ~64'(BYTES - 1)) + 64'(write_beat) * BYTES;
        automatic bit last = write_beat == 9'(writes[write_out].len);
        if (wlast != last) violation("last", at);
        if (holds(at)) for (int i = 0; i < BYTES; ++i) if (wstrb[i]) words[place(at)][8*i+:8] = wdata[8*i+:8];
        write_beats <= write_beats + 1;
        if (last) begin
          answers[answer_in] = '{address: at, id: writes[write_out].id, len: '0, due: cycle + LATENCY};
          answer_in    = answer_in + 1;
          answering    = answering + 1;
          write_beat   = '0;
          write_out    = write_out + 1;
          writing      = writing - 1;
        end else write_beat = write_beat + 1;
      end
      if (arvalid && arready) begin
        rules(64'(araddr), arlen, arsize, arburst);
        reads[read_in] = '{address: 64'(araddr), id: arid, len: arlen, due: cycle + LATENCY};
        read_in     = read_in + 1;
        reading     = reading + 1;
        read_bursts <= read_bursts + 1;
      end
      if (awvalid && awready) begin
        rules(64'(awaddr), awlen, awsize, awburst);
        writes[write_in] = '{address: 64'(awaddr), id: awid, len: awlen, due: '0};
        write_in     = write_in + 1;
        writing      = writing + 1;
        write_bursts <= write_bursts + 1;
      end
      read_count   <= reading;
      write_count  <= writing;
      answer_count <= answering;
    end
  end
endmodule
