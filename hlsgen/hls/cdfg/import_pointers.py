"""Pointers of a function under import: each is one place, or one of several with a bit that says which.

A pointer that a loop moves along an object is a number of steps from its start.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import gcd

from hlsgen.hls.graph import Dominance
from hlsgen.hls.llvm import ir as llvm
from hlsgen.hls.llvm.layout import field_offsets, size_bytes

from . import layout
from .import_body import Body
from .import_objects import Objects
from .import_offsets import FLAT_INDEX_BITS, gep_offsets, in_bytes, index
from .ir import Kind

NOWHERE = ""  # what a null pointer points into


@dataclass(frozen=True, slots=True)
class Pointer:
    """What a pointer value points into: an array or a stream, and where. walks: it starts at a single variable, and
    may be elsewhere when nobody follows it."""

    object: str
    address: layout.Address = layout.START
    walks: bool = False


Way = tuple[int | None, Pointer]  # the value that says that a pointer is this one, None where there is no other


@dataclass(frozen=True, slots=True)
class _PointerPhi:
    """What a phi of pointers became a phi of: whether it points into `object`, or by how many steps of `step` bytes."""

    object: str
    step: int  # 0: whether it does
    stream: Pointer | None = None  # the one of the array of streams that it means


class Pointers:
    def __init__(self, body: Body, objects: Objects) -> None:
        self.body, self.objects = body, objects
        self.pointers: dict[str, Pointer] = {}
        self.choices: dict[str, tuple[Way, ...]] = {}  # pointers to one of several objects
        self.pointer_phis: dict[int, _PointerPhi] = {}
        blocks = body.source.blocks
        self.homes = {i.result: block.label for block in blocks for i in block.instructions if i.result}
        self.dominance = Dominance({block.label: block.terminator.labels for block in blocks}, blocks[0].label)

    def pointer(self, operand: llvm.Operand) -> Pointer:
        match operand:
            case llvm.Local(name) if name in self.pointers:
                return self.pointers[name]
            case llvm.Local(name) if name in self.objects.leaves or name in self.objects.infos:
                return Pointer(name)
            case llvm.Local(name) if name in self.choices:
                if len(followed := self.followed(operand)) == 1:
                    return followed[0][1]
                raise self.body.refuse(
                    "a pointer to one of several objects is passed on", "call it with each under an if"
                )
            case llvm.GlobalRef(name):
                if name not in self.objects.leaves:
                    self.objects.add_global(name)
                return Pointer(name)
        raise self.body.refuse("a pointer to something unknown", "use arrays of this function or of the file")

    def ways(self, operand: llvm.Operand) -> tuple[Way, ...]:
        """What a pointer may be: one for each object, or for each place in one with members."""
        if isinstance(operand, llvm.Local) and operand.name in self.choices:
            return self.choices[operand.name]
        return ((None, Pointer(NOWHERE) if isinstance(operand, llvm.Null) else self.pointer(operand)),)

    def followed(self, operand: llvm.Operand) -> tuple[Way, ...]:
        """What a pointer may be where it is followed: not null."""
        ways = tuple(way for way in self.ways(operand) if way[1].object != NOWHERE)
        if not ways:
            raise self.body.refuse("a pointer to nothing", "point it to an array")
        return ways if len(ways) > 1 else ((None, ways[0][1]),)

    def is_address(self, operand: llvm.Operand) -> bool:
        """Whether an operand is a pointer, or one turned into an integer."""
        named = isinstance(operand, llvm.Local) and (operand.name in self.pointers or operand.name in self.choices)
        return named or isinstance(operand.type, llvm.PtrType)

    def name_ways(self, i: llvm.Instruction, ways: tuple[Way, ...]) -> None:
        if len(ways) == 1:
            self.pointers[self.body.name_of(i)] = ways[0][1]
        else:
            self.choices[self.body.name_of(i)] = ways

    def offset(self, base: Pointer, i: llvm.Instruction) -> Pointer:
        assert i.source_type is not None
        if base.object == NOWHERE:
            return base
        address, type = base.address, i.source_type
        for position, operand in enumerate(i.operands[1:]):
            if position == 0:
                stride = size_bytes(type)
            elif isinstance(type, llvm.StructType):
                assert isinstance(operand, llvm.Const)
                address = address.plus(field_offsets(type)[operand.value])
                type = type.fields[operand.value]
                continue
            else:
                assert isinstance(type, llvm.ArrayType)
                type = type.element
                stride = size_bytes(type)
            if isinstance(operand, llvm.Const):
                address = address.plus(stride * operand.value)
            elif stride == 1:  # LLVM counts in bytes when it has folded the element's size into a choice
                address = address.plus_all(in_bytes(self.body, self.body.value(operand)))
            else:
                address = address.plus(stride, self.body.value(operand))
        return replace(base, address=address)

    def pointer_phi(self, i: llvm.Instruction) -> None:
        """For each object a bit that says whether it is the one, and the number of steps from its start."""
        if streams := self.streams(i):
            bits = [self.new_phi(i, 1, each.object, stream=each) for each in streams]
            self.name_ways(i, tuple(zip(bits, streams, strict=True)))
            return
        objects, step = self.walked(i)
        ways: list[Way] = []
        for object in objects:
            taken = self.new_phi(i, 1, object) if len(objects) > 1 else None
            address, walks = layout.START, False
            leaves = self.objects.leaves.get(object, [])
            if step and len(leaves) == 1 and not leaves[0].dims:
                walks = self.only_address(i, object) != address
            elif step and leaves:
                known = self.only_address(i, object) if len(objects) > 1 else None
                address = known or self.stepped(object, step, self.new_phi(i, FLAT_INDEX_BITS, object, step))
            ways.append((taken, Pointer(object, address, walks)))
        self.name_ways(i, tuple(ways))

    def new_phi(
        self, i: llvm.Instruction, width: int, object: str, step: int = 0, stream: Pointer | None = None
    ) -> int:
        id = self.body.op(Kind.PHI, width, name=i.result or "")
        self.body.phis.append((id, i))
        self.pointer_phis[id] = _PointerPhi(object, step, stream)
        return id

    def pointer_part(self, operand: llvm.Operand, part: _PointerPhi) -> int:
        """What one operand of a phi of pointers hands to a part of it."""
        ways = [] if isinstance(operand, llvm.Undef) else self.ways(operand)
        mine = [way for way in ways if way[1].object == part.object and part.stream in (None, way[1])]
        width = FLAT_INDEX_BITS if part.step else 1
        found = None
        for taken, pointer in mine:
            value = self.steps_to(pointer, part.step) if part.step else self.body.const(1, 1)
            if taken is not None and (found is not None or not part.step):
                other = self.body.const(0, width) if found is None else found
                value = self.body.op(Kind.SELECT, width, (taken, value, other))
            found = value
        return self.body.const(0, width) if found is None else found

    def pointer_select(self, i: llvm.Instruction) -> None:
        if streams := self.streams(i):
            self.name_ways(i, tuple((self.chosen(i, each), each) for each in streams))
            return
        objects, step = self.walked(i)
        defined = [operand for operand in i.operands[1:] if not isinstance(operand, llvm.Undef)]
        if len(defined) == 1:
            self.name_ways(i, self.ways(defined[0]))
            return
        condition = self.body.value(i.operands[0])
        inverse = self.body.op(Kind.XOR, 1, (condition, self.body.const(1, 1)))
        ways: list[Way] = []
        for object in objects:
            first, second = ([w for w in self.ways(side) if w[1].object == object] for side in i.operands[1:])
            if len(first) == len(second) == 1 and (first[0][1] == second[0][1] or not self.has_members(object, step)):
                ways.append(self.either(condition, first[0], second[0], step))
                continue
            for here, side in ((condition, first), (inverse, second)):
                ways += [
                    (here if taken is None else self.body.op(Kind.AND, 1, (here, taken)), to) for taken, to in side
                ]
        self.name_ways(i, tuple(ways))

    def chosen(self, i: llvm.Instruction, stream: Pointer) -> int:
        """Whether a select gives this stream."""
        part = _PointerPhi(stream.object, 0, stream)
        bits = (self.pointer_part(operand, part) for operand in i.operands[1:])
        return self.body.op(Kind.SELECT, 1, (self.body.value(i.operands[0]), *bits))

    def either(self, condition: int, first: Way, second: Way, step: int) -> Way:
        """A choice of two places in one object."""
        object = first[1].object
        taken = None
        if first[0] is not None or second[0] is not None:
            bits = tuple(self.body.const(1, 1) if way[0] is None else way[0] for way in (first, second))
            taken = self.body.op(Kind.SELECT, 1, (condition, *bits))
        if first[1] == second[1]:
            return taken, first[1]
        steps = tuple(self.steps_to(way[1], step) for way in (first, second))
        id = self.body.op(Kind.SELECT, FLAT_INDEX_BITS, (condition, *steps))
        return taken, Pointer(object, self.stepped(object, step, id))

    def only_address(self, i: llvm.Instruction, object: str) -> layout.Address | None:
        """Where in `object` a phi of pointers points, if it does, when one address that is known by then tells."""
        found = set()
        for operand in i.operands:
            if isinstance(operand, llvm.Local) and operand.name in self.body.made:
                home = self.homes[operand.name]
                if home == self.body.label or not self.dominance.dominates(home, self.body.label):
                    return None
            elif isinstance(operand, llvm.Undef):
                continue
            found |= {pointer.address for _, pointer in self.ways(operand) if pointer.object == object}
        return found.pop() if len(found) == 1 else None

    def stepped(self, object: str, step: int, count: int) -> layout.Address:
        address = layout.START.plus(step, count)
        return replace(address, loose=self.has_members(object, step))

    def has_members(self, object: str, step: int) -> bool:
        """Whether steps may lead from one member to another."""
        leaves = self.objects.leaves[object]
        return len(leaves) > 1 and not all(leaf.dims and step % leaf.dims[0][1] == 0 for leaf in leaves)

    def streams(self, i: llvm.Instruction) -> list[Pointer]:
        """The streams that a phi or select of pointers may mean: LLVM makes one access of one in each of two arms."""
        found: dict[Pointer, None] = {}
        seen: set[llvm.Operand] = set()
        work: list[llvm.Operand] = [llvm.Local(self.body.name_of(i), i.type)]
        while work:
            operand = work.pop()
            name = operand.name if isinstance(operand, llvm.Local) else ""
            made = None if name in self.pointers or name in self.choices else self.body.made.get(name)
            if isinstance(operand, llvm.Undef | llvm.Null) or operand in seen:
                continue
            seen.add(operand)
            if made is not None and made.opcode in ("phi", "select"):
                work += [each for each in made.operands if isinstance(each.type, llvm.PtrType)]
            elif made is not None and made.opcode == "getelementptr":
                start = made.operands[0]
                if not isinstance(start, llvm.Local) or start.name not in self.objects.infos:
                    return []
                found[self.offset(Pointer(start.name), made)] = None
            else:
                found |= dict.fromkeys(pointer for _, pointer in self.ways(operand))
        plain = all(pointer.object in self.objects.infos and not pointer.address.terms for pointer in found)
        return list(found) if plain else []

    def walked(self, i: llvm.Instruction) -> tuple[list[str], int]:
        """The objects that a pointer may point into, and the bytes of which all its steps are multiples, 0 for none."""
        objects: dict[str, None] = {}
        step = 0
        seen: set[str] = set()
        work: list[llvm.Operand] = [llvm.Local(self.body.name_of(i), i.type)]
        while work:
            operand = work.pop()
            made = self.body.made.get(operand.name) if isinstance(operand, llvm.Local) else None
            if isinstance(operand, llvm.Undef):  # whatever it is, nobody follows it
                continue
            known = made is not None and (made.result in self.pointers or made.result in self.choices)
            if known or made is None or made.opcode not in ("phi", "select", "getelementptr"):
                for _, pointer in self.ways(operand):
                    objects[pointer.object] = None
                    step = gcd(step, pointer.address.constant, *(scale for scale, _ in pointer.address.terms))
            elif made.result not in seen:
                seen.add(made.result or "")
                if made.opcode == "getelementptr":
                    work.append(made.operands[0])
                    step = gcd(step, *gep_offsets(made))
                else:
                    work += [each for each in made.operands if isinstance(each.type, llvm.PtrType)]
        if objects.keys() & self.objects.infos.keys():
            raise self.body.refuse("a pointer to one of several streams", "use an `if` or `switch` around the accesses")
        if not objects.keys() - {NOWHERE}:
            raise self.body.refuse("a pointer to nothing", "point it to an array")
        return list(objects), step

    def steps_to(self, pointer: Pointer, step: int) -> int:
        """How many steps a pointer is from the start of its object."""
        address = pointer.address
        terms = tuple((scale // step, value) for scale, value in address.terms)
        return index(self.body, layout.Address(address.constant // step, terms), FLAT_INDEX_BITS)
