"""Functions of a module run on this machine: what they write to memory that starts as zeros, and as ones.

    python -m hlsgen.hls.llvm.native < module.ll

calls each definition whose name starts with `hlsgen.fill.`, in a process of its own: it is the user's code. Its
parameters are pointers with a `dereferenceable(n)`. Prints `{name: [[hex of what each points at, ...], [...]]}`, first
of memory that was zeros.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import re
import subprocess
import sys

import llvmlite.binding as llvm

_ALIGNMENT_BYTES = 64
_TIMEOUT_S = 120
PREFIX = "hlsgen.fill."  # of the functions to call
_SIZE = re.compile(r"dereferenceable\((\d+)\)")
_Memory = list[list[bytes]]


def run(source: str) -> dict[str, _Memory] | None:
    """What each function wrote to zeros and to ones, by its name. None when one of them crashed or did not end."""
    command = [sys.executable, "-m", __name__]
    try:
        done = subprocess.run(command, input=source, capture_output=True, text=True, timeout=_TIMEOUT_S, check=True)
    except subprocess.SubprocessError:
        return None
    found = json.loads(done.stdout)
    return {name: [[bytes.fromhex(each) for each in pieces] for pieces in memory] for name, memory in found.items()}


def _call_all(source: str) -> dict[str, list[list[str]]]:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    with contextlib.suppress(RuntimeError):  # divisions of wide integers
        llvm.load_library_permanently("libgcc_s.so.1")
    module = llvm.parse_assembly(source)
    machine = llvm.Target.from_default_triple().create_target_machine()
    module.triple, module.data_layout = machine.triple, str(machine.target_data)
    sizes = {
        function.name: [int(size) for size in _SIZE.findall(str(function).partition("{")[0])]
        for function in module.functions
        if function.name.startswith(PREFIX)
    }
    engine = llvm.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    return {
        name: [_call(engine.get_function_address(name), pieces, fill) for fill in (0, 255)]
        for name, pieces in sizes.items()
    }


def _call(address: int, sizes: list[int], fill: int) -> list[str]:
    memory = [(ctypes.c_ubyte * (size + _ALIGNMENT_BYTES))(*[fill] * (size + _ALIGNMENT_BYTES)) for size in sizes]
    starts = [-(-ctypes.addressof(each) // _ALIGNMENT_BYTES) * _ALIGNMENT_BYTES for each in memory]
    ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * len(sizes))(address)(*starts)
    return [ctypes.string_at(start, size).hex() for start, size in zip(starts, sizes, strict=True)]


if __name__ == "__main__":
    json.dump(_call_all(sys.stdin.read()), sys.stdout)
