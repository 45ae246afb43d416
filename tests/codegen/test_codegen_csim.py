"""The generated C++ equals the golden model: on random networks with our headers, on some with the open ones."""

from __future__ import annotations

import functools
import shutil
import subprocess
from dataclasses import replace

import pytest
from arch_networks import network
from codegen_projects import make_project
from hypothesis import given, settings
from hypothesis import strategies as st

from hlsgen.sim.csim import compile_command

FORMATS = ["Int8", "Fixed(16,6)", "Fixed(9,12)", "Int4/Int8", "e4m3", "e2m1/e4m3", "e3m2", "e5m2/Int6", "Int5/e2m3"]


@st.composite
def networks(draw):
    """(shape, layers) with sizes that divide nothing, odd images, kernels of 1 to 3, strides, pools with a rest."""
    if draw(st.booleans()):
        layers = [("dense", draw(st.integers(1, 7))) for _ in range(draw(st.integers(1, 3)))]
        return (draw(st.integers(1, 12)),), layers
    start = height, width = draw(st.integers(4, 7)), draw(st.integers(4, 7))
    layers = []
    for _ in range(draw(st.integers(1, 2))):
        kernel, padding = draw(st.integers(1, 3)), draw(st.sampled_from(["same", "valid"]))
        stride = draw(st.sampled_from([1, 1, 2, 3]))
        sizes = [-(-size // stride) if padding == "same" else (size - kernel) // stride + 1 for size in (height, width)]
        if min((height, width)) < kernel or min(sizes) < 1:
            break
        height, width = sizes
        layers.append(("conv", draw(st.integers(1, 6)), kernel, padding, stride))
        if min(height, width) >= 2 and draw(st.booleans()):
            size = draw(st.integers(2, min(height, width, 3)))
            layers.append(("pool", size))
            height, width = height // size, width // size
    if not layers or draw(st.booleans()):
        layers.append(("dense", draw(st.integers(1, 5))))
    return (*start, draw(st.integers(1, 4))), layers


@pytest.mark.parametrize("pattern", ["dataflow", "sequential"])
@settings(max_examples=12, deadline=None, derandomize=True)
@given(data=st.data())
def test_codegen_csim_random_networks(tmp_path_factory, pattern, data):
    shape, layers = data.draw(networks())
    graph = network(shape, layers, data.draw(st.sampled_from(FORMATS)), data.draw(st.integers(0, 99)))
    budget = data.draw(st.sampled_from([None, 3, 10, 50, 400]))
    project = make_project(tmp_path_factory.mktemp("project"), graph, pattern, budget)
    result = project.simulate()
    assert (result.mismatches, result.samples) == (0, 5), f"{result.first_mismatch}\n{project.plan}"


CNN = ((5, 5, 2), [("conv", 4, 3, "same", 1), ("pool", 2), ("dense", 3)])


@pytest.mark.parametrize(
    ("pattern", "fmt"), [("dataflow", "Fixed(10,4)"), ("sequential", "Int8"), ("dataflow", "e2m1/e4m3")]
)
def test_codegen_csim_on_the_open_headers(tmp_path, pattern, fmt):
    project = make_project(tmp_path, network(*CNN, fmt), pattern, 20)
    result = project.simulate("ap_types")
    assert (result.mismatches, result.samples, result.level) == (0, 5, "cxx_ap_types"), result.first_mismatch


@pytest.mark.parametrize("fmt", ["Int8", "e4m3"])
@pytest.mark.parametrize("pattern", ["dataflow", "sequential"])
def test_codegen_csim_compiles_without_a_warning(tmp_path, pattern, fmt):
    """On our headers; what GCC says on the open ones is in the flow's tests."""
    project = make_project(tmp_path, network(*CNN, fmt), pattern, 20)
    strict = ["-Wall", "-Wextra", "-Werror"]
    command = [*compile_command(project.folder / "hls_cpp", "hlsgen", tmp_path / "program"), *strict]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


MUTATIONS = [
    ("Int8", "weights", "    {{", "    {{1 + "),  # one weight
    ("Int8", "source", "AP_RND_CONV", "AP_TRN"),  # one rounding mode
    ("Int8", "source", "AP_SAT>", "AP_WRAP>"),  # one overflow mode
    ("Fixed(12,4)", "source", "ap_fixed<12, 4,", "ap_fixed<12, 5,"),  # one shift
    ("e4m3", "source", "minifloat_encode<4, 3, 126, ", "minifloat_encode<4, 3, 126, 1 + "),  # one shift
    ("e4m3", "source", ", 126, ", ", 119, "),  # one largest code
]


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """(graph, project) of a pattern and a format, made once."""

    @functools.cache
    def made(pattern, fmt):
        graph = network((6,), [("dense", 4), ("dense", 3)], fmt, seed=3)
        project = make_project(tmp_path_factory.mktemp("original"), graph, pattern, 6, samples=200)
        assert project.simulate().passed
        return graph, project

    return made


@pytest.mark.parametrize(("fmt", "file", "before", "after"), MUTATIONS)
@pytest.mark.parametrize("pattern", ["dataflow", "sequential"])
def test_codegen_csim_finds_a_mutation(original, tmp_path, pattern, fmt, file, before, after):
    graph, project = original(pattern, fmt)
    shutil.copytree(project.folder, tmp_path / "copy")
    project = replace(project, folder=tmp_path / "copy")
    path = getattr(project, file)
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))
    result = project.simulate()
    first = result.first_mismatch
    assert result.mismatches > 0 and first.tensor == graph.outputs[0] and first.expected != first.got
    place = f"csim: out_stream, sample {first.sample}, {first.tensor}[{first.element}]"
    assert str(first) == f"{place}: expected {first.expected:#x}, got {first.got:#x}"
