"""Reports: the keys are always the same, figures are put side by side, and names from users stay text."""

from __future__ import annotations

import html.parser
import io
import json
from dataclasses import asdict
from typing import Any

import pytest
from rich.console import Console

from hlsgen.core.boards import load_board
from hlsgen.report import build_table, render_page, summarise
from hlsgen.report.table import rows

BOARD = asdict(load_board("kv260"))
SETTINGS = {"pattern": "dataflow", "format": "Fixed(16,6)", "board": BOARD, "clock_ns": 5.0}
RESOURCES = {"lut": 1171, "ff": 2342, "dsp": 156, "bram36": 1.5, "uram": 0}
EACH = {"lut": 10, "ff": 20, "dsp": 0, "bram36": 0.5, "uram": 0}
FACTS: dict[str, dict[str, Any]] = {
    "load": {"design": "tiny", "vectors": 360},
    "quantise": {"accuracy": 0.99},
    "golden": {"vectors": 360, "accuracy": 0.98},
    "plan": {
        "cycles": 98,
        "interval": 64,
        "roofline_cycles": 60.0,
        "multipliers": 156,
        "mac_utilisation": 60 / 64,
        "off_chip_bytes": 80,
        "on_chip_bits": 12345,
        "units": [{"name": "a", "kind": "mac", "folding": "2 x 3", "steps": 64, "multipliers": 6, "on_chip_bits": 7}],
    },
    "csim": {"passed": True, "csim": True, "cxx_ap_types": True, "mismatches": []},
    "hls": {
        "loops": [
            {
                "function": "a",
                "line": 7,
                "label": "",
                "ii_asked": 1,
                "ii_reached": 2,
                "depth": 5,
                "trip_count": None,
                "bound_by": "memory ports of line",
            }
        ],
        "slow_operations": ["a: multiply (a.cpp:7): 0.79 ns over", "b: add (a.cpp:9): 0.10 ns over"],
    },
    "cosim": {"passed": True, "cycles": 100, "interval": 64, "cycles_per_second": 1234567.0, "mismatches": []},
    "synth": {
        "resources": RESOURCES,
        "delay_ns": 3.25,
        "path": ["10 ps LUT2.I0->O"],
        "modules": [{"name": "tiny_a", "instances": 2, "each": EACH}],
    },
}
SECONDS = {"load": 0.1, "hls": 5.0}
KEYS = """design pattern format board vectors bit_exact accuracy cycles interval multipliers mac_utilisation
    off_chip_bytes on_chip_bits resources seconds sim_cycles_per_second""".split()


def text_of(facts: dict[str, dict[str, Any]]) -> str:
    """The table as printed."""
    screen = io.StringIO()
    Console(file=screen, width=140).print(build_table(summarise(SETTINGS, facts, SECONDS), BOARD))
    return screen.getvalue()


def test_the_object_of_a_whole_build() -> None:
    report = summarise(SETTINGS, FACTS, SECONDS)
    assert set(KEYS) <= report.keys()
    assert report["design"] == "tiny" and report["board"] == "kv260" and report["vectors"] == 360
    assert report["bit_exact"] == {"csim": True, "cxx_ap_types": True, "cosim": True}
    assert report["accuracy"] == {"float": 0.99, "quantised": 0.98}
    assert report["cycles"] == {"planned": 98, "predicted": 98, "measured": 100}
    assert report["interval"] == {"planned": 64, "predicted": 64, "measured": 64}
    assert report["mac_utilisation"] == 60 / 64
    assert report["resources"] == {**RESOURCES, "delay_ns": 3.25}
    assert report["sim_cycles_per_second"] == 1234567.0 and report["seconds"] == SECONDS
    assert report["passed"] and json.loads(json.dumps(report)) == report


@pytest.mark.parametrize("present", [[], ["load", "golden"], ["plan"], ["cosim"], ["synth"]])
def test_the_keys_do_not_depend_on_what_has_run(present: list[str]) -> None:
    facts = {name: FACTS[name] for name in present}
    report, whole = summarise(SETTINGS, facts, {}), summarise(SETTINGS, FACTS, SECONDS)
    assert report.keys() == whole.keys()
    for key, value in whole.items():
        if isinstance(value, dict) and key != "seconds":
            assert report[key].keys() == value.keys()
    assert text_of(facts) and render_page(report, facts, BOARD)


def test_a_mismatch_is_shown_everywhere() -> None:
    facts = {**FACTS, "cosim": {"passed": False, "mismatches": ["out: sample 3, beat 1: expected 0x2, got 0x3"]}}
    report = summarise(SETTINGS, facts, SECONDS)
    assert not report["passed"] and report["bit_exact"]["cosim"] is False
    assert report["mismatches"] == ["out: sample 3, beat 1: expected 0x2, got 0x3"]
    assert "RTL NO" in text_of(facts) and "expected 0x2, got 0x3" in text_of(facts)
    page = render_page(report, facts, BOARD)
    assert "a check failed" in page and "expected 0x2, got 0x3" in page


def test_the_rows() -> None:
    shown = dict(rows(summarise(SETTINGS, FACTS, SECONDS), BOARD))
    assert shown == {
        "accuracy": "float 99.00%, quantised 98.00%",
        "bit-exact with golden": "native C++ yes, open ap_types yes, RTL yes",
        "vectors compared": "360",
        "cycles per sample": "100 measured, 98 predicted (-2.0%)",
        "interval between samples": "64 measured, 64 predicted (+0.0%)",
        "loop slower than asked": "a, line 7: one step in 2 cycles, 1 asked",
        "too slow for the clock": "a: multiply (a.cpp:7): 0.79 ns over, and 1 more in hls_report.json",
        "multipliers": "156",
        "MAC utilisation": "0.938 (predicted 0.938)",
        "off chip": "80 bytes per sample",
        "on chip": "12,345 bits",
        "resources (estimate)": "LUT 1,171 (1.0%), FF 2,342 (1.0%), DSP 156 (12.5%), BRAM36 1.5 (1.0%), URAM 0 (0.0%)",
        "cell delay (estimate)": "3.25 ns of cells on the longest path, without routing; clock 5 ns",
        "simulation": "1,234,567 cycles/s",
    }


def test_the_rows_of_nothing() -> None:
    shown = dict(rows(summarise(SETTINGS, {}, {}), BOARD))
    assert shown["cycles per sample"] == "- measured, - predicted"
    assert shown["resources (estimate)"] == "LUT -, FF -, DSP -, BRAM36 -, URAM -"
    assert shown["simulation"] == "-"
    assert "loop slower than asked" not in shown and "too slow for the clock" not in shown


def test_a_device_without_a_resource_has_no_share_of_it() -> None:
    board = asdict(load_board("pynq_z2"))
    assert "URAM 0" in dict(rows(summarise(SETTINGS, FACTS, {}), board))["resources (estimate)"]


class Tags(html.parser.HTMLParser):
    """Checks that tags nest, and collects text and links."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text, self.links = "", [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_is_one_well_formed_file() -> None:
    page = Tags()
    page.feed(render_page(summarise(SETTINGS, FACTS, SECONDS), FACTS, BOARD))
    assert page.open == [] and page.links == [""]
    for shown in ("tiny", "AMD Kria KV260", "every check passed", "2 x 3", "memory ports of line", "tiny_a", "line 7"):
        assert shown in page.text


def test_names_stay_text() -> None:
    evil = '<script>alert("x")</script>[bold]'
    facts = {
        **FACTS,
        "load": {"design": evil},
        "synth": {**FACTS["synth"], "modules": [{"name": evil, "instances": 1, "each": EACH}]},
        "csim": {"passed": False, "mismatches": [evil]},
    }
    page = render_page(summarise(SETTINGS, facts, SECONDS), facts, BOARD)
    assert "<script" not in page and page.count("&lt;script&gt;") >= 4
    assert evil in text_of(facts), "brackets are not markup on the terminal either"
