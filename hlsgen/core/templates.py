"""Templates of the data folders: one way to read them, for everything that is not HTML."""

from __future__ import annotations

import jinja2

from .paths import data_dir


def template_environment(folder: str) -> jinja2.Environment:
    """The templates of a data folder, by their paths in it; a name that is not given is an error."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(data_dir(folder)),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
