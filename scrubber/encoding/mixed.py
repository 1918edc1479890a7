"""Files that mix encodings: which lines, and which runs inside a line, are in another encoding than the rest.

Lines come first: every candidate reads every line, and the cheapest path through the lines is found, where changing the
encoding has its price (Viterbi's algorithm). Only when some line reads badly in the encoding of the document is that
work done at all. What still reads badly inside its line goes to :mod:`scrubber.encoding.runs`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrubber.encoding.blocks import find_hz, fit
from scrubber.encoding.likelihood import UNITS_PER_NAT, excesses, line_costs, table
from scrubber.encoding.runs import refine
from scrubber.encoding.segments import REPLACEMENT, Part

if TYPE_CHECKING:
    from collections.abc import Iterator

_SWITCH = 8 * UNITS_PER_NAT
"""What changing the encoding between two lines costs."""
_DOUBT_EACH = 0.05 * UNITS_PER_NAT
_DOUBT_MORE = 9 * UNITS_PER_NAT
"""A line is in doubt when its rare characters exceed the usual by more than the first for each character plus the
second."""
_REFINE_BYTES = 65536
"""How many bytes of doubtful lines are read byte by byte in one document; the rest keep the codec of their line."""

_GB2312_BYTES = bytes(range(0xA1, 0xFF))
_WHOLE_LINE = 1024
_FEW = 8
"""When more than one line in so many is in doubt, all lines are compared at once."""


def split(raw: bytes, main: str, utf16: list[Part], *, inside: bool = True, text: str | None = None) -> list[Part]:
    """Divide ``raw``, most of which is in ``main`` (UTF-8, GB18030 or Big5), into parts of one encoding each.

    ``utf16`` are the blocks that :func:`scrubber.encoding.blocks.find_utf16` found. Without ``inside``, only whole
    lines are told apart. ``text`` is ``raw`` read in ``main``, when that is known already.
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
    parts += _split_lines(raw, position, len(raw), main, inside=inside, text=None if position else text)
    return parts


def candidates(main: str) -> tuple[str, ...]:
    """The codecs that a document mostly in ``main`` may be mixed of, ``main`` first."""
    big5 = main if main.startswith(("cp950", "big5")) else "cp950"
    return (main, *(codec for codec in ("gb18030", "utf-8", big5) if codec != main))


def _split_lines(raw: bytes, start: int, end: int, main: str, *, inside: bool, text: str | None = None) -> list[Part]:
    if start >= end:
        return []
    body = raw if (start, end) == (0, len(raw)) else raw[start:end]
    text = body.decode(main, "replace") if text is None else text
    doubts = [] if main == "gb18030" and _is_plain_gb2312(body, text) else _doubtful(text)
    if not doubts:
        return [Part(start, end, main)]
    lines = body.split(b"\n")
    codecs = candidates(main)
    chosen = [main] * len(lines)
    if len(doubts) * _FEW > len(lines) or _has_better(b"\n".join(lines[index] for index in doubts), codecs):
        texts = {codec: _texts(body, lines, codec) for codec in codecs}
        chosen = _path(lines, [_costs(texts[codec], codec) for codec in codecs], codecs)
        doubts = _doubtful("\n".join(texts[codec][index] for index, codec in enumerate(chosen)))
    if not inside:
        return list(_join(start, end, lines, chosen, main, set(), set()))
    islands = {index for index in range(1, len(lines) - 1) if _is_island(chosen, index) and lines[index]}
    return list(_join(start, end, lines, chosen, main, set(doubts), islands))


def _is_plain_gb2312(body: bytes, text: str) -> bool:
    """Whether no byte lies in 0x80-0xA0 and no ASCII byte is the second of a pair: then no line is UTF-8 or Big5."""
    rest = body.translate(None, _GB2312_BYTES)
    return rest.isascii() and len(text) * 2 == len(body) + len(rest) and REPLACEMENT not in text


def _has_better(body: bytes, codecs: tuple[str, ...]) -> bool:
    """Whether another codec than the first reads one of the lines so much better that a change of codec pays."""
    lines = body.split(b"\n")
    own, *rivals = [_costs(_texts(body, lines, codec), codec) for codec in codecs]
    return any(mine - min(others) > _SWITCH for mine, *others in zip(own, *rivals, strict=True))


def _is_island(chosen: list[str], index: int) -> bool:
    return chosen[index] != chosen[index - 1] and chosen[index] != chosen[index + 1]


def _doubtful(text: str) -> list[int]:
    """The numbers of the lines with more rare characters than their length explains."""
    found = {index: excess for index, excess in excesses(text).items() if excess > _DOUBT_MORE}
    if not found:
        return []
    lines = text.split("\n")
    return [index for index, excess in found.items() if excess > _DOUBT_EACH * len(lines[index]) + _DOUBT_MORE]


def _texts(body: bytes, lines: list[bytes], codec: str) -> list[str]:
    texts = body.decode(codec, "replace").split("\n")
    return texts if len(texts) == len(lines) else [line.decode(codec, "replace") for line in lines]


def _costs(texts: list[str], codec: str) -> list[int]:
    costs = table()
    if codec.startswith(("cp950", "big5")):
        return line_costs(texts, costs.traditional)
    return line_costs(texts, costs.either if codec == "utf-8" else costs.simplified)


def _path(lines: list[bytes], costs: list[list[int]], codecs: tuple[str, ...]) -> list[str]:
    """The cheapest codec of each line, seen over all lines."""
    states = range(len(codecs))
    total: list[int] = [0] + [_SWITCH // 2] * (len(codecs) - 1)
    back: list[list[int]] = []
    for index, line in enumerate(lines):
        cheapest = min(states, key=total.__getitem__)
        limit = total[cheapest] + _SWITCH
        back.append([state if total[state] <= limit else cheapest for state in states])
        total = [min(total[state], limit) for state in states]
        if not line.isascii():
            total = [total[state] + costs[state][index] for state in states]
    state = min(states, key=total.__getitem__)
    chosen: list[str] = []
    for pointers in reversed(back):
        chosen.append(codecs[state])
        state = pointers[state]
    return chosen[::-1]


def _join(
    start: int, stop: int, lines: list[bytes], chosen: list[str], main: str, doubts: set[int], islands: set[int]
) -> Iterator[Part]:
    """Parts of equal neighbours; lines that read badly even in their codec, and lines on their own, are refined."""
    position = begin = start
    current = chosen[0]
    left = _REFINE_BYTES
    for index, (line, codec) in enumerate(zip(lines, chosen, strict=True)):
        if codec != current:
            if begin < position:
                yield Part(begin, position, current)
            begin, current = position, codec
        end = min(position + len(line) + 1, stop)
        whole = index in islands and len(line) <= _WHOLE_LINE
        if (whole or index in doubts) and len(line) <= left:
            inner = refine(line, codec, candidates(main), whole=whole)
            if inner:
                left -= len(line)
                if begin < position:
                    yield Part(begin, position, current)
                yield from (Part(position + part.start, position + part.end, part.encoding) for part in inner)
                begin = position + len(line)
        position = end
    if begin < position:
        yield Part(begin, position, current)
