"""Runs a CDFG function on queues: the reference that passes are tested against, and a debugger's friend."""

from __future__ import annotations

from collections import deque

from hlsgen.core.errors import InternalError

from .ir import Branch, Function, Jump, Kind, Return
from .semantics import evaluate


def interpret(
    function: Function,
    inputs: dict[str, list[int]],
    memories: dict[str, list[int]] | None = None,
    step_limit: int = 10_000_000,
    params: dict[str, int] | None = None,
) -> dict[str, list[int]]:
    """One call. inputs: stream -> words to read; params: scalar arguments. Returns what each output stream got.

    `memories` (name -> words) holds state and what is passed by reference, and is updated in place. A stream is
    readable while words are left and always writable. `InternalError` when an input runs dry.
    """
    queues = {name: deque(words) for name, words in inputs.items()}
    outputs: dict[str, list[int]] = {s.name: [] for s in function.streams.values() if s.direction == "out"}
    state = memories if memories is not None else {}
    for memory in function.memories.values():
        if memory.rom or memory.name not in state:
            state[memory.name] = list(memory.init or [0] * memory.depth_words)
    values: dict[int, int] = {}
    label, came_from = function.entry, ""
    for _ in range(step_limit):
        block = function.blocks[label]
        ops = [function.ops[id] for id in block.ops]
        entering = {op.id: values[op.args[op.blocks.index(came_from)]] for op in ops if op.kind is Kind.PHI}
        values.update(entering)
        for op in ops:
            if op.kind is Kind.PHI:
                continue
            if op.guard is not None and not values[op.guard]:
                values[op.id] = 0
                continue
            args = [values[arg] for arg in op.args]
            match op.kind:
                case Kind.READ:
                    if not queues.get(op.object):
                        raise InternalError(f"{function.name}: stream {op.object} ran dry", function)
                    values[op.id] = queues[op.object].popleft() & ((1 << op.width) - 1)
                case Kind.WRITE:
                    outputs[op.object].append(args[0])
                case Kind.PARAM:
                    values[op.id] = (params or {})[op.object]
                case Kind.READABLE:
                    values[op.id] = int(bool(queues.get(op.object)))
                case Kind.WRITABLE:
                    values[op.id] = 1
                case Kind.LOAD | Kind.STORE:
                    memory, index = function.memories[op.object], 0
                    places = args if op.kind is Kind.LOAD else args[:-1]
                    shape = memory.shape if len(places) == len(memory.shape) else (memory.depth_words,)
                    for extent, place in zip(shape, places, strict=True):
                        index = index * extent + place
                    words = state[op.object]
                    if op.kind is Kind.LOAD:  # a speculative load may be out of range: its value is not used then
                        values[op.id] = words[index] if index < len(words) else 0
                    elif index < len(words):
                        words[index] = args[-1]
                    else:
                        raise InternalError(f"{function.name}: {op} writes element {index} of {len(words)}", function)
                case _:
                    values[op.id] = evaluate(op, args, [function.ops[arg].width for arg in op.args])
        came_from = label
        match block.end:
            case Return():
                return outputs
            case Jump(target):
                label = target
            case Branch(condition, if_one, if_zero):
                label = if_one if values[condition] else if_zero
    raise InternalError(f"{function.name}: more than {step_limit} blocks executed", function)
