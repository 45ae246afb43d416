"""The definition of the top function in preprocessed text: its parameters as written, and where its body ends.

Clang's IR has lost the extents of array parameters (they decay to pointers) and the types of what they point at. So
behind the body goes a function, of the name `DESCRIBER`, that hands both to `hlsgen/signature.h`; `ports` reads what
became of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

DESCRIBER = "hlsgen_signature"

_TOKEN = re.compile(
    r"""(?P<skip>^[ \t]*\#.*$|R"(?P<delimiter>[^()\s\\"]*)\((?s:.*?)\)(?P=delimiter)"|"(?:[^"\\\n]|\\.)*"
    |\b\d(?:'?[\w.])*|'(?:[^'\\\n]|\\.)*')|(?P<word>[A-Za-z_]\w*)|(?P<mark>[{}();])""",
    re.VERBOSE | re.MULTILINE,
)
_SCOPE = re.compile(r'\s*(?:inline\s+)?namespace\b|\s*extern\s*"C(?:\+\+)?"\s*$')
_DIRECTIVE = re.compile(r"^[ \t]*#.*$", re.MULTILINE)
_ATTRIBUTE = re.compile(r"\[\[.*?\]\]|__attribute__\s*\(\(.*?\)\)|\balignas\s*\([^)]*\)", re.DOTALL)
_NAME = re.compile(r"^(.*?)\b([A-Za-z_]\w*)\s*$", re.DOTALL)
_BUILT_IN = frozenset(
    "const volatile unsigned signed int long short char bool float double void auto struct class enum union".split()
)


@dataclass(frozen=True, slots=True)
class Written:
    """A parameter as written. `extent`: the outermost array bound, "" without one; `type`: without name and bounds."""

    name: str
    type: str
    extent: str


@dataclass(frozen=True, slots=True)
class Definition:
    """`end`: the offset behind the closing brace of the body; `line`: of the name, counted from 0."""

    parameters: tuple[Written, ...]
    end: int
    line: int

    def describer(self, name: str) -> str:
        """The function that goes behind the body, in one line."""
        calls = [f"::hlsgen::describe(&{name});"]
        for index, parameter in enumerate(self.parameters):
            if parameter.extent:
                calls.append(f"::hlsgen_extent({index}, (long long)({parameter.extent}));")
            elif _names_type(parameter.type):
                calls.append(f"::hlsgen::declared<{parameter.type}>({index});")
        return f' extern "C" __attribute__((used)) void {DESCRIBER}() {{ {" ".join(calls)} }}'


def find_definition(text: str, name: str) -> Definition | None:
    """The first definition of a function `name` that is a member of no class, in preprocessed text."""
    if name not in text:
        return None
    scopes: list[bool] = []  # of each open brace: whether it opens a namespace
    statement, depth = 0, 0
    tokens = _TOKEN.finditer(text)
    for token in tokens:
        match token["mark"]:
            case "{":
                before = _DIRECTIVE.sub("", text[statement : token.start()])
                scopes.append(_SCOPE.match(before) is not None)
                statement = token.end()
            case "}":
                if scopes:
                    scopes.pop()
                statement = token.end()
            case ";" if not depth:
                statement = token.end()
            case "(":
                depth += 1
            case ")":
                depth -= 1
            case None if token["word"] == name and not depth and all(scopes):
                found = _definition(text, token.end())
                if found is not None:
                    return found
    return None


def _definition(text: str, start: int) -> Definition | None:
    """What follows the name, when that is `(parameters) {body}`."""
    opened = re.compile(r"\s*\(").match(text, start)
    if opened is None:
        return None
    depth, braces, close = 0, 0, 0
    for token in _TOKEN.finditer(text, start):
        match token["mark"]:
            case "(":
                depth += 1
            case ")":
                depth -= 1
                if not depth and not close:
                    close = token.start()
            case ";" if not braces:
                return None
            case "{" if not depth:
                if not close:
                    return None
                braces += 1
            case "}" if not depth:
                braces -= 1
                if not braces:
                    line = text.count("\n", 0, start)
                    return Definition(_parameters(text[opened.end() : close]), token.end(), line)
    return None


def _parameters(text: str) -> tuple[Written, ...]:
    text = _ATTRIBUTE.sub(" ", re.sub(r"^[ \t]*#.*$|//[^\n]*|/\*.*?\*/", " ", text, flags=re.MULTILINE))
    if text.strip() in ("", "void"):
        return ()
    return tuple(map(_parameter, _split(text)))


def _parameter(text: str) -> Written:
    text = _before_default(" ".join(text.split()))
    brackets = text.find("[")
    if nested := re.search(r"\(\s*[&*]\s*(\w*)\s*\)", text):  # a reference to an array: its type has the extents
        return Written(nested[1], "", "")
    extent = text[brackets + 1 : text.index("]", brackets)].strip() if brackets >= 0 else ""
    if brackets >= 0:
        text = text[:brackets].rstrip()
    named = _NAME.match(text)
    if named is None or named[2] in _BUILT_IN or not named[1].strip() or named[1].rstrip().endswith("::"):
        return Written("", "" if brackets >= 0 else text, extent)
    return Written(named[2], "" if brackets >= 0 else named[1].strip(), extent)


def _names_type(type: str) -> bool:
    """Whether `type` may be a typedef of an array."""
    return not type.endswith(("&", "*", "...")) and bool(set(re.findall(r"\w+", type)) - _BUILT_IN)


def _split(text: str) -> list[str]:
    """The text between commas that stand in no brackets."""
    ends = [at for at, each in _outside(text) if each == ","]
    return [text[start:end] for start, end in zip([0, *(end + 1 for end in ends)], [*ends, len(text)], strict=True)]


def _before_default(text: str) -> str:
    return text[: next((at for at, each in _outside(text) if each == "="), len(text))].rstrip()


def _outside(text: str) -> Iterator[tuple[int, str]]:
    """The characters that stand in no brackets. `<` and `>` are some where no others are around them: in an extent they
    compare and shift."""
    around: list[str] = []
    for at, each in enumerate(text):
        angle = each in "<>"
        if angle and around and around[-1] != "<":
            continue
        if each in "([{<":
            around.append(each)
        elif each in ")]}>":
            if around:
                around.pop()
        elif not around:
            yield at, each
