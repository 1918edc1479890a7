"""One run of another encoding among bytes that are otherwise in one: where it begins and ends, without walking bytes.

UTF-8 shows itself by its bytes. GB18030 and Big5 cut their bytes into the same codes, so that each code is read both
ways, and the run is the one that saves most (Kadane's algorithm over the differences, with what neighbours are worth
to each other on both sides of the seams). What these cannot explain to the last byte is left to
:mod:`scrubber.encoding.runs`.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import accumulate, pairwise
from typing import NamedTuple

from scrubber.encoding.likelihood import UNITS_PER_NAT, cost, table
from scrubber.encoding.pairs import CUT, text_cost, worth
from scrubber.encoding.segments import REPLACEMENT, Part

SWITCH = 9 * UNITS_PER_NAT
GAIN = 10 * UNITS_PER_NAT
"""What a change of codec costs, and what a division must save beyond its own price to be believed."""
RARE = 7 * UNITS_PER_NAT
"""By how much the rare characters of a part may exceed the usual."""

_UTF8 = rb"[\xe2-\xef][\x80-\xbf]{2}"
_UTF8_RUN = re.compile(_UTF8 + rb"(?:(?:[ -~]|\xc2[\xa0-\xbf])*" + _UTF8 + rb")+")
_CODE = re.compile(rb"[\x81-\xfe][\x40-\xfe]|[\x00-\xff]")
_AT_MOST = 7 * UNITS_PER_NAT
"""What the two ends of the text around a run may be worth to each other."""


def divide(raw: bytes, home: str, codecs: tuple[str, ...]) -> list[Part] | None:
    """The parts of ``raw``: ``home`` with one run of another codec, or UTF-8 by turns with one; None when unsure."""
    plain = read_cost(raw, home)
    others = [codec for codec in codecs if codec not in (home, "utf-8")]
    found = _by_utf8(raw, home, others if home == "utf-8" else [home])
    if not found and home != "utf-8":
        found = [parts for other in others if (parts := _two_byte_run(raw, home, other))]
    priced = [(_price(raw, parts), parts) for parts in found if _is_sound(raw, parts)]
    price, best = min(priced, default=(plain, []))
    return best if price + GAIN < plain else None


def read_cost(raw: bytes, codec: str) -> int:
    """The cost of ``raw`` read in ``codec``, in 1/12 nat, with what neighbours are worth, whatever the script."""
    return text_cost(raw.decode(codec, "replace"))


def _price(raw: bytes, parts: list[Part]) -> int:
    return sum(read_cost(raw[start:end], codec) + SWITCH for start, end, codec in parts) - SWITCH


def _is_sound(raw: bytes, parts: list[Part]) -> bool:
    """Whether every part decodes to text without many rare characters."""
    try:
        return all(cost(raw[start:end].decode(codec), table().excess) <= RARE for start, end, codec in parts)
    except UnicodeDecodeError:
        return False


def _by_utf8(raw: bytes, home: str, others: list[str]) -> list[list[Part]]:
    """The runs of UTF-8 with what stands around them, in each of ``others``."""
    runs = [match.span() for match in _UTF8_RUN.finditer(raw)]
    if not runs and home != "utf-8":
        return []
    bounds = [0, *(bound for run in runs for bound in run), len(raw)]
    turns = [(start, end, index % 2 == 1) for index, (start, end) in enumerate(pairwise(bounds)) if start < end]
    return [[Part(start, end, "utf-8" if is_utf8 else other) for start, end, is_utf8 in turns] for other in others]


class _Reading(NamedTuple):
    """Codes read in one codec: the cost of each where a part begins with it, sums of costs behind what precedes it."""

    characters: list[str]
    fresh: list[int]
    sums: list[int]


class _Codes(dict[bytes, str]):
    """What single codes read in a codec, learned as they are asked for."""

    def __init__(self, codec: str) -> None:
        self._codec = codec

    def __missing__(self, code: bytes) -> str:
        text = code.decode(self._codec, "replace")
        self[code] = found = text if len(text) == 1 and text < "\U00010000" else REPLACEMENT
        return found


@cache
def _codes(codec: str) -> _Codes:
    return _Codes(codec)


def _read(codes: list[bytes], codec: str) -> _Reading:
    costs = table().simplified if codec.startswith("gb") else table().traditional
    characters = list(map(_codes(codec).__getitem__, codes))
    alone = list(map(costs.__getitem__, map(ord, characters)))
    fresh = [price - worth(CUT, character) for price, character in zip(alone, characters, strict=True)]
    behind = [price - bonus for price, bonus in zip(alone, map(worth, [CUT, *characters], characters), strict=True)]
    return _Reading(characters, fresh, list(accumulate(behind, initial=0)))


def _two_byte_run(raw: bytes, home: str, other: str) -> list[Part] | None:
    """``raw`` with the run that is cheapest in ``other``."""
    codes = _CODE.findall(raw)
    ours, theirs = _read(codes, home), _read(codes, other)
    size = len(codes)
    enter = [ours.sums[at] + theirs.fresh[at] - theirs.sums[at + 1] for at in range(size)]
    leave = [theirs.sums[at] - ours.sums[at + 1] + ours.fresh[at] for at in range(1, size)]
    leave.append(theirs.sums[size] - ours.sums[size])
    lowest = list(accumulate(enter, min))
    least = min(one + other for one, other in zip(lowest, leave, strict=True))
    found = min(
        (one + away - _tie(ours, at, end), at, end)
        for end, away in enumerate(leave, 1)
        if lowest[end - 1] + away <= least + _AT_MOST
        for at, one in enumerate(enter[:end])
        if one + away <= least + _AT_MOST
    )
    offsets = list(accumulate(map(len, codes), initial=0))
    bounds = [0, offsets[found[1]], offsets[found[2]], len(raw)]
    parts = zip(bounds, bounds[1:], (home, other, home), strict=False)
    return [Part(start, end, codec) for start, end, codec in parts if start < end]


def _tie(ours: _Reading, start: int, end: int) -> int:
    """What the text before and after the run is worth to each other, as it mostly goes on there."""
    if not 0 < start < end < len(ours.characters):
        return 0
    return worth(ours.characters[start - 1], ours.characters[end])
