"""Arrays in .npz files, under any names; every failure to read is a `UserError` that names the file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

import numpy as np

from hlsgen.core.errors import UserError


def read_arrays(path: Path, *, remedy: str) -> dict[str, np.ndarray]:
    """All arrays of the file at `path`; `remedy` says how such a file is made."""
    try:
        # The handle is ours: numpy leaves its own open when the archive is damaged.
        with open(path, "rb") as handle, np.load(handle) as archive:
            return {name: archive[name] for name in archive.files}
    except FileNotFoundError:
        raise UserError("no such file", where=str(path), do=remedy) from None
    except (ValueError, TypeError, OSError, EOFError, BadZipFile) as error:
        raise UserError(f"not an .npz file of arrays: {error}", where=str(path), do=remedy) from error


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write an .npz file. `numpy.savez` takes the names as keywords, and some of them for its own."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


def load_arrays(file: str, *, beside: str) -> dict[str, np.ndarray]:
    """All arrays of the .npz `file` in the folder of the script `beside` (its `__file__`)."""
    return read_arrays(Path(beside).parent / file, remedy="run the design's train.py or extract.py to make it")
