"""The page of a corpus: what it counts, what it lists, and how it sets published numbers beside ours."""

from __future__ import annotations

from dataclasses import replace

from hlsgen.report.kernels import KernelRow, LoopRow, Reference, Resources, render_kernels

ROW = KernelRow(
    name="sum",
    title="A sum",
    shows="adding",
    clock_ns=5.0,
    loops=(LoopRow("add", 3, 1, 1, ""), LoopRow("store", 9, 1, 2, "two stores, one port")),
    calls=3,
    cycles_min=1000,
    cycles_max=1200,
    resources=Resources(1234, 56, 7, 1.5),
    seconds=0.25,
)


def page(*rows: KernelRow) -> str:
    return render_kernels(rows, device="a part", command="make it", version="1", date="today")


def test_a_row_and_the_interval_it_misses():
    text = page(ROW)
    assert "- 1 of 1 kernels equal their C++ in every call of their test benches, 3 calls." in text
    assert "- 1 of 2 pipelined loops (50.0%) reach the interval they ask for." in text
    assert "| sum | adding | 5 | add 1, store 2 of 1 | 3 | 1,000-1,200 | 1,234 | 56 | 7 | 1.5 | 0.2 |" in text
    assert "- sum, `store`, 2 of 1: two stores, one port" in text
    assert "Beside" not in text and "Failures" not in text


def test_a_failure_is_a_row_and_a_line():
    text = page(ROW, replace(ROW, name="product", error="differs from the C++: call 1"))
    assert "- 1 of 2 kernels" in text
    assert "| product | adding | 5 | failed |  |  |  |  |  |  |  |" in text
    assert text.endswith("## Failures\n\n- product: differs from the C++: call 1\n")


def test_what_else_a_kernel_has_been_through():
    assert "random" not in page(ROW)
    stalled = replace(ROW, stalled=True, any_schedule=True)
    text = page(stalled, replace(ROW, name="polls", any_schedule=True), replace(stalled, name="bad", error="differs"))
    assert "- 1 of 3 also with random stalls on every port; polls: no stalls, since what they do may" in text
    assert "- 2 of 3 also with random legal schedules instead of the best." in text


def test_published_numbers_stand_beside_ours():
    plain = replace(ROW, name="x/sum", reference=Reference("A tool", 600, 2468, 28))
    tuned = replace(ROW, name="y/sum", cycles_max=60, variant_of="x/sum")
    text = page(plain, tuned, replace(plain, name="x/other", cycles_max=300))
    assert "## Beside A tool" in text
    assert "| sum | 600 | 1,200 | 2.00 | 2,468 | 1,234 | 0.50 | 28 | 56 | 2.00 | 60 | 0.10 |" in text
    assert "| other | 600 | 300 | 0.50 | 2,468 | 1,234 | 0.50 | 28 | 56 | 2.00 | - | - |" in text
    assert "- cycles, without pragmas: 1.000 (2 kernels)" in text
    assert "- cycles, with pragmas: 0.100 (1 kernels)" in text


def test_a_kernel_that_was_not_simulated_equals_nothing_and_is_not_compared():
    row = replace(ROW, calls=0, cycles_min=0, cycles_max=0, reference=Reference("A tool", 600, 2468, 28))
    text = page(row, replace(row, name="tuned", variant_of="sum", reference=None), replace(row, name="b", error="II 2"))
    assert "- 2 of 3 kernels compile as they are described; none was simulated." in text and "equal" not in text
    assert "| sum | adding | 5 | add 1, store 2 of 1 | - | - | 1,234 | 56 | 7 | 1.5 | 0.2 |" in text
    assert "| sum | 600 | - | - | 2,468 | 1,234 | 0.50 | 28 | 56 | 2.00 | - | - |" in text
    assert "LUT (Yosys estimate): 0.500 (1 kernels)" in text and "cycles, without pragmas:" not in text
