"""`--io axi`: what of its options is refused, and where it writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlsgen.cli.main import main
from hlsgen.flow.options import Options

DIGITS = Path(__file__).parents[2] / "designs" / "digits_mlp"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--io", "dma"], "no way in and out is called 'dma'; choose stream or axi"),
        (["--axi-latency", "20"], "--axi-latency: is for AXI masters; use it with --io axi"),
        (["--axi-width-bits", "64"], "--axi-width-bits: is for AXI masters; use it with --io axi"),
        (["--io", "axi", "--axi-width-bits", "48"], "--axi-width-bits: a width of 48 bits; use a power of two"),
        (["--io", "axi", "--axi-latency", "0"], "--axi-latency: a latency of 0 cycles; use 1 to"),
    ],
)
def test_what_is_refused(capsys, tmp_path, options, said) -> None:
    assert main(["plan", str(DIGITS), "--out", str(tmp_path / "out"), *options]) == 2
    assert said in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_a_kernel_has_no_io_but_a_latency(capsys, tmp_path) -> None:
    source = tmp_path / "k.cpp"
    source.write_text("void k(int& x) { x = 1; }\n")
    assert main(["hls", str(source), "--top", "k", "--io", "axi"]) == 2
    assert "--io is for designs" in capsys.readouterr().err
    assert main(["hls", str(source), "--top", "k", "--axi-latency", "0"]) == 2
    assert "a latency of 0 cycles" in capsys.readouterr().err


def test_a_folder_of_its_own() -> None:
    assert Options(DIGITS, io="axi").output == Path("build/digits_mlp-dataflow-int8-axi")
    settings = Options(DIGITS, io="axi").settings()
    assert (settings["io"], settings["axi_width_bits"], settings["axi_latency"]) == ("axi", None, 16)
