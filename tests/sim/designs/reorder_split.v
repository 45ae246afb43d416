// A process of reorder.
module reorder_split (
    input         clk,
    input         rst_n,
    input         start,
    output        ready,
    input  [15:0] in_data,
    input         in_valid,
    output        in_ready,
    output [15:0] even_data,
    output        even_valid,
    input         even_ready,
    output [15:0] odd_data,
    output        odd_valid,
    input         odd_ready
);
  reg [2:0] beat;
  assign even_data  = in_data;
  assign odd_data   = in_data;
  assign even_valid = start && in_valid && !beat[0];
  assign odd_valid  = start && in_valid && beat[0];
  assign in_ready   = start && (beat[0] ? odd_ready : even_ready);
  assign ready      = in_valid && in_ready && beat == 3'd7;
  always @(posedge clk)
    if (!rst_n) beat <= 3'd0;
    else if (in_valid && in_ready) beat <= beat + 3'd1;
endmodule
