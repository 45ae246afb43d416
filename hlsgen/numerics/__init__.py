"""Number formats and exact arithmetic on their codes: the one definition that golden, C++ and RTL agree on.

A tensor is an array of integer codes with a format. Floats enter through `quantise` and leave through
`dequantise`; between them there are integers only: `to_integers`, `matmul_exact` into an accumulator wide
enough to be exact, one `requantise`.
"""

from .accumulator import (
    accumulator_bounds,
    accumulator_width,
    accumulator_width_of,
    check_accumulator,
    signed_bits,
)
from .blocks import BlockCodes
from .convert import decode, dequantise, encode, quantise, requantise, to_integers
from .exact import matmul_exact
from .exp2 import PowerTable, power_of_two, power_table
from .formats import (
    BF16,
    E2M1,
    E2M3,
    E3M2,
    E4M3,
    E4M3_FINITE,
    E5M2,
    FP16,
    Block,
    Element,
    Fixed,
    Format,
    Int,
    MiniFloat,
    Overflow,
    Rounding,
)
from .notation import from_json, parse_format, to_json

__all__ = [
    "BF16",
    "E2M1",
    "E2M3",
    "E3M2",
    "E4M3",
    "E4M3_FINITE",
    "E5M2",
    "FP16",
    "Block",
    "BlockCodes",
    "Element",
    "Fixed",
    "Format",
    "Int",
    "MiniFloat",
    "Overflow",
    "PowerTable",
    "Rounding",
    "accumulator_bounds",
    "accumulator_width",
    "accumulator_width_of",
    "check_accumulator",
    "decode",
    "dequantise",
    "encode",
    "from_json",
    "matmul_exact",
    "parse_format",
    "power_of_two",
    "power_table",
    "quantise",
    "requantise",
    "signed_bits",
    "to_integers",
    "to_json",
]
