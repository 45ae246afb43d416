"""hls_math.h natively against 40-digit decimals, and as a kernel."""

from __future__ import annotations

import subprocess
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from fixed_oracle import EXACT, NEAREST, ONE, TWO, error_ulps
from native_program import OURS, build

SOURCE = Path(__file__).parent / "fixed_functions.cpp"


@pytest.fixture(scope="module")
def worst(tmp_path_factory) -> dict[str, tuple[Decimal, str]]:
    """The largest error of each function and where it occurs."""
    program = build(SOURCE, tmp_path_factory.mktemp("math") / "program", *OURS, "-O1")
    output = subprocess.run([program], capture_output=True, text=True, check=True).stdout
    found: dict[str, tuple[Decimal, str]] = defaultdict(lambda: (Decimal(-1), ""))
    for line in output.splitlines():
        name, *numbers = line.split()
        width, integer, signed, x, y, result = map(int, numbers)
        found[name] = max(found[name], (error_ulps(name, width, integer, bool(signed), (x, y), result), line))
    return found


@pytest.mark.parametrize("name", sorted([*ONE, *TWO]))
def test_error(name, worst):
    bound = 0 if name in EXACT else Decimal("0.5") if name in NEAREST else Decimal(1)
    assert Decimal(0) <= worst[name][0] <= bound, worst[name]


def test_in_constant_expressions_and_on_integers(kernel):
    front = kernel("""
        #include "hls_math.h"
        typedef ap_fixed<16, 6> number;
        static_assert(hls::sqrt(number(2)).V == 1448 && hls::exp(number(1)).V == 2784);
        static_assert(hls::log(number(-1)).V == -32768);
        static_assert(hls::sqrt(ap_uint<17>(99)) == 9 && hls::abs(ap_int<5>(-3)) == 3 && hls::max(3, 4) == 4);
        static_assert(hls::sqrt(143) == 11);
        void top(int* out) { *out = 1; }""")
    assert len(front.ports) == 1


def test_a_kernel_of_functions_has_no_loops_and_no_tables(kernel):
    front = kernel("""
        #include "hls_math.h"
        typedef ap_fixed<16, 6> number;
        void top(hls::stream<number>& in, hls::stream<number>& out) {
            for (int i = 0; i < 100; ++i) {
            #pragma HLS PIPELINE II=1
                number x = in.read();
                out.write(hls::exp(x) + hls::log(x) + hls::sin(x) + hls::sqrt(x) + hls::atan2(x, number(1.5)));
            }
        }""")
    assert [loop.trip_count for loop in front.loops] == [100]
    top = front.module.functions[front.top]
    loads = [i for b in top.blocks for i in b.instructions if i.opcode == "load" and "volatile" not in i.flags]
    assert not loads and not front.module.globals
