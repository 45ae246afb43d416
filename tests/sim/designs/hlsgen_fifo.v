// First-in first-out queue with ready/valid on both sides.
module hlsgen_fifo #(
    parameter WIDTH = 8,
    parameter DEPTH = 2
) (
    input              clk,
    input              rst_n,
    input  [WIDTH-1:0] wr_data,
    input              wr_valid,
    output             wr_ready,
    output [WIDTH-1:0] rd_data,
    output             rd_valid,
    input              rd_ready
);
  reg [WIDTH-1:0] memory[0:DEPTH-1];
  reg [15:0] head, tail, used;

  assign wr_ready = used != DEPTH[15:0];
  assign rd_valid = used != 16'd0;
  assign rd_data  = memory[head[$clog2(DEPTH)-1:0]];

  wire push = wr_valid && wr_ready;
  wire pop = rd_valid && rd_ready;

  always @(posedge clk) begin
    if (push) memory[tail[$clog2(DEPTH)-1:0]] <= wr_data;
    if (!rst_n) begin
      head <= 16'd0;
      tail <= 16'd0;
      used <= 16'd0;
    end else begin
      if (push) tail <= tail == DEPTH[15:0] - 16'd1 ? 16'd0 : tail + 16'd1;
      if (pop) head <= head == DEPTH[15:0] - 16'd1 ? 16'd0 : head + 16'd1;
      used <= used + {15'd0, push} - {15'd0, pop};
    end
  end
endmodule
