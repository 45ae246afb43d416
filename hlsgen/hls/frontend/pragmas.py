"""`#pragma HLS` lines: found in preprocessed text, parsed, replaced by calls that survive into the LLVM IR.

A pragma that names a variable becomes `::hlsgen::variable(variable, id, values...);`, any other one
`::hlsgen_pragma(id, values...);`, on the same line. `values` are the options that are no plain integers: constants
or template parameters that only Clang can evaluate. Line numbers do not move.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from hlsgen.core.errors import Place, UserError
from hlsgen.hls.llvm.text import shown_path

from .definition import Definition, find_definition

_NUMERIC = frozenset(
    """ii factor dim depth distance min max avg latency limit offset max_read_burst_length max_write_burst_length
    num_read_outstanding num_write_outstanding max_widen_bitwidth cycle target_ti target_tl""".split()
)
_WORDS = frozenset("slave direct off".split())  # values of numeric options that are no expressions
_ANY_CASE = frozenset("mode type impl op style class compact storage_type core register_mode direction".split())
_HONOURED = frozenset(
    """interface pipeline unroll array_partition array_reshape dataflow stream bind_storage dependence inline
    loop_tripcount loop_flatten loop_merge aggregate disaggregate expression_balance function_instantiate latency
    allocation bind_op reset stable""".split()
)
# Bound to their targets like the others; the back end makes nothing of them so far, for these reasons.
_WITHOUT_EFFECT = {
    "alias": "different arguments are taken for different memories",
    "array_stencil": "every access reads its word; keep what is needed again in a local array",
    "cache": "AXI masters read what the code reads",
    "occurrence": "what is under a condition has the interval of its loop",
    "performance": "ask for an interval: PIPELINE II=",
    "protocol": "operations are placed by the schedule alone",
    "resource": "use BIND_STORAGE or BIND_OP",
    "shared": "arrays between processes are buffered",
    "top": "the top function is named on the command line",
}
_CORE = re.compile(r"(?P<type>RAM_[1-4ST]\w*?P|RAM_\w+?|ROM_\w+?|FIFO)_(?P<impl>BRAM|LUTRAM|URAM|SRL)\Z", re.IGNORECASE)
_PRAGMA = re.compile(r"^\s*#\s*pragma\s+(?:HLS|AP)\s+(.*?)\s*$", re.IGNORECASE)
_NAMES = re.compile(r"\b(?:port|variable)\s*=\s*([^\s,(<]+(?:\s*,\s*[^\s,(<]+)+)", re.IGNORECASE)
_IF = re.compile(r"if\s*\(", re.IGNORECASE)
_MARKER = re.compile(r'^#\s+(\d+)\s+"((?:[^"\\]|\\.)*)"')
_DEFINE = re.compile(r"^#\s*define\s+(\w+)\s+(.+?)\s*$")
_UNDEF = re.compile(r"^#\s*undef\s+(\w+)")
_INSIDE_A_VALUE = re.compile(r"\s*(<<|[-+*/%&|^!?:,]+|(?<=\()|(?=\)))\s*")  # where blanks end no option
_LABEL = re.compile(r"(?:^|[;{}])\s*([A-Za-z_]\w*)\s*:(?!:)\s*(?:(for|while|do)\b|$)")
_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_BEFORE_A_BODY = frozenset(("for", "while", "if", "constexpr", "switch"))
_LOOP_WORD = re.compile(r"^\s*(for|while|do)\b")
# One that outlives calls is the FIFO of the region that it stands in, which keeps what is left in it too.
_STATIC_STREAM = re.compile(r"\bstatic\s+(?=(?:hls::)?stream\s*<)")
_NOT_LABELS = frozenset(("default", "public", "private", "protected"))


@dataclass(frozen=True, slots=True)
class Written:
    """A pragma as written. `options`: literal values; `computed`: the keys whose values Clang passes, in order."""

    id: int
    kind: str
    options: dict[str, str | int | bool]
    computed: tuple[str, ...]
    text: str
    loc: Place
    refusal: str = ""  # why it has no effect, when that is known from the text alone
    is_pragma: bool = True  # one of Vitis HLS
    condition: str = ""  # of `#pragma HLS if (...) ...`, a constant expression

    @property
    def variable(self) -> str:
        """The C++ expression that it names, "" when it speaks of a loop or function."""
        name = self.options.get("variable", self.options.get("port", ""))
        return "" if name is True or name == "return" else str(name)


@dataclass(slots=True)
class Scan:
    """A preprocessed source, rewritten. `labels`: C labels of loops by the (file, line) of their for/while/do."""

    text: str
    pragmas: list[Written] = field(default_factory=list)
    labels: dict[tuple[str, int], str] = field(default_factory=dict)
    definition: Definition | None = None  # of the top function


def scan(text: str, first_id: int = 0, top: str = "", left_out: frozenset[int] = frozenset()) -> Scan:
    """Rewrites one preprocessed source, which may define the function `top`.

    `left_out`: the numbers of pragmas that only get noted. Raises UserError for a pragma in front of a function's body.
    """
    result = Scan("")
    macros: dict[str, str] = {}
    place = Place()
    last_code, pending_label = "{", ""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line[:1] == "#" or line.lstrip()[:1] == "#":
            if marker := _MARKER.match(line):
                place = Place(shown_path(marker[2].replace("\\\\", "\\")), int(marker[1]))
                continue
            if pragma := _PRAGMA.match(line):
                calls = []
                for one in _one_for_each(pragma[1]):
                    written = parse_pragma(one, first_id + len(result.pragmas), place, macros)
                    result.pragmas.append(written)
                    calls += [] if written.id in left_out else [_call(written, last_code, lines[:number])]
                lines[number] = " ".join(calls)
            elif line.lstrip().startswith(("#define", "#undef")):
                _note_macro(line, macros)
                lines[number] = ""
        elif stripped := line.strip():
            lines[number] = _STATIC_STREAM.sub("", line)
            if pending_label and (_LOOP_WORD.match(line)):
                result.labels[place.file, place.line] = pending_label
            pending_label = ""
            for label, word in _LABEL.findall(line):
                if label in _NOT_LABELS:
                    continue
                if word:
                    result.labels.setdefault((place.file, place.line), label)
                else:
                    pending_label = label
            last_code = stripped[-4:] if stripped.endswith("else") else stripped[-1]
        place = Place(place.file, place.line + 1)
    text = "\n".join(lines)
    result.definition = find_definition(text, top) if top else None
    if result.definition is not None:
        end = result.definition.end
        text = text[:end] + result.definition.describer(top) + text[end:]
    result.text = text
    return result


def _one_for_each(text: str) -> list[str]:
    """A pragma on a list, `variable=a,b`, is one for each name."""
    names = _NAMES.search(text)
    if names is None:
        return [text]
    start, end = names.span(1)
    return [text[:start] + name.strip() + text[end:] for name in names[1].split(",")]


def _conditional(text: str) -> tuple[str, str]:
    """The condition of `if (...) PIPELINE`, "" where there is none, and the pragma."""
    start = _IF.match(text)
    depth = 1
    for at in range(start.end() if start else len(text), len(text)):
        depth += (text[at] == "(") - (text[at] == ")")
        if start and depth == 0:
            return text[start.end() : at].strip(), text[at + 1 :].strip()
    return "", text


def options_of(text: str) -> list[str]:
    """The words of a pragma; a value with blanks in it, as `max = n / 2`, without them."""
    return _INSIDE_A_VALUE.sub(r"\1", re.sub(r"\s*=\s*", "=", text)).split()


def parse_pragma(text: str, id: int, place: Place, macros: dict[str, str]) -> Written:
    """Parses what follows `#pragma HLS`: a condition, a kind, then `key=value` pairs and bare words."""
    condition, rest = _conditional(text)
    words = options_of(rest)
    kind = words[0].lower() if words else ""
    options: dict[str, str | int | bool] = {}
    computed = []
    for word in words[1:]:
        key, equals, value = word.partition("=")
        key = key.lower()
        if not equals:
            options[key] = True
            continue
        if not value:
            raise UserError(f"#pragma HLS {text}: {key}= has no value", where=place, do="write it behind the =")
        value = _expand(value, macros)
        if key in _ANY_CASE:
            value = value.lower()
        if key in ("port", "variable"):
            value = value.removeprefix("&")  # as old code has it
        if key in _NUMERIC:
            if (number := _integer(value)) is not None:
                options[key] = number
                continue
            if value not in _WORDS:
                computed.append(key)
        options[key] = value
    if kind == "resource" and (core := _CORE.match(str(options.get("core", "")))):  # the old name
        kind = "bind_storage"
        options |= {"type": core["type"].lower(), "impl": core["impl"].lower()}
    is_pragma = kind in _HONOURED or kind in _WITHOUT_EFFECT
    refusal = _WITHOUT_EFFECT.get(kind, "") if is_pragma else f"{kind!r} is not an HLS pragma"
    if kind == "interface" and "port" not in options:
        refusal = "it names no port: port="
    return Written(id, kind, options, tuple(computed), f"HLS {text}", place, refusal, is_pragma,
                   _expand(condition, macros))  # fmt: skip


def _call(written: Written, last_code: str, before: list[str]) -> str:
    """The marker, a statement; where a body without braces begins, a condition in front of it."""
    if not written.is_pragma:
        return ""
    values = "".join(f", (long long)({written.options[key]})" for key in written.computed)
    call = f"::hlsgen_pragma({written.id}{values})"
    if written.variable:
        call = f"::hlsgen::variable({written.variable}, {written.id}{values})"
    if last_code not in (")", "else"):
        return f"if constexpr ({written.condition}) {call};" if written.condition else f"{call};"
    if last_code == ")" and _word_at_parenthesis(before) not in _BEFORE_A_BODY:
        raise UserError(f"#pragma {written.text} stands outside of a body", where=written.loc,
                        do="place it inside the braces")  # fmt: skip
    if written.condition:
        raise UserError(f"#pragma {written.text} stands in front of a body", where=written.loc,
                        do="place it in the body, inside braces")  # fmt: skip
    return f"if ({call}, false); else"


def _word_at_parenthesis(lines: list[str]) -> str:
    """The word in front of the parenthesis that ends `lines`."""
    depth = 0
    for line in reversed(lines):
        code = _LITERAL.sub("", line) if line[:1] != "#" else ""
        for at in range(len(code) - 1, -1, -1):
            depth += (code[at] == ")") - (code[at] == "(")
            if code[at] == "(" and depth == 0:
                word = re.search(r"(\w+)\s*\Z", code[:at])
                return word[1] if word else ""
    return ""


def _note_macro(line: str, macros: dict[str, str]) -> None:
    if define := _DEFINE.match(line):
        macros[define[1]] = define[2]
    elif undef := _UNDEF.match(line):
        macros.pop(undef[1], None)


def _expand(value: str, macros: dict[str, str]) -> str:
    for _ in range(8):
        expanded = re.sub(r"[A-Za-z_]\w*", lambda m: macros.get(m[0], m[0]), value)
        if expanded == value:
            break
        value = expanded
    return value


def _integer(text: str) -> int | None:
    try:
        return int(text.strip("()"), 0)
    except ValueError:
        return None
