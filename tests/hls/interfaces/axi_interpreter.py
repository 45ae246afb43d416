"""Runs a CDFG function on bytes, before and after its AXI accesses are lowered, with the worst memory there can be.

`early`: words are read when they are asked for and written only when something waits for it; else words are read
when they are taken, and written at once. What is right under both does not hang on how fast the memory is.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from hlsgen.hls.cdfg.ir import Branch, Function, Jump, Kind, Memory, Return
from hlsgen.hls.cdfg.semantics import evaluate, signed

STEPS = 200_000


@dataclass
class Bus:
    """Memory by bytes; `touched`: addresses that were read."""

    early: bool
    bytes: dict[int, int]
    touched: set[int] = field(default_factory=set)
    coming: dict[str, deque] = field(default_factory=dict)  # channel -> words, or places of words
    going: dict[str, deque] = field(default_factory=dict)  # channel -> places of words to be written
    waiting: dict[str, list] = field(default_factory=dict)  # channel -> (place, word, size) not yet in memory

    def load(self, place: int, size: int) -> int:
        self.touched |= set(range(place, place + size))
        return sum(self.bytes.get(place + k, (place + k) * 37 & 255) << 8 * k for k in range(size))

    def store(self, place: int, word: int, size: int) -> None:
        for k in range(size):
            self.bytes[place + k] = word >> 8 * k & 255

    def read(self, stream: str, width: int) -> int:
        channel, _, end = stream.rpartition("_")
        if end == "b":
            assert not self.going.get(channel), f"{stream}: waits for words that come later"
            for place, word, size in self.waiting.pop(channel, ()):
                self.store(place, word, size)
            return 0
        assert self.coming.get(channel), f"{stream}: a word that nobody asked for"
        found = self.coming[channel].popleft()
        return found if self.early else self.load(found, width // 8)

    def write(self, stream: str, word: int, width: int, sizes: dict[str, int]) -> None:
        channel, _, end = stream.rpartition("_")
        if end == "w":
            assert self.going.get(channel), f"{stream}: a word for no address"
            place = self.going[channel].popleft()
            if self.early:
                self.waiting.setdefault(channel, []).append((place, word, width // 8))
            else:
                self.store(place, word, width // 8)
            return
        size, count, place = sizes[channel], (word >> 64) + 1, word & ((1 << 64) - 1)
        places = [place + k * size for k in range(count)]
        if end == "ar":
            words = [self.load(at, size) for at in places] if self.early else places
            self.coming.setdefault(channel, deque()).extend(words)
        else:
            self.going.setdefault(channel, deque()).extend(places)

    @property
    def settled(self) -> bool:
        return not any(map(len, (*self.coming.values(), *self.going.values(), *self.waiting.values())))


def run(function: Function, params: dict[str, int], bus: Bus) -> dict[str, list[int]]:
    """One call. Returns the external memories that are not behind a bus."""
    words = {m.name: list(m.init or [0] * max(1, m.depth_words)) for m in function.memories.values() if not m.bus}
    sizes = {
        name.rpartition("_")[0]: s.width // 8 for name, s in function.streams.items() if name.endswith(("_r", "_w"))
    }
    values: dict[int, int] = {}
    label, came_from = function.entry, ""
    for _ in range(STEPS):
        block = function.blocks[label]
        ops = [function.ops[id] for id in block.ops]
        values |= {op.id: values[op.args[op.blocks.index(came_from)]] for op in ops if op.kind is Kind.PHI}
        for op in ops:
            args = [values.get(arg, 0) for arg in op.args]
            if op.kind is Kind.PHI:
                continue
            if op.guard is not None and not values[op.guard]:
                values[op.id] = 0
            elif op.kind is Kind.PARAM:
                values[op.id] = params[op.object] & ((1 << op.width) - 1)
            elif op.kind is Kind.READ:
                values[op.id] = bus.read(op.object, op.width)
            elif op.kind is Kind.WRITE:
                bus.write(op.object, args[0], function.ops[op.args[0]].width, sizes)
            elif op.kind in (Kind.LOAD, Kind.STORE):
                memory = function.memories[op.object]
                places = args if op.kind is Kind.LOAD else args[:-1]
                if memory.bus:
                    at = address(memory, places, params)
                    if op.kind is Kind.LOAD:
                        values[op.id] = bus.load(at, memory.width // 8)
                    else:
                        bus.store(at, args[-1], memory.width // 8)
                    continue
                index = 0
                for extent, place in zip(memory.shape, places, strict=True):
                    index = index * extent + place
                if op.kind is Kind.LOAD:
                    values[op.id] = words[op.object][index] if index < len(words[op.object]) else 0
                else:
                    words[op.object][index] = args[-1]
            else:
                values[op.id] = evaluate(op, args, [function.ops[arg].width for arg in op.args])
        came_from = label
        match block.end:
            case Return():
                return {name: words[name] for name, m in function.memories.items() if m.external and not m.bus}
            case Jump(target):
                label = target
            case Branch(condition, if_one, if_zero):
                label = if_one if values[condition] else if_zero
    raise AssertionError("it does not end")


def address(memory: Memory, places: list[int], params: dict[str, int]) -> int:
    at = params[memory.argument] + memory.offset_bytes
    for number, (place, stride) in enumerate(zip(places, memory.strides_bytes, strict=True)):
        at += stride * (signed(place, 32) if number == 0 else place)
    return at
