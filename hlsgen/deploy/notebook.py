"""The notebook of an overlay: `templates/pynq/notebook.py.j2`, cells between lines `# %%`, as .ipynb."""

from __future__ import annotations

import json
import re
from typing import Any

from hlsgen.core.boards import Board
from hlsgen.core.templates import template_environment

from .design import Samples

_CELL = re.compile(r"^# %%(.*)$", re.MULTILINE)


def notebook(data: dict[str, Any], samples: Samples, board: Board) -> str:
    """The text of the .ipynb file; data: what the driver knows."""
    template = template_environment("templates").get_template("pynq/notebook.py.j2")
    text = template.render(
        name=data["name"],
        board=board,
        data=data,
        inputs=data["inputs"],
        has_labels=samples.labels is not None,
        image_shape=samples.image_shape,
    )
    _, *parts = _CELL.split(text)
    pairs = zip(parts[::2], parts[1::2], strict=True)
    cells = [_cell(number, kind.strip() == "[markdown]", body.strip("\n")) for number, (kind, body) in enumerate(pairs)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1) + "\n"


def _cell(number: int, is_markdown: bool, body: str) -> dict[str, Any]:
    lines = [re.sub("^# ?", "", line) if is_markdown else line for line in body.split("\n")]
    source = [f"{line}\n" for line in lines[:-1]] + lines[-1:]
    common = {"id": f"cell{number}", "metadata": {}, "source": source}
    if is_markdown:
        return {"cell_type": "markdown", **common}
    return {"cell_type": "code", "execution_count": None, "outputs": [], **common}
