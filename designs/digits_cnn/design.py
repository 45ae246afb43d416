"""Handwritten digits, 8x8 pixels, by two convolutions and a dense layer. Weights and data come from train.py."""

from hlsgen.model import Model, load_arrays

weights = load_arrays("weights.npz", beside=__file__)
data = load_arrays("data.npz", beside=__file__)

model = Model("digits_cnn")

x = model.input("image", (8, 8, 1))
x = model.conv2d(x, weights["conv1_weight"], weights["conv1_bias"], name="conv1")
x = model.relu(x)
x = model.max_pool(x, 2)
x = model.conv2d(x, weights["conv2_weight"], weights["conv2_bias"], name="conv2")
x = model.relu(x)
x = model.max_pool(x, 2)
x = model.flatten(x)
x = model.dense(x, weights["dense_weight"], weights["dense_bias"], name="dense")
model.output(x)


def pixels(images):
    """Counts of ink 0..16 to [0, 1], with one channel."""
    return images[..., None] / 16


model.calibration = pixels(data["calibration"])
model.test = pixels(data["images"]), data["labels"]
