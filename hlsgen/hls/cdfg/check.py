"""What every CDFG must satisfy between passes: widths, definitions before uses, phis that fit their blocks."""

from __future__ import annotations

from hlsgen.core.errors import InternalError
from hlsgen.hls.graph import Dominance

from .ir import Branch, Function, Kind, Op

_SAME_WIDTH = frozenset(
    (Kind.ADD, Kind.SUB, Kind.UDIV, Kind.SDIV, Kind.UREM, Kind.SREM, Kind.AND, Kind.OR, Kind.XOR, Kind.COPY, Kind.PHI)
)


def check(function: Function, after: str = "import") -> Function:
    """`function` itself when it is well formed; an `InternalError` naming the pass `after` which it broke."""
    fault = _fault(function)
    if fault:
        raise InternalError(f"after {after}: {function.name}: {fault}", function)
    return function


def _fault(function: Function) -> str:
    ops, home = function.ops, function.home()
    if len(home) != sum(len(block.ops) for block in function.blocks.values()):
        return "an operation stands in two blocks"
    for label, block in function.blocks.items():
        if any(target not in function.blocks for target in block.end.targets()):
            return f"{label} goes to a block that is not there"
    predecessors = function.predecessors()
    dominance = Dominance({label: block.end.targets() for label, block in function.blocks.items()}, function.entry)
    unreached = [label for label in function.blocks if label not in dominance]
    if unreached:
        return f"{unreached[0]} cannot be reached"
    place = {id: position for block in function.blocks.values() for position, id in enumerate(block.ops)}
    for label, block in function.blocks.items():
        if isinstance(block.end, Branch):
            condition = block.end.condition
            if condition not in home or not dominance.dominates(home[condition], label):
                return f"{label} branches on %{condition}, which does not come before it"
            if ops[condition].width != 1:
                return f"{label} branches on %{condition}, which is not one bit"
        for id in block.ops:
            op = ops[id]
            missing = [arg for arg in op.inputs() if arg not in home]
            if missing:
                return f"{op}: %{missing[0]} is not defined"
            wrong = _width_fault(op, [ops[arg].width for arg in op.args])
            if wrong:
                return f"{op}: {wrong}"
            if op.kind is Kind.PHI:
                if sorted(op.blocks) != sorted(predecessors[label]):
                    return f"{op}: incoming blocks are not the predecessors {predecessors[label]}"
                for arg, origin in zip(op.args, op.blocks, strict=True):
                    if not dominance.dominates(home[arg], origin):
                        return f"{op}: %{arg} does not come before the end of {origin}"
                continue
            for arg in op.inputs():
                before = place[arg] < place[id] if home[arg] == label else dominance.dominates(home[arg], label)
                if not before:
                    return f"{op}: %{arg} does not come before it"
    return ""


def _width_fault(op: Op, widths: list[int]) -> str:
    match op.kind:
        case kind if kind in _SAME_WIDTH:
            return "" if all(width == op.width for width in widths) else "operand widths differ from the result's"
        case Kind.SHL | Kind.LSHR | Kind.ASHR:
            return "" if widths[0] == op.width else "operand width differs from the result's"
        case Kind.ICMP:
            return "" if op.width == 1 and widths[0] == widths[1] else "compared widths differ"
        case Kind.SELECT:
            return "" if widths == [1, op.width, op.width] else "select widths"
        case Kind.SEXT | Kind.ZEXT:
            return "" if widths[0] < op.width else "an extension that does not extend"
        case Kind.SLICE:
            return "" if op.value >= 0 and op.value + op.width <= widths[0] else "slice outside its operand"
        case Kind.CONCAT:
            return "" if sum(widths) == op.width else "concat widths"
        case Kind.CONST:
            return "" if 0 <= op.value < 1 << op.width else "constant out of range"
    return ""
