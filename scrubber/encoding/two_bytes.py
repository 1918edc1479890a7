"""A run of Big5 in a line of GB18030, or the other way round: where it begins and ends, to the byte.

Both cut their bytes into the same codes of two, so that each code is read both ways, and the run is the one that saves
most: the differences are added up, with what neighbours are worth to each other on both sides of the seams.
"""

from __future__ import annotations

import re
from array import array
from functools import cache
from itertools import accumulate, pairwise
from operator import add, sub
from typing import TYPE_CHECKING

from scrubber.encoding.likelihood import NATIVE, UNITS_PER_NAT, table
from scrubber.encoding.pairs import CUT, worth
from scrubber.encoding.segments import REPLACEMENT, Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SWITCH = 9 * UNITS_PER_NAT
"""What a change of codec costs."""
RARE = 7 * UNITS_PER_NAT
"""By how much the rare characters of a part may exceed the usual."""
CODE = re.compile(rb"[\x81-\xfe][\x40-\xfe]|[\x00-\xff]")

_AT_MOST = 7 * UNITS_PER_NAT
"""What the two ends of the text around a run may be worth to each other, and to the document."""
_TWO_CODES = 4
_SLACK = 8 * UNITS_PER_NAT
"""Where a run begins and ends without regard to neighbours, it may be shorter or longer by what costs so much."""
_DOUBTFUL = 10 * UNITS_PER_NAT
"""A run that saves this much more than it must, without regard to neighbours, saves it with regard to them."""
_SEEN = 8
"""What two characters are worth more to each other when they stand together elsewhere."""
_MOST_SEEN = 3 * _SEEN


class _Codes(dict[bytes, str]):
    """What single codes read in a codec, learned as they are asked for."""

    def __init__(self, codec: str) -> None:
        self._codec = codec

    def __missing__(self, code: bytes) -> str:
        text = code.decode(self._codec, "replace")
        found = text if len(text) == 1 and text < "\U00010000" else REPLACEMENT
        if len(code) <= 2 or found != REPLACEMENT:
            self[code] = found
        return found


@cache
def codes(codec: str) -> _Codes:
    """What single codes (bytes) read in ``codec``; U+FFFD for what is not one character of the basic plane."""
    return _Codes(codec)


class _Reading:
    """Codes read in one codec: their characters, what each costs in the script of the codec (``alone``) and whatever
    the script (``either``), and, where that was asked for, what it is worth behind what precedes it (``bonus``)."""

    def __init__(self, raw: bytes, cut: list[bytes], codec: str) -> None:
        costs = table()
        self.characters, self.units = _characters(raw, cut, codec)
        self.either = list(map(costs.either.__getitem__, self.units))
        self.alone = map((costs.simplified if codec.startswith("gb") else costs.traditional).__getitem__, self.units)
        self.bonus = [0] * len(cut)

    def weigh(self, start: int, end: int) -> None:
        """Find out the bonus of the codes from ``start`` to ``end``."""
        before = [self.characters[start - 1] if start else CUT, *self.characters[start : end - 1]]
        self.bonus[start:end] = map(worth, before, self.characters[start:end])

    def has_few_rare(self, start: int, end: int) -> bool:
        """Whether the codes from ``start`` to ``end`` are without many rare characters."""
        return sum(map(table().excess.__getitem__, self.units[start:end])) <= RARE

    def price(self, start: int, end: int) -> int:
        """What the codes from ``start`` to ``end`` cost as a part of their own."""
        return sum(self.either[start:end]) - sum(self.bonus[start + 1 : end]) - _worth_fresh(self.characters[start])


def _characters(raw: bytes, cut: list[bytes], codec: str) -> tuple[Sequence[str], array[int]]:
    """What the codes of ``raw``, which is ``cut`` into them, read, as characters and as UTF-16 units."""
    try:
        text = raw.decode(codec)
    except UnicodeDecodeError:
        text = ""
    units = array("H", text.encode(NATIVE))
    if len(cut) == len(text) == len(units):
        return text, units
    characters = list(map(codes(codec).__getitem__, cut))
    return characters, array("H", map(ord, characters))


@cache
def _worth_fresh(character: str) -> int:
    return worth(CUT, character)


def find_run(raw: bytes, home: str, other: str, gain: int, document: bytes) -> list[Part] | None:
    """The parts of ``raw``: ``home`` with one run of ``other`` in it; None when that saves no more than ``gain``, in
    1/12 nat.

    What two characters are worth to each other shows in the ``document``, too: they may stand together elsewhere.
    """
    cut = CODE.findall(raw)
    ours, theirs = _Reading(raw, cut, home), _Reading(raw, cut, other)
    if not _may_gain(ours.either, theirs.either):
        return None
    start, end = _cheapest_run(cut, ours, theirs, document)
    ranges = [(first, last) for first, last in pairwise((0, start, end, len(cut))) if first < last]
    readings = [theirs if first == start else ours for first, _ in ranges]
    if not all(map(_Reading.has_few_rare, readings, *zip(*ranges, strict=True))):
        return None
    wanted = SWITCH * (len(ranges) - 1) + gain
    saved = sum(ours.either[start:end]) - sum(theirs.either[start:end])
    if saved <= wanted + _DOUBTFUL and not _saves(ours, readings, ranges, wanted):
        return None
    offsets = list(accumulate(map(len, cut), initial=0))
    codecs = [other if read is theirs else home for read in readings]
    return [Part(offsets[first], offsets[last], codec) for (first, last), codec in zip(ranges, codecs, strict=True)]


def _saves(ours: _Reading, readings: list[_Reading], ranges: list[tuple[int, int]], wanted: int) -> bool:
    """Whether the ``readings`` of ``ranges`` together cost less than all of it in ours does, by more than ``wanted``,
    with what neighbours are worth."""
    size = len(ours.units)
    for read in {ours, *readings}:
        read.weigh(0, size)
    price = sum(read.price(*bounds) for read, bounds in zip(readings, ranges, strict=True))
    return price + wanted < ours.price(0, size)


def _may_gain(ours: Iterable[int], theirs: Iterable[int]) -> bool:
    """Whether any run of codes saves as much as to change the codec costs, seen without neighbours."""
    running = 0
    for saved in map(sub, ours, theirs):
        running += saved
        if running > SWITCH:
            return True
        running = max(running, 0)
    return False


def _cheapest_run(cut: list[bytes], ours: _Reading, theirs: _Reading, document: bytes) -> tuple[int, int]:
    """The first code and the one behind the last of the run that saves most when it is read as ``theirs``."""
    costs = list(map(sub, theirs.alone, ours.alone))
    starts, ends = _near(list(accumulate(costs, initial=0)))
    for read in (ours, theirs):
        if starts.stop >= ends.start:
            read.weigh(starts.start, ends.stop)
        else:
            read.weigh(starts.start, starts.stop)
            read.weigh(ends.start, ends.stop)
    sums = list(accumulate(map(add, map(sub, costs, theirs.bonus), ours.bonus), initial=0))
    enter = {at: theirs.bonus[at] - _worth_fresh(theirs.characters[at]) - sums[at] for at in starts}
    leave = {at: sums[at] + ours.bonus[at] - _worth_fresh(ours.characters[at]) for at in ends if at < len(cut)}
    if len(cut) in ends:
        leave[len(cut)] = sums[-1]
    found = [(one + away, at, end) for end, away in leave.items() for at, one in enter.items() if at < end]
    limit = min(found)[0] + _AT_MOST
    best = (limit + 1, 0, 0)
    for price, at, end in sorted(one for one in found if one[0] <= limit):
        if price > best[0] + _AT_MOST:
            break
        own = price - _tie(ours.characters, at, end)
        if own - _MOST_SEEN <= best[0]:
            best = min(best, (own - _seen(cut, at, end, document), at, end))
    return best[1:]


def _near(sums: list[int]) -> tuple[range, range]:
    """Where the run may begin and end, given what all codes before each place cost more in it, without neighbours."""
    highest = start = end = 0
    best = 1
    for at, value in enumerate(sums):
        if value - sums[highest] < best:
            best, start, end = value - sums[highest], highest, at
        if value > sums[highest]:
            highest = at
    starts = [at for at in range(end) if sums[at] >= sums[start] - _SLACK]
    ends = [at for at in range(start + 1, len(sums)) if sums[at] <= sums[end] + _SLACK]
    return range(starts[0], starts[-1] + 1), range(ends[0], ends[-1] + 1)


def _tie(characters: Sequence[str], start: int, end: int) -> int:
    """What the text before and after the run is worth to each other, as it mostly goes on there."""
    return worth(characters[start - 1], characters[end]) if 0 < start < end < len(characters) else 0


def _seen(cut: list[bytes], start: int, end: int, document: bytes) -> int:
    """What it is worth that the text around the run has the same two characters together elsewhere in the document."""
    if not document:
        return 0
    before, after = cut[max(start - 2, 0) : start], cut[end : end + 2]
    found = [b"".join(pair) for pair in (before, after)]
    times = sum(len(pair) == _TWO_CODES and document.count(pair) > 1 for pair in found)
    across = b"".join(before[-1:] + after[:1])
    return _SEEN * (times + (len(across) == _TWO_CODES and across in document))
