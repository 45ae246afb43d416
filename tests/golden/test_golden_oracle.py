"""Golden against exact fractions: random small networks, and the digit networks, in every policy."""

from __future__ import annotations

from pathlib import Path

import golden_oracle as oracle
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hlsgen.golden import code_inputs, run
from hlsgen.model import Graph, Model, Tensor, load_design, parse_policy, quantise_model
from hlsgen.numerics import Fixed, Format, Rounding, parse_format

DESIGNS = Path(__file__).parents[2] / "designs"
POLICIES = ["Int8", "Fixed(16,6)", "Int4/Int8", "e4m3", "e2m1/e4m3"]

Step = tuple[str, dict[str, object]]


def codec(fmt: Format) -> oracle.Codec:
    if isinstance(fmt, Fixed):
        return oracle.FixedCodec(fmt.width, fmt.integer - fmt.width, fmt.signed, fmt.rounding is Rounding.TRN)
    special = {"finite": 0, "fn": 1, "ieee": 2**fmt.mantissa}[fmt.variant]
    finite = 2 ** (fmt.exponent + fmt.mantissa) - special
    return oracle.MiniFloatCodec(fmt.exponent, fmt.mantissa, fmt.bias, finite, fmt.scale_exponent)


def layers(steps: list[Step]) -> list[list[Step]]:
    """The steps cut before each layer with weights."""
    cut: list[list[Step]] = []
    for step in steps:
        if step[0] in ("conv2d", "dense"):
            cut.append([])
        cut[-1].append(step)
    return cut


def expected(graph: Graph, steps: list[Step], sample: np.ndarray) -> list[int]:
    """The output codes of one sample. The graph's formats and constants are used, and none of its structure."""
    source = codec(graph.tensors[graph.inputs[0]].format)
    places = list(np.ndindex(*sample.shape)) if sample.ndim == 3 else [(0, 0, k) for k in range(sample.size)]
    image = {place: source.value(int(code)) for place, code in zip(places, sample.reshape(-1), strict=True)}
    codes: dict[oracle.Pixel, int] = {}
    for (op, options), *tail in layers(steps):
        name = options["name"]
        weights, biases = graph.constants[f"{name}_weight"], graph.constants[f"{name}_bias"]
        weight_codec, bias_codec = (codec(graph.tensors[f"{name}_{role}"].format) for role in ("weight", "bias"))
        bias = [bias_codec.value(int(code)) for code in biases]

        def weight(*index: int, table: np.ndarray = weights, decode: oracle.Codec = weight_codec) -> object:
            return decode.value(int(table[index]))

        if op == "dense":
            image = oracle.dense(image, weight, bias)
        else:
            _, channels, height, width = weights.shape
            kernel = (height, width, channels)
            image = oracle.conv2d(image, weight, bias, kernel, options["padding"] == "same", options["stride"])
        by_hand = [options for kind, options in tail if kind == "requantise"]
        fmt = parse_format(by_hand[0]["fmt"]) if by_hand else graph.tensors[f"{name}_requantise"].format
        for kind, options in tail:
            if kind == "requantise":
                image, _ = oracle.rounded(image, codec(fmt))
            else:
                image = getattr(oracle, kind)(image, *options.values())
        image, codes = oracle.rounded(image, codec(fmt))
    return list(oracle.in_order(codes))


def build(shape: tuple[int, ...], steps: list[Step], rng: np.random.Generator) -> Model:
    """The model of `steps` with random weights; `outputs` and `kernel` are options of the layers."""
    model = Model("net")
    x: Tensor = model.input("image", shape)
    for op, options in steps:
        if op == "dense":
            size = (options["outputs"], x.shape[0])
            x = model.dense(x, rng.normal(size=size), rng.normal(size=size[0]), name=options["name"])
        elif op == "conv2d":
            size = (options["outputs"], x.shape[2], *options["kernel"])
            chosen = {key: options[key] for key in ("name", "padding", "stride")}
            x = model.conv2d(x, rng.normal(size=size), rng.normal(size=size[0]), **chosen)
        else:
            x = getattr(model, op)(x, **options)
    model.output(x)
    return model


@st.composite
def networks(draw: st.DrawFn) -> tuple[tuple[int, int, int], list[Step]]:
    """Up to two convolutions, what follows them in any order, and a dense layer or none."""
    height, width = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    shape = (height, width, draw(st.integers(1, 3)))
    steps: list[Step] = []
    for number in range(draw(st.integers(1, 2))):
        kernel = (draw(st.integers(1, min(3, height))), draw(st.integers(1, min(3, width))))
        same, stride = draw(st.booleans()), draw(st.integers(1, 3))
        options = {"kernel": kernel, "padding": "same" if same else "valid", "stride": stride}
        steps.append(("conv2d", {"name": f"conv{number}", "outputs": draw(st.integers(1, 3)), **options}))
        height, width = (
            -(-size // stride) if same else (size - span) // stride + 1
            for size, span in zip((height, width), kernel, strict=True)
        )
        behind: list[Step] = [("relu", {})] * draw(st.integers(0, 2))
        if draw(st.booleans()) and min(height, width) >= 2:
            size = draw(st.integers(2, min(3, height, width)))
            behind.insert(draw(st.integers(0, len(behind))), ("max_pool", {"size": size}))
            height, width = height // size, width // size
        if draw(st.booleans()):
            fmt = draw(st.sampled_from(["Fixed(7,3)", "Fixed(5,1,TRN)", "UFixed(6,2)", "Fixed(9,12)"]))
            behind.insert(draw(st.integers(0, len(behind))), ("requantise", {"fmt": fmt}))
        steps += behind
    if draw(st.booleans()):
        steps.append(("flatten", {}))
        if draw(st.booleans()):
            steps.append(("dense", {"name": "last", "outputs": draw(st.integers(1, 4))}))
            steps += [("relu", {})] * draw(st.integers(0, 1))
    return shape, steps


@settings(max_examples=120, deadline=None, derandomize=True)
@given(
    networks(),
    st.sampled_from([*POLICIES, "e2m3/Int6", "e4m3/e5m2", "Fixed(6,2)", "Fixed(32,4)"]),
    st.integers(0, 2**32 - 1),
)
def test_random_network_is_exact(network: tuple[tuple[int, int, int], list[Step]], policy: str, seed: int) -> None:
    shape, steps = network
    rng = np.random.default_rng(seed)
    model = build(shape, steps, rng)
    graph = quantise_model(model, parse_policy(policy), rng.normal(size=(4, *shape)))
    inputs = rng.normal(size=(3, *shape)) * rng.choice([0, 0.1, 1, 100], size=(3, *shape))  # zeros and saturation too
    codes = code_inputs(graph, inputs)
    got = run(graph, codes).output
    for sample, outputs in zip(codes[graph.inputs[0]], got, strict=True):
        assert outputs.reshape(-1).tolist() == expected(graph, steps, sample)


DIGITS: dict[str, list[Step]] = {
    "digits_mlp": [
        ("dense", {"name": "dense1"}),
        ("relu", {}),
        ("dense", {"name": "dense2"}),
        ("relu", {}),
        ("dense", {"name": "dense3"}),
    ],
    "digits_cnn": [
        ("conv2d", {"name": "conv1", "padding": "same", "stride": 1}),
        ("relu", {}),
        ("max_pool", {"size": 2}),
        ("conv2d", {"name": "conv2", "padding": "same", "stride": 1}),
        ("relu", {}),
        ("max_pool", {"size": 2}),
        ("flatten", {}),
        ("dense", {"name": "dense"}),
    ],
}


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("name", DIGITS)
def test_digit_network_is_exact(name: str, policy: str) -> None:
    design = load_design(DESIGNS / name)
    graph = quantise_model(design.model, parse_policy(policy), design.calibration)
    codes = code_inputs(graph, design.test_inputs["image"][:2])
    got = run(graph, codes).output
    for sample, outputs in zip(codes["image"], got, strict=True):
        assert outputs.tolist() == expected(graph, DIGITS[name], sample)
