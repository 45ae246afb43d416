"""`hlsgen kernels`: what it says of a corpus, and of what is none."""

from __future__ import annotations

import json

import pytest

from hlsgen.cli.kernels import compile_kernel, find_kernels
from hlsgen.cli.main import main

DESCRIPTION = """title = "Twice"
shows = "an addition"
top = "twice"
clock_ns = 5

[ii]
words = 1
"""
KERNEL = """void twice(const int in[8], int out[8]) {
words:
    for (int i = 0; i < 8; ++i) {
#pragma HLS PIPELINE II=1
        out[i] = in[i] + in[i];
    }
}
"""


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "corpus" / "group" / "twice"
    folder.mkdir(parents=True)
    (folder / "kernel.toml").write_text(DESCRIPTION)
    (folder / "kernel.cpp").write_text(KERNEL)
    return tmp_path / "corpus"


def kernels(*arguments: object) -> int:
    return main(["kernels", *map(str, arguments)])


def test_a_kernel_is_compiled_and_reaches_its_interval(corpus, tmp_path, capsys):
    page = tmp_path / "page.md"
    assert kernels(corpus, "--no-cosim", "--jobs", 1, "--build", tmp_path / "build", "--json", "--out", page) == 0
    (row,) = json.loads(capsys.readouterr().out)["kernels"]
    assert (row["name"], row["error"], row["loops"][0]["ii_reached"]) == ("group/twice", "", 1)
    assert "| group/twice | an addition | 5 | words 1 |" in page.read_text()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("words = 1", "word = 1"), "loop word is not pipelined"),
        (('top = "twice"', 'top = "thrice"'), "thrice"),
    ],
)
def test_what_is_not_as_described_is_a_failed_row(corpus, tmp_path, capsys, change, said):
    (corpus / "group/twice/kernel.toml").write_text(DESCRIPTION.replace(*change))
    assert kernels(corpus, "--no-cosim", "--jobs", 1, "--build", tmp_path / "build", "--json") == 1
    assert said in json.loads(capsys.readouterr().out)["kernels"][0]["error"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = ", "Invalid value"),
        ('title = "only"', "no 'shows'"),
        (DESCRIPTION.replace("[ii]", "[intervals]"), "unknown key 'intervals'"),
    ],
)
def test_a_description_that_is_none(corpus, text, said, capsys):
    (corpus / "group/twice/kernel.toml").write_text(text)
    assert kernels(corpus) == 2
    assert said in capsys.readouterr().err


def test_random_schedules_are_other_ones(corpus, tmp_path):
    (kernel,) = find_kernels(corpus)
    texts = []
    for seed in (None, 4, 5, 6, 4):
        row = compile_kernel(kernel, tmp_path, "xc7", seed)
        folder = "rtl" if seed is None else "rtl_random"
        assert not row.error and row.seconds
        texts.append((tmp_path / folder / "twice_process.v").read_text())
    assert len(set(texts)) > 2 and texts[1] == texts[-1]


def test_random_schedules_have_to_be_simulated(corpus, capsys):
    assert kernels(corpus, "--no-cosim", "--schedules", 1) == 2
    assert "leave out --no-cosim" in capsys.readouterr().err


def test_names_are_checked(corpus, tmp_path, capsys):
    assert kernels(corpus, "--only", "once") == 2
    assert "no kernel 'once'" in capsys.readouterr().err
    assert kernels(tmp_path / "nothing") == 2
    assert kernels(corpus, "--family", "z80") == 2
