// int scale(int n, const int a[16], short b[16], int& last): b[i] += 3 * a[i] for i < n; last = the last one; returns the sum.
// Two cycles an element: port 0 of a reads, then port 0 of b reads, port 1 of b writes.
module scale (
    input wire ap_clk,
    input wire ap_rst_n,
    input wire ap_start,
    output wire ap_done,
    output wire ap_ready,
    output wire ap_idle,
    input wire [31:0] n,
    output wire [3:0] a_address0,
    output wire a_ce0,
    input wire [31:0] a_q0,
    output wire [3:0] b_address0,
    output wire b_ce0,
    input wire [15:0] b_q0,
    output wire [3:0] b_address1,
    output wire b_ce1,
    output wire b_we1,
    output wire [15:0] b_d1,
    output wire [31:0] last,
    output wire last_ap_vld,
    output wire [31:0] ap_return
);
    reg [1:0] state;
    reg [4:0] at;
    reg [31:0] total;
    wire [15:0] next = b_q0 + 16'd3 * a_q0[15:0];
    wire signed [31:0] wide = {{16{next[15]}}, next};

    assign a_address0 = at[3:0];
    assign b_address0 = at[3:0];
    assign b_address1 = at[3:0];
    assign a_ce0 = state == 1;
    assign b_ce0 = state == 1;
    assign b_ce1 = state == 2;
    assign b_we1 = state == 2;
    assign b_d1 = next;
    assign last = wide;
    assign last_ap_vld = state == 2;
    assign ap_return = total;
    assign ap_done = state == 3;
    assign ap_ready = state == 3;
    assign ap_idle = state == 0;

    always @(posedge ap_clk)
        if (!ap_rst_n) state <= 0;
        else
            case (state)
                0: begin
                    at <= 0;
                    total <= 0;
                    if (ap_start) state <= $signed(n) > 0 ? 1 : 3;
                end
                1: state <= 2;
                2: begin
                    total <= total + wide;
                    at <= at + 1;
                    state <= at + 1 == n[4:0] ? 3 : 1;
                end
                3: state <= 0;
            endcase
endmodule
