"""What nothing observable needs goes: operations, memories that they used, blocks that control does not come to."""

from __future__ import annotations

from dataclasses import replace

from hlsgen.hls.cdfg.ir import STREAM_KINDS, Branch, Function, Kind


def remove_dead(function: Function) -> Function:
    """Without the operations that nothing observable needs. A store is needed by the loads of its memory, or by whoever
    passed the array."""
    live: set[int] = set()
    outside = {memory.name for memory in function.memories.values() if memory.external}
    work = [op.id for op in function.ops.values() if op.kind in STREAM_KINDS]
    work += [op.id for op in function.ops.values() if op.kind is Kind.STORE and op.object in outside]
    work += [block.end.condition for block in function.blocks.values() if isinstance(block.end, Branch)]
    stores: dict[str, list[int]] = {}
    for op in function.ops.values():
        if op.kind is Kind.STORE:
            stores.setdefault(op.object, []).append(op.id)
    while work:
        id = work.pop()
        if id not in live:
            live.add(id)
            op = function.ops[id]
            work.extend(op.inputs())
            if op.kind is Kind.LOAD:
                work.extend(stores.pop(op.object, ()))
    blocks = {
        label: replace(block, ops=tuple(id for id in block.ops if id in live))
        for label, block in function.blocks.items()
    }
    used = {op.object for id, op in function.ops.items() if id in live}
    passed = {other for unit in function.units for other in unit.bindings.values()}
    return replace(
        function,
        ops={id: op for id, op in function.ops.items() if id in live},
        blocks=blocks,
        memories={
            name: memory
            for name, memory in function.memories.items()
            if name in used or any(other == name or other.startswith(f"{name}_b") for other in passed)
        },
    )


def remove_unreachable(function: Function) -> Function:
    """Without blocks that a folded branch cut off, and without their phi entries."""
    reached, work = {function.entry}, [function.entry]
    while work:
        for target in function.blocks[work.pop()].end.targets():
            if target not in reached:
                reached.add(target)
                work.append(target)
    predecessors = function.predecessors()
    ops, blocks = {}, {}
    for label, block in function.blocks.items():
        if label not in reached:
            continue
        blocks[label] = block
        arriving = {origin for origin in predecessors[label] if origin in reached}
        for id in block.ops:
            op = function.ops[id]
            if op.kind is Kind.PHI and set(op.blocks) != arriving:
                kept = [(arg, origin) for arg, origin in zip(op.args, op.blocks, strict=True) if origin in arriving]
                op = replace(op, args=tuple(arg for arg, _ in kept), blocks=tuple(origin for _, origin in kept))
            ops[id] = op
    loops = {
        header: replace(loop, blocks=loop.blocks & reached)
        for header, loop in function.loops.items()
        if any(header in function.blocks[label].end.targets() for label in loop.blocks & reached)
    }
    return replace(function, ops=ops, blocks=blocks, loops=loops)
