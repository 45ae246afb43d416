"""Lowered accesses mean what the accesses meant, on the slowest and the fastest memory; and which loops burst."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from axi_interpreter import Bus, run

from hlsgen.core.errors import UserError
from hlsgen.hls.bind.schedule_function import Target, schedule_function
from hlsgen.hls.cdfg.check import check
from hlsgen.hls.cdfg.import_llvm import import_function
from hlsgen.hls.cdfg.ir import Function, Kind
from hlsgen.hls.dataflow import ports_of
from hlsgen.hls.frontend import compile_cpp
from hlsgen.hls.passes.if_convert import merge_jumps
from hlsgen.hls.passes.lower_axi import lower_axi
from hlsgen.hls.passes.pipeline import run_passes
from hlsgen.hls.passes.simplify import simplify
from hlsgen.hls.schedule.delay import DelayTable

KERNELS = Path(__file__).parent / "kernels"
SCALARS = {
    "vadd": [{"n": n} for n in (0, 1, 2, 33)],
    "strided": [{"n": n} for n in (0, 1, 20)],
    "gather": [{}],
    "copy": [{}],
    "tile": [{"row": 3, "column": 7}, {"row": 0, "column": 0}],
    "counts": [{"n": n} for n in (0, 1, 40)],
    "in_place": [{"n": n} for n in (0, 1, 2, 3, 31)],
    "unrolled": [{}],
    "structs": [{}],
    "nests": [{"rows": r, "stop": s} for r, s in ((0, 5), (5, 37 * 3 & 255), (16, -1))],
    "pins": [{"k": -5}],
}


def imported(source: Path, top: str, folder: Path) -> Function:
    front = compile_cpp([source], top, workdir=folder)
    return merge_jumps(simplify(check(import_function(front, front.top, ports_of(front, front.top), (), {}, False))))


@cache
def kernel(name: str, folder: Path) -> Function:
    return imported(KERNELS / f"{name}.cpp", name, folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("stages")


def bases(function: Function) -> dict[str, int]:
    names = dict.fromkeys(memory.argument for memory in function.memories.values() if memory.bus)
    return {name: 0x1_0000_0000 + 0x10_0000 * k for k, name in enumerate(names)}


def agrees(function: Function, lowered: Function, scalars: dict[str, int], seed: int, unit: int = 1) -> None:
    """unit: bytes of an element that may be read as a whole."""
    choice = random.Random(seed)
    params = bases(function) | scalars
    start = {
        base + k: choice.choice([0, 1, 7, choice.randrange(256)])
        for base in bases(function).values()
        for k in range(8192)
    }
    before = Bus(False, dict(start))
    results = run(function, params, before)
    for early in (True, False):
        after = Bus(early, dict(start))
        assert run(lowered, params, after) == results
        assert after.bytes == before.bytes
        assert after.settled
        elements = {at // unit for at in before.touched}
        assert {at // unit for at in after.touched} <= elements, "reads what C++ does not"


def in_time(function: Function, seed: int) -> Function:
    """The operations of every block in the order of a legal schedule, iterations of pipelined loops in turn."""
    scheduled = schedule_function(function, Target(4.0, DelayTable.load("xc7"), schedule_seed=seed))
    blocks = {
        label: replace(block, ops=tuple(sorted(block.ops, key=lambda id: scheduled.blocks[label].stage.get(id, -1))))
        for label, block in scheduled.function.blocks.items()
    }
    return replace(scheduled.function, blocks=blocks)


@pytest.mark.parametrize("name", SCALARS)
def test_meaning(name, folder):
    function = kernel(name, folder)
    lowered = check(lower_axi(function), after="lower_axi")
    assert not any(memory.bus for memory in lowered.memories.values())
    done = run_passes(function)
    for seed, scalars in enumerate(SCALARS[name]):
        agrees(function, lowered, scalars, seed)
        agrees(function, done, scalars, seed, unit=8 if name == "structs" else 1)
    agrees(function, in_time(done, 1), SCALARS[name][-1], 1, unit=8 if name == "structs" else 1)


def requests(function: Function) -> dict[str, int]:
    """Stream -> how many operations ask on it inside loops."""
    inside = {label for loop in function.loops.values() for label in loop.blocks}
    home = function.home()
    found: dict[str, int] = {}
    for op in function.ops.values():
        if op.kind is Kind.WRITE and op.object.endswith(("_ar", "_aw")):
            found[op.object] = found.get(op.object, 0) + (home[op.id] in inside)
    return found


BURSTS = {
    "a[i] = b[i] + n;": {"b_ar": 0, "a_aw": 0},
    "a[i + n] = b[n - 1 + i];": {"b_ar": 0, "a_aw": 0},
    "a[i] = b[i] + b[i + 1];": {"b_ar": 0, "b_2_ar": 0, "a_aw": 0},
    "a[2 * i] = b[2 * i + 1]; a[2 * i + 1] = b[2 * i];": {"b_ar": 0, "a_aw": 0},
    "a[2 * i] = b[i * n];": {"b_ar": 1, "a_aw": 1},
    "a[i] = b[b[i] & 63];": {"b_ar": 0, "b_2_ar": 1, "a_aw": 0},
    "if (b[i] & 1) a[i] = n;": {"b_ar": 0, "a_aw": 1},
    "a[i] = a[i] + n;": {"a_ar": 0, "a_aw": 0},
    "a[i] = a[i + 1];": {"a_ar": 0, "a_aw": 0},
    "a[i + 1] = a[i] + n;": {"a_ar": 1, "a_aw": 1},
    "a[i + 1] = a[i]; a[i] = b[i];": {"a_ar": 1, "a_aw": 2, "b_ar": 0},
    "for (int j = 0; j < 8; ++j) a[8 * i + j] = b[8 * i + j];": {"b_ar": 0, "a_aw": 0},
    "for (int j = 0; j < 8; ++j) a[16 * i + j] = b[8 * i + j];": {"b_ar": 0, "a_aw": 1},
    "for (int j = 0; j < n; ++j) a[i] += b[n * i + j];": {"b_ar": 1, "a_ar": 0, "a_aw": 0},
    "if (b[i] == n) break; a[i] = n;": {"b_ar": 1, "a_aw": 1},
}


@pytest.mark.parametrize("body", BURSTS)
def test_bursts(body, tmp_path):
    source = tmp_path / "kernel.cpp"
    source.write_text(
        "void top(int *a, const int *b, int n) {\n#pragma HLS INTERFACE m_axi port=a depth=100\n"
        "#pragma HLS INTERFACE m_axi port=b depth=100\n"
        f"for (int i = 0; i < n; ++i) {{\n{body}\n}}\n}}\n"
    )
    function = imported(source, "top", tmp_path / "work")
    lowered = check(lower_axi(function), after="lower_axi")
    for n in (0, 1, 2, 9):
        agrees(function, lowered, {"n": n}, n)
    assert requests(lowered) == BURSTS[body]


FLAT = "\n#pragma HLS PIPELINE II=1\n#pragma HLS LOOP_FLATTEN\n"
ONE_BLOCK = [
    "a[1] = n * n * n; for (int i = 0; i < 8; ++i) b[i] = a[i];",
    "a[28] = n * n * n; for (int i = 0; i < 4; ++i) { b[i] = a[5 * i & 31]; b[i + 8] = a[7 * i & 31]; }",
    "for (int i = 0; i < 4; ++i) { a[8 * i + n] = i; for (int j = 0; j < 4; ++j) {" + FLAT + "b[j] = a[8 * i + j]; } }",
    "for (int i = 0; i < 4; ++i) { b[i] = a[i + n]; for (int j = 0; j < 4; ++j) {" + FLAT + "a[i + j + n] = j; } }",
]


@pytest.mark.parametrize("body", ONE_BLOCK)
def test_order_in_a_block(body, tmp_path):
    """Accesses of different blocks become one block, and any schedule of that keeps their order."""
    source = tmp_path / "kernel.cpp"
    source.write_text(
        "void top(int *a, int *b, int n) {\n#pragma HLS INTERFACE m_axi port=a depth=100\n"
        f"#pragma HLS INTERFACE m_axi port=b depth=100\n{body}\n}}\n"
    )
    function = imported(source, "top", tmp_path / "work")
    done = run_passes(function)
    for seed in range(5):
        agrees(function, in_time(done, seed), {"n": 1}, seed)


@pytest.mark.parametrize("target", ["a", "b"])
def test_a_tile_is_a_burst(target, tmp_path):
    """Also where LLVM adds `tile` and `i` with OR, and where the argument is read and written."""
    source = tmp_path / "kernel.cpp"
    source.write_text(
        "void top(int *a, int *b, int n) {\n#pragma HLS INTERFACE m_axi port=a depth=100\n"
        "#pragma HLS INTERFACE m_axi port=b depth=100\nint buffer[16];\n"
        "for (int tile = 0; tile < n; tile += 16) {\nfor (int i = 0; i < 16; ++i) buffer[i] = a[tile + i];\n"
        f"for (int i = 0; i < 16; ++i) {target}[tile + i] = buffer[15 - i];\n}}\n}}\n"
    )
    function = imported(source, "top", tmp_path / "work")
    lowered = check(lower_axi(function), after="lower_axi")
    for n in (0, 16, 48):
        agrees(function, lowered, {"n": n}, n)
    home = lowered.home()
    asked = {home[op.id] for op in lowered.ops.values() if op.object in ("a_ar", f"{target}_aw")}
    assert asked.isdisjoint({loop.header for loop in lowered.loops.values() if len(loop.blocks) == 1})


def test_dependence(tmp_path):
    """The user says that iterations do not depend on each other: nothing waits."""
    source = tmp_path / "kernel.cpp"
    source.write_text(
        "void top(int *a, const int *b, int n) {\n#pragma HLS INTERFACE m_axi port=a depth=100\n"
        "#pragma HLS INTERFACE m_axi port=b depth=100\nfor (int i = 0; i < n; ++i) {\n#pragma HLS PIPELINE\n"
        "#pragma HLS DEPENDENCE variable=a inter false\na[b[i]] += 1;\n}\n}\n"
    )
    function = imported(source, "top", tmp_path / "work")
    lowered = lower_axi(function)
    inside = {id for block in lowered.loops for id in lowered.blocks[block].ops}
    assert not [op for op in lowered.ops.values() if op.object == "a_b" and op.id in inside]


def test_packed_structs_are_refused(tmp_path):
    source = tmp_path / "kernel.cpp"
    source.write_text(
        "struct __attribute__((packed)) S { char a; int b; };\nvoid top(S *s, int n) {\n"
        "#pragma HLS INTERFACE m_axi port=s depth=10\ns[n].b = n;\n}\n"
    )
    with pytest.raises(UserError, match="multiples of 1 bytes"):
        lower_axi(imported(source, "top", tmp_path / "work"))


def random_kernel(choice: random.Random) -> str:
    """Loops, one after the other and one in the other, that read and write two arrays at places of all kinds."""

    def place(names: list[str]) -> str:
        kinds = [
            f"{choice.choice([1, 1, 1, 2, 3])} * {choice.choice(names)} + {choice.randrange(4)}",
            f"{choice.choice([8, 4])} * {names[0]} + {names[-1]} + {choice.randrange(2)}",
            f"({choice.choice(names)} * {choice.randrange(1, 9)} + n) & 31",
            f"63 - {choice.choice(names)}",
            f"(b[{choice.choice(names)}] & 15) + n",
            f"{choice.randrange(40)}",
        ]
        return choice.choice(kinds[:2] * 2 + kinds)

    def statement(names: list[str]) -> str:
        array, other = choice.choice("ab"), choice.choice("ab")
        target, source = place(names), place(names)
        text = choice.choice([
            f"{array}[{target}] = {other}[{source}] + {choice.randrange(9)};",
            f"{array}[{target}] += {other}[{source}];",
            f"{array}[{target}] = {array}[{target}] ^ n;",
            f"n += {other}[{source}] & 1;",
        ])  # fmt: skip
        return (
            f"if ({other}[{place(names)}] & {choice.choice([1, 3])}) {{ {text} }}" if choice.random() < 0.25 else text
        )

    def loop(depth: int, names: list[str]) -> str:
        name = "ijk"[len(names)]
        bound = choice.choice(["8", "m", "4", f"{choice.randrange(1, 12)}"] + (["i + 1"] if names else []))
        step = choice.choice(["++" + name] * 4 + [f"{name} += 2"])
        inner = [*names, name]
        body = [statement(inner) for _ in range(choice.randrange(1, 3))]
        if depth:
            body.insert(choice.randrange(len(body) + 1), loop(depth - 1, inner))
        pragma = "" if depth else choice.choice(["\n#pragma HLS PIPELINE\n", "\n#pragma HLS PIPELINE off\n"])
        return f"for (int {name} = {choice.choice('001')}; {name} < {bound}; {step}) {{{pragma}{' '.join(body)}}}"

    loops = "\n".join(loop(choice.choice([0, 0, 1]), []) for _ in range(choice.randrange(1, 4)))
    return (
        "void top(int *a, int *b, int m) {\n#pragma HLS INTERFACE m_axi port=a depth=100\n"
        f"#pragma HLS INTERFACE m_axi port=b depth=100\nint n = m;\n{loops}\n}}\n"
    )


def fuzz(seeds: range, folder: Path) -> int:
    """How many of the random kernels burst somewhere."""
    bursts = 0
    for seed in seeds:
        source = folder / f"random{seed}.cpp"
        source.write_text(random_kernel(random.Random(seed)))
        function = imported(source, "top", folder / "work")
        lowered, done = check(lower_axi(function), after="lower_axi"), run_passes(function)
        for m in (0, 1, 5):
            agrees(function, lowered, {"m": m}, seed)
            agrees(function, done, {"m": m}, seed)
        agrees(function, in_time(done, seed), {"m": 5}, seed)
        asks = [op for op in lowered.ops.values() if op.kind is Kind.WRITE and op.object.endswith(("_ar", "_aw"))]
        bursts += len(asks) > sum(requests(lowered).values())
    return bursts


def test_random_kernels(tmp_path):
    assert fuzz(range(15), tmp_path) > 2


@pytest.mark.slow
def test_many_random_kernels(tmp_path):
    assert fuzz(range(100, 500), tmp_path) > 100
