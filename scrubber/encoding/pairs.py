"""How well neighbours go together: what a character is worth behind another, beyond what it is worth alone.

Inside a word characters follow each other more often than by chance, and some hardly ever end or begin one. The table
(see tools/build_encoding_table.py) knows that of simplified characters; traditional ones are looked up by those.
Letters of another script keep together, so that a single one among Chinese characters is unlikely.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from functools import cache, lru_cache
from pathlib import Path
from typing import TypeAlias

from scrubber.encoding.likelihood import UNITS_PER_NAT, cost, table

_FILE = Path(__file__).parent.parent / "data" / "encoding_pairs.bin"
_ZERO = ord("P")
_STEP = UNITS_PER_NAT // 2
CUT = "\0"
_LEAST = -5 * _STEP
"""What a neighbour is worth at least: some have nothing to do with words."""
_ENTER, _ENTER_USUAL, _STAY = -4 * UNITS_PER_NAT, -UNITS_PER_NAT, 2 * UNITS_PER_NAT
_USUAL_ALONE = "の"
_AGAIN = 6 * UNITS_PER_NAT
"""What a character costs at most behind itself: any may be repeated."""
_BLOCKS = (
    *((0x00, 0), (0xC0, 1), (0xD7, 0), (0xD8, 1), (0xF7, 0), (0xF8, 1), (0x250, 0), (0x370, 2), (0x400, 3), (0x530, 0)),
    *(
        (0x2460, 9),
        (0x2500, 4),
        (0x2580, 0),
        (0x3041, 5),
        (0x3100, 6),
        (0x3130, 0),
        (0xAC00, 7),
        (0xD7A4, 0),
        (0xFF10, 10),
        (0xFF1A, 0),
        (0xFF21, 10),
        (0xFF3B, 0),
        (0xFF41, 10),
        (0xFF5B, 0),
        (0xFF61, 8),
    ),
    (0xFFA0, 0),
)
"""Where the scripts begin whose letters keep together (Latin with accents, Greek, Cyrillic, enclosed numbers, lines,
kana, bopomofo, hangul, halfwidth kana, fullwidth digits and letters) and, as 0, everything else."""
_LATIN, _ENCLOSED, _FULLWIDTH = 1, 9, 10
_STARTS = [start for start, _ in _BLOCKS]


@cache
def _table() -> tuple[dict[str, str], dict[str, str]]:
    """The simplified form of traditional characters, and the row of each simplified one."""
    forms, *rows = zlib.decompress(_FILE.read_bytes()).decode().split("\n")
    return dict(zip(forms[::2], forms[1::2], strict=True)), {row[0]: row for row in rows}


_Facts: TypeAlias = tuple[str | None, int, int, int]
"""Of one character: its row in the table (its simplified form and what stands there), if it has one, what it is worth
as the end and as the beginning of a word, and its group of letters that keep together."""


class _Characters(dict[str, _Facts]):
    """The facts of characters, found out when they are first asked for."""

    def __missing__(self, character: str) -> _Facts:
        forms, rows = _table()
        row = rows.get(forms.get(character, character))
        end, begin = map(_step, row[1:3]) if row else (0, 0)
        self[character] = facts = (row, end, begin, _BLOCKS[bisect_right(_STARTS, ord(character)) - 1][1])
        return facts


_facts = _Characters()


def _known(row: str, follower: str) -> int | None:
    """What ``follower`` is worth by the row of the character before it, where the followers of equal worth stand behind
    the symbol for it; None when it is not there."""
    at = row.find(follower, 3)
    return _step(row[:at].encode("ascii", "ignore")[-1:].decode()) if at > 0 else None


@lru_cache(maxsize=65536)
def worth(before: str, character: str) -> int:
    """What ``character`` is worth behind ``before`` (``CUT`` where a text was cut), in 1/12 nat: how much likelier it
    is there than anywhere."""
    row, end, _, block_before = _facts[before]
    other, _, begin, block = _facts[character]
    if row is None or other is None:
        edge = max(end, _LEAST) if row is not None else 0 if before == CUT else max(begin, _LEAST)
        return edge + (_worth_of_letter(before, character, block, block == block_before) if block else 0)
    known = _known(row, other[0])
    if known is None:
        known = max(end + begin, _LEAST)
    return max(known, table().either[ord(character)] - _AGAIN) if before == character else known


def _step(symbol: str) -> int:
    return (ord(symbol) - _ZERO) * _STEP


def _worth_of_letter(before: str, character: str, block: int, stays: bool) -> int:
    """What a letter of ``block`` is worth behind a character that is (``stays``) or is not of it."""
    if block == _LATIN and before.isascii() and before.isalpha():
        return 0
    if block == _FULLWIDTH:
        return _STAY if stays else 0
    if block == _ENCLOSED:
        return _ENTER_USUAL
    if stays:
        return _STAY
    return _ENTER_USUAL if character == _USUAL_ALONE else _ENTER


def pair_bonus(text: str) -> int:
    """What the neighbours in ``text`` take off its cost, in 1/12 nat; less than 0 when they go ill together."""
    return sum(map(worth, CUT + text, text))


def text_cost(text: str) -> int:
    """The cost of ``text`` in 1/12 nat, with what neighbours are worth, whatever the script."""
    return cost(text, table().either) - pair_bonus(text)
