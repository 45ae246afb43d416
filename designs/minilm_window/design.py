"""Two heads of all-MiniLM-L6-v2 on 512 tokens of text, each query attending to the 64 keys around it.

The tensors come from extract.py; README.md says which heads, which text, and what the window costs.
"""

import numpy as np

from hlsgen.model import Model, load_arrays

data = load_arrays("qkv.npz", beside=__file__)
shape = data["test"].shape[2:]  # (heads, tokens, features)

model = Model("minilm_window")
q, k, v = (model.input(name, shape) for name in "qkv")
model.output(model.window_attention(q, k, v, window=64, name="attention"))

model.calibration = dict(zip("qkv", data["calibration"], strict=True))
# Once more with the heads in the other order: of two samples the interval is measured too.
both = np.concatenate([data["test"], data["test"][:, :, ::-1]], axis=1)
model.test = dict(zip("qkv", both, strict=True))
