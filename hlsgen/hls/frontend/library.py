"""Functions of the C library that kernels may call: printing, which does nothing in hardware; abs; memcpy and memset.

Clang's builtins are off, so they arrive as calls of functions without a body. Here they become nothing, or LLVM's own.
"""

from __future__ import annotations

import re

from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.reader import Reader
from hlsgen.hls.llvm.text import Text

from . import edit

_PRINTS = frozenset("printf puts putchar fprintf fputs fflush".split())
_ABSOLUTES = {"abs": "i32", "labs": "i64", "llabs": "i64"}
_COPIES = {
    "memcpy": ("llvm.memcpy.p0.p0.i64", "ptr, ptr, i64, i1 immarg"),
    "memmove": ("llvm.memmove.p0.p0.i64", "ptr, ptr, i64, i1 immarg"),
    "memset": ("llvm.memset.p0.i64", "ptr, i8, i64, i1 immarg"),
}
KNOWN = _PRINTS | _ABSOLUTES.keys() | _COPIES.keys()
_SYSTEM = frozenset(
    """abort clock close exit fclose fgets fopen fread fscanf fwrite getchar getenv gettimeofday open pthread_create
    rand read scanf sleep srand system time usleep write""".split()
)
_FLOATING = re.compile(
    r"(a?(sin|cos|tan)h?|sqrt|cbrt|exp2?|expm1|log(2|10|1p)?|pow|atan2|fmod|floor|ceil|round|trunc|rint|fabs|hypot)[fl]?\Z"
)


def is_floating(name: str) -> bool:
    """Whether it is a function of the C library on floating-point numbers alone."""
    return _FLOATING.match(name) is not None


def refusal(name: str) -> tuple[str, str]:
    """Why a function without a body cannot be called, and what to do."""
    if name in _SYSTEM:
        do = "pass its result as an argument, or guard the call with #ifndef __SYNTHESIS__"
        return f"{name!r} is a system call, and hardware has no system", do
    if is_floating(name):
        return f"{name!r} computes in floating point, which is not supported", "use hls_math.h on ap_fixed"
    if name == "__libcpp_verbose_abort":
        return "this part of the C++ library needs the heap or exceptions", "use arrays of constant size"
    do = "add the source that defines it, or guard the call with #ifndef __SYNTHESIS__"
    return f"the function {name!r} has no definition that hardware could be made from", do


def replace_library(reader: Reader, function: str) -> None:
    """Rewrites the calls of library functions in `function`, as far as the sources do not define these."""
    text = reader.text
    for callee, line in reader.calls(function):
        if callee in KNOWN and callee not in text.definitions:
            debug = re.search(r", !dbg !\d+", text.lines[line])
            text.lines[line] = _replaced(text, reader.instructions(line)[-1], debug[0] if debug else "")


def _replaced(text: Text, call: ir.Instruction, debug: str) -> str:
    result = f"  {edit.reference(ir.Local(call.result, call.type))} = " if call.result is not None else ""
    if call.callee in _PRINTS:  # they return how many characters they printed
        return f"{result}add {call.type} 0, 0{debug}" if result else ""
    if call.callee in _ABSOLUTES:
        type = _ABSOLUTES[call.callee]
        edit.declare(text, f"llvm.abs.{type}", type, f"{type}, i1 immarg")
        value = edit.reference(call.operands[0])
        return f"{result}call {type} @llvm.abs.{type}({type} {value}, i1 false){debug}" if result else ""
    name, types = _COPIES[call.callee]
    edit.declare(text, name, "void", types)
    target, source, size = call.operands[:3]
    lines = []
    to, what = edit.reference(target), f"ptr {edit.reference(source)}"
    if call.callee == "memset":
        byte = f"%hlsgen.byte.{len(text.lines)}"
        text.lines.append("")  # so that the next name is another one
        lines.append(f"  {byte} = trunc i32 {edit.reference(source)} to i8{debug}")
        what = f"i8 {source.value & 255}" if isinstance(source, ir.Const) else f"i8 {byte}"
    lines.append(f"  call void @{name}(ptr {to}, {what}, i64 {edit.reference(size)}, i1 false){debug}")
    if result:
        lines.append(f"{result}getelementptr i8, ptr {to}, i64 0{debug}")
    return "\n".join(lines)
