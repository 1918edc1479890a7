"""How likely a text is as Chinese, character by character, from a small table that is read when first needed.

The table (see tools/build_encoding_table.py) gives every UTF-16 code unit a cost in 1/12 nat; the sum over a text is
its negative log-likelihood under a model of single characters. Unlikely characters and undecodable bytes cost much,
but never rule a reading out.
"""

from __future__ import annotations

import re
import sys
import zlib
from array import array
from functools import cache
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

UNITS_PER_NAT = 12
_FILE = Path(__file__).parent.parent / "data" / "encoding.bin"
_COMMON = _FILE.with_name("encoding_common.txt")
_MUCH = 15_000
_FIRST_NO_LETTER = "\u0180"
RARE_LINE = 6 * UNITS_PER_NAT
"""What misread text exceeds the usual by, in a line."""
NEIGHBOURS = 8
"""Rare characters so many code points apart are close together."""
NATIVE = "utf-16-le" if sys.byteorder == "little" else "utf-16-be"
"""UTF-16 as :class:`array.array` reads it."""
_CODES = 65536
_USUAL = 10 * UNITS_PER_NAT
_HARDLY_RARE = UNITS_PER_NAT
_OVER_USUAL = bytes(value - _USUAL if value > _USUAL + _HARDLY_RARE else 0 for value in range(256))
_FOREIGN = ((0x00C0, 0x00D7), (0x00D8, 0x00F7), (0x00F8, 0x0600), (0x3041, 0x3130))
"""Letters with accents, Greek, Cyrillic, kana and bopomofo: what other encodings look like when they are misread."""

_ENCLOSED = range(0x2460, 0x2474)
"""Numbers in circles, which two kinds of Big5 have at different codes, count as rare, if only just."""


class Table(NamedTuple):
    """Costs by code unit: in simplified text, in traditional text, the smaller of the two, and what of it exceeds the
    usual."""

    simplified: bytes
    traditional: bytes
    either: bytes
    excess: bytes


@cache
def table() -> Table:
    """The cost table, read once in a process."""
    plain = zlib.decompress(_FILE.read_bytes())
    simplified, traditional, either = (plain[at : at + _CODES] for at in range(0, 3 * _CODES, _CODES))
    return Table(simplified, traditional, either, _excess(either))


def _excess(costs: bytes) -> bytes:
    excess = bytearray(costs.translate(_OVER_USUAL))
    for start, end in _FOREIGN:
        excess[start:end] = bytes([5 * UNITS_PER_NAT]) * (end - start)
    for code in _ENCLOSED:
        excess[code] = excess[code] or 1
    excess[0xFFFD] = 8 * UNITS_PER_NAT
    return bytes(excess)


@cache
def common() -> frozenset[str]:
    """The characters of the basic plane that are not rare."""
    return frozenset(_COMMON.read_bytes().decode())


@cache
def rare() -> re.Pattern[str]:
    """A character of the basic plane that is much rarer than the usual, or that misread text has."""
    return re.compile(f"[^{re.escape(''.join(sorted(common())))}\U00010000-\U0010ffff]")


def cost(text: str, costs: bytes) -> int:
    """The negative log-likelihood of ``text`` in 1/12 nat."""
    units = array("H", text.encode(NATIVE, "surrogatepass"))
    return sum(itemgetter(*units)(costs)) if len(units) > 1 else sum(map(costs.__getitem__, units))


def exceeds(text: str, limit: float) -> bool:
    """Whether the rare characters of ``text`` together exceed the usual by more than ``limit``, in 1/12 nat."""
    excess = table().excess
    total = 0
    for match in rare().finditer(text):
        total += excess[ord(match[0])]
        if total > limit:
            return True
    return False


class _RarePlaces:
    """Where the rare characters stand: in little text known by the set of its characters, and in much text by one
    expression, which is faster but takes milliseconds to compile. Both find the same.
    """

    def __init__(self) -> None:
        self._seen = 0

    def __call__(self, text: str) -> list[int]:
        self._seen += len(text)
        if self._seen > _MUCH or rare.cache_info().currsize:
            return [match.start() for match in rare().finditer(text)]
        return self._small(text)

    def _small(self, text: str) -> list[int]:
        places: list[int] = []
        for character in set(text) - common():
            at = text.find(character) if character <= "\uffff" else -1
            while at >= 0:
                places.append(at)
                at = text.find(character, at + 1)
        return sorted(places)


rare_places = _RarePlaces()
"""Called with a text, it gives the places of the text's rare characters in order."""


def lines_of_neighbours(text: str, places: list[int]) -> Iterator[int]:
    """The lines (by number from 0; they end at LF) in which two of the ``places`` are close together, as the rare
    characters of text that was misread are. A line may come more than once.
    """
    line = counted = 0
    for one, other in pairwise(places):
        if other - one <= NEIGHBOURS and "\n" not in text[one:other]:
            line += text.count("\n", counted, one)
            counted = one
            yield line


def has_odd_line(text: str) -> bool:
    """Whether two rare characters of ``text`` stand close together and there are letters among them, or a line has more
    rare ones than is usual: nothing else is ever found to be misread.
    """
    places = rare_places(text)
    if not any(True for _ in lines_of_neighbours(text, places)):
        return False
    letters = any(text[place] < _FIRST_NO_LETTER or "\u2550" <= text[place] <= "\u2593" for place in places)
    return letters or bool(lines_over(text, RARE_LINE, places))


def lines_over(text: str, limit: float, places: list[int]) -> dict[int, int]:
    """The lines (by number from 0; they end at LF) whose rare characters, which stand at ``places``, together exceed
    the usual by more than ``limit``, and by how much, in 1/12 nat.
    """
    worse = map(table().excess.__getitem__, map(ord, map(text.__getitem__, places)))
    over: dict[int, int] = {}
    total, end = 0, -1
    for place, value in zip(places, worse, strict=True):
        if place > end:
            total, end = 0, text.find("\n", place)
            end = len(text) if end < 0 else end
        total += value
        if total > limit:
            over[end] = total
    found: dict[int, int] = {}
    line = counted = 0
    for end, total in over.items():
        line += text.count("\n", counted, end)
        counted = end
        found[line] = total
    return found
