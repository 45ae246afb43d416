"""The AXI interrupt controller of a block design (AXI INTC, PG099), with one level-sensitive input.

A request is latched while its input is high and until it is acknowledged, so that an input that is still high at the
acknowledgement is a request again, as on a board.
"""

from __future__ import annotations

from collections.abc import Callable

STATUS, PENDING, ENABLE, ACKNOWLEDGE, SET_ENABLE, CLEAR_ENABLE, MASTER_ENABLE = 0x00, 0x04, 0x08, 0x0C, 0x10, 0x14, 0x1C


class InterruptController:
    """Registers, and the pin to the processor. level: of the input, when asked."""

    def __init__(self, level: Callable[[], bool]) -> None:
        self._level = level
        self.reset()

    def reset(self) -> None:
        self._latched = self._enabled = self._master = 0

    @property
    def irq(self) -> bool:
        """The pin to the processor; both bits of the master enable register must be set."""
        return self._master == 3 and bool(self._status() & self._enabled)

    def read(self, offset: int) -> int:
        """A 32-bit register; those that only take writes are 0."""
        status = self._status()
        shown = {STATUS: status, PENDING: status & self._enabled, ENABLE: self._enabled, MASTER_ENABLE: self._master}
        return shown.get(offset, 0)

    def write(self, offset: int, value: int) -> None:
        """A 32-bit register."""
        status = self._status()
        if offset == ENABLE:
            self._enabled = value & 1
        elif offset == ACKNOWLEDGE:
            self._latched = status & ~value
        elif offset == SET_ENABLE:
            self._enabled |= value & 1
        elif offset == CLEAR_ENABLE:
            self._enabled &= ~value
        elif offset == MASTER_ENABLE:
            self._master = value & 3

    def _status(self) -> int:
        self._latched |= int(self._level())
        return self._latched
