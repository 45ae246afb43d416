"""Arrays that are streams: what is proved to be in order is so, whatever the program; and what is plainly in order is
proved. The programs are random nests of loops with writes and reads of the next element, some of them spoilt; the
interpreter runs them on arrays and, rewritten, on streams.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import pytest

from hlsgen.core.errors import UserError
from hlsgen.hls.cdfg.check import check
from hlsgen.hls.cdfg.import_llvm import import_function
from hlsgen.hls.cdfg.interpret import interpret
from hlsgen.hls.frontend.compile import compile_cpp
from hlsgen.hls.passes.stream_arrays import stream_arrays

COUNT, WORDS, UNTOUCHED = 90, 400, 0xDEAD


@dataclass
class Maker:
    """The text of one function. `is_plain`: every access is of the next element, on every way."""

    random: random.Random
    is_plain: bool = True
    names: int = 0

    def text(self, name: str) -> str:
        counted = self.random.random() < 0.4  # by a variable instead of by affine indices
        self.counted = counted
        body, _ = self.block({}, 0, 3)
        return f"static void {name}(int w[{WORDS}], const int r[{WORDS}], int c) {{\n#pragma HLS INLINE off\n" \
               f"  int v = c, k = 0;\n{body}}}\n"  # fmt: skip

    def index(self, strides: dict[str, int], count: int) -> str:
        if self.counted:
            return "k"
        if self.random.random() < 0.03:
            self.is_plain = False
            count += self.random.choice([-1, 1])
        return " + ".join([*(f"{by} * {i}" for i, by in strides.items()), str(count)])

    def access(self, strides: dict[str, int], count: int) -> tuple[str, int]:
        at = self.index(strides, count)
        step = " ++k;" if self.counted else ""
        return f"v = v * 3 + r[{at}] + 1; w[{at}] = v ^ r[{at}];{step}\n", 1

    def block(self, strides: dict[str, int], count: int, depth: int) -> tuple[str, int]:
        """Text, and how many elements it accesses; `count` have been before, beside those of loops."""
        text, made = "", 0
        for _ in range(self.random.choice([1, 1, 2, 3])):
            chance = self.random.random()
            if chance < 0.4 and depth:
                part, more = self.loop(strides, count + made, depth)
            elif chance < 0.55 and depth:
                part, more = self.choice(strides, count + made, depth)
            else:
                part, more = self.access(strides, count + made)
            text, made = text + part, made + more
        return text, made

    def loop(self, strides: dict[str, int], count: int, depth: int) -> tuple[str, int]:
        trips, i = self.random.choice([1, 2, 3, 4]), f"i{self.names}"
        self.names += 1
        state = self.random.getstate(), self.names, self.is_plain
        _, each = self.block({**strides, i: 0}, count, depth - 1)  # how many elements an iteration has
        self.random.setstate(state[0])
        self.names, self.is_plain = state[1:]
        text, _ = self.block({**strides, i: each}, count, depth - 1)
        leave = ""
        if self.random.random() < 0.08:
            self.is_plain = False
            leave = f"if (v & {self.random.choice([1, 2, 4])}) break;\n"
        type = self.random.choice(["int", "unsigned", "unsigned char", "ap_uint<3>"])
        return f"for ({type} {i} = 0; {i} < {trips}; ++{i}) {{\n{text}{leave}}}\n", trips * each

    def choice(self, strides: dict[str, int], count: int, depth: int) -> tuple[str, int]:
        """Two arms that access as many elements, or one without an else."""
        state = self.random.getstate()
        text, made = self.block(strides, count, depth - 1)
        test = f"if (v & {self.random.choice([1, 2, 4, 8])})"
        if self.random.random() < 0.3:
            if not self.counted:
                self.is_plain = False
                return f"{test} {{\n{text}}}\n", self.random.choice([0, made])
            self.is_plain &= depth < 0  # a counter tells, but how is not always found
            return f"{test} {{\n{text}}}\n", made
        after = self.random.getstate()
        self.random.setstate(state)
        other, _ = self.block(strides, count, depth - 1)
        self.random.setstate(after)
        return f"{test} {{\n{text}}} else {{ v += 5;\n{other}}}\n", made


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    """Name -> (whether it is plainly in order, the function on arrays, its text)."""
    folder = tmp_path_factory.mktemp("orders")
    makers = [Maker(random.Random(seed)) for seed in range(COUNT)]
    texts = [maker.text(f"f{number}") for number, maker in enumerate(makers)]
    calls = "".join(f"  f{number}(w, r, c);\n" for number in range(COUNT))
    source = folder / "orders.cpp"
    top = f"void top(int w[{WORDS}], const int r[{WORDS}], int c) {{\n{calls}}}\n"
    source.write_text('#include "ap_int.h"\n' + "".join(texts) + top)
    front = compile_cpp([source], "top", workdir=folder / "stages")
    found = {}
    for name, function in front.module.functions.items():
        if name == front.top:
            continue
        number = int(function.pretty[1:])
        ports = [replace(p, mode="axis") if p.name in "wr" else p for p in front.function_ports[name]]
        found[number] = (makers[number].is_plain, import_function(front, name, ports))
    return {number: (*pair, texts[number]) for number, pair in sorted(found.items())}


def test_what_is_proved_is_in_order_and_what_is_in_order_is_proved(programs):
    assert len(programs) == COUNT
    proved = refused = 0
    for number, (is_plain, function, text) in programs.items():
        try:
            streamed = check(stream_arrays(function))
        except UserError as error:
            assert not is_plain, f"f{number}: {error}\n{text}"
            refused += 1
            continue
        proved += 1
        source = random.Random(number)
        for c in (0, 1, 5, source.getrandbits(32)):
            words = [source.getrandbits(32) for _ in range(WORDS)]
            state = {"w": [UNTOUCHED] * WORDS, "r": list(words)}
            interpret(function, {}, state, params={"c": c})
            written = interpret(streamed, {"r": words}, {}, params={"c": c})["w"]
            assert state["w"] == written + [UNTOUCHED] * (WORDS - len(written)), f"f{number}({c})\n{text}"
    assert proved > COUNT // 3 and refused > COUNT // 10, (proved, refused)


def under_conditions(folder, body: str):
    source = folder / "k.cpp"
    source.write_text(f"void top(int w[{WORDS}], const int r[{WORDS}], int c) {{\n{body}}}\n")
    front = compile_cpp([source], "top", workdir=folder / "stages")
    ports = [replace(p, mode="axis") if p.name in "wr" else p for p in front.ports]
    return import_function(front, front.top, ports)


@pytest.mark.parametrize(
    "body",
    [
        "int y; if (i == 0) y = r[0]; else y = r[i] * c; w[i] = y;",
        "int y = r[i]; if (i != 3) w[i] = y; else w[3] = y + c;",
        "int y; if (i == 2) { y = r[2]; w[2] = r[2] * y; y ^= r[i]; } else { y = r[i]; w[i] = y; } c += y;",
        "int y; if (i == 5) y = r[5] + r[i]; else y = r[i]; w[i] = y; if (y == c) break;",
        "int y; if (c > 6 && i == 4) y = r[4]; else y = r[i] * c; w[i] = y;",
        "int y = r[i]; if (i != 3 || c & 1) w[i] = y; else w[3] = y + c;",
        "int y; if (c & 4 && c != 7 && i == 0) y = r[0]; else y = r[i] ^ c; w[i] = y;",
    ],
)
def test_a_counter_is_known_under_a_condition(tmp_path, body):
    function = under_conditions(tmp_path, f"for (int i = 0; i < 8; ++i) {{ {body} }}")
    streamed = check(stream_arrays(function))
    words = [3 * k + 1 for k in range(WORDS)]
    for c in (0, 6, 8):
        state = {"w": [UNTOUCHED] * WORDS, "r": list(words)}
        interpret(function, {}, state, params={"c": c})
        written = interpret(streamed, {"r": words}, {}, params={"c": c})["w"]
        assert state["w"] == written + [UNTOUCHED] * (WORDS - len(written))


@pytest.mark.parametrize(
    "test", ["i == 1", "i != 2", "i < 1 + c", "c == 0", "c > 6 || i == 0", "c > 6 && i == 1", "i != 0 && c == 0"]
)
def test_another_element_than_the_counter_says(tmp_path, test):
    body = f"for (int i = 0; i < 8; ++i) {{ int y; if ({test}) y = r[0]; else y = r[i] * c; w[i] = y; }}"
    with pytest.raises(UserError, match="array 'r' is a stream"):
        stream_arrays(under_conditions(tmp_path, body))
