"""Intervals of the values that addresses are made of, while a function is imported: its phis are not complete yet.

Values are read as signed numbers. What is not known is the whole interval of the width.
"""

from __future__ import annotations

from collections.abc import Mapping

from hlsgen.hls.llvm import ir as llvm

from .ir import Kind, Op
from .layout import Range


class IndexRanges:
    """ops: the operations imported so far, a phi with its name in LLVM. loops: of the function."""

    def __init__(self, ops: Mapping[int, Op], function: llvm.Function, loops: Mapping[str, llvm.Loop]) -> None:
        self.ops = ops
        self.known: dict[int, Range] = {}
        self.made = {i.result: i for block in function.blocks for i in block.instructions if i.result}
        self.loop_of_phi = {
            i.result: loops[block.label]
            for block in function.blocks
            if block.label in loops
            for i in block.instructions
            if i.opcode == "phi"
        }

    def of(self, value: int) -> Range:
        """Lowest and highest of a value that is an index, as far as its operations and the trips of loops tell."""
        if value not in self.known:
            self.known[value] = (-(1 << 63), 1 << 63)  # while a phi is looked at
            self.known[value] = self.found_range(self.ops[value])
        return self.known[value]

    def found_range(self, op: Op) -> Range:
        half = 1 << max(0, op.width - 1)
        args = [self.ops[arg] for arg in op.args]
        match op.kind:
            case Kind.CONST:
                value = op.value - 2 * half if op.value >= half > 1 else op.value
                return value, value
            case Kind.ZEXT:
                low, high = self.of(args[0].id)
                return (low, high) if low >= 0 and high < 1 << args[0].width else (0, (1 << args[0].width) - 1)
            case Kind.SEXT:
                low, high = self.of(args[0].id)
                narrow = 1 << args[0].width - 1
                return max(low, -narrow), min(high, narrow - 1)
            case Kind.AND:
                masks = [arg.value for arg in args if arg.kind is Kind.CONST and arg.value < half]
                if masks:
                    return 0, min(masks)
            case Kind.UREM if args[1].kind is Kind.CONST and 0 < args[1].value < half:
                return 0, args[1].value - 1
            case Kind.SREM if args[1].kind is Kind.CONST and 0 < args[1].value < half:
                low = self.of(args[0].id)[0]
                return (0 if low >= 0 else 1 - args[1].value), args[1].value - 1
            case Kind.LSHR | Kind.ASHR if args[1].kind is Kind.CONST:
                low, high = self.of(args[0].id)
                if low >= 0 and high < half:
                    return low >> args[1].value, high >> args[1].value
            case Kind.ADD:
                (a, b), (c, d) = self.of(args[0].id), self.of(args[1].id)
                if -half <= a + c and b + d < half:
                    return a + c, b + d
            case Kind.PHI:
                return self.counter_range(op)
        return -half, half - 1

    def counter_range(self, op: Op) -> Range:
        """Of a phi that counts in constant steps, by how often its loop runs."""
        half = 1 << op.width - 1
        made = self.made.get(op.name)
        loop = self.loop_of_phi.get(op.name)
        if made is None or loop is None or loop.trip_count is None or len(made.operands) != 2:
            return -half, half - 1
        into = dict(zip(made.labels, made.operands, strict=True))
        start = next((o for label, o in into.items() if label not in loop.blocks), None)
        following = next((o for label, o in into.items() if label in loop.blocks), None)
        step = self.made.get(following.name) if isinstance(following, llvm.Local) else None
        if not isinstance(start, llvm.Const) or step is None or step.opcode != "add":
            return -half, half - 1
        other, by = step.operands
        if other != llvm.Local(op.name, other.type) or not isinstance(by, llvm.Const):
            return -half, half - 1
        first = start.value
        steps = loop.trip_count - (loop.exiting == (loop.latch,))  # a loop that tests at its top gets one further
        last = first + by.value * steps
        if min(first, last) < -half or max(first, last) >= half:
            return -half, half - 1  # read as a signed number it may turn negative
        return min(first, last), max(first, last)
