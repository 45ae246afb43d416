"""LLVM as the compiler sees it: the IR as dataclasses, the parser of its printed form, the pass pipelines."""
