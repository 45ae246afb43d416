"""The subset of LLVM IR that hardware is made from, as frozen dataclasses, and what the front end knows beside it.

Produced by `hlsgen.hls.frontend.compile_cpp`, read by everything after it. Nothing here computes.

Values. An operand is a `Const`, `Undef`, `Null`, `Local` or `GlobalRef`. `Const.value` is the signed reading of the
bits (an `i1 true` is -1, an `i8 255` is -1); mask it to its width for the unsigned one. Poison and undef are
both `Undef`. Constant expressions on globals never appear: the parser gives each an instruction.

Operand order. `store`: value, pointer. `br` with a condition: condition; labels (then, else). `switch`: the
value, then one `Const` per case; labels (default, one per case). `phi`: incoming values; labels the incoming
blocks, in the same order. `select`: condition, if true, if false. `call`: the arguments, with the name in
`callee`. `getelementptr`: base, indices, with `source_type`. `extractvalue`: aggregate, then the indices as
`i32` constants; `insertvalue`: aggregate, value, indices. `ret`: nothing, or the value.

Memory. A number of W bits lies in an integer of 8, 16, 32, 64, 128 or a multiple of 64 bits, sign- or
zero-extended by its own signedness: `load i32` + `trunc i18`, `sext` + `store i32`. Addresses are
`getelementptr`s with element types as LLVM likes them, often `i8` with a byte offset: add up the bytes.

Streams. `hls::stream<T>` is a struct of three volatile members (`hls_stream.h`), and each access is one
volatile load or store on the stream's own pointer, or on a `getelementptr` of it with a constant offset, or on a phi or
select of such, where LLVM has made one access of several:

    raw       volatile load = blocking read, volatile store = blocking write, of the packed element: the low
              `StreamInfo.element_bits` bits; those above are zero in a stored value and void in a loaded one
    readable  volatile load, i8: bit 0 is 1 when a read would not block   (`empty()` is its inverse)
    writable  volatile load, i8: bit 0 is 1 when a write would not block  (`full()` is its inverse)

A non-blocking read is a load of `readable` that guards a load of `raw`; writes likewise. `StreamInfo.offset_*`
are the byte offsets of the three members, `size_bytes` the distance of two streams in an array.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hlsgen.core.errors import Place

# ---- types -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IntType:
    """An integer of `bits` bits, without sign: operations carry the sign."""

    bits: int

    def __str__(self) -> str:
        return f"i{self.bits}"


@dataclass(frozen=True, slots=True)
class FloatType:
    """An IEEE type by LLVM's name (half, float, double...). `compile_cpp` refuses what computes with one."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class PtrType:
    def __str__(self) -> str:
        return "ptr"


@dataclass(frozen=True, slots=True)
class VoidType:
    def __str__(self) -> str:
        return "void"


@dataclass(frozen=True, slots=True)
class ArrayType:
    count: int
    element: Type

    def __str__(self) -> str:
        return f"[{self.count} x {self.element}]"


@dataclass(frozen=True, slots=True)
class StructType:
    """A struct by its fields; names of structs are not kept (two with the same fields are the same type)."""

    fields: tuple[Type, ...]
    packed: bool = False

    def __str__(self) -> str:
        inner = ", ".join(map(str, self.fields))
        return f"<{{ {inner} }}>" if self.packed else f"{{ {inner} }}"


Type = IntType | FloatType | PtrType | VoidType | ArrayType | StructType

# ---- operands ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Const:
    type: Type
    value: int

    def __str__(self) -> str:
        return f"{self.type} {self.value}"


@dataclass(frozen=True, slots=True)
class Undef:
    type: Type

    def __str__(self) -> str:
        return f"{self.type} undef"


@dataclass(frozen=True, slots=True)
class Null:
    """The null pointer."""

    type: Type

    def __str__(self) -> str:
        return f"{self.type} null"


@dataclass(frozen=True, slots=True)
class Local:
    """The result of an instruction, or a parameter, of the same function; `name` without the %."""

    name: str
    type: Type

    def __str__(self) -> str:
        return f"{self.type} %{self.name}"


@dataclass(frozen=True, slots=True)
class GlobalRef:
    """The address of a global variable or function; `name` without the @."""

    name: str
    type: Type

    def __str__(self) -> str:
        return f"{self.type} @{self.name}"


Operand = Const | Undef | Null | Local | GlobalRef

# ---- code --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction; the operand order of each opcode is in the module's docstring."""

    opcode: str
    result: str | None
    type: Type  # of the result; VoidType when there is none
    operands: tuple[Operand, ...] = ()
    predicate: str = ""  # icmp: eq ne slt sle sgt sge ult ule ugt uge
    flags: frozenset[str] = frozenset()  # nsw nuw exact disjoint volatile inbounds samesign nneg
    callee: str = ""
    labels: tuple[str, ...] = ()
    source_type: Type | None = None  # alloca, load, store: of what lies in memory; getelementptr: of the base
    loc: Place = field(default_factory=Place)

    def __str__(self) -> str:
        head = f"%{self.result} = " if self.result is not None else ""
        words = [self.opcode, *sorted(self.flags), self.predicate, f"@{self.callee}" if self.callee else ""]
        parts = [*map(str, self.operands), *(f"%{label}" for label in self.labels)]
        if self.opcode in ("alloca", "getelementptr"):
            parts.insert(0, str(self.source_type))
        tail = f" -> {self.type}" if self.result is not None else ""
        return f"{head}{' '.join(filter(None, words))} {', '.join(parts)}".rstrip() + tail


@dataclass(frozen=True, slots=True)
class Block:
    """A basic block: the last instruction, and only that, is br, switch, ret or unreachable."""

    label: str
    instructions: tuple[Instruction, ...]

    @property
    def terminator(self) -> Instruction:
        return self.instructions[-1]

    def __str__(self) -> str:
        return "\n".join([f"{self.label}:", *(f"  {instruction}" for instruction in self.instructions)])


@dataclass(frozen=True, slots=True)
class Param:
    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Function:
    """A defined function. `pretty`: the C++ name without namespaces and arguments. blocks[0] is the entry."""

    name: str
    pretty: str
    params: tuple[Param, ...]
    result: Type
    blocks: tuple[Block, ...]
    loc: Place = field(default_factory=Place)

    def __str__(self) -> str:
        params = ", ".join(f"{param.type} %{param.name}" for param in self.params)
        body = "\n".join(map(str, self.blocks))
        return f"define {self.result} @{self.name}({params}) {{\n{body}\n}}"


Initializer = int | tuple["Initializer", ...]


@dataclass(frozen=True, slots=True)
class Global:
    """A variable of static storage.

    `initializer` mirrors the type: an int (the signed reading of its bits), or nested tuples over array elements and
    struct fields; None when the first contents do not matter.
    """

    name: str
    pretty: str
    type: Type
    constant: bool
    initializer: Initializer | None
    loc: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True)
class Module:
    functions: dict[str, Function]
    globals: dict[str, Global]

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.functions.values()))


# ---- directives --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LoopTarget:
    """The loop whose header block in `Directive.function` is `header`."""

    header: str


@dataclass(frozen=True, slots=True)
class VariableTarget:
    """A variable: an alloca or a parameter of `Directive.function` (`is_global` False), or a global."""

    name: str
    is_global: bool = False


@dataclass(frozen=True, slots=True)
class FunctionTarget:
    """`Directive.function` itself."""


@dataclass(frozen=True, slots=True)
class AssignmentTarget:
    """The operations on the lines that assign to a variable, which itself may be gone."""

    places: tuple[Place, ...]


Target = LoopTarget | VariableTarget | FunctionTarget | AssignmentTarget


@dataclass(frozen=True, slots=True)
class Directive:
    """A pragma bound to what it speaks of in the final module.

    One pragma gives one directive per copy of its target (inlining makes copies, LLVM may split an array) and none
    when the target is gone (a loop fully unrolled). A DEPENDENCE on a variable has the header of the loop it stands
    in as `options["loop"]`; one on a global variable, the extents that C++ gives it (`"3x4"`) as `options["shape"]`.
    """

    kind: str  # lower case: "pipeline", "array_partition", ...
    options: dict[str, str | int | bool]  # keys lower case; a bare word is True; numbers are ints already
    text: str  # the pragma as written, from "HLS" on
    loc: Place
    function: str
    target: Target


@dataclass(frozen=True, slots=True)
class Pragma:
    """A pragma as the user wrote it and what the front end made of it.

    The back end may still be unable to honour a directive that it got; it then replaces the record.
    """

    text: str
    loc: Place
    honoured: bool
    reason: str = ""  # why not, or how, when that is not plain


# ---- what the front end knows beside the code --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StreamField:
    name: str
    width: int
    lsb: int


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """A stream object as seen from one function: a parameter or an alloca of it, or a global (function "").

    `fields` cover the packed element from bit 0 up; a plain element has the one field "data". `axis` marks
    ap_axiu/ap_axis elements. `count` > 1: an array of streams; `reach` of a parameter: how many its callers may mean.
    `reads`, `writes`: this function, or one it calls, reads or writes it.
    """

    function: str
    name: str
    element_bits: int
    fields: tuple[StreamField, ...]
    axis: bool = False
    count: int = 1
    reach: int = 1
    reads: bool = False
    writes: bool = False
    offset_raw: int = 0
    offset_readable: int = 0
    offset_writable: int = 0
    size_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Loop:
    """A natural loop of the final module. `trip_count`: how often the body runs, when that is a constant;
    `most_trips`: at most, where other exits may end it earlier.

    Rotated (the latch is the only exiting block) whenever `trip_count` is known and there is no other exit.
    """

    function: str
    header: str
    latch: str
    blocks: frozenset[str]
    exiting: tuple[str, ...]
    parent: str | None  # header of the loop around it
    name: str = ""  # the C label, "" without one
    trip_count: int | None = None
    loc: Place = field(default_factory=Place)
    number: int = -1  # of the loop in the source, the same in every compilation; -1 for what LLVM made
    most_trips: int | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar of an element, or an inner array of them.

    `width` bits from bit `lsb` of the packed element on; `count` > 1: the following scalars are `width` bits further
    in the packed element and `step_bytes` further in memory. `name`: the path of members, "" when the element is a
    scalar itself.
    """

    name: str
    width: int
    lsb: int
    signed: bool
    offset_bytes: int
    count: int = 1
    step_bytes: int = 0

    @property
    def is_signed_bit(self) -> bool:
        """An ap_int<1>: of its byte in memory LLVM reads two bits, for C++ has no signed number of one."""
        return self.signed and self.width == 1


STREAM_MODES = ("axis", "ap_fifo")  # of INTERFACE
ACKNOWLEDGED = ("ap_hs", "ap_ack")  # an output waits until it has been taken


@dataclass(frozen=True, slots=True)
class Port:
    """A parameter of a function that stays, or the return value of the top function.

    `kind`: "value", "pointer" (T* or T&, one element), "array", "stream" or "streams" (an array of streams). `element`
    is what lies there, arrays stripped; `bits` its packed width (hlsgen/pack.h), `fields` its scalars in declaration
    order, which is that of the packed bits. `shape`: the C extents, the outermost first and 0 when it is unknown.
    `mode` is the INTERFACE pragma's, lower case, "" without one, and `options` are the rest of the INTERFACE pragmas
    of this port. An s_axilite beside another mode leaves `options["axilite"] = True` and, if it names one,
    `options["axilite_bundle"]`. `is_burst`: an hls::burst_maxi, an array whose words are asked for by hand.

    How LLVM has it. The parameter of a "value" has the name of the port and is

    - an integer: i1 for bool, the C integer, or, for a class of 1, 2, 4 or 8 bytes, its bytes in memory as one integer
      (`fields` say where the scalars lie: at bit 8 * offset_bytes);
    - `by_pointer`: a pointer to an object of the callee's own, for larger classes and __int128.

    A return value is the operand of `ret`, with the same coding; or, `by_pointer`, stored through the first parameter,
    which has its name, "ap_return". Everything else is a pointer to the (first) element.
    """

    name: str
    type: Type
    mode: str
    stream: StreamInfo | None
    loc: Place = field(default_factory=Place)
    kind: str = "stream"
    is_const: bool = False
    element: Type = field(default_factory=VoidType)
    shape: tuple[int, ...] = ()
    bits: int = 0
    fields: tuple[Leaf, ...] = ()
    options: dict[str, str | int | bool] = field(default_factory=dict)
    by_pointer: bool = False
    is_burst: bool = False

    @property
    def is_streamed(self) -> bool:
        """An array whose elements pass one by one, as words of a stream (of the top: of `stream`)."""
        return self.mode in STREAM_MODES and self.kind in ("array", "pointer")


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """All that the front end hands over.

    `ports`: the parameters of the top function in the order of C++, `result` its return value. `function_ports`: the
    parameters of the other functions, by mangled name and in order, as far as those of their callers tell.
    `control`: the block-level protocol, "ap_ctrl_hs", "ap_ctrl_none" or "ap_ctrl_chain"; `control_bundle`: the
    s_axilite bundle that carries it, "" when it has pins of its own. `buffered`: the arrays (function, name) between
    processes that STREAM speaks of and that have two banks all the same, with the reason. `tasks`: functions that are
    called as tasks and in no other way; `free`: those that tasks run, themselves or in what they call.
    """

    module: Module
    top: str  # the mangled name, a key of module.functions
    directives: tuple[Directive, ...]
    pragmas: tuple[Pragma, ...]
    ports: tuple[Port, ...]
    streams: tuple[StreamInfo, ...]
    loops: tuple[Loop, ...]
    control: str = "ap_ctrl_hs"
    control_bundle: str = ""
    result: Port | None = None
    function_ports: dict[str, tuple[Port, ...]] = field(default_factory=dict)
    buffered: dict[tuple[str, str], str] = field(default_factory=dict)
    tasks: frozenset[str] = frozenset()
    free: frozenset[str] = frozenset()

    @property
    def seen_late(self) -> frozenset[str]:
        """The arguments of the top, and its result, that wait behind the end of a call until they have been taken."""
        ports = (*self.ports, *([self.result] if self.result is not None else []))
        return frozenset(p.name for p in ports if self.control == "ap_ctrl_chain" or p.mode in ACKNOWLEDGED)
