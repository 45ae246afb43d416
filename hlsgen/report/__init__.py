"""Reports of a build: one JSON object, a table for the terminal, one HTML page; of many builds, one Markdown page."""

from .matrix import Cell, render_matrix
from .page import render_page
from .summary import summarise
from .table import build_table

__all__ = ["Cell", "build_table", "render_matrix", "render_page", "summarise"]
