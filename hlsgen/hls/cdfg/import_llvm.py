"""LLVM IR -> CDFG: one kernel function, with its arrays as memories and its streams as named ports.

Pointers end here: each load and store names its memory and has one index per dimension; through a pointer to one of
several objects, each has a guarded load or store. What hardware cannot hold is refused with the source line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import gcd, prod

from hlsgen.core.errors import InternalError, UserError
from hlsgen.hls.graph import Dominance, reverse_post_order
from hlsgen.hls.items import ArrayItem, Callee, InputItem, OutputItem, StreamItem, suffix
from hlsgen.hls.llvm import ir as llvm
from hlsgen.hls.llvm.layout import field_offsets, size_bytes
from hlsgen.hls.llvm.layout import leaves as scalars

from . import layout
from .import_dependences import stated_dependences
from .index_ranges import IndexRanges
from .intrinsics import EXPANSIONS, IGNORED
from .ir import (
    Block,
    Branch,
    Function,
    Jump,
    Kind,
    Loop,
    Memory,
    Op,
    Param,
    Partition,
    Return,
    Stream,
    StreamField,
    Terminator,
    Unit,
)

_BINARY = {kind.value: kind for kind in (
    Kind.ADD, Kind.SUB, Kind.MUL, Kind.UDIV, Kind.SDIV, Kind.UREM, Kind.SREM, Kind.AND, Kind.OR, Kind.XOR,
    Kind.SHL, Kind.LSHR, Kind.ASHR,
)}  # fmt: skip
_STORAGE = frozenset(("bram", "lutram", "uram"))
_FLAT_INDEX_BITS = 32
_BUS_INDEX_BITS = 32  # how far a pointer reaches, in elements
DEFAULT_BUNDLE = "gmem"
_BANK = re.compile(r"_b\d+$")


@dataclass(frozen=True, slots=True)
class _Pointer:
    """What a pointer value points into."""

    object: str
    is_stream: bool
    address: layout.Address = layout.START


_Way = tuple[int | None, _Pointer]  # the value that says that a pointer is this one, None where there is no other


@dataclass(frozen=True, slots=True)
class _PointerPhi:
    """What a phi of pointers became a phi of: whether it points into `object`, or by how many steps of `step` bytes."""

    object: str
    step: int  # 0: whether it does


def import_function(
    front: llvm.FrontEnd,
    name: str,
    ports: Sequence[llvm.Port] = (),
    partitions: Sequence[llvm.Directive] = (),
    callees: Mapping[str, Callee] | None = None,
    called: bool = False,
) -> Function:
    """The function `name` (mangled) of the front end's module as a CDFG.

    ports: its parameters, and "ap_return" where it returns a value. partitions: what callers said of arrays that they
    pass, as directives on parameters. callees: the functions that it may call, by mangled name. called: it is one
    itself.
    """
    return _Importer(front, front.module.functions[name], ports, partitions, callees or {}, called).run()


class _Importer:
    def __init__(
        self,
        front: llvm.FrontEnd,
        function: llvm.Function,
        ports: Sequence[llvm.Port],
        partitions: Sequence[llvm.Directive],
        callees: Mapping[str, Callee],
        called: bool,
    ) -> None:
        self.front, self.source, self.partitions, self.callees = front, function, partitions, callees
        self.called = called
        self.units: dict[str, Unit] = {}  # by the function called
        self.divided_arrays = {
            d.target.name
            for d in (*front.directives, *partitions)
            if d.kind in ("array_partition", "array_reshape") and isinstance(d.target, llvm.VariableTarget)
        }
        self.ports = {port.name: port for port in ports}
        self.params: dict[str, Param] = {}
        self.ops: dict[int, Op] = {}
        self.order: dict[str, list[int]] = {}
        self.ends: dict[str, Terminator] = {}
        self.values: dict[str, int] = {}
        self.pointers: dict[str, _Pointer] = {}
        self.choices: dict[str, tuple[_Way, ...]] = {}  # pointers to one of several objects
        self.leaves: dict[str, list[layout.Leaf]] = {}
        self.stored: dict[tuple[str, str], bool] = {}  # (argument, path of a scalar) -> signed
        self.pretty: dict[str, str] = {}  # memories by what messages call them
        self.memories: dict[str, Memory] = {}
        self.streams: dict[str, Stream] = {}
        self.infos = {info.name: info for info in front.streams if info.function == function.name}
        self.phis: list[tuple[int, llvm.Instruction]] = []
        loops = {loop.header: loop for loop in front.loops if loop.function == function.name}
        self.ranges = IndexRanges(self.ops, function, loops)
        self.pointer_phis: dict[int, _PointerPhi] = {}
        self.made = {i.result: i for block in function.blocks for i in block.instructions if i.result}
        self.homes = {i.result: block.label for block in function.blocks for i in block.instructions if i.result}
        self.dominance = Dominance(
            {block.label: block.terminator.labels for block in function.blocks}, function.blocks[0].label
        )
        self.split_block: dict[str, str] = {}  # block of a call -> the block of LLVM that it is a part of
        self.split_from: dict[tuple[str, str], list[str]] = {}  # (predecessor, target) -> where its edges now start
        self.label = ""
        self.loc = function.loc

    # ---- placing operations

    def op(self, kind: Kind, width: int, args: tuple[int, ...] = (), **more: object) -> int:
        id = len(self.ops) + 1
        self.ops[id] = Op(id, kind, width, args, loc=self.loc, **more)  # type: ignore[arg-type]
        self.order[self.label].append(id)
        return id

    def const(self, value: int, width: int) -> int:
        return self.op(Kind.CONST, width, value=value & ((1 << width) - 1))

    def refuse(self, what: str, do: str) -> UserError:
        return UserError(what, where=replace(self.loc, name=self.source.pretty), do=do)

    # ---- the walk

    def run(self) -> Function:
        for block in self.reachable():
            self.label = block.label
            self.order[block.label] = []
            if block is self.source.blocks[0]:
                self.arguments()
            for instruction in block.instructions[:-1]:
                self.loc = instruction.loc if instruction.loc.line else self.loc
                self.instruction(instruction)
            self.terminator(block)
        for id, instruction in self.phis:
            self.finish_phi(id, instruction)
        blocks = {label: Block(label, tuple(order), self.ends[label]) for label, order in self.order.items()}
        return Function(
            name=self.source.pretty,
            ops=self.ops,
            blocks=blocks,
            loops=self.import_loops(),
            memories=self.finish_memories(),
            streams=self.finish_streams(),
            params=self.params,
            units=tuple(self.units.values()),
            ii=self.interval(),
            marks=self.marks(),
            loc=self.source.loc,
        )

    # ---- arguments

    def arguments(self) -> None:
        for param in self.source.params:
            port = self.ports.get(param.name)
            if param.name in self.infos:
                self.add_stream(param.name)
            elif port is None:
                raise self.refuse(f"nothing is known of argument {param.name!r}", "pass a number, array or stream")
            elif port.kind == "value" and port.by_pointer and port.name != "ap_return":
                self.add_copy(port)
            elif port.kind == "value" and not port.by_pointer:
                self.values[param.name] = self.scalar(port, self.bits(param.type))
            else:
                self.add_external(port)
        result = self.ports.get("ap_return")
        if result is not None and not result.by_pointer:
            self.add_external(result)

    def scalar(self, port: llvm.Port, width: int) -> int:
        """An argument by value as LLVM has it: the scalars of a class at their places in one integer of `width`."""
        parts: list[tuple[int, int]] = []  # (lowest bit, value)
        for leaf in port.fields:
            for number in range(leaf.count):
                index = f"_{number}" if leaf.count > 1 else ""
                name = argument_name(port.name, leaf) + index
                self.params[name] = Param(name, leaf.width, port.name, port.loc)
                value = self.op(Kind.PARAM, leaf.width, object=name, name=name)
                parts.append((8 * (leaf.offset_bytes + number * leaf.step_bytes), value))
        if len(parts) == 1 and parts[0][0] == 0:
            value = parts[0][1]
            has = self.ops[value].width
            if has == width:
                return value
            if has > width:
                return self.op(Kind.SLICE, width, (value,))
            return self.op(Kind.SEXT if port.fields[0].signed else Kind.ZEXT, width, (value,))
        return self.image(parts, width)

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

    def add_copy(self, port: llvm.Port) -> None:
        """An argument by value that LLVM passes by address: an object of the function's own, which starts with it."""
        self.add_memory(port.name, port.name, port.element, None, rom=False)
        for field in port.fields:
            for number in range(field.count):
                index = f"_{number}" if field.count > 1 else ""
                name = argument_name(port.name, field) + index
                self.params[name] = Param(name, field.width, port.name, port.loc)
                value = self.op(Kind.PARAM, field.width, object=name, name=name)
                place = layout.START.plus(field.offset_bytes + number * field.step_bytes)
                found = layout.find_leaf(self.leaves[port.name], place, self.ranges.of)
                assert found is not None
                leaf, split = found
                memory = self.memories[self.memory_name(port.name, leaf)]
                at = tuple(self.const(part.constant, _FLAT_INDEX_BITS) for part in split)
                if memory.width > field.width:
                    value = self.op(Kind.SEXT if field.signed else Kind.ZEXT, memory.width, (value,))
                self.op(Kind.STORE, 0, (*at, value), object=memory.name)

    def add_external(self, port: llvm.Port) -> None:
        """An argument that is reached by address: one memory for each scalar of its elements."""
        key, shape = port.name, port.shape
        if not port.fields:
            raise self.refuse(f"argument {key!r} is a part of an array, or of unknown type", "pass a whole array")
        strides = [size_bytes(port.element)]
        for extent in reversed(shape[1:]):
            strides.insert(0, strides[0] * extent)
        outer = tuple(zip(shape, strides, strict=True)) if shape else ()
        self.pretty[key] = key
        self.pointers[key] = _Pointer(key, is_stream=False)
        bus = str(port.options.get("bundle", DEFAULT_BUNDLE)) if port.mode == "m_axi" else ""
        self.leaves[key] = []
        for field in port.fields:
            inner = ((field.count, field.step_bytes),) if field.count > 1 else ()
            path = argument_name(key, field).removeprefix(key)
            width = 8 * size_bytes(llvm.IntType(field.width)) if bus else field.width
            whole = layout.Leaf(path, field.offset_bytes, (*outer, *inner), width)
            leaf = self.seen(key, whole)
            self.leaves[key].append(leaf)
            self.stored[key, path] = field.signed
            name = self.memory_name(key, leaf)
            self.memories[name] = Memory(
                name, leaf.bits, self.shape(key, leaf, whole), external=True, bus=bus,
                argument=key, offset_bytes=leaf.offset if bus else 0,
                strides_bytes=tuple(stride for _, stride in leaf.dims) if bus else (),
                latency_cycles=int(port.options.get("latency", 0)) if bus else 0,
                kept=self.called and key != "ap_return", loc=port.loc,
            )  # fmt: skip

    def result(self, operand: llvm.Operand) -> None:
        """The value returned, as stores to the external words that stand for it."""
        value = self.value(operand)
        for leaf in self.leaves["ap_return"]:
            part = self.op(Kind.SLICE, leaf.bits, (value,), value=8 * leaf.offset)
            self.op(Kind.STORE, 0, (part,), object=self.memory_name("ap_return", leaf))

    def reachable(self) -> list[llvm.Block]:
        """Reverse post-order, so that every value but a phi's is imported before its uses."""
        by_label = {block.label: block for block in self.source.blocks}
        successors = {label: block.terminator.labels for label, block in by_label.items()}
        return [by_label[label] for label in reverse_post_order(successors, self.source.blocks[0].label)]

    def terminator(self, block: llvm.Block) -> None:
        end = block.terminator
        self.loc = end.loc if end.loc.line else self.loc
        match end.opcode:
            case "br" if len(end.labels) == 1 or end.labels[0] == end.labels[1]:
                self.leave(block.label, Jump(end.labels[0]))
            case "br":
                self.leave(block.label, Branch(self.value(end.operands[0]), end.labels[0], end.labels[1]))
            case "switch":
                self.switch(block.label, end)
            case "ret" if end.operands:
                self.result(end.operands[0])
                self.ends[self.label] = Return()
            case _:
                self.ends[self.label] = Return()

    def leave(self, origin: str, end: Terminator) -> None:
        self.ends[self.label] = end
        for target in dict.fromkeys(end.targets()):
            self.split_from.setdefault((origin, target), []).append(self.label)

    def switch(self, origin: str, end: llvm.Instruction) -> None:
        """A chain of compare-and-branch blocks, one per case."""
        value = self.value(end.operands[0])
        width = self.ops[value].width
        cases = list(zip(end.operands[1:], end.labels[1:], strict=True))
        for number, (case, target) in enumerate(cases):
            assert isinstance(case, llvm.Const)
            equal = self.op(Kind.ICMP, 1, (value, self.const(case.value, width)), predicate="eq")
            last = number == len(cases) - 1
            following = end.labels[0] if last else f"{origin}.case{number + 1}"
            if target == following:
                self.leave(origin, Jump(target))
            else:
                self.ends[self.label] = Branch(equal, target, following)
                self.split_from.setdefault((origin, target), []).append(self.label)
                if last:
                    self.split_from.setdefault((origin, following), []).append(self.label)
            if not last:
                self.label = following
                self.order[following] = []

    def finish_phi(self, id: int, instruction: llvm.Instruction) -> None:
        """Incoming values, one per edge as the edges are after switches became chains."""
        home = next(label for label, order in self.order.items() if id in order)
        args, labels = [], []
        for operand, origin in zip(instruction.operands, instruction.labels, strict=True):
            for label in self.split_from.get((origin, home), []):
                if label in labels:
                    continue
                self.label = label
                part = self.pointer_phis.get(id)
                args.append(self.value(operand) if part is None else self.pointer_part(operand, part))
                labels.append(label)
        self.ops[id] = replace(self.ops[id], args=tuple(args), blocks=tuple(labels))

    # ---- instructions

    def instruction(self, i: llvm.Instruction) -> None:
        match i.opcode:
            case "alloca":
                self.alloca(i)
            case "getelementptr":
                ways = self.ways(i.operands[0])
                self.name_ways(i, tuple((taken, self.offset(base, i)) for taken, base in ways))
            case "phi" if isinstance(i.type, llvm.PtrType):
                self.pointer_phi(i)
            case "select" if isinstance(i.type, llvm.PtrType):
                self.pointer_select(i)
            case "phi":
                id = self.op(Kind.PHI, self.bits(i.type), name=i.result or "")
                self.phis.append((id, i))
                self.values[self.name_of(i)] = id
            case "load":
                self.values[self.name_of(i)] = self.load(i)
            case "store":
                self.store(i)
            case "call":
                self.call(i)
            case "unreachable" | "fence":
                pass
            case _:
                self.values[self.name_of(i)] = self.compute(i)

    def compute(self, i: llvm.Instruction) -> int:
        width = self.bits(i.type)
        name = i.result or ""
        if i.opcode in _BINARY:
            args = (self.value(i.operands[0]), self.value(i.operands[1]))
            return self.op(_BINARY[i.opcode], width, args, name=name)
        match i.opcode:
            case "icmp" if not isinstance(i.operands[0].type, llvm.PtrType):
                args = (self.value(i.operands[0]), self.value(i.operands[1]))
                return self.op(Kind.ICMP, 1, args, predicate=i.predicate, name=name)
            case "select" if not isinstance(i.type, llvm.PtrType):
                return self.op(Kind.SELECT, width, tuple(map(self.value, i.operands)), name=name)
            case "zext" | "sext":
                kind = Kind.ZEXT if i.opcode == "zext" else Kind.SEXT
                return self.op(kind, width, (self.value(i.operands[0]),), name=name)
            case "trunc":
                return self.op(Kind.SLICE, width, (self.value(i.operands[0]),), name=name)
            case "freeze":
                return self.value(i.operands[0])
            case _:
                raise self.refuse(f"{i.opcode!r} has no hardware here", "use integers, ap_int or ap_fixed, and arrays")

    def call(self, i: llvm.Instruction) -> None:
        if i.callee.startswith(IGNORED):
            return
        base = i.callee.rsplit(".i", 1)[0] if i.callee.startswith("llvm.") else i.callee
        expand = EXPANSIONS.get(base)
        if expand is None:
            callee = self.callees.get(i.callee)
            if callee is None:
                raise self.refuse(f"call of {i.callee!r}, which has no hardware", "write it with integer arithmetic")
            self.call_unit(i, callee)
            return
        operands = list(i.operands)
        if base in ("llvm.abs", "llvm.ctlz", "llvm.cttz"):
            operands = operands[:1]  # the second says what overflow or zero would be
        self.values[self.name_of(i)] = expand(self, self.bits(i.type), [self.value(operand) for operand in operands])

    # ---- calls of functions that are modules of their own

    def call_unit(self, i: llvm.Instruction, callee: Callee) -> None:
        """A block of its own: start, done, and before and after it what goes by value through both."""
        function = self.front.module.functions[i.callee]
        actuals = {param.name: operand for param, operand in zip(function.params, i.operands, strict=True)}
        unit = self.units.get(i.callee) or self.add_unit(i.callee, function.pretty, callee)
        bindings = {item.name: self.passed(item, actuals[item.argument]) for item in callee.shared()}
        if unit.bindings and unit.bindings != bindings:
            raise self.refuse(
                f"{function.pretty!r} is called with different arrays or streams", "inline it, or make it a template"
            )
        self.units[i.callee] = replace(unit, bindings=bindings)
        given = [self.given(item, callee, actuals[item.argument]) for item in callee.interface.inputs]
        self.new_block("call")
        word = (
            self.op(Kind.CONCAT, sum(width for _, width in unit.inputs), tuple(reversed(given)))
            if given
            else self.const(0, 1)
        )
        self.op(Kind.WRITE, 0, (word,), object=f"{unit.name}_start")
        self.new_block("wait")
        width = max(1, sum(width for _, width in unit.outputs))
        done = self.op(Kind.READ, width, object=f"{unit.name}_done")
        self.new_block("return")
        self.take(i, callee, done, actuals)

    def add_unit(self, function: str, pretty: str, callee: Callee) -> Unit:
        name = f"unit{len(self.units) + 1}_{pretty}"
        inputs = tuple((item.name, item.width_bits) for item in callee.interface.inputs)
        outputs = tuple((item.name, item.width_bits) for item in callee.interface.outputs)
        for end, items in (("start", inputs), ("done", outputs)):
            width = max(1, sum(width for _, width in items))
            stream = f"{name}_{end}"
            direction = "out" if end == "start" else "in"
            self.streams[stream] = Stream(stream, width, direction, (), stream, unit=name, loc=self.loc)
        return Unit(name, function, inputs, outputs, {})

    def new_block(self, what: str) -> None:
        """What follows stands in a block of its own: the accesses before it have ended by then."""
        label = f"{self.label.rsplit('.call', 1)[0]}.call{len(self.order)}.{what}"
        self.ends[self.label] = Jump(label)
        self.split_block[label] = self.split_block.get(self.label, self.label)
        self.label = label
        self.order[label] = []

    def passed(self, item: StreamItem | ArrayItem, operand: llvm.Operand) -> str:
        """The stream or memory of ours that an item of the callee uses. The memory moves out, where both reach it."""
        pointer = self.pointer(operand)
        part = suffix(item)
        if isinstance(item, StreamItem):
            info = self.infos[pointer.object]
            number, offset = divmod(pointer.address.constant, info.size_bytes)
            if offset or pointer.address.terms:
                raise self.refuse("a stream that is chosen at run time is passed on", "unroll the loop around the call")
            if part:
                number += int(part.removeprefix("_"))
            name = stream_name(info, number)
            self.streams[name] = replace(self.streams[name], direction="in" if item.reads else "out")
            return name
        if pointer.address != layout.START:
            raise self.refuse("a part of an array is passed on", "pass the whole array and an index")
        whole = _BANK.sub("", part) if item.elements else part
        for name, memory in self.memories.items():
            if name == f"{self.pretty[pointer.object]}{whole}":
                if not memory.external:
                    self.memories[name] = replace(
                        memory, external=True, shared=True, rom=False, argument=self.pretty[pointer.object]
                    )
                return f"{self.pretty[pointer.object]}{part}"
        raise self.refuse(f"{item.name!r} of the function called has no counterpart here", "pass the array as it is")

    def given(self, item: InputItem, callee: Callee, operand: llvm.Operand) -> int:
        """A number for the callee: a scalar passed by value, or what a reference points at."""
        if isinstance(operand.type, llvm.PtrType):
            name = self.word(item, operand)
            return self.op(Kind.LOAD, self.memories[name].width, object=name)
        leaf, number = callee.places[item.name]
        value = self.value(operand)
        lsb = 8 * (leaf.offset_bytes + number * leaf.step_bytes)
        return self.op(Kind.SLICE, item.width_bits, (value,), value=lsb)

    def word(self, item: InputItem | OutputItem, operand: llvm.Operand) -> str:
        pointer = self.pointer(operand)
        name = f"{self.pretty[pointer.object]}{suffix(item)}"
        if pointer.address != layout.START or name not in self.memories or self.memories[name].shape:
            raise self.refuse("a reference to a part of an array or struct is passed on", "pass a variable of its own")
        return name

    def take(self, i: llvm.Instruction, callee: Callee, done: int, actuals: dict[str, llvm.Operand]) -> None:
        """What came back: references are written, the return value is put together as LLVM has it."""
        pieces: list[tuple[int, int]] = []
        lsb = 0
        for item in callee.interface.outputs:
            value = self.op(Kind.SLICE, item.width_bits, (done,), value=lsb)
            lsb += item.width_bits
            if item.argument in actuals:
                self.op(Kind.STORE, 0, (value,), object=self.word(item, actuals[item.argument]))
            else:
                leaf, number = callee.places[item.name]
                pieces.append((8 * (leaf.offset_bytes + number * leaf.step_bytes), value))
        if i.result is not None:
            self.values[i.result] = self.image(pieces, self.bits(i.type))

    # ---- memory and streams

    def alloca(self, i: llvm.Instruction) -> None:
        name = self.name_of(i)
        if name in self.infos:
            self.add_stream(name)
            return
        assert i.source_type is not None
        self.add_memory(name, name, i.source_type, None, rom=False)

    def add_stream(self, name: str) -> None:
        """A stream, or every one of an array of them."""
        info = self.infos[name]
        if name in {param.name for param in self.source.params}:  # how many of an array it gets, its uses tell
            info = self.infos[name] = replace(info, count=max(info.count, self.streams_used(info)))
        fields = tuple(StreamField(field.name, field.width, field.lsb) for field in info.fields)
        for number in range(info.count):
            each = stream_name(info, number)
            self.streams[each] = Stream(each, info.element_bits, "", fields, name, loc=self.loc)
        self.pointers[name] = _Pointer(name, is_stream=True)

    def streams_used(self, info: llvm.StreamInfo) -> int:
        farthest = 0
        for i in self.made.values():
            mine = i.opcode == "getelementptr" and i.operands[0] == llvm.Local(info.name, i.operands[0].type)
            if mine and all(isinstance(operand, llvm.Const) for operand in i.operands[1:]):
                farthest = max(farthest, sum(_offsets(i)))
        return 1 + farthest // info.size_bytes

    def add_memory(self, key: str, pretty: str, type: llvm.Type, image: bytearray | None, rom: bool) -> None:
        """One memory for each scalar leaf of `type`; `key` is what pointers call it. image: its bytes at first."""
        wholes = layout.leaves(layout.canonical(type))
        self.leaves[key] = [self.seen(key, leaf) for leaf in wholes]
        self.pretty[key] = self.unique(pretty)  # functions that were inlined may have tables of one name
        self.pointers[key] = _Pointer(key, is_stream=False)
        for leaf, whole in zip(self.leaves[key], wholes, strict=True):
            name = self.memory_name(key, leaf)
            words = None
            if image is not None:
                mask, size = (1 << leaf.bits) - 1, -(-leaf.bits // 8)
                words = tuple(int.from_bytes(image[at : at + size], "little") & mask for at in leaf.offsets())
            self.memories[name] = Memory(name, leaf.bits, self.shape(key, leaf, whole), words, rom, loc=self.loc)

    def unique(self, pretty: str) -> str:
        taken = set(self.pretty.values())
        names = (pretty, *(f"{pretty}_{number}" for number in range(2, len(taken) + 3)))
        return next(name for name in names if name not in taken)

    def seen(self, key: str, leaf: layout.Leaf) -> layout.Leaf:
        """A scalar of the array `key` as accesses see it: elements in a row are counted through, if all are."""
        one = layout.in_one(leaf)
        return leaf if key in self.divided_arrays and len(one.dims) > 1 else one

    def shape(self, key: str, seen: layout.Leaf, whole: layout.Leaf) -> tuple[int, ...]:
        """The dimensions of the memory: where a pragma divides them, those of C++."""
        return tuple(extent for extent, _ in (whole if key in self.divided_arrays else seen).dims)

    def memory_name(self, key: str, leaf: layout.Leaf) -> str:
        return f"{self.pretty[key]}{leaf.path}"

    def pointer(self, operand: llvm.Operand) -> _Pointer:
        match operand:
            case llvm.Local(name) if name in self.pointers:
                return self.pointers[name]
            case llvm.Local(name) if name in self.choices:
                raise self.refuse("a pointer to one of several objects is passed on", "call it with each under an if")
            case llvm.GlobalRef(name):
                if name not in self.pointers:
                    self.add_global(name)
                return self.pointers[name]
        raise self.refuse("a pointer to something unknown", "use arrays of this function or of the file")

    def add_global(self, name: str) -> None:
        if any(info.name == name and not info.function for info in self.front.streams):
            raise self.refuse(f"{name!r} is a stream of the file", "pass it as an argument, or make it local")
        found = self.front.module.globals.get(name)
        if found is None or (not found.constant and found.initializer is None):
            raise self.refuse(f"{name!r} has no definition here", "define it in this file")
        type = layout.canonical(found.type)
        for i in self.made.values():  # where Clang lost the shape, the code that indexes it knows
            if i.opcode == "getelementptr" and i.operands[0] == llvm.GlobalRef(name, llvm.PtrType()):
                assert i.source_type is not None
                if isinstance(found.type, llvm.StructType):
                    type = layout.like(type, i.source_type)
                type = layout.wide(type, i.source_type)
        image = None
        if found.initializer is not None:
            image = bytearray(size_bytes(found.type))
            for (offset, each), word in zip(scalars(found.type), _flatten(found.initializer), strict=True):
                size = size_bytes(each)
                image[offset : offset + size] = (word & (1 << 8 * size) - 1).to_bytes(size, "little")
        self.add_memory(name, found.pretty, type, image, rom=found.constant)

    def offset(self, base: _Pointer, i: llvm.Instruction) -> _Pointer:
        assert i.source_type is not None
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
                value = self.value(operand)
                least = min(self.constants_of(value), default=0)
                address = address.plus(least)
                size = gcd(*(each - least for each in self.constants_of(value))) or self.divisor(value)
                address = address.plus(size, self.divided(value, size, least))
            else:
                address = address.plus(stride, self.value(operand))
        return replace(base, address=address)

    def divisor(self, value: int) -> int:
        """A number that divides the value, by the constants in it; 1 when nothing is known."""
        op = self.ops[value]
        match op.kind:
            case Kind.CONST:
                return op.value
            case Kind.SELECT:
                return gcd(*map(self.divisor, op.args[1:])) or 1
            case Kind.ADD | Kind.SUB:
                return gcd(*map(self.divisor, op.args)) or 1
            case Kind.ZEXT | Kind.SEXT:
                return self.divisor(op.args[0])
            case Kind.MUL:
                return prod(self.divisor(arg) for arg in op.args) or 1
            case Kind.SHL if self.ops[op.args[1]].kind is Kind.CONST:
                return self.divisor(op.args[0]) << self.ops[op.args[1]].value
        return 1

    def constants_of(self, value: int) -> tuple[int, ...]:
        """The constants that the value is one of, () when it is something else."""
        op = self.ops[value]
        if op.kind is Kind.CONST:
            return (op.value - (1 << op.width) if op.value >> (op.width - 1) else op.value,)
        if op.kind is not Kind.SELECT:
            return ()
        one, other = (self.constants_of(arg) for arg in op.args[1:])
        return (*one, *other) if one and other else ()

    def divided(self, value: int, by: int, less: int = 0) -> int:
        """The value divided by a divisor of it; of a choice of constants, what is above `less`."""
        op = self.ops[value]
        if by == 1 and not less:
            return value
        match op.kind:
            case Kind.CONST:
                return self.const((op.value - less) // by, op.width)
            case Kind.SELECT:
                return self.op(op.kind, op.width, (op.args[0], *(self.divided(arg, by, less) for arg in op.args[1:])))
            case Kind.ADD | Kind.SUB | Kind.ZEXT | Kind.SEXT:
                return self.op(op.kind, op.width, tuple(self.divided(arg, by) for arg in op.args))
        first = op.args[0]
        if op.kind is Kind.SHL:
            shift = self.ops[op.args[1]].value
            rest = gcd(by, 1 << shift)
            return self.op(
                Kind.MUL, op.width, (self.divided(first, by // rest), self.const((1 << shift) // rest, op.width))
            )
        part = gcd(by, self.divisor(first))
        return self.op(Kind.MUL, op.width, (self.divided(first, part), self.divided(op.args[1], by // part)))

    # ---- pointers that move along an object, or are chosen

    def ways(self, operand: llvm.Operand) -> tuple[_Way, ...]:
        """What a pointer may be: one for each object, or for each place in one with members."""
        if isinstance(operand, llvm.Local) and operand.name in self.choices:
            return self.choices[operand.name]
        return ((None, self.pointer(operand)),)

    def name_ways(self, i: llvm.Instruction, ways: tuple[_Way, ...]) -> None:
        if len(ways) == 1:
            self.pointers[self.name_of(i)] = ways[0][1]
        else:
            self.choices[self.name_of(i)] = ways

    def pointer_phi(self, i: llvm.Instruction) -> None:
        """For each object a bit that says whether it is the one, and the number of steps from its start."""
        objects, step = self.walked(i)
        ways: list[_Way] = []
        for object in objects:
            taken = self.new_phi(i, 1, object) if len(objects) > 1 else None
            address = layout.START
            if step and any(leaf.dims for leaf in self.leaves[object]):
                known = self.only_address(i, object) if len(objects) > 1 else None
                if known is None and self.has_members(object, step):
                    raise self.refuse(f"a pointer to one of several members of {object!r}", "select the values")
                address = known or layout.START.plus(step, self.new_phi(i, _FLAT_INDEX_BITS, object, step))
            ways.append((taken, _Pointer(object, is_stream=False, address=address)))
        self.name_ways(i, tuple(ways))

    def new_phi(self, i: llvm.Instruction, width: int, object: str, step: int = 0) -> int:
        id = self.op(Kind.PHI, width, name=i.result or "")
        self.phis.append((id, i))
        self.pointer_phis[id] = _PointerPhi(object, step)
        return id

    def pointer_part(self, operand: llvm.Operand, part: _PointerPhi) -> int:
        """What one operand of a phi of pointers hands to a part of it."""
        ways = [] if isinstance(operand, llvm.Undef) else self.ways(operand)
        taken, pointer = next(((t, p) for t, p in ways if p.object == part.object), (None, None))
        if part.step:
            return self.const(0, _FLAT_INDEX_BITS) if pointer is None else self.steps_to(pointer, part.step)
        return self.const(pointer is not None, 1) if taken is None else taken

    def pointer_select(self, i: llvm.Instruction) -> None:
        objects, step = self.walked(i)
        defined = [operand for operand in i.operands[1:] if not isinstance(operand, llvm.Undef)]
        if len(defined) == 1:
            self.name_ways(i, self.ways(defined[0]))
            return
        condition = self.value(i.operands[0])
        inverse = self.op(Kind.XOR, 1, (condition, self.const(1, 1)))
        ways: list[_Way] = []
        for object in objects:
            first, second = ([w for w in self.ways(side) if w[1].object == object] for side in i.operands[1:])
            if len(first) == len(second) == 1 and (first[0][1] == second[0][1] or not self.has_members(object, step)):
                ways.append(self.either(condition, first[0], second[0], step))
                continue
            for here, side in ((condition, first), (inverse, second)):
                ways += [(here if taken is None else self.op(Kind.AND, 1, (here, taken)), to) for taken, to in side]
        self.name_ways(i, tuple(ways))

    def either(self, condition: int, first: _Way, second: _Way, step: int) -> _Way:
        """A choice of two places in one object."""
        object = first[1].object
        taken = None
        if first[0] is not None or second[0] is not None:
            bits = tuple(self.const(1, 1) if way[0] is None else way[0] for way in (first, second))
            taken = self.op(Kind.SELECT, 1, (condition, *bits))
        if first[1] == second[1]:
            return taken, first[1]
        steps = tuple(self.steps_to(way[1], step) for way in (first, second))
        id = self.op(Kind.SELECT, _FLAT_INDEX_BITS, (condition, *steps))
        return taken, _Pointer(object, is_stream=False, address=layout.START.plus(step, id))

    def only_address(self, i: llvm.Instruction, object: str) -> layout.Address | None:
        """Where in `object` a phi of pointers points, if it does, when one address that is known by then tells."""
        found = set()
        for operand in i.operands:
            if isinstance(operand, llvm.Local) and operand.name in self.made:
                home = self.homes[operand.name]
                if home == self.label or not self.dominance.dominates(home, self.label):
                    return None
            elif isinstance(operand, llvm.Undef):
                continue
            found |= {pointer.address for _, pointer in self.ways(operand) if pointer.object == object}
        return found.pop() if len(found) == 1 else None

    def has_members(self, object: str, step: int) -> bool:
        """Whether steps may lead from one member to another."""
        leaves = self.leaves[object]
        return len(leaves) > 1 and not all(leaf.dims and step % leaf.dims[0][1] == 0 for leaf in leaves)

    def walked(self, i: llvm.Instruction) -> tuple[list[str], int]:
        """The objects that a pointer may point into, and the bytes of which all its steps are multiples, 0 for none."""
        objects: dict[str, None] = {}
        step = 0
        seen: set[str] = set()
        work: list[llvm.Operand] = [llvm.Local(self.name_of(i), i.type)]
        while work:
            operand = work.pop()
            made = self.made.get(operand.name) if isinstance(operand, llvm.Local) else None
            if isinstance(operand, llvm.Undef):  # whatever it is, nobody follows it
                continue
            if made is None or made.opcode not in ("phi", "select", "getelementptr"):
                objects[self.pointer(operand).object] = None
            elif made.result not in seen:
                seen.add(made.result or "")
                if made.opcode == "getelementptr":
                    work.append(made.operands[0])
                    step = gcd(step, *_offsets(made))
                else:
                    work += [each for each in made.operands if isinstance(each.type, llvm.PtrType)]
        if objects.keys() & self.infos.keys():
            raise self.refuse("a pointer to one of several streams", "use an `if` or `switch` around the accesses")
        if not objects:
            raise self.refuse("a pointer to nothing", "point it to an array")
        return list(objects), step

    def steps_to(self, pointer: _Pointer, step: int) -> int:
        """How many steps a pointer is from the start of its object."""
        address = pointer.address
        terms = tuple((scale // step, value) for scale, value in address.terms)
        return self.index(layout.Address(address.constant // step, terms), _FLAT_INDEX_BITS)

    def access(self, pointer: _Pointer, type: llvm.Type) -> tuple[Memory, tuple[int, ...]]:
        found = layout.find_leaf(self.leaves[pointer.object], pointer.address, self.ranges.of)
        if found is None:
            raise self.refuse(
                f"an access of {type} whose place in {pointer.object!r} is not clear",
                "access whole elements, and give arrays in structs indices of known range, or names of their own",
            )
        leaf, split = found
        kept_in = 8 * size_bytes(llvm.IntType(leaf.bits)) if leaf.bits <= 64 else -(-leaf.bits // 64) * 64
        if self.bits(type) not in (leaf.bits, kept_in):  # Clang reads and writes a _BitInt with what it lies in
            raise self.refuse(f"an access of {type} across elements of {pointer.object!r}", "access whole elements")
        memory = self.memories[self.memory_name(pointer.object, leaf)]
        widths = [max(1, (extent - 1).bit_length()) for extent, _ in leaf.dims]
        if len(memory.shape) > len(leaf.dims):
            widths = [_FLAT_INDEX_BITS]  # which dimension its parts belong to is seen later, from all of it
        if memory.bus and widths:
            widths[0] = _BUS_INDEX_BITS
        return memory, tuple(map(self.index, split, widths))

    def index(self, address: layout.Address, width: int) -> int:
        """The index modulo a power of two: the high bits of an address in range say nothing."""
        total: int | None = None
        for scale, value in address.terms:
            term = self.resize(value, width)
            if scale != 1:
                term = self.op(Kind.MUL, width, (term, self.const(scale, width)))
            total = term if total is None else self.op(Kind.ADD, width, (total, term))
        if total is None:
            return self.const(address.constant, width)
        if address.constant % (1 << width):
            total = self.op(Kind.ADD, width, (total, self.const(address.constant, width)))
        return total

    def resize(self, value: int, width: int) -> int:
        has = self.ops[value].width
        if has == width:
            return value
        return self.op(Kind.SLICE if has > width else Kind.SEXT, width, (value,))

    def load(self, i: llvm.Instruction) -> int:
        """A word from where a pointer points: of several objects, one is read."""
        ways = self.ways(i.operands[0])
        values = [(taken, self.load_from(pointer, i, taken)) for taken, pointer in ways]
        value = values[0][1]
        for taken, other in values[1:]:
            assert taken is not None
            value = self.op(Kind.SELECT, self.ops[value].width, (taken, other, value))
        return value

    def load_from(self, pointer: _Pointer, i: llvm.Instruction, guard: int | None) -> int:
        name = i.result or ""
        if not pointer.is_stream:
            memory, index = self.access(pointer, i.type)
            word = self.op(Kind.LOAD, memory.width, index, object=memory.name, guard=guard, name=name)
            width = self.bits(i.type)
            if width == memory.width:
                return word
            return self.op(Kind.SEXT if self.is_signed(memory) else Kind.ZEXT, width, (word,))
        stream, member = self.stream_member(pointer)
        wide = self.bits(i.type)
        if member == "raw":
            raw = self.op(Kind.READ, self.streams[stream].width, object=stream, name=name)
        else:
            raw = self.op(Kind(member), 1, object=stream, name=name)
        return raw if wide == self.ops[raw].width else self.op(Kind.ZEXT, wide, (raw,))

    def store(self, i: llvm.Instruction) -> None:
        value = self.value(i.operands[0])
        for taken, pointer in self.ways(i.operands[1]):
            self.store_to(pointer, i.operands[0].type, value, taken)

    def store_to(self, pointer: _Pointer, type: llvm.Type, value: int, guard: int | None) -> None:
        if not pointer.is_stream:
            memory, index = self.access(pointer, type)
            word = self.resize(value, memory.width)
            self.op(Kind.STORE, 0, (*index, word), object=memory.name, guard=guard)
            return
        stream, member = self.stream_member(pointer)
        if member != "raw":
            raise InternalError(f"a store to {member} of {stream}", self.source)
        self.op(Kind.WRITE, 0, (self.resize(value, self.streams[stream].width),), object=stream)

    def is_signed(self, memory: Memory) -> bool:
        """How a number of an argument stands in the wider integer that C++ keeps it in."""
        return self.stored.get((memory.argument, memory.name.removeprefix(memory.argument)), False)

    def stream_member(self, pointer: _Pointer) -> tuple[str, str]:
        """Which stream of its array an address means, and what of it: "raw", "readable", "writable"."""
        info = self.infos[pointer.object]
        number, offset = divmod(pointer.address.constant, info.size_bytes)
        if pointer.address.terms or not 0 <= number < info.count:
            raise self.refuse(
                f"which stream of the array {pointer.object!r} is meant is known at run time only",
                "unroll the loop around it, or use an `if` or `switch` around accesses with constant indices",
            )
        members = {info.offset_raw: "raw", info.offset_readable: "readable", info.offset_writable: "writable"}
        return stream_name(info, number), members[offset]

    # ---- operands

    def value(self, operand: llvm.Operand) -> int:
        match operand:
            case llvm.Const(type, value):
                return self.const(value, self.bits(type))
            case llvm.Undef(type):
                return self.const(0, self.bits(type))
            case llvm.Local(name) if name in self.values:
                return self.values[name]
        raise self.refuse(f"a use of {operand} as a number", "use values, not addresses")

    def bits(self, type: llvm.Type) -> int:
        if isinstance(type, llvm.IntType):
            return type.bits
        raise self.refuse(f"a value of type {type}", "use integers, ap_int or ap_fixed")

    @staticmethod
    def name_of(i: llvm.Instruction) -> str:
        assert i.result is not None
        return i.result

    # ---- what the user said

    def directives(self, kind: str) -> list[llvm.Directive]:
        """Directives of this function and, on globals, of any."""
        return [
            d
            for d in self.front.directives
            if d.kind == kind
            and (d.function == self.source.name or (isinstance(d.target, llvm.VariableTarget) and d.target.is_global))
        ]

    def interval(self) -> int | None:
        """Of PIPELINE on the function."""
        for d in self.directives("pipeline"):
            if isinstance(d.target, llvm.FunctionTarget) and "off" not in d.options:
                return int(d.options.get("ii", 1))
        return None

    def marks(self) -> dict[str, frozenset[str]]:
        """Where the pragmas stand that a pass obeys by itself."""
        found = {}
        for kind, wanted in (("loop_merge", True), ("expression_balance", False)):
            told = [d for d in self.directives(kind) if ("off" not in d.options) is wanted]
            found[kind] = frozenset(getattr(d.target, "header", "") for d in told)
        return {kind: places for kind, places in found.items() if places}

    def import_loops(self) -> dict[str, Loop]:
        pipelines = {d.target.header: d for d in self.directives("pipeline") if isinstance(d.target, llvm.LoopTarget)}
        flattens = {
            d.target.header: "off" not in d.options
            for d in self.directives("loop_flatten")
            if isinstance(d.target, llvm.LoopTarget)
        }
        loops = {}
        mine = [loop for loop in self.front.loops if loop.function == self.source.name]
        for loop in sorted(mine, key=lambda loop: -len(loop.blocks)):
            directive = pipelines.get(loop.header)
            blocks = {label for label in self.order if self.origin(label) in loop.blocks}
            ii = None
            if directive is not None and "off" not in directive.options and not blocks & self.split_block.keys():
                ii = int(directive.options.get("ii", 1))
            loops[loop.header] = Loop(
                header=loop.header,
                blocks=frozenset(blocks),
                label=loop.name,
                ii=ii,
                rewind=directive is not None and "rewind" in directive.options,
                chosen=directive is not None and "chosen" in directive.options,
                trip_count=loop.trip_count,
                flatten=flattens.get(loop.header),
                dependences=stated_dependences(self.directives("dependence"), loop.header, self.named, self.memories),
                loc=loop.loc,
            )
        return loops

    def origin(self, label: str) -> str:
        """The block of LLVM that a block is, or is a part of."""
        label = label.rsplit(".case", 1)[0]
        return self.split_block.get(label, label).rsplit(".case", 1)[0]

    def finish_memories(self) -> dict[str, Memory]:
        memories = dict(self.memories)
        for d in self.directives("bind_storage"):
            for name in self.named(d):
                impl = str(d.options.get("impl", ""))
                ports = str(d.options.get("type", "")).lower().partition("_")[2]
                memories[name] = replace(memories[name], storage=impl if impl in _STORAGE else "", ports=ports)
        for kind in ("array_partition", "array_reshape"):
            told = [*self.directives(kind), *(d for d in self.partitions if d.kind == kind)]
            for d in told:
                for name in self.named(d):
                    parts = _partitions(d, memories[name], reshape=kind == "array_reshape")
                    memories[name] = replace(memories[name], partitions=(*memories[name].partitions, *parts))
        return memories

    def named(self, directive: llvm.Directive) -> list[str]:
        """The memories that the variable of a directive became."""
        if not isinstance(directive.target, llvm.VariableTarget):
            return []
        key = directive.target.name
        return [self.memory_name(key, leaf) for leaf in self.leaves.get(key, [])]

    def finish_streams(self) -> dict[str, Stream]:
        streams = {}
        for stream in self.streams.values():
            kinds = {op.kind for op in self.ops.values() if op.object == stream.name}
            if stream.unit or (not kinds and stream.direction):
                streams[stream.name] = stream
                continue
            if not kinds:
                continue
            if stream.direction:
                raise UserError(
                    f"stream {stream.name!r} is used by {self.source.pretty!r} and by a function that it calls",
                    where=self.source.loc,
                    do="use it in one of them",
                )
            writes = bool(kinds & {Kind.WRITE, Kind.WRITABLE})
            if writes and kinds & {Kind.READ, Kind.READABLE}:
                raise UserError(
                    f"stream {stream.name!r} is both read and written by {self.source.pretty!r}",
                    where=self.source.loc,
                    do="use one stream for each direction",
                )
            streams[stream.name] = replace(stream, direction="out" if writes else "in")
        return streams


def argument_name(port: str, leaf: llvm.Leaf) -> str:
    """What the hardware calls a scalar of an argument: the argument's name, and its path where there are several."""
    return "_".join(filter(None, (port, leaf.name.replace(".", "_"))))


def _offsets(i: llvm.Instruction) -> Iterator[int]:
    """What a getelementptr adds in bytes: its constants, and the strides of its indices."""
    type = i.source_type
    assert type is not None
    for position, operand in enumerate(i.operands[1:]):
        if position and isinstance(type, llvm.StructType):
            assert isinstance(operand, llvm.Const)
            yield field_offsets(type)[operand.value]
            type = type.fields[operand.value]
            continue
        if position:
            assert isinstance(type, llvm.ArrayType)
            type = type.element
        stride = size_bytes(type)
        yield stride * operand.value if isinstance(operand, llvm.Const) else stride


def stream_name(info: llvm.StreamInfo, number: int) -> str:
    return info.name if info.count == 1 else f"{info.name}_{number}"


def _flatten(init: llvm.Initializer) -> list[int]:
    if isinstance(init, int):
        return [init]
    return [word for part in init for word in _flatten(part)]


def _partitions(d: llvm.Directive, memory: Memory, reshape: bool) -> list[Partition]:
    style = next((word for word in ("cyclic", "block", "complete") if word in d.options), "")
    style = style or str(d.options.get("type", "complete"))
    dim = int(d.options.get("dim", 0 if style == "complete" else 1))
    where = replace(d.loc, name=memory.name)
    if dim > len(memory.shape):
        raise UserError(f"dim={dim} of an array with {len(memory.shape)} dimensions", where=where, do="count from 1")
    dims = range(len(memory.shape)) if dim == 0 else [dim - 1]
    found = []
    for number in dims:
        extent = memory.shape[number]
        factor = extent if style == "complete" else int(d.options.get("factor", 0))
        if not 1 <= factor <= extent:
            raise UserError(
                f"{style} partition with factor {factor} of {extent} elements", where=where, do="give factor="
            )
        found.append(Partition(number, "cyclic" if style == "complete" else style, factor, reshape))
    return found
