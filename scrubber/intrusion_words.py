"""The word table of the intrusion model: what a word costs, and whether names are made of such words.

Costs are negative log-probabilities in tenths of a nat (decinats), whole numbers so that sums are exact.
The table is text, one line for each first character, sorted (see ``tools/build_intrusion_table.py``). It is unpacked at
the first question, in a few milliseconds, and a line is parsed when a word with its first character is asked for.
"""

from __future__ import annotations

import re
import zlib
from functools import cache
from typing import NamedTuple

STEP = 4
FIRST_SYMBOL = 0x21
LONGEST = 6
"""Code points of the longest word."""

UNKNOWN_COST = 180
"""Decinats for a Han character that no list knows."""

_ENTRY = re.compile(r"([^!-~]*)([!-~])")


class Word(NamedTuple):
    """The cost of a word in nats, and whether it is of a class that names are made of (nouns, attributes, numbers)."""

    cost: int
    nominal: bool


Bucket = dict[str, Word]


@cache
def unpacked() -> bytes:
    """The unpacked table, read once."""
    import pkgutil  # noqa: PLC0415  # costs milliseconds that a scan without candidates saves

    packed = pkgutil.get_data("scrubber", "data/intrusion_words.z")
    if packed is None:
        raise FileNotFoundError("scrubber/data/intrusion_words.z is missing: reinstall the package")
    return zlib.decompress(packed)


def _line(first: str) -> str:
    """The line of a first character, by bisection: UTF-8 sorts like code points, and every line starts with a Han."""
    lines, key = unpacked(), first.encode()
    low, high = lines.index(b"\n") + 1, len(lines)
    while low < high:
        start = lines.rfind(b"\n", low, (low + high) // 2) + 1 or low
        stop = lines.find(b"\n", start, high)
        stop = high if stop < 0 else stop
        head = lines[start : start + len(key)]
        if head == key:
            return lines[start:stop].decode()
        low, high = (stop + 1, high) if head < key else (low, start - 1)
    return ""


def _decode(symbol: str) -> Word:
    code = ord(symbol) - FIRST_SYMBOL
    return Word((code >> 1) * STEP, bool(code & 1))


@cache
def bucket(first: str) -> Bucket:
    """Words that begin with a character, by what follows it (``""`` for the character alone)."""
    found = {rest: _decode(symbol) for rest, symbol in _ENTRY.findall(_line(first)[1:])}
    found.setdefault("", Word(UNKNOWN_COST, nominal=True))
    return found
