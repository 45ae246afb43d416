"""Train the 64-64-32-10 network: `python designs/digits_mlp/train.py` (seconds), writes weights.npz and data.npz."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))

from digits_training import PIXEL_MAX, Parameters, adam, cross_entropy_gradient, normal, save, split  # noqa: E402

SIZES = (64, 64, 32, 10)
LAYERS = range(1, len(SIZES))


def forward(parameters: Parameters, images: np.ndarray) -> list[np.ndarray]:
    """The input of each layer, then the logits."""
    values = [images.reshape(len(images), -1)]
    for layer in LAYERS:
        sums = values[-1] @ parameters[f"dense{layer}_weight"].T + parameters[f"dense{layer}_bias"]
        values.append(sums if layer == LAYERS[-1] else np.maximum(sums, 0))
    return values


def gradient(parameters: Parameters, images: np.ndarray, labels: np.ndarray) -> Parameters:
    """Gradient of the mean cross entropy."""
    values = forward(parameters, images)
    back, gradients = cross_entropy_gradient(values[-1], labels), {}
    for layer in reversed(LAYERS):
        gradients[f"dense{layer}_weight"] = back.T @ values[layer - 1]
        gradients[f"dense{layer}_bias"] = back.sum(0)
        back = back @ parameters[f"dense{layer}_weight"] * (values[layer - 1] > 0)
    return gradients


def main() -> None:
    """Train, save, print the accuracy on the held-out images."""
    rng = np.random.default_rng(1)
    initial: Parameters = {}
    for layer in LAYERS:
        initial[f"dense{layer}_weight"] = normal(rng, SIZES[layer], SIZES[layer - 1])
        initial[f"dense{layer}_bias"] = np.zeros(SIZES[layer])
    parameters = adam(initial, gradient, epochs=400, seed=1)
    save(FOLDER, parameters)
    _, _, images, labels = split()
    print(f"float accuracy: {(forward(parameters, images / PIXEL_MAX)[-1].argmax(1) == labels).mean():.4f}")


if __name__ == "__main__":
    main()
