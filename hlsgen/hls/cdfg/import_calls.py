"""Calls of functions that are modules of their own, in a function under import."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from math import prod

from hlsgen.hls.frontend.shared_state import keeps_state
from hlsgen.hls.interfaces import ADDRESS_BITS
from hlsgen.hls.items import ArrayItem, Callee, InputItem, OutputItem, StreamItem, suffix
from hlsgen.hls.llvm import ir as llvm

from . import layout
from .import_arguments import Arguments
from .import_body import Body
from .import_objects import Objects, stream_name
from .import_offsets import FLAT_INDEX_BITS
from .import_pointers import Pointer, Pointers
from .ir import Kind, Memory, Stream, Unit

_BANK = re.compile(r"_b\d+$")


class Calls:
    """callees: the functions that may be called, by mangled name. arguments: of the function under import."""

    def __init__(
        self, body: Body, objects: Objects, pointers: Pointers, callees: Mapping[str, Callee], arguments: Arguments
    ) -> None:
        self.body, self.objects, self.pointers = body, objects, pointers
        self.callees, self.arguments = callees, arguments
        self.units: dict[tuple[str, tuple[str, ...]], Unit] = {}  # by function, and what it is passed

    def place(self, i: llvm.Instruction, callee: Callee) -> None:
        """A block of its own: start, done, and before and after it what goes by value through both."""
        function = self.objects.front.module.functions[i.callee]
        actuals = {param.name: operand for param, operand in zip(function.params, i.operands, strict=True)}
        bindings = {item.name: self.passed(item, actuals[item.argument]) for item in callee.shared()}
        key = (i.callee, tuple(bindings.values()))
        if key not in self.units:  # one module for each set of arrays and streams
            again = any(function == i.callee for function, _ in self.units)
            if again and keeps_state(self.objects.front.module, i.callee):
                raise self.body.refuse(
                    f"{function.pretty!r} keeps state, and is called with different arrays or streams", "inline it"
                )
            self.units[key] = self.add_unit(i.callee, function.pretty, callee, bindings)
        unit = self.units[key]
        given = [self.given(item, callee, actuals[item.argument]) for item in callee.interface.inputs]
        self.body.new_block("call")
        word = (
            self.body.op(Kind.CONCAT, sum(width for _, width in unit.inputs), tuple(reversed(given)))
            if given
            else self.body.const(0, 1)
        )
        self.body.op(Kind.WRITE, 0, (word,), object=f"{unit.name}_start")
        self.body.new_block("wait")
        width = max(1, sum(width for _, width in unit.outputs))
        done = self.body.op(Kind.READ, width, object=f"{unit.name}_done")
        self.body.new_block("return")
        self.take(i, callee, done, actuals)

    def add_unit(self, function: str, pretty: str, callee: Callee, bindings: dict[str, str]) -> Unit:
        name = f"unit{len(self.units) + 1}_{pretty}"
        inputs = tuple((item.name, item.width_bits) for item in callee.interface.inputs)
        outputs = tuple((item.name, item.width_bits) for item in callee.interface.outputs)
        for end, items in (("start", inputs), ("done", outputs)):
            width = max(1, sum(width for _, width in items))
            stream = f"{name}_{end}"
            direction = "out" if end == "start" else "in"
            self.objects.streams[stream] = Stream(stream, width, direction, (), stream, unit=name, loc=self.body.loc)
        bound = {**bindings}
        for item in (item for item in callee.interface.streams if item.bus):  # a channel of its own
            argument = bindings[item.name]
            bound[item.name] = stream = f"{argument}_{name}{suffix(item)}"
            self.objects.streams[stream] = Stream(
                stream, item.width_bits, "in" if item.reads else "out", (), argument, bus=item.bus, loc=self.body.loc
            )
        self.refuse_shared(name, bindings, callee)
        return Unit(name, function, inputs, outputs, bound)

    def refuse_shared(self, name: str, bindings: dict[str, str], callee: Callee) -> None:
        """Modules take turns at one end of a stream; its other end is elsewhere."""
        mine = {bindings[item.name]: item.reads for item in callee.interface.streams if not item.bus}
        for unit in self.units.values():
            theirs = {
                unit.bindings[item.name]: item.reads
                for item in self.callees[unit.function].interface.streams
                if not item.bus
            }
            if both := {stream for stream in mine.keys() & theirs.keys() if mine[stream] != theirs[stream]}:
                raise self.body.refuse(
                    f"{unit.name!r} and {name!r}, modules of their own, are at the two ends of stream {min(both)!r}",
                    "use DATAFLOW, or inline them",
                )

    def passed(self, item: StreamItem | ArrayItem, operand: llvm.Operand) -> str:
        """The stream, memory or m_axi argument of ours that an item of the callee uses. The memory moves out, where
        both reach it."""
        pointer = self.pointers.pointer(operand)
        part = suffix(item)
        if isinstance(item, StreamItem) and item.bus:
            argument = self.objects.pretty[pointer.object]
            bus = self.objects.buses.get(argument)
            if bus is None:
                raise self.body.refuse(
                    f"{argument!r} is an array of its own, and other calls pass an m_axi argument for it",
                    "make the function a template, or inline it",
                )
            if bus != item.bus:
                raise self.body.refuse(
                    f"{argument!r} and another argument of another bundle are passed for one m_axi pointer",
                    "give them one bundle, or make the function a template",
                )
            return argument
        if isinstance(item, StreamItem) and pointer.object not in self.objects.infos:
            raise self.body.refuse(
                "an array that is a stream is passed to a function with a module of its own", "inline it"
            )
        if isinstance(item, StreamItem):
            info = self.objects.infos[pointer.object]
            number, offset = divmod(pointer.address.constant, info.size_bytes)
            if offset or pointer.address.terms:
                raise self.body.refuse(
                    "a stream that is chosen at run time is passed on", "unroll the loop around the call"
                )
            if part:
                number += int(part.removeprefix("_"))
            name = stream_name(info, number)
            self.objects.streams[name] = replace(self.objects.streams[name], direction="in" if item.reads else "out")
            return name
        if pointer.address != layout.START:
            raise self.body.refuse("a part of an array is passed on", "pass the whole array and an index")
        whole = _BANK.sub("", part) if item.elements else part
        for name, memory in self.objects.memories.items():
            if name == f"{self.objects.pretty[pointer.object]}{whole}":
                if prod(memory.shape) == 1:
                    raise self.body.refuse("a variable of one word is passed where other calls pass longer arrays",
                                           "make the function a template, or inline it")  # fmt: skip
                if not memory.external:
                    self.objects.memories[name] = replace(
                        memory, external=True, shared=True, rom=False, argument=self.objects.pretty[pointer.object]
                    )
                return f"{self.objects.pretty[pointer.object]}{part}"
        raise self.body.refuse(
            f"{item.name!r} of the function called has no counterpart here", "pass the array as it is"
        )

    def given(self, item: InputItem, callee: Callee, operand: llvm.Operand) -> int:
        """A number for the callee: a scalar passed by value, or what a reference points at."""
        if item.name == item.argument and any(s.bus and s.argument == item.name for s in callee.interface.streams):
            return self.address(self.pointers.pointer(operand))
        if isinstance(operand.type, llvm.PtrType):
            memory, at = self.word(item, operand)
            if at is None:
                return self.body.const(0, item.width_bits)
            word = self.body.op(Kind.LOAD, memory.width, at, object=memory.name)
            return self.resized(word, item.width_bits, _is_signed(item, callee))
        leaf, number = callee.places[item.name]
        value = self.body.value(operand)
        lsb = 8 * (leaf.offset_bytes + number * leaf.step_bytes)
        return self.body.op(Kind.SLICE, item.width_bits, (value,), value=lsb)

    def resized(self, value: int, width: int, is_signed: bool) -> int:
        """A number as the other side holds it: its own bits, or all that C++ keeps it in."""
        has = self.body.ops[value].width
        if has >= width:
            return self.body.resize(value, width)
        return self.body.op(Kind.SEXT if is_signed else Kind.ZEXT, width, (value,))

    def address(self, pointer: Pointer) -> int:
        """The byte address of an element of an m_axi argument."""
        total = self.arguments.address(self.objects.pretty[pointer.object])
        constant = pointer.address.constant
        for scale, value in pointer.address.terms:
            wide = self.body.resize(value, ADDRESS_BITS)
            scaled = self.body.op(Kind.MUL, ADDRESS_BITS, (wide, self.body.const(scale, ADDRESS_BITS)))
            total = self.body.op(Kind.ADD, ADDRESS_BITS, (total, scaled))
        return self.body.op(Kind.ADD, ADDRESS_BITS, (total, self.body.const(constant, ADDRESS_BITS)))

    def word(self, item: InputItem | OutputItem, operand: llvm.Operand) -> tuple[Memory, tuple[int, ...] | None]:
        """The memory, and where in it, of what the callee has in a register: a scalar, or an element of an array, which
        is nowhere in arrays that are shorter than others that the callee is passed."""
        pointer = self.pointers.pointer(operand)
        part, element = suffix(item), item.elements[0] if item.elements else 0
        whole = _BANK.sub("", part) if item.elements else part
        memory = self.objects.memories.get(f"{self.objects.pretty[pointer.object]}{whole}")
        if memory is None or memory.bus or memory.word is not None or pointer.address != layout.START:
            raise self.body.refuse(
                "a reference to a part of an array or struct is passed on", "pass a variable of its own"
            )
        if not 0 <= element < prod(memory.shape):
            return memory, None
        return memory, (self.body.const(element, FLAT_INDEX_BITS),) if memory.shape else ()

    def take(self, i: llvm.Instruction, callee: Callee, done: int, actuals: dict[str, llvm.Operand]) -> None:
        """What came back: references are written, the return value is put together as LLVM has it."""
        pieces: list[tuple[int, int]] = []
        lsb = 0
        for item in callee.interface.outputs:
            value = self.body.op(Kind.SLICE, item.width_bits, (done,), value=lsb)
            lsb += item.width_bits
            if item.argument in actuals:
                memory, at = self.word(item, actuals[item.argument])
                if at is None:
                    continue
                value = self.resized(value, memory.width, _is_signed(item, callee))
                self.body.op(Kind.STORE, 0, (*at, value), object=memory.name)
            else:
                leaf, number = callee.places[item.name]
                pieces.append((8 * (leaf.offset_bytes + number * leaf.step_bytes), value))
        if i.result is not None:
            self.body.values[i.result] = self.body.image(pieces, self.body.bits(i.type))


def _is_signed(item: InputItem | OutputItem, callee: Callee) -> bool:
    name = _BANK.sub("", item.name) if item.elements else item.name
    return (callee.places.get(name) or callee.places[f"{name}_0"])[0].signed
