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
from operator import add, sub
from typing import TypeAlias

from scrubber.encoding.likelihood import UNITS_PER_NAT, cost, rare, table
from scrubber.encoding.pairs import CUT, text_cost, worth
from scrubber.encoding.segments import REPLACEMENT, Part

SWITCH = 9 * UNITS_PER_NAT
GAIN = 10 * UNITS_PER_NAT
"""What a change of codec costs, and what a division must save beyond its own price to be believed."""
RARE = 7 * UNITS_PER_NAT
"""By how much the rare characters of a part may exceed the usual."""

_UTF8 = rb"[\xe2-\xef][\x80-\xbf]{2}"
_UTF8_RUN = re.compile(_UTF8 + rb"(?:(?:[ -~]|[\xc2-\xcf][\x80-\xbf])*" + _UTF8 + rb")+")
_THREE_BYTES = 0xE2
_UTF8_CHARACTER = re.compile(rb"[ -~]|[\xc2-\xcf][\x80-\xbf]|" + _UTF8)
_CODE = re.compile(rb"[\x81-\xfe][\x40-\xfe]|[\x00-\xff]")
_AT_MOST = 7 * UNITS_PER_NAT
"""What the two ends of the text around a run may be worth to each other."""
_TWO_CODES = 4
_SEEN = 8
"""What two characters are worth more to each other when they stand together elsewhere."""

_Priced: TypeAlias = tuple[int | None, list[Part]]
"""What a division costs, in 1/12 nat, and its parts; None when it is not sound."""


def divide(
    raw: bytes, home: str, codecs: tuple[str, ...], *, gain: int = GAIN, document: bytes = b""
) -> list[Part] | None:
    """The parts of ``raw``: ``home`` with one run of another codec, or UTF-8 by turns with one; None when unsure.

    ``gain`` is what a division must save beyond its own price, in 1/12 nat. What two characters are worth to each other
    shows in the ``document``, too: they may stand together elsewhere.
    """
    others = [codec for codec in codecs if codec not in (home, "utf-8")]
    runs = [match.span() for match in _UTF8_RUN.finditer(raw)]
    if runs or home == "utf-8":
        plain = read_cost(raw, home)
        divisions = [_by_utf8(raw, runs, other) for other in (others if home == "utf-8" else [home])]
        found = [(_price(raw, parts), parts) for parts in divisions]
    else:
        cut = _CODE.findall(raw)
        ours, theirs = _Reading(cut, home), _Reading(cut, others[0])
        if not _may_gain(ours.either, theirs.either):
            return None
        ours.weigh()
        theirs.weigh()
        plain = sum(ours.either) - sum(ours.bonus)
        found = [_two_byte_run(cut, ours, theirs, (home, others[0]), document)]
    price, best = min(((price, parts) for price, parts in found if price is not None), default=(plain, []))
    return best if price + gain < plain else None


def read_cost(raw: bytes, codec: str) -> int:
    """The cost of ``raw`` read in ``codec``, in 1/12 nat, with what neighbours are worth, whatever the script."""
    return text_cost(raw.decode(codec, "replace"))


def _price(raw: bytes, parts: list[Part]) -> int | None:
    """What ``parts`` cost together; None unless every one of them decodes, to text without many rare characters."""
    total = -SWITCH
    for start, end, codec in parts:
        try:
            text = raw[start:end].decode(codec)
        except UnicodeDecodeError:
            return None
        if rare().search(text) and cost(text, table().excess) > RARE:
            return None
        total += text_cost(text) + SWITCH
    return total


def _by_utf8(raw: bytes, runs: list[tuple[int, int]], other: str) -> list[Part]:
    """The ``runs`` of UTF-8 with what stands around them, in ``other``, whose codes may go on into what looks like a
    run, or begin in it."""
    parts: list[Part] = []
    position = 0
    for (start, end), following in zip(runs, [*(start for start, _ in runs[1:]), len(raw)], strict=False):
        bounds = set(accumulate(map(len, _CODE.findall(raw[position:end])), initial=position))
        starts = [match.start() for match in _UTF8_CHARACTER.finditer(raw, start, end)]
        first = next((at for at in starts if at in bounds and raw[at] >= _THREE_BYTES), start)
        last = next((at for at in (end, *starts[:-3:-1]) if at > first and _reads(raw[at:following], other)), end)
        if position < first:
            parts.append(Part(position, first, other))
        parts.append(Part(first, last, "utf-8"))
        position = last
    if position < len(raw):
        parts.append(Part(position, len(raw), other))
    return parts


def _reads(raw: bytes, codec: str) -> bool:
    """Whether ``raw`` decodes, but for the last two bytes."""
    try:
        raw.decode(codec)
    except UnicodeDecodeError as error:
        return error.start >= len(raw) - 2
    return True


class _Reading:
    """Codes read in one codec; ``either`` is what each costs whatever the script. What neighbours are worth is only
    asked for where a run may save something."""

    def __init__(self, cut: list[bytes], codec: str) -> None:
        self._costs = table().simplified if codec.startswith("gb") else table().traditional
        self.characters = list(map(codes(codec).__getitem__, cut))
        self.units = list(map(ord, self.characters))
        self.either = list(map(table().either.__getitem__, self.units))

    def weigh(self) -> None:
        """Find out ``bonus``, what each character is worth behind what precedes it, ``fresh``, what it costs where a
        part begins with it, and ``sums``, which add up what each costs behind what precedes it."""
        alone = list(map(self._costs.__getitem__, self.units))
        self.bonus = list(map(worth, [CUT, *self.characters], self.characters))
        self.fresh = list(map(sub, alone, map(_worth_fresh, self.characters)))
        self.sums = list(accumulate(map(sub, alone, self.bonus), initial=0))


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


@cache
def _worth_fresh(character: str) -> int:
    return worth(CUT, character)


def _may_gain(ours: list[int], theirs: list[int]) -> bool:
    """Whether any run of codes saves as much as to change the codec costs, seen without neighbours."""
    running = 0
    for saved in map(sub, ours, theirs):
        running += saved
        if running > SWITCH:
            return True
        running = max(running, 0)
    return False


def _two_byte_run(
    cut: list[bytes], ours: _Reading, theirs: _Reading, codecs: tuple[str, str], document: bytes
) -> _Priced:
    """The run that is cheapest in the second of ``codecs``, with what stands around it in the first."""
    size = len(cut)
    enter = list(map(sub, map(add, ours.sums, theirs.fresh), theirs.sums[1:]))
    leave = list(map(sub, map(add, theirs.sums[1:], ours.fresh[1:]), ours.sums[2:]))
    leave.append(theirs.sums[size] - ours.sums[size])
    lowest = list(accumulate(enter, min))
    limit = min(map(add, lowest, leave)) + _AT_MOST
    found = min(
        (one + away - _tie(ours, at, end) - _seen(cut, at, end, document), at, end)
        for end, away in enumerate(leave, 1)
        if lowest[end - 1] + away <= limit
        for at, one in enumerate(enter[:end])
        if one + away <= limit
    )
    offsets = list(accumulate(map(len, cut), initial=0))
    bounds = [0, found[1], found[2], size]
    price = -SWITCH
    parts: list[Part] = []
    for index, (start, end) in enumerate(pairwise(bounds)):
        if start == end:
            continue
        read, codec = (theirs, codecs[1]) if index == 1 else (ours, codecs[0])
        if sum(map(table().excess.__getitem__, read.units[start:end])) > RARE:
            return None, []
        fresh = _worth_fresh(read.characters[start]) if start else read.bonus[0]
        price += SWITCH + sum(read.either[start:end]) - sum(read.bonus[start + 1 : end]) - fresh
        parts.append(Part(offsets[start], offsets[end], codec))
    return price, parts


def _tie(ours: _Reading, start: int, end: int) -> int:
    """What the text before and after the run is worth to each other, as it mostly goes on there."""
    if not 0 < start < end < len(ours.characters):
        return 0
    return worth(ours.characters[start - 1], ours.characters[end])


def _seen(cut: list[bytes], start: int, end: int, document: bytes) -> int:
    """What it is worth that the text around the run has the same two characters together elsewhere in the document."""
    if not document:
        return 0
    before, after = cut[max(start - 2, 0) : start], cut[end : end + 2]
    found = [b"".join(pair) for pair in (before, after)]
    times = sum(len(pair) == _TWO_CODES and document.count(pair) > 1 for pair in found)
    across = b"".join(before[-1:] + after[:1])
    return _SEEN * (times + (len(across) == _TWO_CODES and across in document))
