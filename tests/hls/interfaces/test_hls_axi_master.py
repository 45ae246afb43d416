"""The AXI4 master against a memory that checks the protocol: random requests of several channels, with stalls."""

from __future__ import annotations

import pytest
from simulate import simulate

from hlsgen.hls.interfaces import AxiMaster
from hlsgen.hls.rtl.axi_channels import AXI_MODULES
from hlsgen.hls.rtl.axi_master import Channel, axi_master_text, bus_ports, channel_ports
from hlsgen.hls.rtl.fifo import FIFO_MODULE, FIFO_TEXT
from hlsgen.hls.rtl.verilog import print_file
from hlsgen.sim.lint import lint
from hlsgen.synth.yosys import run_yosys

MODULE = "top_gmem_m_axi"


def channel(name: str, word: int, ways: str, under_way: int = 16) -> Channel:
    return Channel(name, word, "r" in ways, "w" in ways, under_way)


def files(master: AxiMaster, channels: list[Channel], folder) -> list:
    texts = {FIFO_MODULE: FIFO_TEXT, **AXI_MODULES, MODULE: axi_master_text(master, channels, MODULE)}
    written = []
    for name, text in texts.items():
        written.append(folder / f"{name}.v")
        written[-1].write_text(print_file("test", text))
    return written


def run(master: AxiMaster, channels: list[Channel], folder, script: str, **config):
    ports = [*bus_ports(master), *(port for one in channels for port in channel_ports(one))]
    specs = [
        {"name": c.name, "word": c.word_bytes, "atom": min(c.word_bytes, master.data_bits // 8), "reads": c.reads,
         "writes": c.writes, "requests": config.get("requests", 0)}
        for c in channels
    ]  # fmt: skip
    settings = {"bus": master.data_bits // 8, "channels": specs, **config}
    return simulate(MODULE, files(master, channels, folder), ports, folder / "sim", f"axi_scripts:{script}", settings)


def master(bits: int, **more) -> AxiMaster:
    return AxiMaster("gmem", bits, ("a",), **more)


DESIGNS = {
    "equal": (master(32), [channel("a", 4, "rw")]),
    "narrow": (
        master(128),
        [channel("a", 1, "rw"), channel("b", 4, "r"), channel("c", 8, "w"), channel("d", 16, "rw")],
    ),
    "wide": (master(32), [channel("a", 16, "rw"), channel("b", 8, "rw"), channel("c", 12, "rw")]),
    "long": (master(64, max_read_burst=256, max_write_burst=64), [channel("a", 8, "rw"), channel("b", 2, "rw")]),
    "kilobit": (master(1024, max_read_burst=64), [channel("a", 128, "rw"), channel("b", 4, "rw")]),
    "singles": (master(64, max_read_burst=1, max_write_burst=1, read_outstanding=1), [channel("a", 4, "rw")]),
}


@pytest.mark.parametrize("name", DESIGNS)
def test_traffic(name, tmp_path):
    plan, channels = DESIGNS[name]
    beats_per_word = max(1, *(8 * channel.word_bytes // plan.data_bits for channel in channels))
    for seed, (rate, bus_rate, latency, requests) in enumerate(
        [(0.5, 0.5, 12, 30), (1.0, 0.8, 40, 40), (0.9, 0.15, 3, 20)]
    ):
        seen = run(
            plan, channels, tmp_path, "traffic", seed=seed, rate=rate, bus_rate=bus_rate, latency=latency,
            requests=requests // beats_per_word, cycles=400_000,
        )  # fmt: skip
        assert seen["drains"] >= 1
        longest = min(plan.max_read_burst, 4096 * 8 // plan.data_bits)
        assert longest // 2 < seen["longest"]["AR"] <= longest
        assert seen["under_way"] <= plan.read_outstanding


@pytest.mark.parametrize(
    ("ways", "single", "limit"), [("r", False, 1.05), ("w", False, 1.05), ("r", True, 1.05), ("w", True, 1.1)]
)
def test_rate(ways, single, limit, tmp_path):
    """A word a cycle, in bursts and (with enough under way) one by one, whatever the latency."""
    plan = master(32, read_outstanding=64, write_outstanding=64)
    seen = run(
        plan, [channel("a", 4, ways, under_way=64)], tmp_path, "stream", words=1500, single=single, latency=40
    )  # fmt: skip
    assert seen["cycles"] < limit * 1500 + 150


def test_outstanding(tmp_path):
    """With one read under way at a time, each word costs the latency."""
    seen = run(
        master(32, read_outstanding=1), [channel("a", 4, "r")], tmp_path, "stream", words=50, single=True, latency=20
    )
    assert seen["under_way"] == 1 and seen["cycles"] > 50 * 20


@pytest.mark.parametrize("name", DESIGNS)
def test_clean(name, tmp_path):
    assert lint(MODULE, files(*DESIGNS[name], tmp_path)) == []


def test_synthesis(tmp_path):
    """Yosys finds no latch and no loop; buffers are memories with registered reads."""
    paths, log = files(*DESIGNS["narrow"], tmp_path), tmp_path / "log"
    script = [*(f"read_verilog {path}" for path in paths), f"hierarchy -check -top {MODULE}"]
    script += ["proc", "opt", "flatten", "opt", "check -assert", "stat"]
    run_yosys([("synthesis", script)], log)
    assert "Found and reported 0 problems" in log.read_text()
