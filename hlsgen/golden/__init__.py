"""The golden model: exact integer execution in NumPy, the reference for every level below."""

from .execute import GoldenResult, accuracy, code_inputs, float_reference, relative_error, run

__all__ = ["GoldenResult", "accuracy", "code_inputs", "float_reference", "relative_error", "run"]
