"""Codes in beats as hosts pack them, against the vectors that the simulations are given."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from types import ModuleType

import numpy as np
import pytest

from hlsgen.codegen.vectors import beat_lines, passing
from hlsgen.core.errors import UserError
from hlsgen.deploy.host_numbers import NUMBER_FORMATS, TENSOR_CALLS, copy_host_modules, describe_number
from hlsgen.deploy.stream_ports import in_memory
from hlsgen.numerics import parse_format


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The module as it goes with a project."""
    folder = tmp_path_factory.mktemp("beats")
    copy_host_modules(folder, NUMBER_FORMATS, *TENSOR_CALLS)
    sys.path.insert(0, str(folder))
    spec = importlib.util.spec_from_file_location("beats", folder / "beats.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.path.remove(str(folder))
    yield module
    sys.modules.pop("number_formats", None)


def port_of(text: str, lanes: int, shape: tuple[int, ...], **part: object) -> dict[str, object]:
    bits = parse_format(text).width_bits
    width = max(8, 1 << (lanes * bits - 1).bit_length())
    passed = int(np.prod(shape)) if not part else len(part["rows"]) * shape[-1] * int(np.prod(shape[:-2]))
    made = {"port": "x", "lanes": lanes, "beats": passed // lanes, "element_bits": bits, "width_bits": width}
    return {**made, **({"part": {"heads": None, "interleaved": 1, **part}} if part else {})}


@pytest.mark.parametrize("text", ["Int8", "UInt8", "Fixed(5,3)", "Int4", "Fixed(16,6)", "Fixed(23,6)", "e2m1", "e4m3"])
@pytest.mark.parametrize("lanes", [1, 3, 5, 12])
def test_beats_are_those_of_the_vectors(host: ModuleType, text: str, lanes: int) -> None:
    number, shape = describe_number(text), (60,)
    rng = np.random.default_rng(lanes)
    if number["kind"] == "fixed":
        codes = rng.integers(number["min_code"], number["max_code"] + 1, (7, *shape))
    else:
        signs = number["sign_mask"] * rng.integers(0, 2, (7, *shape))
        codes = signs | rng.integers(0, number["max_code"] + 1, (7, *shape))
    port = port_of(text, lanes, shape)
    beat = in_memory({"inputs": [port], "outputs": []})["inputs"][0]["beat"]
    rows = host.pack_beats(codes, beat)
    data = [int(line, 16) & (1 << port["width_bits"]) - 1 for line in beat_lines(port, codes)]
    assert rows.tobytes() == b"".join(word.to_bytes(port["width_bits"] // 8, "little") for word in data)
    assert np.array_equal(host.unpack_beats(rows, beat, number), codes)


@pytest.mark.parametrize(("together", "lanes"), [(1, 4), (2, 8), (3, 12)])
def test_rows_pass_by_their_numbers(host: ModuleType, together: int, lanes: int) -> None:
    codes = np.random.default_rng(2).integers(-128, 128, (3, 2, 9, 8))
    port = port_of("Int8", lanes, (2, 9, 8), rows=[0, 3, 4, 8, 1, 1], interleaved=together)
    beat = in_memory({"inputs": [port], "outputs": []})["inputs"][0]["beat"]
    expected = passing(port, codes).reshape(3, -1, lanes)
    width = beat["bytes"]
    assert np.array_equal(host.pack_beats(codes, beat).view(np.int8).reshape(3, -1, width)[..., :lanes], expected)


def test_a_sample_that_no_transfer_holds_is_refused() -> None:
    port = {**port_of("Int8", 1, (4,)), "beats": (1 << 26) - 1}
    assert in_memory({"inputs": [port], "outputs": []})["inputs"][0]["sample_bytes"] == (1 << 26) - 1
    with pytest.raises(UserError, match="a sample of 67,108,864 bytes is more than a DMA engine transfers at once"):
        in_memory({"inputs": [{**port, "beats": 1 << 26}], "outputs": []})
