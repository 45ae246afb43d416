"""Text to token ids as BERT (uncased) splits it: words in lower case without accents, then the longest known pieces.

In: text and the vocabulary. Out: ids between those of [CLS] and [SEP]. Source: the normaliser and WordPiece of BERT.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

_LONGEST_WORD = 100  # characters; longer ones are unknown
_IDEOGRAPHS = ((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F))

Vocabulary = dict[str, int]


def read_vocabulary(path: Path) -> Vocabulary:
    """One piece a line; its id is the number of the line."""
    return {piece: number for number, piece in enumerate(path.read_text(encoding="utf-8").splitlines())}


def token_ids(text: str, vocabulary: Vocabulary) -> list[int]:
    """The ids of `text`, those of [CLS] and [SEP] around them."""
    pieces = [piece for word in _words(text) for piece in _pieces(word, vocabulary)]
    return [vocabulary[piece] for piece in ("[CLS]", *pieces, "[SEP]")]


def _words(text: str) -> Iterator[str]:
    """Runs of letters and digits; each punctuation mark and each ideograph is a word of its own."""
    spaced = "".join(map(_spaced, text))
    for word in unicodedata.normalize("NFD", spaced.lower()).split():
        letters = "".join(x for x in word if unicodedata.category(x) != "Mn")
        yield from "".join(f" {x} " if _is_punctuation(x) else x for x in letters).split()


def _spaced(character: str) -> str:
    code = ord(character)
    if character.isspace():
        return " "
    if code in (0, 0xFFFD) or unicodedata.category(character).startswith("C"):
        return ""
    return f" {character} " if any(low <= code <= high for low, high in _IDEOGRAPHS) else character


def _is_punctuation(character: str) -> bool:
    symbol = character.isascii() and character.isprintable() and not character.isalnum() and character != " "
    return symbol or unicodedata.category(character).startswith("P")


def _pieces(word: str, vocabulary: Vocabulary) -> list[str]:
    """The longest pieces from the left; those within the word carry "##". A word that does not divide is unknown."""
    pieces, start = [], 0
    while start < len(word) <= _LONGEST_WORD:
        ends = range(len(word), start, -1)
        known = (end for end in ends if "##" * (start > 0) + word[start:end] in vocabulary)
        end = next(known, None)
        if end is None:
            return ["[UNK]"]
        pieces.append("##" * (start > 0) + word[start:end])
        start = end
    return pieces or ["[UNK]"]
