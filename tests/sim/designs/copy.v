// int copy(const int* a, int* b, int n, short& last): b[i] = a[i] + 1 for i < n; last = the last one; returns n.
// Everything behind s_axi_control; bursts of up to 16 words that stay inside 4 KB.
module copy (
    input wire ap_clk,
    input wire ap_rst_n,
    output wire interrupt,
    input wire [6:0] s_axi_control_AWADDR,
    input wire s_axi_control_AWVALID,
    output wire s_axi_control_AWREADY,
    input wire [31:0] s_axi_control_WDATA,
    input wire [3:0] s_axi_control_WSTRB,
    input wire s_axi_control_WVALID,
    output wire s_axi_control_WREADY,
    output wire [1:0] s_axi_control_BRESP,
    output reg s_axi_control_BVALID,
    input wire s_axi_control_BREADY,
    input wire [6:0] s_axi_control_ARADDR,
    input wire s_axi_control_ARVALID,
    output wire s_axi_control_ARREADY,
    output reg [31:0] s_axi_control_RDATA,
    output wire [1:0] s_axi_control_RRESP,
    output reg s_axi_control_RVALID,
    input wire s_axi_control_RREADY,
    output wire [63:0] m_axi_gmem_ARADDR,
    output wire [0:0] m_axi_gmem_ARID,
    output wire [7:0] m_axi_gmem_ARLEN,
    output wire [2:0] m_axi_gmem_ARSIZE,
    output wire [1:0] m_axi_gmem_ARBURST,
    output wire m_axi_gmem_ARVALID,
    input wire m_axi_gmem_ARREADY,
    input wire [31:0] m_axi_gmem_RDATA,
    input wire [0:0] m_axi_gmem_RID,
    input wire m_axi_gmem_RLAST,
    input wire [1:0] m_axi_gmem_RRESP,
    input wire m_axi_gmem_RVALID,
    output wire m_axi_gmem_RREADY,
    output wire [63:0] m_axi_gmem_AWADDR,
    output wire [0:0] m_axi_gmem_AWID,
    output wire [7:0] m_axi_gmem_AWLEN,
    output wire [2:0] m_axi_gmem_AWSIZE,
    output wire [1:0] m_axi_gmem_AWBURST,
    output wire m_axi_gmem_AWVALID,
    input wire m_axi_gmem_AWREADY,
    output wire [31:0] m_axi_gmem_WDATA,
    output wire [3:0] m_axi_gmem_WSTRB,
    output wire m_axi_gmem_WLAST,
    output wire m_axi_gmem_WVALID,
    input wire m_axi_gmem_WREADY,
    input wire [0:0] m_axi_gmem_BID,
    input wire [1:0] m_axi_gmem_BRESP,
    input wire m_axi_gmem_BVALID,
    output wire m_axi_gmem_BREADY,
    input wire m_axi_gmem_RUSER,
    input wire m_axi_gmem_BUSER
);
    reg [63:0] a, b;
    reg [31:0] n, at;
    reg [15:0] last;
    reg start, done, auto, gie, ier, isr, last_valid;

    // ---- the work: per burst address, read, address, write, answer
    localparam IDLE = 0, PLAN = 1, READ_ADDRESS = 2, READ = 3, WRITE_ADDRESS = 4, WRITE = 5, ANSWER = 6, END = 7;
    reg [2:0] state;
    reg [4:0] beats, beat;
    reg [31:0] buffer [0:15];
    wire [63:0] from = a + {30'd0, at, 2'd0};
    wire [63:0] to = b + {30'd0, at, 2'd0};
    wire [10:0] from_page = 11'd1024 - {1'b0, from[11:2]};
    wire [10:0] to_page = 11'd1024 - {1'b0, to[11:2]};
    wire [10:0] page = from_page < to_page ? from_page : to_page;
    wire [31:0] left = n - at;
    wire [31:0] burst = left < 16 ? (left < page ? left : page) : (16 < page ? 16 : page);

    assign m_axi_gmem_ARADDR = from;
    assign m_axi_gmem_ARID = 0;
    assign m_axi_gmem_ARLEN = beats - 1;
    assign m_axi_gmem_ARSIZE = 2;
    assign m_axi_gmem_ARBURST = 1;
    assign m_axi_gmem_ARVALID = state == READ_ADDRESS;
    assign m_axi_gmem_RREADY = state == READ;
    assign m_axi_gmem_AWADDR = to;
    assign m_axi_gmem_AWID = 0;
    assign m_axi_gmem_AWLEN = beats - 1;
    assign m_axi_gmem_AWSIZE = 2;
    assign m_axi_gmem_AWBURST = 1;
    assign m_axi_gmem_AWVALID = state == WRITE_ADDRESS;
    assign m_axi_gmem_WDATA = buffer[beat[3:0]] + 1;
    assign m_axi_gmem_WSTRB = 15;
    assign m_axi_gmem_WLAST = beat + 1 == beats;
    assign m_axi_gmem_WVALID = state == WRITE;
    assign m_axi_gmem_BREADY = state == ANSWER;

    always @(posedge ap_clk)
        if (!ap_rst_n) state <= IDLE;
        else
            case (state)
                IDLE: begin
                    at <= 0;
                    if (start) state <= PLAN;
                end
                PLAN: begin
                    beats <= burst[4:0];
                    beat <= 0;
                    state <= left == 0 ? END : READ_ADDRESS;
                end
                READ_ADDRESS: if (m_axi_gmem_ARREADY) state <= READ;
                READ: if (m_axi_gmem_RVALID) begin
                    buffer[beat[3:0]] <= m_axi_gmem_RDATA;
                    beat <= beat + 1;
                    if (m_axi_gmem_RLAST) begin
                        beat <= 0;
                        state <= WRITE_ADDRESS;
                    end
                end
                WRITE_ADDRESS: if (m_axi_gmem_AWREADY) state <= WRITE;
                WRITE: if (m_axi_gmem_WREADY) begin
                    beat <= beat + 1;
                    if (m_axi_gmem_WLAST) state <= ANSWER;
                end
                ANSWER: if (m_axi_gmem_BVALID) begin
                    at <= at + beats;
                    state <= PLAN;
                end
                END: state <= IDLE;
            endcase

    // ---- registers
    wire write = s_axi_control_AWVALID && s_axi_control_WVALID && !s_axi_control_BVALID;
    wire read = s_axi_control_ARVALID && !s_axi_control_RVALID;
    wire finish = state == END;
    assign s_axi_control_AWREADY = write;
    assign s_axi_control_WREADY = write;
    assign s_axi_control_ARREADY = read;
    assign s_axi_control_BRESP = 0;
    assign s_axi_control_RRESP = 0;
    assign interrupt = gie && isr;

    always @(posedge ap_clk)
        if (!ap_rst_n) begin
            {s_axi_control_BVALID, s_axi_control_RVALID, start, done, gie, ier, isr, last_valid} <= 0;
        end else begin
            if (write) s_axi_control_BVALID <= 1;
            else if (s_axi_control_BREADY) s_axi_control_BVALID <= 0;
            if (read) s_axi_control_RVALID <= 1;
            else if (s_axi_control_RREADY) s_axi_control_RVALID <= 0;
            if (read) begin
                case (s_axi_control_ARADDR)
                    7'h00: s_axi_control_RDATA <= {28'd0, done, state == IDLE, done, start};
                    7'h04: s_axi_control_RDATA <= gie;
                    7'h08: s_axi_control_RDATA <= ier;
                    7'h0c: s_axi_control_RDATA <= isr;
                    7'h10: s_axi_control_RDATA <= n;
                    7'h38: s_axi_control_RDATA <= {16'd0, last};
                    7'h3c: s_axi_control_RDATA <= last_valid;
                    default: s_axi_control_RDATA <= 32'hdeadbeef;
                endcase
                if (s_axi_control_ARADDR == 0) done <= 0;
                if (s_axi_control_ARADDR == 7'h3c) last_valid <= 0;
            end
            if (write)
                case (s_axi_control_AWADDR)
                    7'h00: start <= s_axi_control_WDATA[0];
                    7'h04: gie <= s_axi_control_WDATA[0];
                    7'h08: ier <= s_axi_control_WDATA[0];
                    7'h0c: isr <= isr ^ s_axi_control_WDATA[0];
                    7'h18: a[31:0] <= s_axi_control_WDATA;
                    7'h1c: a[63:32] <= s_axi_control_WDATA;
                    7'h24: b[31:0] <= s_axi_control_WDATA;
                    7'h28: b[63:32] <= s_axi_control_WDATA;
                    7'h30: n <= s_axi_control_WDATA;
                endcase
            if (finish) begin
                start <= 0;
                done <= 1;
                if (ier) isr <= 1;
            end
            if (state == WRITE && m_axi_gmem_WREADY) begin
                last <= m_axi_gmem_WDATA[15:0];
                last_valid <= 1;
            end
        end
endmodule
