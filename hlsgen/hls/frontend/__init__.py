"""The front end: C++ sources in, `ir.FrontEnd` out. `compile_cpp` is all that later stages need."""

from .compile import compile_cpp

__all__ = ["compile_cpp"]
