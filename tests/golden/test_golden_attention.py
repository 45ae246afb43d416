"""Window attention in integers, against rationals written down element by element from its definition."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hlsgen.core.errors import UserError
from hlsgen.golden import code_inputs, float_reference, relative_error, run
from hlsgen.model import Graph, Model, parse_policy, quantise_model
from hlsgen.numerics import to_integers
from hlsgen.numerics.exp2 import GUARD_BITS


def attention(shape: tuple[int, ...], **options: Any) -> Model:
    model = Model("net")
    q, k, v = (model.input(name, shape) for name in "qkv")
    model.output(model.window_attention(q, k, v, name="attention", **options))
    return model


def quantised(model: Model, policy: str, data: dict[str, np.ndarray]) -> Graph:
    return quantise_model(model, parse_policy(policy), data)


def random_data(shape: tuple[int, ...], samples: int, seed: int, spread: float = 1.0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {name: rng.normal(size=(samples, *shape)) * spread for name in "qkv"}


def keys_of(row: int, tokens: int, window: int, causal: bool, pinned: set[int]) -> set[int]:
    """The mask without random keys, by its sentence."""
    start = row - window + 1 if causal else row - window // 2
    seen = {key for key in range(start, start + window) if 0 <= key < tokens} | pinned
    return {key for key in seen if key <= row} if causal else seen


def nearest_even(value: Fraction) -> int:
    floor = value.numerator // value.denominator
    rest = value - floor
    return floor + (rest > Fraction(1, 2) or (rest == Fraction(1, 2) and floor % 2 == 1))


def power(exponent: int, graph: Graph, attributes: Any) -> int:
    """2**(exponent / 2**fraction_bits) in units of 2**-weight_bits, by the graph's own table."""
    base, slope = (graph.constants[f"attention_exp_{role}"].tolist() for role in ("base", "slope"))
    whole, fraction = divmod(exponent, 1 << attributes["fraction_bits"])
    index, offset = divmod(fraction * len(base), 1 << attributes["fraction_bits"])
    chord = base[index] + (slope[index] * offset) // (1 << attributes["fraction_bits"])
    rounded = (chord + (1 << (GUARD_BITS - 1))) >> GUARD_BITS
    return (rounded << (attributes["weight_bits"] - attributes["precision_bits"])) >> -whole


def expected(graph: Graph, codes: dict[str, np.ndarray], keys: Any) -> list[list[int]]:
    """Codes of the result of one head in a Fixed format."""
    (node,) = graph.nodes
    attributes, fmt = node.attributes, graph.tensors[graph.outputs[0]].format
    q, k, v = (to_integers(codes[name], graph.tensors[name].format).tolist() for name in "qkv")
    limit = 2 ** (attributes["score_bits"] - 1) - 1
    rows = []
    for row, query in enumerate(q):
        logs = {}
        for key in keys(row):
            score = sum(a * b for a, b in zip(query, k[key], strict=True))
            logs[key] = max(-limit, min(limit, score * attributes["multiplier"] >> attributes["shift"]))
        greatest = max(logs.values()) if attributes["maximum"] == "row" else limit
        weights = {key: power(log - greatest, graph, attributes) for key, log in logs.items()}
        total = sum(weights.values())
        unit = Fraction(2) ** (graph.tensors["v"].format.lsb_exponent - fmt.lsb_exponent)
        sums = [sum(weights[key] * v[key][column] for key in weights) for column in range(len(query))]
        rows.append([max(fmt.min_code, min(fmt.max_code, nearest_even(Fraction(s, total) * unit))) for s in sums])
    return rows


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.integers(1, 9),
    st.integers(1, 5),
    st.integers(0, 12),
    st.booleans(),
    st.sets(st.integers(0, 8), max_size=3),
    st.sampled_from(["Int8", "Int4", "Fixed(16,6)", "Fixed(12,2)"]),
    st.sampled_from([0.0, 0.3, 1.0, 30.0]),
    st.integers(0, 2**32 - 1),
)
def test_random_attention_is_exact(
    tokens: int, features: int, window: int, causal: bool, pinned: set[int], policy: str, spread: float, seed: int
) -> None:
    pinned = {token for token in pinned if token < tokens}
    if not window:
        pinned |= {0}
    model = attention((tokens, features), window=window, causal=causal, global_tokens=tuple(pinned))
    graph = quantised(model, policy, random_data((tokens, features), 2, seed))
    codes = code_inputs(graph, random_data((tokens, features), 2, seed + 1, spread))
    got = run(graph, codes).output
    for sample in range(2):
        one = {name: batch[sample] for name, batch in codes.items()}
        assert got[sample].tolist() == expected(graph, one, lambda row: keys_of(row, tokens, window, causal, pinned))


def test_static_maximum_is_exact_and_no_row_vanishes() -> None:
    model = attention((12, 4), window=5, maximum="static", weight_bits=8, scale=0.25)
    graph = quantised(model, "Int8", random_data((12, 4), 2, 1, 0.5))
    codes = code_inputs(graph, random_data((12, 4), 1, 2, 40.0))  # scores at both ends of their range
    got = run(graph, codes).output[0]
    one = {name: batch[0] for name, batch in codes.items()}
    assert got.tolist() == expected(graph, one, lambda row: keys_of(row, 12, 5, False, set()))


def test_keys_may_be_given_for_each_query() -> None:
    keys = [[(row + 2) % 6, (row + 3) % 6] for row in range(6)]
    model = attention((6, 4), window=1, random_tokens=keys)
    graph = quantised(model, "Int8", random_data((6, 4), 1, 7))
    codes = code_inputs(graph, random_data((6, 4), 1, 8))
    one = {name: batch[0] for name, batch in codes.items()}
    want = expected(graph, one, lambda row: {row, *keys[row]})
    assert run(graph, codes).output[0].tolist() == want
    for wrong in ([[0]] * 5, [[0, 1]] + [[0]] * 5, [[6]] * 6, [[1]] * 6, [[2, 2]] * 6):
        with pytest.raises(UserError, match=r"random_tokens has|as one more key"):
            attention((6, 4), window=1, random_tokens=wrong)


def test_random_keys_are_outside_the_window_and_distinct() -> None:
    model = attention((20, 4), window=5, global_tokens=(0, 7), random_tokens=3)
    (node,) = model.graph().nodes
    for row, chosen in enumerate(node.attributes["random"]):
        assert len(set(chosen)) == 3
        assert not set(chosen) & keys_of(row, 20, 5, False, {0, 7})


@pytest.mark.parametrize(
    ("policy", "most"), [("Int8", 0.04), ("Fixed(16,6)", 0.002), ("e4m3", 0.08), ("e5m2", 0.16), ("fp16", 0.002)]
)
def test_accuracy_against_real_numbers(policy: str, most: float) -> None:
    model = attention((2, 48, 16), window=16, sinks=2, causal=True)
    data = random_data((2, 48, 16), 2, 3)
    graph = quantised(model, policy, data)
    output = run(graph, code_inputs(graph, data)).output
    assert relative_error(output, graph.tensors[graph.outputs[0]].format, float_reference(model, data)) < most


def test_equal_scores_average_the_window() -> None:
    data = random_data((10, 4), 1, 5)
    data["q"][:] = 0
    model = attention((10, 4), window=4)
    graph = quantised(model, "Fixed(16,4)", data)
    codes = code_inputs(graph, data)
    got = run(graph, codes).output[0]
    for row in range(10):
        seen = sorted(keys_of(row, 10, 4, False, set()))
        means = [Fraction(int(codes["v"][0][seen, column].sum()), len(seen)) for column in range(4)]
        assert got[row].tolist() == [nearest_even(mean) for mean in means]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"window": 0}, "layer attention: no query would attend to anything: give a window or pinned tokens"),
        ({"window": -1}, "layer attention: window is -1; use an integer of at least 0"),
        ({"window": 2, "global_tokens": (8,)}, "layer attention: token 8 is not one of 8"),
        ({"window": 2, "sinks": 9}, "layer attention: sinks is 9; use 0 to 8"),
        ({"window": 8, "random_tokens": 1}, "layer attention: query 4 has 0 tokens left, fewer than random_tokens = 1"),
        ({"window": 2, "causal": True, "random_tokens": 1}, "layer attention: random tokens look ahead"),
        ({"window": 2, "maximum": "none"}, "layer attention: maximum is 'none'; use one of row, static"),
        ({"window": 2, "scale": 0}, "layer attention: scale is 0.0; use a positive number"),
        ({"window": 2, "weight_bits": 2}, "layer attention: weight_bits is 2; use 4 to 24"),
    ],
)
def test_refusals(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError) as caught:
        attention((8, 4), **options)
    assert str(caught.value).startswith(message)


def test_a_static_maximum_over_wide_scores_is_refused() -> None:
    model = attention((8, 16), window=4, maximum="static")
    with pytest.raises(UserError, match=r"a static maximum over scores of . bits wants weights of .* bits"):
        quantised(model, "Int8", random_data((8, 16), 1, 1, 9.0))


def test_shapes_must_agree() -> None:
    model = Model("net")
    q, k, v = (model.input(name, shape) for name, shape in (("q", (8, 4)), ("k", (8, 4)), ("v", (8, 5))))
    with pytest.raises(UserError, match=r"q, k and v are \(8, 4\), \(8, 4\), \(8, 5\); they want one shape"):
        model.window_attention(q, k, v, window=2)
