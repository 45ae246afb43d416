"""The AXI4-Lite slave under a host that writes and reads at random moments: control, registers, arrays, interrupts."""

from __future__ import annotations

import re

import pytest
from simulate import simulate

from hlsgen.hls.interfaces import Argument as PlannedArgument
from hlsgen.hls.interfaces import AxiLite, Register, _control_registers, _registers
from hlsgen.hls.register_map import Wanted, address_bits, place
from hlsgen.hls.rtl.axilite import axi_ports, axilite_text, kernel_ports
from hlsgen.hls.rtl.verilog import print_file
from hlsgen.sim.lint import lint
from hlsgen.synth.yosys import run_yosys

MODULE = "slave"


def slave(wanted: list[Wanted], control: bool = True, chain: bool = False) -> AxiLite:
    registers: list[Register] = list(_control_registers()) if control else []
    placed = place(wanted)
    for one in placed:
        w = one.wanted
        kind = "array" if w.depth else "value"
        argument = PlannedArgument(w.name, w.name, kind, w.direction, "s_axilite", w.bits, (), w.depth or 1)
        registers += _registers(one, argument, "data")
    return AxiLite("control", address_bits(placed), tuple(registers), control, chain)


def written(plan: AxiLite, folder, second=()):
    path = folder / "slave.v"
    path.write_text(print_file("test", axilite_text(plan, MODULE, second)))
    return path


def run(plan: AxiLite, folder, script: str, config: dict):
    second = config.get("second", ())
    ports = [*axi_ports(plan), *kernel_ports(plan, second)]
    return simulate(MODULE, [written(plan, folder, second)], ports, folder / "sim", f"axilite_scripts:{script}", config)


EVERYTHING = [
    Wanted("ap_return", 17, "return"), Wanted("a", 1), Wanted("b", 64), Wanted("c", 100), Wanted("small", 8, depth=13),
    Wanted("o", 32, "out"), Wanted("wide", 70, "out"), Wanted("x", 33, "inout"), Wanted("flags", 1, depth=5),
    Wanted("halves", 16, depth=7), Wanted("words", 24, depth=6), Wanted("pairs", 48, depth=5),
    Wanted("quads", 128, depth=4), Wanted("one", 32, depth=1), Wanted("two", 8, depth=2),
]  # fmt: skip


def settings(plan: AxiLite, **more) -> dict:
    registers = plan.registers
    valid = {r.argument: r.offset for r in registers if r.role == "valid"}
    return {
        "places": {r.name: (r.bits, r.offset) for r in registers if r.role in ("data", "data_in")},
        "inputs": [r.name for r in registers if r.role in ("data", "data_in")],
        "outputs": {r.name: r.bits for r in registers if r.role == "data_out"},
        "output_places": {r.name: (r.bits, r.offset, valid.get(r.argument)) for r in registers if r.role == "data_out"},
        "windows": {r.name: (r.bits, r.depth) for r in registers if r.role == "window"},
        "window_places": {r.name: r.offset for r in registers if r.role == "window"},
        "kinds": ["write", "read", "output", "window"],
        "second": [],
    } | more


def test_handshake(tmp_path):
    seen = run(slave([]), tmp_path, "handshake", {"cycles": 20})
    assert seen["fresh"] == 4
    assert seen["enables"] == [1, 1]
    assert seen["busy"] & 0b0110 == 0
    assert seen["done"] == [0x20E, 0x204]  # interrupt, ready, idle and done; the reading clears done and ready
    assert (seen["interrupt"], seen["isr"], seen["after"]) == (1, 1, [0, 0])
    assert seen["calls"] == 1
    assert seen["restarts"] > 8
    assert seen["running"] & 0x82 == 0x80
    assert seen["quiet"] == 0
    assert seen["stopped"] & 0x86 == 0x06
    assert seen["told"] == 1


def test_chain(tmp_path):
    seen = run(slave([], chain=True), tmp_path, "chain", {"cycles": 12})
    assert [word & 2 for word in seen.pop("done")] == [2, 2, 2]
    assert seen == {"held": True, "gone": 0, "released": True, "again": [2, 2]}


@pytest.mark.parametrize("seed", [1, 2])
def test_registers(tmp_path, seed):
    plan = slave(EVERYTHING)
    seen = run(plan, tmp_path, "registers", settings(plan, seed=seed, steps=400))
    assert seen["reads"] > 100 and seen["writes"] > 100 and seen["checked"] > 1000


def test_second_ports(tmp_path):
    """The kernel takes the host's port of an array when it needs two."""
    plan = slave([w for w in EVERYTHING if w.depth > 1])
    second = [r.name for r in plan.registers if r.role == "window"]
    seen = run(plan, tmp_path, "registers", settings(plan, seed=5, steps=200, kinds=["window"], second=second))
    assert seen["checked"] > 5000
    assert lint(MODULE, [written(plan, tmp_path, second)]) == []


def test_without_control(tmp_path):
    plan = slave([Wanted("n", 32), Wanted("m", 64)], control=False)
    seen = run(plan, tmp_path, "registers", settings(plan, seed=3, steps=60, kinds=["write", "read"]))
    assert seen["writes"] > 10


@pytest.mark.parametrize("wanted", [[], EVERYTHING, [Wanted("n", 32)], [Wanted("o", 8, "out")]])
@pytest.mark.parametrize("chain", [False, True])
def test_clean(tmp_path, wanted, chain):
    path = written(slave(wanted, chain=chain), tmp_path)
    assert lint(MODULE, [path]) == []


def test_synthesis(tmp_path):
    """Yosys finds no latch and no loop, and keeps the arrays memories."""
    path, log = written(slave(EVERYTHING), tmp_path), tmp_path / "log"
    script = f"read_verilog {path}; hierarchy -check -top {MODULE}; proc; opt; memory -nomap; check -assert; stat"
    run_yosys([("synthesis", script.split("; "))], log)
    assert int(re.findall(r"(\d+) +\$mem_v2", log.read_text())[-1]) == 8
