// Stands in for hlsgen_fifo to find depths: same ports and cycles, but the depth comes from the file +depths= with lines
// "<path> <depth>"; <path> is that of the instance, from the design `dut` on. At most LARGEST words.
module hlsgen_fifo #(
    parameter int WIDTH = 8,
    parameter int DEPTH = 2
) (
    input  wire              clk,
    input  wire              rst_n,
    input  wire  [WIDTH-1:0] wr_data,
    input  wire              wr_valid,
    output wire              wr_ready,
    output wire  [WIDTH-1:0] rd_data,
    output wire              rd_valid,
    input  wire              rd_ready
);
  localparam int LARGEST = 16384;

  bit [WIDTH-1:0] words[0:LARGEST-1];
  bit [$clog2(LARGEST)-1:0] wr_at, rd_at;
  bit [31:0] count, capacity;

  string list, line, own, wanted;
  int file, depth, found;
  initial begin
    own = $sformatf("%m");
    capacity = DEPTH;
    if ($value$plusargs("depths=%s", list)) begin
      file = $fopen(list, "r");
      while ($fscanf(file, "%s %d\n", wanted, depth) == 2)
        if (own.len() > wanted.len() && own.substr(own.len() - wanted.len() - 1, own.len() - 1) == {".", wanted})
          capacity = depth;
      $fclose(file);
    end
  end

  wire push = wr_valid && wr_ready;
  wire pop = rd_valid && rd_ready;
  assign wr_ready = count < capacity && count < LARGEST;
  assign rd_valid = count != 0;
  assign rd_data  = words[rd_at];

  always @(posedge clk) begin
    if (push) words[wr_at] <= wr_data;
    if (!rst_n) begin
      wr_at <= '0;
      rd_at <= '0;
      count <= '0;
    end else begin
      if (push) wr_at <= wr_at + 1'b1;
      if (pop) rd_at <= rd_at + 1'b1;
      count <= count + 32'(push) - 32'(pop);
    end
  end
endmodule
