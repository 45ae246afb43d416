"""Our ap_int, ap_fixed and hls::stream, natively: against the open ap_types headers, and without a warning."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path

import pytest
from native_program import OURS, build

import hlsgen.sim

HERE = Path(__file__).parent
# Clang needs another name for std::complex, which ap_common.h declares by hand.
SHIM = Path(hlsgen.sim.__file__).parent / "ap_types_shim" / "complex_first.h"


def open_headers() -> Path:
    """The open ap_types headers inside the hls4ml wheel, found without importing it."""
    spec = importlib.util.find_spec("hls4ml")
    if spec is None or spec.origin is None:
        pytest.skip("the hls4ml wheel, which carries the open ap_types headers, is not installed")
    return Path(spec.origin).parent / "templates" / "vivado" / "ap_types"


def run(tmp_path: Path, text: str) -> subprocess.CompletedProcess[str]:
    source = tmp_path / "program.cpp"
    source.write_text(text, encoding="utf-8")
    program = build(source, tmp_path / "program", *OURS)
    return subprocess.run([program], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["ap_integers", "ap_fixed_points"])
def test_equal_to_the_open_headers(name, tmp_path):
    """Random values over widths, operators and modes: every line that the two programs print is the same."""
    source = HERE / f"{name}.cpp"
    programs = (
        build(source, tmp_path / "ours", *OURS, "-Wno-unused-variable"),
        build(source, tmp_path / "theirs", "-std=c++17", "-w", f"-I{open_headers()}", "-include", str(SHIM)),
    )
    ours, theirs = (subprocess.run([each], capture_output=True, text=True, check=True).stdout for each in programs)
    assert ours.splitlines() == theirs.splitlines() and len(ours.splitlines()) > 60


def test_what_the_open_headers_get_wrong(tmp_path):
    """Mixed signs in / % and comparisons, and parities of negative numbers: the mathematics decides."""
    result = run(
        tmp_path,
        """#include "ap_int.h"
        #include <cstdio>
        int main() {
            ap_uint<8> u = 226;
            ap_int<8> s = -67;
            ap_int<33> w = -1;
            ap_uint<64> big = 5;
            std::printf("%d %d %d ", (u / s).to_int(), (u % s).to_int(), (s % u).to_int());
            std::printf("%d %d %d %d", w < ap_uint<40>(0), w.xor_reduce(), big < -1, big > -1);
        }""",
    )
    assert result.stdout == "-3 25 -67 1 1 0 1"


def test_constant_expressions(tmp_path):
    run(
        tmp_path,
        """#include "ap_fixed.h"
        #include "hls_x_complex.h"
        #include "utils/x_hls_utils.h"
        static_assert(ap_int<8>(200).V == -56 && ap_uint<4>(-1).V == 15 && ap_int<1>(1).V == -1);
        static_assert(ap_int<100>("-0x123456789abcdef0123456789") * 2 == ap_int<101>("-0x2468acf13579bde02468acf12"));
        static_assert(ap_fixed<8, 4, AP_RND_CONV, AP_SAT>(1.28125).V == 20);
        static_assert(ap_fixed<8, 4, AP_TRN, AP_SAT>(1e300).V == 127 && ap_ufixed<8, 4, AP_TRN, AP_SAT>(-3.0).V == 0);
        static_assert(ap_fixed<8, 4>(-0.5) + ap_fixed<8, 6>(7.25) == 6.75 && ap_fixed<8, 4>(1.5) > 1);
        static_assert(decltype(ap_int<5>() * ap_uint<7>())::width == 12 && decltype(-ap_uint<5>())::width == 6);
        static_assert(decltype(ap_fixed<8, 4>() + ap_ufixed<8, 4>())::iwidth == 6);
        static_assert(((ap_uint<4096>(-1) + ap_uint<4096>(-1)) >> 1) == ap_uint<4096>(-1));
        template <class T_> constexpr T_ low = hls::numeric_limits<T_>::min();
        template <class T_> constexpr T_ high = hls::numeric_limits<T_>::max();
        static_assert(low<ap_int<5>> == -16 && high<ap_int<5>> == 15 && low<ap_uint<5>> == 0 && high<ap_uint<5>> == 31);
        static_assert(low<ap_int<1>> == -1 && high<ap_int<1>> == 0 && low<short> == -32768);
        static_assert(low<ap_fixed<6, 3>> == -4 && high<ap_fixed<6, 3>> == 3.875 && high<ap_ufixed<6, 3>> == 7.875);
        static_assert(hls::numeric_limits<ap_fixed<6, 3>>::epsilon() == 0.125);
        constexpr hls::x_complex<ap_int<8>> a(3, -2), product = a * conj(a) + a;
        static_assert(product.real() == 16 && x_imag(product) == -2 && product != a);
        int main() {}""",
    )


def test_streams_and_beats_natively(tmp_path):
    result = run(
        tmp_path,
        """#include "ap_axi_sdata.h"
        #include "hls_stream.h"
        #include <iostream>
        int main() {
            hls::stream<ap_axiu<16, 0, 0, 0>, 4> s("beats");
            ap_axiu<16, 0, 0, 0> beat;
            beat.data = 0xbeef, beat.keep = -1, beat.strb = 3, beat.last = 1;
            s.write(beat);
            s << beat;
            std::cout << s.size() << s.empty() << s.full() << " " << std::hex << s.read().data << std::dec;
            std::cout << " " << s.read_nb(beat) << s.read_nb(beat) << " " << beat.keep << " " << sizeof beat << "\\n";
            s.write(beat);
        }""",
    )
    assert result.returncode == 0
    assert result.stdout == "200 0xbeef 10 3 6\n"
    assert result.stderr == "warning: hls::stream 'beats' still holds 1 elements\n"


def test_reading_an_empty_stream_is_an_error(tmp_path):
    result = run(tmp_path, '#include "hls_stream.h"\nint main() { hls::stream<int> s("numbers"); return s.read(); }')
    assert result.returncode == 1
    assert result.stderr == "error: hls::stream 'numbers' is read while empty\n"


MISUSED_BURSTS = (
    ("m.read_request(0, 2), m.read();", "words that were asked for are not read"),
    ("m.write_request(0, 2), m.write(1);", "words that were asked for are not written"),
    ("m.write_request(0, 1), m.write(1);", "a write_request without its write_response"),
    (
        "m.write_request(0, 2), m.write(1), m.write_response();",
        "write_response() without a request whose words are all written",
    ),
    ("m.write_request(2, 2), m.read_request(3, 1);", "reads what an earlier one writes, before its write_response"),
    ("m.read_request(3, 3), m.write_request(2, 2);", "writes what an earlier one still has to read"),
    ("m.read_request(3, 0), m.read();", "read() without words asked for"),
    ("m.write(1);", "write() without words asked for"),
)


def test_bursts_by_hand_that_would_not_end_are_errors(tmp_path):
    cases = "".join(f"case {number}: {code} break;\n" for number, (code, _) in enumerate(MISUSED_BURSTS))
    source = tmp_path / "bursts.cpp"
    source.write_text(
        f"""#include "hls_burst_maxi.h"
        void use(hls::burst_maxi<int> m, int which) {{
            switch (which) {{ {cases} default:
                m.read_request(1, 2), m.write_request(3, 0);
                m.read(), m.write_response();
                const int last = m.read();
                m.write_request(2, 1), m.write(last + 1), m.write_response();
            }}
        }}
        int main(int, char** arguments) {{
            int words[8] = {{5, 6, 7}};
            use(words, arguments[1][0] - '0');
            return words[2] - 8;
        }}""",
        encoding="utf-8",
    )
    program = build(source, tmp_path / "bursts", *OURS)
    for number, (_, error) in enumerate((*MISUSED_BURSTS, ("", ""))):
        done = subprocess.run([str(program), str(number)], capture_output=True, text=True, check=False)
        expected = (1, f"error: hls::burst_maxi: {error}\n") if error else (0, "")
        assert (done.returncode, done.stderr) == expected
