"""Formats as text and JSON: `parse_format` reads what `str` prints, `from_json` what `to_json` gives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hlsgen.core.errors import UserError

from .formats import NAMED_MINIFLOATS, Block, Element, Fixed, Format, Int, MiniFloat, Overflow, Rounding

_INT = re.compile(r"(U?)Int(\d+)")
_FIXED = re.compile(r"(U?)Fixed\((\d+),(-?\d+)((?:,\w+)*)\)")
_BLOCK = re.compile(r"Block\((.+),(\d+)\)")
_MINIFLOAT = re.compile(r"e(\d)m(\d+)(?:_(finite|fn|ieee))?(?:_bias(-?\d+))?")
_SCALED = re.compile(r"(.+)\*2\^(-?\d+)")

_EXAMPLES = "write for example Int8, UInt8, Fixed(16,6), Fixed(8,4,TRN,WRAP), UFixed(8,0) or e4m3"


def parse_format(text: str) -> Format:
    """The format that `text` names; a `UserError` when it names none.

    Int8, UInt8; Fixed(width,integer[,unsigned][,rounding][,overflow]), UFixed(...); e4m3, e4m3_finite,
    e5m2, e3m2, e2m3, e2m1, fp16, bf16, or any e<E>m<M>[_finite|_fn|_ieee][_bias<B>]; a minifloat may end in
    *2^<scale exponent>; Block(<element>,<size>). Blanks are ignored.
    """
    compact = "".join(text.split())
    fmt = _parse_integer(compact) or _parse_fixed(compact) or _parse_minifloat(compact) or _parse_block(compact)
    if fmt is None:
        raise UserError(f"{text!r} is not a number format", do=_EXAMPLES)
    return fmt


def _parse_integer(text: str) -> Fixed | None:
    match = _INT.fullmatch(text)
    return Int(int(match[2]), signed=not match[1]) if match else None


def _parse_fixed(text: str) -> Fixed | None:
    match = _FIXED.fullmatch(text)
    if not match:
        return None
    fmt = Fixed(int(match[2]), int(match[3]), signed=not match[1])
    for option in match[4].split(",")[1:]:
        if option == "unsigned":
            fmt = replace(fmt, signed=False)
        elif option in Rounding.__members__:
            fmt = replace(fmt, rounding=Rounding[option])
        elif option in Overflow.__members__:
            fmt = replace(fmt, overflow=Overflow[option])
        else:
            modes = ", ".join([*Rounding.__members__, *Overflow.__members__])
            raise UserError(f"{option!r} in {text} is not a mode", do=f"use unsigned, {modes}")
    return fmt


def _parse_minifloat(text: str) -> MiniFloat | None:
    scaled = _SCALED.fullmatch(text)
    name, scale_exponent = (scaled[1], int(scaled[2])) if scaled else (text, 0)
    fmt = NAMED_MINIFLOATS.get(name)
    if fmt is None:
        match = _MINIFLOAT.fullmatch(name)
        if not match:
            return None
        bias = None if match[4] is None else int(match[4])
        fmt = MiniFloat(int(match[1]), int(match[2]), bias, match[3] or "finite")
    return replace(fmt, scale_exponent=scale_exponent)


def _parse_block(text: str) -> Block | None:
    match = _BLOCK.fullmatch(text)
    return Block(_not_nested(parse_format(match[1])), int(match[2])) if match else None


def _not_nested(fmt: Format) -> Element:
    if isinstance(fmt, Block):
        raise UserError(f"a block of {fmt}", do="use minifloat or signed fixed-point elements up to 32 bits")
    return fmt


def to_json(fmt: Format) -> dict[str, Any]:
    """A JSON object that `from_json` turns back into an equal format."""
    match fmt:
        case Fixed():
            return {
                "kind": "fixed",
                "width": fmt.width,
                "integer": fmt.integer,
                "signed": fmt.signed,
                "rounding": fmt.rounding.value,
                "overflow": fmt.overflow.value,
            }
        case MiniFloat():
            return {
                "kind": "minifloat",
                "exponent": fmt.exponent,
                "mantissa": fmt.mantissa,
                "bias": fmt.bias,
                "variant": fmt.variant,
                "scale_exponent": fmt.scale_exponent,
            }
        case Block():
            return {"kind": "block", "element": to_json(fmt.element), "size": fmt.size, "scale": fmt.scale}


def from_json(obj: object) -> Format:
    """The format that `to_json` described; a `UserError` for anything else."""
    try:
        fields = dict(obj) if isinstance(obj, Mapping) else {}
        kind = fields.pop("kind")
        if kind == "fixed":
            rounding, overflow = Rounding(fields.pop("rounding")), Overflow(fields.pop("overflow"))
            return Fixed(**_typed(fields, signed=bool), rounding=rounding, overflow=overflow)
        if kind == "minifloat":
            return MiniFloat(**_typed(fields, variant=str))
        if kind == "block":
            return Block(_not_nested(from_json(fields.pop("element"))), **_typed(fields, scale=str))
    except (KeyError, TypeError, ValueError):
        pass
    raise UserError(f"{obj!r} does not describe a number format", do="write the file again with this version")


def _typed(fields: dict[str, Any], **types: type) -> dict[str, Any]:
    """`fields` themselves when each has its type (int unless named): the JSON may hold anything."""
    if any(type(value) is not types.get(name, int) for name, value in fields.items()):
        raise TypeError
    return fields
