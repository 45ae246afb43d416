"""The C++ types that random programs use, and the widths of what arithmetic on them gives."""

from __future__ import annotations

import random
from dataclasses import dataclass

NATIVE = {
    "bool": (1, False),
    "signed char": (8, True),
    "unsigned char": (8, False),
    "short": (16, True),
    "unsigned short": (16, False),
    "int": (32, True),
    "unsigned": (32, False),
    "long long": (64, True),
    "unsigned long long": (64, False),
}
Q_MODES = ("AP_TRN", "AP_TRN_ZERO", "AP_RND", "AP_RND_ZERO", "AP_RND_INF", "AP_RND_MIN_INF", "AP_RND_CONV")
O_MODES = ("AP_WRAP", "AP_SAT", "AP_SAT_ZERO", "AP_SAT_SYM")
_COMMON_WIDTHS = (1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 16, 17, 18, 23, 24, 25, 31, 32, 33)
_WIDE_WIDTHS = (40, 47, 48, 63, 64, 65, 72, 96, 100, 127, 128, 129, 150, 160, 192, 199, 200)


@dataclass(frozen=True, slots=True)
class Type:
    """kind: native, ap (integers of the headers), fixed, struct. `fields` of a struct: (name, type, elements or 0)."""

    text: str
    kind: str
    bits: int
    signed: bool = False
    fields: tuple[tuple[str, Type, int], ...] = ()

    @property
    def is_bool(self) -> bool:
        return self.text == "bool"


def native(text: str) -> Type:
    bits, signed = NATIVE[text]
    return Type(text, "native", bits, signed)


BOOL, INT, UNSIGNED = native("bool"), native("int"), native("unsigned")


def ap(bits: int, signed: bool) -> Type:
    return Type(f"ap_{'' if signed else 'u'}int<{bits}>", "ap", bits, signed)


def fixed(bits: int, integer: int, signed: bool, q: str, o: str) -> Type:
    return Type(f"ap_{'' if signed else 'u'}fixed<{bits}, {integer}, {q}, {o}>", "fixed", bits, signed)


def packet(bits: int, signed: bool = False, user: int = 0) -> Type:
    """An AXI beat; `fields` in the order in which they are packed."""
    kept = -(-bits // 8)
    user_field = (("user", ap(user, False), 0),) if user else ()
    data = ("data", ap(bits, signed), 0)
    fields = (data, ("keep", ap(kept, False), 0), ("strb", ap(kept, False), 0), *user_field, ("last", ap(1, False), 0))
    total = sum(field.bits for _, field, _ in fields)
    return Type(f"ap_axi{'s' if signed else 'u'}<{bits}, {user}, 0, 0>", "packet", total, False, fields)


def struct(name: str, fields: tuple[tuple[str, Type, int], ...]) -> Type:
    return Type(name, "struct", sum(type.bits * max(1, count) for _, type, count in fields), False, fields)


def random_native(source: random.Random) -> Type:
    return native(source.choice(list(NATIVE)))


def random_ap(source: random.Random, most: int = 200) -> Type:
    widths = _COMMON_WIDTHS if source.random() < 0.88 else _WIDE_WIDTHS
    width = source.choice([width for width in widths if width <= most] or [most])
    return ap(width, source.random() < 0.5)


def random_fixed(source: random.Random) -> Type:
    bits = source.choice((2, 4, 6, 8, 10, 12, 16, 18, 24, 32))
    integer = source.choice((bits // 2, bits // 2, bits // 2, 1, bits, bits + 3, -2, bits - 1))
    q = "AP_TRN" if source.random() < 0.3 else source.choice(Q_MODES)
    o = "AP_WRAP" if source.random() < 0.3 else source.choice(O_MODES)
    signed = source.random() < 0.7
    return fixed(bits, integer, signed, q, o)


def sum_type(a: Type, b: Type) -> Type:
    """Of `a + b` for integers of the headers."""
    common = max(a.bits + (b.signed and not a.signed), b.bits + (a.signed and not b.signed))
    return ap(common + 1, a.signed or b.signed)


def literal(type: Type, value: int) -> str:
    """The number whose bits are `value`, as C++ of that type (not a struct)."""
    value &= (1 << type.bits) - 1
    if type.is_bool:
        return "true" if value else "false"
    negative = type.signed and value >> (type.bits - 1)
    number = value - (1 << type.bits) if negative else value
    if type.kind == "native":
        if type.text == "int":
            return "(-2147483647 - 1)" if number == -(2**31) else _bracketed(str(number))
        if type.text == "unsigned":
            return f"{number}u"
        if type.bits == 64:
            return f"{number}ULL" if not type.signed else _long(number)
        return f"({type.text}){_bracketed(str(number))}"
    if type.kind == "fixed":
        return f"{type.text}({type.text}::of({_long(number)}))"
    if type.bits < 64:
        return f"{type.text}({number if abs(number) < 2**31 else _long(number)})"
    parts = [f"ap_uint<60>({value >> at & (1 << 60) - 1}ULL)" for at in range(0, type.bits, 60)]
    return f"{type.text}(({', '.join(reversed(parts))}))"


def _long(number: int) -> str:
    return "(-9223372036854775807LL - 1)" if number == -(2**63) else _bracketed(f"{number}LL")


def _bracketed(text: str) -> str:
    return f"({text})" if text.startswith("-") else text
