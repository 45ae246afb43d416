"""An AXI4 memory that checks the protocol, kernels that ask for words at random, and what must come of it."""

from __future__ import annotations

import random

from simulate import Pins, run

HOLD = {
    "AR": ("ARADDR", "ARLEN", "ARSIZE", "ARBURST", "ARID"),
    "AW": ("AWADDR", "AWLEN", "AWSIZE", "AWBURST", "AWID"),
    "W": ("WDATA", "WSTRB", "WLAST"),  # nothing of it may change while it waits
}


class AxiMemory:
    """A slave of `bus` bytes: bytes by address, answers after a latency, ready and valid as `rate` has it.

    Reads of different bursts come in order (one ID); a write takes place when its last beat has come and is answered
    later. Every rule that a master can break is asserted.
    """

    def __init__(self, bus: int, choice: random.Random, rate: float, latency: int, prefix: str = "") -> None:
        self.bus, self.choice, self.rate, self.latency, self.prefix = bus, choice, rate, latency, prefix
        self.bytes: dict[int, int] = {}
        self.held: dict[str, tuple] = {}
        self.cycle = 0
        self.reads: list[tuple[int, int, int]] = []  # (ready at, address, beats left)
        self.addresses: list[tuple[int, int]] = []  # (address, beats) of writes
        self.data: list[tuple[int, int, int]] = []
        self.answers: list[int] = []  # cycles at which they may go
        self.offered: dict[str, bool] = {}
        self.bursts = {"AR": [], "AW": []}
        self.busy = {"R": 0, "W": 0}
        self.under_way = self.most_under_way = 0
        self.beat = 0

    def read(self, address: int) -> int:
        """A byte; what was never written has a value that depends on its place."""
        return self.bytes.get(address, (address * 0x9D + (address >> 8) * 0x35 + 0x5A) & 0xFF)

    @property
    def done(self) -> bool:
        return not (self.reads or self.addresses or self.data or self.answers or self.offered.get("B"))

    def __str__(self) -> str:
        return f"memory: reads {self.reads[:3]}, writes {self.addresses[:3]}, data {len(self.data)}"

    def drive(self, pins: Pins) -> None:
        p = self.prefix
        for channel in ("AR", "AW", "W"):
            pins.set(f"{p}{channel}READY", int(self.choice.random() < self.rate))
        if self.reads and self.reads[0][0] <= self.cycle and not self.offered.get("R"):
            self.offered["R"] = self.choice.random() < self.rate
        pins.set(f"{p}RVALID", int(bool(self.offered.get("R"))))
        if self.offered.get("R"):
            _, address, left = self.reads[0]
            pins.set(f"{p}RDATA", sum(self.read(address + k) << 8 * k for k in range(self.bus)))
            pins.set(f"{p}RLAST", int(left == 1))
        else:
            pins.set(f"{p}RDATA", self.choice.getrandbits(8 * self.bus))
            pins.set(f"{p}RLAST", self.choice.getrandbits(1))
        if self.answers and self.answers[0] <= self.cycle and not self.offered.get("B"):
            self.offered["B"] = self.choice.random() < self.rate
        pins.set(f"{p}BVALID", int(bool(self.offered.get("B"))))

    def see(self, pins: Pins) -> None:
        self.cycle += 1
        p = self.prefix
        for channel, names in HOLD.items():
            valid, ready = pins.get(f"{p}{channel}VALID"), pins.driven[f"{p}{channel}READY"]
            now = tuple(pins.get(p + name) for name in names) if valid else ()
            if channel in self.held:
                assert valid and now == self.held[channel], f"{channel} changes before it is taken"
            self.held.pop(channel, None)
            if valid and not ready:
                self.held[channel] = now
            elif valid and channel == "W":
                self.data.append(now)
                self.busy["W"] += 1
            elif valid:
                self.address(channel, *now)
        if self.offered.get("R"):
            assert pins.get(f"{p}RREADY"), "what was asked for has no room"
            self.busy["R"] += 1
            at, address, left = self.reads.pop(0)
            if left > 1:
                self.reads.insert(0, (at, address + self.bus, left - 1))
            else:
                self.under_way -= 1
            self.offered["R"] = False
        if self.offered.get("B"):
            assert pins.get(f"{p}BREADY")
            self.answers.pop(0)
            self.offered["B"] = False
        self.store()

    def address(self, channel: str, address: int, length: int, size: int, burst: int, id: int) -> None:
        beats = length + 1
        assert burst == 1 and 1 << size == self.bus and id == 0
        assert address % self.bus == 0
        assert address // 4096 == (address + beats * self.bus - 1) // 4096, f"{address:x}, {beats} beats: crosses 4 KB"
        self.bursts[channel].append((address, beats))
        if channel == "AR":
            self.reads.append(
                (self.cycle + self.latency + self.choice.randrange(1 + self.latency // 2), address, beats)
            )
            self.under_way += 1
            self.most_under_way = max(self.most_under_way, self.under_way)
        else:
            self.addresses.append((address, beats))

    def store(self) -> None:
        if not self.addresses:
            return
        address, beats = self.addresses[0]
        if len(self.data) < beats:
            return
        self.addresses.pop(0)
        for k in range(beats):
            word, strobe, last = self.data.pop(0)
            assert last == (k == beats - 1), "WLAST is not on the last beat"
            for lane in range(self.bus):
                if strobe >> lane & 1:
                    self.bytes[address + k * self.bus + lane] = word >> 8 * lane & 0xFF
        self.answers.append(self.cycle + self.latency)


class Channel:
    """The kernel's side of one channel: requests in turn, words checked and made, a drain before a dependent read."""

    def __init__(self, name: str, word: int, plan: list, memory: AxiMemory, choice: random.Random, rate: float) -> None:
        self.name, self.word, self.memory, self.choice, self.rate = name, word, memory, choice, rate
        self.reads = [(at, count) for what, at, count in plan if what == "read"]
        self.writes = [(at, count) for what, at, count in plan if what == "write"]
        self.steps = [what for what, _, _ in plan]
        self.plan = plan
        self.wanted: list[tuple[int, int]] = []  # words to come: (address, value)
        self.making: list[int] = []  # words to write
        self.image: dict[int, int] = {}  # bytes that this channel wrote
        self.drains = 0
        self.offered: dict[str, int | None] = {"ar": None, "aw": None, "w": None}
        self.draining = False

    @property
    def done(self) -> bool:
        left = self.plan or self.wanted or self.making or any(v is not None for v in self.offered.values())
        return not left and not self.draining

    def __str__(self) -> str:
        return f"{self.name}: {self.plan[:2]}, wants {len(self.wanted)}, makes {len(self.making)}, {self.offered}"

    def drive(self, pins: Pins) -> None:
        n = self.name
        if self.plan and not self.draining:
            what, at, count = self.plan[0]
            request = (count - 1) << 64 | at
            if what == "read" and self.offered["ar"] is None and self.choice.random() < self.rate:
                self.plan.pop(0)
                self.offered["ar"] = request
                for k in range(count):
                    place = at + k * self.word
                    byte = [self.image.get(place + j, self.memory.read(place + j)) for j in range(self.word)]
                    self.wanted.append((place, sum(b << 8 * j for j, b in enumerate(byte))))
            elif (
                what == "write" and self.offered["aw"] is None and not self.making and self.choice.random() < self.rate
            ):
                self.plan.pop(0)
                self.offered["aw"] = request
                for k in range(count):
                    value = self.choice.getrandbits(8 * self.word)
                    self.making.append(value)
                    for j in range(self.word):
                        self.image[at + k * self.word + j] = value >> 8 * j & 0xFF
            elif what == "drain" and not self.making and self.offered["aw"] is None and self.offered["w"] is None:
                self.plan.pop(0)
                self.draining = True
            elif what == "settle" and not self.wanted:
                self.plan.pop(0)
        if self.making and self.offered["w"] is None and self.choice.random() < self.rate:
            self.offered["w"] = self.making.pop(0)
        for stream, value in self.offered.items():
            if f"{n}_{stream}_valid" in pins.width:
                pins.set(f"{n}_{stream}_valid", int(value is not None))
                pins.set(f"{n}_{stream}_data", value if value is not None else self.choice.getrandbits(90))
        if f"{n}_r_ready" in pins.width:
            pins.set(f"{n}_r_ready", int(self.choice.random() < self.rate))
        if f"{n}_b_ready" in pins.width:
            pins.set(f"{n}_b_ready", int(self.draining))

    def see(self, pins: Pins) -> None:
        n = self.name
        for stream in ("ar", "aw", "w"):
            if self.offered[stream] is not None and pins.get(f"{n}_{stream}_ready"):
                self.offered[stream] = None
        if f"{n}_r_ready" in pins.width and pins.get(f"{n}_r_valid") and pins.driven[f"{n}_r_ready"]:
            assert self.wanted, f"{n}: a word that nobody asked for"
            place, value = self.wanted.pop(0)
            got = pins.get(f"{n}_r_data")
            assert got == value, f"{n}: at {place:x}: {got:x}, not {value:x}"
        if self.draining and pins.get(f"{n}_b_valid"):
            self.draining = False
            self.drains += 1
            for place, value in self.image.items():
                assert self.memory.read(place) == value, f"{n}: drained, but {place:x} is not in memory"


def plan_of(spec: dict, choice: random.Random, base: int) -> list:
    """Requests at random; a read comes behind a drain of what it overlaps, and a write waits for such reads."""
    found = []
    reads: list[tuple[int, int]] = []
    writes: list[tuple[int, int]] = []
    for _ in range(spec["requests"]):
        kinds = [kind for kind, there in (("read", spec["reads"]), ("write", spec["writes"])) if there]
        what = choice.choice(kinds)
        count = choice.choice([1, 1, 2, 3, choice.randrange(1, 70), choice.randrange(1, 700)])
        if spec.get("single"):
            count = 1
        at = base + choice.randrange(0, 8192) * spec["atom"]
        end = at + count * spec["word"]
        mine, others, wait = (reads, writes, "drain") if what == "read" else (writes, reads, "settle")
        if any(at < stop and start < end for start, stop in others):
            found.append((wait, 0, 0))
            others.clear()
        mine.append((at, end))
        found.append((what, at, count))
    if spec["writes"]:
        found.append(("drain", 0, 0))
    return found


async def traffic(pins: Pins, config: dict) -> dict:
    """All channels at once against one memory."""
    choice = random.Random(config["seed"])
    memory = AxiMemory(config["bus"], choice, config["bus_rate"], config["latency"])
    channels = [
        Channel(s["name"], s["word"], plan_of(s, choice, 0x1_2340_0000 + k * 0x10_0000), memory, choice, config["rate"])
        for k, s in enumerate(config["channels"])
    ]
    await run(pins, [*channels, memory], config["cycles"])
    return {
        "cycles": pins.cycle,
        "drains": sum(channel.drains for channel in channels),
        "longest": {k: max((beats for _, beats in v), default=0) for k, v in memory.bursts.items()},
        "bursts": {k: len(v) for k, v in memory.bursts.items()},
        "busy": memory.busy,
        "under_way": memory.most_under_way,
    }


async def stream(pins: Pins, config: dict) -> dict:
    """One long read or write, or many single ones, at full rate: how many cycles."""
    choice = random.Random(1)
    memory = AxiMemory(config["bus"], choice, 2.0, config["latency"])
    spec = config["channels"][0]
    count = config["words"]
    places = [(0x1000, count)]
    if config["single"]:
        places = [(0x1000 + 4096 * choice.randrange(64) + spec["word"] * k, 1) for k in range(count)]
    what = "read" if spec["reads"] else "write"
    plan = [(what, at, words) for at, words in places] + ([] if spec["reads"] else [("drain", 0, 0)])
    channel = Channel(spec["name"], spec["word"], plan, memory, choice, 2.0)
    await run(pins, [channel, memory], 100_000)
    return {"cycles": pins.cycle, "under_way": memory.most_under_way}
