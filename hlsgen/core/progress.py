"""How far a long step is, told to whoever listens; a layer that reports knows nothing of bars or terminals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[int, int, str], None]
"""Called with the steps done, the steps in all (0: not known) and a few words on what is being done."""

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


def report(done: int, total: int = 0, what: str = "") -> None:
    """Says that `done` of `total` steps are done. Costs nothing when nobody listens."""
    listener = _listener.get()
    if listener is not None:
        listener(done, total, what)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Inside the body, `report` calls `listener`."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
