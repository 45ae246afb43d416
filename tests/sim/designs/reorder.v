// A process of reorder.
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
  wire _unused = in_stream_TLAST;
endmodule
