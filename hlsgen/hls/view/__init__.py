"""Pictures of a compiled design: schedules, operations, dataflow; SVG and one page that needs nothing else."""

from .page import write_view

__all__ = ["write_view"]
