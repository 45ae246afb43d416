"""The arguments of a function under import, numbers, arrays and streams, and its result."""

from __future__ import annotations

from collections.abc import Iterable

from hlsgen.hls.bus_widths import bundle_of
from hlsgen.hls.interfaces import ADDRESS_BITS
from hlsgen.hls.llvm import ir as llvm
from hlsgen.hls.llvm.layout import size_bytes

from . import layout
from .import_body import Body
from .import_bursts import Bursts
from .import_objects import Objects
from .import_offsets import FLAT_INDEX_BITS
from .index_ranges import IndexRanges
from .ir import Kind, Memory, Param, Word


class Arguments:
    """called: the function is called by another one that is a module too."""

    def __init__(
        self, body: Body, objects: Objects, ranges: IndexRanges, ports: Iterable[llvm.Port], called: bool
    ) -> None:
        self.body, self.objects, self.ranges, self.called = body, objects, ranges, called
        self.ports = {port.name: port for port in ports}
        self.params: dict[str, Param] = {}
        self.addresses: dict[str, int] = {}  # of m_axi arguments
        self.bursts = Bursts(body, objects, self.address)

    def place(self) -> None:
        for param in self.body.source.params:
            port = self.ports.get(param.name)
            if param.name in self.objects.infos:
                self.objects.add_stream(param.name)
            elif port is None:
                raise self.body.refuse(f"nothing is known of argument {param.name!r}", "pass a number, array or stream")
            elif port.kind == "value" and port.by_pointer and port.name != "ap_return":
                self.add_copy(port)
            elif port.kind == "value" and not port.by_pointer:
                self.body.values[param.name] = self.scalar(port, self.body.bits(param.type))
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
                value = self.body.op(Kind.PARAM, leaf.width, object=name, name=name)
                if leaf.is_signed_bit:
                    value = self.body.op(Kind.SEXT, 8, (value,))
                parts.append((8 * (leaf.offset_bytes + number * leaf.step_bytes), value))
        if len(parts) == 1 and parts[0][0] == 0:
            value = parts[0][1]
            has = self.body.ops[value].width
            if has == width:
                return value
            if has > width:
                return self.body.op(Kind.SLICE, width, (value,))
            return self.body.op(Kind.SEXT if port.fields[0].signed else Kind.ZEXT, width, (value,))
        return self.body.image(parts, width)

    def add_copy(self, port: llvm.Port) -> None:
        """An argument by value that LLVM passes by address: an object of the function's own, which starts with it."""
        self.objects.add_memory(port.name, port.name, port.element, None, rom=False)
        for field in port.fields:
            for number in range(field.count):
                index = f"_{number}" if field.count > 1 else ""
                name = argument_name(port.name, field) + index
                self.params[name] = Param(name, field.width, port.name, port.loc)
                value = self.body.op(Kind.PARAM, field.width, object=name, name=name)
                place = layout.START.plus(field.offset_bytes + number * field.step_bytes)
                found = layout.find_leaf(self.objects.leaves[port.name], place, self.ranges.of)
                assert found is not None
                leaf, split = found
                memory = self.objects.memories[self.objects.memory_name(port.name, leaf)]
                at = tuple(self.body.const(part.constant, FLAT_INDEX_BITS) for part in split)
                if memory.width > field.width:
                    value = self.body.op(Kind.SEXT if field.signed else Kind.ZEXT, memory.width, (value,))
                self.body.op(Kind.STORE, 0, (*at, value), object=memory.name)

    def address(self, argument: str) -> int:
        """The address of an m_axi argument: a number that is given with the call."""
        if argument not in self.addresses:
            self.params[argument] = Param(argument, ADDRESS_BITS, argument, self.body.loc)
            self.addresses[argument] = self.body.parameter(argument, ADDRESS_BITS)
        return self.addresses[argument]

    def add_external(self, port: llvm.Port) -> None:
        """An argument that is reached by address: one memory for each scalar of its elements."""
        key, shape = port.name, port.shape
        if not port.fields:
            raise self.body.refuse(f"argument {key!r} is a part of an array, or of unknown type", "pass a whole array")
        strides = [size_bytes(port.element)]
        for extent in reversed(shape[1:]):
            strides.insert(0, strides[0] * extent)
        outer = tuple(zip(shape, strides, strict=True)) if shape else ()
        self.objects.pretty[key] = key
        if port.is_streamed and key in self.objects.divided_arrays:
            raise self.body.refuse(f"{key!r} is a stream, which has one word at a time", "leave ARRAY_PARTITION out")
        bits = sum(field.width * field.count for field in port.fields)
        bus = bundle_of(port) if port.mode == "m_axi" else ""
        if bus:
            self.objects.buses[key] = bus
        if port.is_burst:
            self.bursts.add(port, bus)
            return
        self.objects.leaves[key] = []
        if not shape:
            self.objects.single.add(key)
        shares_port = not shape and sum(field.count for field in port.fields) > 1
        for field in port.fields:
            inner = ((field.count, field.step_bytes),) if field.count > 1 else ()
            path = argument_name(key, field).removeprefix(key)
            width = 8 * size_bytes(llvm.IntType(field.width)) if bus else field.width
            whole = layout.Leaf(path, field.offset_bytes, (*outer, *inner), width)
            leaf = self.objects.seen(key, whole)
            self.objects.leaves[key].append(leaf)
            self.objects.stored[key, path] = field.width, field.signed
            name = self.objects.memory_name(key, leaf)
            self.objects.memories[name] = Memory(
                name, leaf.bits, self.objects.shape(key, leaf, whole), external=True, bus=bus,
                argument=key, offset_bytes=leaf.offset if bus else 0,
                strides_bytes=tuple(stride for _, stride in leaf.dims) if bus else (),
                element_bytes=size_bytes(port.element) if bus else 0,
                latency_cycles=int(port.options.get("latency", 0)) if bus else 0,
                kept=key != "ap_return" and (self.called or shares_port), loc=port.loc,
                word=Word(bits, field.lsb, field.count) if port.is_streamed else None,
            )  # fmt: skip

    def result(self, operand: llvm.Operand) -> None:
        """The value returned, as stores to the external words that stand for it."""
        value = self.body.value(operand)
        for leaf in self.objects.leaves["ap_return"]:
            part = self.body.op(Kind.SLICE, leaf.bits, (value,), value=8 * leaf.offset)
            self.body.op(Kind.STORE, 0, (part,), object=self.objects.memory_name("ap_return", leaf))


def argument_name(port: str, leaf: llvm.Leaf) -> str:
    """What the hardware calls a scalar of an argument: the argument's name, and its path where there are several."""
    return "_".join(filter(None, (port, leaf.name.replace(".", "_"))))
