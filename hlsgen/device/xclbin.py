"""An image of the simulated card, in place of an .xclbin: what v++ is told (kernel.xml, link.cfg) and, beside it, RTL.

In: a project for Vitis. Out: an `Image`, with the arguments and banks of memory as XRT finds them in an .xclbin.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from ..core.errors import UserError

_FORMAT = "an image of the simulated card, by hlsgen"


@dataclass(frozen=True, slots=True)
class XrtArgument:
    """An argument of a kernel by its number. bank: of the memory that a buffer must lie in, "" for a number."""

    name: str
    offset: int
    size_bytes: int
    bank: str


@dataclass(frozen=True, slots=True)
class Image:
    """digest: by which images are told apart. rtl: a folder with signature.json."""

    digest: str
    kernel: str
    control: str
    arguments: tuple[XrtArgument, ...]
    rtl: Path
    library: Path

    @property
    def banks(self) -> tuple[str, ...]:
        """The banks that the kernel is connected to, each once."""
        return tuple(dict.fromkeys(argument.bank for argument in self.arguments if argument.bank))


def simulated_xclbin(project: Path) -> Path:
    """The image of a folder that `hlsgen project` wrote for a card, in its `overlay/simulated`."""
    try:
        kernel, link = ((project / name).read_text(encoding="utf-8") for name in ("kernel.xml", "link.cfg"))
    except OSError as error:
        raise UserError(f"no project for a card: {error}", do="run `hlsgen project` again") from None
    path = project / "overlay" / "simulated" / f"{_name(kernel)}.xclbin"
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(project / "rtl", path.with_suffix(".rtl"), dirs_exist_ok=True)
    path.write_text(json.dumps({"format": _FORMAT, "kernel": kernel, "link": link}), encoding="utf-8")
    return path


def load_image(path: Path) -> Image:
    """Raises a `UserError` for a file that is no such image."""
    try:
        text = path.read_text(encoding="utf-8")
        given = json.loads(text)
        if given["format"] != _FORMAT:
            raise ValueError(given["format"])
        root = ElementTree.fromstring(given["kernel"]).find("kernel")
        assert root is not None
        # sp=UNIT.PORT:BANK
        places = [line.removeprefix("sp=") for line in given["link"].splitlines() if line.startswith("sp=")]
        banks = {place.partition(".")[2].partition(":")[0]: place.partition(":")[2] for place in places}
        listed = sorted(root.iterfind("args/arg"), key=lambda argument: int(argument.attrib["id"]))
        arguments = tuple(
            XrtArgument(
                one.attrib["name"],
                int(one.attrib["offset"], 0),
                int(one.attrib["size"], 0),
                banks[one.attrib["port"]] if one.attrib["addressQualifier"] == "1" else "",
            )
            for one in listed
        )
    except (OSError, ValueError, KeyError, AssertionError, ElementTree.ParseError) as error:
        raise UserError(f"no image of the simulated card: {error!r}", where=str(path)) from None
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    folder, library = path.with_suffix(".rtl"), path.with_suffix(".library")
    return Image(digest, root.attrib["name"], root.attrib["hwControlProtocol"], arguments, folder, library)


def _name(kernel_xml: str) -> str:
    root = ElementTree.fromstring(kernel_xml).find("kernel")
    if root is None:
        raise UserError("kernel.xml tells of no kernel", do="run `hlsgen project` again")
    return root.attrib["name"]
