"""LLVM IR -> CDFG: one kernel function, with its arrays as memories and its streams as named ports.

Pointers end here (`import_pointers.py`, `import_addresses.py`, `import_accesses.py`). What hardware cannot hold is
refused, with the line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from hlsgen.hls.graph import reverse_post_order
from hlsgen.hls.items import Callee
from hlsgen.hls.llvm import ir as llvm

from .import_accesses import Accesses
from .import_addresses import Addresses
from .import_arguments import Arguments
from .import_body import Body
from .import_calls import Calls
from .import_objects import Objects
from .import_pointers import Pointers
from .import_pragmas import Pragmas, divided_arrays
from .index_ranges import IndexRanges
from .intrinsics import EXPANSIONS, IGNORED, WITH_OVERFLOW
from .ir import Block, Branch, Function, Jump, Kind, Return

_TYPES = re.compile(r"(\.i\d+)+$")  # of an intrinsic, behind its name
_BINARY = {kind.value: kind for kind in (
    Kind.ADD, Kind.SUB, Kind.MUL, Kind.UDIV, Kind.SDIV, Kind.UREM, Kind.SREM, Kind.AND, Kind.OR, Kind.XOR,
    Kind.SHL, Kind.LSHR, Kind.ASHR,
)}  # fmt: skip


def import_function(
    front: llvm.FrontEnd,
    name: str,
    ports: Sequence[llvm.Port] = (),
    partitions: Sequence[llvm.Directive] = (),
    callees: Mapping[str, Callee] | None = None,
    called: bool = False,
) -> Function:
    """The function `name` (mangled) of the front end's module as a CDFG.

    ports: its parameters, and "ap_return" where it returns a value. partitions: what callers said of arrays that they
    pass, as directives on parameters. callees: the functions that it may call, by mangled name. called: it is one
    itself.
    """
    return _Importer(front, front.module.functions[name], ports, partitions, callees or {}, called).run()


class _Importer:
    def __init__(
        self,
        front: llvm.FrontEnd,
        function: llvm.Function,
        ports: Sequence[llvm.Port],
        partitions: Sequence[llvm.Directive],
        callees: Mapping[str, Callee],
        called: bool,
    ) -> None:
        self.body = Body(function)
        loops = {loop.header: loop for loop in front.loops if loop.function == function.name}
        ranges = IndexRanges(self.body.ops, function, loops)
        self.objects = Objects(self.body, front, divided_arrays((*front.directives, *partitions)))
        self.arguments = Arguments(self.body, self.objects, ranges, ports, called)
        self.pointers = Pointers(self.body, self.objects)
        self.addresses = Addresses(self.body, self.objects, self.pointers)
        self.accesses = Accesses(self.body, self.objects, self.pointers, ranges, self.arguments.bursts)
        self.calls = Calls(self.body, self.objects, self.pointers, callees, self.arguments)
        self.pragmas = Pragmas(self.body, self.objects, front, partitions)

    def run(self) -> Function:
        for block in self.reachable():
            self.body.label = block.label
            self.body.order[block.label] = []
            if block is self.body.source.blocks[0]:
                self.arguments.place()
            for instruction in block.instructions[:-1]:
                self.body.loc = instruction.loc if instruction.loc.line else self.body.loc
                self.instruction(instruction)
            self.terminator(block)
        for id, instruction in self.body.phis:
            self.finish_phi(id, instruction)
        self.arguments.bursts.check()
        front = self.objects.front
        blocks = {label: Block(label, tuple(order), self.body.ends[label]) for label, order in self.body.order.items()}
        return Function(
            name=self.body.source.pretty,
            ops=self.body.ops,
            blocks=blocks,
            loops=self.pragmas.loops(),
            memories=self.pragmas.memories(),
            streams=self.objects.finish_streams(),
            params=self.arguments.params,
            units=tuple(self.calls.units.values()),
            ii=self.pragmas.interval(),
            runs_free=front.control == "ap_ctrl_none" or self.body.source.name in front.free,
            seen_late=front.seen_late if self.body.source.name == front.top else frozenset(),
            marks=self.pragmas.marks(),
            loc=self.body.source.loc,
        )

    def reachable(self) -> list[llvm.Block]:
        """Reverse post-order, so that every value but a phi's is imported before its uses."""
        by_label = {block.label: block for block in self.body.source.blocks}
        successors = {label: block.terminator.labels for label, block in by_label.items()}
        return [by_label[label] for label in reverse_post_order(successors, self.body.source.blocks[0].label)]

    def terminator(self, block: llvm.Block) -> None:
        end = block.terminator
        self.body.loc = end.loc if end.loc.line else self.body.loc
        match end.opcode:
            case "br" if len(end.labels) == 1 or end.labels[0] == end.labels[1]:
                self.body.leave(block.label, Jump(end.labels[0]))
            case "br":
                self.body.leave(block.label, Branch(self.body.value(end.operands[0]), end.labels[0], end.labels[1]))
            case "switch":
                self.switch(block.label, end)
            case "ret" if end.operands:
                self.arguments.result(end.operands[0])
                self.body.ends[self.body.label] = Return()
            case _:
                self.body.ends[self.body.label] = Return()

    def switch(self, origin: str, end: llvm.Instruction) -> None:
        """A chain of compare-and-branch blocks, one per case."""
        value = self.body.value(end.operands[0])
        width = self.body.ops[value].width
        cases = list(zip(end.operands[1:], end.labels[1:], strict=True))
        for number, (case, target) in enumerate(cases):
            assert isinstance(case, llvm.Const)
            equal = self.body.op(Kind.ICMP, 1, (value, self.body.const(case.value, width)), predicate="eq")
            last = number == len(cases) - 1
            following = end.labels[0] if last else f"{origin}.case{number + 1}"
            if target == following:
                self.body.leave(origin, Jump(target))
            else:
                self.body.ends[self.body.label] = Branch(equal, target, following)
                self.body.split_from.setdefault((origin, target), []).append(self.body.label)
                if last:
                    self.body.split_from.setdefault((origin, following), []).append(self.body.label)
            if not last:
                self.body.label = following
                self.body.order[following] = []

    def finish_phi(self, id: int, instruction: llvm.Instruction) -> None:
        """Incoming values, one per edge as the edges are after switches became chains."""
        home = next(label for label, order in self.body.order.items() if id in order)
        args, labels = [], []
        for operand, origin in zip(instruction.operands, instruction.labels, strict=True):
            for label in self.body.split_from.get((origin, home), []):
                if label in labels:
                    continue
                self.body.label = label
                part = self.pointers.pointer_phis.get(id)
                args.append(self.body.value(operand) if part is None else self.pointers.pointer_part(operand, part))
                labels.append(label)
        self.body.ops[id] = replace(self.body.ops[id], args=tuple(args), blocks=tuple(labels))

    def instruction(self, i: llvm.Instruction) -> None:
        match i.opcode:
            case "alloca":
                self.objects.alloca(i)
            case "getelementptr":
                ways = self.pointers.ways(i.operands[0])
                self.pointers.name_ways(i, tuple((taken, self.pointers.offset(base, i)) for taken, base in ways))
            case "phi" if isinstance(i.type, llvm.PtrType):
                self.pointers.pointer_phi(i)
            case "select" if isinstance(i.type, llvm.PtrType):
                self.pointers.pointer_select(i)
            case "phi":
                self.body.values[self.body.name_of(i)] = self.body.phi(i)
            case "load":
                self.body.values[self.body.name_of(i)] = self.accesses.load(i)
            case "store":
                self.accesses.store(i)
            case "call":
                self.call(i)
            case "unreachable" | "fence":
                pass
            case _ if self.addresses.takes(i):
                self.addresses.instruction(i)
            case _:
                self.body.values[self.body.name_of(i)] = self.compute(i)

    def compute(self, i: llvm.Instruction) -> int:
        width = self.body.bits(i.type)
        name = i.result or ""
        if i.opcode in _BINARY:
            args = (self.body.value(i.operands[0]), self.body.value(i.operands[1]))
            return self.body.op(_BINARY[i.opcode], width, args, name=name)
        match i.opcode:
            case "icmp":
                args = (self.body.value(i.operands[0]), self.body.value(i.operands[1]))
                return self.body.op(Kind.ICMP, 1, args, predicate=i.predicate, name=name)
            case "select" if not isinstance(i.type, llvm.PtrType):
                return self.body.op(Kind.SELECT, width, tuple(map(self.body.value, i.operands)), name=name)
            case "zext" | "sext":
                kind = Kind.ZEXT if i.opcode == "zext" else Kind.SEXT
                return self.body.op(kind, width, (self.body.value(i.operands[0]),), name=name)
            case "trunc":
                return self.body.op(Kind.SLICE, width, (self.body.value(i.operands[0]),), name=name)
            case "extractvalue":  # of an operation with overflow: the result, or the bit above it
                pair, member = self.body.value(i.operands[0]), i.operands[1]
                lsb = self.body.ops[pair].width - 1 if member == llvm.Const(member.type, 1) else 0
                return self.body.op(Kind.SLICE, width, (pair,), value=lsb, name=name)
            case "freeze":
                return self.body.value(i.operands[0])
            case _:
                raise self.body.refuse(
                    f"{i.opcode!r} has no hardware here", "use integers, ap_int or ap_fixed, and arrays"
                )

    def call(self, i: llvm.Instruction) -> None:
        if i.callee.startswith(IGNORED):
            return
        base = _TYPES.sub("", i.callee)
        expand = EXPANSIONS.get(base) or WITH_OVERFLOW.get(base)
        if expand is None:
            callee = self.calls.callees.get(i.callee)
            if callee is None:
                raise self.body.refuse(
                    f"call of {i.callee!r}, which has no hardware", "write it with integer arithmetic"
                )
            self.calls.place(i, callee)
            return
        operands = list(i.operands)
        if base in ("llvm.abs", "llvm.ctlz", "llvm.cttz"):
            operands = operands[:1]  # the second says what overflow or zero would be
        args = [self.body.value(operand) for operand in operands]
        width = self.body.ops[args[0]].width if base in WITH_OVERFLOW else self.body.bits(i.type)
        self.body.values[self.body.name_of(i)] = expand(self.body, width, args)
