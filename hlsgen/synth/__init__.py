"""Synthesis estimates by Yosys: resources and cell delay of the generated Verilog, for the family of the board."""

from .counts import ModuleCount, Resources
from .estimate import Estimate, estimate

__all__ = ["Estimate", "ModuleCount", "Resources", "estimate"]
