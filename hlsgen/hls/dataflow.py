"""The structure of a dataflow region: processes, and what lies between them.

The body of a function with DATAFLOW holds variables and calls of processes, nothing else (`read_body`). Once the
processes are compiled, `link` connects what they show: streams become FIFOs, arrays buffers of two banks that
producer and consumer take in turns, numbers FIFOs of one word per call. Each has one producer and, later in the
text, one consumer. A function without DATAFLOW is a region of one process.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from hlsgen.core.errors import Place, UserError
from hlsgen.hls.cdfg.intrinsics import IGNORED
from hlsgen.hls.cdfg.layout import canonical, leaves
from hlsgen.hls.items import (
    ArrayItem,
    InputItem,
    Item,
    KernelInterface,
    OutputItem,
    StreamItem,
    suffix,
)
from hlsgen.hls.kernel_interface import argument_directions
from hlsgen.hls.llvm import ir as llvm
from hlsgen.hls.llvm.layout import size_bytes
from hlsgen.hls.llvm.tasks import TASK_MARKER, only_tasks

DEFAULT_DEPTH_WORDS = 2
RESULT = "ap_return"


# ---- what the text says ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Actual:
    """What is passed for a parameter: a variable (of an array of streams, from element `number` on) or a constant.

    `extend`: how a number becomes wider on the way, "zext" or "sext".
    """

    variable: str = ""
    number: int = 0
    value: int = 0
    extend: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a process. `actuals` by parameter, and "ap_return" for its result. is_task: it starts over by itself,
    whatever becomes of the calls of its region."""

    name: str
    function: str  # mangled
    actuals: dict[str, Actual]
    loc: Place
    is_task: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """variables: those of the region itself; its parameters come from outside."""

    function: str
    calls: tuple[Call, ...]
    variables: frozenset[str]
    parameters: frozenset[str]
    loc: Place


def is_region(front: llvm.FrontEnd, name: str) -> bool:
    """The function has a DATAFLOW of its own."""
    return any(
        d.kind == "dataflow" and d.function == name and isinstance(d.target, llvm.FunctionTarget)
        for d in front.directives
    )


def read_body(front: llvm.FrontEnd, name: str) -> Body:
    """The calls of a function with DATAFLOW; of any other function, the call of itself."""
    function = front.module.functions[name]
    parameters = frozenset(param.name for param in function.params)
    if not is_region(front, name):
        ports = front.ports if name == front.top else front.function_ports[name]
        names = [port.name for port in ports]
        actuals = {each: Actual(each) for each in (*names, RESULT)}
        return Body(name, (Call(function.pretty, name, actuals, function.loc),), frozenset(), parameters, function.loc)
    return _BodyReader(front, function).run()


def ports_of(front: llvm.FrontEnd, name: str) -> tuple[llvm.Port, ...]:
    """The parameters of a function, and its return value if LLVM has one."""
    if name == front.top:
        return (*front.ports, *([front.result] if front.result is not None else []))
    function = front.module.functions[name]
    ports = tuple(
        port if port.fields or port.stream is not None else replace(port, fields=_fields(port.element))
        for port in front.function_ports[name]
    )
    if not isinstance(function.result, llvm.IntType):
        return ports
    bits = function.result.bits
    leaf = llvm.Leaf("", bits, 0, False, 0)
    result = llvm.Port(
        RESULT, function.result, "", None, function.loc, "value", element=function.result, bits=bits, fields=(leaf,)
    )
    return (*ports, result)


def _fields(element: llvm.Type) -> tuple[llvm.Leaf, ...]:
    """The scalars of a type of which only LLVM knows."""
    found, lsb = [], 0
    for leaf in leaves(canonical(element)):
        count = math.prod(extent for extent, _ in leaf.dims)
        step = leaf.dims[-1][1] if leaf.dims else 0
        found.append(llvm.Leaf(leaf.path.removeprefix("_"), leaf.bits, lsb, False, leaf.offset, count, step))
        lsb += leaf.bits * count
    return tuple(found)


class _BodyReader:
    def __init__(self, front: llvm.FrontEnd, function: llvm.Function) -> None:
        self.front, self.function = front, function
        self.calls: list[Call] = []
        self.variables: set[str] = set()
        self.next_is_task = False
        self.results: dict[str, str] = {}  # of a call -> the variable that it goes to
        self.actuals: dict[str, Actual] = {param.name: Actual(param.name) for param in function.params}
        self.infos = {info.name: info for info in front.streams if info.function == function.name}

    def run(self) -> Body:
        function = self.function
        if len(function.blocks) != 1:
            raise UserError(
                f"control flow in the dataflow region {function.pretty!r}",
                where=function.loc,
                do="leave only calls of processes in it, and loops of constant bounds around them",
            )
        instructions = function.blocks[0].instructions
        returned = {
            operand.name
            for i in instructions
            if i.opcode == "ret"
            for operand in i.operands
            if isinstance(operand, llvm.Local)
        }
        for instruction in instructions:
            self.instruction(instruction, returned)
        return Body(
            function.name, tuple(self.calls), frozenset(self.variables),
            frozenset(param.name for param in function.params), function.loc,
        )  # fmt: skip

    def instruction(self, i: llvm.Instruction, returned: set[str]) -> None:
        result = i.result or ""
        if i.opcode == "alloca":
            self.variables.add(result)
            self.actuals[result] = Actual(result)
        elif i.opcode == "ret" or i.callee.startswith(IGNORED):
            pass
        elif i.callee == TASK_MARKER:
            self.next_is_task = True
        elif i.opcode == "getelementptr":
            self.actuals[result] = self.element(i)
        elif i.opcode in ("load", "freeze", "trunc", "zext", "sext"):
            actual = self.actual(i.operands[0], i)
            self.actuals[result] = replace(actual, extend=i.opcode) if i.opcode in ("zext", "sext") else actual
        elif i.opcode == "and" and self.clears_padding(i):
            self.actuals[result] = self.actual(i.operands[0], i)
        elif i.opcode == "store" and isinstance(i.operands[0], llvm.Local) and i.operands[0].name in self.results:
            self.result_goes_to(i.operands[0].name, self.actual(i.operands[1], i))
        elif i.opcode == "call" and i.callee in self.front.module.functions:
            self.call(i, RESULT if result in returned else result)
        else:
            raise self.refuse(
                f"{i.opcode!r} in the dataflow region {self.function.pretty!r}", i, "move computation into a process"
            )

    def clears_padding(self, i: llvm.Instruction) -> bool:
        """What is cut off from an argument that is a struct, which is one integer, lies between its members."""
        struct, kept = i.operands
        ports = {port.name: port for port in ports_of(self.front, self.function.name)}
        if not isinstance(struct, llvm.Local) or struct.name not in ports or not isinstance(kept, llvm.Const):
            return False
        members = sum(
            ((1 << 8 * size_bytes(llvm.IntType(leaf.width))) - 1) << 8 * (leaf.offset_bytes + number * leaf.step_bytes)
            for leaf in ports[struct.name].fields
            for number in range(leaf.count)
        )
        return not members & ~kept.value

    def element(self, i: llvm.Instruction) -> Actual:
        """One of an array of streams."""
        actual = self.actual(i.operands[0], i)
        info = self.infos.get(actual.variable)
        type, offset = i.source_type, 0
        for position, operand in enumerate(i.operands[1:]):
            if position and isinstance(type, llvm.ArrayType):
                type = type.element
            if not isinstance(operand, llvm.Const) or type is None:
                raise self.refuse(
                    "an element chosen at run time in a dataflow region", i, "unroll the loop around the calls"
                )
            offset += operand.value * size_bytes(type)
        if info is None or offset % info.size_bytes:
            raise self.refuse(
                "a part of an array is passed to a process", i, "pass the whole array, or an array of its own"
            )
        return replace(actual, number=actual.number + offset // info.size_bytes)

    def actual(self, operand: llvm.Operand, i: llvm.Instruction) -> Actual:
        match operand:
            case llvm.Const(_, value):
                return Actual(value=value)
            case llvm.Undef() | llvm.Null():
                return Actual()
            case llvm.Local(name) if name in self.actuals:
                return self.actuals[name]
        raise self.refuse(f"a process gets {operand}", i, "pass variables of the region, its arguments or constants")

    def call(self, i: llvm.Instruction, result: str) -> None:
        target = self.front.module.functions[i.callee]
        actuals = {
            param.name: self.actual(operand, i) for param, operand in zip(target.params, i.operands, strict=True)
        }
        if i.result:
            self.actuals[i.result] = actuals[RESULT] = Actual(result)
            self.results[i.result] = result
            self.variables.add(result)
            self.variables.discard(RESULT)
        name = fresh(target.pretty, {call.name for call in self.calls})
        self.calls.append(Call(name, target.name, actuals, i.loc, self.next_is_task))
        self.next_is_task = False

    def result_goes_to(self, result: str, target: Actual) -> None:
        """What a process returns is put into a variable: it is that variable which the process sets."""
        old, self.results[result] = self.results[result], target.variable
        self.variables.discard(old)
        self.actuals[result] = target
        for number, call in enumerate(self.calls):
            actuals = {p: target if a.variable == old else a for p, a in call.actuals.items()}
            self.calls[number] = replace(call, actuals=actuals)

    def refuse(self, what: str, i: llvm.Instruction, do: str) -> UserError:
        return UserError(what, where=i.loc if i.loc.line else self.function.loc, do=do)


def fresh(wanted: str, taken: set[str]) -> str:
    """`wanted`, numbered from the second of that name on."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}_{number}"
    return name


# ---- what becomes of it ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fifo:
    """`variable`: the stream, or the array of streams that it is one of."""

    name: str
    width_bits: int
    depth_words: int
    producer: str
    consumer: str
    variable: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A number that one process hands to later ones, once per call."""

    name: str
    width_bits: int
    producer: str


@dataclass(frozen=True, slots=True)
class Buffer:
    """An array: two banks when there is a consumer, one when a process keeps it to itself."""

    name: str
    width_bits: int
    depth_words: int
    producer: str
    consumer: str
    storage: str


@dataclass(frozen=True, slots=True)
class Process:
    """One call. `bindings`: item of the process -> channel, buffer, number or item of the region; or a constant."""

    name: str
    function: str  # mangled
    bindings: dict[str, Actual]
    loc: Place
    is_task: bool = False


@dataclass(frozen=True, slots=True)
class Region:
    """`interface`: what the region shows, in terms of its own arguments. is_called: only plain code calls it.

    numbers_go_along: those that come in do so when a call begins, those that go out with its end.
    """

    function: str
    processes: tuple[Process, ...]
    fifos: tuple[Fifo, ...]
    numbers: tuple[Number, ...]
    buffers: tuple[Buffer, ...]
    interface: KernelInterface
    is_called: bool = False
    numbers_go_along: bool = False

    @property
    def called(self) -> tuple[Process, ...]:
        """The processes that run once in every call."""
        return tuple(process for process in self.processes if not process.is_task)

    @property
    def overlaps(self) -> bool:
        """A call may begin before the one before it has ended: nothing that it touches changes between calls. Whoever
        calls a region from plain code ends all calls before it writes what they read."""
        only = self.interface
        changes = any(array.writes or not self.is_called for array in only.arrays)
        memory = changes or only.outputs or any(stream.bus for stream in only.streams)
        return not memory and (len(self.called) != 1 or not only.inputs)


@dataclass
class _Use:
    process: Call
    position: int
    item: Item


@dataclass
class _Linker:
    front: llvm.FrontEnd
    body: Body
    interfaces: dict[str, KernelInterface]
    depths: dict[str, int]
    is_called: bool
    uses: dict[str, list[_Use]] = field(default_factory=dict)
    owner: dict[str, str] = field(default_factory=dict)  # channel -> variable

    def run(self) -> Region:
        processes = []
        for position, call in enumerate(self.body.calls):
            self.check_task(call)
            bindings = {}
            for item in self.interfaces[call.function].items():
                actual = call.actuals[item.argument]
                if actual.variable:
                    channel = self.channel(actual, item)
                    self.uses.setdefault(channel, []).append(_Use(call, position, item))
                    self.owner[channel] = actual.variable
                    actual = replace(actual, variable=channel)
                bindings[item.name] = actual
            processes.append(Process(call.name, call.function, bindings, call.loc, call.is_task))
        inner = [channel for channel, variable in self.owner.items() if variable in self.body.variables]
        outer = [channel for channel in self.owner if channel not in inner]
        fifos = [self.fifo(c) for c in inner if isinstance(self.uses[c][0].item, StreamItem)]
        numbers = [n for c in inner for n in self.number(c)]
        buffers = [self.buffer(c) for c in inner if isinstance(self.uses[c][0].item, ArrayItem)]
        interface = self.interface(outer)
        along = self.numbers_go_along(interface)
        if along and len(processes) == 1:
            interface = replace(interface, calls_under_way=self.interfaces[processes[0].function].calls_under_way)
        return Region(
            self.body.function, tuple(processes), tuple(fifos), tuple(numbers), tuple(buffers), interface,
            self.is_called, along,
        )  # fmt: skip

    def numbers_go_along(self, interface: KernelInterface) -> bool:
        """Nothing holds on to a call: no memory, nothing that goes in and comes out again or that waits to be seen."""
        if any(stream.bus for stream in interface.streams) or interface.arrays:
            return False
        if {item.argument for item in interface.inputs} & {item.argument for item in interface.outputs}:
            return False
        if self.body.function == self.front.top and not self.top_lets_go(interface):
            return False
        if len(self.body.calls) == 1:
            return self.interfaces[self.body.calls[0].function].calls_under_way > 0
        waited_for = self.is_called  # plain code takes the numbers before it goes on
        return not waited_for and all(len(self.uses[item.name]) == 1 for item in interface.outputs)

    def top_lets_go(self, interface: KernelInterface) -> bool:
        front = self.front
        directions = argument_directions(front, interface)
        numbers = [port.name for port in front.ports if not port.is_streamed]
        held = front.seen_late & {item.argument for item in interface.outputs}
        return front.control == "ap_ctrl_hs" and not held and all(directions[name] != "inout" for name in numbers)

    def check_task(self, call: Call) -> None:
        """A task knows no calls: it takes streams, and numbers that stay what they are."""
        if not call.is_task:
            if call.function != self.body.function and only_tasks(self.front.module.functions[call.function]):
                raise UserError(
                    f"{call.name!r} consists of tasks, so that a call of it never ends",
                    where=call.loc,
                    do="make it a task itself: hls::task t(function, streams...)",
                )
            return
        is_always = call.function in self.front.tasks
        for item in self.interfaces[call.function].items():
            actual = call.actuals[item.argument]
            stays = isinstance(item, InputItem) and actual.variable not in self.body.variables and is_always
            if not stays and (not isinstance(item, StreamItem) or item.bus):
                raise UserError(
                    f"the task {call.name!r} takes {item.argument!r}, which is no stream",
                    where=call.loc,
                    do="send it through a stream, or let a process that is called do it",
                )

    def channel(self, actual: Actual, item: Item) -> str:
        """The variable's name with the part of the argument that the item is."""
        count = self.stream_count(actual.variable)
        if not isinstance(item, StreamItem):
            return actual.variable + suffix(item)
        part = suffix(item).removeprefix("_")
        number = actual.number + (int(part) if part.isdecimal() else 0)
        return f"{actual.variable}_{number}" if count > 1 else actual.variable + suffix(item)

    def stream_count(self, variable: str) -> int:
        return next(
            (info.count for info in self.front.streams if (info.function, info.name) == (self.body.function, variable)),
            1,
        )

    def where(self, what: str, name: str) -> Place:
        return replace(self.body.loc, name=f"{what} {name!r}")

    def param_bits(self, name: str) -> int:
        function = self.front.module.functions.get(self.body.function)
        found = [param.type for param in function.params if param.name == name] if function is not None else []
        return next((type.bits for type in found if isinstance(type, llvm.IntType)), 1 << 30)

    def param_words(self, process: Call, item: ArrayItem) -> int:
        """Of an array of our caller's; a process may be there for longer ones too."""
        shapes = [
            math.prod(port.shape)
            for function, name in (
                (self.body.function, process.actuals[item.argument].variable),
                (process.function, item.argument),
            )
            for port in ports_of(self.front, function)
            if port.name == name
        ]
        if item.elements or len(shapes) < 2 or not all(shapes):
            return item.depth_words
        return item.depth_words * shapes[0] // shapes[1]

    # ---- inside

    def fifo(self, channel: str) -> Fifo:
        uses = self.uses[channel]
        made = [use for use in uses if not use.item.reads]  # type: ignore[union-attr]
        taken = [use for use in uses if use.item.reads]  # type: ignore[union-attr]
        where = self.where("stream", channel)
        if len(made) != 1 or len(taken) != 1:
            raise UserError(
                f"written by {_names(made) or 'nobody'}, read by {_names(taken) or 'nobody'}",
                where=where,
                do="give every stream one producer and one consumer",
            )
        self.check_order(made[0], taken[0], where)
        depth = self.depths.get(channel, self.depths.get(self.owner[channel], DEFAULT_DEPTH_WORDS))
        if depth < 1:
            raise UserError(f"depth={depth}", where=where, do="give a positive depth")
        width = made[0].item.width_bits
        return Fifo(channel, width, depth, made[0].process.name, taken[0].process.name, self.owner[channel])

    def check_order(self, made: _Use, taken: _Use, where: Place) -> None:
        if made.position >= taken.position and not (made.process.is_task or taken.process.is_task):
            raise UserError(
                f"feedback: {made.process.name!r} comes after its consumer {taken.process.name!r}",
                where=where,
                do="call producers first",
            )

    def number(self, channel: str) -> Iterator[Number]:
        made = [use for use in self.uses[channel] if isinstance(use.item, OutputItem)]
        taken = [use for use in self.uses[channel] if isinstance(use.item, InputItem)]
        if not made and not taken:
            return
        where = self.where("variable", channel)
        if len(made) != 1:
            raise UserError(f"set by {_names(made) or 'nobody'}", where=where, do="let one process set it")
        for use in taken:
            self.check_order(made[0], use, where)
        yield Number(channel, made[0].item.width_bits, made[0].process.name)

    def buffer(self, channel: str) -> Buffer:
        uses = self.uses[channel]
        where = self.where("array", channel)
        if len(uses) > 2:
            raise UserError(
                f"used by {_names(uses)}",
                where=where,
                do="let one process write it and one read it; copy it for a second reader",
            )
        first, last = uses[0], uses[-1]
        if not first.item.writes:  # type: ignore[union-attr]
            raise UserError(
                f"{first.process.name!r} reads it before anything is in it", where=where, do="call its producer first"
            )
        if len(uses) == 2:
            self.check_order(first, last, where)
        array = first.item
        assert isinstance(array, ArrayItem)
        words = min(use.item.depth_words for use in uses if isinstance(use.item, ArrayItem))
        return Buffer(
            channel, array.width_bits, words, first.process.name,
            last.process.name if len(uses) == 2 else "", self.storage(channel),
        )  # fmt: skip

    def storage(self, channel: str) -> str:
        for d in self.front.directives:
            same = isinstance(d.target, llvm.VariableTarget) and d.target.name == self.owner[channel]
            if d.kind == "bind_storage" and d.function == self.body.function and same:
                return str(d.options.get("impl", ""))
        return ""

    # ---- outside

    def interface(self, channels: list[str]) -> KernelInterface:
        streams, inputs, outputs, arrays = [], [], [], []
        for channel in channels:
            uses, argument = self.uses[channel], self.owner[channel]
            where = self.where("argument", channel)
            items = [use.item for use in uses]
            first = items[0]
            several = len({use.process.name for use in uses}) > 1
            if isinstance(first, StreamItem | ArrayItem) and several:
                raise UserError(f"used by {_names(uses)}", where=where, do="pass it to one process only")
            if isinstance(first, StreamItem):
                streams.append(replace(first, name=channel, argument=argument))
            elif isinstance(first, ArrayItem):
                words = self.param_words(uses[0].process, first)
                arrays.append(replace(first, name=channel, argument=argument, depth_words=words))
            if any(isinstance(item, InputItem) for item in items):
                width = min(max(i.width_bits for i in items), self.param_bits(channel))  # a process may get it extended
                inputs.append(InputItem(channel, argument, width, _elements(first)))
            made = [use for use in uses if isinstance(use.item, OutputItem)]
            if len(made) > 1:
                raise UserError(f"set by {_names(made)}", where=where, do="let one process set it")
            outputs += [OutputItem(channel, argument, use.item.width_bits, _elements(first)) for use in made]
        return KernelInterface(tuple(streams), tuple(inputs), tuple(outputs), tuple(arrays))


def _names(uses: list[_Use]) -> list[str]:
    return [use.process.name for use in uses]


def _elements(item: Item) -> tuple[int, ...]:
    return () if isinstance(item, StreamItem) else item.elements


def link(
    front: llvm.FrontEnd,
    body: Body,
    interfaces: dict[str, KernelInterface],
    depths: dict[str, int],
    is_called: bool = False,
) -> Region:
    """The region with its channels. interfaces: of the functions called; depths: of FIFOs, beside what pragmas say;
    is_called: only plain code calls it."""
    said = {
        d.target.name: int(d.options.get("depth", DEFAULT_DEPTH_WORDS))
        for d in front.directives
        if d.kind == "stream" and d.function == body.function and isinstance(d.target, llvm.VariableTarget)
    }
    return _Linker(front, body, interfaces, said | depths, is_called).run()
