"""The LLVM pass pipelines: text in, text out, through llvmlite.

`inline` makes one body of each function that stays a module; `simplify` is LLVM's own O1 for functions, which also
carries out the unrolling that loop metadata asks for. Nothing here rewrites a signature, vectorises, widens
integers (the data layout names no native widths) or makes library calls (every function is "no-builtins").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache

import llvmlite.binding as llvm

from hlsgen.core.errors import InternalError

# Unroll as far as asked. Stores are never speculated or merged: each has its predicate.
_OPTIONS = (
    "-pragma-unroll-threshold=100000000",
    "-unroll-full-max-count=1000000",
    "-unroll-max-upperbound=1000000",
    "-unroll-runtime=false",
    "-simplifycfg-merge-cond-stores=false",
    "-simplifycfg-hoist-cond-stores=false",
    "-hoist-common-insts=true",  # a read in both arms of an if is one
    "-disable-loop-idiom-hashrecognize",  # a table for bits that are unrolled anyway
)


@cache
def _target() -> llvm.TargetMachine:
    for option in _OPTIONS:
        llvm.set_option("hlsgen", option)
    llvm.initialize_native_target()
    return llvm.Target.from_default_triple().create_target_machine()


def link(sources: Iterable[str]) -> str:
    """One module of several."""
    _target()
    modules = [_parse(source) for source in sources]
    for module in modules[1:]:
        modules[0].link_in(module)
    return str(modules[0])


def inline(source: str) -> str:
    """Inlines what is marked alwaysinline and drops what nobody uses."""

    def build(passes: llvm.ModulePassManager) -> None:
        passes.add_always_inliner_pass()
        passes.add_global_dead_code_eliminate_pass()

    return _run(source, build)


def split(source: str) -> str:
    """Splits aggregates and drops what nobody uses."""

    def build(passes: llvm.ModulePassManager) -> None:
        passes.add_dead_code_elimination_pass()  # what argument passing left of addresses
        passes.add_sroa_pass()
        passes.add_global_dead_code_eliminate_pass()

    return _run(source, build)


def simplify(source: str) -> str:
    """LLVM's O1 for functions, with full and partial unrolling as the loop metadata says, until both are done."""
    module = _parse(source)
    builder = _builder()
    for unroll in (True, True, False):
        functions = builder.getFunctionPassManager()
        for function in module.functions:
            if not function.is_declaration:
                functions.run(function, builder)
        if unroll:
            passes = llvm.create_new_module_pass_manager()
            passes.add_loop_simplify_pass()
            passes.add_lcssa_pass()
            passes.add_loop_unroll_pass()
            passes.run(module, builder)
    _drop_dead_stores(module, builder)
    _cleanup(module, builder)
    return _verified(module)


def _drop_dead_stores(module: llvm.ModuleRef, builder: llvm.PassBuilder) -> None:
    """Not beside a memset or memcpy: LLVM would cut off it what a store behind sets, and it would not be a loop over an
    array any more."""
    passes = llvm.create_new_function_pass_manager()
    passes.add_dead_store_elimination_pass()
    for function in module.functions:
        if not function.is_declaration and "@llvm.mem" not in str(function):
            passes.run(function, builder)


def _cleanup(module: llvm.ModuleRef, builder: llvm.PassBuilder) -> None:
    passes = llvm.create_new_module_pass_manager()
    passes.add_aggressive_dce_pass()
    passes.add_simplify_cfg_pass()
    passes.add_global_dead_code_eliminate_pass()
    passes.add_strip_dead_prototype_pass()
    passes.run(module, builder)


def _run(source: str, build: Callable[[llvm.ModulePassManager], None]) -> str:
    module = _parse(source)
    passes = llvm.create_new_module_pass_manager()
    build(passes)
    passes.run(module, _builder())
    return _verified(module)


def _builder() -> llvm.PassBuilder:
    tuning = llvm.create_pipeline_tuning_options(speed_level=1)
    tuning.loop_vectorization = False
    tuning.slp_vectorization = False
    tuning.loop_interleaving = False
    return llvm.create_pass_builder(_target(), tuning)


def _parse(source: str) -> llvm.ModuleRef:
    # Integer widths stay as they are only while the layout names no native ones.
    source = re.sub(r"^(target datalayout = \".*?)-n[0-9:]+", r"\1", source, count=1, flags=re.MULTILINE)
    _target()
    try:
        return llvm.parse_assembly(source)
    except RuntimeError as error:
        raise InternalError(f"LLVM does not accept our IR: {error}", source) from error


def _verified(module: llvm.ModuleRef) -> str:
    try:
        module.verify()
    except RuntimeError as error:
        raise InternalError(f"a pass broke the IR: {error}", str(module)) from error
    return str(module)
