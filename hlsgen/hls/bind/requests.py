"""How many requests to an AXI master a schedule has under way."""

from __future__ import annotations

from hlsgen.hls.cdfg.ir import Kind

from .scheduled import ScheduledFunction

_WORDS = {"_ar": "_r", "_aw": "_w"}
_ASKED_AHEAD = 16  # by a loop that only asks, for words that another one takes


def requests_under_way(scheduled: ScheduledFunction, stream: str) -> int:
    """The most requests on `stream` (`NAME_ar` or `NAME_aw`) before their first word is due; 0 for other streams.

    Where a pipeline stands still as a whole, so many have to find room, or it would wait for itself.
    """
    end = next((end for end in _WORDS if stream.endswith(end)), "")
    if not end:
        return 0
    words = stream.removesuffix(end) + _WORDS[end]
    most = 0
    for block in scheduled.blocks.values():
        ops = [scheduled.function.ops[id] for id in block.stage]
        asked = [block.stage[op.id] for op in ops if op.kind is Kind.WRITE and op.object == stream]
        due = [block.stage[op.id] for op in ops if op.kind in (Kind.READ, Kind.WRITE) and op.object == words]
        if asked and block.loop is not None and due:
            span = max(due) - min(asked) + 1
            most = max(most, len(asked) * (-(-span // block.ii) + 1))
        else:
            most = max(most, _ASKED_AHEAD if asked and block.loop is not None else len(asked))
    return most
