"""Into how many banks to divide the arrays whose ports hold up pipelined loops: a proposal, from the addresses alone.

An iteration of a loop that was unrolled accesses an array at addresses which differ by constants: rows and columns of
these constants tell which dimension has to be divided, and how often. A bank is known where what varies in an index is
a multiple of the number of banks. Whether a proposal gains anything, the schedule has to say.

The proposals stay within a budget: of registers for arrays of which every element becomes one, and of block RAMs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import ceil, gcd, inf, prod

from hlsgen.hls.bind.memory_kinds import memory_kind
from hlsgen.hls.bind.scheduled import ScheduledBlock, ScheduledFunction
from hlsgen.hls.cdfg.affine import Forms, Linear
from hlsgen.hls.cdfg.ir import MEMORY_KINDS, Function, Memory
from hlsgen.hls.frontend.compile import Chosen
from hlsgen.hls.llvm import ir
from hlsgen.hls.passes.known_ranges import known_ranges
from hlsgen.hls.schedule import min_ii

BANKS_MAX = 64  # of an array
REGISTER_WORDS_MAX = 64  # of an array that becomes registers: a choice among more takes longer than a memory
CHOICE_WORDS_MAX = 256  # to choose from, in all accesses of registers at indices that vary
# A quarter of the flip-flops and of the block RAMs of 18 kbit of an XC7Z020, an XCK26, an LFE5U-85F.
REGISTER_BITS_MAX = {"xc7": 26_600, "xcup": 58_560, "ecp5": 20_910}
BLOCK_RAMS_MAX = {"xc7": 70, "xcup": 72, "ecp5": 52}
_BLOCK_RAM_BITS = 18 * 1024
_OF_THE_SOURCE = ("memory ", "stream ", "m_axi ")  # resources of which there are no more at another interval

Factors = tuple[int, ...]  # banks along each dimension
_Index = tuple[int, int]  # along a dimension: what all that varies in it is a multiple of (0: nothing does), constant


@dataclass(frozen=True, slots=True)
class Division:
    """Pragmas for one array of `function`, and the headers of the loops that they serve."""

    pragmas: tuple[Chosen, ...]
    function: str
    loops: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Access:
    """In the pipelined loop with the header `loop`. port: what it occupies, of which there are `ports`."""

    loop: str
    port: str
    ports: int
    index: tuple[_Index, ...]


def divisions(front: ir.FrontEnd, functions: dict[str, ScheduledFunction], family: str) -> list[Division]:
    """For arrays of which no pragma speaks and that are no arguments, where chosen loops miss their interval."""
    arrays = {name: _arrays(front, scheduled.function, name) for name, scheduled in functions.items()}
    owners = Counter(target for each in arrays.values() for target in each if target.is_global)
    bits, block_rams = REGISTER_BITS_MAX[family], BLOCK_RAMS_MAX[family]
    found = []
    for name, scheduled in functions.items():
        mine = {target: memories for target, memories in arrays[name].items() if owners[target] < 2}
        names = {memory.name for memories in mine.values() for memory in memories}
        late = {label: floor for label, block in scheduled.blocks.items() if (floor := _floor(block, names)) < block.ii}
        for target, memories in mine.items() if late else ():
            array = _Array(scheduled, memories, late)
            factors = array.factors()
            if factors is None:
                continue
            registers = sum(each.width for each in memories) * prod(factors) if factors == array.extents else 0
            rams = sum(_block_rams(each, prod(factors)) for each in memories)
            if registers <= bits and rams <= block_rams:
                bits, block_rams = bits - registers, block_rams - rams
                pragmas = tuple(
                    Chosen(-1, "array_partition", options, name, target, _shown(front, target))
                    for options in _options(factors, array.extents)
                )
                found.append(Division(pragmas, name, array.served(factors)))
    return found


def count_banks(pragmas: Sequence[Chosen]) -> float:
    """Of an array: as many as the pragmas say, more than any where it is divided completely in a dimension."""
    return prod(dict(each.options).get("factor", inf) for each in pragmas)


def _arrays(front: ir.FrontEnd, function: Function, name: str) -> dict[ir.VariableTarget, list[Memory]]:
    """The arrays that may be divided, with the memories of their scalars."""
    code = [i for block in front.module.functions[name].blocks for i in block.instructions]
    local = {i.result for i in code if i.opcode == "alloca"}
    told = {
        d.target
        for d in front.directives
        if d.kind in ("array_partition", "array_reshape", "bind_storage")
        and isinstance(d.target, ir.VariableTarget)
        and (d.target.is_global or d.function == name)
    }
    found: dict[ir.VariableTarget, list[Memory]] = defaultdict(list)
    for memory in function.memories.values():
        if memory.variable and not (memory.external or memory.shared or memory.rom):
            found[ir.VariableTarget(memory.variable, memory.variable not in local)].append(memory)
    return {
        target: memories
        for target, memories in found.items()
        if target not in told
        and prod(memories[0].extents) > 1
        and all((each.extents, each.depth_words) == (memories[0].extents, prod(each.extents)) for each in memories)
    }


def _floor(block: ScheduledBlock, memories: Collection[str]) -> int:
    """The interval that a loop has where `memories` have ports enough; its interval where nothing is missed, or the
    user has said what it is."""
    if block.loop is None or not block.loop.chosen or block.ii <= (block.loop.ii or 1):
        return block.ii
    problem = block.schedule.problem
    operations = [
        op if op.resource and op.resource.startswith(_OF_THE_SOURCE) and _memory(op.resource) not in memories
        else replace(op, resource=None)
        for op in problem.operations
    ]  # fmt: skip
    return min_ii(replace(problem, operations=tuple(operations), ii=None)).ii


def _memory(resource: str) -> str:
    """What `memory NAME` and `memory NAME (reads)` are of."""
    return resource.removeprefix("memory ").partition(" (")[0]


class _Array:
    """late: the loops that miss their interval, by header, with the one that they have where ports do not count."""

    def __init__(self, scheduled: ScheduledFunction, memories: list[Memory], late: dict[str, int]) -> None:
        self.extents, self.late = memories[0].extents, late
        self.accesses = list(self._accesses(scheduled, {memory.name for memory in memories}))
        words = prod(self.extents)
        chosen_from = words * sum(_bank(access, self.extents) is None for access in self.accesses)
        self.may_be_registers = words <= REGISTER_WORDS_MAX and chosen_from <= CHOICE_WORDS_MAX

    def _accesses(self, scheduled: ScheduledFunction, memories: Collection[str]) -> Iterator[_Access]:
        function = scheduled.function
        ranges = known_ranges(function)
        for label in self.late:
            problem = scheduled.blocks[label].schedule.problem
            used = [(function.ops[op.id], op.resource) for op in problem.operations if op.id in function.ops]
            used = [(op, port) for op, port in used if op.kind in MEMORY_KINDS and op.object in memories]
            forms = Forms(function, label, {op.args[0] for op, _ in used}, ranges, inductions=False)
            for op, port in used:
                if port is not None:
                    yield _Access(label, port, problem.limits[port], _index(forms.form[op.args[0]], self.extents))

    def factors(self) -> Factors | None:
        """The fewest banks with which the loops come closest to what they have without; None where banks change
        nothing."""
        best = one = (1,) * len(self.extents)
        least = sum(self.intervals(one).values())
        if not self.accesses or least == sum(self.late[loop] for loop in self.intervals(one)):
            return None
        choices = [
            sorted({1, extent} | _candidates([access.index[dim] for access in self.accesses], extent))
            for dim, extent in enumerate(self.extents)
        ]
        for factors in sorted(product(*choices), key=prod):
            if prod(factors) <= BANKS_MAX and (factors != self.extents or self.may_be_registers):
                total = sum(self.intervals(factors).values())
                if total < least:
                    best, least = factors, total
        return best if best != one else None

    def served(self, factors: Factors) -> frozenset[str]:
        before, after = self.intervals((1,) * len(self.extents)), self.intervals(factors)
        return frozenset(loop for loop in before if after[loop] < before[loop])

    def intervals(self, factors: Factors) -> dict[str, int]:
        """Loop -> the cycles that its accesses take at the port to which most of them go, and no less than it has
        anyway. Registers have ports enough."""
        loads = {access.loop: self.late[access.loop] for access in self.accesses}
        if factors == self.extents:
            return loads
        anywhere = Counter((access.loop, access.port) for access in self.accesses if _bank(access, factors) is None)
        known = Counter((access, bank) for access in self.accesses if (bank := _bank(access, factors)) is not None)
        at: Counter[tuple[str, str, Factors]] = Counter()
        for (access, bank), count in known.items():
            at[access.loop, access.port, bank] += count
        busiest = Counter(anywhere)
        for (loop, port, _), count in at.items():
            busiest[loop, port] = max(busiest[loop, port], anywhere[loop, port] + count)
        ports = {(access.loop, access.port): access.ports for access in self.accesses}
        for (loop, port), count in busiest.items():
            loads[loop] = max(loads[loop], ceil(count / ports[loop, port]))
        return loads


def _index(form: Linear, extents: Sequence[int]) -> tuple[_Index, ...]:
    """One for each dimension, of a row-major address."""
    end, size = 1 << form.width, prod(extents)
    strides = [prod(extents[dim + 1 :]) for dim in range(len(extents))]
    steps, constants = [0] * len(extents), []
    for _, factor in form.terms:
        rest = factor if factor < size else factor - end
        for dim, stride in enumerate(strides):
            whole = int(rest / stride)  # towards zero
            steps[dim], rest = gcd(steps[dim], whole), rest - whole * stride
    rest = form.constant if form.constant < size else form.constant - end
    for stride in strides:
        whole, rest = divmod(rest, stride)
        constants.append(whole)
    return tuple(zip(steps, constants, strict=True))


def _candidates(indices: list[_Index], extent: int) -> set[int]:
    """Numbers of banks along a dimension that tell some of the indices apart."""
    numbers = {2, 4, 8, 16, 32, 64, len({constant for _, constant in indices}), *(step for step, _ in indices)}
    return {
        number
        for number in numbers
        if 1 < number <= min(extent, BANKS_MAX)
        and len({constant % number for step, constant in indices if step % number == 0}) > 1
    }


def _bank(access: _Access, factors: Factors) -> Factors | None:
    """None where it may be any."""
    if any(step % factor for (step, _), factor in zip(access.index, factors, strict=True)):
        return None
    return tuple(constant % factor for (_, constant), factor in zip(access.index, factors, strict=True))


def _block_rams(memory: Memory, banks: int) -> int:
    """Of 18 kbit, that it takes in banks."""
    words = ceil(prod(memory.extents) / banks)
    kind = memory_kind(replace(memory, shape=(words,), storage=""))
    return banks * ceil(words * memory.width / _BLOCK_RAM_BITS) if kind == "bram" else 0


def _options(factors: Factors, extents: tuple[int, ...]) -> Iterator[tuple[tuple[str, int | bool], ...]]:
    """Of the pragmas that say so."""
    if factors == extents:
        yield ("complete", True), ("dim", 0)
        return
    for dim, (factor, extent) in enumerate(zip(factors, extents, strict=True), 1):
        if factor == extent > 1:
            yield ("complete", True), ("dim", dim)
        elif factor > 1:
            yield ("cyclic", True), ("factor", factor), ("dim", dim)


def _shown(front: ir.FrontEnd, target: ir.VariableTarget) -> str:
    return front.module.globals[target.name].pretty if target.is_global else target.name
