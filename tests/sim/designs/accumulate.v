// One call: reads four beats, writes their sum.
module accumulate (
    input         ap_clk,
    input         ap_rst_n,
    input         ap_start,
    output        ap_done,
    output        ap_idle,
    output        ap_ready,
    input  [15:0] in_stream_TDATA,
    input         in_stream_TVALID,
    output        in_stream_TREADY,
    input  [ 1:0] in_stream_TKEEP,
    input  [ 1:0] in_stream_TSTRB,
    input         in_stream_TLAST,
    output [15:0] out_stream_TDATA,
    output        out_stream_TVALID,
    input         out_stream_TREADY,
    output [ 1:0] out_stream_TKEEP,
    output [ 1:0] out_stream_TSTRB,
    output        out_stream_TLAST
);
  reg [15:0] sum;
  reg [ 1:0] beat;
  reg        writing;

  assign in_stream_TREADY  = ap_start && !writing;
  assign out_stream_TDATA  = sum;
  assign out_stream_TVALID = writing;
  assign out_stream_TKEEP  = 2'b11;
  assign out_stream_TSTRB  = 2'b11;
  assign out_stream_TLAST  = 1'b1;
  assign ap_done           = writing && out_stream_TREADY;
  assign ap_ready          = ap_done;
  assign ap_idle           = !ap_start && !writing;

  always @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      beat    <= 2'd0;
      writing <= 1'b0;
    end else if (writing) begin
      if (out_stream_TREADY) writing <= 1'b0;
    end else if (in_stream_TVALID && in_stream_TREADY) begin
      sum  <= beat == 2'd0 ? in_stream_TDATA : sum + in_stream_TDATA;
      beat <= beat + 2'd1;
      if (beat == 2'd3) writing <= 1'b1;
    end
  end
  wire _unused = &{in_stream_TKEEP, in_stream_TSTRB, in_stream_TLAST};
endmodule
