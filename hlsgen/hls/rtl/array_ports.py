"""The ports of an array of the top: of a memory outside, or of each of its words."""

from __future__ import annotations

import re

from hlsgen.hls.cdfg.import_arguments import argument_name
from hlsgen.hls.interfaces import Argument
from hlsgen.hls.items import ArrayItem, InputItem, KernelInterface, OutputItem, suffix
from hlsgen.hls.llvm.ir import Port

from .region import array_nets

Word = InputItem | OutputItem
_BANK = re.compile(r"_b(\d+)$")


def array_port(argument: Argument, port: Port, item: ArrayItem | Word) -> str:
    """The name of the ports of an item of an array: the array's own, and the number of the bank."""
    whole = {argument_name(port.name, leaf) for leaf in port.fields}
    part = suffix(item)
    return argument.port + (part if item.name in whole else _BANK.sub(r"_\1", part))


def memory_ports_of(item: ArrayItem, base: str) -> dict[str, str]:
    """role -> port of a memory outside."""
    return {role: f"{base}_{role}" for port in item.ports for role, _, _ in array_nets(port, item)}


def array_words(argument: Argument, port: Port, interface: KernelInterface) -> dict[str, list[Word]]:
    """The items of an array that are numbers, by the name of their ports."""
    found: dict[str, list[Word]] = {}
    words: list[Word] = [*interface.inputs, *interface.outputs]
    for word in words:
        if word.argument == argument.name:
            base = argument.port if argument.one_word else array_port(argument, port, word)
            found.setdefault(base, []).append(word)
    return found


def direction_of(words: list[Word]) -> str:
    """Whether a word comes in, goes out or both."""
    kinds = {type(word) for word in words}
    return "inout" if len(kinds) > 1 else "in" if InputItem in kinds else "out"
