"""What hosts take with them, who have no part of hlsgen: modules of `templates/host`, and number formats as data."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from hlsgen.core.errors import InternalError
from hlsgen.core.paths import data_dir
from hlsgen.numerics import Block, Fixed, parse_format

NUMBER_FORMATS = "number_formats.py"
WEIGHT_BYTES = "weight_bytes.py"
TENSOR_CALLS = ("tensor_calls.py", "beats.py")


def describe_number(text: str) -> dict[str, Any]:
    """What a host needs to know of the format `text`."""
    fmt = parse_format(text)
    if isinstance(fmt, Block):
        raise InternalError(f"a port of blocks: {text}")
    found = {"format": text, "width_bits": fmt.width_bits, "lsb_exponent": fmt.lsb_exponent, "max_code": fmt.max_code}
    if isinstance(fmt, Fixed):
        modes = {"rounding": fmt.rounding.name, "overflow": fmt.overflow.name}
        return {**found, "kind": "fixed", "min_code": fmt.min_code, **modes}
    return {**found, "kind": "minifloat", "mantissa": fmt.mantissa, "sign_mask": fmt.sign_mask}


def copy_host_modules(folder: Path, *names: str) -> None:
    """Modules that hosts import, beside them."""
    for name in names:
        shutil.copyfile(data_dir("templates") / "host" / name, folder / name)
