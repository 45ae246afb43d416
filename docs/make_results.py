"""Build every design in every format and pattern and write docs/results.md. Run: python docs/make_results.py.

Each row is a whole `hlsgen build`: what is up to date is not built again. A build that fails is a row with its error.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DESIGNS = ("digits_mlp", "digits_cnn")
PATTERNS = ("dataflow", "sequential")
FORMATS = ("Int8", "Fixed(16,6)", "Int4/Int8", "e4m3", "e2m1/e4m3")
HEAD = """# Results

Written by `docs/make_results.py`; every row is one `hlsgen build` for the board {board}, {clock_ns:g} ns. Bit-exact:
the native C++, the same C++ on the open `ap_types` headers, and the RTL (three passes, one with random stalls) give the
golden model's code for every output of all {vectors} held-out images. Cycles are of a sample on its own, the interval
is between samples at full rate; both are measured in the RTL and stand beside their prediction. Utilisation: the share
of cycles in which the multipliers of the slowest layer (dataflow) or the shared ones (sequential) are at work, in the
RTL. LUT, FF, DSP, BRAM and delay are estimates by Yosys, without place and route.

"""
COLUMNS = (
    "design",
    "pattern",
    "format",
    "accuracy (float)",
    "C++ / ap_types / RTL",
    "cycles (predicted)",
    "interval (predicted)",
    "multipliers",
    "utilisation",
    "LUT",
    "FF",
    "DSP",
    "BRAM36",
    "delay ns",
    "simulated cycles/s",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--board", default="kv260")
    board = parser.parse_args().board
    rows, sample, failed = [], None, 0
    for design, pattern, fmt in itertools.product(DESIGNS, PATTERNS, FORMATS):
        command = [sys.executable, "-c", "import sys; from hlsgen.cli import main; sys.exit(main(sys.argv[1:]))"]
        choices = ["--pattern", pattern, "--format", fmt, "--board", board, "--json"]
        done = subprocess.run(
            [*command, "build", f"designs/{design}", *choices],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        print(f"{design} {pattern} {fmt}: exit code {done.returncode}", flush=True)
        failed += done.returncode != 0
        report = json.loads(done.stdout) if done.stdout else None
        sample = sample or report
        row = _row(report) if report else f"| {design} | {pattern} | {fmt} | {done.stderr.splitlines()[-1]} |"
        rows.append(row)
    if sample is not None:
        table = [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|", *rows]
        text = HEAD.format(**sample) + "\n".join(table) + "\n"
        (ROOT / "docs" / "results.md").write_text(text, encoding="utf-8")
    return 1 if failed else 0


def _row(report: dict[str, Any]) -> str:
    accuracy, exact, resources = report["accuracy"], report["bit_exact"], report["resources"]
    cells = [
        report["design"],
        report["pattern"],
        report["format"],
        f"{accuracy['quantised']:.2%} ({accuracy['float']:.2%})",
        " / ".join({True: "yes", False: "NO", None: "-"}[exact[key]] for key in ("csim", "cxx_ap_types", "cosim")),
        *(f"{report[key]['measured']} ({report[key]['predicted']})" for key in ("cycles", "interval")),
        report["multipliers"],
        f"{report['mac_utilisation']:.3f}" if report["mac_utilisation"] else "-",
        *(resources[key] for key in ("lut", "ff", "dsp", "bram36", "delay_ns")),
        f"{report['sim_cycles_per_second'] or 0:,}",
    ]
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    sys.exit(main())
