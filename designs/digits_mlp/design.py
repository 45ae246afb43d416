"""Handwritten digits, 8x8 pixels, by three dense layers: 64-64-32-10. Weights and data come from train.py."""

from hlsgen.model import Model, load_arrays

weights = load_arrays("weights.npz", beside=__file__)
data = load_arrays("data.npz", beside=__file__)

model = Model("digits_mlp")

x = model.input("image", (64,))
x = model.dense(x, weights["dense1_weight"], weights["dense1_bias"], name="dense1")
x = model.relu(x)
x = model.dense(x, weights["dense2_weight"], weights["dense2_bias"], name="dense2")
x = model.relu(x)
x = model.dense(x, weights["dense3_weight"], weights["dense3_bias"], name="dense3")
model.output(x)


def pixels(images):
    """Counts of ink 0..16 to [0, 1], one row per image."""
    return images.reshape(len(images), -1) / 16


model.calibration = pixels(data["calibration"])
model.test = pixels(data["images"]), data["labels"]
