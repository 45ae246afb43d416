"""New operations at one place of a block under edit: what the passes that take operators apart are written in."""

from __future__ import annotations

from hlsgen.hls.cdfg.ir import Editor, Kind, Op


class Emitter:
    """Appends operations to `placed`; they have the source line and the name of `like`. Values are operation ids."""

    def __init__(self, edit: Editor, placed: list[int], like: Op) -> None:
        self.edit, self.placed, self.like = edit, placed, like

    def width(self, id: int) -> int:
        return self.edit.ops[id].width

    def op(self, kind: Kind, width: int, *args: int, **more: object) -> int:
        id = self.edit.make(kind, width, args, **({"loc": self.like.loc, "name": self.like.name} | more))
        self.placed.append(id)
        return id

    def const(self, value: int, width: int) -> int:
        return self.op(Kind.CONST, width, value=value & ((1 << width) - 1))

    def slice(self, id: int, lsb: int, width: int) -> int:
        """id[lsb +: width]"""
        return id if lsb == 0 and width == self.width(id) else self.op(Kind.SLICE, width, id, value=lsb)

    def bit(self, id: int, place: int) -> int:
        return self.slice(id, place, 1)

    def top(self, id: int) -> int:
        """The most significant bit."""
        return self.bit(id, self.width(id) - 1)

    def fit(self, id: int, width: int, *, sign: bool = False) -> int:
        """The value in `width` bits: cut off or extended."""
        if self.width(id) >= width:
            return self.slice(id, 0, width)
        return self.op(Kind.SEXT if sign else Kind.ZEXT, width, id)

    def concat(self, *ids: int) -> int:
        """The first in the most significant place."""
        return ids[0] if len(ids) == 1 else self.op(Kind.CONCAT, sum(map(self.width, ids)), *ids)

    def repeat(self, bit: int, width: int) -> int:
        """`width` copies of one bit."""
        return self.fit(bit, width, sign=True)

    def invert(self, id: int) -> int:
        return self.op(Kind.XOR, self.width(id), id, self.const(-1, self.width(id)))

    def add(self, a: int, b: int) -> int:
        return self.op(Kind.ADD, self.width(a), a, b)

    def add_carry(self, a: int, b: int, carry: int) -> int:
        """a + b + carry (one bit) in the width of a, on one carry chain: the carry comes in through a place below."""
        low = self.op(Kind.ADD, self.width(a) + 1, self.concat(a, self.const(1, 1)), self.concat(b, carry))
        return self.slice(low, 1, self.width(a))

    def negate_if(self, sign: int, id: int) -> int:
        """-id when `sign` (one bit), else id: inverters that merge with the adder behind them."""
        width = self.width(id)
        turned = self.op(Kind.XOR, width, id, self.repeat(sign, width))
        return self.add(turned, self.fit(sign, width))
