// A process of reorder.
module reorder_join (
    input         clk,
    input         rst_n,
    output        done,
    input  [15:0] even_data,
    input         even_valid,
    output        even_ready,
    input  [15:0] odd_data,
    input         odd_valid,
    output        odd_ready,
    output [15:0] out_data,
    output        out_last,
    output        out_valid,
    input         out_ready
);
  reg [2:0] beat;
  assign out_data   = beat[2] ? even_data : odd_data;
  assign out_valid  = beat[2] ? even_valid : odd_valid;
  assign even_ready = beat[2] && out_ready;
  assign odd_ready  = !beat[2] && out_ready;
  assign out_last   = beat == 3'd7;
  assign done       = out_valid && out_ready && out_last;
  always @(posedge clk)
    if (!rst_n) beat <= 3'd0;
    else if (out_valid && out_ready) beat <= beat + 3'd1;
endmodule
