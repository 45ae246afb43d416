"""Arrays that pointers walk through.

C++ lets no index leave its row: in `a[i][j]`, j is a place in row i whatever a range says of it. A pointer into the
array (`int* p = &a[i][0]; p[j]`) is another thing: programs step over rows with it. LLVM makes one of both, so they are
told apart before it folds the addresses: a step along elements, not along an array.
"""

from __future__ import annotations

from hlsgen.core.errors import Place
from hlsgen.hls.llvm import ir

from .markers import Bases, OnVariable
from .pragmas import Written
from .roots import Bound


def walked_arrays(module: ir.Module) -> list[OnVariable]:
    """A mark "walked" on each variable that may be; module: with functions inlined."""
    found: list[OnVariable] = []
    for name, function in module.functions.items():
        bases = Bases(function)
        targets: dict[ir.VariableTarget, Place] = {}
        for block in function.blocks:
            for i in block.instructions:
                if i.opcode == "getelementptr" and _steps_along_elements(i):
                    targets |= {target: i.loc for target in bases.all_of(i.operands[0]) if target not in targets}
        for target, loc in targets.items():
            found.append(OnVariable(Bound(Written(-1, "walked", {}, (), "", loc), {}), name, target))
    return found


def _steps_along_elements(i: ir.Instruction) -> bool:
    return not isinstance(i.source_type, ir.ArrayType | ir.StructType) and any(
        not isinstance(index, ir.Const) or index.value for index in i.operands[1:]
    )
