"""Code generation: a plan and its graph in, a project of HLS C++ for Vitis HLS and for `hlsgen.hls` out."""

from .generate import generate, interface, render
from .parameters import write_parameters
from .vectors import beat_lines, write_vectors

__all__ = ["beat_lines", "generate", "interface", "render", "write_parameters", "write_vectors"]
