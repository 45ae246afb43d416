"""Edits of printed LLVM IR: which functions inline and which stay, loop metadata, dropped calls.

Each function changes the lines of a `Text` in place; line numbers stay valid until the text is parsed again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.text import Text

_LINKAGE = re.compile(
    r"^define (?:private |internal |linkonce_odr |linkonce |weak_odr |weak |available_externally )?"
    r"(?:dso_local |hidden |protected )*"
)
_ATTRIBUTES = re.compile(r" #\d+(?= |$)")
_DEBUG = re.compile(r",? !dbg (!\d+)")
_COMDAT = re.compile(r" comdat(?:\([^)]*\))?")
_PLAIN_NAME = re.compile(r"[-\w$.]+\Z")
_DROPPED = ("@llvm.lifetime.", "@llvm.experimental.noalias.scope.decl", "@llvm.assume", "@llvm.donothing")


def set_attributes(text: Text, kept: frozenset[str]) -> None:
    """Functions in `kept` stay as they are, visible from outside; all others are inlined wherever they are called."""
    for name, (line, _) in text.definitions.items():
        stays = name in kept
        head = _COMDAT.sub("", text.lines[line])
        head = _LINKAGE.sub("define " if stays else "define internal ", head)
        head = _ATTRIBUTES.sub("", head)
        if stays:  # arguments are different objects: each has ports of its own
            head = head.replace("ptr noundef ", "ptr noalias noundef ")
        wanted = ' noinline nounwind mustprogress "no-builtins"' if stays else ' alwaysinline nounwind "no-builtins"'
        cut = head.index(" !") if " !" in head else head.rindex(" {")
        text.lines[line] = head[:cut] + wanted + head[cut:]


def forget_places(text: Text, names: Iterable[str]) -> None:
    """Deletes the debug locations of functions: what is inlined from them takes the places of their calls."""
    forgotten: set[str] = set()
    for name in names:
        start, end = text.definitions[name]
        for number in range(start, end):
            line = text.lines[number]
            if match := _DEBUG.search(line):
                forgotten.add(match[1])
                text.lines[number] = line[: match.start()] + line[match.end() :]
    kept = {ref for body in text.metadata.values() if "!{" in body for ref in re.findall(r"!\d+", body)}
    for number, line in enumerate(text.lines):
        if line[:1] == "!" and " = !DILocation(" in line:
            ref = line.partition(" ")[0]
            if ref in forgotten and ref not in kept:
                text.lines[number] = ""


def drop(text: Text, lines: list[int]) -> None:
    """Deletes instructions that have no result."""
    for line in lines:
        text.lines[line] = ""


def drop_noise(text: Text) -> None:
    """Deletes calls that only inform LLVM: lifetimes, assumptions, alias scopes."""
    for number, line in enumerate(text.lines):
        if line.startswith("  ") and "call void @llvm." in line and any(name in line for name in _DROPPED):
            text.lines[number] = ""


class LoopNodes:
    """Writes `!llvm.loop` nodes."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.next = 1 + max((int(ref[1:]) for ref in text.metadata if ref[1:].isdigit()), default=0)

    def attach(self, line: int, places: list[str], properties: list[str]) -> None:
        """Gives the branch on `line` a loop node of its own: locations, then `properties`, each inside a `!{...}`."""
        loop = self.next
        parts = list(places)
        for number, inside in enumerate(properties, start=loop + 1):
            self.text.lines.append(f"!{number} = !{{{inside}}}")
            parts.append(f"!{number}")
        self.text.lines.append(f"!{loop} = distinct !{{{', '.join([f'!{loop}', *parts])}}}")
        self.next += 1 + len(properties)
        bare = re.sub(r", !llvm\.loop !\d+", "", self.text.lines[line])
        self.text.lines[line] = f"{bare}, !llvm.loop !{loop}"


def loop_properties(text: Text, node: str) -> dict[str, int]:
    """The named properties of a loop node, such as {"llvm.loop.unroll.count": 4}; 1 for those without a value."""
    found = {}
    for ref in re.findall(r"!\d+", text.metadata.get(node, "")):
        if ref != node and (match := re.match(r'!\{!"([^"]+)"(?:, i\d+ (-?\d+))?', text.metadata.get(ref, ""))):
            found[match[1]] = int(match[2]) if match[2] else 1
    return found


def loop_places(text: Text, node: str) -> list[str]:
    """The debug locations of a loop node: where the loop starts, and where it ends."""
    refs = re.findall(r"!\d+", text.metadata.get(node, ""))
    return [ref for ref in refs if text.metadata.get(ref, "").startswith("!DILocation")]


def declare(text: Text, name: str, result: str, types: str) -> None:
    """Declares a function, unless it is."""
    if name not in text.declared:
        text.declared.add(name)
        text.lines.append(f"declare {result} @{name}({types})")


def reference(operand: ir.Operand) -> str:
    """An operand as LLVM writes it."""
    match operand:
        case ir.Const(_, value):
            return str(value)
        case ir.Undef(type):
            return "null" if isinstance(type, ir.PtrType) else "undef"
        case ir.Null():
            return "null"
    return f"@{_quoted(operand.name)}" if isinstance(operand, ir.GlobalRef) else local(operand.name)


def local(name: str) -> str:
    """A value or block as LLVM writes it."""
    return f"%{_quoted(name)}"


def _quoted(name: str) -> str:
    return name if _PLAIN_NAME.match(name) else f'"{name}"'
