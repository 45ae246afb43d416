"""What pragmas say of a function beside its loops and memories: how many multipliers, how products are made, arguments
that stay as they are, and trip counts that only the user knows."""

from __future__ import annotations

from dataclasses import replace

from hlsgen.hls.llvm import ir as llvm

from .ir import Function, Memory, ProductWish

_IMPLS = ("dsp", "fabric")


def import_wishes(function: Function, front: llvm.FrontEnd, name: str) -> Function:
    """The imported function `name` (mangled) with what is wished of it."""
    mine = [d for d in front.directives if d.function == name]
    stable = {d.target.name for d in mine if d.kind == "stable" and isinstance(d.target, llvm.VariableTarget)}
    unrolled = {d.target: int(d.options["factor"]) for d in mine if d.kind == "unroll" and "factor" in d.options}
    trips = {}
    for d in mine:
        if d.kind == "loop_tripcount" and isinstance(d.target, llvm.LoopTarget) and "max" in d.options:
            at_once = unrolled.get(d.target, 1)  # iterations of the source in one
            least, most = int(d.options.get("min", 0)), int(d.options["max"])
            trips[d.target.header] = -(-least // at_once), -(-most // at_once)
    params = function.params.values()
    is_task = name in front.tasks  # it runs across calls
    limits = [int(d.options["limit"]) for d in mine if limits_products(d)]
    return replace(
        function,
        params={p.name: replace(p, stable=is_task or (name == front.top and p.argument in stable)) for p in params},
        loops={header: replace(loop, stated_trips=trips.get(header)) for header, loop in function.loops.items()},
        memories=_with_ports(function, front) if name == front.top else function.memories,
        multipliers=min(limits) if limits else None,
        products={key: wish for d in mine for key, wish in _products(d).items()},
    )


def _with_ports(function: Function, front: llvm.FrontEnd) -> dict[str, Memory]:
    """Arguments with the ports that INTERFACE storage_type= leaves them."""
    types = {port.name: str(port.options.get("storage_type", "")).lower() for port in front.ports}
    return {
        name: replace(memory, ports=types[memory.argument].partition("_")[2])
        if memory.external and types.get(memory.argument)
        else memory
        for name, memory in function.memories.items()
    }


def limits_products(directive: llvm.Directive) -> bool:
    """It is an ALLOCATION of multipliers."""
    options = directive.options
    return (
        directive.kind == "allocation"
        and ("operation" in options or options.get("type") == "operation")
        and str(options.get("instances", "")).lower() == "mul"
        and int(options.get("limit", 0)) > 0
    )


def _products(directive: llvm.Directive) -> dict[tuple[str, int], ProductWish]:
    """BIND_OP: file and line -> what is wished of the products there."""
    options = directive.options
    if directive.kind != "bind_op" or not isinstance(directive.target, llvm.AssignmentTarget):
        return {}
    impl = str(options.get("impl", "")).lower()
    latency = int(options.get("latency", -1))
    if str(options.get("op", "")).lower() != "mul":
        return {}
    wish = ProductWish(impl if impl in _IMPLS else "", latency if latency >= 0 else None)
    return {(place.file, place.line): wish for place in directive.target.places}
