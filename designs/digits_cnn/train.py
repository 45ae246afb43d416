"""Train the two convolutions: `python designs/digits_cnn/train.py` (15 s), writes weights.npz and data.npz."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))

from digits_training import PIXEL_MAX, Parameters, adam, cross_entropy_gradient, normal, save, split  # noqa: E402

CHANNELS = (1, 8, 16)
FEATURES, CLASSES = 64, 10
LAYERS = range(1, len(CHANNELS))


def patches(x: np.ndarray) -> np.ndarray:
    """(N, H, W, C) -> (N, H, W, C * 9): the 3x3 surroundings of every pixel, zero outside."""
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    return np.lib.stride_tricks.sliding_window_view(padded, (3, 3), (1, 2)).reshape(*x.shape[:3], -1)


def unpatch(gradient: np.ndarray, channels: int) -> np.ndarray:
    """The transpose of `patches`: sums every patch entry back to the pixel that it came from."""
    n, height, width, _ = gradient.shape
    windows = gradient.reshape(n, height, width, channels, 3, 3)
    padded = np.zeros((n, height + 2, width + 2, channels))
    for row in range(3):
        for column in range(3):
            padded[:, row : row + height, column : column + width] += windows[..., row, column]
    return padded[:, 1:-1, 1:-1]


def windows(x: np.ndarray) -> np.ndarray:
    """(N, H, W, C) -> (N, H/2, W/2, C, 4): the four members of each pooling window."""
    n, height, width, channels = x.shape
    split_up = x.reshape(n, height // 2, 2, width // 2, 2, channels)
    return split_up.transpose(0, 1, 3, 5, 2, 4).reshape(n, height // 2, width // 2, channels, 4)


def unwindow(x: np.ndarray) -> np.ndarray:
    """The inverse of `windows`."""
    n, height, width, channels, _ = x.shape
    members = x.reshape(n, height, width, channels, 2, 2).transpose(0, 1, 4, 2, 5, 3)
    return members.reshape(n, 2 * height, 2 * width, channels)


def forward(parameters: Parameters, images: np.ndarray) -> tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]]:
    """Logits, and (patches, pooling windows after ReLU) of each convolution."""
    x, kept = images[..., None], []
    for layer in LAYERS:
        columns = patches(x)
        kernel = parameters[f"conv{layer}_weight"].reshape(CHANNELS[layer], -1)
        rectified = np.maximum(columns @ kernel.T + parameters[f"conv{layer}_bias"], 0)
        kept.append((columns, windows(rectified)))
        x = kept[-1][1].max(-1)
    return x.reshape(len(x), -1) @ parameters["dense_weight"].T + parameters["dense_bias"], kept


def gradient(parameters: Parameters, images: np.ndarray, labels: np.ndarray) -> Parameters:
    """Gradient of the mean cross entropy."""
    logits, kept = forward(parameters, images)
    error = cross_entropy_gradient(logits, labels)
    pooled = kept[-1][1].max(-1)
    gradients = {"dense_weight": error.T @ pooled.reshape(len(images), -1), "dense_bias": error.sum(0)}
    back = (error @ parameters["dense_weight"]).reshape(pooled.shape)
    for layer in reversed(LAYERS):
        columns, members = kept[layer - 1]
        chosen = np.arange(4) == members.argmax(-1)[..., None]
        sums = unwindow(back[..., None] * chosen * (members > 0))
        kernel = parameters[f"conv{layer}_weight"]
        flat = sums.reshape(-1, CHANNELS[layer])
        gradients[f"conv{layer}_weight"] = (flat.T @ columns.reshape(len(flat), -1)).reshape(kernel.shape)
        gradients[f"conv{layer}_bias"] = flat.sum(0)
        if layer > 1:
            back = unpatch(sums @ kernel.reshape(CHANNELS[layer], -1), CHANNELS[layer - 1])
    return gradients


def main() -> None:
    """Train, save, print the accuracy on the held-out images."""
    rng = np.random.default_rng(1)
    initial: Parameters = {}
    for layer in LAYERS:
        initial[f"conv{layer}_weight"] = normal(rng, CHANNELS[layer], CHANNELS[layer - 1], 3, 3)
        initial[f"conv{layer}_bias"] = np.zeros(CHANNELS[layer])
    initial["dense_weight"], initial["dense_bias"] = normal(rng, CLASSES, FEATURES), np.zeros(CLASSES)
    parameters = adam(initial, gradient, epochs=250, seed=1)
    save(FOLDER, parameters)
    _, _, images, labels = split()
    print(f"float accuracy: {(forward(parameters, images / PIXEL_MAX)[0].argmax(1) == labels).mean():.4f}")


if __name__ == "__main__":
    main()
