"""What the training scripts of both digit networks share: the data, its split, augmentation and Adam, in NumPy.

In: scikit-learn's handwritten digits (1,797 images of 8x8, 0..16). Out: `data.npz` and `weights.npz` beside a design.
Needs the extra `train` (scikit-learn, for the data only).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

SPLIT_SEED = 2024
TEST_IMAGES = 360
CALIBRATION_IMAGES = 200
PIXEL_MAX = 16

Parameters = dict[str, np.ndarray]
Step = Callable[[Parameters, np.ndarray, np.ndarray], Parameters]
"""(parameters, images (N, 8, 8) in [0, 1], labels) -> gradient of the mean cross entropy."""


def split() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Training images and labels, then test images and labels; images are uint8 (N, 8, 8), 0..16."""
    digits = load_digits()
    order = np.random.default_rng(SPLIT_SEED).permutation(len(digits.target))
    images, labels = digits.images[order].astype(np.uint8), digits.target[order].astype(np.uint8)
    return images[TEST_IMAGES:], labels[TEST_IMAGES:], images[:TEST_IMAGES], labels[:TEST_IMAGES]


def augment(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Each image turned by about 6 degrees, scaled by about 6 % and moved by about half a pixel, bilinearly."""
    count, size, _ = images.shape
    angle, scale = rng.normal(0, 0.1, count), np.exp(rng.normal(0, 0.06, count))
    centre = (size - 1) / 2
    rows, columns = np.meshgrid(np.arange(size) - centre, np.arange(size) - centre, indexing="ij")
    cos, sin = (np.cos(angle) / scale)[:, None, None], (np.sin(angle) / scale)[:, None, None]
    shift = rng.normal(0, 0.4, (2, count, 1, 1))
    y = cos * rows - sin * columns + shift[0] + centre + 1  # 1: the border below
    x = sin * rows + cos * columns + shift[1] + centre + 1
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    y, x = np.clip(y, 0, size + 0.999), np.clip(x, 0, size + 0.999)
    top, left = y.astype(int), x.astype(int)
    dy, dx = y - top, x - left
    n = np.arange(count)[:, None, None]
    return (
        padded[n, top, left] * (1 - dy) * (1 - dx)
        + padded[n, top, left + 1] * (1 - dy) * dx
        + padded[n, top + 1, left] * dy * (1 - dx)
        + padded[n, top + 1, left + 1] * dy * dx
    )


def cross_entropy_gradient(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Gradient of the mean softmax cross entropy with respect to the logits (N, classes)."""
    exponentials = np.exp(logits - logits.max(1, keepdims=True))
    gradient = exponentials / exponentials.sum(1, keepdims=True)
    gradient[np.arange(len(labels)), labels] -= 1
    return gradient / len(labels)


def adam(
    parameters: Parameters,
    gradient: Step,
    epochs: int,
    seed: int,
    rate: float = 4e-3,
    decay: float = 2e-2,
    batch: int = 32,
) -> Parameters:
    """AdamW with a cosine rate over augmented batches; returns float32 parameters."""
    images, labels, _, _ = split()
    pixels, rng = images / PIXEL_MAX, np.random.default_rng(seed)
    first = {key: np.zeros_like(value) for key, value in parameters.items()}
    second = {key: np.zeros_like(value) for key, value in parameters.items()}
    steps, step = epochs * (len(labels) // batch), 0
    for _ in range(epochs):
        order = rng.permutation(len(labels))
        for start in range(0, len(labels) - batch + 1, batch):
            chosen = order[start : start + batch]
            gradients = gradient(parameters, augment(pixels[chosen], rng), labels[chosen])
            step += 1
            now = rate * (1 + np.cos(np.pi * step / steps)) / 2
            for key, value in gradients.items():
                first[key] += 0.1 * (value - first[key])
                second[key] += 0.001 * (value * value - second[key])
                move = first[key] / (1 - 0.9**step) / (np.sqrt(second[key] / (1 - 0.999**step)) + 1e-8)
                parameters[key] -= now * (move + decay * parameters[key])
    return {key: value.astype(np.float32) for key, value in parameters.items()}


def normal(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Initial weights (outputs, inputs...) with the deviation sqrt(2 / fan-in) that ReLU wants."""
    return rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)


def save(folder: Path, parameters: Parameters) -> None:
    """Write `weights.npz` and `data.npz` (held-out images and labels, calibration images of the training part)."""
    train_images, _, test_images, test_labels = split()
    np.savez_compressed(folder / "weights.npz", **parameters)
    np.savez_compressed(
        folder / "data.npz",
        images=test_images,
        labels=test_labels,
        calibration=train_images[:CALIBRATION_IMAGES],
    )
