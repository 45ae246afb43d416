"""Pointers that are compared or subtracted in a function under import: by their places in one object, signed numbers.

An address as a number is nothing else to hardware: what is done with one has to end in a comparison or a difference.
"""

from __future__ import annotations

from dataclasses import replace
from math import gcd

from hlsgen.hls.llvm import ir as llvm

from .import_body import POINTERS, Body
from .import_objects import Objects
from .import_offsets import FLAT_INDEX_BITS, in_bytes
from .import_pointers import NOWHERE, Pointers
from .ir import Kind
from .layout import Address

_DIVISIONS = ("sdiv", "ashr")
_Pair = tuple[int | None, int, int]  # a bit that says that it is this one, None where it always is, and two places


class Addresses:
    def __init__(self, body: Body, objects: Objects, pointers: Pointers) -> None:
        self.body, self.objects, self.pointers = body, objects, pointers
        self.steps: dict[int, tuple[int, int]] = {}  # difference in bytes -> the same in steps, and the bytes of one

    def takes(self, i: llvm.Instruction) -> bool:
        """Whether the instruction is one of addresses as numbers, or makes elements of their difference."""
        if i.opcode in _DIVISIONS:
            return self.elements(i) > 0
        is_known = i.opcode in ("icmp", "ptrtoint", "freeze", "trunc", "add", "sub")
        return is_known and any(map(self.pointers.is_address, i.operands))

    def instruction(self, i: llvm.Instruction) -> None:
        name = self.body.name_of(i)
        if i.opcode == "icmp":
            self.body.values[name] = self.compare(i)
        elif i.opcode in _DIVISIONS:
            steps, _ = self.steps[self.body.value(i.operands[0])]
            self.body.values[name] = self.times(steps, self.elements(i))
        elif i.opcode in ("add", "sub"):
            if i.opcode == "sub" and self.pointers.is_address(i.operands[1]):
                self.body.values[name] = self.difference(i)
            else:
                self.move(i)
        else:
            self.pointers.name_ways(i, self.pointers.ways(i.operands[0]))

    def compare(self, i: llvm.Instruction) -> int:
        """Pointers into different objects are not equal, and have no order."""
        is_order = i.predicate not in ("eq", "ne")
        pairs, _ = self.pairs(i)
        if is_order and not pairs:
            raise self.body.refuse("pointers into different objects are compared by < or >", POINTERS)
        predicate = f"s{i.predicate[1:]}" if is_order else "eq"
        found = self.body.const(0, 1)
        for taken, one, other in pairs:
            test = self.body.op(Kind.ICMP, 1, (one, other), predicate=predicate)
            if taken is not None:
                test = self.body.op(Kind.AND, 1, (taken, test))
            found = self.body.op(Kind.OR, 1, (found, test))
        return self.body.op(Kind.XOR, 1, (found, self.body.const(1, 1))) if i.predicate == "ne" else found

    def difference(self, i: llvm.Instruction) -> int:
        pairs, unit = self.pairs(i)
        if not pairs:
            raise self.body.refuse("pointers into different objects are subtracted", POINTERS)
        found: int | None = None
        for taken, one, other in pairs:
            steps = self.body.op(Kind.SUB, FLAT_INDEX_BITS, (one, other))
            if found is not None and taken is not None:
                steps = self.body.op(Kind.SELECT, FLAT_INDEX_BITS, (taken, steps, found))
            found = steps
        assert found is not None
        steps = self.body.resize(found, self.body.bits(i.type))
        value = self.times(steps, unit)
        self.steps[value] = steps, unit
        return value

    def elements(self, i: llvm.Instruction) -> int:
        """How many elements a step is, when an instruction divides a difference by their size; 0 when it does not."""
        value, by = i.operands
        made = self.body.values.get(value.name) if isinstance(value, llvm.Local) else None
        if made not in self.steps or "exact" not in i.flags or not isinstance(by, llvm.Const):
            return 0
        count, rest = divmod(self.steps[made][1], by.value if i.opcode.endswith("div") else 1 << by.value)
        return 0 if rest else count

    def move(self, i: llvm.Instruction) -> None:
        """An address and a number."""
        start, number = i.operands if self.pointers.is_address(i.operands[0]) else reversed(i.operands)
        if self.pointers.is_address(number) or (i.opcode == "sub" and start != i.operands[0]):
            raise self.body.refuse("a pointer is used as a number", POINTERS)
        by = in_bytes(self.body, self.body.value(number))
        if i.opcode == "sub":
            by = Address(-by.constant, tuple((-scale, value) for scale, value in by.terms))
        ways = self.pointers.ways(start)
        self.pointers.name_ways(
            i, tuple((taken, replace(pointer, address=pointer.address.plus_all(by))) for taken, pointer in ways)
        )

    def pairs(self, i: llvm.Instruction) -> tuple[list[_Pair], int]:
        """What two pointers may be where both are in one object: places in steps from its start, and the bytes of a
        step."""
        left, right = (self.pointers.ways(operand) for operand in i.operands)
        objects = {pointer.object for _, pointer in (*left, *right)}
        if NOWHERE in objects and (buses := objects & self.objects.buses.keys()):
            raise self.body.refuse(
                f"whether the m_axi argument {min(buses)!r} is null is not known to hardware", "pass a bool beside it"
            )
        met = [(one, other) for one in left for other in right if one[1].object == other[1].object]
        pointers = [pointer for pair in met for _, pointer in pair]
        if any(pointer.walks for pointer in pointers):
            raise self.body.refuse("a pointer that walks from a single variable is compared or subtracted", POINTERS)
        addresses = [pointer.address for pointer in pointers]
        unit = gcd(*(each.constant for each in addresses), *(scale for each in addresses for scale, _ in each.terms))
        unit = unit or 1
        return [
            (
                self.body.both(one[0], other[0]),
                self.pointers.steps_to(one[1], unit),
                self.pointers.steps_to(other[1], unit),
            )
            for one, other in met
        ], unit

    def times(self, value: int, factor: int) -> int:
        width = self.body.ops[value].width
        return self.body.op(Kind.MUL, width, (value, self.body.const(factor, width)))
