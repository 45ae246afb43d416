"""`run_hls.tcl` and `hls_config.cfg`: every command and key is one of Vitis HLS, for old and new releases."""

from __future__ import annotations

from pathlib import Path

import pytest
from arch_networks import network

from hlsgen.arch import plan
from hlsgen.codegen import render
from hlsgen.core.boards import load_board

tkinter = pytest.importorskip("tkinter", reason="needs the Tcl of Python's standard library (no display)")

# Commands and their options, by UG1399 of 2022.2 to 2025.1; open_component from 2024.2 on.
COMMANDS = {
    "set_top": set(),
    "add_files": {"-tb", "-cflags"},
    "set_part": set(),
    "create_clock": {"-period", "-name"},
    "set_clock_uncertainty": set(),
    "config_interface": {
        *("-m_axi_addr64", "-m_axi_latency", "-m_axi_alignment_byte_size", "-m_axi_max_widen_bitwidth"),
        *("-m_axi_offset", "-s_axilite_interrupt_mode"),
    },
    "config_rtl": {"-reset", "-reset_level", "-register_reset_num"},
    "csim_design": {"-argv"},
    "csynth_design": set(),
    "cosim_design": {"-rtl", "-argv"},
    "export_design": {"-format", "-rtl", "-vendor", "-library", "-ipname", "-version"},
}
OLD = {"open_project": {"-reset"}, "open_solution": {"-reset", "-flow_target"}}
NEW = {"open_component": {"-reset", "-flow_target"}}


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    graph = network((5, 5, 2), [("conv", 4, 3, "same", 1), ("pool", 2), ("dense", 3)])
    return dict(render(plan(graph, load_board("kv260"), "dataflow", 10), graph))


def run(text: str, folder: Path, commands: dict[str, set[str]]) -> list[tuple[str, ...]]:
    """The commands that the script gives. `TclError` for one that this release does not have."""
    tcl, said = tkinter.Tcl(), []
    tcl.eval('proc unknown args {error "invalid command name [lindex $args 0]"}; proc exit args {return -code return}')
    for name, options in commands.items():

        def note(*words: str, name: str = name, options: set[str] = options) -> None:
            wrong = {word for word in words if word.startswith("-") and word[1:2].isalpha() and word[1] != "I"}
            assert wrong <= options, (name, wrong - options)
            said.append((name, *words))

        tcl.createcommand(name, note)
    script = folder / "run_hls.tcl"
    script.write_text(text)
    tcl.eval(f"source {{{script}}}")
    return said


@pytest.mark.parametrize("release", [OLD, NEW], ids=["2022.2", "2024.2"])
def test_codegen_hls_script_runs_in_old_and_new_releases(files, tmp_path, release) -> None:
    said = run(files["run_hls.tcl"], tmp_path, COMMANDS | release)
    names = [words[0] for words in said]
    assert set(names) == set(COMMANDS | release)
    # A solution has to be open before parts and clocks belong to it; nothing is packaged before it is synthesised.
    assert names.index("set_part") > max(names.index(name) for name in release)
    steps = [name for name in names if name.endswith("_design")]
    assert steps == ["csim_design", "csynth_design", "cosim_design", "export_design"]
    exported = dict(zip(said[-1][1::2], said[-1][2::2], strict=True))
    vlnv = [exported[f"-{key}"] for key in ("vendor", "library", "ipname", "version")]
    assert vlnv == ["hlsgen", "kernel", "net", "1.0"] and exported["-format"] == "ip_catalog"
    added = [Path(words[words.index("-cflags") - 1]) for words in said if words[0] == "add_files"]
    assert {path.relative_to(tmp_path).as_posix() for path in added} <= set(files)


def test_codegen_hls_script_with_a_misspelt_command_fails(files, tmp_path) -> None:
    with pytest.raises(tkinter.TclError, match="csynth_desing"):
        run(files["run_hls.tcl"].replace("csynth_design", "csynth_desing"), tmp_path, COMMANDS | NEW)


def test_codegen_hls_config_says_the_same_as_the_script(files, tmp_path) -> None:
    lines = [line for line in files["hls_config.cfg"].splitlines() if line and line[0] not in "#["]
    keys = dict(line.split("=", 1) for line in lines)
    assert len(keys) == len(lines)
    for words in run(files["run_hls.tcl"], tmp_path, COMMANDS | NEW):
        if words[0] in ("config_interface", "config_rtl"):
            group = words[0].removeprefix("config_")
            for at, word in enumerate(words):
                if word.startswith("-"):
                    value = words[at + 1] if at + 1 < len(words) and not words[at + 1].startswith("-") else "1"
                    assert keys.pop(f"syn.{group}.{word[1:]}") == value
    assert not [key for key in keys if key.startswith(("syn.interface", "syn.rtl"))]
    # The bench runs in a folder of the work folder, two levels below its hls/; vectors/ is beside the C++ project.
    assert Path("/out/hls_cpp/made/hls/csim/build", keys["csim.argv"]).resolve() == Path("/out/vectors")
    assert keys["cosim.argv"] == keys["csim.argv"]
    assert [keys[f"package.ip.{key}"] for key in ("vendor", "library", "name", "version")] == [
        "hlsgen", "kernel", "net", "1.0",
    ]  # fmt: skip
    assert {path.removeprefix("src/") for path in (keys["syn.file"],)} == {"net.cpp"} and keys["tb.file"] in files
