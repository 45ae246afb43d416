"""The interval that a loop's words behind AXI masters ask for: all channels of a bundle share the beats of one bus."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hlsgen.hls.cdfg.ir import Function, Kind, Op
from hlsgen.hls.schedule import Bound

_REQUESTS = {"r": "ar", "w": "aw"}  # of words read, of words written


@dataclass(frozen=True, slots=True)
class _Word:
    op: Op
    argument: str
    bits: int  # of the bus that it takes


def bus_interval(function: Function, ops: Iterable[Op], bus_bits: Mapping[str, int]) -> Bound:
    """The bound by the busiest direction of a bundle, over one iteration of a loop with `ops`.

    Words of a burst lie side by side in its beats; a word that is asked for in the iteration itself has beats of its
    own. Of accesses under different conditions the most that one condition asks for counts.
    bus_bits: bundle -> width of its data; what is missing is no bound.
    """
    accesses = [op for op in ops if op.kind in (Kind.READ, Kind.WRITE)]
    used = Counter(op.object for op in accesses)
    words: dict[tuple[str, str], list[_Word]] = defaultdict(list)
    for op in accesses:
        stream = function.streams[op.object]
        end = stream.name.rpartition("_")[2]
        if stream.bus in bus_bits and end in _REQUESTS:
            beat = bus_bits[stream.bus]
            alone = used[f"{stream.name.removesuffix(end)}{_REQUESTS[end]}"] >= used[stream.name]
            bits = -(-stream.width // beat) * beat if alone else stream.width
            words[stream.bus, end].append(_Word(op, stream.argument, bits))
    worst = Bound(1)
    for (bundle, end), found in sorted(words.items(), key=lambda item: item[0]):
        ii = _interval(found, bus_bits[bundle])
        if ii > worst.ii:
            way = f"{'reads' if end == 'r' else 'writes'} through m_axi `{bundle}` of {bus_bits[bundle]} bits"
            worst = Bound(ii, "resource", f"{_places(function, found, way)}: II={ii}{_advice(found, bus_bits[bundle])}")
    return worst


def _interval(words: Iterable[_Word], beat_bits: int) -> int:
    bits: Counter[int | None] = Counter()  # condition -> what goes over the bus
    for word in words:
        bits[word.op.guard] += word.bits
    always = bits.pop(None, 0)
    return -(-(always + max(bits.values(), default=0)) // beat_bits)


def _places(function: Function, words: list[_Word], way: str) -> str:
    places = ", ".join(dict.fromkeys(str(place) for word in words if str(place := function.place_of(word.op))))
    return f"{len(words)} {way} ({places})" if places and len(places) < 100 else f"{len(words)} {way}"


def _advice(words: list[_Word], beat_bits: int) -> str:
    """What bundles of their own would do."""
    arguments = dict.fromkeys(word.argument for word in words)
    apart = max(_interval([word for word in words if word.argument == name], beat_bits) for name in arguments)
    if apart == _interval(words, beat_bits):
        return " or fewer accesses: what is read again can be kept"
    return f", or II={apart} with a bundle each for {', '.join(f'`{name}`' for name in arguments)}"
