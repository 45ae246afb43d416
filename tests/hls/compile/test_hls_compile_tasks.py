"""Functions that hls::task runs; `calls/tasks*.cpp` are simulated."""

from __future__ import annotations

import pytest

from hlsgen.hls.cdfg.ir import Kind
from hlsgen.hls.compile import compile_sources

TEXT = """\
#include "hls_task.h"
static void tell(hls::stream<int>& in, hls::stream<int>& out) {
    in.read();
    out.write(7);
}
static void below(hls::stream<int>& in, hls::stream<int>& out) {
    hls_thread_local hls::stream<int> between;
    hls_thread_local hls::task first(tell, in, between), second(tell, between, out);
}
static void start(hls::stream<int>& in, hls::stream<int>& out) { out.write(in.read()); }
void top(hls::stream<int>& in, hls::stream<int>& out) {
PRAGMA
    hls_thread_local hls::stream<int> words;
    hls_thread_local hls::task task(below, words, out);
    CALL
}
"""
ALONE = TEXT.replace("PRAGMA", "").replace("CALL", "hls_thread_local hls::task other(start, in, words);")
MIXED = TEXT.replace("PRAGMA", "#pragma HLS DATAFLOW").replace("CALL", "start(in, words);")


def compiled(folder, text: str, **options):
    source = folder / "kernel.cpp"
    source.write_text(text, encoding="utf-8")
    return compile_sources([source], "top", clock_ns=5.0, family="xcup", workdir=folder / "stages", **options)


@pytest.mark.parametrize("text", [ALONE, MIXED])
def test_a_task_gives_nothing_before_it_has_taken_something(tmp_path, text):
    """In any schedule: else it gives a word more than in C++."""
    for seed in range(8):
        functions = compiled(tmp_path, text, schedule_seed=seed).functions
        (tell,) = (each for each in functions.values() if each.function.name == "tell")
        stages = {op.kind: block.stage[op.id] for block in tell.blocks.values()
                  for id in tell.function.blocks[block.label].ops
                  if (op := tell.function.ops[id]).kind in (Kind.READ, Kind.WRITE)}  # fmt: skip
        assert stages[Kind.READ] <= stages[Kind.WRITE]


def test_tasks_alone_have_no_handshake_and_are_pipelined_by_choice(tmp_path):
    made = compiled(tmp_path, ALONE, automatic=True)
    assert made.signature["control"] == "ap_ctrl_none"
    assert {each["text"] for each in made.report.to_json()["chosen"]} == {"HLS PIPELINE"}
    assert {loop.function: loop.ii_reached for loop in made.report.loops} == {"tell": 1, "start": 1}
    assert compiled(tmp_path, MIXED).signature["control"] == "ap_ctrl_hs"
