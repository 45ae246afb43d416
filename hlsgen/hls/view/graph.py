"""The operations of a block as a graph from top to bottom. The cycle of an operation is its layer, so that the picture
is also the schedule; within a cycle operations stand below those that they chain to.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hlsgen.hls.bind.scheduled import ScheduledFunction
from hlsgen.hls.cdfg.ir import Kind, Op

from .rows import critical_operations, family_of, name_of, title_of
from .svg import Canvas, shortened

MOST_NODES = 260  # more operations are gathered by kind and cycle
MOST_KINDS = 1200  # beyond, they are gathered by family
_HEIGHT, _GAP_X, _GAP_Y, _LEFT, _TOP = 22, 14, 26, 56, 30
_SWEEPS = 4


@dataclass(slots=True)
class _Node:
    key: object
    text: str
    family: str
    stage: int
    members: int = 1
    critical: bool = False
    layer: int = 0
    x: float = 0.0
    y: float = 0.0
    before: set[object] = field(default_factory=set)
    after: set[object] = field(default_factory=set)

    @property
    def width(self) -> float:
        return 14 + 6.6 * len(self.text)


def draw_graph(function: ScheduledFunction, label: str) -> tuple[str, str]:
    """(SVG, a remark on what is not shown)."""
    block = function.blocks[label]
    ops = [function.function.ops[id] for id in block.stage if function.function.ops[id].kind is not Kind.CONST]
    nodes, carried = _nodes(function, label, ops)
    layers = _layered(nodes)
    _order(nodes, layers)
    canvas = Canvas()
    canvas.text(0, 14, title_of(block), "bold")
    _place(layers)
    right = max((node.x + node.width for node in nodes.values()), default=200.0)
    for stage in sorted({node.stage for node in nodes.values()}):
        top = min(node.y for node in nodes.values() if node.stage == stage) - _GAP_Y / 2
        canvas.line(0, top, right + 20, top)
        canvas.text(0, top + 16, f"cycle {stage}", "small")
    for node in nodes.values():
        for key in node.after:
            other = nodes[key]
            canvas.curve(node.x + node.width / 2, node.y + _HEIGHT, other.x + other.width / 2, other.y)
    for source, target in sorted(carried, key=str):
        a, b = nodes[source], nodes[target]
        canvas.curve(a.x + a.width / 2, a.y + _HEIGHT, b.x + b.width / 2, b.y, "back")
    for node in nodes.values():
        kind = f"{node.family} critical" if node.critical else node.family
        canvas.rect(node.x, node.y, node.width, _HEIGHT, kind, title=node.text, round=5)
        canvas.text(node.x + node.width / 2, node.y + 15, node.text, "on middle")
    note = "" if len(nodes) == len(ops) else f"{len(ops)} operations; those of one kind in one cycle are drawn as one"
    return str(canvas), note


def _nodes(
    function: ScheduledFunction, label: str, ops: list[Op]
) -> tuple[dict[object, _Node], set[tuple[object, object]]]:
    """Nodes by key, and the edges that go to a later iteration."""
    block, all_ops = function.blocks[label], function.function.ops
    tight = critical_operations(block.schedule) if block.bound_by else frozenset()
    gather = len(ops) > MOST_NODES
    home: dict[int, object] = {}
    nodes: dict[object, _Node] = {}
    for op in ops:
        named = name_of(op) if op.object else family_of(op) if len(ops) > MOST_KINDS else str(op.kind)
        key: object = (named, block.stage[op.id], op.id in tight) if gather else op.id
        home[op.id] = key
        if key in nodes:
            nodes[key].members += 1
            nodes[key].text = f"{nodes[key].members} x {named}"
            continue
        text = named if gather else shortened(_text(op, all_ops), 30)
        nodes[key] = _Node(key, text, family_of(op), block.stage[op.id], critical=op.id in tight)
    carried: set[tuple[object, object]] = set()
    for op in ops:
        for arg in op.inputs():
            if arg not in home or home[arg] == home[op.id]:
                continue
            backwards = op.kind is Kind.PHI or block.stage[arg] > block.stage[op.id]
            if backwards:
                carried.add((home[arg], home[op.id]))
            elif nodes[home[op.id]].key not in _all_before(nodes, home[arg]):
                nodes[home[arg]].after.add(home[op.id])
                nodes[home[op.id]].before.add(home[arg])
    return nodes, carried


def _all_before(nodes: dict[object, _Node], key: object) -> set[object]:
    """What leads to a node within its own cycle: an edge back to it would close a circle of gathered nodes."""
    seen: set[object] = set()
    stack = [key]
    while stack:
        node = nodes[stack.pop()]
        for other in node.before:
            if other not in seen and nodes[other].stage == node.stage:
                seen.add(other)
                stack.append(other)
    return seen


def _text(op: Op, ops: dict[int, Op]) -> str:
    """The operation with the constants among its operands."""
    constants = [str(ops[arg].value) for arg in op.args if ops[arg].kind is Kind.CONST]
    if op.kind is Kind.SLICE:
        return f"[{op.value + op.width - 1}:{op.value}]" if op.width > 1 else f"[{op.value}]"
    name = name_of(op)
    if op.kind is Kind.ICMP:
        name = op.predicate
    return f"{name} {', '.join(constants)}" if constants else name


def _layered(nodes: dict[object, _Node]) -> list[list[_Node]]:
    """Cycle by cycle, and inside a cycle by the longest chain."""
    depth: dict[object, int] = {}

    def visit(start: object) -> int:
        stack = [start]
        while stack:
            key = stack[-1]
            node = nodes[key]
            same = [other for other in node.before if nodes[other].stage == node.stage]
            todo = [other for other in same if other not in depth]
            if todo:
                stack += todo
                continue
            stack.pop()
            depth[key] = 1 + max((depth[other] for other in same), default=-1)
        return depth[start]

    ranked = sorted({(node.stage, visit(key)) for key, node in nodes.items()})
    numbers = {rank: number for number, rank in enumerate(ranked)}
    layers: list[list[_Node]] = [[] for _ in ranked]
    for key, node in nodes.items():
        node.layer = numbers[node.stage, depth[key]]
        layers[node.layer].append(node)
    return layers


def _order(nodes: dict[object, _Node], layers: list[list[_Node]]) -> None:
    """Few crossings: each layer by the mean place of its neighbours, down and up in turn."""
    place = {node.key: float(number) for layer in layers for number, node in enumerate(layer)}
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for layer in layers if down else reversed(layers):
            means = {}
            for node in layer:
                near = node.before if down else node.after
                means[node.key] = sum(place[key] for key in near) / len(near) if near else place[node.key]
            layer.sort(key=lambda node: means[node.key])
            for number, node in enumerate(layer):
                place[node.key] = float(number)


def _place(layers: list[list[_Node]]) -> None:
    """Rows of boxes, each row centred under the widest."""
    widths = [sum(node.width + _GAP_X for node in layer) for layer in layers]
    widest = max(widths, default=0.0)
    y = float(_TOP)
    last: int | None = None
    for layer, width in zip(layers, widths, strict=True):
        if last is not None and layer[0].stage != last:
            y += 8
        last = layer[0].stage
        x = _LEFT + (widest - width) / 2
        for node in layer:
            node.x, node.y = x, y
            x += node.width + _GAP_X
        y += _HEIGHT + _GAP_Y
