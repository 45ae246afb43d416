"""Format policies: their text, and the scales that they choose."""

from __future__ import annotations

import numpy as np
import pytest

from hlsgen.core.errors import UserError
from hlsgen.model import parse_policy
from hlsgen.model.policy import best_scale
from hlsgen.numerics import E2M1, E4M3, Fixed, Int, MiniFloat

SCALED = MiniFloat(4, 3, variant="fn", scale_exponent=-3)


@pytest.mark.parametrize(
    ("text", "weights", "activations", "scaled"),
    [
        ("Int8", Int(8), Int(8), True),
        ("Fixed(16,6)", Fixed(16, 6), Fixed(16, 6), False),
        ("Int4 / Int8", Int(4), Int(8), True),
        ("e4m3", E4M3, E4M3, True),
        ("e2m1/e4m3", E2M1, E4M3, True),
        ("e4m3*2^-3", SCALED, SCALED, False),
    ],
)
def test_parse(text: str, weights: Fixed | MiniFloat, activations: Fixed | MiniFloat, scaled: bool) -> None:
    policy = parse_policy(text)
    assert (policy.weights.format, policy.activations.format) == (weights, activations)
    assert policy.weights.scaled == policy.activations.scaled == scaled
    assert str(policy) == text.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Int8/Int8/Int8", "format: 'Int8/Int8/Int8' names 3 formats; write \"weights/activations\""),
        ("UInt8", "format: UInt8 is unsigned; use a signed format: layers share multipliers"),
        ("Block(e4m3,32)", "format: Block(e4m3,32) has a scale per block; use one scale per tensor, such as e4m3"),
        ("Int1", "format: Int1 has 1 bits; use 2 to 32 bits"),
        ("Fixed(33,3)", "format: Fixed(33,3) has 33 bits; use 2 to 32 bits"),
    ],
)
def test_refused(text: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_policy(text)
    assert str(caught.value) == message


@pytest.mark.parametrize("text", ["", "float", "Int8/", "Int8/Int", "8"])
def test_unknown_format(text: str) -> None:
    with pytest.raises(UserError, match="is not a number format; write for example Int8"):
        parse_policy(text)


def squared_error(values: np.ndarray, lsb_exponent: int, width: int) -> float:
    """Of rounding to integers of `width` bits in units of 2**lsb_exponent."""
    unit = 2.0**lsb_exponent
    codes = np.clip(np.round(values / unit), -(2 ** (width - 1)), 2 ** (width - 1) - 1)
    return float(np.square(codes * unit - values).sum())


@pytest.mark.parametrize("width", [2, 3, 4, 8, 16])
def test_best_scale_beats_all_others(width: int) -> None:
    rng = np.random.default_rng(width)
    for values in (rng.normal(size=500), rng.standard_t(3, size=500) * 1e-3, rng.uniform(0, 100, size=50)):
        chosen = best_scale(values, Int(width), "x").lsb_exponent
        errors = {exponent: squared_error(values, exponent, width) for exponent in range(-30, 10)}
        assert errors[chosen] == min(errors.values())


def test_outliers_are_clipped_when_that_pays() -> None:
    values = np.append(np.linspace(-1, 1, 10_001), 2.0)
    assert best_scale(values, Int(4), "x").lsb_exponent == -3  # 2.0 becomes 0.875; without it, 0.25 would be the step
    assert best_scale(values[:-1], Int(4), "x").lsb_exponent == -3
    assert best_scale(np.append(values, [2.0] * 2000), Int(4), "x").lsb_exponent == -2


@pytest.mark.parametrize(("largest", "lsb_exponent"), [(127 / 128, -7), (128.0, 1), (127.0, 0), (1e-30, -106)])
def test_one_value_is_not_clipped(largest: float, lsb_exponent: int) -> None:
    assert best_scale(np.array([0, 0, largest]), Int(8), "x").lsb_exponent == lsb_exponent


def test_zeros_have_a_scale() -> None:
    assert best_scale(np.zeros(3), Int(8), "x") == Fixed(8, 2)
    assert best_scale(np.zeros(3), E4M3, "x").max_value >= 1


def test_a_minifloat_is_scaled_to_its_range() -> None:
    values = np.random.default_rng(0).normal(size=1000) * 1e-4
    chosen = best_scale(values, E2M1, "x")
    assert 0.5 < float(chosen.max_value) / np.abs(values).max() < 4
    assert chosen.scale_exponent < -10
