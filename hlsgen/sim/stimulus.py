"""The files that the bench of `call_bench` reads: what a recording says, in the order of the ports.

Numbers are big-endian, elements in whole bytes, all calls one after the other: header.bin (calls; 1 if calls may
overlap; as bits: 1 overlap, 2 stalls), limits.bin (per call and stream: elements that may have moved, and have to),
totals.bin (the same once, for all calls), stream_N.bin, in_N.bin, out_N.bin (before and after), memory_N_before.bin,
memory_N_after.bin, axi_N_before.bin, _after, _care (the bits that count), registers_N.bin and registers_N_stalls.bin
(operations of `sim/call_axilite.sv`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..core.atomic import disk_errors
from .call_bench import Lite, Master, Plan
from .interface import Argument, Leaf, Register
from .recording import Call, Recording, Rows

END, WRITE, READ, POLL, INTERRUPT, GUARD = range(6)
BEGUN, OVER = 256, 512  # added to the one that starts the call, and the one that sees its end
_START, _DONE, _CONTINUE = 1, 2, 16  # bits of the control register
_WORD_MASK = 0xFFFFFFFF
_RUBBISH = 0xA5  # in memory that belongs to no argument


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a register port; `call`, `argument`, `element` and `word` say whose register it is."""

    kind: int
    address: int = 0
    data: int = 0
    mask: int = 0
    call: int = 0
    argument: str = ""
    element: int = 0
    word: int = 0


@dataclass(frozen=True)
class Stimulus:
    """What was written and is needed to read the logs. `registers`: per register port and stalls, its operations.

    `limits`: per call, the elements of each stream that have to have moved in the end.
    """

    registers: dict[tuple[int, bool], list[Operation]]
    limits: list[list[int]]
    may_overlap: bool
    may_stall: bool


def slice_rows(rows: Rows, lsb: int, bits: int, count: int = 1) -> Rows:
    """`count` numbers of `bits` bits from bit `lsb` of each row on, each as a row of bytes."""
    size = -(-bits // 8)
    if lsb == 0 and count == 1 and bits <= 8 * rows.shape[1] < bits + 8:
        if bits % 8 == 0:
            return rows
        rows = rows.copy()
        rows[:, -1] &= (1 << bits % 8) - 1
        return rows
    unpacked = np.unpackbits(rows, axis=1, bitorder="little")[:, lsb : lsb + bits * count]
    unpacked = unpacked.reshape(-1, bits)
    return np.packbits(unpacked, axis=1, bitorder="little").reshape(-1, size)


def leaf_rows(rows: Rows, leaf: Leaf) -> Rows:
    """The words of a leaf, in the order of its addresses."""
    words = slice_rows(rows, leaf.lsb, leaf.bits, leaf.count)
    if not leaf.elements:
        return words
    padded = np.concatenate([words, np.zeros((1, words.shape[1]), np.uint8)])
    return padded[np.array(leaf.elements)]


def _joined(rows: Rows, bits: int) -> Rows:
    """Numbers of `bits` bits as one, the first one lowest."""
    if len(rows) == 1:
        return rows
    unpacked = np.unpackbits(rows, axis=1, bitorder="little")[:, :bits]
    return np.packbits(unpacked.reshape(1, -1), axis=1, bitorder="little")


def write_stimulus(plan: Plan, recording: Recording, folder: Path) -> Stimulus:
    """Write all files of one design into the existing `folder`."""
    with disk_errors(folder):
        return _Writer(plan, recording, folder).write()


class _Writer:
    def __init__(self, plan: Plan, recording: Recording, folder: Path) -> None:
        self.plan, self.recording, self.folder = plan, recording, folder
        self.calls = recording.calls
        self.defined = recording.defined or (None,) * len(recording.calls)

    def write(self) -> Stimulus:
        plan = self.plan
        needs = self.streams()
        for scalar in plan.inputs:
            rows = [self.value(call.before, scalar.argument, scalar.leaf, scalar.port) for call in self.calls]
            self.put(f"in_{scalar.index}.bin", rows)
        for scalar in plan.outputs:
            rows = []
            for call, defined in zip(self.calls, self.defined, strict=True):
                after = self.value(call.after, scalar.argument, scalar.leaf, "")
                known = scalar.argument.name in call.before
                before = self.value(call.before, scalar.argument, scalar.leaf, "") if known else np.zeros_like(after)
                counts = self.value(defined.after, scalar.argument, scalar.leaf, "") if defined else _all_bits(after)
                rows += [before, counts, after]
            self.put(f"out_{scalar.index}.bin", rows)
        for memory in plan.memories:
            name, leaf = memory.argument.name, memory.leaf
            self.put(f"memory_{memory.index}_before.bin", [leaf_rows(call.before[name], leaf) for call in self.calls])
            if memory.checks:
                held = [leaf_rows(call.after[name], leaf) for call in self.calls]
                known_bits = [leaf_rows(d.after[name], leaf) if d else None for d in self.defined]
                self.put_counted(f"memory_{memory.index}_after.bin", held, known_bits)
        for master in plan.masters:
            self.axi(master)
        registers = {}
        for lite in plan.lites:
            for stalls in (False, True):
                operations = [each for n in range(len(self.calls)) for each in self.registers(lite, n, stalls)]
                registers[lite.index, stalls] = operations
                numbers = [(each.kind, each.address, each.data, each.mask) for each in operations]
                suffix = "_stalls" if stalls else ""
                (self.folder / f"registers_{lite.index}{suffix}.bin").write_bytes(np.array(numbers, ">u4").tobytes())
        steady = not plan.free_running or all(self.is_constant(scalar.argument.name) for scalar in plan.inputs)
        may_stall = not self.recording.polled
        may_overlap = may_stall and plan.overlaps and steady and len(self.calls) > 1
        header = np.array([len(self.calls), may_overlap | may_stall << 1], ">u4")
        (self.folder / "header.bin").write_bytes(header.tobytes())
        return Stimulus(registers, needs, may_overlap, may_stall)

    def put(self, name: str, rows: list[Rows]) -> None:
        """Rows of bytes, lowest first, as big-endian words."""
        with (self.folder / name).open("wb") as file:
            for each in rows:
                file.write(np.ascontiguousarray(each[:, ::-1]).tobytes())

    def put_counted(self, name: str, rows: list[Rows], counts: Sequence[Rows | None]) -> None:
        """Each row behind the one with the bits that count, all of them where that is None."""
        pairs = zip(rows, counts, strict=True)
        self.put(name, [np.concatenate([r, _all_bits(r) if c is None else c], axis=1) for r, c in pairs])

    def streams(self) -> list[list[int]]:
        streams = self.plan.streams
        traffic = {s.index: [call.streams[s.name] for call in self.calls] for s in streams}
        rows = {s.index: [t.read if s.is_input else t.written for t in traffic[s.index]] for s in streams}
        may: dict[int, list[int]] = {}
        need: dict[int, list[int]] = {}
        for s in streams:
            moved = np.cumsum([len(each) for each in rows[s.index]])
            need[s.index] = may[s.index] = moved.tolist()
            # What waits beyond this call is there too, as far as a later call reads it; calls that nobody starts would
            # begin with it.
            if s.is_input and (self.recording.polled or not self.plan.free_running):
                earlier = [0, *need[s.index][:-1]]
                waiting = (at + t.waiting for at, t in zip(earlier, traffic[s.index], strict=True))
                last = need[s.index][-1]
                may[s.index] = [min(last, max(n, w)) for n, w in zip(need[s.index], waiting, strict=True)]
            if s.is_input:
                self.put(f"stream_{s.index}.bin", rows[s.index])
            else:
                counts = [d.streams[s.name].written if d else None for d in self.defined]
                self.put_counted(f"stream_{s.index}.bin", rows[s.index], counts)
        table = [[side[s.index][n] for s in streams for side in (may, need)] for n in range(len(self.calls))]
        (self.folder / "limits.bin").write_bytes(np.array(table, ">u4").tobytes())
        (self.folder / "totals.bin").write_bytes(np.array(table[-1:], ">u4").tobytes())
        return [[need[s.index][n] for s in streams] for n in range(len(self.calls))]

    def value(self, state: dict[str, Rows], argument: Argument, leaf: Leaf, port: str) -> Rows:
        """One value, as a row; the address of what lies behind an AXI master for its offset port."""
        if port and port == leaf.ports.get("offset"):
            return _row(self.address(argument.name), 8)
        if leaf.elements:
            return _joined(leaf_rows(state[argument.name], leaf), leaf.bits)
        return slice_rows(state[argument.name], leaf.lsb, leaf.bits * leaf.count)

    def address(self, argument: str) -> int:
        return next(master.places[argument] for master in self.plan.masters if argument in master.places)

    def is_constant(self, name: str) -> bool:
        return all(np.array_equal(call.before[name], self.calls[0].before[name]) for call in self.calls)

    # ---- memory behind AXI masters

    def axi(self, master: Master) -> None:
        word = master.data_bits // 8
        arguments = [self.plan.interface.argument(name) for name in master.places]
        care = np.full(master.words * word, 0xFF, np.uint8)
        for argument in arguments:
            for leaf, at in self.leaf_places(master, argument):
                size = _memory_bytes(leaf.bits)
                mask = np.zeros(size, np.uint8)
                mask[: -(-leaf.bits // 8)] = 0xFF
                if leaf.bits % 8:
                    mask[leaf.bits // 8] = (1 << leaf.bits % 8) - 1
                care[at[:, None] + np.arange(size)] = mask
            self.mask_padding(master, argument, care)
        before = [self.image(master, arguments, call.before, call.before) for call in self.calls]
        after = [self.image(master, arguments, call.after, call.before) for call in self.calls]
        counts = []
        for defined in self.defined:
            counts.append(care.copy())
            for argument in arguments:
                if defined is not None and argument.name in defined.after:
                    for leaf, at in self.leaf_places(master, argument):
                        words = leaf_rows(defined.after[argument.name], leaf)
                        counts[-1][at[:, None] + np.arange(words.shape[1])] &= words
        size = master.data_bits // 8
        self.put(f"axi_{master.index}_before.bin", [image.reshape(-1, size) for image in before])
        self.put_counted(
            f"axi_{master.index}_after.bin",
            [image.reshape(-1, size) for image in after],
            [image.reshape(-1, size) for image in counts],
        )

    def leaf_places(self, master: Master, argument: Argument) -> list[tuple[Leaf, np.ndarray]]:
        """Per leaf, the place in the image of each of its words."""
        start = master.places[argument.name] - master.base
        elements = start + np.arange(argument.depth) * argument.stride_bytes
        return [
            (leaf, (elements[:, None] + leaf.offset_bytes + np.arange(leaf.count) * leaf.step_bytes).reshape(-1))
            for leaf in argument.leaves
        ]

    def mask_padding(self, master: Master, argument: Argument, care: np.ndarray) -> None:
        """Bytes of an element that are in no leaf do not count."""
        used = np.zeros(len(care), bool)
        for leaf, at in self.leaf_places(master, argument):
            used[at[:, None] + np.arange(_memory_bytes(leaf.bits))] = True
        start = master.places[argument.name] - master.base
        inside = slice(start, start + argument.depth * argument.stride_bytes)
        care[inside][~used[inside]] = 0

    def image(
        self, master: Master, arguments: list[Argument], state: dict[str, Rows], otherwise: dict[str, Rows]
    ) -> np.ndarray:
        image = np.full(master.words * master.data_bits // 8, _RUBBISH, np.uint8)
        for argument in arguments:
            rows = state.get(argument.name, otherwise[argument.name])
            for leaf, at in self.leaf_places(master, argument):
                words = leaf_rows(rows, leaf)
                image[at[:, None] + np.arange(words.shape[1])] = words
        return image

    # ---- registers

    def registers(self, lite: Lite, number: int, stalls: bool) -> list[Operation]:
        """The three phases of a call: arguments; start and wait, if the control register is here; results."""
        call = self.calls[number]
        interrupt = bool(lite.interrupt) and not stalls
        roles = {r.role: r for r in lite.port.registers if r.role in ("ctrl", "gie", "ier", "isr")}
        operations: list[Operation] = []
        if number == 0 and interrupt and "gie" in roles:
            operations += [
                Operation(WRITE, roles["gie"].offset, 1, 15),
                Operation(WRITE, roles["ier"].offset, 1, 15),
            ]
        for register in lite.port.registers:
            operations += self.set_register(register, call, number)
        operations.append(Operation(END))
        if "ctrl" in roles:
            ctrl = roles["ctrl"].offset
            operations.append(Operation(WRITE + BEGUN, ctrl, _START, 15, call=number, argument="ap_start"))
            if interrupt and "isr" in roles:
                isr = roles["isr"].offset
                operations += [
                    Operation(INTERRUPT + OVER, data=1, call=number),
                    Operation(READ, isr, 1, 1, call=number, argument="the interrupt status"),
                    Operation(WRITE, isr, 1, 15),
                    Operation(INTERRUPT, data=0, call=number),
                    Operation(READ, ctrl, _DONE, _DONE, call=number, argument="ap_done"),
                ]
            else:
                operations.append(Operation(POLL + OVER, ctrl, _DONE, _DONE, call=number))
            if self.plan.interface.signature.control == "ap_ctrl_chain":
                operations.append(Operation(WRITE, ctrl, _CONTINUE, 15))
            else:  # reading it has cleared it
                operations.append(Operation(READ, ctrl, 0, _DONE, call=number, argument="ap_done after it was read"))
        operations.append(Operation(END))
        for register in lite.port.registers:
            operations += self.get_register(lite, register, call, number)
        operations.append(Operation(END))
        return operations

    def set_register(self, register: Register, call: Call, number: int) -> list[Operation]:
        if register.role == "offset":
            return _accesses(WRITE, register, _row(self.address(register.argument), -(-register.bits // 8)), number)
        if register.role not in ("data", "memory"):
            return []
        argument = self.plan.interface.argument(register.argument)
        if not argument.is_input and register.role == "data":
            return []
        return _accesses(WRITE, register, leaf_rows(call.before[argument.name], _leaf(argument, register)), number)

    def get_register(self, lite: Lite, register: Register, call: Call, number: int) -> list[Operation]:
        if register.role not in ("data", "data_out", "memory"):
            return []
        argument = self.plan.interface.argument(register.argument)
        is_output = register.role == "data_out" or (
            argument.is_output and (register.role == "memory" or argument.direction == "out")
        )
        if not is_output:
            return []
        leaf = _leaf(argument, register)
        after = leaf_rows(call.after[argument.name], leaf)
        defined = self.defined[number]
        counts = leaf_rows(defined.after[argument.name], leaf) if defined else None
        operations = _accesses(READ, register, after, number, counts)
        valid = next(
            (
                r
                for r in lite.port.registers
                if r.role == "valid" and (r.argument, r.leaf) == (register.argument, register.leaf)
            ),
            None,
        )
        if valid is not None:
            before = call.before.get(argument.name)
            changed = before is None or not np.array_equal(leaf_rows(before, leaf), after)
            guard = Operation(GUARD, valid.offset, len(operations), int(changed), number, f"{argument.name}_ap_vld")
            operations.insert(0, guard)
        return operations


def _leaf(argument: Argument, register: Register) -> Leaf:
    """The leaf that a register holds; the whole element when it names none."""
    for leaf in argument.leaves:
        if leaf.name == register.leaf and (register.leaf or len(argument.leaves) == 1):
            return leaf
    return Leaf(argument.name, argument.bits, 0, 1, argument.depth, {}, 0, 0)


def _accesses(kind: int, register: Register, rows: Rows, number: int, counts: Rows | None = None) -> list[Operation]:
    """Words of 32 bits that write or compare `rows`; elements below a word lie side by side in it."""
    is_memory = register.role == "memory"
    size = _memory_bytes(register.bits) if is_memory else 4 * -(-register.bits // 32)
    if is_memory and size > 4:
        size = 4 * (1 << (-(-size // 4) - 1).bit_length())
    bits = register.bits
    mask_row = np.zeros(size, np.uint8)
    mask_row[: bits // 8] = 0xFF
    if bits % 8:
        mask_row[bits // 8] = (1 << bits % 8) - 1
    data = np.zeros((len(rows), size), np.uint8)
    data[:, : rows.shape[1]] = rows
    masks = np.tile(mask_row, (len(rows), 1))
    if counts is not None:
        masks[:, : rows.shape[1]] &= counts
    flat, care = data.reshape(-1), masks.reshape(-1)
    lanes = np.full(len(flat), True)
    short = -len(flat) % 4
    flat, care, lanes = (np.pad(each, (0, short)) for each in (flat, care, lanes))
    operations = []
    for at in range(0, len(flat), 4):
        value = int.from_bytes(flat[at : at + 4].tobytes(), "little")
        care_word = int.from_bytes(care[at : at + 4].tobytes(), "little")
        strobes = sum(1 << n for n in range(4) if lanes[at + n])
        mask = strobes if kind == WRITE else care_word
        element, word = divmod(at, size) if size >= 4 else (at // size, 0)
        operations.append(
            Operation(kind, register.offset + at, value, mask, number, register.argument, element, word // 4)
        )
    return operations


def _all_bits(rows: Rows) -> Rows:
    return np.full_like(rows, 0xFF)


def _row(value: int, size: int) -> Rows:
    return np.frombuffer((value & (1 << 8 * size) - 1).to_bytes(size, "little"), np.uint8).reshape(1, size)


def _memory_bytes(bits: int) -> int:
    """What a number takes in memory: 1, 2, 4, 8 or 16 bytes, and above that whole multiples of 8."""
    size = -(-bits // 8)
    return 1 << (size - 1).bit_length() if size <= 16 else -(-size // 8) * 8
