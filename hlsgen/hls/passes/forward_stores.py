"""What the last iterations stored goes straight to the loads of this one, so that the memory need not be quick.

`hist[x]++` reads a word that the iteration before may just have written: through the memory that takes a read and a
write, two cycles at least. Registers keep the address and the value of the stores of the last `depth` iterations; a
load compares and takes the youngest that fits, else what the memory holds. The loads then wait for stores that are
depth + 1 iterations old. Stores of the same iteration are passed on in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hlsgen.hls.cdfg.ir import Editor, Function, Kind, MemoryDependence, Op


@dataclass(frozen=True, slots=True)
class _Stored:
    """A store as values: whether it takes place (None: always), where, what."""

    guard: int | None
    address: int
    value: int


def forward_stores(function: Function, label: str, memory: str, depth: int) -> Function:
    """The same function with stores to `memory` of the last `depth` (>= 1) iterations of the self-loop `label`
    forwarded to its loads. The loop must not be one that calls follow without a gap.
    """
    return _Forwarding(function, label, memory, depth).run()


class _Forwarding:
    def __init__(self, function: Function, label: str, memory: str, depth: int) -> None:
        self.function, self.label, self.memory, self.depth = function, label, memory, depth
        self.edit = Editor(function)
        self.placed: list[int] = []
        self.outside: list[int] = []  # constants, for the entry block
        self.phis: list[int] = []

    def run(self) -> Function:
        ops, edit = self.function.ops, self.edit
        body = [ops[id] for id in self.function.blocks[self.label].ops]
        stores = [op for op in body if op.kind is Kind.STORE and op.object == self.memory]
        kept = [self.keep(store) for store in stores]
        earlier = [delayed[age] for age in range(self.depth) for delayed in reversed(kept)]  # the youngest first
        here: list[_Stored] = []
        for op in body:
            self.placed.append(op.id)
            if op.kind is Kind.STORE and op.object == self.memory:
                here.insert(0, _Stored(op.guard, *op.args))
            elif op.kind is Kind.LOAD and op.object == self.memory:
                self.bypass(op, [*here, *earlier])
        count = sum(op.kind is Kind.PHI for op in body)
        edit.order[self.label] = [*self.placed[:count], *self.phis, *self.placed[count:]]
        entry = edit.order[self.function.entry]
        edit.order[self.function.entry] = [*entry, *self.outside]
        loop = self.function.loops[self.label]
        stated = (
            MemoryDependence(self.memory, self.depth + 1, direction="RAW"),
            MemoryDependence(self.memory, 0, intra=True, direction="RAW"),
        )
        loops = {**self.function.loops, self.label: replace(loop, dependences=(*stated, *loop.dependences))}
        return edit.finish(loops=loops)

    def keep(self, store: Op) -> list[_Stored]:
        """The store as it was 1, 2, ... `depth` iterations ago; before the first iteration there was none."""
        address, value = store.args
        guard = self.one() if store.guard is None else store.guard
        found = []
        for _ in range(self.depth):
            guard, address, value = (self.delayed(id, store) for id in (guard, address, value))
            found.append(_Stored(guard, address, value))
        return found

    def delayed(self, id: int, store: Op) -> int:
        """The value of the iteration before, 0 in the first."""
        width = self.edit.ops[id].width
        zero = self.edit.const(0, width)
        self.outside.append(zero)
        origins = self.function.predecessors()[self.label]
        args = tuple(id if origin == self.label else zero for origin in origins)
        phi = self.edit.make(Kind.PHI, width, args, blocks=tuple(origins), loc=store.loc, name=f"last {self.memory}")
        self.phis.append(phi)
        return phi

    def one(self) -> int:
        one = self.edit.const(1, 1)
        self.outside.append(one)
        return one

    def bypass(self, load: Op, stores: list[_Stored]) -> None:
        """Every use of the load gets the youngest of the stores to its address; the load itself stays."""
        edit = self.edit
        word = self.copy_of(load)
        for stored in reversed(stores):
            hit = self.place(Kind.ICMP, 1, self.same_width(stored.address, load.args[0]), load, predicate="eq")
            if stored.guard is not None:
                hit = self.place(Kind.AND, 1, (stored.guard, hit), load)
            word = self.place(Kind.SELECT, load.width, (hit, stored.value, word), load)
        edit.redirect(load.id, word)

    def copy_of(self, load: Op) -> int:
        """The load under another number: its own becomes the value that is chosen."""
        self.placed.pop()
        id = self.edit.make(
            Kind.LOAD, load.width, load.args, object=load.object, guard=load.guard, loc=load.loc, name=load.name
        )
        self.placed.append(id)
        return id

    def same_width(self, a: int, b: int) -> tuple[int, int]:
        width = max(self.edit.ops[a].width, self.edit.ops[b].width)
        wide = [
            id if self.edit.ops[id].width == width else self.place(Kind.ZEXT, width, (id,), self.edit.ops[id])
            for id in (a, b)
        ]
        return wide[0], wide[1]

    def place(self, kind: Kind, width: int, args: tuple[int, ...], like: Op, **more: object) -> int:
        id = self.edit.make(kind, width, args, loc=like.loc, **more)
        self.placed.append(id)
        return id
