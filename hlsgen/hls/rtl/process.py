"""One scheduled function as a module: control, datapath, memories, stream handshakes.

Ports: ap_clk, ap_rst_n, ap_start (a call is wanted), ap_taken (pulse: it has begun), ap_done (pulse: it is finished);
for each stream `<name>_data`, `<name>_valid`, `<name>_ready`; each scalar argument as `<name>_i`, read when the call is
taken; for each port of an external memory `<name>_address0`, `_ce0`, `_we0`, `_d0`, `_q0` (a read takes a cycle, `_q0`
stays while `_ce0` is low); an external memory of one word as `<name>_i`, read when the call is taken, and `<name>_o`
with the pulse `<name>_o_vld`. The other end of a stream is a FIFO, whose ready and valid do not depend on this module
in the same cycle.

`control_flow` says when which block runs, `datapath` what it computes, `values` where the results are, `accesses` and
`process_memories` what streams and memories take.
"""

from __future__ import annotations

from pathlib import Path

from hlsgen.hls.bind.scheduled import ScheduledFunction
from hlsgen.hls.cdfg.ir import Function

from .accesses import Accesses
from .control_flow import START, ControlFlow
from .datapath import Datapath
from .netlist import Module
from .process_memories import ProcessMemories
from .values import Values


def build_process(scheduled: ScheduledFunction, module_name: str) -> Module:
    """The module of one process."""
    function, loc = scheduled.function, scheduled.function.loc
    module = Module(module_name, comment=f"{function.name}, {Path(loc.file).name} line {loc.line}")
    values = Values(scheduled, module)
    accesses = Accesses(scheduled, values)
    memories = ProcessMemories(scheduled, module, accesses)
    flow = ControlFlow(scheduled, module, values)
    _declare_ports(module, function)
    memories.declare_ports()
    taken, done = module.port("ap_taken", 1, "output"), module.port("ap_done", 1, "output")
    values.name_all()
    blocks = [scheduled.blocks[label] for label in scheduled.reached]
    for block in blocks:
        flow.open(block)
    Datapath(scheduled, module, values, flow, memories).build()
    for block in blocks:
        flow.close(block)
    flow.hand_over(taken, done)
    values.hold_values()
    values.hold_params(flow.begin)
    accesses.drive_streams(module)
    memories.drive(flow.begin)
    return module


def _declare_ports(module: Module, function: Function) -> None:
    """The clock, the reset, the call, streams and scalar arguments."""
    for name in ("ap_clk", "ap_rst_n", START.name):
        module.port(name, 1, "input")
    for stream in function.used_streams():
        forward, back = ("input", "output") if stream.direction == "in" else ("output", "input")
        module.port(f"{stream.name}_data", stream.width, forward)
        module.port(f"{stream.name}_valid", 1, forward)
        module.port(f"{stream.name}_ready", 1, back)
    for param in function.params.values():
        module.port(f"{param.name}_i", param.width, "input")
