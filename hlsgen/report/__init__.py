"""Reports of a build: one JSON object, a table for the terminal, and one HTML page."""

from .page import render_page
from .summary import summarise
from .table import build_table

__all__ = ["build_table", "render_page", "summarise"]
