"""Which keys a query attends to: a window around it, pinned tokens that every query sees, and random ones of its own.

Longformer: a window. BigBird: window, pinned (global) and random tokens. Mistral: a causal window. A Lambda shape, as
in AccLLM: a causal window and pinned first tokens (sinks). Dense: every token pinned, no window. Attention to global
tokens goes one way, as in SWAT (arXiv 2405.17025): all queries see them, their own queries see what any other does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Mask:
    """window: keys of the window, the query's own among them; 0 for none. Around query i it is i - window // 2 and the
    `window` - 1 that follow, or, causal, i and the `window` - 1 before it; what lies outside the sequence is left out.
    pinned: tokens in rising order. random: for each query, distinct keys outside its window and its pinned tokens.
    """

    window: int
    causal: bool = False
    pinned: tuple[int, ...] = ()
    random: tuple[tuple[int, ...], ...] = ()

    @property
    def ahead(self) -> int:
        """Keys of the window behind the query, in the order of the sequence: how long it waits for its last one."""
        return 0 if self.causal or not self.window else (self.window - 1) // 2

    @property
    def before(self) -> int:
        """Keys of the window ahead of the query."""
        return max(self.window - 1, 0) - self.ahead

    @property
    def random_count(self) -> int:
        return len(self.random[0]) if self.random else 0

    @property
    def preloaded(self) -> tuple[int, ...]:
        """The pinned tokens that the first query sees though its window has not reached them."""
        return () if self.causal else tuple(token for token in self.pinned if not self.window or token > self.ahead)

    @property
    def keys(self) -> int:
        """The most keys of a query."""
        return self.window + len(self.pinned) + self.random_count

    def attended(self, rows: Sequence[int] | np.ndarray, tokens: int) -> np.ndarray:
        """Of the queries `rows`: (rows, tokens) booleans, true where the key counts."""
        query, key = np.asarray(rows)[:, None], np.arange(tokens)[None, :]
        seen = (key >= query - self.before) & (key <= query + self.ahead) & (self.window > 0)
        seen[:, list(self.pinned)] = True
        if self.causal:
            seen &= key <= query
        if self.random:
            np.put_along_axis(seen, np.array(self.random)[query[:, 0]], True, axis=1)
        return seen


def make_mask(
    tokens: int,
    window: int,
    *,
    causal: bool,
    pinned: Sequence[int],
    random_tokens: int | Sequence[Sequence[int]],
    seed: int,
) -> Mask:
    """A checked mask for a sequence of `tokens`; its random keys are drawn once, here, unless they are given for each
    query. Raises `ValueError`."""
    _check_integer("window", window, 0)
    for token in pinned:
        _check_integer("a pinned token", token, 0)
        if token >= tokens:
            raise ValueError(f"token {token} is not one of {tokens}")
    if len(set(pinned)) != len(pinned):
        raise ValueError("a token is pinned twice")
    if not window and not pinned:
        raise ValueError("no query would attend to anything: give a window or pinned tokens")
    if causal and not window and (not pinned or min(pinned)):
        raise ValueError("the first query would attend to nothing: give a window, or pin token 0")
    mask = Mask(window, causal, tuple(sorted(pinned)))
    if not isinstance(random_tokens, Sequence):
        _check_integer("random_tokens", random_tokens, 0)
    if not random_tokens:
        return mask
    if causal:
        raise ValueError("random tokens look ahead: they do not go with causal attention")
    if isinstance(random_tokens, Sequence):
        return Mask(window, causal, mask.pinned, _given(random_tokens, mask, tokens))
    source = np.random.default_rng(seed)
    chosen = []
    for row, seen in enumerate(mask.attended(np.arange(tokens), tokens)):
        free = np.flatnonzero(~seen)
        if len(free) < random_tokens:
            raise ValueError(f"query {row} has {len(free)} tokens left, fewer than random_tokens = {random_tokens}")
        chosen.append(tuple(sorted(source.choice(free, random_tokens, replace=False).tolist())))
    return Mask(window, causal, mask.pinned, tuple(chosen))


def _given(rows: Sequence[Sequence[int]], mask: Mask, tokens: int) -> tuple[tuple[int, ...], ...]:
    """The keys that were named for each query."""
    if len(rows) != tokens or len({len(row) for row in rows}) != 1:
        raise ValueError(f"random_tokens has {len(rows)} rows; give each of {tokens} queries as many keys")
    for number, (row, seen) in enumerate(zip(rows, mask.attended(np.arange(tokens), tokens), strict=True)):
        for key in row:
            _check_integer("a random token", key, 0)
            if key >= tokens or seen[key] or row.count(key) > 1:
                raise ValueError(f"query {number} cannot have {key} as one more key; name others below {tokens}")
    return tuple(tuple(sorted(row)) for row in rows)


def mask_attributes(mask: Mask) -> dict[str, Any]:
    """The mask as attributes of a node; `mask_of` reads them."""
    return {"window": mask.window, "causal": mask.causal, "pinned": mask.pinned, "random": mask.random}


def mask_of(attributes: Any) -> Mask:
    """The mask that the attributes of a node describe."""
    return Mask(*(attributes[key] for key in ("window", "causal", "pinned", "random")))


def _check_integer(name: str, value: object, least: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(f"{name} is {value!r}; use an integer of at least {least}")
