"""Templates of `templates/deploy` to text: Tcl, Makefiles, pages. A filter quotes what goes into Tcl."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jinja2

import hlsgen
from hlsgen.core.atomic import disk_errors, write_text
from hlsgen.core.templates import template_environment

_PLAIN = re.compile(r"[A-Za-z0-9_./:,+=*%@-]+\Z")
_SPECIAL = re.compile(r'([\\{}\[\]$";\s#])')
_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\v": "\\v", "\f": "\\f"}


def tcl_word(value: object) -> str:
    """`value` as one word of Tcl that means just that text, whatever is in it."""
    text = str(value)
    if _PLAIN.match(text):
        return text
    if "\\" not in text and _braces_match(text):
        return f"{{{text}}}"
    return _SPECIAL.sub(lambda found: _ESCAPES.get(found[1], f"\\{found[1]}"), text)


def _braces_match(text: str) -> bool:
    depth = 0
    for letter in text:
        depth += (letter == "{") - (letter == "}")
        if depth < 0:
            return False
    return depth == 0


def write_template(folder: Path, name: str, template: str, **context: Any) -> None:
    """`folder`/`name`, from a template below `templates/deploy`; `context` is what it sees."""
    path = folder / name
    text = environment().get_template(f"deploy/{template}").render(version=hlsgen.__version__, **context)
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, text)


def environment() -> jinja2.Environment:
    found = template_environment("templates")
    found.filters["tcl"] = tcl_word
    return found
