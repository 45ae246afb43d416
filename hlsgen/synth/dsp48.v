// A 27x18 signed multiplier on a DSP48E1 cell with all registers off: the 7-series packer of Yosys then moves the
// registers and adders around it inside. A real DSP48E1 is 25 bits wide; a DSP48E2, which this stands for, is 27.
(* techmap_celltype = "$__MUL27X18" *)
module hlsgen_mul27x18 (input [26:0] A, input [17:0] B, output [44:0] Y);
  parameter A_SIGNED = 0;
  parameter B_SIGNED = 0;
  parameter A_WIDTH = 0;
  parameter B_WIDTH = 0;
  parameter Y_WIDTH = 0;
  wire [47:0] product;
  DSP48E1 #(
    .ACASCREG(0), .ADREG(0), .A_INPUT("DIRECT"), .ALUMODEREG(0), .AREG(0), .BCASCREG(0), .B_INPUT("DIRECT"),
    .BREG(0), .CARRYINREG(0), .CARRYINSELREG(0), .CREG(0), .DREG(0), .INMODEREG(0), .MREG(0), .OPMODEREG(0),
    .PREG(0), .USE_MULT("MULTIPLY"), .USE_SIMD("ONE48"), .USE_DPORT("FALSE")
  ) _TECHMAP_REPLACE_ (
    .A({{3{A[26]}}, A}), .B(B), .C(48'b0), .D(25'b0), .P(product),
    .INMODE(5'b00000), .ALUMODE(4'b0000), .OPMODE(7'b0000101), .CARRYINSEL(3'b000), .CARRYIN(1'b0),
    .ACIN(30'b0), .BCIN(18'b0), .PCIN(48'b0)
  );
  assign Y = product;
endmodule
