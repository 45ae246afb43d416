"""Names that C++, Verilog and Tcl all take; the rest is refused."""

from __future__ import annotations

import pytest

from hlsgen.core.errors import UserError
from hlsgen.core.naming import check_identifier


@pytest.mark.parametrize("name", ["x", "conv1_out", "A" * 64])
def test_accepted(name):
    assert check_identifier(name, "layer") == name


@pytest.mark.parametrize("name", ["", "1x", "a;rm -rf", "a b", "_x", "é", "A" * 65, "x\n"])
def test_no_identifier(name):
    with pytest.raises(UserError) as error:
        check_identifier(name, "layer", "design.py")
    assert str(error.value) == (
        f"design.py: layer name {name!r} is not an identifier; "
        "use a letter, then letters, digits or underscores, at most 64"
    )


@pytest.mark.parametrize("name", ["module", "class", "bins", "unique0", "co_await", "a__b"])
def test_reserved(name):
    with pytest.raises(UserError) as error:
        check_identifier(name, "layer")
    assert str(error.value) == f"layer name {name!r} is reserved in C++ or Verilog; choose another name"
