"""The two kinds of failure: what a user can mend, and what we must.

`UserError` says what is wrong, where, and what to do; the command line prints it on one line and exits with 2.
`InternalError` means that an invariant of ours broke: the state is dumped to a file whose path is printed.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    """A place in something a user wrote: a source line, or a named thing (layer, tensor, option)."""

    file: str = ""
    line: int = 0
    name: str = ""

    def __str__(self) -> str:
        source = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (source, self.name) if part)


class UserError(Exception):
    """Something the user can mend.

    what: the fact, in the user's terms. where: a `Place` or its text. do: the remedy, as an instruction.
    """

    def __init__(self, what: str, *, where: Place | str = "", do: str = "") -> None:
        self.what, self.where, self.do = what, str(where), do
        super().__init__(str(self))

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}; {self.do}" if self.do else head


class InternalError(Exception):
    """A broken invariant of hlsgen. `state` (any printable object) is dumped; the message carries the path."""

    def __init__(self, what: str, state: object = None) -> None:
        self.dump: Path | None = None
        if state is not None:
            with tempfile.NamedTemporaryFile(
                "w", prefix="hlsgen-internal-", suffix=".txt", delete=False, encoding="utf-8"
            ) as handle:
                handle.write(f"{what}\n\n{state}\n")
            self.dump = Path(handle.name)
        super().__init__(f"{what} (state dumped to {self.dump})" if self.dump else what)
