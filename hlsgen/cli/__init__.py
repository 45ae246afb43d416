"""The command line: `hlsgen build|golden|plan|codegen|csim|hls|cosim|synth|report|matrix|boards`. No own logic."""

from .main import main

__all__ = ["main"]
