"""What every argument becomes: modes and defaults, names, registers, masters; and what cannot be."""

from __future__ import annotations

import pytest

from hlsgen.core.errors import UserError
from hlsgen.hls.bind.target import Target
from hlsgen.hls.bus_widths import even_bits
from hlsgen.hls.frontend import compile_cpp
from hlsgen.hls.interfaces import Interfaces, plan_interfaces, port_name
from hlsgen.hls.kernel_interface import argument_directions
from hlsgen.hls.schedule import DelayTable
from hlsgen.hls.scheduling import schedule_program


def plan(
    tmp_path, arguments: str, pragmas: str = "", body: str = "", result: str = "void", heads: str = ""
) -> Interfaces:
    lines = "\n".join(f"#pragma HLS INTERFACE {line}" for line in filter(None, map(str.strip, pragmas.split(";"))))
    source = tmp_path / "kernel.cpp"
    source.write_text(f"#include <ap_int.h>\n{heads}\n{result} top({arguments}) {{\n{lines}\n{body}\n}}\n")
    front = compile_cpp([source], "top", workdir=tmp_path / "work")
    region = schedule_program(front, Target(10.0, DelayTable.load("xc7"))).regions[front.top]
    return plan_interfaces(front, argument_directions(front, region.interface))


def ports(found: Interfaces, name: str) -> dict[str, str]:
    return dict(found.argument(name).leaves[0].ports)


def test_defaults(tmp_path):
    found = plan(
        tmp_path,
        "int a, ap_int<7> b, int *out, int &both, const int &read, int words[10]",
        body="both += a + b + read; *out = a; words[a & 7] = a;",
    )
    modes = {argument.name: (argument.mode, argument.direction, argument.bits) for argument in found.arguments}
    assert modes == {
        "a": ("ap_none", "in", 32), "b": ("ap_none", "in", 7), "out": ("ap_vld", "out", 32),
        "both": ("ap_ovld", "inout", 32), "read": ("ap_none", "in", 32), "words": ("ap_memory", "out", 32),
    }  # fmt: skip
    assert ports(found, "a") == {"data": "a"}
    assert ports(found, "out") == {"data": "out_r", "valid": "out_r_ap_vld"}
    assert ports(found, "both") == {"data_in": "both_i", "data_out": "both_o", "valid": "both_o_ap_vld"}
    assert {"words_address0", "words_ce0", "words_d1"} <= set(ports(found, "words").values())
    assert found.axilite == found.masters == ()


def test_an_array_that_is_divided_completely_is_words(tmp_path):
    found = plan(
        tmp_path,
        "int joined[4], int rows[2][2], int made[2], int half[2][2]",
        "ap_vld port=joined",
        body="""
#pragma HLS ARRAY_RESHAPE variable=joined
#pragma HLS ARRAY_PARTITION variable=rows dim=1
#pragma HLS ARRAY_PARTITION variable=rows dim=2 type=complete
#pragma HLS ARRAY_PARTITION variable=made complete dim=0
#pragma HLS ARRAY_PARTITION variable=half complete dim=2
made[0] = joined[1] + rows[1][0] + half[0][1];""",
    )
    assert {each.name: (each.mode, each.one_word) for each in found.arguments} == {
        "joined": ("ap_vld", True), "rows": ("ap_none", False), "made": ("ap_vld", False), "half": ("ap_memory", False),
    }  # fmt: skip
    with pytest.raises(UserError, match="INTERFACE ap_vld cannot be had for an array"):
        plan(tmp_path, "int a[4]", "ap_vld port=a", body="a[0] = 1;")


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("ap_vld", {"data": "a", "valid": "a_ap_vld"}),
        ("ap_hs", {"data": "a", "valid": "a_ap_vld", "ack": "a_ap_ack"}),
        ("ap_ack", {"data": "a", "ack": "a_ap_ack"}),
        ("ap_stable", {"data": "a"}),
    ],
)
def test_handshakes_of_a_value(mode, expected, tmp_path):
    found = plan(tmp_path, "int a, int *o", f"{mode} port=a", "*o = a;")
    assert ports(found, "a") == expected
    assert found.argument("a").stable == (mode == "ap_stable")


def test_return_value(tmp_path):
    found = plan(tmp_path, "int a", body="return a;", result="int")
    told = [(a.name, a.kind, a.mode) for a in found.arguments]
    assert told == [("a", "value", "ap_none"), ("ap_return", "return", "ap_none")]


def test_registers(tmp_path):
    """The return value first, pointers as 64 bits, the others in the order of C."""
    found = plan(
        tmp_path,
        "const int *p, int n, int &o, ap_int<70> w",
        "s_axilite port=return; m_axi port=p offset=slave bundle=gmem; s_axilite port=p; s_axilite port=n;"
        "s_axilite port=o; s_axilite port=w",
        "o = p[n] + (int)w; return n;",
        result="int",
    )
    (slave,) = found.axilite
    assert (slave.name, slave.control, slave.address_bits) == ("s_axi_control", True, 7)
    offsets = {register.name: register.offset for register in slave.registers}
    assert offsets == {
        "CTRL": 0, "GIER": 4, "IP_IER": 8, "IP_ISR": 12, "ap_return": 0x10, "p": 0x18, "n": 0x24, "o": 0x2C,
        "o_ctrl": 0x30, "w": 0x3C,
    }  # fmt: skip
    (master,) = found.masters
    assert (master.name, master.data_bits, master.arguments) == ("m_axi_gmem", 32, ("p",))


def test_two_bundles(tmp_path):
    """Addresses go to `control` when nobody says another; its first words are reserved then."""
    found = plan(
        tmp_path,
        "const int *p, int n, int *q",
        "m_axi port=p bundle=g0; m_axi port=q bundle=g1 offset=slave; s_axilite port=n bundle=ctl;"
        "s_axilite port=return bundle=ctl",
        "for (int i = 0; i < n; ++i) q[i] = p[i];",
    )
    assert [(slave.bundle, slave.control) for slave in found.axilite] == [("ctl", True), ("control", False)]
    assert [r.offset for r in found.axilite[1].registers] == [0x10, 0x1C]
    assert [master.bundle for master in found.masters] == ["g0", "g1"]


def test_offsets_of_the_user(tmp_path):
    found = plan(
        tmp_path, "int a, int b, int *o", "s_axilite port=a offset=0x40; s_axilite port=b offset=0x42;"
        "s_axilite port=return", "*o = a + b;",
    )  # fmt: skip
    assert [(r.name, r.offset) for r in found.axilite[0].registers if r.role == "data"] == [("a", 0x40), ("b", 0x48)]
    assert [note.text for note in found.notes] == ["b: offset 0x42 is taken or unfit, moved to 0x48"]


def test_master_options(tmp_path):
    found = plan(
        tmp_path,
        "const int *p, const long long *q",
        "m_axi port=p bundle=g max_read_burst_length=64 num_read_outstanding=8 max_widen_bitwidth=256 offset=direct;"
        "m_axi port=q bundle=g latency=30 offset=off",
        "volatile int x = p[0] + (int)q[1];",
    )
    (master,) = found.masters
    assert (master.data_bits, master.max_read_burst, master.read_outstanding, master.latency_cycles) == (256, 64, 8, 30)
    assert ports(found, "p") == {"offset": "p"}
    assert found.axilite == ()


def test_bus_widths():
    def bits(*found: tuple[int, int, int]) -> int:
        return even_bits(found)

    assert bits((8, 0, 1)) == 32
    assert bits((8, 0, 1), (64, 0, 8)) == 64
    assert bits((512, 0, 64)) == 512
    assert bits((192, 0, 24)) == 64  # 24 bytes: whole beats of 8
    assert bits((512, 8, 72), (64, 0, 72)) == 64  # a wide member at a multiple of 8
    assert bits((4096, 0, 512)) == 1024


def test_names():
    assert [port_name(name) for name in ("out", "input", "image", "data", "Signal")] == [
        "out_r", "input_r", "image_r", "data", "Signal_r",
    ]  # fmt: skip


def test_ap_ovld_of_what_is_only_read_is_its_input(tmp_path):
    a, b = plan(tmp_path, "int *a, int *b", "ap_ovld port=a", "*b = *a;").arguments
    assert (a.mode, b.mode) == ("ap_none", "ap_vld")


REFUSED = {
    "m_axi cannot be had for a value": ("int a", "m_axi port=a", ""),
    "cannot be had for a value": ("int a", "ap_memory port=a", ""),
    "cannot be had for an array": ("int a[4]", "ap_vld port=a", "a[0] = 1;"),
    "INTERFACE ap_ovld cannot be had for an array": ("const int a[4], int *b", "ap_ovld port=a", "*b = a[1];"),
    "which has no output": ("int a", "ap_ovld port=a", ""),
    "offset=7 of an m_axi port": ("int *a", "m_axi port=a offset=7", "a[1] = 1;"),
    "max_read_burst_length=300": ("int *a", "m_axi port=a max_read_burst_length=300", "a[1] = 1;"),
    "max_widen_bitwidth=96": ("int *a", "m_axi port=a max_widen_bitwidth=96", "a[1] = 1;"),
    "have the same name": ("int *a, int a_ap_vld", "", "*a = a_ap_vld;"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused(what, tmp_path):
    arguments, pragmas, body = REFUSED[what]
    with pytest.raises(UserError, match=what) as caught:
        plan(tmp_path, arguments, pragmas, body)
    assert "kernel.cpp" in str(caught.value) and ";" in str(caught.value)
