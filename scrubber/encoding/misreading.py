"""Readings of bytes in a wrong encoding, and how they are undone.

What comes out counts only when it is like Chinese text and much likelier than what stands there. (ftfy's
``fix_encoding`` is the model for undoing exact steps only; the likelihood test replaces its heuristics.)
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from scrubber.encoding.change import Change
from scrubber.encoding.likelihood import UNITS_PER_NAT, cost, table
from scrubber.encoding.pairs import text_cost, worth
from scrubber.model import TextSpan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

EXACT = "exact"
"""The grade of a change whose original text is certain."""

SINGLE_BYTE = ("latin-1", "cp1252", "cp437", "cp850", "mac_roman")
UTF8_RUN = re.compile(rb"(?:[\xe2-\xe9\xef][\x80-\xbf]{2}){2,}")
GAIN = 12 * UNITS_PER_NAT
_TRUE = ("utf-8", "gb18030", "cp950")
_DEPTH = 3
_HAN = re.compile("[\u3400-\u9fff]")
_UTF8_PAIR = re.compile(rb"[\xc2-\xef][\x80-\xbf]")
_GAIN_EACH = 2 * UNITS_PER_NAT
_EXTRA_GAIN_EACH = 1.2 * UNITS_PER_NAT
_USUAL_EACH = 9.0 * UNITS_PER_NAT
_USUAL_MORE = 6 * UNITS_PER_NAT
_KNOWN = 2 * UNITS_PER_NAT
"""Two characters that are worth more than this together are a word."""


def first_steps(run: str, around: str) -> list[tuple[str, str]]:
    """The wrong readings that may have made ``run``, which stands in ``around``: its bytes look like the other
    encoding.

    Most runs that only look odd are none, and that shows here without trying where they may begin and end.
    """
    found: list[tuple[str, str]] = []
    for wrong in () if _HAN.search(run) else SINGLE_BYTE:
        raw = _encoded(run, wrong)
        if raw is not None and not raw.isascii():
            found += [(wrong, true) for true in _TRUE if true != "utf-8" or _UTF8_PAIR.search(raw)]
    for wrong, other in (("gb18030", "cp950"), ("cp950", "gb18030")):
        raw = _encoded(run, wrong)
        if raw is None:
            continue
        if may_be_utf8(around) and UTF8_RUN.search(around.encode(wrong, "replace")):
            found.append((wrong, "utf-8"))
        text, costs = raw.decode(other, "replace"), table().either
        if cost(text, costs) < cost(run, costs) and text_cost(text) + _GAIN_EACH * len(run) < text_cost(run):
            found.append((wrong, other))
    return found


def may_be_utf8(text: str) -> bool:
    """Whether UTF-8 may have been read as GB18030 or Big5 in a text: one of the characters stands in it that come of a
    lead byte and the one behind it. Two UTF-8 characters in a row always give one, wherever the reading began.
    """
    return bool(_of_lead_bytes().search(text))


@cache
def _of_lead_bytes() -> re.Pattern[str]:
    pairs = [bytes((lead, second)) for lead in (*range(0xE2, 0xEA), 0xEF) for second in range(0x80, 0xC0)]
    found = {pair.decode(codec, "ignore") for pair in pairs for codec in ("gb18030", "cp950")}
    return re.compile(f"[{re.escape(''.join(sorted(found)))}]")


def _encoded(run: str, codec: str) -> bytes | None:
    try:
        return _sloppy_encode(run, codec)
    except UnicodeError:
        return None


class Undone(NamedTuple):
    """The text that was misread, and the codecs it was in and was read as, first the first."""

    text: str
    steps: tuple[tuple[str, str], ...]

    def change(self, start: int, end: int) -> Change:
        why = ", then ".join(f"{true} read as {wrong}" for true, wrong in self.steps)
        return Change(TextSpan.of(start, end), self.text, EXACT, why, self.steps)


def undo(run: str, around: str = "") -> Undone | None:
    """Undo up to three wrong readings of ``run``, which stands in ``around``."""
    first = first_steps(run, around or run)
    return undo_by(run, first) if first else None


def undo_by(run: str, first: Sequence[tuple[str, str]]) -> Undone | None:
    """Undo up to three wrong readings of ``run``, the last of which is one of ``first`` (codec read as, true codec)."""
    wave = [Undone(run, ())]
    limit = text_cost(run) - GAIN
    seen = {run}
    found: list[tuple[int, Undone]] = []
    for depth in range(_DEPTH):
        following: list[Undone] = []
        for current in wave:
            for wrong, true in first_steps(current.text, current.text) if depth else first:
                if wrong not in SINGLE_BYTE and any(read_as == "gb18030" for _, read_as in current.steps):
                    continue
                text = _step(current.text, wrong, true)
                if text is None or text in seen:
                    continue
                seen.add(text)
                undone = Undone(text, ((true, wrong), *current.steps))
                price = text_cost(text)
                if (
                    price < limit
                    and is_chinese(text, price, wrong, true)
                    and _is_sure(current.text, text, limit - price, wrong)
                ):
                    found.append((price, undone))
                following.append(undone)
        if found and depth:
            break
        wave = following
    return min(found)[1] if found else None


def pieces(change: Change, garbled: str) -> Iterator[tuple[TextSpan, str]]:
    """Divide a change of ``garbled`` into the smallest pieces that were misread each by itself: characters, or a few of
    them where bytes of two made one. Spans are code points of the text that the change is of.
    """
    at = start = int(change.span.start)
    piece = ""
    for character in change.replacement:
        piece += character
        misread_piece = _misread_by(piece, change.steps)
        if misread_piece and garbled.startswith(misread_piece, at - start):
            yield TextSpan.of(at, at + len(misread_piece)), piece
            at += len(misread_piece)
            piece = ""
    if piece:
        yield TextSpan.of(at, change.span.end), piece


def _misread_by(text: str, steps: Sequence[tuple[str, str]]) -> str | None:
    try:
        for true, wrong in steps:
            text = sloppy_decode(text.encode(true), wrong)
    except UnicodeError:
        return None
    return text


def _step(text: str, wrong: str, true: str) -> str | None:
    """Write ``text`` as ``wrong`` and read it as ``true``; None unless that is exact both ways."""
    try:
        raw = _sloppy_encode(text, wrong)
        undone = raw.decode(true)
    except UnicodeError:
        return None
    if len(undone) >= len(text) and wrong in SINGLE_BYTE:
        return None
    return undone if sloppy_decode(undone.encode(true), wrong) == text else None


def _is_sure(run: str, undone: str, gain: float, wrong: str) -> bool:
    """Chinese read as other Chinese: rare words and foreign scripts look like it too, so more is asked for."""
    if wrong in SINGLE_BYTE:
        return True
    each = _EXTRA_GAIN_EACH * (2 if wrong == "cp950" else 1)
    foreign = len(run) - len(run.encode("ascii", "ignore"))
    mostly_han = sum("\u3400" <= character <= "\u9fff" or character > "\ud7ff" for character in run) * 4 > foreign
    return mostly_han and len(undone) >= 3 and gain > GAIN + each * len(undone)


def is_chinese(text: str, price: int, wrong: str, true: str) -> bool:
    """Whether ``text``, which costs ``price``, is like Chinese, and not only by chance after such a step."""
    letters = [character for character in text if "\u4e00" <= character <= "\u9fff"]
    han = len(letters)
    marks = sum(character in "，。、“”：；！？（）《》—…　【】" for character in text)
    if wrong in SINGLE_BYTE and true == "utf-8":
        return han + marks >= 1 and price <= _USUAL_EACH * len(text) + 3 * _USUAL_MORE
    few = 2 if wrong not in SINGLE_BYTE else 3
    distinct = len(set(letters)) * (2 if han < 24 else 6) > han
    known = han == 2 and worth(*letters) > _KNOWN
    return (
        (han >= few or known)
        and distinct
        and price <= _USUAL_EACH * len(text) + _USUAL_MORE - UNITS_PER_NAT * len(text)
    )


@cache
def _sloppy_cp1252() -> tuple[dict[int, str], dict[str, int]]:
    """cp1252 as browsers read it: its five undefined bytes are control characters."""
    forward = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256)}
    return forward, {character: byte for byte, character in forward.items()}


def sloppy_decode(raw: bytes, codec: str) -> str:
    """Decode as programs do that know no undefined byte of cp1252."""
    if codec == "cp1252":
        return "".join(map(_sloppy_cp1252()[0].__getitem__, raw))
    return raw.decode(codec)


def _sloppy_encode(text: str, codec: str) -> bytes:
    if codec != "cp1252":
        return text.encode(codec)
    try:
        return bytes(map(_sloppy_cp1252()[1].__getitem__, text))
    except KeyError as error:
        raise UnicodeEncodeError(codec, text, 0, len(text), "not in the code page") from error


def misread(text: str, true: str, wrong: str) -> str | None:
    """What ``text`` looks like when its bytes in ``true`` are read as ``wrong``; None when that cannot be undone."""
    try:
        garbled = sloppy_decode(text.encode(true), wrong)
        back = _sloppy_encode(garbled, wrong).decode(true)
    except UnicodeError:
        return None
    return garbled if back == text else None
