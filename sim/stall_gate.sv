// Random stalls for one side of a stream: `open` says whether a beat may move in this cycle.
// Every 32 cycles the mean rate changes (1/8 .. 8/8), so that a design meets trickles, bursts and full rate.
// With stalls = 0 the gate is always open and nothing toggles.
module stall_gate (
    input  bit        clk,
    input  bit        rst_n,
    input  bit        stalls,
    input  bit [31:0] seed,
    output bit        open
);
  bit [31:0] state;
  bit [ 4:0] tick;
  bit [ 2:0] rate;

  function automatic bit [31:0] xorshift(input bit [31:0] x);
    x = x ^ (x << 13);
    x = x ^ (x >> 17);
    return x ^ (x << 5);
  endfunction

  assign open = !stalls || state[2:0] <= rate;

  always_ff @(posedge clk) begin
    if (!rst_n || stalls) state <= xorshift(rst_n ? state : seed | 32'd1);
    if (!rst_n) begin
      tick <= '0;
      rate <= '1;
    end else if (stalls) begin
      tick <= tick + 5'd1;
      if (tick == '0) rate <= state[10:8];
    end
  end
endmodule
