"""A module alone under Verilator and cocotb: `simulate` runs a function of an agents' module against its pins.

The function gets a `Pins` and steps it cycle by cycle; what it returns comes back. It runs in the simulator's process.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def simulate(
    module: str, files: Sequence[Path], ports: Sequence, folder: Path, script: str, config: dict | None = None
) -> Any:
    """Run `script` ("module:function" beside this file) on an instance of `module`; its result, or its failure."""
    import cocotb_tools.config

    from hlsgen.core import tools
    from hlsgen.sim.model import build_model
    from hlsgen.sim.signature import Signature

    signature = Signature(module, "ap_clk", "ap_rst_n", True, 10.0, "ap_ctrl_hs", tuple(files), (), ())
    folder.mkdir(parents=True, exist_ok=True)
    model = build_model(signature, bench(module, ports), folder / "model", quick=True)
    settings = {"script": script, "config": config or {}, "ports": [[p.name, p.width, p.direction] for p in ports]}
    (folder / "settings.json").write_text(json.dumps(settings))
    (folder / "result.json").unlink(missing_ok=True)
    environment = tools.environment(
        {
            "SIMULATE_FOLDER": str(folder),
            "COCOTB_TEST_MODULES": "simulate",
            "COCOTB_TOPLEVEL": "tb",
            "COCOTB_RESULTS_FILE": str(folder / "results.xml"),
            "COCOTB_RANDOM_SEED": "1",
            "COCOTB_ANSI_OUTPUT": "0",
            "COCOTB_REWRITE_ASSERTION_FILES": "",
            "COCOTB_TRUST_INERTIAL_WRITES": "1",
            "TOPLEVEL_LANG": "verilog",
            "GPI_USERS": ";".join((tools.libpython(), cocotb_tools.config.pygpi_entry_point())),
            "PYGPI_PYTHON_BIN": sys.executable,
            "PYTHONPATH": os.pathsep.join([str(HERE), *(entry for entry in sys.path if entry)]),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        without=("COCOTB_", "GPI_", "PYGPI_"),
    )
    command = [str(model.executable), "+verilator+rand+reset+2", "+verilator+seed+7"]
    with (folder / "log").open("w") as log:
        process = tools.start(command, cwd=folder, env=environment, stdout=log)
        process.wait()
    if not (folder / "result.json").exists():
        raise AssertionError((folder / "log").read_text()[-4000:])
    result = json.loads((folder / "result.json").read_text())
    assert "failure" not in result, result["failure"]
    return result["value"]


def bench(module: str, ports: Sequence) -> str:
    """Pins as variables of their own that the simulator's process reads and writes."""
    lines = ["`timescale 1ps/1ps", "module tb;", "  bit ap_clk;", "  always #500 ap_clk = ~ap_clk;"]
    public = "/* verilator public_flat_rw */"
    lines.append(f"  bit ap_rst_n {public};")
    for port in ports:
        kind = "bit" if port.direction == "input" else "wire"
        lines.append(f"  {kind} [{port.width - 1}:0] p_{port.name} {public};")
    pins = ["    .ap_clk(ap_clk)", "    .ap_rst_n(ap_rst_n)", *(f"    .{port.name}(p_{port.name})" for port in ports)]
    return "\n".join([*lines, f"  {module} dut (", ",\n".join(pins), "  );", "endmodule", ""])


class Pins:
    """The pins between two rising edges: `set` what goes in, then `settle`, then `get` what comes out."""

    def __init__(self, dut: Any, ports: list) -> None:
        self.dut, self.cycle = dut, 0
        self.handles = {name: getattr(dut, f"p_{name}") for name, _, _ in ports}
        self.width = {name: width for name, width, _ in ports}
        self.driven: dict[str, int] = {}
        for name, _, direction in ports:
            if direction == "input":
                self.set(name, 0)

    def set(self, name: str, value: int) -> None:
        if self.driven.get(name) != value:
            self.driven[name] = value
            self.handles[name].value = value & ((1 << self.width[name]) - 1)

    def get(self, name: str) -> int:
        return int(self.handles[name].value)

    async def edge(self) -> None:
        """To the middle of the next cycle, where inputs are set."""
        from cocotb.triggers import Timer

        await Timer(750, "ps")
        self.cycle += 1

    async def settle(self) -> None:
        from cocotb.triggers import Timer

        await Timer(250, "ps")

    async def reset(self) -> None:
        from cocotb.triggers import Timer

        self.dut.ap_rst_n.value = 0
        await Timer(5000, "ps")
        self.dut.ap_rst_n.value = 1


async def run(pins: Pins, agents: Sequence, cycles_max: int) -> None:
    """Step all agents until those with a `done` are: each drives, then sees what the cycle brings."""
    await pins.reset()
    for _ in range(cycles_max):
        for agent in agents:
            agent.drive(pins)
        await pins.settle()
        for agent in agents:
            agent.see(pins)
        await pins.edge()
        if all(agent.done for agent in agents):
            return
    waiting = [str(agent) for agent in agents if not agent.done]
    raise AssertionError(f"nothing more happens after {cycles_max} cycles: {waiting}")


class Host:
    """A processor on AXI4-Lite: `program` yields ("read", address), ("write", address, word, strobe) or ("idle", n).

    The send() of a read gets the word. Valid and ready come at random moments.
    """

    def __init__(self, program: Iterator, random: Any, prefix: str = "", eager: bool = False) -> None:
        self.program, self.random, self.prefix, self.eager = program, random, prefix, eager
        self.done = False
        self.steps: list = []
        self.idle = 0
        self.advance(None)

    def __str__(self) -> str:
        return f"host at {self.now}"

    def advance(self, word: int | None) -> None:
        try:
            self.now = self.program.send(word)
        except StopIteration:
            self.done, self.now = True, ("end",)
        self.idle = self.now[1] if self.now[0] == "idle" else 0
        self.pending = {"read": {"AR", "R"}, "write": {"AW", "W", "B"}}.get(self.now[0], set())

    def drive(self, pins: Pins) -> None:
        p = self.prefix
        if self.now[0] in ("read", "write"):
            pins.set(f"{p}ARADDR", self.now[1])
            pins.set(f"{p}AWADDR", self.now[1])
        if self.now[0] == "write":
            pins.set(f"{p}WDATA", self.now[2])
            pins.set(f"{p}WSTRB", self.now[3] if len(self.now) > 3 else 15)
        for channel in ("AR", "AW", "W"):
            name = f"{p}{channel}VALID"
            held = pins.driven.get(name) and channel in self.pending
            pins.set(name, int(channel in self.pending and bool(held or self.eager or self.random.random() < 0.5)))
        for channel in ("R", "B"):
            ready = channel in self.pending and (self.eager or self.random.random() < 0.5)
            pins.set(f"{p}{channel}READY", int(ready))

    def see(self, pins: Pins) -> None:
        p = self.prefix
        if self.now[0] == "idle":
            self.idle -= 1
            if self.idle <= 0:
                self.advance(None)
            return
        word = None
        for channel in sorted(self.pending):
            if pins.get(f"{p}{channel}VALID") and pins.get(f"{p}{channel}READY"):
                self.pending.discard(channel)
                if channel == "R":
                    assert pins.get(f"{p}RRESP") == 0
                    word = pins.get(f"{p}RDATA")
        if not self.pending and self.now[0] in ("read", "write"):
            self.advance(word)


def _main() -> None:
    import importlib

    import cocotb

    folder = Path(os.environ["SIMULATE_FOLDER"])
    settings = json.loads((folder / "settings.json").read_text())

    async def everything(dut: Any) -> None:
        name, function = settings["script"].split(":")
        try:
            result = {"value": await getattr(importlib.import_module(name), function)(
                Pins(dut, settings["ports"]), settings["config"]
            )}  # fmt: skip
        except BaseException:
            result = {"failure": traceback.format_exc()}
        (folder / "result.json").write_text(json.dumps(result))

    everything.__module__ = __name__
    globals()["everything"] = cocotb.test()(everything)


if "SIMULATE_FOLDER" in os.environ:
    _main()
