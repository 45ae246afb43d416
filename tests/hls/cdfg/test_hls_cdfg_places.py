"""Accesses of any bytes of any object, against a bytearray: whole elements, several at once, parts of one, at
addresses that are known at run time only.
"""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import assume, given, reject, settings

from hlsgen.core.errors import UserError
from hlsgen.hls.cdfg.import_accesses import Accesses
from hlsgen.hls.cdfg.import_body import Body
from hlsgen.hls.cdfg.import_bursts import Bursts
from hlsgen.hls.cdfg.import_objects import Objects
from hlsgen.hls.cdfg.import_offsets import divisor, in_bytes, index
from hlsgen.hls.cdfg.import_pointers import Pointer, Pointers
from hlsgen.hls.cdfg.index_ranges import IndexRanges
from hlsgen.hls.cdfg.interpret import interpret
from hlsgen.hls.cdfg.ir import Block, Function, Kind, Return, Stream
from hlsgen.hls.cdfg.layout import Address
from hlsgen.hls.llvm import ir as llvm
from hlsgen.hls.llvm.layout import size_bytes

RETURN = llvm.Instruction("ret", None, llvm.VoidType())
SOURCE = llvm.Function("f", "f", (), llvm.VoidType(), (llvm.Block("entry", (RETURN,)),))
FRONT = llvm.FrontEnd(llvm.Module({"f": SOURCE}, {}), "f", (), (), (), (), ())
SCALARS = st.sampled_from([1, 8, 16, 18, 32, 64, 129]).map(llvm.IntType)
TYPES = st.recursive(
    SCALARS,
    lambda inner: (
        st.builds(llvm.ArrayType, st.integers(1, 4), inner)
        | st.lists(inner, min_size=1, max_size=3).map(lambda fields: llvm.StructType(tuple(fields)))
    ),
    max_leaves=4,
)


class Bench:
    """A function of one block under import, with the array `m`. `given` are its arguments."""

    def __init__(self, type: llvm.Type) -> None:
        self.body = Body(SOURCE)
        self.body.label = "entry"
        self.body.order["entry"] = []
        self.objects = Objects(self.body, FRONT, frozenset())
        self.objects.add_memory("m", "m", type, None, rom=False)
        ranges = IndexRanges(self.body.ops, SOURCE, {})
        bursts = Bursts(self.body, self.objects, lambda argument: 0)
        self.accesses = Accesses(self.body, self.objects, Pointers(self.body, self.objects), ranges, bursts)
        self.given: dict[str, int] = {}

    def number(self, value: int, width: int) -> int:
        """An argument, as a number of 64 bits where it is narrower than that."""
        name = f"x{len(self.given)}"
        self.given[name] = value
        found = self.body.op(Kind.PARAM, width, object=name)
        return self.body.op(Kind.ZEXT, 64, (found,)) if width < 64 else found

    def run(self, result: int, memories: dict[str, list[int]]) -> int:
        self.body.op(Kind.WRITE, 0, (result,), object="out")
        block = Block("entry", tuple(self.body.order["entry"]), Return())
        streams = {"out": Stream("out", self.body.ops[result].width, "out")}
        function = Function("f", self.body.ops, {"entry": block}, memories=self.objects.memories, streams=streams)
        return interpret(function, {}, memories, params=self.given)["out"][0]

    def image(self, memories: dict[str, list[int]], size: int) -> tuple[int, int]:
        """All words as one number, and ones where they lie."""
        image = mask = 0
        for leaf in self.objects.leaves["m"]:
            for offset, word in zip(leaf.offsets(), memories[self.objects.memory_name("m", leaf)], strict=True):
                image |= word << 8 * offset
                mask |= ((1 << leaf.bits) - 1) << 8 * offset
        return image, mask


@settings(deadline=None)
@given(st.data())
def test_any_bytes_of_any_object(data):
    type = data.draw(TYPES)
    bench, size = Bench(type), size_bytes(type)

    def address(bytes: int) -> tuple[int, Address]:
        """A place for so many bytes, as a sum of terms."""
        found = Address(loose=True)
        for scale in data.draw(st.lists(st.sampled_from([1, 2, 4, 8, 16, 24, -4, -8]), max_size=2)):
            value = data.draw(st.integers(0, 15))
            found = found.plus(scale, bench.number(value, 4)).plus(-scale * value)
        place = data.draw(st.integers(0, size - bytes))
        assume(mask >> 8 * place & ((1 << 8 * bytes) - 1))  # nobody touches nothing but what lies between members
        return place, found.plus(place)

    memories = {
        memory.name: [data.draw(st.integers(0, (1 << memory.width) - 1)) for _ in range(memory.depth_words)]
        for memory in bench.objects.memories.values()
    }
    image, mask = bench.image(memories, size)
    accesses = bench.accesses
    wide = data.draw(st.sampled_from([bytes for bytes in (1, 2, 4, 8, 16, 24) if bytes <= size]))
    place, stored = address(wide)
    word = data.draw(st.integers(0, (1 << 8 * wide) - 1))
    name = bench.number(word, 8 * wide) if wide >= 8 else bench.body.const(word, 8 * wide)
    try:
        accesses.store_to(Pointer("m", stored), llvm.IntType(8 * wide), name, None)
        read = data.draw(st.sampled_from([bytes for bytes in (1, 2, 4, 8, 16, 24) if bytes <= size]))
        start, loaded = address(read)
        load = llvm.Instruction("load", "r", llvm.IntType(8 * read))
        result = accesses.load_from(Pointer("m", loaded), load, None)
    except UserError:
        reject()  # too many elements that it could be
    ones = (1 << 8 * wide) - 1
    image = (image & ~(ones << 8 * place) | word << 8 * place) & mask
    assert bench.run(result, memories) == image >> 8 * start & (1 << 8 * read) - 1
    assert bench.image(memories, size)[0] == image


@settings(deadline=None)
@given(st.data())
def test_bytes_as_terms(data):
    """Sums, choices, shifts and bits that are or-ed in: terms make the same number; narrow ones wrap."""
    bench = Bench(llvm.IntType(32))
    body = bench.body

    def tree(width: int, depth: int) -> int:
        kind = data.draw(st.sampled_from(["const", "number"] if not depth else list(KINDS)))
        if kind == "const":
            return body.const(data.draw(st.integers(-64, 64)), width)
        if kind == "number":
            name = f"x{len(bench.given)}"
            bench.given[name] = data.draw(st.integers(0, (1 << width) - 1))
            return body.op(Kind.PARAM, width, object=name)
        if kind in ("zext", "sext"):
            return body.op(Kind(kind), width, (tree(width // 2, depth - 1),)) if width > 8 else tree(width, 0)
        if kind == "select":
            name = f"x{len(bench.given)}"
            bench.given[name] = data.draw(st.integers(0, 1))
            bit = body.op(Kind.PARAM, 1, object=name)
            return body.op(Kind.SELECT, width, (bit, tree(width, depth - 1), tree(width, depth - 1)))
        if kind in ("shl", "lshr", "ashr"):
            amount = body.const(data.draw(st.integers(0, 4)), width)
            return body.op(Kind(kind), width, (tree(width, depth - 1), amount))
        if kind in ("or", "mul"):  # LLVM has constants on the right
            number = body.const(data.draw(st.integers(0, 12)), width)
            return body.op(Kind(kind), width, (tree(width, depth - 1), number))
        return body.op(Kind(kind), width, (tree(width, depth - 1), tree(width, depth - 1)))

    value = tree(64, 4)
    again = index(body, in_bytes(body, value), 64)
    same = body.op(Kind.ICMP, 1, (value, again), predicate="eq")
    found = bench.run(body.op(Kind.CONCAT, 65, (same, value)), {})
    assert found >> 64 == 1
    number = found & (1 << 64) - 1
    assert (number - (number >> 63 << 64)) % divisor(body, value) == 0


KINDS = ("const", "number", "zext", "sext", "select", "shl", "lshr", "ashr", "or", "mul", "add", "sub", "and", "xor")
