"""The Yosys commands of the estimate, per device family, as data: (label, commands) in order.

In: Verilog files and the top module. Out: a mapped netlist with the hierarchy kept, so that a module that stands
twenty times in the design is mapped once. Nothing is flattened before the cells have been counted.

xc7 is Yosys' own flow. For xcup, Yosys 0.70 maps multipliers to DSP48E2 but packs neither registers nor adders into
them, which costs a hundred flip-flops and more per multiplier that a real DSP absorbs. So the DSP part of the flow
puts the 27x18 multiplier on a DSP48E1 cell (`dsp48.v`), lets the 7-series packer run, and goes on with the
UltraScale+ flow: an estimate, not a netlist to build from. Tests hold its counts on small modules. ecp5 is Yosys' own
flow again, and the one that a bitstream is made from.
"""

from __future__ import annotations

from pathlib import Path

FAMILIES = ("xc7", "xcup", "ecp5")

_DSP_MAP = Path(__file__).with_name("dsp48.v")
_LABELS = ("coarse", "map_memory", "map_ffram", "fine", "map_cells", "map_ffs", "map_luts", "finalize")

Script = list[tuple[str, list[str]]]


def synthesis(sources: list[Path], top: str, family: str) -> Script:
    """The commands that read `sources` and leave the netlist mapped to cells of `family`."""
    read = [f"read_verilog -sv {_quoted(path)}" for path in sources]
    # To Vivado a distributed ROM is LUTs; Yosys would look for a LUT memory cell without a write port.
    read += ['setattr -set rom_style "logic" m:* a:rom_style=distributed %i']
    if family == "ecp5":
        return [("read", read), ("map", [f"synth_ecp5 -noflatten -top {top}"])]
    flow = f"synth_xilinx -family {family} -top {top} -noiopad -noclkbuf"
    dsp = [f"{flow} -run map_dsp:coarse"] if family == "xc7" else _dsp48e1_packing()
    mapping = [
        (label, [f"{flow} -run {label}:{following}"])
        for label, following in zip(_LABELS, (*_LABELS[1:], "check"), strict=True)
    ]
    return [("read", read), ("prepare", [f"{flow} -run begin:map_dsp"]), ("map_dsp", dsp), *mapping]


def counting(statistics: Path) -> Script:
    """The commands that write the cells of each module to `statistics`."""
    return [("count", [f"tee -q -o {_quoted(statistics)} stat -json"])]


def timing(family: str, library: Path, report: Path, boxes: list[str]) -> Script:
    """The commands that write the longest paths of the flat netlist to `report`.

    Yosys keeps cells as empty boxes while it maps; they have to go before their timing can be read. library: timing of
    the cells in `boxes`, in place of what Yosys' own library says of them.
    """
    return [
        ("flatten", ["flatten -noscopeinfo", "opt_clean"]),
        (
            "timing",
            [
                "delete =A:blackbox =A:whitebox =A:lib_whitebox",
                f"read_verilog -lib -specify +/{cells_folder(family)}/cells_sim.v",
                "delete " + " ".join(f"={name}" for name in boxes),
                f"read_verilog -lib -specify {_quoted(library)}",
                f"tee -q -o {_quoted(report)} sta",
            ],
        ),
    ]


def cells_folder(family: str) -> str:
    """The folder of Yosys' cell library of a family, below its share folder."""
    return "ecp5" if family == "ecp5" else "xilinx"


def _dsp48e1_packing() -> list[str]:
    widths = "-D DSP_A_MAXWIDTH=27 -D DSP_B_MAXWIDTH=18 -D DSP_A_MINWIDTH=2 -D DSP_B_MINWIDTH=2 -D DSP_Y_MINWIDTH=9"
    return [
        "memory_dff",
        "alumacc -macc-only",
        "maccmap -unmap",
        "opt_clean",
        f"techmap -map +/mul2dsp.v -map {_quoted(_DSP_MAP)} {widths} -D DSP_SIGNEDONLY=1 -D DSP_NAME=$__MUL27X18",
        "select a:mul2dsp",
        "setattr -unset mul2dsp",
        "opt_expr -fine",
        "wreduce",
        "select -clear",
        "xilinx_dsp -family xc7",
        "chtype -set $mul t:$__soft_mul",
    ]


def _quoted(path: Path) -> str:
    return f'"{path}"'
