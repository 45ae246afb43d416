"""Which arrays the compiler divides where the user says nothing, and that written into the source it is the same."""

from __future__ import annotations

from math import prod
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hlsgen.hls.automatic import banking, search
from hlsgen.hls.automatic.banking import _Access, _bank, _index
from hlsgen.hls.cdfg.affine import Linear
from hlsgen.hls.compile import Compiled, compile_sources

PRODUCT = """
#include <stdint.h>
void product(const int8_t a[16][16], const int8_t b[16][16], int c[16][16]) {
    @int8_t x[16][16], y[16][16];
    $
    for (int i = 0; i < 16; ++i)
        for (int j = 0; j < 16; ++j) {
            x[i][j] = a[i][j];
            y[i][j] = b[i][j];
        }
    for (int i = 0; i < 16; ++i)
        for (int j = 0; j < 16; ++j) {
            int sum = 0;
            for (int k = 0; k < 16; ++k) sum += x[i][k] * y[k][j];
            c[i][j] = sum;
        }
}
"""


def compiled(text: str, top: str, folder: Path, automatic: bool = True) -> Compiled:
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "kernel.cpp"
    source.write_text(text, encoding="utf-8")
    return compile_sources([source], top, clock_ns=10.0, family="xc7", automatic=automatic, workdir=folder / "stages")


def chosen(made: Compiled, kind: str = "ARRAY_PARTITION") -> list[str]:
    return [str(each["text"]) for each in made.report.chosen if kind in str(each["text"])]


@pytest.mark.parametrize("storage", ["", "static "])
def test_rows_of_one_factor_and_columns_of_the_other(storage: str, tmp_path: Path):
    made = compiled(PRODUCT.replace("@", storage).replace("$", ""), "product", tmp_path)
    assert sorted(chosen(made)) == [
        "HLS ARRAY_PARTITION variable=x cyclic factor=8 dim=2",
        "HLS ARRAY_PARTITION variable=y cyclic factor=8 dim=1",
    ]
    assert [loop.ii_reached for loop in made.report.loops if loop.trip_count == 256] == [1]


def test_written_into_the_source_it_is_the_same(tmp_path: Path):
    alone = compiled(PRODUCT.replace("@", "").replace("$", ""), "product", tmp_path / "alone")
    lines = PRODUCT.replace("@", "").replace("$", "\n".join(f"#pragma {text}" for text in chosen(alone))).split("\n")
    loops = [int(str(each["line"])) for each in alone.report.chosen if each["text"] == "HLS PIPELINE"]
    for line in sorted(loops, reverse=True):  # one line is two now
        lines[line + 1 - 1] += "\n#pragma HLS PIPELINE"
    told = compiled("\n".join(lines), "product", tmp_path / "told", automatic=False)
    assert not told.report.chosen
    assert [(loop.ii_reached, loop.depth, loop.trip_count) for loop in told.report.loops] == [
        (loop.ii_reached, loop.depth, loop.trip_count) for loop in alone.report.loops
    ]
    assert {
        name: memory.depth_words for f in told.functions.values() for name, memory in f.function.memories.items()
    } == {name: memory.depth_words for f in alone.functions.values() for name, memory in f.function.memories.items()}


@pytest.mark.parametrize(
    "pragma",
    [
        "#pragma HLS ARRAY_PARTITION variable=x cyclic factor=2 dim=2",
        "#pragma HLS ARRAY_RESHAPE variable=x cyclic factor=2 dim=2",
        "#pragma HLS BIND_STORAGE variable=x type=ram_2p impl=lutram",
    ],
)
def test_an_array_with_a_pragma_is_the_user_s(pragma: str, tmp_path: Path):
    made = compiled(PRODUCT.replace("@", "").replace("$", pragma), "product", tmp_path)
    assert not any("variable=x" in text for text in chosen(made))


LOOKUP = """
void lookup(const int levels[8], const unsigned short in[64], int out[64]) {
    int table[8];
    for (int i = 0; i < 8; ++i) table[i] = levels[i];
    for (int i = 0; i < 64; ++i) {
        int sum = 0;
        for (int k = 0; k < 5; ++k) sum ^= table[in[i] >> (3 * k) & 7] << k;
        out[i] = sum;
    }
}
"""


def test_a_small_array_at_indices_that_are_data_becomes_registers(tmp_path: Path):
    made = compiled(LOOKUP, "lookup", tmp_path)
    assert chosen(made) == ["HLS ARRAY_PARTITION variable=table complete dim=0"]
    assert [loop.ii_reached for loop in made.report.loops if loop.trip_count == 64] == [1]


def test_what_arguments_hold_up_is_not_divided(tmp_path: Path):
    text = """
void top(const int a[64][4], int b[64]) {
    int kept[64][4];
    for (int i = 0; i < 64; ++i) {
        int sum = 0;
        for (int k = 0; k < 4; ++k) sum += kept[i][k] = a[i][k] * a[63 - i][k];
        b[i] = sum;
    }
}
"""
    assert chosen(compiled(text, "top", tmp_path)) == []


TWO = """
void two(const short a[64][8], const int p[64][4], short b[64], int c[64]) {
    short h[64][8];
    int g[64][4];
    for (int i = 0; i < 64; ++i)
        for (int k = 0; k < 8; ++k) h[i][k] = a[i][k];
    for (int i = 0; i < 64; ++i)
        for (int k = 0; k < 4; ++k) g[i][k] = p[i][k];
    for (int i = 0; i < 64; ++i) {
        short sum = 0;
        for (int k = 0; k < 8; ++k) sum += h[i][k] * (short)(i ^ k);
        b[i] = sum;
    }
    for (int i = 0; i < 64; ++i) {
        int sum = 0;
        for (int k = 0; k < 4; ++k) sum += g[i][k] * (77 * i ^ k);
        c[i] = sum;
    }
}
"""


def test_banks_make_no_more_multipliers_than_the_device_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Those of the nest that gains least by its multipliers go first."""
    whole = chosen(compiled(TWO, "two", tmp_path / "whole"))
    assert any("variable=h" in text for text in whole) and any("variable=g" in text for text in whole)
    monkeypatch.setitem(search.DSP_BLOCKS_MAX, "xc7", 15)
    some = chosen(compiled(TWO, "two", tmp_path / "some"))
    assert any("variable=h" in text for text in some) and not any("variable=g" in text for text in some)
    monkeypatch.setitem(search.DSP_BLOCKS_MAX, "xc7", 8)
    assert chosen(compiled(TWO, "two", tmp_path / "none")) == []


def test_banks_stay_within_their_own_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(banking, "BANKS_MAX", 4)
    made = compiled(PRODUCT.replace("@", "").replace("$", ""), "product", tmp_path / "few")
    assert all("factor=4" in text for text in chosen(made)) and chosen(made)
    monkeypatch.setitem(banking.REGISTER_BITS_MAX, "xc7", 100)
    assert "complete dim=0" not in str(chosen(compiled(LOOKUP, "lookup", tmp_path / "bits")))


@given(data=st.data())
def test_a_bank_that_is_known_is_the_one_of_every_index(data: st.DataObject):
    extents = tuple(data.draw(st.lists(st.integers(2, 16), min_size=1, max_size=3)))
    factors = tuple(data.draw(st.integers(1, extent)) for extent in extents)
    constants = [data.draw(st.integers(0, extent - 1)) for extent in extents]
    drawn = [data.draw(st.sampled_from([0, 1, factor, 2 * factor])) for factor in factors]
    steps = [step if step < extent else 0 for step, extent in zip(drawn, extents, strict=True)]
    strides = [prod(extents[dim + 1 :]) for dim in range(len(extents))]
    width = max(prod(extents) - 1, 1).bit_length() + data.draw(st.integers(0, 3))
    constant = sum(c * stride for c, stride in zip(constants, strides, strict=True))
    terms = tuple((dim, step * stride) for dim, (step, stride) in enumerate(zip(steps, strides, strict=True)) if step)
    bank = _bank(_Access("loop", "port", 2, _index(Linear(width, constant, terms), extents)), factors)
    known = all(step % factor == 0 for step, factor in zip(steps, factors, strict=True))
    assert (bank is not None) >= known
    if bank is not None:
        for n in range(16):
            index = [step * n + c for step, c in zip(steps, constants, strict=True)]
            if all(each < extent for each, extent in zip(index, extents, strict=True)):
                assert bank == tuple(each % factor for each, factor in zip(index, factors, strict=True))


@pytest.mark.parametrize(("divided", "kind"), [("", "lutram"), ("complete", "bram")])
def test_a_loop_that_arguments_hold_up_needs_no_second_write_port(divided: str, kind: str, tmp_path: Path):
    """Four words of an argument of two ports take two cycles, and so may two words of each bank."""
    pragma = f"#pragma HLS ARRAY_PARTITION variable=a {divided}" if divided else ""
    text = f"""
void top(const int a[32], int b[32], int at) {{
{pragma}
    int kept[32];
#pragma HLS ARRAY_PARTITION variable=kept cyclic factor=2
    for (int i = 0; i < 32; i += 4) {{
#pragma HLS PIPELINE
        for (int k = 0; k < 4; ++k) kept[i + k] = a[i + k];
    }}
    for (int i = 0; i < 32; ++i) b[i] = kept[i ^ at & 31];
}}
"""
    made = compiled(text, "top", tmp_path, automatic=False)
    kinds = {memory["name"]: memory["kind"] for memory in made.report.to_json()["memories"]}
    assert kinds == {"kept_b0": kind, "kept_b1": kind}
    assert [loop.ii_reached for loop in made.report.loops] == [2 if kind == "lutram" else 1]
