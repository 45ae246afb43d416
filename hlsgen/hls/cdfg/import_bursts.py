"""Arguments of type hls::burst_maxi in a function under import: what lies behind them are the streams of a channel.

At which distances from such an argument's address it has requests, words and responses is `hls_burst_maxi.h`. The
streams are those that `passes/lower_axi.py` makes of other arrays on a bus, but for `NAME_d`: a READ of it waits until
the words of the oldest write request without one are in memory.
"""

from __future__ import annotations

from collections.abc import Callable

from hlsgen.core.errors import InternalError, UserError
from hlsgen.hls.interfaces import ADDRESS_BITS
from hlsgen.hls.llvm import ir as llvm
from hlsgen.hls.llvm.layout import size_bytes

from .import_body import Body
from .import_objects import Objects
from .import_pointers import Pointer
from .ir import Kind, Stream

COUNT_BITS = 32
_DISTANCE = 1 << 32
_WORDS, _READ_REQUEST, _WRITE_REQUEST, _RESPONSE = (which * _DISTANCE for which in range(4))
_ENDS = ("ar", "r", "aw", "w", "d")


class Bursts:
    """address: gives the operation with the address of an argument."""

    def __init__(self, body: Body, objects: Objects, address: Callable[[str], int]) -> None:
        self.body, self.objects, self.address = body, objects, address
        self.channels: dict[str, str] = {}  # argument -> the name of its channel

    def add(self, port: llvm.Port, bus: str) -> None:
        taken = {param.name for param in self.body.source.params} | self.body.made.keys()
        channel = port.name
        while any(f"{channel}_{end}" in taken for end in _ENDS):
            channel += "_m"
        self.channels[port.name] = channel
        self.objects.leaves[port.name] = []
        word = 8 * size_bytes(port.element)
        for end, width in zip(_ENDS, (0, word, 0, word, 1), strict=True):
            name, bits = f"{channel}_{end}", width or COUNT_BITS + ADDRESS_BITS
            self.objects.streams[name] = Stream(name, bits, "", (), port.name, bus=bus, memory=port.name, loc=port.loc)

    def load(self, pointer: Pointer, guard: int | None, name: str) -> int:
        end = {_WORDS: "r", _RESPONSE: "d"}[self.at(pointer)]
        stream = self.objects.streams[f"{self.channels[pointer.object]}_{end}"]
        return self.body.op(Kind.READ, stream.width, object=stream.name, guard=guard, name=name)

    def store(self, pointer: Pointer, value: int, guard: int | None) -> None:
        at = self.at(pointer)
        end = {_WORDS: "w", _READ_REQUEST: "ar", _WRITE_REQUEST: "aw"}[at]
        if at != _WORDS:
            offset = self.body.op(Kind.SLICE, ADDRESS_BITS, (value,))
            count = self.body.op(Kind.SLICE, COUNT_BITS, (value,), value=ADDRESS_BITS)
            place = self.body.op(Kind.ADD, ADDRESS_BITS, (self.address(pointer.object), offset))
            value = self.body.op(Kind.CONCAT, COUNT_BITS + ADDRESS_BITS, (count, place))
        self.body.op(Kind.WRITE, 0, (value,), object=f"{self.channels[pointer.object]}_{end}", guard=guard)

    def at(self, pointer: Pointer) -> int:
        if pointer.address.terms or pointer.address.constant % _DISTANCE:
            raise InternalError(f"an access at {pointer.address} of an hls::burst_maxi", self.body.source)
        return pointer.address.constant

    def check(self) -> None:
        """Requests, words and responses of a channel stand in one function: others have channels of their own."""
        used = {op.object for op in self.body.ops.values()}
        for argument, channel in self.channels.items():
            has = {end for end in _ENDS if f"{channel}_{end}" in used}
            for one, other in (("ar", "r"), ("r", "ar"), ("aw", "w"), ("w", "aw"), ("aw", "d"), ("d", "aw")):
                if one in has and other not in has:
                    raise UserError(
                        f"{argument!r} has a {_CALLS[one]} in {self.body.source.pretty!r}, and no {_CALLS[other]}",
                        where=self.body.source.loc,
                        do="keep what belongs to a request in one function, or have it inlined: INLINE",
                    )


_CALLS = {"ar": "read_request()", "r": "read()", "aw": "write_request()", "w": "write()", "d": "write_response()"}
