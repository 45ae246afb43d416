"""Hosts round as hlsgen does: every format, every mode, ties and edges."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import numpy as np
import pytest

from hlsgen.deploy.host_numbers import NUMBER_FORMATS, copy_host_modules, describe_number
from hlsgen.numerics import dequantise, parse_format, quantise

MODES = ("TRN", "TRN_ZERO", "RND", "RND_ZERO", "RND_MIN_INF", "RND_INF", "RND_CONV")
FORMATS = [
    *(f"Fixed(6,3,{rounding},{overflow})" for rounding in MODES for overflow in ("SAT", "WRAP")),
    *("Int8", "UInt8", "Fixed(16,6)", "Fixed(5,9)", "Fixed(8,-3)", "Fixed(8,4,RND,SAT_ZERO)", "Fixed(8,4,TRN,SAT_SYM)"),
    *("Fixed(32,16)", "UFixed(7,2,RND_CONV,WRAP)", "e4m3", "e4m3_finite", "e5m2", "e2m1", "e3m0", "fp16", "bf16"),
    *("e4m3*2^-3", "e2m3_bias5"),
]


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The module as it goes with a project."""
    folder = tmp_path_factory.mktemp("host")
    copy_host_modules(folder, NUMBER_FORMATS)
    spec = importlib.util.spec_from_file_location("number_formats", folder / "number_formats.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("text", FORMATS)
def test_codes_and_values_are_those_of_hlsgen(host: ModuleType, text: str) -> None:
    fmt = parse_format(text)
    rng = np.random.default_rng(7)
    steps = np.arange(-300, 300) / 8  # with every tie near zero, in units of the last place
    units = np.ldexp(np.concatenate([steps, np.nextafter(steps, np.inf), np.nextafter(steps, 0)]), fmt.lsb_exponent)
    wide = rng.normal(size=2000) * np.exp2(rng.integers(-30, 30, 2000))
    edges = np.array([0.0, -0.0, 1e300, -1e300, 5e-324, -5e-324, 2.0**52 + 1, -(2.0**53) + 1, 0.5, -0.5])
    values = np.concatenate([units, wide, edges, wide.astype(np.float32), np.arange(-40, 40)])
    codes = host.encode(values, describe_number(text))
    expected = quantise(values, fmt)
    assert np.array_equal(codes, expected)
    assert np.array_equal(host.decode(codes, describe_number(text)), dequantise(expected, fmt))
    assert host.is_code(codes, describe_number(text)).all()
    patterns = codes & (1 << fmt.width_bits) - 1
    assert np.array_equal(host.of_patterns(patterns, describe_number(text)), codes)


def test_halfway_between_any_two_minifloats(host: ModuleType) -> None:
    for text in ("e4m3", "e5m2", "e3m0", "fp16"):
        fmt = parse_format(text)
        values = dequantise(np.arange(fmt.max_code + 1), fmt)
        ties = (values[1:] + values[:-1]) / 2
        near = np.concatenate([ties, np.nextafter(ties, 0), np.nextafter(ties, np.inf), values])
        both = np.concatenate([near, -near])
        assert np.array_equal(host.encode(both, describe_number(text)), quantise(both, fmt))


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_refused_by_its_place(host: ModuleType, wrong: float) -> None:
    values = np.zeros((3, 4))
    values[2, 1] = wrong
    with pytest.raises(ValueError, match=r"x: .* at index \(2, 1\)"):
        host.encode(values, describe_number("Int8"), "x")


@pytest.mark.parametrize(("text", "codes"), [("Int8", (-129, 128)), ("UInt8", (-1, 256)), ("e4m3", (0x7F, 0xFF, 256))])
def test_what_is_no_code(host: ModuleType, text: str, codes: tuple[int, ...]) -> None:
    assert not host.is_code(np.array(codes), describe_number(text)).any()
