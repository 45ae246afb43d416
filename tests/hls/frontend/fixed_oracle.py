"""Elementary functions to 40 digits, by decimal's exp and ln and by Taylor series: the oracle for hls_math.h."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, getcontext, localcontext
from functools import cache

INFINITY = Decimal("Infinity")
getcontext().prec = 50


@cache
def pi() -> Decimal:
    return 16 * _atan_series(Decimal(1) / 5) - 4 * _atan_series(Decimal(1) / 239)


def _atan_series(x: Decimal) -> Decimal:
    total, power, k = Decimal(0), x, 1
    while abs(power) > Decimal("1e-48"):
        total += power / k if k % 4 == 1 else -power / k
        power, k = power * x * x, k + 2
    return total


def atan(x: Decimal) -> Decimal:
    if abs(x) > 1:
        return (pi() / 2).copy_sign(x) - atan(1 / x)
    for _ in range(3):  # half the angle, three times
        x = x / (1 + (1 + x * x).sqrt())
    return 8 * _atan_series(x)


def atan2(y: Decimal, x: Decimal) -> Decimal:
    if x == 0:
        return Decimal(0) if y == 0 else (pi() / 2).copy_sign(y)
    if x > 0:
        return atan(y / x)
    return atan(y / x) + (pi() if y >= 0 else -pi())


def sin(x: Decimal) -> Decimal:
    x = x % (2 * pi())
    total, term, k = Decimal(0), x, 1
    while abs(term) > Decimal("1e-45"):
        total += term
        term, k = -term * x * x / ((k + 1) * (k + 2)), k + 2
    return total


def cos(x: Decimal) -> Decimal:
    return sin(x + pi() / 2)


def exp(x: Decimal) -> Decimal:
    return INFINITY if x > 200 else Decimal(0) if x < -200 else x.exp()


def ln(x: Decimal) -> Decimal:
    return x.ln() if x > 0 else -INFINITY


def power(x: Decimal, y: Decimal) -> Decimal:
    if y == 0:
        return Decimal(1)
    if x == 0:
        return INFINITY if y < 0 else Decimal(0)
    if x > 0:
        return exp(y * ln(x))
    if y != int(y):
        return Decimal(0)
    return exp(y * ln(-x)) * (-1 if int(y) % 2 else 1)


def arc(x: Decimal, is_sine: bool) -> Decimal:
    x = max(Decimal(-1), min(Decimal(1), x))
    other = (1 - x * x).sqrt()
    return atan2(x, other) if is_sine else atan2(other, x)


def tanh(x: Decimal) -> Decimal:
    e = exp(-2 * abs(x))
    return ((1 - e) / (1 + e)).copy_sign(x)


def whole(rounding: str) -> Callable[[Decimal], Decimal]:
    def to_whole(x: Decimal) -> Decimal:
        with localcontext() as context:
            context.prec = 50
            return x.quantize(Decimal(1), rounding=rounding)

    return to_whole


ONE: dict[str, Callable[[Decimal], Decimal]] = {
    "sqrt": lambda x: x.sqrt() if x > 0 else Decimal(0),
    "recip": lambda x: 1 / x if x else INFINITY,
    "rsqrt": lambda x: 1 / x.sqrt() if x > 0 else INFINITY,
    "exp": exp,
    "exp2": lambda x: exp(x * Decimal(2).ln()),
    "expm1": lambda x: exp(x) - 1,
    "log": ln,
    "log2": lambda x: ln(x) / Decimal(2).ln(),
    "log10": lambda x: ln(x) / Decimal(10).ln(),
    "log1p": lambda x: ln(1 + x),
    "exp10": lambda x: exp(x * Decimal(10).ln()),
    "cbrt": lambda x: power(abs(x), Decimal(1) / 3).copy_sign(x),
    "sinpi": lambda x: sin(pi() * (x % 2)),
    "cospi": lambda x: cos(pi() * (x % 2)),
    "sin": sin,
    "cos": cos,
    "tan": lambda x: sin(x) / cos(x),
    "asin": lambda x: arc(x, True),
    "acos": lambda x: arc(x, False),
    "atan": atan,
    "sinh": lambda x: (exp(x) - exp(-x)) / 2,
    "cosh": lambda x: (exp(x) + exp(-x)) / 2,
    "tanh": tanh,
    "floor": whole("ROUND_FLOOR"),
    "ceil": whole("ROUND_CEILING"),
    "trunc": whole("ROUND_DOWN"),
    "round": whole(ROUND_HALF_UP),
    "rint": whole(ROUND_HALF_EVEN),
    "abs": abs,
    "fabs": abs,
}
TWO: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "hypot": lambda x, y: (x * x + y * y).sqrt(),
    "atan2": atan2,
    "pow": power,
    "fmod": lambda x, y: x % y if y else Decimal(0),
    "fdim": lambda x, y: max(x - y, Decimal(0)),
    "copysign": lambda x, y: -abs(x) if y < 0 else abs(x),
    "max": max,
    "min": min,
}
EXACT = frozenset("floor ceil trunc round rint abs fabs fmod fdim copysign max min".split())
NEAREST = frozenset("sqrt recip rsqrt hypot".split())


def error_ulps(name: str, width: int, integer: int, signed: bool, codes: tuple[int, int], result: int) -> Decimal:
    """How far the code `result` is from the exact one, fitted to the format, in units of its last place."""
    scale = Decimal(2) ** (width - integer)
    x, y = (Decimal(code) / scale for code in codes)
    exact = (ONE[name](x) if name in ONE else TWO[name](x, y)) * scale
    low, high = (-(1 << (width - 1)), (1 << (width - 1)) - 1) if signed else (0, (1 << width) - 1)
    return abs(max(Decimal(low), min(Decimal(high), exact)) - result)
