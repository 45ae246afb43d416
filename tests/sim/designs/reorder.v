// One call: reads eight beats, writes the odd ones, then the even ones. Two processes over two FIFOs.
module reorder (
    input         ap_clk,
    input         ap_rst_n,
    input         ap_start,
    output        ap_done,
    output        ap_idle,
    output        ap_ready,
    input  [15:0] in_stream_TDATA,
    input         in_stream_TVALID,
    output        in_stream_TREADY,
    input         in_stream_TLAST,
    output [15:0] out_stream_TDATA,
    output        out_stream_TVALID,
    input         out_stream_TREADY,
    output        out_stream_TLAST
);
  wire [15:0] even_wr_data, even_rd_data, odd_wr_data, odd_rd_data;
  wire even_wr_valid, even_wr_ready, even_rd_valid, even_rd_ready;
  wire odd_wr_valid, odd_wr_ready, odd_rd_valid, odd_rd_ready;

  reorder_split split_u0 (
      .clk(ap_clk),
      .rst_n(ap_rst_n),
      .start(ap_start),
      .ready(ap_ready),
      .in_data(in_stream_TDATA),
      .in_valid(in_stream_TVALID),
      .in_ready(in_stream_TREADY),
      .even_data(even_wr_data),
      .even_valid(even_wr_valid),
      .even_ready(even_wr_ready),
      .odd_data(odd_wr_data),
      .odd_valid(odd_wr_valid),
      .odd_ready(odd_wr_ready)
  );
  hlsgen_fifo #(.WIDTH(16), .DEPTH(4)) even_fifo (
      .clk(ap_clk),
      .rst_n(ap_rst_n),
      .wr_data(even_wr_data),
      .wr_valid(even_wr_valid),
      .wr_ready(even_wr_ready),
      .rd_data(even_rd_data),
      .rd_valid(even_rd_valid),
      .rd_ready(even_rd_ready)
  );
  hlsgen_fifo #(.WIDTH(16), .DEPTH(2)) odd_fifo (
      .clk(ap_clk),
      .rst_n(ap_rst_n),
      .wr_data(odd_wr_data),
      .wr_valid(odd_wr_valid),
      .wr_ready(odd_wr_ready),
      .rd_data(odd_rd_data),
      .rd_valid(odd_rd_valid),
      .rd_ready(odd_rd_ready)
  );
  reorder_join join_u0 (
      .clk(ap_clk),
      .rst_n(ap_rst_n),
      .done(ap_done),
      .even_data(even_rd_data),
      .even_valid(even_rd_valid),
      .even_ready(even_rd_ready),
      .odd_data(odd_rd_data),
      .odd_valid(odd_rd_valid),
      .odd_ready(odd_rd_ready),
      .out_data(out_stream_TDATA),
      .out_last(out_stream_TLAST),
      .out_valid(out_stream_TVALID),
      .out_ready(out_stream_TREADY)
  );
  assign ap_idle = !ap_start && !even_rd_valid && !odd_rd_valid;
  wire unused = in_stream_TLAST;
endmodule

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
