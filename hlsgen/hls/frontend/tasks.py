"""hls::task: a function that starts over for ever.

Where C++ makes a task (`hls::task t(f, a, b)` or `t(f, a, b)`), the module gets a call of `f` behind the call of a
marker, which stays in front of it until the region is read (`hls/dataflow.py`). A function that makes tasks is a
dataflow region, whether it says so or not.
"""

from __future__ import annotations

import re

from hlsgen.core.errors import UserError
from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.reader import Body, Reader
from hlsgen.hls.llvm.tasks import TASK_MARKER
from hlsgen.hls.llvm.text import Text

from . import edit

_MAKES = re.compile(r"  (?:%.* = )?(?:tail )?call .*@_ZN3hls4task(?:C[12]|cl)I")


def call_tasks(text: Text) -> Text:
    """The module with calls of the functions that tasks are made of."""
    made = [number for number, line in enumerate(text.lines) if "@_ZN3hls4task" in line and _MAKES.match(line)]
    if not made:
        return text
    reader = Reader(text)
    for line in made:
        caller = next(name for name, (start, end) in text.definitions.items() if start < line < end)
        text.lines[line] = _called(reader, caller, line)
    edit.declare(text, TASK_MARKER, "void", "")
    return Text.of(str(text), text.header_dir)


def _called(reader: Reader, caller: str, line: int) -> str:
    """A task gets itself, the function, then the address of each argument, even of a pointer."""
    *_, call = reader.instructions(line)
    body = Body(reader, caller)
    function, arguments = call.operands[1], call.operands[2:]
    if not isinstance(function, ir.GlobalRef) or function.name not in reader.text.definitions:
        raise UserError(
            "a task of a function that is not known here",
            where=reader.place(line),
            do="name a function that the sources define",
        )
    debug = re.search(r", !dbg !\d+", reader.text.lines[line])
    at = debug[0] if debug else ""
    lines, actuals = [], []
    for number, (param, argument) in enumerate(zip(reader.function(function.name).params, arguments, strict=True)):
        value, made = edit.reference(argument), body.made(argument)
        is_pointer = made is not None and made.opcode == "alloca" and isinstance(made.source_type, ir.PtrType)
        if is_pointer or not isinstance(param.type, ir.PtrType):
            lines.append(f"  %hlsgen.task.{line}.{number} = load {param.type}, ptr {value}{at}")
            value = f"%hlsgen.task.{line}.{number}"
        actuals.append(f"{param.type} noundef {value}")
    lines.append(f"  call void @{TASK_MARKER}(){at}")
    lines.append(f"  call void {edit.reference(function)}({', '.join(actuals)}){at}")
    return "\n".join(lines)
