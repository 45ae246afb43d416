"""From scheduled functions to Verilog: a typed netlist, control, datapath, memories, dataflow regions."""
