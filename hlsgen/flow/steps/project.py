"""What stages read of the project that codegen wrote: its interface."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hlsgen.core.atomic import read_json
from hlsgen.core.errors import UserError


def read_interface(folder: Path) -> dict[str, Any]:
    """interface.json of the project in `folder`; a `UserError` when it is not there or was spoilt by hand."""
    interface = read_json(folder / "interface.json")
    if not (isinstance(interface, dict) and {"top", "inputs", "outputs"} <= interface.keys()):
        raise UserError("no usable interface.json", where=str(folder), do="run hlsgen codegen again")
    return interface
