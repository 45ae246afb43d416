"""Designs that load their weights: any codes of the formats, laid out as interface.json says, golden = C++ = RTL."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

import numpy as np
import pytest
from arch_networks import network
from memory_designs import BOARD, MemoryDesign, Simulated, check_equal, make_design, simulate_designs

from hlsgen import golden
from hlsgen.arch import plan, plan_memory, scheduled_timing
from hlsgen.codegen import generate
from hlsgen.core.errors import InternalError, UserError
from hlsgen.flow.options import Options
from hlsgen.flow.other_weights import write_other_vectors
from hlsgen.model import for_any_parameters, parameter_names, with_parameters
from hlsgen.sim.csim import simulate

LATENCY_CYCLES = 20
CASES = {  # graph, pattern, multipliers, width
    "dataflow": (
        lambda: network((5, 5, 2), [("conv", 4, 3, "same", 1), ("pool", 2), ("dense", 3)], "Int8"),
        "dataflow",
        40,
        None,
    ),
    "one_word": (lambda: network((3,), [("dense", 2), ("dense", 2)], "Int4/Int8"), "dataflow", 40, 64),
    "sequential": (
        lambda: network((5, 5, 3), [("conv", 5, 3, "valid", 2), ("dense", 3)], "e4m3"),
        "sequential",
        12,
        None,
    ),
}


@pytest.fixture(scope="module")
def projects(tmp_path_factory) -> dict[str, MemoryDesign]:
    def make(name: str) -> MemoryDesign:
        graph, *choices = CASES[name]
        folder, graph = tmp_path_factory.mktemp("loaded") / name, for_any_parameters(graph())
        made = make_design(folder, graph, *choices, latency_cycles=LATENCY_CYCLES, loads_weights=True)
        generate(made.plan, graph, folder / "baked", replace(made.memory, parameters=None))
        write_other_vectors(made.interface, graph, made.codes, folder / "vectors")
        return made

    return {name: make(name) for name in CASES}


@pytest.mark.parametrize("name", CASES)
def test_memory_holds_the_arrays_of_the_baked_design(projects, name) -> None:
    """One behind the other, as NumPy's integers, each from a word on."""
    made = projects[name]
    known, held = made.interface["parameters"], b""
    dtypes = {tensor["offset_bytes"]: tensor["dtype"] for tensor in known["tensors"]}
    text = (made.folder / "baked" / "src" / "weights.h").read_text()
    for _, body in re.findall(r"^static const (\w+<\d+> \w+[^=]*) = (\{.*?\n\});", text, re.DOTALL | re.MULTILINE):
        array = np.array(ast.literal_eval(body.replace("{", "[").replace("}", "]")))
        array = np.concatenate([array, np.zeros_like(array)]) if len(array) == 1 else array
        held += array.astype(dtypes[len(held)]).tobytes()
        held += bytes(-len(held) % (known["width_bits"] // 8))
    lines = (made.folder / "vectors" / "parameters_memory.hex").read_text().split()
    assert b"".join(bytes.fromhex(line)[::-1] for line in lines) == held and len(lines) == known["words"]


@pytest.mark.parametrize("name", ["dataflow", "sequential"])
def test_the_c_simulation_is_golden_and_a_wrong_weight_is_found(projects, name, tmp_path) -> None:
    made = projects[name]
    assert simulate(made.folder / "hls_cpp", made.folder / "vectors").passed
    for path in (made.folder / "vectors").rglob("*.hex"):
        copy = tmp_path / path.relative_to(made.folder / "vectors")
        copy.parent.mkdir(exist_ok=True)
        words = path.read_text()
        if copy == tmp_path / "others" / "parameters_memory.hex":
            words = re.sub("[0-9a-f]", lambda digit: f"{int(digit[0], 16) ^ 1:x}", words, count=len(words) // 2)
        copy.write_text(words)
    assert not simulate(made.folder / "hls_cpp", tmp_path, workdir=made.folder / "csim").passed


@pytest.fixture(scope="module")
def simulated(projects, tmp_path_factory) -> dict[str, Simulated]:
    return simulate_designs(projects, tmp_path_factory.mktemp("sim"), LATENCY_CYCLES)


@pytest.mark.parametrize("name", CASES)
def test_the_rtl_is_golden_with_its_own_and_with_other_weights(projects, simulated, name) -> None:
    made, found = projects[name], simulated[name].found
    check_equal(simulated[name], made)
    assert found.load_words == made.interface["parameters"]["words"] < found.load_cycles
    if name == "dataflow":  # as fast as with weights baked in
        timing = made.memory.timing(scheduled_timing(made.plan, simulated[name].loops))
        assert abs(timing.latency - found.cycles) <= 8 and abs(timing.interval - found.interval) <= 4, (timing, found)


@pytest.mark.parametrize("which", [0, 1])
def test_sums_hold_the_extremes_of_every_format(which) -> None:
    narrow = network((2, 2, 4), [("conv", 3, 2, "valid", 1), ("dense", 5)], "Int8")
    wide = for_any_parameters(narrow)
    ends = {}
    for name in parameter_names(wide):
        tensor = wide.tensors[name]
        ends[name] = np.full(tensor.shape, tensor.fixed.integer_range[which])
    inputs = {
        "image": np.stack([np.full((2, 2, 4), code) for code in wide.tensors[wide.inputs[0]].fixed.integer_range])
    }
    inputs = dict(zip(wide.inputs, inputs.values(), strict=True))
    golden.run(with_parameters(wide, ends), inputs)
    with pytest.raises(InternalError, match="holds codes"):
        golden.run(replace(narrow, constants={**narrow.constants, **ends}), inputs, keep=True)


def test_codes_of_other_tensors_or_formats_are_refused() -> None:
    graph = for_any_parameters(network((6,), [("dense", 4)], "Int8"))
    weight, bias = parameter_names(graph)
    for name, codes in {"x": np.zeros(4, int), bias: np.zeros(5, int), weight: np.full((4, 6), 128)}.items():
        with pytest.raises(UserError):
            with_parameters(graph, {name: codes})


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"weights": "ram", "io": "axi"}, "no weights are 'ram'"),
        ({"weights": "loaded"}, "use it with --io axi"),
        ({"weights": "loaded", "io": "axi", "pattern": "swat"}, "has no weights to load"),
    ],
)
def test_where_there_is_nothing_to_load(options, says, tmp_path) -> None:
    with pytest.raises(UserError, match=says):
        Options(tmp_path, **options).settings()


def test_biases_want_wide_words() -> None:
    graph = for_any_parameters(network((6,), [("dense", 4)], "Int8"))
    with pytest.raises(UserError, match="use 32 or more with --weights loaded"):
        plan_memory(plan(graph, BOARD), graph, BOARD, 16, loads_weights=True)
