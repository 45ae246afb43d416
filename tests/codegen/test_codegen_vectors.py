"""The packing of codes into beats, and the files."""

from __future__ import annotations

import json

import numpy as np
import pytest

from hlsgen.codegen import beat_lines, write_vectors
from hlsgen.core.errors import UserError

IN = {"port": "in_stream", "tensor": "x", "width_bits": 16, "beats": 3, "lanes": 3, "element_bits": 5}
OUT = {"port": "out_stream", "width_bits": 8, "beats": 2, "lanes": 1, "element_bits": 8}
INTERFACE = {"inputs": [IN], "outputs": [OUT]}


def test_codegen_vectors_pack_lanes_from_the_low_bits_and_mark_the_last_beat():
    lines = beat_lines(IN, np.arange(9).reshape(1, 3, 3))
    assert lines == [f"{0 + (1 << 5) + (2 << 10):05x}", f"{3 + (4 << 5) + (5 << 10):05x}",
                     f"{6 + (7 << 5) + (8 << 10) + (1 << 16):05x}"]  # fmt: skip


def test_codegen_vectors_negative_codes_are_twos_complement():
    assert beat_lines(OUT, np.array([[-1, -128]])) == ["0ff", "180"]


def test_codegen_vectors_unpack_to_what_was_packed():
    codes = np.random.default_rng(0).integers(0, 32, (7, 9))
    lines = [int(line, 16) for line in beat_lines(IN, codes)]
    unpacked = [[line >> (5 * lane) & 31 for lane in range(3)] for line in lines]
    assert np.array_equal(np.reshape(unpacked, (7, 9)), codes)
    assert [line >> 16 for line in lines] == [0, 0, 1] * 7


def test_codegen_vectors_files(tmp_path):
    write_vectors(INTERFACE, {"x": np.zeros((2, 9), int)}, np.ones((2, 2), int), tmp_path / "vectors")
    assert (tmp_path / "vectors/out_stream.hex").read_text() == "001\n101\n001\n101\n"
    assert json.loads((tmp_path / "vectors/vectors.json").read_text()) == {
        "in_stream": 6,
        "out_stream": 4,
        "samples": 2,
        "layout": {"in_stream": {"lanes": 3, "element_bits": 5}, "out_stream": {"lanes": 1, "element_bits": 8}},
    }


@pytest.mark.parametrize(
    ("inputs", "outputs", "text"),
    [
        ((2, 9), (3, 2), "vectors: 2 inputs x but 3 outputs"),
        ((2, 8), (2, 2), r"vectors of in_stream: samples of shape \(8,\) for a port of 9 elements"),
    ],
)
def test_codegen_vectors_refuse_other_shapes(tmp_path, inputs, outputs, text):
    with pytest.raises(UserError, match=text):
        write_vectors(INTERFACE, {"x": np.zeros(inputs, int)}, np.zeros(outputs, int), tmp_path)
