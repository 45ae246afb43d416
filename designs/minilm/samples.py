"""What the extraction scripts share: the text, how local attention to it is, the choice of heads, the file of tensors.

The text is Python's own reference, `pydoc_data.topics`, that of Python 3.11.7 for the files here. One topic for
calibration and the choice, another for the test, a long one for sequences beyond the trained positions.
"""

from __future__ import annotations

import hashlib
import math
from pathlib import Path
from pydoc_data.topics import topics

import numpy as np

from hlsgen.model import Mask

from .encoder import Encoder
from .tokens import token_ids

CALIBRATION = "import"
TEST = "typesseq"
LONG = "compound"


def topic_ids(topic: str, tokens: int, encoder: Encoder) -> list[int]:
    """The first `tokens` ids of a topic, [CLS] at the start and [SEP] at the end. Prints which text it was."""
    print(f"topic {topic!r}, sha256 {hashlib.sha256(topics[topic].encode()).hexdigest()[:16]}, {tokens} tokens")
    ids = token_ids(topics[topic], encoder.vocabulary)
    if len(ids) < tokens:
        raise SystemExit(f"the topic has {len(ids)} tokens, fewer than {tokens}")
    return [*ids[: tokens - 1], ids[-1]]


def share(heads: np.ndarray, mask: Mask) -> np.ndarray:
    """The share of attention that falls on the keys of `mask`, the mean over queries: (heads,). `heads` are q, k, v and
    what dense attention makes of them, (4, heads, tokens, features), in all that follows."""
    return _masked(heads, mask)[1].mean(-1)


def error(heads: np.ndarray, mask: Mask, rows: np.ndarray | slice = slice(None)) -> np.ndarray:
    """How far attention to the keys of `mask` alone is from dense attention, relatively, in the root mean square over
    `rows`: (heads,)."""
    dense = heads[3][:, rows]
    difference = _masked(heads, mask)[0][:, rows] - dense
    return np.sqrt(np.square(difference).sum((-1, -2)) / np.square(dense).sum((-1, -2)))


def choose_heads(layers: np.ndarray, mask: Mask) -> tuple[int, list[int]]:
    """The layer whose second most local head is the most local, and its two most local heads, by share, the higher
    first. Prints the shares."""
    shares = np.array([share(heads, mask) for heads in layers])
    print("share of attention on the mask, by layer and head:", np.array2string(shares, precision=2), sep="\n")
    layer = int(np.sort(shares)[:, -2].argmax())
    chosen = np.argsort(-shares[layer])[:2].tolist()
    print(f"chosen: layer {layer}, heads {chosen}")
    return layer, chosen


def report(name: str, *columns: np.ndarray) -> None:
    """Print a line of the table in a design's README.md; a column has a number for each head."""
    print("|", name, *(f"| {' and '.join(f'{value:.3f}' for value in column)}" for column in columns), "|")


def save(path: Path, calibration: np.ndarray, test: np.ndarray) -> None:
    """Write q, k and v of both texts as float16 (3, 1 sample, heads, tokens, features)."""
    arrays = {"calibration": calibration, "test": test}
    np.savez_compressed(path, **{name: heads[:3, None].astype(np.float16) for name, heads in arrays.items()})
    print(f"{path.name}: {path.stat().st_size:,} bytes")


def _masked(heads: np.ndarray, mask: Mask) -> tuple[np.ndarray, np.ndarray]:
    """Attention to the keys of `mask` alone, and its share of each query's."""
    q, k, v = heads[:3].astype(np.float64)
    scores = q @ k.swapaxes(-1, -2) / math.sqrt(q.shape[-1])
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    seen = weights * mask.attended(np.arange(q.shape[1]), q.shape[1])
    return seen @ v / seen.sum(-1, keepdims=True), seen.sum(-1) / weights.sum(-1)
