"""Kernels of three kinds, compiled once: behind AXI masters, between streams, and between streams that are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlsgen.deploy.stream_control import add_stream_control
from hlsgen.hls.compile import compile_project

VADD = """
#include "ap_int.h"
void vadd(const ap_int<32> *a, const ap_int<32> *b, ap_int<32> *c, int n) {
#pragma HLS INTERFACE m_axi port=a bundle=gmem0 depth=64
#pragma HLS INTERFACE m_axi port=b bundle=gmem1 depth=64
#pragma HLS INTERFACE m_axi port=c bundle=gmem0 depth=64
#pragma HLS INTERFACE s_axilite port=n
#pragma HLS INTERFACE s_axilite port=return
    for (int i = 0; i < n; ++i) {
#pragma HLS PIPELINE II=1
        c[i] = a[i] + b[i];
    }
}
"""

SCALE = """
#include "ap_axi_sdata.h"
#include "ap_int.h"
#include "hls_stream.h"
typedef ap_axiu<32, 0, 0, 0> beat_t;
void scale(hls::stream<beat_t>& in, hls::stream<beat_t>& out) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=out
#pragma HLS INTERFACE ap_ctrl_hs port=return
    for (int i = 0; i < 16; ++i) {
#pragma HLS PIPELINE II=1
        beat_t beat = in.read();
        beat.data = beat.data * 3;
        out.write(beat);
    }
}
"""


@pytest.fixture(scope="session")
def kernels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Name -> folder with RTL and signature.json. plain: what `triple` has inside."""
    texts = {"vadd": VADD, "scale": SCALE}
    made = {name: _compiled(name, text, tmp_path_factory.mktemp(name)) for name, text in texts.items()}
    made["plain"] = plain = _compiled("triple", SCALE.replace("scale", "triple"), tmp_path_factory.mktemp("triple"))
    made["triple"] = plain.parent / "called"
    add_stream_control(plain, {"in": 16, "out": 16}, made["triple"])
    return made


def _compiled(name: str, text: str, folder: Path) -> Path:
    source, rtl = folder / f"{name}.cpp", folder / "rtl"
    source.write_text(text)
    rtl.mkdir()
    compile_project([source], name, rtl, clock_ns=5.0, family="xcup")
    return rtl
