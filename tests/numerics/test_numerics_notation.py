"""Formats as text and JSON: what is printed is read back, what is not a format is refused."""

import json

import pytest

from hlsgen.core.errors import UserError
from hlsgen.numerics import (
    BF16,
    E2M1,
    E2M3,
    E3M2,
    E4M3,
    E4M3_FINITE,
    E5M2,
    FP16,
    Block,
    Fixed,
    Int,
    MiniFloat,
    Overflow,
    Rounding,
    from_json,
    parse_format,
    to_json,
)

TEXTS = [
    ("Fixed(16,6)", Fixed(16, 6)),
    ("Fixed(8,8)", Int(8)),
    ("Fixed(8,-2,unsigned)", Fixed(8, -2, signed=False)),
    ("Fixed(8,4,TRN,WRAP)", Fixed(8, 4, rounding=Rounding.TRN, overflow=Overflow.WRAP)),
    ("Fixed(8,4,unsigned,SAT_ZERO)", Fixed(8, 4, False, overflow=Overflow.SAT_ZERO)),
    ("e4m3", E4M3),
    ("e4m3_finite", E4M3_FINITE),
    ("e5m2", E5M2),
    ("e3m2", E3M2),
    ("e2m3", E2M3),
    ("e2m1", E2M1),
    ("fp16", FP16),
    ("bf16", BF16),
    ("e3m4_ieee_bias-1", MiniFloat(3, 4, -1, "ieee")),
    ("e4m3*2^-5", MiniFloat(4, 3, variant="fn", scale_exponent=-5)),
    ("e3m3_fn*2^12", MiniFloat(3, 3, variant="fn", scale_exponent=12)),
    ("Block(e2m1,16)", Block(E2M1, 16)),
    ("Block(Fixed(8,2),32)", Block(Fixed(8, 2), 32)),
]
SHORT = [
    ("Int8", Int(8)),
    ("UInt8", Int(8, signed=False)),
    ("UFixed(8,0)", Fixed(8, 0, signed=False)),
    (" Fixed( 8, 4, WRAP ) ", Fixed(8, 4, overflow=Overflow.WRAP)),
    ("e5m4", MiniFloat(5, 4)),
]


@pytest.mark.parametrize(("text", "fmt"), TEXTS, ids=lambda case: str(case))
def test_text_and_json_both_ways(text, fmt):
    assert str(fmt) == text
    assert parse_format(text) == fmt
    assert from_json(json.loads(json.dumps(to_json(fmt)))) == fmt


@pytest.mark.parametrize(("text", "fmt"), SHORT)
def test_other_spellings(text, fmt):
    assert parse_format(text) == fmt


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Int",
        "int8",
        "Fixed(8)",
        "Fixed(8,4",
        "Fixed(x,4)",
        "e4",
        "E4M3",
        "fp32",
        "Int8;rm -rf",
        "e4m3*2",
        "Block(8)",
    ],
)
def test_nonsense_is_refused(text):
    with pytest.raises(UserError) as refusal:
        parse_format(text)
    assert str(refusal.value).startswith(f"{text!r} is not a number format; write for example Int8, UInt8, Fixed(16,6)")


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("Fixed(8,4,ROUND)", r"'ROUND' in Fixed\(8,4,ROUND\) is not a mode; use unsigned, TRN, .*, SAT_SYM"),
        ("Int0", "a fixed-point format of 0 bits"),
        ("e9m1", "a minifloat of 9 exponent and 1 mantissa bits"),
        ("Block(UInt8,32)", "a block of Fixed"),
    ],
)
def test_impossible_formats_are_refused(text, refusal):
    with pytest.raises(UserError, match=refusal):
        parse_format(text)


@pytest.mark.parametrize(
    "obj",
    [
        None,
        [],
        {},
        {"kind": "float"},
        {"kind": "fixed", "width": 8},
        {**to_json(Int(8)), "width": "8"},
        {**to_json(Int(8)), "rounding": "UP"},
        {**to_json(Int(8)), "colour": 1},
        {**to_json(E4M3), "bias": None},
        {**to_json(Block(E4M3)), "element": 3},
    ],
    ids=str,
)
def test_other_json_is_refused(obj):
    with pytest.raises(UserError, match="does not describe a number format; write the file again"):
        from_json(obj)
