"""What there is to say about how a document is written: for ``scrubber inspect`` and for programs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scrubber.model import TextSpan

if TYPE_CHECKING:
    from scrubber.encoding.change import Change
    from scrubber.model import ByteSpan, Document, Segment
    from scrubber.script import ConversionError, ScriptProfile

_LOSSY = re.compile("\ufffd+|(?<=[\u3400-\u9fff])[?]{1,3}(?=[\u3400-\u9fff])|□{2,}")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]+")


@dataclass(frozen=True, slots=True)
class Inspection:
    """How a document is written.

    ``newline`` is lf, crlf, cr, mixed or none; ``script`` the profile of simplified and traditional characters;
    ``segments`` the ranges in one encoding; ``damage`` the bytes that decode in none; ``mojibake`` the runs that were
    once misread; ``lossy`` the places where a character was lost and replaced; ``private_use`` the runs of
    private-use characters. Spans are code points of the text unless they are byte spans.
    """

    encoding: str
    confidence: float
    bom: bytes
    newline: str
    script: ScriptProfile
    segments: tuple[Segment, ...]
    damage: tuple[ByteSpan, ...]
    mojibake: tuple[Change, ...]
    lossy: tuple[TextSpan, ...]
    private_use: tuple[TextSpan, ...]
    conversion_errors: tuple[ConversionError, ...]


def inspect(document: Document) -> Inspection:
    """Say how ``document`` is written."""
    from scrubber.mojibake import mojibake  # noqa: PLC0415 - reads the likelihood table
    from scrubber.script import conversion_errors, profile  # noqa: PLC0415 - as above

    text = document.text
    damaged = {segment.text for segment in document.segments if segment.encoding == "binary"}
    return Inspection(
        encoding=document.encoding,
        confidence=document.confidence,
        bom=document.bom,
        newline=newline_of(text),
        script=profile(text),
        segments=document.segments,
        damage=document.damage,
        mojibake=mojibake(document),
        lossy=tuple(span for span in _spans(_LOSSY, text) if span not in damaged),
        private_use=_spans(_PRIVATE, text),
        conversion_errors=conversion_errors(text),
    )


def newline_of(text: str) -> str:
    """The newline style of ``text``: lf, crlf, cr, mixed when there are several, none when there is no newline."""
    crlf = text.count("\r\n")
    styles = {"crlf"} if crlf else set()
    if text.count("\n") > crlf:
        styles.add("lf")
    if text.count("\r") > crlf:
        styles.add("cr")
    return "none" if not styles else styles.pop() if len(styles) == 1 else "mixed"


def _spans(pattern: re.Pattern[str], text: str) -> tuple[TextSpan, ...]:
    return tuple(TextSpan.of(*match.span()) for match in pattern.finditer(text))
