"""Runs of another encoding, and damaged bytes, inside one line: the cheapest reading of its bytes.

A dynamic programme walks over the bytes that read badly. At each byte it keeps, for every codec, the cost of the best
reading that ends there; a character costs what it costs, a byte left out as damage costs more, and so does a change of
codec. That finds a run to the byte, and where one lost byte has shifted a line, the place to take the step again.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from scrubber.encoding.division import GAIN, divide, read_cost
from scrubber.encoding.families import BINARY
from scrubber.encoding.likelihood import UNITS_PER_NAT, cost, rare, table
from scrubber.encoding.segments import BYTEWISE, REPLACEMENT, Part
from scrubber.encoding.two_bytes import RARE, SWITCH

RARE_WHERE_MIXED, _GAIN_WHERE_MIXED = 4 * UNITS_PER_NAT, 3 * UNITS_PER_NAT
_DAMAGE = 16 * UNITS_PER_NAT
_MARGIN = 10
"""Characters to look at on both sides of those that read badly."""
_WINDOW = 18
_NEVER = 1 << 40
_FOUR_BYTE_COST = 200
_FOUR_BYTES = re.compile(rb"(?=[\x81-\xfe][0-9][\x81-\xfe][0-9])")
_UTF8_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def refine(
    line: bytes,
    codec: str,
    codecs: tuple[str, ...],
    *,
    home: str,
    document: bytes = b"",
    whole: bool = False,
    mixed: bool = False,
    walk: bool = True,
) -> list[Part]:
    """Divide ``line``, mostly in ``codec``, into parts of ``codecs``; empty when all of it is best read in ``codec``.

    Most of the ``document`` is in ``home``. Unless ``whole``, only what reads badly is looked at; where the document is
    known to be ``mixed``, less will do. Without ``walk`` it is empty, too, when a run cannot be found but byte by byte.
    """
    regions = [(0, len(line))] if whole else _doubtful(line, codec, RARE_WHERE_MIXED if mixed else RARE)
    gain = _GAIN_WHERE_MIXED if mixed else GAIN
    parts: list[Part] = []
    position = 0
    for start, end in regions:
        region = line[start:end]
        found = divide(region, home if whole else codec, codecs, gain=gain, document=document)
        if not found and not walk:
            return []
        found = found or _walked(region, codec, home, codecs)
        if all(part.encoding == codec for part in found):
            continue
        if position < start:
            parts.append(Part(position, start, codec))
        parts += [Part(start + part.start, start + part.end, part.encoding) for part in found]
        position = end
    if parts and position < len(line):
        parts.append(Part(position, len(line), codec))
    return parts


def _walked(region: bytes, codec: str, home: str, codecs: tuple[str, ...]) -> list[Part]:
    """The cheapest division of ``region``, byte by byte; empty when it saves too little."""
    text = region.decode(codec, "replace")
    if REPLACEMENT not in text and codec == home:
        return []
    found, price = _cheapest(region, codecs, {codecs.index(home), codecs.index(codec)})
    if price + GAIN > cost(text, table().either):
        return []
    return _settle(region, found)


def price_with_damage(raw: bytes, codec: str) -> int:
    """What ``raw`` costs in ``codec`` when the bytes that spoil it are left out, in 1/12 nat."""
    return _cheapest(raw, (codec,), {0})[1]


def _settle(raw: bytes, parts: list[Part]) -> list[Part]:
    """Move each seam by up to three codes to where the neighbours on both sides go together best."""
    settled = parts[:1]
    for part in parts[1:]:
        before = settled[-1]
        seam = part.start
        if BINARY not in (before.encoding, part.encoding):
            left, right = max(before.start, seam - _WINDOW), min(part.end, seam + _WINDOW)
            seams = [seam + 2 * shift for shift in (0, -1, 1, -2, 2, -3, 3)]
            seam = min(
                (at for at in seams if at == part.start or left < at < right),
                key=lambda at: read_cost(raw[left:at], before.encoding) + read_cost(raw[at:right], part.encoding),
            )
        settled[-1] = Part(before.start, seam, before.encoding)
        settled.append(Part(seam, part.end, part.encoding))
    return settled


def _doubtful(line: bytes, codec: str, limit: int) -> list[tuple[int, int]]:
    """The bytes of the groups of characters that read badly in ``codec``, with some on both sides."""
    text = line.decode(codec, BYTEWISE)
    excess = table().excess
    places = [match.start() for match in rare().finditer(text)]
    worse = [excess[ord(text[place])] for place in places]
    bounds = [at for at in range(1, len(places)) if places[at] - places[at - 1] > _MARGIN + 1]
    wanted = [
        (places[first], places[last - 1] + 1)
        for first, last in pairwise((0, *bounds, len(places)))
        if sum(worse[first:last]) > limit
    ]
    if not wanted:
        return []
    if _place(text, len(text), codec) != len(line):
        return [(0, len(line))]
    return [
        (_place(text, max(start - _MARGIN, 0), codec), _place(text, min(end + _MARGIN, len(text)), codec))
        for start, end in wanted
    ]


def _place(text: str, index: int, codec: str) -> int:
    """How many bytes the characters before ``index`` were read from; each U+FFFD was one byte."""
    head = text[:index]
    return len(head.replace(REPLACEMENT, "").encode(codec, "replace")) + head.count(REPLACEMENT)


class _PairCosts(dict[tuple[int, int], int]):
    """What the two-byte codes of a codec cost (lead and trail byte), found out when they are first asked for; 0 where
    there is no such code."""

    def __init__(self, codec: str) -> None:
        self._codec = codec
        self._costs = table().simplified if codec.startswith("gb") else table().traditional

    def __missing__(self, code: tuple[int, int]) -> int:
        text = bytes((*code, 10)).decode(self._codec, "replace")[:-1]
        is_code = text and REPLACEMENT not in text and 0x40 <= code[1] < 0xFF
        price = sum(self._costs[min(ord(character), 0xFFFE)] for character in text) if is_code else 0
        self[code] = found = min(255, price) or 1 if is_code else 0
        return found


_pair_costs = cache(_PairCosts)


def _steps(raw: bytes, codec: str) -> list[int]:
    """For every byte the character of ``codec`` that starts there, as its cost times 8 plus its length, or 0."""
    if codec == "utf-8":
        return _utf8_steps(raw)
    costs = _pair_costs(codec)
    ascii_costs = table().either
    steps = [
        costs[lead, trail] << 3 | 2 if lead > 0x7F else ascii_costs[lead] << 3 | 1
        for lead, trail in zip(raw, raw[1:] + b"\0", strict=True)
    ]
    if codec == "gb18030":
        for match in _FOUR_BYTES.finditer(raw):
            steps[match.start()] = steps[match.start()] if steps[match.start()] > 7 else _FOUR_BYTE_COST << 3 | 4
    return [step if step > 7 else 0 for step in steps]


def _utf8_steps(raw: bytes) -> list[int]:
    costs = table().either
    steps = [costs[byte] << 3 | 1 if byte < 0x80 else 0 for byte in raw]
    for match in _UTF8_CHARACTER.finditer(raw):
        try:
            character = match[0].decode()
        except UnicodeDecodeError:
            continue
        steps[match.start()] = costs[min(ord(character), 0xFFFE)] << 3 | len(match[0])
    return steps


def _cheapest(raw: bytes, codecs: tuple[str, ...], free: set[int]) -> tuple[list[Part], int]:
    """The cheapest division of ``raw`` and its cost; to begin or end in a codec of ``free`` costs nothing."""
    size = len(raw)
    steps = [_steps(raw, codec) for codec in codecs]
    states = range(len(codecs))
    best = [[_NEVER] * (size + 5) for _ in states]
    came = [[(0, 0, False)] * (size + 5) for _ in states]
    for state in states:
        best[state][0] = 0 if state in free else SWITCH
    for at in range(size):
        here = [column[at] for column in best]
        cheapest = here.index(min(here))
        entry = here[cheapest] + SWITCH
        for state in states:
            value, source = here[state], state
            if entry < value:
                value, source = entry, cheapest
            column = best[state]
            if raw[at] > 0x7F and value + _DAMAGE < column[at + 1]:
                column[at + 1] = value + _DAMAGE
                came[state][at + 1] = (source, at, True)
            step = steps[state][at]
            if step:
                after = at + (step & 7)
                value += step >> 3
                if value < column[after]:
                    column[after] = value
                    came[state][after] = (source, at, False)
    totals = [best[state][size] + (0 if state in free else SWITCH) for state in states]
    final = totals.index(min(totals))
    return _trace(came, final, size, codecs), totals[final]


def _trace(came: list[list[tuple[int, int, bool]]], state: int, at: int, codecs: tuple[str, ...]) -> list[Part]:
    parts: list[Part] = []
    while at > 0:
        source, before, is_damage = came[state][at]
        encoding = BINARY if is_damage else codecs[state]
        if parts and parts[-1].encoding == encoding:
            parts[-1] = Part(before, parts[-1].end, encoding)
        else:
            parts.append(Part(before, at, encoding))
        state, at = source, before
    return parts[::-1]
