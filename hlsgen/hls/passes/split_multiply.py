"""Products that are too slow as one become products of limbs that each fit one DSP block.

The limbs are unsigned but for the highest, and as wide as the inputs of the block. The partial products are added in
the order of their places: sum = product + (sum >> distance), where the bits shifted out belong to the result. That is
the adder behind the multiplier of each block (and on the way from 17 bit limbs the cascade between blocks), so no
logic is left; between the steps the scheduler may put cycles. Long chains are cut: some parts side by side, joined
by adders in logic. Products that logic would do are cut the same way. A product by a constant of two digits
(2^a +- 2^b) is an addition.
"""

from __future__ import annotations

from hlsgen.hls.bind.limbs import Limb, count_tiles, limb_shapes, limbs
from hlsgen.hls.bind.operator_timing import OperatorTimes, one_dsp, product_ns
from hlsgen.hls.bind.target import Target
from hlsgen.hls.cdfg.ir import Editor, Function, Kind, Op
from hlsgen.hls.cdfg.semantics import signed

from .emit import Emitter

_CASCADE_BITS = 17
_CHAIN = 4  # partial products in a row; beyond, rows side by side cost less time than they cost logic
_SUM_BITS = 48
_LOGIC_LIMB_BITS = 2
_ROUNDS = 3  # a small part of a product that is left to logic may be too slow there


def split_multiply(function: Function, target: Target) -> Function:
    """The same function with products that fit the clock, as far as that can be had."""
    for _ in range(_ROUNDS):
        before = function
        function = _round(function, target)
        if len(function.ops) == len(before.ops):
            break
    return function


def _round(function: Function, target: Target) -> Function:
    if not any(op.kind is Kind.MUL for op in function.ops.values()):
        return function
    edit = Editor(function)
    times = OperatorTimes(function, target)
    free_ns = target.clock_ns - target.delays.clk_to_q_ns - target.delays.setup_ns
    for label, block in function.blocks.items():
        placed: list[int] = []
        for id in block.ops:
            op = function.ops[id]
            if op.kind is Kind.MUL:
                e = Emitter(edit, placed, op)
                new = _by_one_bit(e, op)
                if new is None:
                    new = _of_few_digits(e, function, op)
                if new is None and product_ns(function, op, target) > free_ns and not times.of(op).latency:
                    new = _split(e, function, op, target)
                if new is not None:
                    edit.redirect(id, new)
                    continue
            placed.append(id)
        edit.order[label] = placed
    return edit.finish()


def _by_one_bit(e: Emitter, op: Op) -> int | None:
    """A factor of one bit chooses between the other (or its negative) and zero."""
    for number in (0, 1):
        bit, other = op.args[number], op.args[1 - number]
        if e.width(bit) == 1:
            x = e.fit(other, op.width, sign=op.signs[1 - number])
            chosen = e.op(Kind.AND, op.width, x, e.repeat(bit, op.width))
            negative = op.signs[number] and op.width > 1
            return e.op(Kind.SUB, op.width, e.const(0, op.width), chosen) if negative else chosen
    return None


# ---- constants


def digits(value: int) -> list[tuple[int, int]]:
    """The non-adjacent form: (place, +1 or -1), the lowest first."""
    found, place = [], 0
    while value:
        if value & 1:
            digit = 2 - (value & 3)
            found.append((place, digit))
            value -= digit
        value >>= 1
        place += 1
    return found


def _of_few_digits(e: Emitter, function: Function, op: Op) -> int | None:
    """x * (2^a +- 2^b) as an addition."""
    for number in (0, 1):
        constant, other = function.ops[op.args[number]], op.args[1 - number]
        if constant.kind is not Kind.CONST:
            continue
        whole = constant.width >= op.width
        value = signed(constant.value, constant.width) if op.signs[number] or whole else constant.value
        terms = digits(value)
        if len(terms) != 2 or terms[1][1] < 0:
            return None
        (low, sign), (high, _) = terms
        if high >= op.width:
            return None
        width = op.width - low  # the lowest bits are zeros
        x = e.fit(other, width, sign=op.signs[1 - number])
        moved = e.concat(e.slice(x, 0, width - (high - low)), e.const(0, high - low))
        total = e.op(Kind.ADD if sign > 0 else Kind.SUB, width, moved, x)
        return e.concat(total, e.const(0, low)) if low else total
    return None


# ---- limbs


def _split(e: Emitter, function: Function, op: Op, target: Target) -> int | None:
    if one_dsp(function, op, target):
        return None
    delays = target.delays
    args = [e.slice(arg, 0, min(e.width(arg), op.width)) for arg in op.args]
    signs = [sign or e.width(arg) == op.width for arg, sign in zip(args, op.signs, strict=True)]
    widths = [e.width(arg) for arg in args]
    if delays.uses_dsp(*widths) and function.wish(op).impl != "fabric":
        shapes = limb_shapes(delays)
    else:
        shapes = [(widths[0], _LOGIC_LIMB_BITS), (_LOGIC_LIMB_BITS, widths[1])]
    options = [
        (limbs(widths[0], signs[0], first), limbs(widths[1], signs[1], second), first, second)
        for first, second in shapes
    ]
    first, second, *_ = min(options, key=lambda option: count_tiles(option[0], option[1], op.width))
    if count_tiles(first, second, op.width) < 2:
        return None
    rows: list[tuple[int, int]] = []  # placed signed values
    for factor, other in ((first, 1), (second, 0)):  # a highest limb of one bit is no product
        if len(factor) > 1 and factor[-1].width == 1 and not factor[-1].signed:
            limb = factor.pop()
            last = (first, second)[other][-1]
            bits = e.slice(args[other], 0, last.lsb + last.width)
            room = min(op.width - limb.lsb, e.width(bits) + 1)
            x = e.fit(bits, room, sign=last.signed)
            rows.append((e.op(Kind.AND, room, x, e.repeat(e.bit(args[1 - other], limb.lsb), room)), limb.lsb))
    tiles = [(a, b) for a in first for b in second if a.lsb + b.lsb < op.width]
    tiles.sort(key=lambda tile: (tile[0].lsb + tile[1].lsb, tile[0].lsb))
    rows = [_chain(e, args, chain, op.width) for chain in _chains(tiles)] + rows
    if len(tiles) == 1 and op.width <= _SUM_BITS:  # the adder of the one block takes the other terms
        rows = [(e.concat(value, e.const(0, place)) if place else value, 0) for value, place in rows]
    while len(rows) > 1:
        joined = [_join(e, low, high, op.width) for low, high in zip(rows[::2], rows[1::2], strict=False)]
        rows = joined + rows[2 * len(joined) :]
    value, place = rows[0]
    whole = e.fit(value, op.width - place, sign=True)
    return e.concat(whole, e.const(0, place)) if place else whole


def _chains(tiles: list[tuple[Limb, Limb]]) -> list[list[tuple[Limb, Limb]]]:
    """All in one row when they are few, else a row for each limb of the second factor."""
    if len(tiles) <= _CHAIN:
        return [tiles]
    rows: dict[int, list[tuple[Limb, Limb]]] = {}
    for tile in tiles:
        rows.setdefault(tile[1].lsb, []).append(tile)
    return list(rows.values())


def _product(e: Emitter, args: list[int], tile: tuple[Limb, Limb], limit: int) -> int:
    """The product of two limbs, complete: as a signed number when one of them is."""
    parts = [e.slice(arg, limb.lsb, min(limb.width, limit)) for arg, limb in zip(args, tile, strict=True)]
    width = min(limit, tile[0].width + tile[1].width)
    return e.op(Kind.MUL, width, *parts, signs=(tile[0].signed, tile[1].signed))


def _chain(e: Emitter, args: list[int], tiles: list[tuple[Limb, Limb]], width: int) -> tuple[int, int]:
    """(signed value, its place) of the sum of `tiles`, as far as `width` bits of the whole product go."""
    total, negative, at = 0, False, 0
    low: list[int] = []  # bits that no later product changes, the lowest first
    start = tiles[0][0].lsb + tiles[0][1].lsb
    for number, tile in enumerate(tiles):
        place = tile[0].lsb + tile[1].lsb
        limit = width - place
        product = _product(e, args, tile, limit)
        sign = tile[0].signed or tile[1].signed
        if not number:
            total, negative, at = product, sign, place
            continue
        moved = place - at
        if moved:
            if e.width(total) <= moved:
                total = e.fit(total, moved + 1, sign=negative)
            low.append(e.slice(total, 0, moved))
            total = e.slice(total, moved, e.width(total) - moved)
        both = negative or sign
        bits = [e.width(v) + (both and not s) for v, s in ((product, sign), (total, negative))]
        room = min(limit, max(bits) + 1)
        terms = [e.fit(v, room, sign=s) for v, s in ((product, sign), (total, negative))]
        total, negative, at = e.op(Kind.ADD, room, *terms), both, place
    value = e.concat(total, *reversed(low)) if low else total
    if not negative and e.width(value) < width - start:
        value = e.fit(value, e.width(value) + 1)
    return value, start


def _join(e: Emitter, a: tuple[int, int], b: tuple[int, int], width: int) -> tuple[int, int]:
    """The sum of two placed signed values; `a` has the lower place."""
    if a[1] > b[1]:
        a, b = b, a
    (low_value, low_place), (high_value, high_place) = a, b
    distance = high_place - low_place
    if e.width(low_value) <= distance:
        low_value = e.fit(low_value, distance + 1, sign=True)
    limit = width - high_place
    room = min(limit, max(e.width(low_value) - distance, e.width(high_value)) + 1)
    upper = e.fit(e.slice(low_value, distance, e.width(low_value) - distance), room, sign=True)
    total = e.op(Kind.ADD, room, upper, e.fit(high_value, room, sign=True))
    if not distance:
        return total, low_place
    return e.concat(total, e.slice(low_value, 0, distance)), low_place
