"""All 7 x 4 modes against the compiled open `ap_fixed` headers, which the hls4ml wheel carries."""

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from hlsgen.numerics import Fixed, Overflow, Rounding, quantise, requantise

SOURCE = Path(__file__).with_name("ap_types_modes.cpp")
SOURCE_CODES = np.arange(-(1 << 13), 1 << 13)  # every code of ap_fixed<14, 8>
SOURCE_LSB_EXPONENT = -6
SHAPES = [(8, 4, True), (8, 4, False), (5, 3, True), (6, 7, True)]


def ap_types_folder() -> Path:
    """Found without importing hls4ml, which would import its whole tool chain."""
    return Path(find_spec("hls4ml").submodule_search_locations[0]) / "templates/vivado/ap_types"


def test_the_open_headers_give_the_same_codes(tmp_path):
    compiler = [shutil.which("g++")] if shutil.which("g++") else [sys.executable, "-m", "ziglang", "c++"]
    program = tmp_path / "modes"
    subprocess.run([*compiler, "-std=c++14", "-O1", "-w", "-I", ap_types_folder(), SOURCE, "-o", program], check=True)
    output = subprocess.run([program], check=True, capture_output=True).stdout
    codes = np.frombuffer(output, np.int16).reshape(len(SHAPES), 7, 4, 2, SOURCE_CODES.size)
    values = np.ldexp(SOURCE_CODES.astype(np.float64), SOURCE_LSB_EXPONENT)
    for s, (width, integer, signed) in enumerate(SHAPES):
        for r, rounding in enumerate(Rounding):
            for o, overflow in enumerate(Overflow):
                fmt = Fixed(width, integer, signed, rounding, overflow)
                from_fixed, from_double = codes[s, r, o]
                ours = requantise(SOURCE_CODES, SOURCE_LSB_EXPONENT, fmt)
                np.testing.assert_array_equal(ours, from_fixed, err_msg=f"{fmt} from ap_fixed")
                np.testing.assert_array_equal(quantise(values, fmt), from_double, err_msg=f"{fmt} from double")
