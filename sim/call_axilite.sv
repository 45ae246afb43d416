// AXI4-Lite master that carries out a list of operations, a phase at a time: `go` starts the next one, `ready` says that
// it has ended. An operation is 128 bits {kind, address, data, mask}, in a file:
//   0 end of the phase     1 write data, mask = WSTRB          2 read and compare under the mask
//   3 read until equal to data under the mask                  4 wait for the interrupt to be `data`
//   5 read; unless bit 0 is set skip `data` operations, which is wrong if `mask` is not 0
// Added to the kind: 256 `begun` tells when it has been done, 512 `over` does.
// Log: `mismatch register <port> <operation> <expected> <got>`, operations counted from the start of the file.
module call_axilite #(
    parameter int PORT    = 0,
    parameter int ADDRESS = 6
) (
    input  bit               clk,
    input  bit               rst_n,
    input  bit               stalls,
    input  bit [       31:0] seed,
    input  bit               go,
    input  int               program_file,
    input  int               log,
    output bit               ready,
    output bit [       31:0] mismatches,
    output bit               moved,         // something other than waiting was done
    output bit               begun,
    output bit               over,
    input  bit               interrupt,
    output bit [ADDRESS-1:0] awaddr,
    output bit               awvalid,
    input  bit               awready,
    output bit [       31:0] wdata,
    output bit [        3:0] wstrb,
    output bit               wvalid,
    input  bit               wready,
    input  bit [        1:0] bresp,
    input  bit               bvalid,
    output bit               bready,
    output bit [ADDRESS-1:0] araddr,
    output bit               arvalid,
    input  bit               arready,
    input  bit [       31:0] rdata,
    input  bit [        1:0] rresp,
    input  bit               rvalid,
    output bit               rready
);
  localparam int LOGGED = 8;
  typedef enum bit [2:0] {
    IDLE,
    FETCH,
    ADDRESSING,
    WRITING,
    READING,
    WAITING
  } state_t;

  state_t state;
  bit [127:0] operation, fetched;
  bit [31:0] number, skipped, next_number;
  bit aw_done, w_done, open, open_w;
  bit [31:0] kind, address, data, mask;

  assign kind = 32'(operation[103:96]);
  assign {address, data, mask} = operation[95:0];
  assign bready = open && state == WRITING;
  assign rready = open && state == READING;

  stall_gate gate (.clk, .rst_n, .stalls, .seed, .open);
  stall_gate gate_w (.clk, .rst_n, .stalls, .seed(~seed), .open(open_w));

  task automatic wrong(input bit [31:0] expected, input bit [31:0] got);
    mismatches <= mismatches + 1;
    if (mismatches < LOGGED) $fdisplay(log, "mismatch register %0d %0d %0h %0h", PORT, number, expected, got);
  endtask

  always_ff @(posedge clk) begin
    moved <= 1'b0;
    begun <= 1'b0;
    over  <= 1'b0;
    if (!rst_n) begin
      state       <= IDLE;
      awvalid     <= 1'b0;
      wvalid      <= 1'b0;
      arvalid     <= 1'b0;
      ready       <= 1'b1;
      next_number <= '0;
      skipped     <= '0;
      mismatches  <= '0;
    end else begin
      case (state)
        IDLE:
        if (go) begin
          ready <= 1'b0;
          state <= FETCH;
        end
        FETCH: begin
          if ($fread(fetched, program_file) != 16) fetched = '0;
          operation   <= fetched;
          number      <= next_number;
          next_number <= next_number + 1;
          aw_done     <= 1'b0;
          w_done      <= 1'b0;
          if (fetched[103:96] == 0) begin
            ready <= 1'b1;
            state <= IDLE;
          end else if (skipped != 0) skipped <= skipped - 1;
          else if (fetched[103:96] == 4) state <= WAITING;
          else state <= ADDRESSING;
        end
        ADDRESSING:
        if (kind == 1) begin
          if (!awvalid && !aw_done && open) begin
            awaddr  <= address[ADDRESS-1:0];
            awvalid <= 1'b1;
          end
          if (!wvalid && !w_done && open_w) begin
            wdata  <= data;
            wstrb  <= mask[3:0];
            wvalid <= 1'b1;
          end
          if (awvalid && awready) begin
            awvalid <= 1'b0;
            aw_done <= 1'b1;
          end
          if (wvalid && wready) begin
            wvalid <= 1'b0;
            w_done <= 1'b1;
          end
          if (aw_done && w_done) begin
            begun <= operation[104];
            state <= WRITING;
          end
        end else begin
          if (!arvalid && open) begin
            araddr  <= address[ADDRESS-1:0];
            arvalid <= 1'b1;
          end
          if (arvalid && arready) begin
            arvalid <= 1'b0;
            state   <= READING;
          end
        end
        WRITING:
        if (bvalid && bready) begin
          moved <= 1'b1;
          if (bresp != '0) wrong('0, 32'(bresp));
          state <= FETCH;
        end
        READING:
        if (rvalid && rready) begin
          moved <= kind != 3;
          state <= FETCH;
          if (rresp != '0) wrong('0, 32'(rresp));
          else if (kind == 2) begin
            if (((rdata ^ data) & mask) != 0) wrong(data & mask, rdata & mask);
          end else if (kind == 3) begin
            if (((rdata ^ data) & mask) != 0) state <= ADDRESSING;
            else over <= operation[105];
          end else if (kind == 5) begin
            if (!rdata[0]) begin
              skipped <= data;
              if (mask != 0) wrong(32'd1, rdata);
            end
          end
        end
        WAITING:
        if (interrupt == data[0]) begin
          over  <= operation[105];
          state <= FETCH;
        end
        default: state <= IDLE;
      endcase
    end
  end
endmodule
