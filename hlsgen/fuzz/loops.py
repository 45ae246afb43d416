"""Random loops, their pragmas, and dependences that pragmas tell truly."""

from __future__ import annotations

from dataclasses import replace

from .declarations import loops_over, plain_cast
from .expressions import Variable, simple_index
from .statements import Statements
from .tree import Stmt
from .types import BOOL, INT

_MOST_TURNS = 400  # how often the innermost body of a nest runs in a call
_MOST_COPIES = 16  # of a body by unrolling


class Loops(Statements):
    def trip_count(self) -> int:
        most = max(1, _MOST_TURNS // self.turns)
        if self.pipelined:
            most = min(most, max(1, _MOST_COPIES // self.copies), 4)
        return self.random.choice([n for n in (1, 2, 3, 4, 5, 6, 8, 8, 12, 16, 20) if n <= most])

    def loop(self, depth: int) -> Stmt:
        """Of any form; unrolled when it stands in a pipelined one."""
        if self.turns > _MOST_TURNS // 2:
            return self.assign()
        count = self.trip_count()
        chance = self.random.random()
        if self.pipelined:
            return self.counted(count, depth, unrolled=True)
        if chance < 0.5:
            return self.counted(count, depth, pipelined=self.chance(0.6))
        if chance < 0.6 and count <= max(1, _MOST_COPIES // self.copies):
            return self.counted(count, depth, unrolled=True)
        if chance < 0.72:
            return self.variable_bound(count, depth)
        if chance < 0.9:
            return self.while_loop(count, depth)
        return self.nest(depth)

    def counted(self, count: int, depth: int, pipelined: bool = False, unrolled: bool = False) -> Stmt:
        self.use("for")
        header, name = self.header(count)
        pragmas: tuple[str, ...] = ()
        with self.inside(count, count if unrolled else 1):
            self.may_break = self.may_continue = not unrolled
            if pipelined:
                pragmas = self.pipeline_pragmas()
                self.may_break = False
                self.pipelined = True
            elif unrolled:
                if not self.pipelined or self.chance(0.5):
                    pragmas = ("UNROLL",)
                self.use("UNROLL")
                self.may_break = self.may_continue = False
            elif self.chance(0.15):
                pragmas = (f"UNROLL factor={self.random.choice([2, 3, 4])}",)
                self.use("UNROLL factor")
                self.may_break = False
            elif self.chance(0.1):
                pragmas = ("PIPELINE off",)
                self.use("PIPELINE off")
            if name:
                self.scope.variables.append(Variable(name, INT, (), False))
            body = self.fill(self.random.randint(1, 3), depth - 1 if not pipelined else min(depth - 1, 1))
        label = f"{self.fresh('L')}: " if self.chance(0.15) else ""
        return Stmt(f"{label}{header} @0", (), (body,), pragmas, f"const int {name} = 0;" if name else "")

    def header(self, count: int) -> tuple[str, str]:
        """The `for (...)` of `count` iterations, its counter ("" when it is not an int), whose name tells its range."""
        self.serial += 1
        chance = self.random.random()
        if chance < 0.6:
            name = f"i{count}_{self.serial}"
            compare = self.random.choice(["<", "<", "!="])
            return f"for (int {name} = 0; {name} {compare} {count}; ++{name})", name
        if chance < 0.7:
            name = f"i{count}_{self.serial}"
            return f"for (int {name} = {count - 1}; {name} >= 0; --{name})", name
        if chance < 0.8:
            step = self.random.choice([2, 3])
            extent = (count - 1) * step + 1
            name = f"i{extent}_{self.serial}"
            return f"for (int {name} = 0; {name} < {extent}; {name} += {step})", name
        if chance < 0.9:
            name = f"u{self.serial}"
            return f"for (unsigned {name} = 0; {name} <= {count - 1}u; {name}++)", ""
        name = f"c{self.serial}"
        bits = count.bit_length() + self.random.randint(0, 3)
        self.use("loop counter of ap_uint")
        return f"for (ap_uint<{bits}> {name} = 0; {name} < {count}; {name}++)", ""

    def pipeline_pragmas(self) -> tuple[str, ...]:
        ii = self.random.choice([1, 1, 1, 2, 2, 3, 5])
        words = ["PIPELINE", *([f"II={ii}"] if self.chance(0.8) else []), *(["rewind"] if self.chance(0.1) else [])]
        self.use(" ".join(words[:2]), *words[2:])
        return (" ".join(words),)

    def variable_bound(self, count: int, depth: int) -> Stmt:
        self.use("variable bound")
        bound = self.index(count + 1, 1)
        self.serial += 1
        name = f"i{count}_{self.serial}" if count > 1 else f"i1_{self.serial}"
        pragmas: tuple[str, ...] = (f"LOOP_TRIPCOUNT min=0 max={count}",) if self.chance(0.2) else ()
        with self.inside(count):
            self.may_break = self.may_continue = True
            if self.chance(0.4):
                pragmas = (*pragmas, *self.pipeline_pragmas())
                self.pipelined, self.may_break = True, False
            self.scope.variables.append(Variable(name, INT, (), False))
            body = self.fill(self.random.randint(1, 3), depth - 1 if not self.pipelined else min(depth - 1, 1))
        if self.chance(0.6):  # a bound of its own, that the loop does not change
            limit = self.fresh("n")
            text = f"{{ const int {limit} = $0; for (int {name} = 0; {name} < {limit}; ++{name}) @0 }}"
        else:
            text = f"for (int {name} = 0; {name} < $0; ++{name}) @0"
        return Stmt(text, (bound,), (body,), pragmas, f"const int {name} = 0;")

    def while_loop(self, count: int, depth: int) -> Stmt:
        bound, test = self.index(count, 1), self.expr(BOOL, 1)
        self.serial += 1
        name = f"i{count}_{self.serial}"
        with self.inside(count):
            self.may_break = self.may_continue = True
            self.scope.variables.append(Variable(name, INT, (), False))
            pragmas: tuple[str, ...] = ()
            if self.chance(0.25):
                pragmas = self.pipeline_pragmas()
                self.pipelined, self.may_break = True, False
            body = self.fill(self.random.randint(1, 3), depth - 1 if not self.pipelined else min(depth - 1, 1))
        instead = f"const int {name} = 0;"
        if self.chance(0.6):
            self.use("while")
            condition = f"{name}-- > 0 && $1" if self.chance(0.7) else f"{name}-- > 0"
            exprs = (bound, test) if "$1" in condition else (bound,)
            return Stmt(f"{{ int {name} = $0; while ({condition}) @0 }}", exprs, (body,), pragmas, instead)
        self.use("do while")
        return Stmt(
            f"{{ int {name} = $0; do @0 while (--{name} > 0 && $1); }}",
            (bound, test), (body,), pragmas, instead,
        )  # fmt: skip

    def nest(self, depth: int) -> Stmt:
        """Loops in loops with nothing between them."""
        self.use("perfect nest")
        a, b = self.random.choice([2, 3, 4]), self.random.choice([2, 3, 4, 5])
        if self.turns * a * b > _MOST_TURNS:
            return self.assign()
        outer, name = self.header(a)
        with self.inside(a):
            if name:
                self.scope.variables.append(Variable(name, INT, (), False))
            inner = self.counted(b, depth, pipelined=True)
        if self.chance(0.5):
            flatten = self.random.choice(["LOOP_FLATTEN", "LOOP_FLATTEN off"])
            self.use(flatten)
            inner = replace(inner, pragmas=(*inner.pragmas, flatten))
        return Stmt(f"{outer} @0", (), ((inner,),), (), f"const int {name} = 0;" if name else "")

    def dependence_loop(self) -> Stmt:
        """A pipelined loop with a DEPENDENCE that is true."""
        extent = self.random.choice([8, 12, 16])
        if self.turns * extent > _MOST_TURNS:
            return self.assign()
        type, name = self.number_type(), self.fresh("d")
        self.serial += 1
        array = Variable(name, type, (extent,))
        loops, place = loops_over((extent,))
        self.serial += 1
        counter = f"i{extent}_{self.serial}"
        ii = self.pipeline_pragmas()
        self.use("DEPENDENCE")
        with self.inside(extent):
            self.pipelined = True
            self.scope.variables.append(Variable(counter, INT, (), False))
            start = self.fill(self.random.randint(0, 2), 0)
            if self.chance(0.5):
                own = simple_index(array, (counter,))
                first, pragma = 0, f"DEPENDENCE variable={name} inter false"
            else:
                distance = self.random.randint(1, 4)
                own = simple_index(array, (f"{counter} - {distance}",))
                first, pragma = distance, f"DEPENDENCE variable={name} inter distance={distance} true"
            old = self.fresh("o")
            self.scope.variables.append(Variable(old, type, (), False))
            inside = (*start, Stmt(f"const {type.text} {old} = $0;", (own,)),
                      Stmt("$0 = $1;", (simple_index(array, (counter,)), self.expr(type, 2))))  # fmt: skip
        self.scope.variables.append(array)
        declare = f"{type.text} {name}[{extent}]; {loops}{name}{place} = {plain_cast(type, 'k0 * 3 + 1')};"
        header = f"for (int {counter} = {first}; {counter} < {extent}; ++{counter})"
        return Stmt(f"{declare} {header} @0", (), (inside,), (*ii, pragma))
