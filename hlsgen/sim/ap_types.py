"""The open ap_types headers, inside the hls4ml wheel, and their precompiled form for GCC.

Parsing them takes three quarters of the compilation of a small project, so that it is done once per user. A folder
appears in the cache complete or not at all.
"""

from __future__ import annotations

import importlib.util
import shutil
import tempfile
from pathlib import Path

from ..core import tools
from ..core.atomic import disk_errors
from ..core.digest import digest_files, digest_value

SHIM = Path(__file__).resolve().parent / "ap_types_shim"
_HEADER = '#include "ap_axi_sdata.h"\n#include "ap_fixed.h"\n#include "hls_stream.h"\n#include <cstdio>\n'


def ap_types_folder() -> Path:
    """Where they are; looked for without importing the wheel. Raises `ToolMissing`."""
    spec = importlib.util.find_spec("hls4ml")
    folder = Path(spec.origin).parent / "templates" / "vivado" / "ap_types" if spec and spec.origin else None
    if folder is None or not (folder / "ap_fixed.h").is_file():
        raise tools.ToolMissing("the open ap_types headers are not installed", do="pip install hls4ml==1.3.0")
    return folder


def precompiled(gcc: tools.Cxx, flags: list[str]) -> list[str]:
    """The flags that spare a compilation with `flags` the headers; none where GCC cannot precompile them."""
    key = digest_value([gcc.identity, flags, _HEADER, digest_files(SHIM), digest_files(ap_types_folder())])
    target = tools.cache_dir() / f"ap_types-{key[:24]}"
    if not target.is_dir():
        with disk_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            beside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        try:
            header = beside / "ap_types.h"
            header.write_text(_HEADER)
            tools.run_all([[*gcc.compile, *flags, "-x", "c++-header", str(header), "-o", f"{header}.gch"]])
            beside.rename(target)
        except (tools.ProgramFailed, OSError):
            if not target.is_dir():  # otherwise another process was first, with the same content
                return []
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return ["-include", str(target / "ap_types.h")]
