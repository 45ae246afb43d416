"""The CDFG: functions of basic blocks of operations in SSA form, with memories and streams as named objects.

Integers only, of any width, in two's complement; signedness belongs to the operation. An operation with a `guard`
(READ, WRITE, LOAD, STORE) takes effect only when that 1-bit value is 1. Function values are immutable: a pass
returns a new one (`dataclasses.replace`, or `Editor` for the busy ones). `str(function)` prints it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from hlsgen.core.errors import Place


class Kind(StrEnum):
    """What an operation does. Binary arithmetic has operands and result of one width, unless said otherwise."""

    CONST = "const"  # value
    PHI = "phi"  # args[k] when entered from blocks[k]
    ADD = "add"
    SUB = "sub"
    MUL = "mul"  # operands of any width, extended by `signs` to the result's width
    UDIV = "udiv"
    SDIV = "sdiv"
    UREM = "urem"
    SREM = "srem"
    AND = "and"
    OR = "or"
    XOR = "xor"
    SHL = "shl"  # the amount (args[1]) may have any width; shifted out completely when >= width
    LSHR = "lshr"
    ASHR = "ashr"
    ICMP = "icmp"  # predicate: eq ne ult ule ugt uge slt sle sgt sge
    SELECT = "select"  # args: condition, if one, if zero
    SEXT = "sext"
    ZEXT = "zext"
    SLICE = "slice"  # args[0][value +: width]
    CONCAT = "concat"  # args[0] in the most significant place
    LOAD = "load"  # object[args...]; instead of one index per dimension, one may count through all elements
    STORE = "store"  # object[args[:-1]...] = args[-1]
    READ = "read"  # blocking, from stream object
    WRITE = "write"  # blocking, args[0] to stream object
    READABLE = "readable"  # one bit: a READ of the stream would not wait
    WRITABLE = "writable"  # one bit: a WRITE would not wait
    PARAM = "param"  # the scalar argument `object`, as it was when the call began; in the entry block
    COPY = "copy"  # a name for args[0]: gives a recurrence a place of its own in the schedule


STREAM_KINDS = frozenset((Kind.READ, Kind.WRITE))
STATUS_KINDS = frozenset((Kind.READABLE, Kind.WRITABLE))
MEMORY_KINDS = frozenset((Kind.LOAD, Kind.STORE))
EFFECT_KINDS = frozenset((Kind.STORE, Kind.READ, Kind.WRITE))
COMMUTATIVE = frozenset((Kind.ADD, Kind.MUL, Kind.AND, Kind.OR, Kind.XOR))
SWAPPED_PREDICATE = {
    "eq": "eq", "ne": "ne", "ult": "ugt", "ule": "uge", "ugt": "ult", "uge": "ule",
    "slt": "sgt", "sle": "sge", "sgt": "slt", "sge": "sle",
}  # fmt: skip
INVERSE_PREDICATE = {
    "eq": "ne", "ne": "eq", "ult": "uge", "ule": "ugt", "ugt": "ule", "uge": "ult",
    "slt": "sge", "sle": "sgt", "sgt": "sle", "sge": "slt",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Op:
    """One operation and the value it makes. `id` is unique in its function; `width` is 0 when there is no value."""

    id: int
    kind: Kind
    width: int
    args: tuple[int, ...] = ()
    value: int = 0  # CONST: the unsigned value; SLICE: the lowest bit taken
    predicate: str = ""  # ICMP
    object: str = ""  # the memory or stream
    guard: int | None = None
    blocks: tuple[str, ...] = ()  # PHI
    signs: tuple[bool, bool] = (False, False)  # MUL
    loc: Place = Place()
    name: str = ""

    def inputs(self) -> tuple[int, ...]:
        """Every value this operation needs, its guard included."""
        return self.args if self.guard is None else (*self.args, self.guard)

    def __str__(self) -> str:
        parts = [f"%{arg}" for arg in self.args]
        if self.kind is Kind.PHI:
            parts = [f"{label}: {part}" for label, part in zip(self.blocks, parts, strict=True)]
        elif self.kind is Kind.CONST:
            parts = [str(self.value)]
        elif self.kind is Kind.SLICE:
            parts.append(f"[{self.value} +: {self.width}]")
        head = f"%{self.id} = " if self.width else ""
        sign = "".join("us"[sign] for sign in self.signs) if self.kind is Kind.MUL else ""
        words = " ".join(word for word in (self.kind.value + sign, self.predicate, self.object) if word)
        tail = f" if %{self.guard}" if self.guard is not None else ""
        return f"{head}{words}{f':{self.width}' if self.width else ''} {', '.join(parts)}{tail}".rstrip()


@dataclass(frozen=True, slots=True)
class Jump:
    target: str

    def targets(self) -> tuple[str, ...]:
        return (self.target,)


@dataclass(frozen=True, slots=True)
class Branch:
    condition: int
    if_one: str
    if_zero: str

    def targets(self) -> tuple[str, ...]:
        return (self.if_one, self.if_zero)


@dataclass(frozen=True, slots=True)
class Return:
    def targets(self) -> tuple[str, ...]:
        return ()


Terminator = Jump | Branch | Return


@dataclass(frozen=True, slots=True)
class Block:
    """A basic block: operation ids in order (phis first), then one terminator."""

    label: str
    ops: tuple[int, ...]
    end: Terminator


@dataclass(frozen=True, slots=True)
class Partition:
    """How dimension `dim` (0 is the outermost) is split: "cyclic" or "block" into `factor` banks ("complete" is
    cyclic with the whole extent). `reshape` joins the banks into words instead of making memories of their own."""

    dim: int
    style: str
    factor: int
    reshape: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A scalar's place in the words of a stream: `count` of them from bit `lsb` on, of `width` bits in all."""

    width: int
    lsb: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class Memory:
    """An array. `shape` in elements, `width` in bits, `init` the first contents (row-major unsigned codes).

    `rom`: never written, `init` is all there is. `storage` is the user's wish: "", "bram", "lutram", "uram".
    `ports` too: what stands behind `ram_` or `rom_` in BIND_STORAGE, "1p" to "np", or "".
    `external`: an argument, reached through ports of the module; one word: a scalar that is passed by reference, or
    the return value. `bus`: the AXI master through which an external array is reached, "" for ports of its own; there
    `argument` has its address, element [i, j...] lies `offset_bytes` + the sum of index times
    `strides_bytes` behind it, and the outermost extent may be 0, unknown. `word`: the elements of `argument` pass one
    by one in a stream, in the words of which this scalar is.
    """

    name: str
    width: int
    shape: tuple[int, ...]
    init: tuple[int, ...] | None = None
    rom: bool = False
    storage: str = ""
    ports: str = ""
    external: bool = False
    bus: str = ""
    argument: str = ""  # external: of C++, of which this is one scalar
    offset_bytes: int = 0
    strides_bytes: tuple[int, ...] = ()
    element_bytes: int = 0
    latency_cycles: int = 0  # bus: from a request to its word, when the user says so
    kept: bool = False  # external, one word: a call that does not write it leaves it as it was
    shared: bool = False  # external for the sake of called functions only: it lies beside this one
    elements: tuple[int, ...] = ()  # external, one bank of several: which elements its words are, -1 for none
    partitions: tuple[Partition, ...] = ()
    walked: bool = False  # pointers step through it: an index may leave its row
    variable: str = ""  # of the front end, of which it is one scalar, as directives name it
    extents: tuple[int, ...] = ()  # of that variable in C++, whatever `shape` is
    word: Word | None = None
    loc: Place = Place()

    @property
    def is_divided(self) -> bool:
        """Every element of it has a register, and a port, of its own."""
        divided = {partition.dim: partition.factor for partition in self.partitions}
        return all(divided.get(dim, 1) == extent for dim, extent in enumerate(self.shape))

    @property
    def depth_words(self) -> int:
        depth = 1
        for extent in self.shape:
            depth *= extent
        return depth


@dataclass(frozen=True, slots=True)
class StreamField:
    name: str
    width: int
    lsb: int


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream that a function reads or writes (a parameter), seen from inside. `argument`: of C++, an array of streams
    maybe, or an array: `elements` of it pass in a call, where that is known."""

    name: str
    width: int
    direction: str = ""  # "in", "out"; "" until a pass has seen its use
    fields: tuple[StreamField, ...] = ()
    argument: str = ""
    unit: str = ""  # a called function: this stream starts its calls, or tells that one is done
    bus: str = ""  # an AXI master: this stream is one of a channel's
    memory: str = ""  # the one whose words the channel has, when it is accessed here
    elements: int | None = None
    loc: Place = Place()


@dataclass(frozen=True, slots=True)
class Order:
    """Operation `target` starts at least `cycles` after `source`, `distance` iterations later; both of one block."""

    source: int
    target: int
    cycles: int
    distance: int = 0


@dataclass(frozen=True, slots=True)
class Unit:
    """A function that is called and has a module of its own, one for all calls from here.

    A call is a WRITE of its `inputs` to the stream `<name>_start`, and a READ of its `outputs` from `<name>_done`; both
    name items of the module and lie in the word from bit 0 up. bindings: its other items -> streams and memories.
    """

    name: str
    function: str  # mangled
    inputs: tuple[tuple[str, int], ...]  # (item, width)
    outputs: tuple[tuple[str, int], ...]
    bindings: dict[str, str]


@dataclass(frozen=True, slots=True)
class Param:
    """A scalar argument, or one scalar of the C++ `argument`."""

    name: str
    width: int
    argument: str = ""
    loc: Place = Place()
    stable: bool = False  # it does not change during a call: the user says so


@dataclass(frozen=True, slots=True)
class MemoryDependence:
    """What the user states of `memory` in a loop: `distance` iterations between accesses that collide, 0 for never.

    intra: it speaks of accesses of one iteration. direction: RAW, WAR, WAW (what the later one does, then the earlier
    one), "" for all.
    """

    memory: str
    distance: int
    intra: bool = False
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Loop:
    """A natural loop that stays a loop. `ii` is None when it is not pipelined.

    `flatten`: what the user wants of it and the loop around it, None for what the compiler thinks best. `flattened`:
    the headers of the loops that became this one. `merged`: those of the loops after it that run along with it.
    `stated_trips`: what LOOP_TRIPCOUNT says, for the report where `trip_count` is not known.
    """

    header: str
    blocks: frozenset[str]
    label: str = ""
    ii: int | None = None
    rewind: bool = False
    of_calls: bool = False  # rewound: each iteration is a call of the function, with the numbers that come and go
    chosen: bool = False  # it is pipelined because the compiler thinks best: any interval will do
    trip_count: int | None = None
    stated_trips: tuple[int, int] | None = None
    dependences: tuple[MemoryDependence, ...] = ()
    flatten: bool | None = None
    flattened: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    loc: Place = Place()

    @property
    def trips(self) -> tuple[int, int] | None:
        """At least and at most, as far as anybody knows."""
        return self.stated_trips if self.trip_count is None else (self.trip_count, self.trip_count)


@dataclass(frozen=True, slots=True)
class ProductWish:
    """What BIND_OP says of products. impl: "" (what is best), "dsp", "fabric". latency_cycles: None for any."""

    impl: str = ""
    latency_cycles: int | None = None


@dataclass(frozen=True)
class Function:
    """One process or kernel function. `blocks` in reverse post-order from the entry, which comes first."""

    name: str
    ops: dict[int, Op]
    blocks: dict[str, Block]
    loops: dict[str, Loop] = field(default_factory=dict)  # by header label, outer ones first
    memories: dict[str, Memory] = field(default_factory=dict)
    streams: dict[str, Stream] = field(default_factory=dict)
    params: dict[str, Param] = field(default_factory=dict)
    units: tuple[Unit, ...] = ()
    orders: tuple[Order, ...] = ()  # beyond those of values, memories and streams
    ii: int | None = None  # the interval wanted between calls
    runs_free: bool = False  # nothing starts the calls: one follows the other
    seen_late: frozenset[str] = frozenset()  # arguments that wait behind the end of a call until they are taken
    multipliers: int | None = None  # as many as products may have between them
    products_in_turn: frozenset[str] = frozenset()  # blocks whose products are neither cut nor joined with sums
    products: dict[tuple[str, int], ProductWish] = field(default_factory=dict)  # by file and line
    marks: dict[str, frozenset[str]] = field(default_factory=dict)  # pragma -> headers of loops, "" for the function
    loc: Place = Place()

    @property
    def entry(self) -> str:
        return next(iter(self.blocks))

    def used_streams(self) -> list[Stream]:
        """The streams with an access here: others are only passed on."""
        used = {op.object for op in self.ops.values() if op.kind in STREAM_KINDS | STATUS_KINDS}
        return [stream for stream in self.streams.values() if stream.name in used]

    def in_order(self) -> list[Op]:
        """Every operation, block after block."""
        return [self.ops[id] for block in self.blocks.values() for id in block.ops]

    def predecessors(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {label: [] for label in self.blocks}
        for label, block in self.blocks.items():
            for target in dict.fromkeys(block.end.targets()):
                found[target].append(label)
        return found

    def place_of(self, op: Op) -> Place:
        """Where an operation comes from, with the name of the function."""
        return replace(op.loc if op.loc.line else self.loc, name=self.name)

    def wish(self, op: Op) -> ProductWish:
        """What the user wants of a product."""
        return self.products.get((op.loc.file, op.loc.line), ProductWish())

    def home(self) -> dict[int, str]:
        """Operation id -> label of its block."""
        return {id: label for label, block in self.blocks.items() for id in block.ops}

    def __str__(self) -> str:
        lines = [f"function {self.name}"]
        lines += [f"  param {param.name}:{param.width}" for param in self.params.values()]
        for memory in self.memories.values():
            shape = "".join(f"[{extent}]" for extent in memory.shape)
            kind = "external" if memory.external else "rom" if memory.rom else "ram"
            lines.append(f"  {kind} {memory.name}{shape}:{memory.width}")
        lines += [f"  stream {s.name}:{s.width} {s.direction}" for s in self.streams.values()]
        for label, block in self.blocks.items():
            loop = self.loops.get(label)
            note = f"  loop {loop.label} ii={loop.ii} trip={loop.trip_count}" if loop else ""
            lines.append(f"{label}:{note}")
            lines += [f"  {self.ops[id]}" for id in block.ops]
            lines.append(f"  {_terminator_text(block.end)}")
        return "\n".join(lines)


def _terminator_text(end: Terminator) -> str:
    match end:
        case Jump(target):
            return f"jump {target}"
        case Branch(condition, if_one, if_zero):
            return f"branch %{condition} ? {if_one} : {if_zero}"
        case Return():
            return "return"


class Editor:
    """A function under change: new operations, redirected uses; `finish()` gives the new immutable function."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.ops = dict(function.ops)
        self.order = {label: list(block.ops) for label, block in function.blocks.items()}
        self.ends: dict[str, Terminator] = {label: block.end for label, block in function.blocks.items()}
        self._next = max(self.ops, default=0) + 1
        self._same: dict[int, int] = {}

    def make(self, kind: Kind, width: int, args: tuple[int, ...] = (), **more: object) -> int:
        """A new operation, not yet placed in a block."""
        id = self._next
        self._next += 1
        self.ops[id] = Op(id, kind, width, args, **more)  # type: ignore[arg-type]
        return id

    def const(self, value: int, width: int) -> int:
        return self.make(Kind.CONST, width, value=value & ((1 << width) - 1))

    def redirect(self, old: int, new: int) -> None:
        """Every use of `old` becomes a use of `new` when the edit is finished (or through `resolve` before)."""
        self._same[old] = new

    def resolve(self, id: int) -> int:
        root = id
        while root in self._same:
            root = self._same[root]
        while id in self._same:
            self._same[id], id = root, self._same[id]
        return root

    def resolved(self, op: Op) -> Op:
        """`op` with its inputs redirected."""
        args = tuple(map(self.resolve, op.args))
        guard = None if op.guard is None else self.resolve(op.guard)
        return op if args == op.args and guard == op.guard else replace(op, args=args, guard=guard)

    def finish(self, **changes: object) -> Function:
        """The edited function without the operations that were redirected away."""
        blocks = {}
        ops = {}
        for label, order in self.order.items():
            kept = tuple(id for id in order if id not in self._same)
            for id in kept:
                ops[id] = self.resolved(self.ops[id])
            end = self.ends[label]
            if isinstance(end, Branch):
                end = replace(end, condition=self.resolve(end.condition))
            blocks[label] = Block(label, kept, end)
        return replace(self.function, ops=ops, blocks=blocks, **changes)  # type: ignore[arg-type]
