"""Arguments of the top that are no memories beside the functions, handed on: processes, and functions that are modules,
reach what is behind m_axi, or a stream, as the top would."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from hlsgen.hls.dataflow import Body
from hlsgen.hls.llvm import ir as llvm


def spread_masters(front: llvm.FrontEnd, functions: Iterable[str], bodies: Mapping[str, Body]) -> llvm.FrontEnd:
    """Ports of functions below become m_axi, or arrays that are streams, where their callers' are. functions: callers
    first; bodies: of regions."""
    known = {front.top: {port.name: port for port in front.ports if port.mode == "m_axi" or port.is_streamed}}
    function_ports = dict(front.function_ports)
    for name in functions:
        for callee, variables in _calls(front, name, bodies.get(name)):
            passed = {param: known.get(name, {}).get(variable) for param, variable in variables.items()}
            if callee == name or not any(passed.values()):
                continue
            ports = []
            for port in function_ports[callee]:
                outer = passed.get(port.name)
                ports.append(_as(port, outer) if outer is not None else port)
            function_ports[callee] = tuple(ports)
            known[callee] = {port.name: port for port in ports if port.mode == "m_axi" or port.is_streamed}
    return replace(front, function_ports=function_ports)


def _as(port: llvm.Port, outer: llvm.Port) -> llvm.Port:
    return replace(port, mode=outer.mode, options=outer.options, is_burst=outer.is_burst)


def _calls(front: llvm.FrontEnd, name: str, body: Body | None) -> Iterator[tuple[str, dict[str, str]]]:
    """Functions called, with what is passed for each parameter: a variable, maybe from an element on."""
    if body is not None and all(call.function != name for call in body.calls):
        for call in body.calls:
            yield call.function, {param: actual.variable for param, actual in call.actuals.items()}
        return
    code = [i for block in front.module.functions[name].blocks for i in block.instructions]
    bases = {i.result: i.operands[0] for i in code if i.opcode == "getelementptr"}
    for i in code:
        if i.opcode != "call" or i.callee not in front.module.functions:
            continue
        passed = {}
        for param, operand in zip(front.module.functions[i.callee].params, i.operands, strict=True):
            while isinstance(operand, llvm.Local) and operand.name in bases:
                operand = bases[operand.name]
            if isinstance(operand, llvm.Local):
                passed[param.name] = operand.name
        yield i.callee, passed
