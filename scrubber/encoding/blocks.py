"""Blocks that no reading by lines can see: UTF-16 in the middle of a file of bytes, and HZ between its escapes."""

from __future__ import annotations

import re
import sys
from array import array
from itertools import accumulate

from scrubber.encoding.likelihood import UNITS_PER_NAT, cost, table
from scrubber.encoding.segments import BYTEWISE, REPLACEMENT, Part

_CONTROLS = bytes([*range(9), 11, *range(14, 27), 28, 29, 30, 31])
_SIGNS = (b"\0", b"\1", b"\2")
"""One of these is in all UTF-16 of some length: in ASCII and newlines, and in 、 and 。"""
_LITTLE = rb"[\x00-\xff][\x4e-\x9f]|[\t\n\r\x20-\x7e]\x00|[\x00-\x3f]\x30|[\x00-\x5e]\xff|[\x10-\x3f]\x20"
_BIG = rb"[\x4e-\x9f][\x00-\xff]|\x00[\t\n\r\x20-\x7e]|\x30[\x00-\x3f]|\xff[\x00-\x5e]|\x20[\x10-\x3f]"
_CONTROL = re.compile(b"[" + re.escape(_CONTROLS) + b"]")
_REACH = 256
"""No more bytes of a UTF-16 block than this are without a control byte."""
_UTF16_LIKE = re.compile(rb"(?:" + _LITTLE + rb"){3,}"), re.compile(rb"(?:" + _BIG + rb"){3,}")
_HZ = re.compile(rb"~\{(?:[!-w][!-~])+~\}")
_AROUND = 20
_WINDOW = 32
_GAP = 12
_LINE = 2048
_WHOLE_FILE = 0.9
_AT_NEWLINE = 5 * UNITS_PER_NAT
"""How much likelier a block begins or ends after a newline."""
_CUT = 14 * UNITS_PER_NAT
_USUAL = 9 * UNITS_PER_NAT
_LEAST_GAIN = 12 * UNITS_PER_NAT
_BETTER = 3 * UNITS_PER_NAT
"""Characters of a UTF-16 block cost less than the first, by the second in sum, and read better by the third than in
other encodings."""


def find_utf16(raw: bytes) -> list[Part]:
    """The parts of ``raw`` that read as UTF-16, roughly; none when nearly all of it does or nothing hints at it."""
    if not any(sign in raw for sign in _SIGNS):
        return []
    found = [part for part in (_as_utf16(raw, *span) for span in _utf16_like(raw)) if part is not None]
    covered = sum(part.end - part.start for part in found)
    return [] if covered > _WHOLE_FILE * len(raw) else found


def find_hz(raw: bytes) -> list[Part]:
    """The escaped runs of HZ in ``raw``, when they read as Chinese."""
    if b"~{" not in raw:
        return []
    return [Part(*match.span(), "hz") for match in _HZ.finditer(raw) if _reads_as_hz(match[0])]


def fit(raw: bytes, block: Part, main: str) -> Part:
    """Move the seams of ``block`` to where the bytes on both sides read best, those outside in ``main``."""
    middle = block.start + min(block.end - block.start, _WINDOW) // 2 * 2
    left = max(raw.rfind(b"\n", 0, max(block.start - _AROUND, 0)), block.start - _LINE, 0)
    first = block.start - _AROUND + (0 if block.start >= _AROUND else (_AROUND - block.start + 1) // 2 * 2)
    seams = range(max(first, left + (left - first) % 2), min(block.start + _AROUND, middle) + 1, 2)
    before = _prices_up_to(raw[left : seams[-1]], main)
    inside = _unit_prices(raw[seams[0] : middle], block.encoding)
    start = min(
        seams,
        key=lambda at: (
            before[at - left] - inside[(at - seams[0]) // 2] - (_AT_NEWLINE if raw[at - 1 : at] == b"\n" else 0)
        ),
    )
    middle = block.end - min(block.end - start, _WINDOW) // 2 * 2
    right = min(block.end + 2 * _WINDOW, len(raw))
    seams = range(max(block.end - _AROUND, middle), min(block.end + _AROUND, right) + 1, 2)
    inside = _unit_prices(raw[middle : seams[-1]], block.encoding)
    after = _prices_from(raw[seams[0] : right], main)
    end = min(
        seams,
        key=lambda at: (
            inside[(at - middle) // 2]
            + after[at - seams[0]]
            - (_AT_NEWLINE if raw[at - 2 : at] in (b"\n\0", b"\0\n") else 0)
        ),
    )
    return Part(start, end, block.encoding)


def _unit_prices(raw: bytes, codec: str) -> list[int]:
    """The cost of the first n units of ``raw``, for every n."""
    units = _units(raw, codec)
    return list(accumulate(map(table().either.__getitem__, units), initial=0))


def _units(raw: bytes, codec: str) -> array[int]:
    units = array("H", raw)
    if (sys.byteorder == "little") != (codec == "utf-16-le"):
        units.byteswap()
    return units


def _prices_up_to(raw: bytes, codec: str) -> list[int]:
    """The cost in ``codec`` of the first n bytes of ``raw``, for every n; a code that is cut costs as damage."""
    prices = [0]
    for character in raw.decode(codec, BYTEWISE):
        size = 1 if character == REPLACEMENT else len(character.encode(codec))
        price = prices[-1]
        prices += [price + _CUT] * (size - 1)
        prices.append(price + table().either[min(ord(character), 0xFFFF)])
    return prices


def _prices_from(raw: bytes, codec: str) -> list[int]:
    """The cost in ``codec`` of the last bytes of ``raw``, from every place to its end."""
    prices = [0] * (len(raw) + 1)
    for at in range(len(raw) - 1, -1, -1):
        character, size = _character_at(raw, at, codec)
        prices[at] = table().either[min(ord(character), 0xFFFF)] + prices[at + size]
    return prices


def _character_at(raw: bytes, at: int, codec: str) -> tuple[str, int]:
    if raw[at] < 0x80:
        return chr(raw[at]), 1
    size = 3 if codec == "utf-8" else 2
    try:
        text = raw[at : at + size].decode(codec)
    except UnicodeDecodeError:
        return REPLACEMENT, 1
    return (text, size) if len(text) == 1 else (REPLACEMENT, 1)


def _cost(raw: bytes, codec: str) -> int:
    return cost(raw.decode(codec, "replace"), table().either)


def _utf16_like(raw: bytes) -> list[tuple[int, int]]:
    """Ranges that may hold UTF-16; those with a short gap between them, such as one rare character, are joined."""
    windows: list[list[int]] = []
    for control in _CONTROL.finditer(raw):
        start, end = max(control.start() - _REACH, 0), min(control.end() + _REACH, len(raw))
        if windows and start <= windows[-1][1]:
            windows[-1][1:] = [end, windows[-1][2] + 1]
        else:
            windows.append([start, end, 1 + (control[0] == b"\0")])
    spans = [
        match.span()
        for first, last, count in windows
        if count > 1
        for pattern in _UTF16_LIKE
        for match in pattern.finditer(raw, first, last)
    ]
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start - found[-1][1] <= _GAP:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _as_utf16(raw: bytes, start: int, end: int) -> Part | None:
    """The stretch of a range that reads best as UTF-16, in the byte order and alignment that suit it."""
    if len(raw[start:end].translate(None, _CONTROLS)) == end - start:
        return None
    hypotheses = [
        (*_best_stretch(raw[first : first + (end - first) // 2 * 2], codec), first, codec)
        for codec in ("utf-16-le", "utf-16-be")
        for first in (start, start + 1)
    ]
    gain, begin, stop, first, codec = max(hypotheses)
    part = Part(first + 2 * begin, first + 2 * stop, codec)
    if gain < _LEAST_GAIN:
        return None
    price = _cost(raw[part.start : part.end], codec)
    rival = min(_cost(raw[part.start : part.end], other) for other in ("gb18030", "cp950", "utf-8"))
    return part if rival - price > _BETTER * (stop - begin + 2) else None


def _best_stretch(raw: bytes, codec: str) -> tuple[int, int, int]:
    """The run of two-byte units that together are most below the usual cost (Kadane's algorithm): gain, start, end."""
    best = (0, 0, 0)
    running = begin = 0
    for index, price in enumerate(map(table().either.__getitem__, _units(raw, codec))):
        running += _USUAL - price
        if running <= 0:
            running, begin = 0, index + 1
        elif running > best[0]:
            best = (running, begin, index + 1)
    return best


def _reads_as_hz(escaped: bytes) -> bool:
    text = escaped.decode("hz", "replace")
    return cost(text, table().simplified) < cost(escaped.decode("ascii"), table().simplified)
