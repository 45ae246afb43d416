"""Signature and vector files that do not fit: each fault has a message with its place."""

from __future__ import annotations

import json

import pytest
from sim_designs import accumulate

from hlsgen.core.errors import UserError
from hlsgen.sim.cosim import cosim
from hlsgen.sim.signature import load_signature
from hlsgen.sim.vectors import load_vectors


def signature_error(example, change) -> str:
    path = example.rtl / "signature.json"
    raw = json.loads(path.read_text())
    change(raw)
    path.write_text(json.dumps(raw))
    with pytest.raises(UserError) as caught:
        load_signature(example.rtl)
    return str(caught.value)


def vectors_error(example) -> str:
    with pytest.raises(UserError) as caught:
        load_vectors(example.vectors, load_signature(example.rtl))
    return str(caught.value)


def test_signature_is_read(tmp_path):
    signature = load_signature(accumulate(tmp_path).rtl)
    assert [stream.name for stream in signature.inputs] == ["in_stream"]
    assert [stream.name for stream in signature.outputs] == ["out_stream"]
    assert signature.files == (tmp_path / "rtl" / "accumulate.v",)


def test_no_signature(tmp_path):
    with pytest.raises(UserError, match=r"there is no signature.json; run `hlsgen hls` first"):
        load_signature(tmp_path)
    (tmp_path / "signature.json").write_text("{")
    with pytest.raises(UserError, match=r"signature.json: not readable as JSON"):
        load_signature(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda raw: raw.update(version=3),
            "version 3 with control 'ap_ctrl_hs' cannot be simulated; needed: version 2",
        ),
        (lambda raw: raw.update(control="axi"), "control 'axi' cannot be simulated"),
        (lambda raw: raw.pop("clock"), "malformed: KeyError('clock')"),
        (lambda raw: raw["streams"][0].update(direction="up"), "malformed: KeyError('up')"),
        (lambda raw: raw.update(top="a;b"), "top, clock or reset name 'a;b' is not an identifier"),
        (lambda raw: raw["streams"][0].update(name="1x"), "stream name '1x' is not an identifier"),
        (lambda raw: raw["streams"][0].update(data_bits=12), "stream 'in_stream' is not an AXI-Stream"),
        (lambda raw: raw["streams"][1]["ports"].pop("ready"), "stream 'out_stream' is not an AXI-Stream"),
        (lambda raw: raw["files"].append("gone.v"), "gone.v: the file is missing; run `hlsgen hls` again"),
    ],
)
def test_signature_faults(tmp_path, change, message):
    assert message in signature_error(accumulate(tmp_path), change)


def test_vectors_need_an_output_stream(tmp_path):
    example = accumulate(tmp_path)
    path = example.rtl / "signature.json"
    raw = json.loads(path.read_text())
    raw["streams"].pop()
    path.write_text(json.dumps(raw))
    with pytest.raises(UserError, match="the design has no output stream"):
        cosim(example.rtl, example.vectors, tmp_path / "work")


def test_vectors_are_read(tmp_path):
    example = accumulate(tmp_path)
    vectors = load_vectors(example.vectors, load_signature(example.rtl))
    assert vectors.samples == 20
    assert {name: port.beats_per_sample for name, port in vectors.ports.items()} == {"in_stream": 4, "out_stream": 1}


def test_missing_vector_files(tmp_path):
    example = accumulate(tmp_path)
    (example.vectors / "out_stream.hex").unlink()
    assert "out_stream.hex: the file is missing; run `hlsgen csim` again" in vectors_error(example)
    (example.vectors / "vectors.json").write_text("[]")
    assert "vectors.json: no number of beats or samples under 'samples'" in vectors_error(example)
    (example.vectors / "vectors.json").write_text("no")
    assert "vectors.json: not readable as JSON" in vectors_error(example)
    (example.vectors / "vectors.json").unlink()
    assert "there is no vectors.json; run `hlsgen csim` again" in vectors_error(example)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("3ffff", "in_stream.hex:3: '3ffff' is not a beat of 17 bits"),
        ("12x", "in_stream.hex:3: '12x' is not a beat of 17 bits"),
        ("-1", "in_stream.hex:3: '-1' is not a beat of 17 bits"),
        ("0 0", "in_stream.hex: 81 beats, but vectors.json says 80"),
        ("", "in_stream.hex: 79 beats, but vectors.json says 80"),
        ("\u00e9", "in_stream.hex: not readable"),
    ],
)
def test_beats_that_do_not_fit(tmp_path, line, message):
    example = accumulate(tmp_path)
    path = example.vectors / "in_stream.hex"
    lines = path.read_text().splitlines()
    lines[2] = line
    path.write_text("\n".join(lines), encoding="utf-8")
    assert message in vectors_error(example)


def test_beats_that_are_no_whole_samples(tmp_path):
    example = accumulate(tmp_path)
    path = example.vectors / "vectors.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"in_stream": 79}))
    assert "port 'in_stream': 79 beats are not a whole number per sample (20 samples)" in vectors_error(example)
