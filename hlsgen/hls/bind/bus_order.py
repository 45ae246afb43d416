"""The order of a block's accesses to an array behind an AXI master: of streams, as `passes/lower_axi.py` has made them.

A drain waits until all that was asked for is written. So what the text has before it comes before it, the word too, for
which it would wait for ever; what is written or asked for behind it comes later. A word is written when those read
before it have been taken. Accesses of one stream are in order anyway: their neighbours stand for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hlsgen.hls.cdfg.ir import Loop, Op
from hlsgen.hls.schedule import Dependence

_WRITES = ("aw", "w")
# end of a channel -> those that it comes after
_BEFORE = {
    "b": _WRITES, "d": _WRITES, "ar": ("b", "d"), "aw": ("b", "d"), "w": ("b", "d", "r"),
}  # fmt: skip
_ASKED = {"r": "ar", "w": "aw"}  # words of the same channel come after their request
# those of the iteration before; a read asks after its own drain
_AGAIN = {"b": _WRITES, "d": _WRITES, "ar": ("d",), "aw": ("b", "d"), "w": ("b", "d", "r")}


def bus_order(accesses: Sequence[Op], memory: str, loop: Loop | None) -> Iterator[Dependence]:
    """What accesses of channels of `memory`, in the order of the text, wait for. loop: the pipelined one, if any."""
    first: dict[str, Op] = {}  # of each stream
    last: dict[str, Op] = {}
    for op in accesses:
        for other in last.values():
            if _end(other) in _BEFORE.get(_end(op), ()) or other.object == _request(op):
                yield _after(other, op)
        first.setdefault(op.object, op)
        last[op.object] = op
    if loop is None:
        return
    for op in first.values():
        for other in last.values():
            if _end(other) in _AGAIN.get(_end(op), ()) and not (_end(other) == "r" and _apart(loop, memory)):
                yield _after(other, op, 1)


def _end(op: Op) -> str:
    return op.object.rpartition("_")[2]


def _request(op: Op) -> str:
    """The stream with the requests for what `op` reads or writes, if that is words."""
    channel, _, end = op.object.rpartition("_")
    return f"{channel}_{_ASKED[end]}" if end in _ASKED else ""


def _after(early: Op, late: Op, distance: int = 0) -> Dependence:
    return Dependence(early.id, late.id, distance, gap=int(_end(late) in ("b", "d", "r")), data=False)


def _apart(loop: Loop, memory: str) -> bool:
    """The user says that no iteration writes what an earlier one reads."""
    return any(
        d.memory == memory and not d.intra and d.distance == 0 and d.direction in ("", "WAR") for d in loop.dependences
    )
