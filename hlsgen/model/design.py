"""Load a design: the `design.py` that a user wrote, run as Python, and the model and data that it defines.

In: the path of a design folder or of its design.py. Out: `Design`. Whatever goes wrong in the user's code is a
`UserError` with the file and the line.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np

from hlsgen.core.errors import Place, UserError

from .builder import Model
from .floats import named_inputs
from .graph import Graph

_FILE = "design.py"


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """A model and its data, checked: inputs by name are finite floats (samples, *shape), labels integers (samples,) or
    None when the model is not a classifier."""

    name: str
    folder: Path
    model: Model
    calibration: dict[str, np.ndarray]
    test_inputs: dict[str, np.ndarray]
    test_labels: np.ndarray | None

    @property
    def samples(self) -> int:
        """Held-out samples."""
        return len(next(iter(self.test_inputs.values())))


def load_design(path: Path | str) -> Design:
    """Run the design at `path`, a folder or its design.py, and check what it defines."""
    file = Path(path)
    if file.is_dir():
        file /= _FILE
    if not file.is_file():
        raise UserError("no such design", where=str(file), do=f"name a folder that holds {_FILE}")
    model = _run(file).get("model")
    if not isinstance(model, Model):
        raise UserError("defines no `model`", where=str(file), do='write model = Model("name") and its layers')
    try:
        return _check(model, file)
    except UserError as error:
        raise UserError(error.what, where=Place(str(file), name=error.where), do=error.do) from None


def _run(file: Path) -> dict[str, object]:
    names: dict[str, object] = {"__name__": "design", "__file__": str(file)}
    try:
        exec(compile(file.read_bytes(), str(file), "exec"), names)
    except UserError as error:
        where = Place(str(file), _line_in(file, error.__traceback__), error.where)
        raise UserError(error.what, where=where, do=error.do) from error
    except SyntaxError as error:
        where = Place(error.filename or str(file), error.lineno or 0)
        raise UserError(f"not Python: {error.msg}", where=where) from error
    except (Exception, SystemExit) as error:
        where = Place(str(file), _line_in(file, error.__traceback__))
        raise UserError(f"{type(error).__name__}: {error}", where=where) from error
    return names


def _line_in(file: Path, trace: TracebackType | None) -> int:
    """The innermost line of the user's own file that an exception passed."""
    lines = [line for frame, line in traceback.walk_tb(trace) if frame.f_code.co_filename == str(file)]
    return lines[-1] if lines else 0


def _check(model: Model, file: Path) -> Design:
    graph = model.graph()
    if model.calibration is None or model.test is None:
        missing = "calibration" if model.calibration is None else "test"
        raise UserError(f"model.{missing} is not set", do="give it inputs" + " and labels" * (missing == "test"))
    calibration = _real(graph, model.calibration, "model.calibration")
    folder = file.resolve().parent
    if isinstance(model.test, Mapping):
        return Design(model.name, folder, model, calibration, _real(graph, model.test, "model.test"), None)
    if not (isinstance(model.test, tuple) and len(model.test) == 2):
        raise UserError("model.test is not a pair", do="write model.test = inputs, labels")
    inputs = _real(graph, model.test[0], "model.test")
    labels, samples = np.asarray(model.test[1]), len(next(iter(inputs.values())))
    if labels.shape != (samples,) or labels.dtype.kind not in "iu":
        raise UserError(f"labels are {labels.dtype} {labels.shape}", where="model.test", do="give an integer per input")
    return Design(model.name, folder, model, calibration, inputs, labels.astype(np.int64))


def _real(graph: Graph, data: object, name: str) -> dict[str, np.ndarray]:
    """`data` as float64 (samples, *shape) by input, all finite."""
    given = data if isinstance(data, Mapping) else {"": data}
    try:
        values = {key: np.asarray(value, dtype=np.float64) for key, value in given.items()}
    except (TypeError, ValueError) as error:
        raise UserError(f"not an array of numbers: {error}", where=name) from None
    named = named_inputs(graph, values if isinstance(data, Mapping) else values[""], name)
    for array in named.values():
        bad = np.argwhere(~np.isfinite(array))
        if len(bad):
            index = tuple(map(int, bad[0]))
            raise UserError(f"{array[index]} at index {index}", where=name, do="mend the data")
    return named
