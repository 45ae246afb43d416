"""The graph: operators over named tensors, each with a shape and, once quantised, a number format.

In: the builder (`Model.graph`, formats None, float constants) or `quantise_model` (formats set, integer codes).
Out: what golden executes, what plans are made for, what the C++ is generated from; `save` and `load` keep it.

A node makes one tensor, which bears the node's name. Its inputs are tensors: first those that flow, then its
constants (`dense` and `conv2d`: weight, bias). Shapes are without the batch: (height, width, channels) or (features,).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from hlsgen.core.errors import InternalError, UserError
from hlsgen.numerics import Element, Fixed, Format, MiniFloat, from_json, to_json

from .arrays import read_arrays, write_arrays

Shape = tuple[int, ...]
_FILES = ("graph.json", "constants.npz")
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Tensor:
    """A named value. `format` is None as long as the network is one of floats."""

    name: str
    shape: Shape
    format: Format | None = None

    @property
    def size(self) -> int:
        """Elements of one sample."""
        return int(np.prod(self.shape))

    @property
    def element(self) -> Element:
        """The format of a quantised tensor whose values stand alone; `InternalError` for another."""
        if not isinstance(self.format, Fixed | MiniFloat):
            raise InternalError(f"the elements of {self} have no format of their own")
        return self.format

    @property
    def fixed(self) -> Fixed:
        """The format of a tensor of fixed-point numbers, such as exact sums; `InternalError` for another."""
        if not isinstance(self.format, Fixed):
            raise InternalError(f"{self} is not fixed point")
        return self.format

    def __str__(self) -> str:
        return f"{self.name}[{'x'.join(map(str, self.shape))}]" + (f": {self.format}" if self.format else "")


@dataclass(frozen=True, slots=True)
class Node:
    """One application of the operator `op`; the tensor that it makes is called `name` too."""

    op: str
    name: str
    inputs: tuple[str, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of the tensors that it makes: always one."""
        return (self.name,)


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """A network. `nodes` are in an order of execution; `inputs` and `outputs` name tensors; `constants` holds
    float32 arrays before quantisation and int64 or uint8/uint16 codes after it."""

    name: str
    tensors: dict[str, Tensor]
    nodes: tuple[Node, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    constants: dict[str, np.ndarray]

    def __post_init__(self) -> None:
        known = {*self.inputs, *self.constants}
        for node in self.nodes:
            if not known.issuperset(node.inputs) or node.name in known:
                raise InternalError(f"graph {self.name}: {node.name} reads a tensor that is not there yet", self)
            known.add(node.name)
        if known != self.tensors.keys() or not known.issuperset(self.outputs):
            raise InternalError(f"graph {self.name}: tensors and nodes disagree", self)
        for name, array in self.constants.items():
            if array.shape != self.tensors[name].shape:
                raise InternalError(f"graph {self.name}: constant {name} has the shape {array.shape}", self)

    def producer(self, tensor: str) -> Node | None:
        """The node that makes `tensor`; None for an input or a constant."""
        return next((node for node in self.nodes if node.name == tensor), None)

    def consumers(self, tensor: str) -> tuple[Node, ...]:
        """The nodes that read `tensor`, in order."""
        return tuple(node for node in self.nodes if tensor in node.inputs)

    def flowing(self, node: Node) -> tuple[str, ...]:
        """The inputs of `node` that are not constants."""
        return tuple(name for name in node.inputs if name not in self.constants)

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"graph {self.name}"
        for name in self.inputs:
            yield f"  input {self.tensors[name]}"
        for node in self.nodes:
            yield f"  {self.tensors[node.name]} = {node.op}({', '.join(node.inputs)})"
        yield f"  output {', '.join(self.outputs)}"

    def save(self, folder: Path) -> None:
        """Write graph.json and constants.npz into `folder` (made when missing)."""
        document = {
            "version": _VERSION,
            "name": self.name,
            "inputs": self.inputs,
            "outputs": self.outputs,
            "tensors": [
                {"name": t.name, "shape": t.shape, "format": None if t.format is None else to_json(t.format)}
                for t in self.tensors.values()
            ],
            "nodes": [
                {"op": n.op, "name": n.name, "inputs": n.inputs, "attributes": dict(n.attributes)} for n in self.nodes
            ],
        }
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _FILES[0]).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
        write_arrays(folder / _FILES[1], self.constants)

    @staticmethod
    def load(folder: Path) -> Graph:
        """Read what `save` wrote. Raises `UserError` when a file is missing or is not what `save` writes."""
        where, remedy = str(folder / _FILES[0]), "quantise the design again"
        try:
            document = json.loads((folder / _FILES[0]).read_text(encoding="utf-8"))
            if document["version"] != _VERSION:
                raise ValueError(f"version {document['version']}")
            tensors = [
                Tensor(t["name"], tuple(t["shape"]), None if t["format"] is None else from_json(t["format"]))
                for t in document["tensors"]
            ]
            nodes = tuple(
                Node(n["op"], n["name"], tuple(n["inputs"]), {k: _frozen(v) for k, v in n["attributes"].items()})
                for n in document["nodes"]
            )
            name, inputs, outputs = document["name"], tuple(document["inputs"]), tuple(document["outputs"])
        except FileNotFoundError:
            raise UserError("no such file", where=where, do=remedy) from None
        except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
            raise UserError(f"not a graph of hlsgen: {error}", where=where, do=remedy) from error
        constants = read_arrays(folder / _FILES[1], remedy=remedy)
        return Graph(name, {tensor.name: tensor for tensor in tensors}, nodes, inputs, outputs, constants)


def _frozen(value: Any) -> Any:
    """JSON has no tuples: a list of an attribute was one."""
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
