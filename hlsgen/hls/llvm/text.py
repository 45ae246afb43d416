"""The lines of a printed LLVM module: named types, definitions, globals, metadata; places of debug locations.

In: the text that Clang or llvmlite prints. Out: a `Text`, which the instruction parser and the editors of the front
end share. Line numbers count from 0.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from functools import lru_cache

from hlsgen.core.errors import Place

NAME = r'(?:[-\w$.]+|"(?:[^"\\]|\\.)*")'  # of a local or a global, behind its sigil
_TOKEN = re.compile(
    rf'[%@]{NAME}|c?"(?:[^"\\]|\\.)*"|![\w.]*'
    r"|-?\d[\w.+-]*|[\w.$]+|[\[\](){}<>,=*|#-]"
)
_LOCATION = re.compile(
    r"!DILocation\((?:line: (?P<line>\d+), )?(?:column: \d+, )?scope: (?P<scope>!\d+)(?:, inlinedAt: (?P<outer>!\d+))?"
)
_FIELD = re.compile(r"(\w+): (![0-9]+|\"(?:[^\"\\]|\\.)*\"|[\w| ]+)")


def tokens(line: str) -> list[str]:
    """The tokens of one line. Strings and quoted names are one token each."""
    return _TOKEN.findall(line)


def unquote(name: str) -> str:
    """A name without its sigil and quotes: `%"a b"` is `a b`."""
    body = name[1:]
    return re.sub(r"\\([0-9A-Fa-f]{2})", lambda m: chr(int(m[1], 16)), body[1:-1]) if body[:1] == '"' else body


@dataclass(slots=True)
class Text:
    """A module's lines and where its parts are. `definitions`: function name -> (define line, closing brace line)."""

    lines: list[str]
    types: dict[str, str] = field(default_factory=dict)  # "%struct.x" -> body
    definitions: dict[str, tuple[int, int]] = field(default_factory=dict)
    globals: dict[str, int] = field(default_factory=dict)
    declared: set[str] = field(default_factory=set)
    metadata: dict[str, str] = field(default_factory=dict)  # "!12" -> its text
    header_dir: str = ""  # locations inside this folder give way to the place they were inlined at
    _places: dict[str, Place] = field(default_factory=dict)  # found so far, by "!12"
    _files: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def of(source: str, header_dir: str = "") -> Text:
        text = Text(source.split("\n"), header_dir=header_dir)
        opened = ("", 0)
        for number, line in enumerate(text.lines):
            match line[:1]:
                case "!":
                    name, _, body = line.partition(" = ")
                    text.metadata[name] = body
                case "@":
                    text.globals[unquote(tokens(line)[0])] = number
                case "%":
                    name, _, body = line.partition(" = type ")
                    text.types[name] = body
                case "d" if line.startswith("define "):
                    opened = (_function_name(line), number)
                case "d" if line.startswith("declare "):
                    text.declared.add(_function_name(line))
                case "}" if line == "}":
                    text.definitions[opened[0]] = (opened[1], number)
        return text

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def node(self, ref: str) -> dict[str, str]:
        """The `key: value` fields of a metadata node; strings without quotes."""
        return {key: value.strip('"') for key, value in _FIELD.findall(self.metadata.get(ref, ""))}

    def attached(self, line: str, kind: str) -> str:
        """The node attached to an instruction or function as `!kind`, "" without one."""
        match = _attachment(kind).search(line)
        return match[1] if match else ""

    def place(self, ref: str) -> Place:
        """The source place of a DILocation: the innermost one outside `header_dir`."""
        place = self._places.get(ref)
        if place is None:
            place = self._places[ref] = self._place(ref)
        return place

    def _place(self, ref: str) -> Place:
        while location := _LOCATION.search(self.metadata.get(ref, "")):
            file = self._file(location["scope"])
            if not location["outer"] or not (self.header_dir and file.startswith(self.header_dir)):
                return Place(file, int(location["line"] or 0))
            ref = location["outer"]
        return Place()

    def described(self, header: str) -> tuple[str, Place]:
        """The C++ base name of a function, without template arguments, and its place, by the line that defines it. One
        that the front end has made of a part of another has no debug information of its own (`frontend/outline.py`)."""
        ref = self.attached(header, "dbg") or self.attached(header, "hlsgen.process")
        fields = self.node(ref)
        name = fields.get("name", "")
        plain = name if name.startswith("operator") else name.partition("<")[0]
        return plain, Place(self._file(ref), int(fields.get("line", "0")))

    def _file(self, scope: str) -> str:
        found = self._files.get(scope)
        if found is None:
            fields = self.node(scope)
            if "file" in fields:
                file = self.node(fields["file"])
                found = shown_path(file.get("filename", ""), file.get("directory", ""))
            else:
                found = self._file(fields["scope"]) if "scope" in fields else ""
            self._files[scope] = found
        return found


@lru_cache
def _attachment(kind: str) -> re.Pattern[str]:
    return re.compile(rf"!{re.escape(kind)} (!\d+)")


def shown_path(path: str, directory: str = "") -> str:
    """How places name a file: relative when it lies below the working directory, absolute otherwise."""
    return _shown(os.path.join(directory, path), os.getcwd())


@lru_cache(maxsize=1024)
def _shown(path: str, working: str) -> str:
    absolute = os.path.normpath(os.path.join(working, path))
    return os.path.relpath(absolute, working) if absolute.startswith(working + os.sep) else absolute


def _function_name(line: str) -> str:
    return unquote(next(token for token in tokens(line) if token[0] == "@"))
