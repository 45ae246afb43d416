"""The command line: `hlsgen build|golden|plan|codegen|csim|hls|cosim|synth|report|boards`. No logic of its own."""

from .main import main

__all__ = ["main"]
