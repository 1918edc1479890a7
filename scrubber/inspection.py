"""How a document is encoded and written: what ``scrubber inspect`` tells."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from scrubber.model import TextSpan

if TYPE_CHECKING:
    from scrubber.model import Document, Segment

_NEWLINES = re.compile(r"\r\n|\n|\r")
_NEWLINE_NAMES = {"\r\n": "crlf", "\n": "lf", "\r": "cr"}
# What GBK makes of U+FFFD in UTF-8: the original characters are gone for good.
_MOJIBAKE = re.compile("(?:锟斤拷)+锟?斤?")
_LOSSY = re.compile("\ufffd+")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_MINOR_SHARE = 0.1
"""From this share on, the rarer of the two scripts makes a document mixed; below, it is leftovers of a conversion."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What is known of a document before any rule looks at it.

    ``newline`` is lf, crlf, cr, mixed or none; ``script`` simplified, traditional, mixed or none;
    spans count code points.
    """

    encoding: str
    confidence: float
    bom: bool
    newline: str
    script: str
    segments: tuple[Segment, ...]
    mojibake: tuple[TextSpan, ...]
    lossy: tuple[TextSpan, ...]


def inspect(document: Document) -> Inspection:
    """Describe one decoded document."""
    damaged = [segment.text for segment in document.segments if segment.encoding == "binary"]
    lossy = (TextSpan.of(*found.span()) for found in _LOSSY.finditer(document.text))
    return Inspection(
        encoding=document.encoding,
        confidence=document.confidence,
        bom=bool(document.bom),
        newline=newline_style(document.text),
        script=script(document.text),
        segments=document.segments,
        mojibake=tuple(TextSpan.of(*found.span()) for found in _MOJIBAKE.finditer(document.text)),
        lossy=tuple(span for span in lossy if not any(part.overlaps(span) for part in damaged)),
    )


def binary(size: int) -> Inspection:
    """What can be said of ``size`` bytes that are not a text."""
    from scrubber.model import ByteSpan, Segment  # noqa: PLC0415 - only for files that are no text

    segments = (Segment(ByteSpan.of(0, size), TextSpan.of(0, 0), "binary"),) if size else ()
    return Inspection("binary", 0.0, False, "none", "none", segments, (), ())


def newline_style(text: str) -> str:
    """lf, crlf, cr, mixed, or none."""
    styles = set(_NEWLINES.findall(text))
    if not styles:
        return "none"
    return _NEWLINE_NAMES[styles.pop()] if len(styles) == 1 else "mixed"


def script(text: str) -> str:
    """simplified, traditional, mixed or none, by the characters that only one of the two scripts has."""
    characters = Counter(_HAN.findall(text))
    if not characters:
        return "none"
    distinct = "\n".join(characters)
    simpler = _converted("t2s", distinct).split("\n")
    fuller = _converted("s2t", distinct).split("\n")
    traditional = simplified = 0
    for (char, count), simple, full in zip(characters.items(), simpler, fuller, strict=True):
        traditional += count * (simple != char)
        simplified += count * (full != char and simple == char)
    if not traditional + simplified:
        return "none"
    share = traditional / (traditional + simplified)
    if share < _MINOR_SHARE:
        return "simplified"
    return "traditional" if share > 1 - _MINOR_SHARE else "mixed"


def _converted(direction: str, text: str) -> str:
    converted: str = _converter(direction).convert(text)
    return converted


@cache
def _converter(direction: str) -> Any:
    import opencc  # noqa: PLC0415 - its tables load only when a script is asked for

    return opencc.OpenCC(direction)
