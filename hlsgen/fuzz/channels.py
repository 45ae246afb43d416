"""What statements have at hand beside variables: streams, and functions called for what they do."""

from __future__ import annotations

from dataclasses import dataclass

from .types import Type


@dataclass(frozen=True, slots=True)
class Channel:
    """A stream that statements may use. free: as often as they like, also under conditions. owner: the one function
    that has it, by the name there."""

    name: str
    type: Type
    direction: str
    free: bool
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """kind: value, reference (of a number, or an array), in or out (a stream). words: read from a stream in a call.
    decays: an array that is passed as a pointer."""

    name: str
    kind: str
    type: Type
    shape: tuple[int, ...] = ()
    words: int = 0
    decays: bool = False

    @property
    def is_stream(self) -> bool:
        return self.kind in ("in", "out")

    @property
    def text(self) -> str:
        if self.is_stream:
            return f"hls::stream<{self.type.text}>& {self.name}"
        if self.shape:
            name = self.name if self.decays else f"(&{self.name})"
            return f"{self.type.text} {name}{''.join(f'[{extent}]' for extent in self.shape)}"
        return f"{self.type.text}{'&' if self.kind == 'reference' else ''} {self.name}"


@dataclass(frozen=True, slots=True)
class Procedure:
    """A function called for what it does. most_turns: of the call in one call of the top; 0 for one without loops.
    once: from one place."""

    name: str
    parameters: tuple[Parameter, ...]
    result: Type | None = None
    most_turns: int = 0
    once: bool = False
