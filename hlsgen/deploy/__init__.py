"""From RTL to a board: a folder that the vendor's tools, or the open ones, make a bitstream from.

In: a folder with `signature.json` and Verilog, a board. Out: a project of the kind that the board's `[flow]` names.
"""

from hlsgen.core.flow_table import connected_io, connected_multipliers

from .design import Design, Samples
from .overlay import first_samples
from .project import check_flow, make_project

__all__ = [
    "Design",
    "Samples",
    "check_flow",
    "connected_io",
    "connected_multipliers",
    "first_samples",
    "make_project",
]
