"""One run of another encoding among bytes that are otherwise in one: where it begins and ends, without walking bytes.

UTF-8 shows itself by its bytes; for GB18030 and Big5 there is :mod:`scrubber.encoding.two_bytes`. What these cannot
explain to the last byte is left to :mod:`scrubber.encoding.runs`.
"""

from __future__ import annotations

import re
from itertools import accumulate

from scrubber.encoding.likelihood import UNITS_PER_NAT, cost, exceeds, rare, table
from scrubber.encoding.pairs import text_cost
from scrubber.encoding.segments import Part
from scrubber.encoding.two_bytes import CODE, RARE, SWITCH, find_run

GAIN = 10 * UNITS_PER_NAT
"""What a division must save beyond its own price to be believed."""
_UTF8 = rb"[\xe2-\xef][\x80-\xbf]{2}"
_UTF8_RUN = re.compile(_UTF8 + rb"(?:(?:[ -~]|[\xc2-\xcf][\x80-\xbf])*" + _UTF8 + rb")+")
_THREE_BYTES = 0xE2
_UTF8_CHARACTER = re.compile(rb"[ -~]|[\xc2-\xcf][\x80-\xbf]|" + _UTF8)
_PARTS = 3
_EACH = 9 * UNITS_PER_NAT
"""As many parts a line has with a run in it, and what a character costs at most that is not rare."""


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
        return _with_utf8(raw, runs, home, others if home == "utf-8" else [home], gain)
    return find_run(raw, home, others[0], gain, document)


def _with_utf8(raw: bytes, runs: list[tuple[int, int]], home: str, others: list[str], gain: int) -> list[Part] | None:
    """The parts of ``raw``, mostly in ``home``, where the ``runs`` are UTF-8 and the rest is in one of ``others``."""
    divisions = (_by_utf8(raw, runs, other) for other in others)
    sound = [(parts, texts) for parts in divisions if (texts := _texts(raw, parts))]
    if not sound:
        return None
    text = raw.decode(home, "replace")
    if len(sound) == 1 and exceeds(text, _hopeless(*sound[0], home) + gain):
        return sound[0][0]
    price, parts = min((sum(map(text_cost, texts)) + SWITCH * (len(texts) - 1), parts) for parts, texts in sound)
    return parts if price + gain < text_cost(text) else None


def _hopeless(parts: list[Part], texts: list[str], home: str) -> int:
    """What the rare characters of ``home`` exceed the usual by where the sound ``parts``, which read ``texts``, are
    better anyway. In damaged UTF-8 what is left of characters reads as single codes of two bytes: there, more is asked
    for than those cost."""
    inner = (
        0
        if home != "utf-8"
        else sum(len(text) for part, text in zip(parts, texts, strict=True) if part.encoding != home)
    )
    return SWITCH * (max(len(parts), _PARTS) - 1) + _EACH * inner


def read_cost(raw: bytes, codec: str) -> int:
    """The cost of ``raw`` read in ``codec``, in 1/12 nat, with what neighbours are worth, whatever the script."""
    return text_cost(raw.decode(codec, "replace"))


def _texts(raw: bytes, parts: list[Part]) -> list[str]:
    """What the ``parts`` read; nothing unless every one of them decodes, to text without many rare characters."""
    texts: list[str] = []
    for start, end, codec in parts:
        try:
            text = raw[start:end].decode(codec)
        except UnicodeDecodeError:
            return []
        if rare().search(text) and cost(text, table().excess) > RARE:
            return []
        texts.append(text)
    return texts


def _by_utf8(raw: bytes, runs: list[tuple[int, int]], other: str) -> list[Part]:
    """The ``runs`` of UTF-8 with what stands around them, in ``other``, whose codes may go on into what looks like a
    run, or begin in it."""
    parts: list[Part] = []
    position = 0
    for (start, end), following in zip(runs, [*(start for start, _ in runs[1:]), len(raw)], strict=False):
        first = _first(raw, position, start, end)
        last = end if _reads(raw[end:following], other) else _last(raw, first, end, following, other)
        if position < first:
            parts.append(Part(position, first, other))
        parts.append(Part(first, last, "utf-8"))
        position = last
    if position < len(raw):
        parts.append(Part(position, len(raw), other))
    return parts


def _first(raw: bytes, position: int, start: int, end: int) -> int:
    """Where a run of UTF-8 between ``start`` and ``end`` begins, when codes of two bytes stand from ``position`` on."""
    codes_before = CODE.findall(raw[position : start + 1])
    if len(codes_before[-1]) == 1:
        return start
    bounds = set(accumulate(map(len, CODE.findall(raw[start + 1 : end])), initial=start + 1))
    starts = (match.start() for match in _UTF8_CHARACTER.finditer(raw, start, end))
    return next((at for at in starts if at in bounds and raw[at] >= _THREE_BYTES), start)


def _last(raw: bytes, first: int, end: int, following: int, other: str) -> int:
    """Where it ends, when what stands up to ``following`` does not read in ``other`` from ``end`` on."""
    starts = [match.start() for match in _UTF8_CHARACTER.finditer(raw, first, end)]
    return next((at for at in starts[:-3:-1] if at > first and _reads(raw[at:following], other)), end)


def _reads(raw: bytes, codec: str) -> bool:
    """Whether ``raw`` decodes, but for the last two bytes."""
    try:
        raw.decode(codec)
    except UnicodeDecodeError as error:
        return error.start >= len(raw) - 2
    return True
