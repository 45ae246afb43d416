// Small modules with known resources, in the styles that the RTL printer writes.

module multiply_accumulate (input clk, rst, en, input signed [7:0] a, b, output signed [31:0] sum);
  reg signed [7:0] a_q, b_q;
  reg signed [15:0] product;
  reg signed [31:0] acc;
  always @(posedge clk)
    if (rst) begin a_q <= 0; b_q <= 0; product <= 0; acc <= 0; end
    else if (en) begin a_q <= a; b_q <= b; product <= a_q * b_q; acc <= acc + product; end
  assign sum = acc;
endmodule

module wide_multiply (input clk, input signed [26:0] a, input signed [17:0] b, output reg signed [44:0] p);
  reg signed [26:0] a_q;
  reg signed [17:0] b_q;
  reg signed [44:0] m;
  always @(posedge clk) begin a_q <= a; b_q <= b; m <= a_q * b_q; p <= m; end
endmodule

module block_ram (input clk, we, input [10:0] wa, ra, input [15:0] d, output reg [15:0] q);
  reg [15:0] words [0:2047];
  always @(posedge clk) begin if (we) words[wa] <= d; q <= words[ra]; end
endmodule

module lut_ram (input clk, we, input [4:0] wa, ra, input [15:0] d, output reg [15:0] q);
  (* ram_style = "distributed" *) reg [15:0] words [0:31];
  always @(posedge clk) begin if (we) words[wa] <= d; q <= words[ra]; end
endmodule

module block_rom (input clk, input [9:0] a, output reg [17:0] q);
  (* rom_style = "block" *) reg [17:0] words [0:1023];
  integer i;
  initial for (i = 0; i < 1024; i = i + 1) words[i] = i * i * 7 + (i << 5);
  always @(posedge clk) q <= words[a];
endmodule

module lut_rom (input clk, input [5:0] a, output reg [15:0] q);
  (* rom_style = "distributed" *) reg [15:0] words [0:63];
  integer i;
  initial for (i = 0; i < 64; i = i + 1) words[i] = i * i * 17 + 3;
  always @(posedge clk) q <= words[a];
endmodule

module counter #(parameter WIDTH = 4) (input clk, rst, output reg [WIDTH-1:0] n);
  always @(posedge clk) if (rst) n <= 0; else n <= n + 1'b1;
endmodule

module probes (
  input clk, rst, we, input [26:0] a, input [17:0] b, input [10:0] wa, ra,
  output [31:0] s0, s1, s2, output [44:0] p, output [15:0] qb, ql, output [17:0] qr, output [15:0] qt,
  output [3:0] n0, output [11:0] n1
);
  multiply_accumulate m0 (clk, rst, we, a[7:0], b[7:0], s0);
  multiply_accumulate m1 (clk, rst, we, a[15:8], b[7:0], s1);
  multiply_accumulate m2 (clk, rst, we, a[7:0], b[15:8], s2);
  wide_multiply w (clk, a, b, p);
  block_ram r (clk, we, wa, ra, a[15:0], qb);
  lut_ram l (clk, we, wa[4:0], ra[4:0], a[15:0], ql);
  block_rom k (clk, ra[9:0], qr);
  lut_rom t (clk, ra[5:0], qt);
  counter c0 (clk, rst, n0);
  counter #(.WIDTH(12)) c1 (clk, rst, n1);
endmodule
