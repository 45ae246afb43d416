"""Where the data folders are (`templates/`, `boards/`, `sim/`): in a checkout, or inside an installed wheel."""

from __future__ import annotations

from pathlib import Path

from .errors import InternalError

_PACKAGE = Path(__file__).resolve().parent.parent


def package_dir() -> Path:
    """The folder of the package `hlsgen` itself."""
    return _PACKAGE


def data_dir(name: str) -> Path:
    """The folder `name`, one of templates, boards, sim. A checkout's own folder wins over the wheel's copy."""
    for root in (_PACKAGE.parent, _PACKAGE / "_data"):
        if (root / name).is_dir() and (root != _PACKAGE.parent or (root / "pyproject.toml").is_file()):
            return root / name
    raise InternalError(f"the data folder {name!r} is neither beside the package nor inside it: {_PACKAGE}")
