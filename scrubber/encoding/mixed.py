"""Files that mix encodings: which lines, and which runs inside a line, are in another encoding than the rest.

Lines come first. Most are sure: they decode and have hardly a rare character. The others are read by every candidate,
and the cheapest path through the lines is found, where changing the encoding has its price (Viterbi's algorithm). What
still reads badly inside its line goes to :mod:`scrubber.encoding.runs`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from scrubber.encoding.blocks import find_hz, fit
from scrubber.encoding.detect import foreign_cost, is_sure
from scrubber.encoding.likelihood import UNITS_PER_NAT, cost, exceeds, lines_over, rare, rare_places, table
from scrubber.encoding.pairs import pair_bonus
from scrubber.encoding.runs import refine
from scrubber.encoding.segments import REPLACEMENT, Part

if TYPE_CHECKING:
    from collections.abc import Iterator

_SWITCH = 8 * UNITS_PER_NAT
"""What changing the encoding between two lines costs."""
_DOUBT_EACH = 0.05 * UNITS_PER_NAT
_DOUBT_MORE = 7 * UNITS_PER_NAT
"""A line is in doubt when its rare characters exceed the usual by more than the first for each character plus the
second."""
_FEW = 8
"""When more than one line in so many is in doubt, all lines are compared."""
_REFINE_BYTES = 65536
"""How many bytes of doubtful lines are read byte by byte in one document; the rest keep the codec of their line."""

Reading: TypeAlias = int | tuple[int, ...] | None
"""What is known of a line: the number of the codec that it is surely in, or what it costs in each; None for ASCII."""

_GB2312_BYTES = bytes(range(0xA1, 0xFF))
_WHOLE_LINE = 1024
_TINY_LINE = 8
"""For lines of so few characters it counts what neighbours are worth to each other."""
_NEVER = 1 << 30


def split(
    raw: bytes,
    main: str,
    utf16: list[Part],
    *,
    inside: bool = True,
    text: str | None = None,
    places: list[int] | None = None,
) -> list[Part]:
    """Divide ``raw``, most of which is in ``main`` (UTF-8, GB18030 or Big5), into parts of one encoding each.

    ``utf16`` are the blocks that :func:`scrubber.encoding.blocks.find_utf16` found. Without ``inside``, only whole
    lines are told apart. ``text`` is ``raw`` read in ``main``, when all of it decodes, and ``places``
    says where its rare characters stand, when that is known.
    """
    parts: list[Part] = []
    position = 0
    blocks = [fit(raw, block, main) for block in utf16]
    for block in sorted(blocks + find_hz(raw), key=lambda one: one.start):
        if block.start < position:
            continue
        parts += _split_lines(raw, position, block.start, main, inside=inside)
        parts.append(block)
        position = block.end
    if position or text is None:
        return parts + _split_lines(raw, position, len(raw), main, inside=inside)
    return _split_lines(raw, 0, len(raw), main, inside=inside, text=text, places=places)


def candidates(main: str) -> tuple[str, ...]:
    """The codecs that a document mostly in ``main`` may be mixed of, ``main`` first."""
    big5 = main if main.startswith(("cp950", "big5")) else "cp950"
    return (main, *(codec for codec in ("utf-8", "gb18030", big5) if codec != main))


def _split_lines(
    raw: bytes,
    start: int,
    end: int,
    main: str,
    *,
    inside: bool,
    text: str | None = None,
    places: list[int] | None = None,
) -> list[Part]:
    if start >= end:
        return []
    body = raw if (start, end) == (0, len(raw)) else raw[start:end]
    doubts = None if text is None else _doubtful(body, text, main, places)
    if doubts is not None and not doubts:
        return [Part(start, end, main)]
    lines = body.split(b"\n")
    codecs = candidates(main)
    if doubts is None or len(doubts) * _FEW > len(lines):
        readings = list(_readings(lines, codecs))
    else:
        readings = [0] * len(lines)
        for index, reading in zip(doubts, _readings([lines[index] for index in doubts], codecs), strict=True):
            readings[index] = reading
    chosen = _path(readings, codecs)
    wanted = _to_refine(lines, chosen, readings) if inside else {}
    return list(_join(start, end, lines, chosen, codecs, wanted))


def _doubtful(body: bytes, text: str, main: str, places: list[int] | None) -> list[int]:
    """The numbers of the lines with more rare characters than their length explains."""
    if main == "gb18030" and _is_plain_gb2312(body, text):
        return []
    found = lines_over(text, _DOUBT_MORE, rare_places(text) if places is None else places)
    if not found:
        return []
    lines = text.split("\n")
    return [index for index, excess in found.items() if excess > _DOUBT_EACH * len(lines[index]) + _DOUBT_MORE]


def _is_plain_gb2312(body: bytes, text: str) -> bool:
    """Whether no byte lies in 0x80-0xA0 and no ASCII byte is the second of a pair: then no line is UTF-8 or Big5."""
    rest = body.translate(None, _GB2312_BYTES)
    return rest.isascii() and len(text) * 2 == len(body) + len(rest)


def _readings(lines: list[bytes], codecs: tuple[str, ...]) -> Iterator[Reading]:
    """Read each line in the codec of the line before it, and when it is not surely in that, in the others."""
    latest = 0
    orders = [(state, *(other for other in range(len(codecs)) if other != state)) for state in range(len(codecs))]
    for line in lines:
        if line.isascii():
            yield None
            continue
        sure = next((state for state in orders[latest] if is_sure(line, codecs[state])), None)
        if sure is None:
            yield tuple(_line_cost(line, codec) for codec in codecs)
        else:
            latest = sure
            yield sure


def _line_cost(line: bytes, codec: str) -> int:
    costs = table()
    text = line.decode(codec, "replace")
    if codec == "utf-8":
        price = cost(text, costs.either)
        ascii_text = text.encode("ascii", "ignore").decode()
        if REPLACEMENT not in text:
            price = min(price, cost(ascii_text, costs.either) + foreign_cost(len(text) - len(ascii_text)))
    else:
        price = cost(text, costs.traditional if codec.startswith(("cp950", "big5")) else costs.simplified)
    return price - pair_bonus(text) if len(text) <= _TINY_LINE else price


def _path(readings: list[Reading], codecs: tuple[str, ...]) -> list[str]:
    """The cheapest codec of each line, seen over all lines."""
    states = range(len(codecs))
    total: list[int] = [0] + [_SWITCH // 2] * (len(codecs) - 1)
    back: list[list[int]] = []
    sure: int | None = None
    for reading in readings:
        if sure is not None and (reading is None or reading == sure):
            back.append([sure] * len(codecs))
            continue
        cheapest = min(states, key=total.__getitem__)
        limit = total[cheapest] + _SWITCH
        back.append([state if total[state] <= limit else cheapest for state in states])
        total = [min(value, limit) for value in total]
        sure = reading if isinstance(reading, int) else None
        if sure is not None:
            total = [total[state] if state == sure else _NEVER for state in states]
        elif isinstance(reading, tuple):
            total = [value + price for value, price in zip(total, reading, strict=True)]
    state = min(states, key=total.__getitem__)
    chosen: list[str] = []
    for pointers in reversed(back):
        chosen.append(codecs[state])
        state = pointers[state]
    return chosen[::-1]


def _to_refine(lines: list[bytes], chosen: list[str], readings: list[Reading]) -> dict[int, bool]:
    """The lines that read badly in their codec, and those on their own among others, which (True) are looked at as a
    whole."""
    wanted: dict[int, bool] = {}
    for index, (codec, reading) in enumerate(zip(chosen, readings, strict=True)):
        alone = 0 < index < len(lines) - 1 and codec != chosen[index - 1] and codec != chosen[index + 1]
        if reading is None or (isinstance(reading, int) and not alone):
            continue
        text = lines[index].decode(codec, "replace")
        if alone and len(lines[index]) <= _WHOLE_LINE and rare().search(text):
            wanted[index] = True
        elif exceeds(text, _DOUBT_EACH * len(text) + _DOUBT_MORE):
            wanted[index] = False
    return wanted


def _join(
    start: int, stop: int, lines: list[bytes], chosen: list[str], codecs: tuple[str, ...], wanted: dict[int, bool]
) -> Iterator[Part]:
    """Parts of equal neighbours; the ``wanted`` lines are refined."""
    position = begin = start
    current = chosen[0]
    left = _REFINE_BYTES
    for index, (line, codec) in enumerate(zip(lines, chosen, strict=True)):
        if codec != current:
            if begin < position:
                yield Part(begin, position, current)
            begin, current = position, codec
        end = min(position + len(line) + 1, stop)
        if index in wanted and len(line) <= left:
            inner = refine(line, codec, codecs, whole=wanted[index])
            if inner:
                left -= len(line)
                if begin < position:
                    yield Part(begin, position, current)
                yield from (Part(position + part.start, position + part.end, part.encoding) for part in inner)
                begin = position + len(line)
        position = end
    if begin < position:
        yield Part(begin, position, current)
