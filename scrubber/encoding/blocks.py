"""Blocks that no reading by lines can see: UTF-16 in the middle of a file of bytes, and HZ between its escapes."""

from __future__ import annotations

import re
import sys
from array import array
from itertools import accumulate
from operator import sub

from scrubber.encoding.likelihood import UNITS_PER_NAT, common, cost, table
from scrubber.encoding.segments import BYTEWISE, REPLACEMENT, Part
from scrubber.encoding.two_bytes import codes

_CONTROLS = bytes([*range(9), 11, *range(14, 27), 28, 29, 30, 31])
_SIGNS = (b"\0", b"\1", b"\2")
"""One of these is in all UTF-16 of some length: in ASCII and newlines, and in 、 and 。"""
_REACH = 256
"""No more bytes of a UTF-16 block than this are without a control byte."""
_CONTROL = b"[" + re.escape(_CONTROLS) + b"]"
_CONTROLS_NEARBY = re.compile(b"%b(?:[^%b{0,%d}+%b)*+" % (_CONTROL, _CONTROL[1:], 2 * _REACH, _CONTROL))
_HIGH_BYTES = bytes(byte in (0x00, 0x20, 0x30, 0xFF) or 0x4E <= byte <= 0x9F for byte in range(256))
"""1 for the bytes that are the high half of a unit of Chinese UTF-16."""
_HIGH_RUN = re.compile(b"\1{3,}")
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
_CLOSE = 1.25
"""A reading that costs up to so many times what the best one does is looked at closely too."""
_COMPARED = 128
"""So many bytes of a block are read in other encodings."""
_CLEAR = 64
"""So many bytes or more that read as UTF-16 without a rare character read so in no other encoding."""
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
    if b"~" not in raw or b"~{" not in raw:
        return []
    return [Part(*match.span(), "hz") for match in _HZ.finditer(raw) if _reads_as_hz(match[0])]


def fit(raw: bytes, block: Part, main: str) -> Part:
    """Move the seams of ``block`` to where the bytes on both sides read best, those outside in ``main``."""
    start = _clear_start(raw, block, main)
    start = _best_start(raw, block, main) if start is None else start
    end = _clear_end(raw, start, block, main)
    return Part(start, _best_end(raw, start, block, main) if end is None else end, block.encoding)


def _clear_start(raw: bytes, block: Part, main: str) -> int | None:
    """Where ``block`` begins, when that is at the first newline around there and reads well on both sides, and the
    newline cannot be half of a usual character such as 上."""
    first, last = max(block.start - _AROUND, 0), block.start + _AROUND
    at = raw.find(b"\n", first, last) + 1
    while at and (block.start - at) % 2:
        at = raw.find(b"\n", at, last) + 1
    if not at or (block.encoding == "utf-16-be" and _reads(raw[at - 2 : at], block.encoding)):
        return None
    line = raw[max(raw.rfind(b"\n", 0, at - 1), 0) : at]
    return at if _reads(raw[at : at + _WINDOW], block.encoding) and _reads(line, main) else None


def _clear_end(raw: bytes, start: int, block: Part, main: str) -> int | None:
    """Where ``block``, which begins at ``start``, ends, when that is at the last newline around there and reads well on
    both sides."""
    newline = "\n".encode(block.encoding)
    first, at = max(block.end - _AROUND, start + _WINDOW), block.end + _AROUND + 1
    at = raw.rfind(newline, first, at)
    while at >= 0 and (at - start) % 2:
        at = raw.rfind(newline, first, at + 1)
    end = at + 2
    line = raw[end : raw.find(b"\n", end) + 1 or len(raw)]
    return end if at >= 0 and _reads(raw[end - _WINDOW : end], block.encoding) and _reads(line, main) else None


def _reads(raw: bytes, codec: str) -> bool:
    """Whether ``raw`` decodes, to text without rare characters."""
    try:
        return common().issuperset(raw.decode(codec))
    except UnicodeDecodeError:
        return False


def _best_start(raw: bytes, block: Part, main: str) -> int:
    """Where ``block`` begins by what the characters on both sides cost."""
    middle = block.start + min(block.end - block.start, _WINDOW) // 2 * 2
    left = max(raw.rfind(b"\n", 0, max(block.start - _AROUND, 0)), block.start - _LINE, 0)
    first = block.start - _AROUND + (0 if block.start >= _AROUND else (_AROUND - block.start + 1) // 2 * 2)
    seams = range(max(first, left + (left - first) % 2), min(block.start + _AROUND, middle) + 1, 2)
    before = _prices_up_to(raw[left : seams[-1]], seams[-1] - seams[0], main)
    inside = _unit_prices(raw[seams[0] : middle], block.encoding)
    return min(
        seams,
        key=lambda at: (
            before[at - seams[0]] - inside[(at - seams[0]) // 2] - (_AT_NEWLINE if raw[at - 1 : at] == b"\n" else 0)
        ),
    )


def _best_end(raw: bytes, start: int, block: Part, main: str) -> int:
    """Where ``block``, which begins at ``start``, ends by what the characters on both sides cost."""
    middle = block.end - min(block.end - start, _WINDOW) // 2 * 2
    right = min(block.end + _WINDOW, len(raw))
    seams = range(max(block.end - _AROUND, middle), min(block.end + _AROUND, right) + 1, 2)
    inside = _unit_prices(raw[middle : seams[-1]], block.encoding)
    after = _prices_from(raw[seams[0] : right], main)
    return min(
        seams,
        key=lambda at: (
            inside[(at - middle) // 2]
            + after[at - seams[0]]
            - (_AT_NEWLINE if raw[at - 2 : at] in (b"\n\0", b"\0\n") else 0)
        ),
    )


def _unit_prices(raw: bytes, codec: str) -> list[int]:
    """The cost of the first n units of ``raw``, for every n."""
    units = _units(raw, codec)
    return list(accumulate(map(table().either.__getitem__, units), initial=0))


def _units(raw: bytes, codec: str) -> array[int]:
    units = array("H", raw)
    if (sys.byteorder == "little") != (codec == "utf-16-le"):
        units.byteswap()
    return units


def _prices_up_to(raw: bytes, wanted: int, codec: str) -> list[int]:
    """The cost in ``codec`` of ``raw`` up to each of its last ``wanted`` bytes and up to its end, less the same number
    for all; a code that is cut costs as damage."""
    price = 0
    prices = [0]
    for character in reversed(raw.decode(codec, BYTEWISE)):
        if len(prices) > wanted:
            break
        size = 1 if character == REPLACEMENT else len(character.encode(codec))
        price -= table().either[min(ord(character), 0xFFFF)]
        prices += [price + _CUT] * (size - 1)
        prices.append(price)
    return prices[wanted::-1]


def _prices_from(raw: bytes, codec: str) -> list[int]:
    """The cost in ``codec`` of the last bytes of ``raw``, from every place to its end."""
    characters = codes(codec)
    either = table().either
    prices = [0] * (len(raw) + 1)
    for at in range(len(raw) - 1, -1, -1):
        code = raw[at : at + (1 if raw[at] < 0x80 else 3 if codec == "utf-8" else 2)]
        character = characters[code]
        prices[at] = either[ord(character)] + prices[at + (1 if character == REPLACEMENT else len(code))]
    return prices


def _utf16_like(raw: bytes) -> list[tuple[int, int]]:
    """Ranges that may hold UTF-16; those with a short gap between them, such as one rare character, are joined."""
    spans: list[tuple[int, int]] = []
    for controls in _CONTROLS_NEARBY.finditer(raw):
        if len(controls[0]) == 1 and controls[0] != b"\0":
            continue
        first, last = max(controls.start() - _REACH, 0), min(controls.end() + _REACH, len(raw))
        marks = raw[first:last].translate(_HIGH_BYTES)
        for parity in (0, 1):
            for match in _HIGH_RUN.finditer(marks[parity::2]):
                start, end = match.span()
                spans.append((first + parity + 2 * start, min(first + parity + 2 * end, len(raw))))
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
    readings: list[tuple[int, list[int], int, str]] = []
    for codec, first in _alignments(raw, start, end):
        prices = list(map(table().either.__getitem__, _units(raw[first : first + (end - first) // 2 * 2], codec)))
        readings.append((sum(prices), prices, first, codec))
    least = min(readings)[0]
    gain, begin, stop, first, codec = max(
        (*_best_stretch(prices), first, codec) for total, prices, first, codec in readings if total <= _CLOSE * least
    )
    part = Part(first + 2 * begin, first + 2 * stop, codec)
    head = raw[part.start : min(part.start + _COMPARED, part.end)]
    return part if gain >= _LEAST_GAIN and _beats_others(head, codec) else None


def _alignments(raw: bytes, start: int, end: int) -> list[tuple[str, int]]:
    """In which byte order and from where a range may be read: with what looks like high bytes as high bytes."""
    first = max(start - 1, 0)
    marks = raw[first:end].translate(_HIGH_BYTES)
    even, odd = marks[::2].count(1), marks[1::2].count(1)
    found = [("utf-16-be", first), ("utf-16-le", start)] if 2 * even >= odd else []
    return found + ([("utf-16-le", first), ("utf-16-be", start)] if 2 * odd >= even else [])


def _beats_others(raw: bytes, codec: str) -> bool:
    """Whether ``raw`` reads better in ``codec`` than in any other encoding."""
    if len(raw) >= _CLEAR and not raw.isascii() and _reads(raw, codec):
        return True
    limit = cost(raw.decode(codec, "replace"), table().either) + _BETTER * (len(raw) // 2 + 2)
    readings = (raw.decode(other, "replace") for other in ("utf-8", "cp950", "gb18030"))
    return all(text.count(REPLACEMENT) * _CUT > limit or cost(text, table().either) > limit for text in readings)


def _best_stretch(prices: list[int]) -> tuple[int, int, int]:
    """The run of units that together are most below the usual cost: gain, start, end."""
    sums = list(accumulate(map(_USUAL.__sub__, prices), initial=0))
    lowest = list(accumulate(sums, min))
    gains = list(map(sub, sums, lowest))
    gain = max(gains)
    end = gains.index(gain)
    return gain, end - sums[end::-1].index(lowest[end]), end


def _reads_as_hz(escaped: bytes) -> bool:
    text = escaped.decode("hz", "replace")
    return cost(text, table().simplified) < cost(escaped.decode("ascii"), table().simplified)
