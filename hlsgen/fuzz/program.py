"""A random program with all that its test needs: ports, calls, clock, family, schedule."""

from __future__ import annotations

import random
from dataclasses import dataclass

from .tree import Body, render
from .types import Type

INCLUDES = (
    '#include "ap_axi_sdata.h"\n#include "ap_fixed.h"\n#include "ap_int.h"\n#include "ap_shift_reg.h"\n'
    '#include "hls_stream.h"\n#include "hls_task.h"\n#include "hls_vector.h"\n#include <string.h>\n'
)

Call = dict[str, list[int]]  # port -> packed words


@dataclass(frozen=True, slots=True)
class Port:
    """One parameter of the top function, or its return value.

    kind: stream, value, pointer (or reference), array, elements (of an array that is a stream), return. direction: in,
    out, inout. words: of an input stream in a call (at least as many as it reads); elements of an array.
    """

    name: str
    kind: str
    direction: str
    type: Type
    words: int = 1
    parameter: str = ""  # as in the call, @ for what holds its words; of a stream in an array: which one

    @property
    def given(self) -> bool:
        return self.direction != "out"


@dataclass(frozen=True, slots=True)
class Program:
    """`body` is the whole file below the includes; the function `top` is in it."""

    name: str  # of the top function
    body: Body
    ports: tuple[Port, ...]
    calls: int
    input_seed: int
    clock_ns: float
    family: str
    schedule_seed: int | None = None  # None: the scheduler's own schedule; else a random one that is legal
    automatic: bool = False  # loops without pragmas are pipelined as the compiler finds best

    @property
    def text(self) -> str:
        return INCLUDES + render(self.body)

    def inputs(self) -> list[Call]:
        """The words of every call, extremes among them."""
        source = random.Random(self.input_seed)
        return [
            {port.name: [_word(source, port.type.bits) for _ in range(port.words)] for port in self.ports if port.given}
            for _ in range(self.calls)
        ]


def _word(source: random.Random, bits: int) -> int:
    chance = source.random()
    if chance < 0.7:
        return source.getrandbits(bits)
    if chance < 0.85:
        return source.getrandbits(min(bits, 4))
    return source.choice([0, 1, (1 << bits) - 1, 1 << (bits - 1), (1 << (bits - 1)) - 1])
