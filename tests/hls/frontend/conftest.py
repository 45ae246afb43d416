"""What the front end's tests share: kernels given as text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hlsgen.hls.frontend import compile_cpp
from hlsgen.hls.llvm import ir

INCLUDES = '#include "ap_axi_sdata.h"\n#include "ap_fixed.h"\n#include "ap_int.h"\n#include "hls_stream.h"\n'


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., ir.FrontEnd]:
    """Compiles C++ text (our headers come before line 1) as `kernel.cpp`; places are relative to the test's folder."""
    monkeypatch.chdir(tmp_path)

    def compile_text(text: str, top: str = "top", **more: object) -> ir.FrontEnd:
        (tmp_path / "kernel.cpp").write_text(f'{INCLUDES}#line 1 "kernel.cpp"\n{text}', encoding="utf-8")
        return compile_cpp(["kernel.cpp"], top, **more)  # type: ignore[arg-type]

    return compile_text
