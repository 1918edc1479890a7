"""Much text at once, with numpy: whether bytes are well-formed UTF-8, the folds of lines, lines that may be misread."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate
from threading import local
from typing import Any, NamedTuple

import numpy as np

from scrubber.encoding.likelihood import NEIGHBOURS, RARE_LINE, common
from scrubber.encoding.likelihood import table as costs
from scrubber.encoding.telltale import LETTERS
from scrubber.folding import table

_BLOCK = 1 << 17
"""Bytes that are looked at together: few enough to stay in the processor's cache."""

_SHORT = 1 << 13
"""Up to so many bytes decoding takes less time than the calls that look at many bytes at once."""

_CODES = 0x110000
_DROPPED, _MANY = _CODES, 0xFFFF
"""What the fold table has for characters that fold to nothing, and to more than one."""

_MARK = chr(_MANY)
_LETTER = re.compile(f"[{LETTERS}]")
_LINE_FEED, _AMPERSAND, _PERCENT = map(ord, "\n&%")
_FIRST_LEAD, _LEAD_OF_THREE, _LEAD_OF_FOUR = 0xC0, 0xE0, 0xF0
_FIRST_BYTE_OF_ALL = -64
"""The least byte that is no continuation, as a signed number: continuations are the bytes below it."""


def is_utf8(raw: bytes, leads: Sequence[int] | None) -> bool:
    """Whether bytes are well-formed UTF-8.

    ``leads`` are the offsets of all bytes over BF that are not E2 to E9 or EF, if they are known; bytes and pairs of
    bytes that no UTF-8 has (C0, E0 80, ED A0 and others) are then not looked for.
    """
    if leads is not None and len(raw) > _SHORT:
        return _ends_whole(raw) and _odd_places(raw) == sorted(
            place for at in leads if (place := _odd_place(raw, at)) is not None and place < len(raw)
        )
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _ends_whole(raw: bytes) -> bool:
    return raw[-1] < _FIRST_LEAD and raw[-2] < _LEAD_OF_THREE and raw[-3] < _LEAD_OF_FOUR


def _odd_place(raw: bytes, at: int) -> int | None:
    """Where a character that begins with a rare byte is taken for broken by those who expect three bytes."""
    lead = raw[at]
    return at + 2 if lead < _LEAD_OF_THREE else at + 3 if lead >= _LEAD_OF_FOUR else None


def _odd_places(raw: bytes) -> list[int]:
    """Where it is not so that two continuations stand behind each lead byte, and none elsewhere."""
    data = np.frombuffer(raw, np.uint8)
    space = _space()
    leads, wanted, found = space.leads, space.wanted, space.found
    leads[:2] = False
    odd: list[int] = []
    for start in range(0, len(data), _BLOCK):
        block = data[start : start + _BLOCK]
        size = len(block)
        np.greater_equal(block, _FIRST_LEAD, out=leads[2 : size + 2])
        np.bitwise_or(leads[1 : size + 1], leads[:size], out=wanted[:size])
        np.less(block.view(np.int8), _FIRST_BYTE_OF_ALL, out=found[:size])
        if not space.found_bytes.startswith(space.wanted_bytes[:size]):  # comparing memory takes next to no time
            odd += (np.flatnonzero(found[:size] != wanted[:size]) + start).tolist()
        leads[:2] = leads[size : size + 2]
    return odd


class _Space(local):
    """Room for flags of each byte of a block. Each thread keeps its own: new memory costs a fifth more time."""

    def __init__(self) -> None:
        self.leads = np.empty(_BLOCK + 2, np.bool_)
        self.wanted = np.empty(_BLOCK, np.bool_)
        self.wanted_bytes = self.wanted.view(np.uint8).data
        self.found_bytes = bytearray(_BLOCK)
        self.found = np.frombuffer(self.found_bytes, np.bool_)


@cache
def _space() -> _Space:
    return _Space()


class Folded(NamedTuple):
    """The fold of a line. ``sure`` tells that it is what folding the line by itself gives; of the line's characters
    those at ``dropped`` stand for nothing, each of the others for one."""

    text: str
    sure: bool
    dropped: tuple[int, ...] = ()


def fold_lines(lines: Sequence[str]) -> list[Folded]:
    """The folds of lines (without line ends): right for all but what folds to several characters, and escapes."""
    codes = np.frombuffer("\n".join(lines).encode("utf-32-le", "surrogatepass"), "<u4")
    folded = _folds().take(codes, mode="clip")
    kept = folded != _DROPPED
    dropped: dict[int, tuple[int, ...]] = {}
    if not kept.all():
        dropped = _by_line(lines, np.flatnonzero(~kept))
        folded = folded[kept]
    views = folded.tobytes().decode("utf-32-le", "surrogatepass").split("\n")
    return [
        Folded(view, _MARK not in view and "&" not in view and "%" not in view, dropped.get(number, ()))
        for number, view in enumerate(views[: len(lines)])
    ]


def fold_text(text: str) -> tuple[str, set[int]]:
    """The fold of a text, and the lines of it (by number from 0; they end at LF) that fold otherwise by themselves."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    folded = _folds().take(codes, mode="clip")
    folded = folded[folded != _DROPPED]
    unsure = np.flatnonzero((folded == _MANY) | (folded == _AMPERSAND) | (folded == _PERCENT))
    lines = np.searchsorted(np.flatnonzero(folded == _LINE_FEED), unsure)
    return folded.tobytes().decode("utf-32-le", "surrogatepass"), set(lines.tolist())


def _by_line(lines: Sequence[str], places: Any) -> dict[int, tuple[int, ...]]:
    """Places in lines that are joined, each line followed by one character, as places in each line that has some."""
    starts = np.array([*accumulate((len(line) + 1 for line in lines), initial=0)])
    which = np.searchsorted(starts, places, side="right") - 1
    inside = (places - starts[which]).tolist()
    numbers, firsts = np.unique(which, return_index=True)
    bounds = [*firsts.tolist(), len(inside)]
    return {number: tuple(inside[bounds[at] : bounds[at + 1]]) for at, number in enumerate(numbers.tolist())}


@cache
def _folds() -> Any:
    """The fold of every code point; ``_DROPPED`` and ``_MANY`` for what does not fold to one."""
    codes = np.arange(_CODES, dtype="<u4")
    one, others = table().one, table().others
    codes[: len(one)] = one
    for character, folded in others.items():
        codes[ord(character)] = ord(folded) if len(folded) == 1 else _MANY if folded else _DROPPED
    return codes


def odd_lines(text: str) -> Iterator[tuple[str, bool]]:
    """The lines (they end at LF) that may be misread: two rare characters stand close together, and there are letters,
    or more that is rare than is usual, and whether that is so. ``encoding.likelihood`` tells the same of a whole text.
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    kinds = _rarity().take(codes, mode="clip")
    places = np.flatnonzero(kinds != 0)  # twice as fast as on numbers
    close = np.diff(places) <= NEIGHBOURS
    if not close.any():
        return
    ends = np.flatnonzero(codes == _LINE_FEED)
    lines = np.searchsorted(ends, places)
    over = np.bincount(lines, kinds[places] - 1.0) > RARE_LINE
    bounds = [-1, *ends.tolist(), len(text)]
    for number in np.unique(lines[:-1][close & (lines[:-1] == lines[1:])]).tolist():
        start, end = bounds[number] + 1, bounds[number + 1]
        if over[number] or _LETTER.search(text, start, end):
            yield text[start:end], bool(over[number])


@cache
def _rarity() -> Any:
    """For every character of the basic plane 0 if it is common, else 1 more than what it exceeds the usual by."""
    kinds = np.frombuffer(costs().excess, np.uint8) + np.uint8(1)
    kinds[[ord(character) for character in common() if character <= "\uffff"]] = 0
    return np.append(kinds, np.uint8(0))
