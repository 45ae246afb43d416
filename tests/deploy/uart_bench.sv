// The board: an oscillator, the serial line, and a PLL that passes the oscillator on.
module tb;
    reg clock = 0;
    reg to_board = 1;
    wire from_board, unused;
    always #10000 clock = ~clock;
    board_top #(
        .CLOCKS_PER_BIT(8),
        .TIMEOUT_CLOCKS(1600)
    ) board (
        .clk_25mhz(clock),
        .ftdi_txd(to_board),
        .ftdi_rxd(from_board),
        .wifi_gpio0(unused)
    );
endmodule

module EHXPLLL #(
    parameter CLKI_DIV = 1, CLKFB_DIV = 1, CLKOP_DIV = 1, CLKOP_CPHASE = 0, CLKOP_FPHASE = 0,
    parameter CLKOP_ENABLE = "", FEEDBK_PATH = "", OUTDIVIDER_MUXA = "", DPHASE_SOURCE = "", INTFB_WAKE = "",
    parameter PLLRST_ENA = "", STDBY_ENABLE = ""
) (
    input CLKI, CLKFB, RST, STDBY, PHASESEL0, PHASESEL1, PHASEDIR, PHASESTEP, PHASELOADREG, PLLWAKESYNC, ENCLKOP,
    output CLKOP, LOCK
);
    reg locked = 0;
    initial #500000 locked = 1;
    assign CLKOP = CLKI;
    assign LOCK = locked;
endmodule
