"""Loops and computation straight in a dataflow region, and bodies of loops with DATAFLOW, become functions.

What moves is decided here; `cut_out.py` writes it as a function. Loops around calls of processes stay: they are
unrolled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from hlsgen.core.errors import Place
from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.loops import NaturalLoop, innermost, natural_loops, successors
from hlsgen.hls.llvm.parse import is_special_member
from hlsgen.hls.llvm.reader import Reader
from hlsgen.hls.llvm.text import Text, tokens, unquote

from . import edit
from .cut_out import CutOut, Line
from .pragmas import Written

_PRAGMA = re.compile(r"@hlsgen_pragma\(i32 (?:noundef )?(\d+)")
_LABEL = re.compile(r'(?:[-\w$.]+|"(?:[^"\\]|\\.)*"):')
_PLAIN = frozenset(("load", "store", "getelementptr", "zext", "sext", "trunc", "freeze"))  # a region may hold these
_NOT_MOVED = frozenset(("call", "br", "switch", "ret", "unreachable", "phi", "alloca"))


def outline_processes(text: Text, written: Mapping[int, Written], labels: Mapping[tuple[str, int], str]) -> Text:
    """The module with functions for what DATAFLOW makes processes and regions of. labels: of loops, by (file, line)."""
    regions = {number for number, pragma in written.items() if pragma.kind == "dataflow"}
    reader = Reader(text)
    changed = False
    for name in text.definitions if regions else ():
        said = [line for line, each in reader.numbered(name) if (m := _PRAGMA.search(each)) and int(m[1]) in regions]
        if said:
            changed |= _Function(reader, name, labels).run(said)
    return Text.of(str(text), text.header_dir) if changed else text


class _Function(CutOut):
    def __init__(self, reader: Reader, name: str, labels: Mapping[tuple[str, int], str]) -> None:
        super().__init__(reader, name)
        self.labels = labels

    def run(self, said: list[int]) -> bool:
        """said: the lines of DATAFLOW pragmas."""
        loops = natural_loops(self.function)
        in_loops = {label for loop in loops for label in loop.blocks}
        self.straight = [line for line in self.all if line.label not in in_loops]
        self.known = self.constants()
        changed = False
        for line in (line for line in self.all if line.number in said):
            around = innermost(loops, line.label)
            if around is not None:
                changed |= self.body(line, around)
            else:
                for loop in loops:
                    changed |= loop.parent is None and self.loop(loop)
                changed |= self.calls()
                changed |= self.blocks()
        return changed

    # ---- what moves

    def loop(self, loop: NaturalLoop) -> bool:
        """A loop of a region, with the computation in front of it that nothing else needs."""
        edges = successors(self.function)
        blocks, exits = _with_breaks(loop, edges)
        inside = [line for label, lines in self.lines.items() if label in blocks for line in lines]
        before = [label for label, targets in edges.items() if loop.header in targets and label not in loop.blocks]
        if len(exits) != 1 or len(before) != 1 or edges[before[0]] != (loop.header,) or self.calls_processes(inside):
            return False
        (target,) = exits
        if any(line.instruction.opcode == "phi" for line in (*self.lines[loop.header], *self.lines[target])):
            return False
        if any(line.instruction.opcode == "switch" for line in inside):
            return False
        *ahead, jump = self.lines[before[0]]
        moved: list[Line] = []
        while ahead and self.moves(ahead[-1], [*inside, *moved]):
            moved.insert(0, ahead.pop())
        moved = [*self.starts([*moved, *inside]), *moved]
        body = [self.text.lines[line.number] for line in moved] + [f"  br label {edit.local(loop.header)}"]
        for label in self.lines:
            if label in blocks:
                body += [f"{edit.local(label)[1:]}:", *(self.text.lines[line.number] for line in self.lines[label])]
        body += [f"{edit.local(target)[1:]}:", "  ret void"]
        place = self.place(loop)
        call = self.make([*moved, *inside], f"Loop_{self.called(place)}_proc", body, place)
        for line in (*moved, *inside):
            self.text.lines[line.number] = ""
        self.drop_labels(blocks)
        self.text.lines[jump.number] = f"{call}\n  br label {edit.local(target)}"
        return True

    def calls(self) -> bool:
        """Calls of processes, each together with the constants that its variables start from, or tables it gets, and
        the computation of its arguments."""
        changed = False
        for line in self.straight:
            if not self.calls_processes([line]):
                continue
            ahead, behind = self.prepared(line), self.result_of(line)
            ahead = [*self.starts([*ahead, line]), *ahead]
            if behind is None or not (ahead or self.gets_table(line)):
                continue
            pretty, place = self.reader.described(line.instruction.callee)
            moved = [*ahead, line, *behind]
            body = [*(self.text.lines[each.number] for each in moved), "  ret void"]
            name = re.sub(r"\W+", "_", pretty)
            call = self.make(moved, f"{name}_proc", body, place)
            for each in moved:
                self.text.lines[each.number] = ""
            self.text.lines[line.number] = call
            changed = True
        return changed

    def result_of(self, call: Line) -> list[Line] | None:
        """What puts the result of a call into a variable, of a class into its first member; None where it is used in
        another way."""
        users = self.users(call.instruction.result) if call.instruction.result else []
        if not users:
            return []
        if len(users) > 1 or users[0].instruction.opcode != "store":
            return None
        made = {line.instruction.result: line for line in self.all if line.instruction.opcode == "getelementptr"}
        found, place = users, users[0].instruction.operands[-1]
        while isinstance(place, ir.Local) and place.name in made and self.users(place.name) == found[:1]:
            found = [made[place.name], *found]
            place, *indices = found[0].instruction.operands
            if not all(isinstance(index, ir.Const) for index in indices):
                return None
        return found if isinstance(place, ir.Local) and place.name in self.allocas else None

    def prepared(self, call: Line) -> list[Line]:
        """What, right in front of a call, computes arguments for it alone."""
        ahead = [line for line in self.lines[call.label] if line.number < call.number and self.text.lines[line.number]]
        moved: list[Line] = []
        while ahead:
            line = ahead.pop()
            is_place = line.instruction.opcode == "getelementptr"  # which of several a call gets is said in front of it
            if self.moves(line, moved if is_place else [*moved, call]):
                moved.insert(0, line)
            elif line.instruction.opcode not in _PLAIN or line.instruction.opcode == "store":
                break
        return moved if self.computes(moved) else []

    def blocks(self) -> bool:
        """Computation between the calls: processes that set variables for them."""
        runs: list[list[Line]] = [[]]
        for line in self.straight:
            if line.instruction.opcode in _NOT_MOVED or (runs[-1] and line.label != runs[-1][-1].label):
                runs.append([])
            if line.instruction.opcode not in _NOT_MOVED and self.text.lines[line.number]:
                runs[-1].append(line)
        changed = False
        for run in runs:  # grows
            stays = next((at for at, line in enumerate(run) if self.stays(line, run)), None)
            if stays is not None:  # and computation on its side of it
                runs += [run[:stays], run[stays + 1 :]]
            elif self.computes(run):
                place = self.reader.place(run[0].number)
                body = [*(self.text.lines[line.number] for line in run), "  ret void"]
                call = self.make(run, f"Block_line_{place.line}_proc", body, place)
                for line in run:
                    self.text.lines[line.number] = ""
                self.text.lines[run[-1].number] = call
                changed = True
        return changed

    def stays(self, line: Line, run: list[Line]) -> bool:
        """A call gets it as it is, or it is a constant that LLVM carries on."""
        is_constant = line.instruction.opcode == "store" and self.is_direct(line) and line.names <= self.known
        return is_constant or any(user not in run for user in self.users(line.instruction.result or ""))

    def computes(self, lines: list[Line]) -> bool:
        """More than copies, and than numbers that LLVM will know, such as which of an array of streams it is."""
        return any(
            line.instruction.opcode not in _PLAIN and line.instruction.result not in self.known for line in lines
        )

    def constants(self) -> set[str]:
        """Values, and variables that only get such, that are made of constants."""
        known = set(self.types) - {param.name for param in self.function.params}
        before = 0
        while before != len(known):
            before = len(known)
            for line in self.all:
                i, used = line.instruction, line.names - {line.instruction.result}
                is_direct = i.opcode in ("load", "store") and self.is_direct(line)
                if not is_direct:
                    known -= used & self.allocas.keys()  # somebody else has its address
                if i.opcode == "store" and not used <= known:
                    known -= used
                is_other = i.opcode in ("call", "phi") or (i.opcode == "load" and not is_direct)
                if is_other or (i.opcode != "alloca" and not used <= known):
                    known -= {i.result or ""}
        return known

    def gets_table(self, line: Line) -> bool:
        """Whether an argument is a variable that outlives calls: a constant array, or the state of an object."""
        named = (unquote(token) for token in tokens(self.text.lines[line.number]) if token[0] == "@")
        return any(name in self.text.globals for name in named)

    def body(self, said: Line, loop: NaturalLoop) -> bool:
        """The block of a DATAFLOW in a loop, without what only computes arguments."""
        *inside, jump = self.lines[said.label]
        if len(jump.instruction.labels) != 1 or not self.calls_processes(inside):
            return False
        stay = self.staying(inside, said)
        moved = [line for line in inside if line not in stay]
        if not all(self.belongs(line) for line in moved):
            return False
        place = self.place(loop)
        lines = [*(self.text.lines[line.number] for line in moved), "  ret void"]
        call = self.make(moved, f"dataflow_in_loop_{self.called(place)}", lines, place)
        for line in moved:
            self.text.lines[line.number] = ""
        self.text.lines[jump.number] = f"{call}\n{self.text.lines[jump.number]}"
        return True

    def belongs(self, line: Line) -> bool:
        """A region may hold it: a call, or what an argument is, of an array of streams one that is known now."""
        i = line.instruction
        if i.opcode == "getelementptr":
            return all(isinstance(index, ir.Const) for index in i.operands[1:])
        return i.opcode in ("call", "zext", "sext", "trunc", "store") or (i.opcode == "load" and self.is_direct(line))

    def staying(self, inside: list[Line], said: Line) -> list[Line]:
        """Pragmas of the loop, and computation that needs nothing of what the processes make."""
        calls = [line for line in inside if line.instruction.opcode == "call"]
        taken = [line for line in calls if line.instruction.callee != "hlsgen_pragma" or line.number == said.number]
        tainted: set[str] = set()  # values and variables that processes may set
        stay: list[Line] = []
        known = -1
        while known != len(tainted):
            known = len(tainted)
            stay = []
            for line in inside:
                i = line.instruction
                if line in taken:
                    tainted |= line.names - self.values_only(line)
                elif line.names & tainted or (i.opcode in ("load", "store") and not self.is_direct(line)):
                    tainted |= {i.result or ""} | (line.names & self.allocas.keys() if i.opcode == "store" else set())
                else:
                    stay.append(line)
        needed = {name for line in stay for name in line.names - {line.instruction.result}}
        stored = {name: line.number for line in stay if line.instruction.opcode == "store" for name in line.names}
        free = [line for line in stay if line.instruction.opcode == "load" and line.instruction.result not in needed
                and all(stored.get(name, 0) < line.number for name in line.names)]  # fmt: skip
        return [line for line in stay if line not in free]

    def values_only(self, line: Line) -> set[str]:
        """What a call gets as numbers, or as addresses that variables hold."""
        made = {i.instruction.result: i.instruction for i in self.all}
        return {
            name
            for name in line.names - {line.instruction.result}
            if name not in self.allocas and (name not in made or made[name].opcode != "getelementptr")
        }

    def calls_processes(self, lines: Iterable[Line]) -> bool:
        for line in lines:
            callee = line.instruction.callee
            if callee not in self.text.definitions or is_special_member(callee):
                continue
            if not self.reader.described(callee)[1].file.startswith(self.text.header_dir):
                return True
        return False

    def moves(self, line: Line, inside: list[Line]) -> bool:
        """It only prepares what is inside: nothing else uses what it makes or sets."""
        i = line.instruction
        copies = i.callee.startswith("llvm.memcpy.")  # of a struct that is passed by value
        if i.opcode in _NOT_MOVED and not copies:
            return False
        target = i.operands[0] if copies else i.operands[1] if i.opcode == "store" else None
        made = target.name if isinstance(target, ir.Local) and target.name in self.allocas else i.result
        return made is not None and all(each in inside or each == line for each in self.users(made))

    def starts(self, inside: list[Line]) -> list[Line]:
        """What, of the straight code ahead, gives variables constants to start from that are used first inside."""
        first = min(line.number for line in inside)
        found = []
        for line in (line for line in self.straight if line.number < first and self.text.lines[line.number]):
            i = line.instruction
            if i.opcode != "store" or not self.is_direct(line):
                continue
            value, target = i.operands
            if isinstance(value, ir.Const) and isinstance(target, ir.Local):
                later = [each for each in self.users(target.name) if each.number > line.number]
                if later and later[0] in inside:
                    found.append(line)
        return [line for line in found if line not in inside]

    # ---- what it is called

    def place(self, loop: NaturalLoop) -> Place:
        ends = self.reader.loops(self.name)
        node = next(filter(None, (ends.get(latch) for latch in loop.latches)), "")
        places = edit.loop_places(self.text, node)
        return self.text.place(places[0]) if places else self.function.loc

    def called(self, place: Place) -> str:
        return self.labels.get((place.file, place.line), f"line_{place.line}")

    def drop_labels(self, blocks: set[str]) -> None:
        for number, line in self.reader.numbered(self.name):
            if (match := _LABEL.match(line)) and unquote(f"%{match[0][:-1]}") in blocks:
                self.text.lines[number] = ""


def _with_breaks(loop: NaturalLoop, edges: Mapping[str, tuple[str, ...]]) -> tuple[set[str], set[str]]:
    """The blocks of a loop, those with a `break` among them, and where it is left for."""
    blocks = set(loop.blocks)
    while True:
        exits = {target for label in blocks for target in edges[label]} - blocks
        outside = {target for label, targets in edges.items() if label not in blocks for target in targets}
        leading = [label for label in sorted(exits - outside) if edges[label] and exits.issuperset(edges[label])]
        if len(exits) < 2 or not leading:
            return blocks, exits
        blocks.add(leading[0])
