"""A dataflow region from left to right: processes, and between them FIFOs with their depths, buffers and numbers."""

from __future__ import annotations

from collections import Counter, defaultdict

from hlsgen.hls.dataflow import Region

from .svg import Canvas, shortened

MOST_PROCESSES = 48  # of more, those of one function are drawn as one
_HEIGHT, _GAP_X, _GAP_Y, _TOP = 34, 150, 30, 26


_Link = tuple[str, str, str, str]  # producer, consumer, text, kind


def _by_function(region: Region, links: list[_Link]) -> tuple[list[str], list[_Link]]:
    """The functions with how many processes there are of each, and what lies between two of them as one."""
    first: dict[str, str] = {}  # function -> the name of its first process
    for process in region.processes:
        first.setdefault(process.function, process.name)
    count = Counter(process.function for process in region.processes)
    name_of = {
        function: f"{name} x {count[function]}" if count[function] > 1 else name for function, name in first.items()
    }
    node = {process.name: name_of[process.function] for process in region.processes}
    between: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for producer, consumer, text, kind in links:
        if producer in node and consumer in node:
            between[node[producer], node[consumer], kind].append(text)
    joined = [
        (producer, consumer, f"{len(texts)} x {texts[0]}" if len(texts) > 1 else texts[0], kind)
        for (producer, consumer, kind), texts in between.items()
    ]
    return list(name_of.values()), joined


def draw_region(name: str, region: Region) -> str:
    """The picture of one region; its ports stand at the left and the right edge."""
    links = [(f.producer, f.consumer, f"{f.name} {f.width_bits} x {f.depth_words}", "pill") for f in region.fifos]
    for buffer in region.buffers:
        text = f"{buffer.name} {buffer.width_bits} x {buffer.depth_words}, {buffer.storage or 'buffer'}"
        links.append((buffer.producer, buffer.consumer, text, "box"))
    names = [process.name for process in region.processes]
    if len(names) > MOST_PROCESSES:
        names, links = _by_function(region, links)
    layer = dict.fromkeys(names, 0)
    for _ in names:
        for producer, consumer, _, _ in links:
            if producer in layer and consumer in layer and producer != consumer:
                layer[consumer] = max(layer[consumer], layer[producer] + 1)
    columns: dict[int, list[str]] = defaultdict(list)
    for process in names:
        columns[layer[process]].append(process)
    widths = {process: 24 + 7.2 * len(shortened(process, 32)) for process in names}
    canvas = Canvas()
    canvas.text(0, 14, name, "bold")
    place: dict[str, tuple[float, float]] = {}
    x = 90.0 if any(producer == consumer for producer, consumer, _, _ in links) else 20.0
    tallest = max((len(column) for column in columns.values()), default=1)
    for number in sorted(columns):
        column = columns[number]
        wide = max(widths[process] for process in column)
        top = _TOP + (tallest - len(column)) * (_HEIGHT + _GAP_Y) / 2
        for row, process in enumerate(column):
            place[process] = (x + (wide - widths[process]) / 2, top + row * (_HEIGHT + _GAP_Y) + 12)
        x += wide + _GAP_X
    seen: dict[tuple[str, str], int] = defaultdict(int)
    for producer, consumer, text, kind in links:
        if producer not in place or consumer not in place:
            continue
        (ax, ay), (bx, by) = place[producer], place[consumer]
        offset = 15.0 * seen[producer, consumer]
        seen[producer, consumer] += 1
        start, end = (ax + widths[producer], ay + _HEIGHT / 2), (bx, by + _HEIGHT / 2)
        if producer == consumer:  # from each to the next
            wide = widths[producer]
            start, end, offset = (ax + 0.8 * wide, ay + _HEIGHT), (ax + 0.2 * wide, ay + _HEIGHT), offset + 24
        canvas.curve(*start, *end, across=True)
        middle_x, middle_y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + offset
        words = shortened(text, 24)
        wide = 10 + 6.0 * len(words)
        canvas.rect(middle_x - wide / 2, middle_y - 8, wide, 15, kind, title=text, round=7)
        canvas.text(middle_x, middle_y + 3.5, words, "small middle")
    for process, (left, top) in place.items():
        canvas.rect(left, top, widths[process], _HEIGHT, "box", title=process, round=6)
        canvas.text(left + widths[process] / 2, top + 21, shortened(process, 32), "middle")
    return str(canvas)
