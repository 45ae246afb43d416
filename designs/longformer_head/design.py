"""One head of 64 features on 256 tokens of text, in the pattern of Longformer: each query attends to the 32 keys around
it and to token 0, which is [CLS].

The tensors come from extract.py; README.md says what the head is made of, which text it is, and what the mask costs.
"""

from hlsgen.model import Model, load_arrays

data = load_arrays("qkv.npz", beside=__file__)
shape = data["test"].shape[2:]  # (heads, tokens, features)

model = Model("longformer_head")
q, k, v = (model.input(name, shape) for name in "qkv")
model.output(model.window_attention(q, k, v, window=32, global_tokens=(0,), name="attention"))

model.calibration = dict(zip("qkv", data["calibration"], strict=True))
model.test = dict(zip("qkv", data["test"], strict=True))
