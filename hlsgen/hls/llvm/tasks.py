"""How tasks (hls::task) look in a module: the call of a marker, and behind it the call of the task's function."""

from __future__ import annotations

import itertools

from . import ir

TASK_MARKER = "hlsgen_task"


def tasks_of(function: ir.Function) -> list[str]:
    """The functions that it makes tasks of, one for each task."""
    calls = _calls(function)
    return [callee for before, callee in itertools.pairwise(calls) if before == TASK_MARKER]


def only_tasks(function: ir.Function) -> bool:
    """Whether it calls functions as tasks only, so that nothing in it ever ends."""
    calls = _calls(function)
    return bool(calls) and len(calls) == 2 * len(tasks_of(function))


def always_tasks(module: ir.Module) -> frozenset[str]:
    """The functions that are called as tasks, and in no other way."""
    tasks = [name for function in module.functions.values() for name in tasks_of(function)]
    calls = [name for function in module.functions.values() for name in _calls(function)]
    return frozenset(name for name in tasks if tasks.count(name) == calls.count(name))


def run_by_tasks(module: ir.Module) -> frozenset[str]:
    """The functions that tasks are made of, and those that these call."""
    found = [name for function in module.functions.values() for name in tasks_of(function)]
    for name in found:  # grows
        called = _calls(module.functions[name]) if name in module.functions else []
        found += [callee for callee in dict.fromkeys(called) if callee not in found]
    return frozenset(found) & module.functions.keys()


def _calls(function: ir.Function) -> list[str]:
    callees = [i.callee for block in function.blocks for i in block.instructions if i.opcode == "call"]
    return [callee for callee in callees if not callee.startswith("llvm.")]
