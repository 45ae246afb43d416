"""Variables that outlive a call and belong to more than one module: each module has memories of its own.

Functions that share one become parts of their callers, before inlining; what is left afterwards is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from hlsgen.core.errors import UserError
from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.tasks import TASK_MARKER


def check_shared(module: ir.Module, regions: Collection[str], top: str) -> None:
    """Raises UserError for a variable that processes share, and for tasks that would be more than in C++. `module`:
    after inlining."""
    copies = _instances(module, {name: [name] for name in module.functions}, regions, top)
    for name, function in module.functions.items():
        if TASK_MARKER in _callees(function) and copies[name] > 1:
            raise UserError(
                f"{function.pretty!r} makes tasks and is called {copies[name]} times; C++ makes them once",
                where=function.loc,
                do="make the function a template, instantiated for each call",
            )
    for name, users in shared_variables(module, module.functions.keys(), regions, top).items():
        names = sorted({module.functions[user].pretty for user in users})
        if f"_ZGV{name.removeprefix('_Z')}" in module.globals and not set(users).isdisjoint(regions):
            raise UserError(
                f"the first value of {module.globals[name].pretty!r} takes code, in a dataflow region",
                where=module.functions[users[0]].loc,
                do="make its constructor constexpr, with constants for all members",
            )
        raise UserError(
            f"{module.globals[name].pretty!r} outlives a call, and more than one module (of {', '.join(names)}) would "
            "have its own",
            where=module.globals[name].loc if module.globals[name].loc.line else module.functions[users[0]].loc,
            do="let one process have it, called once; or make the function a template, instantiated for each call",
        )


def shared_variables(
    module: ir.Module, kept: Collection[str], regions: Collection[str], top: str
) -> dict[str, list[str]]:
    """Variable that may be written -> the kept functions whose modules touch it, where it is more than one module."""
    names = {name: _parts(module, name, kept) for name in kept}
    parts = {name: [module.functions[part] for part in found] for name, found in names.items()}
    copies = _instances(module, names, regions, top)
    written = {name for function in module.functions.values() for name, writes in _touched(function) if writes}
    users: dict[str, list[str]] = {}
    for name, found in parts.items():
        for variable in dict.fromkeys(variable for part in found for variable, _ in _touched(part)):
            if variable in written and variable in module.globals and not module.globals[variable].constant:
                users.setdefault(variable, []).append(name)
    return {variable: names for variable, names in users.items() if sum(copies[name] for name in names) > 1}


def _instances(module: ir.Module, parts: dict[str, list[str]], regions: Collection[str], top: str) -> dict[str, int]:
    """How many modules there will be of each function. parts: kept function -> it, and what is inlined into it."""
    calls = {
        name: [callee for part in found for callee in _callees(module.functions[part]) if callee in parts]
        for name, found in parts.items()
    }
    instances: dict[str, int] = {}

    def count(name: str) -> int:
        """A function is a module for each caller, a process one for each call."""
        if name not in instances:
            times = {caller: called.count(name) for caller, called in calls.items() if name in called}
            each = (count(caller) * (n if caller in regions else 1) for caller, n in times.items())
            instances[name] = 1 if name == top else sum(each)
        return instances[name]

    return {name: count(name) for name in parts}


def keeps_state(module: ir.Module, name: str) -> bool:
    """The function, or one that it calls, touches a variable that may be written."""
    return any(
        not module.globals[variable].constant
        for part in _parts(module, name, ())
        for variable, _ in _touched(module.functions[part])
        if variable in module.globals
    )


def _parts(module: ir.Module, name: str, kept: Collection[str]) -> list[str]:
    """The function and what is inlined into it."""
    found = [name]
    for each in found:  # grows
        found += [c for c in dict.fromkeys(_callees(module.functions[each])) if c not in kept and c not in found
                  and c in module.functions]  # fmt: skip
    return found


def _callees(function: ir.Function) -> Iterator[str]:
    return (i.callee for block in function.blocks for i in block.instructions if i.callee)


def _touched(function: ir.Function) -> Iterator[tuple[str, bool]]:
    """Variables that the function names, and whether more is done with their address than to load from it."""
    code = [i for block in function.blocks for i in block.instructions]
    places: dict[str, str] = {}  # address made of a variable's -> the variable

    def variable(operand: ir.Operand) -> str:
        if isinstance(operand, ir.GlobalRef):
            return operand.name
        return places.get(operand.name, "") if isinstance(operand, ir.Local) else ""

    known = -1
    while known < len(places):
        known = len(places)
        places |= {i.result: of for i in code if i.opcode == "getelementptr" and i.result
                   if (of := variable(i.operands[0]))}  # fmt: skip
    for i in code:
        yield from ((of, i.opcode not in ("getelementptr", "load")) for o in i.operands if (of := variable(o)))
