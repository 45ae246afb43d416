"""The RTL of random functions does what the interpreter does: every schedule, clock and interval, with stalls."""

from __future__ import annotations

import random

import pytest
from function_maker import Example
from random_flow import random_flow
from random_functions import random_calls, random_loop, random_nest, random_perfect
from random_regions import TOP, write_region, write_vectors

from hlsgen.hls.bind.schedule_function import Target, schedule_function
from hlsgen.hls.bind.scheduled import ScheduledFunction
from hlsgen.hls.passes.pipeline import run_passes
from hlsgen.hls.schedule import DelayTable
from hlsgen.sim.cosim import cosim
from hlsgen.sim.lint import lint

CLOCKS_NS = (1.5, 3.0, 6.0, 50.0)
MAX_IDLE_CYCLES = 3000


def examples(seed: int, loops: int, nests: int, flows: int) -> dict[str, Example]:
    choice = random.Random(seed)
    made = {}
    for number in range(loops):
        rewind, size, ii = number % 2 == 0, choice.choice([4, 12, 25]), choice.choice([1, 1, 2, 4])
        made[f"loop{number}"] = random_loop(choice.getrandbits(30), size, ii=ii, rewind=rewind)
    for number in range(nests):
        made[f"nest{number}"] = random_nest(choice.getrandbits(30), ii=choice.choice([1, 2]))
    for number in range(flows):
        made[f"flow{number}"] = random_flow(
            choice.getrandbits(30), choice.choice([3, 6, 12]), ii=choice.choice([1, 1, 2])
        )
    for number in range(flows // 3):
        made[f"perfect{number}"] = random_perfect(choice.getrandbits(30))
        made[f"calls{number}"] = random_calls(choice.getrandbits(30))
    return made


def scheduled(made: dict[str, Example], schedule_seed: int | None = None) -> dict[str, ScheduledFunction]:
    """Each for another clock."""
    delays = DelayTable.load("xcup")
    targets = [Target(clock_ns, delays, schedule_seed) for clock_ns in CLOCKS_NS]
    return {
        name: schedule_function(run_passes(example.function, targets[number % 4]), targets[number % 4])
        for number, (name, example) in enumerate(made.items())
    }


def run(made: dict[str, Example], functions: dict[str, ScheduledFunction], tmp_path, samples: int = 5) -> None:
    write_region(functions, tmp_path / "rtl")
    write_vectors(made, tmp_path / "vectors", samples)
    result = cosim(
        tmp_path / "rtl", tmp_path / "vectors", tmp_path / "work", max_idle_cycles=MAX_IDLE_CYCLES, quick=True
    )
    assert result.passed, str(result.first_mismatch)
    assert result.passes == ("lone_sample", "full_rate", "random_stalls")


def test_random_functions(tmp_path):
    made = examples(1, loops=8, nests=8, flows=12)
    functions = scheduled(made)
    assert any(function.perpetual for function in functions.values())
    assert len({block.ii for function in functions.values() for block in function.blocks.values()}) > 3
    run(made, functions, tmp_path)


def test_random_schedules(tmp_path):
    """Schedules that no optimiser would choose: whatever is legal works."""
    made = examples(2, loops=6, nests=6, flows=10)
    functions, best = scheduled(made, schedule_seed=1), scheduled(made)
    longer = [
        functions[name].blocks[label].depth - block.depth for name in made for label, block in best[name].blocks.items()
    ]
    assert sum(more > 0 for more in longer) > len(longer) // 4  # they are other ones
    run(made, functions, tmp_path)


@pytest.mark.parametrize("seed", [3, 4])
def test_lint(seed, tmp_path):
    files = write_region(scheduled(examples(seed, loops=3, nests=3, flows=5)), tmp_path)
    assert lint(TOP, files) == []
