"""What several words of one AXI bundle in an iteration do to its loop's interval, and what the message advises."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlsgen.hls.compile import compile_sources


@pytest.fixture
def loop(tmp_path, monkeypatch):
    """The one loop of a top with `arguments` (as name: bundle), of its report."""
    monkeypatch.chdir(tmp_path)

    def run(element: str, body: str, options: str = "", **bundles: str):
        head = '#include "ap_int.h"\n#line 1 "kernel.cpp"\n'
        arguments = ", ".join(f"{element} {name}[256]" for name in bundles)
        pragmas = [f"#pragma HLS INTERFACE m_axi port={name} bundle={bundles[name]}{options}" for name in bundles]
        loop = f"for (int i = 0; i < 60; ++i) {{\n#pragma HLS PIPELINE II=1\n{body}\n}}"
        text = "\n".join([f"{head}void top({arguments}) {{", *pragmas, loop, "}"])
        Path("kernel.cpp").write_text(text, encoding="utf-8")
        report = compile_sources([Path("kernel.cpp")], "top", clock_ns=8.0, family="xcup", workdir=tmp_path).report
        (found,) = report.loops
        return found

    return run


def test_reads_that_share_a_bundle(loop):
    shared = loop("int", "c[i] = a[i] + b[i];", a="g", b="g", c="g")
    assert shared.ii_reached == 2
    assert shared.bound_by.startswith("resource: 2 reads through m_axi `g` of 32 bits (")
    assert shared.bound_by.endswith("): II=2, or II=1 with a bundle each for `a`, `b`")
    apart = loop("int", "c[i] = a[i] + b[i];", a="g", b="h", c="g")
    assert (apart.ii_reached, apart.bound_by) == (1, "")


def test_writes_that_share_a_bundle(loop):
    found = loop("int", "b[i] = a[i]; c[i] = a[i] + 1; d[i] = i;", a="g", b="g", c="g", d="h")
    assert found.ii_reached == 2
    assert "2 writes through m_axi `g` of 32 bits" in found.bound_by
    assert found.bound_by.endswith("II=1 with a bundle each for `b`, `c`")


def test_words_of_one_argument(loop):
    found = loop("int", "b[i] = a[i] + a[i + 1] + a[i + 2];", a="g", b="g")
    assert found.ii_reached == 3
    assert found.bound_by.endswith("II=3 or fewer accesses: what is read again can be kept")


@pytest.mark.parametrize(
    ("element", "options", "interval"),
    [
        ("signed char", "", 1),  # side by side in the beats of a burst
        ("int", " max_widen_bitwidth=64", 1),
        ("int", "", 2),
        ("ap_uint<128>", "", 2),
    ],
)
def test_width_of_words_and_of_the_bus(loop, element, options, interval):
    assert loop(element, "c[i] = a[i] + b[i];", options, a="g", b="g", c="h").ii_reached == interval


def test_words_asked_for_one_by_one_have_beats_of_their_own(loop):
    found = loop("signed char", "c[i] = a[i * i % 8] + b[i * i % 16];", a="g", b="g", c="h")
    assert found.ii_reached == 2


def test_words_under_different_conditions(loop):
    """Either of them: one word an iteration."""
    body = "signed char x = 0; if (i & 1) x = a[i * i % 8]; else x = b[i * i % 16]; c[i] = x;"
    assert loop("signed char", body, a="g", b="g", c="h").ii_reached == 1
    both = "signed char x = 0; if (i & 1) x = a[i * i % 8] + b[i * i % 16]; c[i] = x;"
    assert loop("signed char", both, a="g", b="g", c="h").ii_reached == 2
