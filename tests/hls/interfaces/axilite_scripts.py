"""What hosts and kernels do to the AXI4-Lite slave; each function runs inside the simulator."""

from __future__ import annotations

import random

from simulate import Host, Pins, run


def reads(*addresses: int):
    """A host's reads, one after the other."""
    words = []
    for address in addresses:
        words.append((yield ("read", address)))
    return words


class Kernel:
    """A block with a handshake: takes `cycles` for a call, then done and ready for one cycle (held for ap_continue)."""

    def __init__(self, cycles: int, chain: bool) -> None:
        self.cycles, self.chain = cycles, chain
        self.left = 0
        self.holding = False
        self.calls = 0
        self.done = True
        self.log: list[str] = []

    def drive(self, pins: Pins) -> None:
        last = self.left == 1
        pins.set("ap_done", int(last or self.holding))
        pins.set("ap_ready", int(last))
        pins.set("ap_idle", int(self.left == 0 and not self.holding))

    def see(self, pins: Pins) -> None:
        done = bool(self.left == 1 or self.holding)
        if self.chain and done:
            self.holding = not pins.get("ap_continue")
        if self.left:
            self.left -= 1
        elif pins.get("ap_start") and not self.holding:
            self.left = self.cycles
            self.calls += 1


async def handshake(pins: Pins, config: dict) -> dict:
    """ap_ctrl_hs: start, done that is cleared by reading, interrupts, auto_restart."""
    kernel = Kernel(config["cycles"], chain=False)
    seen = {}

    def host():
        seen["fresh"] = yield ("read", 0)
        yield ("write", 0x04, 1)
        yield ("write", 0x08, 1)
        seen["enables"] = yield from reads(4, 8)
        yield ("write", 0x00, 1)
        seen["busy"] = yield ("read", 0)
        yield ("idle", 3 * config["cycles"])
        seen["interrupt"] = pins.get("interrupt")
        seen["done"] = yield from reads(0, 0)
        seen["isr"] = yield ("read", 0x0C)
        yield ("write", 0x0C, 1)
        yield ("idle", 3)
        seen["after"] = [*(yield from reads(0x0C)), pins.get("interrupt")]
        seen["calls"] = kernel.calls
        yield ("write", 0x00, 0x81)
        yield ("idle", 10 * config["cycles"])
        seen["restarts"] = kernel.calls
        seen["running"] = yield ("read", 0)
        seen["quiet"] = yield ("read", 0x0C)
        yield ("write", 0x00, 0)
        yield ("idle", 5 * config["cycles"])
        seen["stopped"] = yield ("read", 0)
        seen["told"] = yield ("read", 0x0C)

    await run(pins, [Host(host(), random.Random(1)), kernel], 5000)
    return seen


async def chain(pins: Pins, config: dict) -> dict:
    """ap_ctrl_chain: done stays until ap_continue is written."""
    kernel = Kernel(config["cycles"], chain=True)
    seen = {}

    def host():
        yield ("write", 0x00, 1)
        yield ("idle", 3 * config["cycles"])
        seen["done"] = yield from reads(0, 0, 0)
        seen["held"] = kernel.holding
        yield ("write", 0x00, 0x10)
        yield ("idle", 4)
        seen["gone"] = (yield ("read", 0)) & 2
        seen["released"] = not kernel.holding
        yield ("write", 0x00, 1)
        yield ("idle", 3 * config["cycles"])
        seen["again"] = [kernel.calls, (yield ("read", 0)) & 2]

    await run(pins, [Host(host(), random.Random(2)), kernel], 5000)
    return seen


class Registers:
    """Checks input registers against what was written, and writes output registers and arrays at random."""

    def __init__(self, config: dict, choice: random.Random) -> None:
        self.inputs = {name: 0 for name in config["inputs"]}
        self.outputs = dict.fromkeys(config["outputs"], None)
        self.fresh = dict.fromkeys(config["outputs"], False)
        self.windows = {name: [None] * depth for name, (_, depth) in config["windows"].items()}
        self.choice, self.config, self.done = choice, config, True
        self.sides = [(name, k) for name in self.windows for k in ((0, 1) if name in config["second"] else (0,))]
        self.kernel: dict[tuple[str, int], tuple[int, int, int] | None] = dict.fromkeys(self.sides)
        self.late: dict[tuple[str, int], int | None] = dict.fromkeys(self.sides)
        self.frozen = False
        self.checked = 0

    def drive(self, pins: Pins) -> None:
        for name in self.outputs:
            valid = not self.frozen and self.choice.random() < 0.05
            pins.set(f"{name}_ap_vld", int(valid))
            pins.set(name, self.choice.getrandbits(self.config["outputs"][name]))
        for name, k in self.sides:
            bits, depth = self.config["windows"][name]
            access = None
            if not self.frozen and self.choice.random() < 0.7:
                access = (self.choice.randrange(depth), int(self.choice.random() < 0.3), self.choice.getrandbits(bits))
                other = self.kernel[name, 0]
                if k and other is not None and other[0] == access[0]:
                    access = None  # two accesses of one word at once
            self.kernel[name, k] = access
            index, write, word = access or (self.choice.randrange(depth), self.choice.getrandbits(1), 0)
            pins.set(f"{name}_ce{k}", int(access is not None))
            pins.set(f"{name}_address{k}", index)
            pins.set(f"{name}_we{k}", write)
            pins.set(f"{name}_d{k}", word)

    def see(self, pins: Pins) -> None:
        for name, expected in self.inputs.items():
            if expected is not None:
                assert pins.get(name) == expected, (name, hex(pins.get(name)), hex(expected))
        for name in self.outputs:
            if pins.driven[f"{name}_ap_vld"]:
                self.outputs[name], self.fresh[name] = pins.driven[name], True
        for (name, k), expected in self.late.items():
            if expected is not None:
                assert pins.get(f"{name}_q{k}") == expected, (name, k, hex(pins.get(f"{name}_q{k}")), hex(expected))
                self.checked += 1
        stores = []
        for (name, k), access in self.kernel.items():
            if access is not None:
                index, write, word = access
                self.late[name, k] = self.windows[name][index]
                if write:
                    stores.append((name, index, word))
        for name, index, word in stores:
            self.windows[name][index] = word


async def registers(pins: Pins, config: dict) -> dict:
    """Random writes with strobes and reads of every register and array, kernel and host on arrays by turns."""
    choice = random.Random(config["seed"])
    model = Registers(config, choice)
    words = [(name, at, k) for name, (bits, at) in config["places"].items() for k in range(-(-bits // 32))]
    count = {"reads": 0, "writes": 0}

    def host():
        for name, _ in config["windows"].items():  # the first contents
            bits, depth = config["windows"][name]
            for index in range(depth):
                word = choice.getrandbits(bits)
                yield from store(name, index, word)
                model.windows[name][index] = word
        model.frozen = False
        for _ in range(config["steps"]):
            what = choice.choice(config["kinds"])
            if what == "write":
                name, at, k = choice.choice(words)
                word, strobe = choice.getrandbits(32), choice.getrandbits(4)
                mask = sum(0xFF << 8 * b for b in range(4) if strobe >> b & 1)
                old, bits = model.inputs[name], config["places"][name][0]
                new = (old & ~(mask << 32 * k) | (word & mask) << 32 * k) & ((1 << bits) - 1)
                model.inputs[name] = None
                yield ("write", at + 4 * k, word, strobe)
                model.inputs[name] = new
                count["writes"] += 1
            elif what == "read":
                name, at, k = choice.choice(words)
                got = yield ("read", at + 4 * k)
                assert got == model.inputs[name] >> 32 * k & 0xFFFFFFFF, (name, hex(got))
                count["reads"] += 1
            elif what == "output":
                name = choice.choice(list(config["outputs"]))
                model.frozen = True
                yield ("idle", 2)
                bits, at, valid = config["output_places"][name]
                got = 0
                for k in range(-(-bits // 32)):
                    got |= (yield ("read", at + 4 * k)) << 32 * k
                if model.outputs[name] is not None:
                    assert got == model.outputs[name], (name, hex(got), hex(model.outputs[name]))
                if valid:
                    flags = yield from reads(valid, valid)
                    assert flags == [int(model.fresh[name]), 0], (name, flags, model.fresh[name])
                    model.fresh[name] = False
                model.frozen = False
                count["reads"] += 1
            else:
                name = choice.choice(list(config["windows"]))
                bits, depth = config["windows"][name]
                index = choice.randrange(depth)
                model.frozen = True
                yield ("idle", 2)
                if choice.random() < 0.5:
                    word = choice.getrandbits(bits)
                    yield from store(name, index, word)
                    model.windows[name][index] = word
                    count["writes"] += 1
                else:
                    got = yield from load(name, index)
                    assert got == model.windows[name][index], (name, index, hex(got), model.windows[name][index])
                    count["reads"] += 1
                model.frozen = False
                yield ("idle", 8)

    def size(name: str) -> int:
        bytes = -(-config["windows"][name][0] // 8)
        return 1 << (bytes - 1).bit_length() if bytes > 1 else 1

    def store(name: str, index: int, word: int):
        at = config["window_places"][name] + index * size(name)
        if size(name) < 4:
            strobe = (1 << size(name)) - 1
            yield ("write", at & ~3, word << 8 * (at & 3), strobe << (at & 3))
            return
        for k in range(size(name) // 4):
            yield ("write", at + 4 * k, word >> 32 * k & 0xFFFFFFFF, 15)

    def load(name: str, index: int):
        bits = config["windows"][name][0]
        at = config["window_places"][name] + index * size(name)
        if size(name) < 4:
            word = yield ("read", at & ~3)
            return word >> 8 * (at & 3) & ((1 << bits) - 1)
        got = 0
        for k in range(size(name) // 4):
            got |= (yield ("read", at + 4 * k)) << 32 * k
        return got & ((1 << bits) - 1)

    model.frozen = True
    await run(pins, [model, Host(host(), choice)], 400 * (config["steps"] + 400))
    return {**count, "checked": model.checked}
