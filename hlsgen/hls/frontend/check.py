"""What is refused in the final module: floating point, unreachable code paths, calls that are left over."""

from __future__ import annotations

from hlsgen.core.errors import Place, UserError
from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.loops import irreducible
from hlsgen.hls.llvm.tasks import TASK_MARKER


def check_module(module: ir.Module) -> None:
    """Raises UserError, with the place, for the first thing that hardware cannot be made from."""
    for function in module.functions.values():
        loc = function.loc
        for block in function.blocks:
            for instruction in block.instructions:
                loc = instruction.loc if instruction.loc.line else loc
                _check(instruction, loc, module)
        if irreducible(function):
            raise UserError(
                f"{function.pretty!r} has a loop that is entered in the middle",
                where=function.loc,
                do="replace the goto by structured loops",
            )


def _check(instruction: ir.Instruction, loc: Place, module: ir.Module) -> None:
    types = [instruction.type, *(operand.type for operand in instruction.operands)]
    if any(isinstance(type, ir.FloatType) for type in types):
        raise UserError("floating-point arithmetic is not supported", where=loc, do="use ap_fixed, or a constant of it")
    if instruction.opcode == "inttoptr":
        raise UserError("integers cannot be turned into pointers", where=loc, do="use array indices")
    is_known = instruction.callee in module.functions or instruction.callee.startswith(("llvm.", TASK_MARKER))
    if instruction.callee and not is_known:
        raise UserError(f"the function {instruction.callee!r} has no definition", where=loc)
