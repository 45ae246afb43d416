"""AXI masters in place of streams: widths, layouts, what is under way, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from arch_networks import network

from hlsgen.arch import Memory, Timing, plan, plan_memory
from hlsgen.core.boards import load_board
from hlsgen.core.errors import UserError
from hlsgen.model import Graph, Model, parse_policy, quantise_model

BOARD = load_board("kv260")


def attention(features: int = 8, fmt: str = "Int8", **options) -> Graph:
    model = Model("att")
    inputs = [model.input(name, (2, 12, features)) for name in "qkv"]
    model.output(model.window_attention(*inputs, window=4, name="attention", **options))
    random = np.random.default_rng(0)
    return quantise_model(model, parse_policy(fmt), {name: random.normal(size=(2, 2, 12, features)) for name in "qkv"})


def masters(graph: Graph, width: int | None = None, latency: int = 16, board=BOARD, **how) -> dict:
    made = plan_memory(plan(graph, board, **how), graph, board, width, latency)
    return {master.name: master for master in made.masters}


@pytest.mark.parametrize(
    ("fmt", "storage", "dtype"),
    [
        ("Int4", 8, "int8"),
        ("Int8", 8, "int8"),
        ("Fixed(12,4)", 16, "int16"),
        ("fp16", 16, "uint16"),
        ("e4m3", 8, "uint8"),
    ],
)
def test_elements_are_what_numpy_has(fmt: str, storage: int, dtype: str) -> None:
    q = masters(attention(fmt=fmt), pattern="swat")["q"]
    assert (q.storage_bits, q.dtype) == (storage, dtype)
    assert q.elements == 2 * 12 * 8 and q.words == q.sample_words == -(-q.elements * storage // q.word_bits)


def test_a_word_is_as_wide_as_the_rate_and_no_wider_than_the_board_has() -> None:
    graph = attention(features=8)
    assert masters(graph, pattern="swat")["q"].word_bits == 32  # an element a cycle
    fast = {"pattern": "swat", "multipliers": 4 * 8 * 2}  # 8 features a step: 64 bits a cycle
    assert masters(graph, **fast)["q"].word_bits == 64
    assert masters(graph, board=replace(BOARD, memory_port_bits=32), **fast)["q"].word_bits == 32
    assert masters(graph, 512, **fast)["q"].word_bits == 512  # what is asked for


def test_the_last_word_of_a_sample_is_filled_up() -> None:
    graph = network((6,), [("dense", 10)])
    out = masters(graph, pattern="dataflow")["out"]
    assert (out.elements, out.word_bits, out.sample_words) == (10, 32, 3)


def test_rows_by_their_numbers() -> None:
    """The loader's nest of loops, written out, against NumPy's own choice of rows."""
    graph = attention(features=8, global_tokens=(5,), random_tokens=2)
    made = masters(graph, pattern="swat")
    for name in ("k", "k_random"):
        gather = made[name].gather
        tensor = np.arange(2 * 12 * 8).reshape(2, 12, 8)
        words = tensor.reshape(-1, made[name].word_elements)
        read = [
            words[head * 12 * gather.row_words + row * gather.row_words + step + word]
            for head in range(2)
            for group in range(0, len(gather.rows), gather.together)
            for step in range(0, gather.row_words, gather.step_words)
            for row in gather.rows[group : group + gather.together]
            for word in range(gather.step_words)
        ]
        if name == "k":
            expected = tensor[:, [5, *range(12)]]
        else:
            pairs = tensor[:, list(gather.rows)].reshape(2, 12, 2, 8)
            expected = pairs.swapaxes(-1, -2)  # an element of each row in turn
        assert np.array_equal(np.concatenate(read), expected.reshape(-1))
        assert made[name].words == len(read)


def test_more_is_under_way_where_memory_is_slow() -> None:
    graph = attention()
    counts = [masters(graph, 32, latency, pattern="swat")["q"].outstanding for latency in (1, 64, 1000)]
    assert counts == sorted(counts) and counts[0] == 2 < counts[2]


def test_the_cycles_of_a_call() -> None:
    graph = attention()
    core = Timing(500, 400)
    one, two = (plan_memory(plan(graph, BOARD, "swat"), graph, BOARD, 32, n).timing(core) for n in (10, 110))
    assert two.latency - one.latency == 200 and one.interval == two.interval == 400  # there and back
    assert plan_memory(plan(graph, BOARD, "swat"), graph, BOARD, 8).timing(Timing(9, 9)).interval == 192  # words


def test_a_memory_comes_back_from_json() -> None:
    graph = attention(global_tokens=(5,), random_tokens=2)
    made = plan_memory(plan(graph, BOARD, "swat", pipelines=2), graph, BOARD)
    assert Memory.from_json(made.to_json()) == made and "gmem_k_random_1" in str(made)
    with pytest.raises(UserError, match="not a memory"):
        Memory.from_json({"latency_cycles": 3})


@pytest.mark.parametrize(
    ("width", "latency", "fmt", "what"),
    [
        (48, 16, "Int8", "48 bits; use a power of two"),
        (4, 16, "Int8", "4 bits; use a power of two"),
        (2048, 16, "Int8", "2048 bits; use a power of two"),
        (None, 0, "Int8", "0 cycles; use 1 to"),
        (8, 16, "fp16", "words of 8 bits for elements of 16; use --axi-width-bits 16"),
    ],
)
def test_what_is_refused(width: int | None, latency: int, fmt: str, what: str) -> None:
    with pytest.raises(UserError, match=what):
        masters(attention(fmt=fmt), width, latency, pattern="swat")
