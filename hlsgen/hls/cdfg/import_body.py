"""A function under import: its operations, block by block, and the values of LLVM by name."""

from __future__ import annotations

from dataclasses import replace
from math import gcd

from hlsgen.core.errors import UserError
from hlsgen.hls.llvm import ir as llvm

from .ir import Jump, Kind, Op, Terminator

POINTERS = "compare or subtract pointers into one array, or use indices"


class Body:
    """Operations go to the end of the block `label` and have the place `loc`."""

    def __init__(self, source: llvm.Function) -> None:
        self.source = source
        self.made = {i.result: i for block in source.blocks for i in block.instructions if i.result}
        self.ops: dict[int, Op] = {}
        self.order: dict[str, list[int]] = {}
        self.ends: dict[str, Terminator] = {}
        self.values: dict[str, int] = {}
        self.phis: list[tuple[int, llvm.Instruction]] = []  # to be finished when all else is
        self.steps: dict[int, int] = {}  # phi of a counter -> what divides its start and its step
        self.quotients: dict[int, tuple[int, int]] = {}  # shift of an address -> what it divides, and by what
        self.split_block: dict[str, str] = {}  # block of a call -> the block of LLVM that it is a part of
        self.split_from: dict[tuple[str, str], list[str]] = {}  # (predecessor, target) -> where its edges now start
        self.label = ""
        self.loc = source.loc

    def op(self, kind: Kind, width: int, args: tuple[int, ...] = (), **more: object) -> int:
        id = len(self.ops) + 1
        self.ops[id] = Op(id, kind, width, args, loc=self.loc, **more)  # type: ignore[arg-type]
        self.order[self.label].append(id)
        return id

    def phi(self, i: llvm.Instruction) -> int:
        id = self.op(Kind.PHI, self.bits(i.type), name=i.result or "")
        self.phis.append((id, i))
        self.steps[id] = gcd(*(self._step(i, operand) for operand in i.operands))
        return id

    def _step(self, phi: llvm.Instruction, operand: llvm.Operand) -> int:
        """How far an operand of a phi is from the phi itself, or from 0; 1 when nothing is known."""
        made = self.made.get(operand.name) if isinstance(operand, llvm.Local) else None
        if made is not None and made.opcode == "add" and made.operands[0] == llvm.Local(phi.result or "", phi.type):
            operand = made.operands[1]
        return abs(operand.value) if isinstance(operand, llvm.Const) else 1

    def parameter(self, name: str, width: int) -> int:
        """The argument `name` by value, as it was when the call began."""
        id = len(self.ops) + 1
        self.ops[id] = Op(id, Kind.PARAM, width, (), object=name, name=name, loc=self.loc)
        self.order[self.source.blocks[0].label].insert(0, id)
        return id

    def const(self, value: int, width: int) -> int:
        return self.op(Kind.CONST, width, value=value & ((1 << width) - 1))

    def refuse(self, what: str, do: str) -> UserError:
        return UserError(what, where=replace(self.loc, name=self.source.pretty), do=do)

    def resize(self, value: int, width: int) -> int:
        has = self.ops[value].width
        if has == width:
            return value
        return self.op(Kind.SLICE if has > width else Kind.SEXT, width, (value,))

    def both(self, one: int | None, other: int | None) -> int | None:
        """Two guards as one; None: always."""
        if one is None or other is None:
            return other if one is None else one
        return self.op(Kind.AND, 1, (one, other))

    def image(self, parts: list[tuple[int, int]], width: int) -> int:
        """Values at their places (lowest bit, value) in one integer, zeros between."""
        pieces: list[int] = []
        end = 0
        for lsb, value in sorted(parts):
            if lsb > end:
                pieces.insert(0, self.const(0, lsb - end))
            pieces.insert(0, value)
            end = lsb + self.ops[value].width
        if end < width:
            pieces.insert(0, self.const(0, width - end))
        return pieces[0] if len(pieces) == 1 else self.op(Kind.CONCAT, width, tuple(pieces))

    def value(self, operand: llvm.Operand) -> int:
        match operand:
            case llvm.Const(type, value):
                return self.const(value, self.bits(type))
            case llvm.Undef(type):
                return self.const(0, self.bits(type))
            case llvm.Local(name) if name in self.values:
                return self.values[name]
        raise self.refuse("a pointer is used as a number", POINTERS)

    def bits(self, type: llvm.Type) -> int:
        match type:
            case llvm.IntType(bits):
                return bits
            case llvm.StructType((llvm.IntType(bits), llvm.IntType(1))):  # of an operation with overflow
                return bits + 1
        raise self.refuse(f"a value of type {type}", "use integers, ap_int or ap_fixed")

    @staticmethod
    def name_of(i: llvm.Instruction) -> str:
        assert i.result is not None
        return i.result

    def new_block(self, what: str) -> None:
        """What follows stands in a block of its own: the accesses before it have ended by then."""
        label = f"{self.label.rsplit('.call', 1)[0]}.call{len(self.order)}.{what}"
        self.ends[self.label] = Jump(label)
        self.split_block[label] = self.split_block.get(self.label, self.label)
        self.label = label
        self.order[label] = []

    def leave(self, origin: str, end: Terminator) -> None:
        self.ends[self.label] = end
        for target in dict.fromkeys(end.targets()):
            self.split_from.setdefault((origin, target), []).append(self.label)

    def origin(self, label: str) -> str:
        """The block of LLVM that a block is, or is a part of."""
        label = label.rsplit(".case", 1)[0]
        return self.split_block.get(label, label).rsplit(".case", 1)[0]
