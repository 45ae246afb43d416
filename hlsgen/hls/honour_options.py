"""The options of each pragma: which there are, and which have no effect here and why."""

from __future__ import annotations

from hlsgen.hls.frontend.pragmas import options_of

_PORTS = """ap_none ap_stable ap_vld ap_ovld ap_ack ap_hs ap_fifo ap_memory ap_bus ap_auto ap_ctrl_none ap_ctrl_hs
ap_ctrl_chain bram axis m_axi s_axilite none memory"""
_OPTIONS = {
    "interface": f"""port mode bundle offset depth name latency storage_type num_read_outstanding num_write_outstanding
    max_read_burst_length max_write_burst_length max_widen_bitwidth register register_mode clock channel direct_io
    interrupt {_PORTS}""",
    "pipeline": "ii rewind off style enable_flush",
    "unroll": "factor skip_exit_check off region",
    "array_partition": "variable complete block cyclic factor dim type off around",
    "array_reshape": "variable complete block cyclic factor dim type object off",
    "dataflow": "disable_start_propagation",
    "stream": "variable depth type off dim",
    "bind_storage": "variable type impl latency core",
    "bind_op": "variable op impl latency",
    "dependence": """variable class pointer array inter intra raw war waw type direction dependent true false distance
    cross_variables""",
    "inline": "off on recursive region self",
    "loop_tripcount": "min max avg",
    "loop_flatten": "off",
    "loop_merge": "force",
    "latency": "min max",
    "allocation": "instances limit type operation function core",
    "aggregate": "variable compact",
    "disaggregate": "variable",
    "expression_balance": "off",
    "function_instantiate": "variable",
    "reset": "variable off",
    "stable": "variable",
}
_KNOWN = {kind: frozenset(options.split()) for kind, options in _OPTIONS.items()}
_IDLE = {
    ("interface", "register"): "no register is added to the port",
    ("interface", "register_mode"): "a stream has a FIFO of two words at its port",
    ("interface", "clock"): "there is one clock, ap_clk",
    ("interface", "direct_io"): "the register has the value",
    ("interface", "interrupt"): "the interrupt is that of ap_done and ap_ready",
    ("unroll", "skip_exit_check"): "a check that may be needed stays, and takes no cycle",
    ("unroll", "region"): "the loop itself is unrolled",
    ("array_reshape", "object"): "arrays of arrays are reshaped by dim=",
    ("dataflow", "disable_start_propagation"): "a process starts when what it needs is there",
    ("loop_merge", "force"): "only loops that have nothing in common are merged",
    ("dependence", "cross_variables"): "different arrays never collide",
}


def idle_options(text: str) -> tuple[bool, str] | None:
    """(whether the pragma means what it says, options without effect), None when all have the effect they should.

    text: as written, from "HLS" on.
    """
    kind, *words = options_of(text.lower())[1:]
    said = {key: value for key, _, value in (word.partition("=") for word in words)}
    unknown = [key for key in said if key not in _KNOWN.get(kind, said)]
    if unknown:
        return False, f"{kind.upper()} has no option {unknown[0]!r}; the rest of it is done"
    idle = [f"{key}: {_IDLE[kind, key]}" for key in said if (kind, key) in _IDLE] + _by_value(kind, said)
    return (True, "; ".join(idle)) if idle else None


def _by_value(kind: str, said: dict[str, str]) -> list[str]:
    """Options of which some values have no effect."""
    match kind:
        case "interface" if "latency" in said and "m_axi" not in (said.get("mode"), *said):
            return ["latency: a read of an array takes a cycle"]
        case "interface" if "bram" in (said.get("mode"), *said):
            return ["bram: the ports are those of ap_memory, with addresses of words and no clock of their own"]
        case "pipeline" if said.get("style", "flp") not in ("flp", "frp", "stp"):
            return ["style: it is one of stp, flp, frp"]
        case "pipeline" if said.get("style") in ("stp", "frp"):
            return ["style: stages run empty where II=1 (flp) and stand still together otherwise (stp)"]
        case "aggregate" if said.get("compact", "auto") not in ("auto", "bit"):
            return ["compact: members follow each other without gaps (bit), in memory behind AXI as in C++"]
    return []
