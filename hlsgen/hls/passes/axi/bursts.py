"""Which accesses of an array behind an AXI master are bursts, and which channel each goes through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from hlsgen.hls.cdfg.ir import Loop, Memory
from hlsgen.hls.cdfg.nests import Nests

from .accesses import Access, Argument, Group, byte_form
from .order import is_fresh

_WORDS_MAX = 1 << 31  # that a request of known length may ask for
_Found = tuple[int, int, Access]  # the constant of its address, its rank, an access


def find_groups(nests: Nests, argument: Argument) -> list[Group]:
    """The groups of all accesses, reads first: bursts where nothing speaks against it, else one by one."""
    memory, reads, writes = argument.memory, argument.reads, argument.writes
    found: list[Group] = []
    for group in _bursts(nests, memory, reads):
        found += [each for each in _levels(group) if is_fresh(nests, each, argument)][:1]
    asked = {access.op.id for group in found for access in group.members}
    alone = [Group([access]) for access in reads if access.op.id not in asked]
    for group in alone:
        loops = group.members[0].loops
        group.nest = loops[:1]
        group.fresh = bool(loops) and is_fresh(nests, group, argument)
    waiting = [group for group in alone if not group.fresh and group.nest]  # for the writes of their loop
    kept = []
    inside = {other.members[0].label for other in waiting}
    inside |= {label for other in found if other.loop for label in nests.entries(other.loop)}
    inside |= {label for other in alone if other.fresh for label in nests.entries(other.nest[0])}
    for group in _bursts(nests, memory, writes):
        others = {access.label for access in writes if access not in group.members}
        kept += [each for each in _levels(group) if each.where.isdisjoint(inside | others)][:1]
    asked = {access.op.id for group in kept for access in group.members}
    groups = [*found, *alone, *kept, *(Group([access]) for access in writes if access.op.id not in asked)]
    _choose_channels(groups)
    return groups


def _levels(group: Group) -> Iterator[Group]:
    """The burst of a nest, and of one loop less, down to the innermost."""
    for count in range(len(group.nest), 0, -1):
        yield Group(group.members, group.nest[count - 1], group.nest[:count])


def words_of(nests: Nests, nest: Iterable[Loop], each: int) -> int:
    """How many words the loops, all of known counts, touch when an innermost iteration touches `each`."""
    total = each
    for loop in nest:
        trips = nests.trips(loop)
        assert trips is not None and trips.count is not None
        total *= trips.count
    return total


def _bursts(nests: Nests, memory: Memory, accesses: list[Access]) -> Iterator[Group]:
    by_loop: dict[str, list[Access]] = {}
    for access in accesses:
        if access.loops and access.op.guard is None:
            loop = access.loops[0]
            if nests.trips(loop) is not None and nests.every_iteration(access.label, loop):
                by_loop.setdefault(loop.header, []).append(access)
    for members in by_loop.values():
        yield from _bursts_in(nests, memory, members)


def _bursts_in(nests: Nests, memory: Memory, accesses: list[Access]) -> Iterator[Group]:
    """Groups of accesses of one innermost loop."""
    loop = accesses[0].loops[0]
    size = memory.width // 8
    places: dict[tuple[object, int], list[_Found]] = {}
    for access in accesses:
        form = byte_form(nests, memory, access, (loop,))
        if form is not None:
            found = (form.constant, access.rank, access)
            places.setdefault((form.relative, form.steps[loop.header]), []).append(found)
    for (_, step), found_here in places.items():
        found_here.sort(key=lambda item: item[:2])
        for row in _rows(found_here, size, step):
            in_order = all(a.rank < b.rank for a, b in pairwise(row))
            if in_order or _can_gather(nests, memory, row):
                yield _widen(nests, memory, Group(row, loop, (loop,)))


def _rows(found: list[_Found], size: int, step: int) -> Iterator[list[Access]]:
    """Accesses that an iteration makes of words one behind the other, up to where the next one goes on."""
    count = step // size
    left = list(found)
    while left and count > 0 and step % size == 0:
        first, row = left[0][0], left[:1]
        for k in range(1, count):
            row += [item for item in left if item[0] == first + k * size][:1]
        if len(row) == count:
            yield [access for _, _, access in row]
            left = [item for item in left if item not in row]
        else:
            left = left[1:]


def _can_gather(nests: Nests, memory: Memory, row: list[Access]) -> bool:
    """The accesses stand in one block, and no other of the memory between them."""
    function = nests.function
    ids = {access.op.id for access in row}
    block = function.blocks[row[0].label].ops
    places = [place for place, id in enumerate(block) if id in ids]
    between = block[places[0] : places[-1]] if len(places) == len(row) else ()
    others = [id for id in between if id not in ids and function.ops[id].object == memory.name]
    return len(places) == len(row) and not others


def _widen(nests: Nests, memory: Memory, group: Group) -> Group:
    """The group for as many loops around as its words go on without a gap."""
    chain = group.members[0].loops
    for depth in range(1, len(chain)):
        outer, inner = chain[depth], chain[depth - 1]
        trips = nests.trips(inner)
        if trips is None or trips.count is None or nests.trips(outer) is None:
            break
        if not nests.every_iteration(inner.header, outer) or len(nests.entries(inner)) != 1:
            break
        nest = chain[: depth + 1]
        forms = [byte_form(nests, memory, access, nest) for access in group.members]
        steps = forms[0].steps if forms[0] is not None else {}
        if any(form is None or form.steps != steps for form in forms):
            break
        if steps[outer.header] != trips.count * steps[inner.header]:
            break
        if words_of(nests, nest[:-1], len(group.members)) >= _WORDS_MAX:
            break
        group = Group(group.members, outer, nest)
    return group


def _choose_channels(groups: list[Group]) -> None:
    """Reads that are under way together have channels of their own; single ones share what bursts leave."""
    taken: list[Group] = []
    reads = [group for group in groups if group.reads]
    for group in sorted(reads, key=lambda group: group.loop is None):
        used = {other.channel for other in taken if other.where & group.where}
        group.channel = next(number for number in range(len(taken) + 1) if number not in used)
        if group.loop is not None:
            taken.append(group)
