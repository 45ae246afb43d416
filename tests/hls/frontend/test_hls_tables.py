"""Tables that are computed in floating point, or that nothing writes, are constants."""

from __future__ import annotations

import math

import pytest

from hlsgen.core.errors import UserError
from hlsgen.hls.frontend import compile_cpp

HEADS = "#include <cmath>\n#include <ap_fixed.h>\n"


def constants(tmp_path, code: str) -> dict[str, list[int]]:
    """The first numbers of each constant of a kernel."""
    (tmp_path / "k.cpp").write_text(HEADS + code)
    front = compile_cpp([tmp_path / "k.cpp"], "top", workdir=tmp_path / "work")
    found = [variable for variable in front.module.globals.values() if variable.constant]
    return {each.pretty.rpartition("_")[0] or each.pretty: flat(each.initializer) for each in found}


def flat(value) -> list[int]:
    return [value] if isinstance(value, int) else [each for part in value for each in flat(part)]


def test_what_a_function_of_nothing_fills_is_a_constant(tmp_path):
    code = """
    template <int N> void fill(ap_fixed<18, 8> sines[N], bool negative) {
        for (int i = 0; i < N; i++) sines[i] = (negative ? -1 : 1) * std::sin(i * 0.125);
    }
    void top(int i, ap_fixed<18, 8> &out) {
    #ifdef __HLS_SYN__
        ap_fixed<18, 8> table[64];
        fill<64>(table, true);
    #endif
        out = table[i & 63];
    }"""
    assert constants(tmp_path, code)["table"] == [math.floor(-math.sin(i * 0.125) * 1024) for i in range(64)]


@pytest.mark.parametrize(
    "fill",
    [
        "for (int i = 0; i < 64; i++) table[i] = std::exp(from * i);",  # of an argument
        "for (int i = 0; i < 64; i++) table[i] = std::sqrt((float)table[i]);",  # of what was there
        "for (int i = 0; i < 64; i++) table[i] = std::exp(i * 0.25) + seen; seen++;",  # of state
        "for (int i = 0; i < 64; i++) table[i] = table[i] > 99 ? std::exp(1.0f) : 7;",  # of what was there, in part
    ],
)
def test_what_depends_on_anything_is_refused_as_ever(tmp_path, fill):
    code = f"""
    static int seen;
    static void fill(int table[64], int from) {{ {fill} }}
    void top(int i, int &out) {{
        int table[64];
        fill(table, {"i" if "from" in fill else "0"});
        out = table[i & 63];
    }}"""
    with pytest.raises(UserError, match="floating point"):
        constants(tmp_path, code)


def test_a_table_that_nothing_writes_is_a_constant(tmp_path):
    code = """
    int read[8] = {5, 6, 7, 8}, written[8] = {1}, lent[8] = {2}, by_reference[8] = {3}, kept[8] = {4}, found[8] = {6};
    int *known[1] = {kept};
    static int pick(const int *table, int i) {
    #pragma HLS ARRAY_PARTITION variable=table cyclic factor=2
        return table[i];
    }
    static void put(int *table, int i) { table[i] = i; }
    static void put_behind(int *&table, int i) { *table = i; }
    static int *select(int *a, int *b, bool c) { return c ? a : b; }
    void top(int i, int &out) {
        int *p = by_reference;
        out = pick(i & 1 ? read : read + 2, i & 3) + pick(written, i & 7) + pick(lent, i & 7) + pick(kept, i & 7) + *p;
        written[i & 7] = i;
        put(lent, i & 7);
        put_behind(p, i);
        *select(found, written, i > 3) = i;
        out += found[i & 7];
    }"""
    assert constants(tmp_path, code) == {"read": [5, 6, 7, 8, 0, 0, 0, 0]}
