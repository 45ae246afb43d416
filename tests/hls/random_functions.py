"""Random CDFG functions for tests, seeded: loops over a stream `a` (16 bits) to a stream `out` (20 bits).

`random_loop` is one block that branches to itself, with recurrences, a ROM and a RAM; `random_nest` is structured
control flow: conditions in conditions, loops in loops, banked memories, exclusive accesses; `random_perfect` is perfect
nests, `random_calls` functions whose calls overlap (and `random_flow.random_flow` loops that are left anywhere). All
read and write the same number of words in every call, and nothing observable depends on what a memory held before the
call.
"""

from __future__ import annotations

from dataclasses import replace

from function_maker import COUNTER_BITS, Example, FunctionMaker

from hlsgen.hls.cdfg.ir import Kind, Memory, Partition

_GATED_FROM = 4  # iterations after which every word of the four-word RAM of `random_loop` is written


def random_loop(seed: int, size: int = 25, trip_count: int = 8, *, ii: int = 1, rewind: bool = False) -> Example:
    """A pipelined self-loop after which nothing happens: with `rewind`, its calls follow without a gap."""
    m = FunctionMaker(seed)
    m.rom()
    m.memories["ram"] = ram = Memory("ram", 11, (4,), (0, 0, 0, 0))

    def body(counter: int) -> None:
        odd = m.op(Kind.SLICE, 1, (counter,), value=0)
        word = m.read()
        m.reads += m.times
        m.op(Kind.STORE, 0, (m.op(Kind.SLICE, 2, (counter,)), m.some(11)), object="ram")
        early = m.op(Kind.ICMP, 1, (counter, m.number(_GATED_FROM, COUNTER_BITS)), predicate="ult")
        for _ in range(size):
            chance = m.random.random()
            if chance < 0.85:
                m.calculate()
            elif chance < 0.92:
                m.values.append(m.load(m.memories["table"]))
            else:
                m.store(ram, guard=m.some(1))
                m.values.append(m.op(Kind.SELECT, 11, (early, m.const(11), m.load(ram))))
        chance = m.random.random()
        if chance < 0.4:
            m.write(word)
        elif chance < 0.7:
            m.write(word, guard=odd)
        else:  # one of two
            choice = m.some(1)
            m.write(word, guard=choice)
            m.write(word, guard=m.invert(choice))
        if m.random.random() < 0.2:
            m.read(guard=odd)
            m.reads += m.times // 2

    assert trip_count % 2 == 0
    m.loop(trip_count, ii, body, rewind=rewind)
    return m.finish(f"loop{seed}")


def random_nest(seed: int, size: int = 8, *, ii: int = 1) -> Example:
    """Pipelined loops with conditions in them, some in a loop that is not, with banked memories all the way."""
    m = FunctionMaker(seed)
    m.rom()
    for number in range(2):
        shape = tuple(m.random.randint(1, 5) for _ in range(m.random.randint(1, 2)))
        partitions = tuple(
            Partition(dim, m.random.choice(["cyclic", "block"]), m.random.randint(1, extent))
            for dim, extent in enumerate(shape)
            if m.random.random() < 0.6
        )
        memory = m.memories[f"ram{number}"] = Memory(f"ram{number}", 13, shape, partitions=partitions)
        for element in range(memory.depth_words):
            row, column = divmod(element, shape[-1])
            place = (column,) if len(shape) == 1 else (row, column)
            index = tuple(m.number(p, max(1, (e - 1).bit_length())) for p, e in zip(place, shape, strict=True))
            m.op(Kind.STORE, 0, (*index, m.const(13)), object=memory.name)
    m.values.append(m.const(16))

    def statement() -> None:
        memory = m.memories[m.random.choice(["table", "ram0", "ram1"])]
        chance = m.random.random()
        if chance < 0.7:
            m.calculate()
        elif chance < 0.85 or memory.rom:
            m.values.append(m.load(memory))
        else:
            m.store(memory)

    def fill(talks: bool, depth: int = 0) -> None:
        """Straight code, then perhaps a condition. With `talks` one word is read and written, here or in each arm."""
        for _ in range(m.random.randint(1, size)):
            statement()
        nested = depth < 3 and m.random.random() < 0.6
        inner = nested and talks and m.random.random() < 0.6
        if talks and not inner:
            word = m.read()
            m.reads += m.times
            m.write(word)
        if nested:
            m.condition(lambda: fill(inner, depth + 1), inner)

    def pipelined(_: int = 0) -> None:
        m.loop(m.random.randint(1, 5), ii, lambda counter: fill(True))

    def outer(_: int) -> None:
        fill(True, 2)
        pipelined()
        if m.random.random() < 0.4:
            pipelined()

    if m.random.random() < 0.5:
        m.loop(m.random.randint(1, 4), None, outer)
    else:
        pipelined()
    fill(True, 2)
    return m.finish(f"nest{seed}")


def random_perfect(seed: int, size: int = 4) -> Example:
    """Two or three loops in each other with effects in the innermost one only, which is pipelined."""
    m = FunctionMaker(seed)
    m.rom()
    m.values.append(m.const(16))
    levels = m.random.randint(2, 3)

    def level(number: int) -> None:
        def fill(_: int) -> None:
            for _ in range(m.random.randint(0, size)):
                m.calculate()
            if number + 1 < levels:
                level(number + 1)
            else:
                m.write(m.read())
                m.reads += m.times

        m.loop(m.random.randint(1, 5), 1 if number + 1 == levels else None, fill)

    level(0)
    made = m.finish(f"perfect{seed}")
    flatten = m.random.choice([True, True, None])
    loops = {header: replace(loop, flatten=flatten) for header, loop in made.function.loops.items()}
    return replace(made, function=replace(made.function, loops=loops))


def random_calls(seed: int, size: int = 6) -> Example:
    """A pipelined function: conditions, a word that goes from call to call, and in every call a read and a write."""
    m = FunctionMaker(seed)
    m.rom()
    state = m.memories["state"] = Memory("state", 13, (1,), (m.random.getrandbits(13),))
    m.values.append(m.load(state))

    def fill(talks: bool, depth: int = 0) -> None:
        for _ in range(m.random.randint(1, size)):
            m.calculate()
        if m.random.random() < 0.4:
            m.store(state)
        nested = depth < 3 and m.random.random() < 0.7
        inner = nested and talks and m.random.random() < 0.6
        if talks and not inner:
            m.write(m.read())
            m.reads += 1
        if nested:
            m.condition(lambda: fill(inner, depth + 1), inner)

    fill(True)
    made = m.finish(f"calls{seed}")
    return replace(made, function=replace(made.function, ii=m.random.choice([1, 1, 2, 3])))
