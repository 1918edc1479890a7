"""Invisible provenance marks: found, recorded and kept. They are evidence, not dirt.

Four kinds are known:

* ``c2pa``: a C2PA text manifest (C2PA 2.2, "Embedding manifests into unstructured text"): U+FEFF, then one variation
  selector a byte, beginning with the bytes ``C2PATXT\\0``, a version byte and the length of the manifest (big endian);
* ``variation-selectors``: another run of variation selectors that carries bytes;
* ``tags``: a run of tag characters (U+E0000 to U+E007F) that is no emoji flag;
* ``zero-width``: a run of zero-width characters of two or more kinds, long enough to carry a byte.

A single zero-width character between letters is a seller's obfuscation, a single variation selector belongs to an emoji
or an ideograph: neither is a mark.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from scrubber import later
from scrubber.model import TextSpan

MAGIC = b"C2PATXT\0"
_HEADER = len(MAGIC) + 1 + 4
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_ZERO_WIDTH = "\u180e\u200b-\u200f\u2060-\u2064\ufeff"
_MARK = later.pattern(
    f"\ufeff?(?P<selectors>[{_SELECTORS}]{{4,}})|(?<![\U0001f3f4\U000e0000-\U000e007f])(?P<tags>[\U000e0000-\U000e007f]{{2,}})"
    f"|(?P<zero>[{_ZERO_WIDTH}]{{8,}})(?![{_SELECTORS}])"
)
_ONE = f"[{_SELECTORS}{_ZERO_WIDTH}\U000e0000-\U000e007f]"
_TWO = later.pattern(_ONE + _ONE)
"""What every mark has. Character classes scan ten times as fast as the alternatives above."""


class Mark(NamedTuple):
    """An invisible mark: its kind, its span (code points) and the bytes it carries (empty for ``zero-width``).

    ``complete`` is False for a C2PA manifest that is shorter than it says.
    """

    kind: str
    span: TextSpan
    data: bytes
    complete: bool = True


def find(text: str) -> tuple[Mark, ...]:
    """All invisible provenance marks of a text, in order. A text without any costs one regular expression search."""
    if text.isascii() or not (first := _TWO.search(text)):
        return ()
    return tuple(mark for match in _MARK.finditer(text, first.start()) if (mark := _read(match)))


def protected_spans(text: str) -> tuple[TextSpan, ...]:
    """The spans (code points, in order, disjoint) that no edit may touch."""
    return tuple(mark.span for mark in find(text))


def encode(data: bytes) -> str:
    """Write bytes as variation selectors: 0 to 15 as U+FE00 to U+FE0F, 16 to 255 as U+E0100 to U+E01EF."""
    return "".join(chr(0xFE00 + byte if byte < 16 else 0xE0100 + byte - 16) for byte in data)


def _read(match: re.Match[str]) -> Mark | None:
    span = TextSpan.of(*match.span())
    if match["selectors"]:
        return _read_selectors(span, _bytes(match["selectors"]))
    if match["tags"]:
        return Mark("tags", span, bytes(ord(char) - 0xE0000 for char in match["tags"]))
    return Mark("zero-width", span, b"") if len(set(match["zero"])) > 1 else None


def _bytes(selectors: str) -> bytes:
    codes = map(ord, selectors)
    return bytes(code - 0xFE00 if code < 0xE0000 else code - 0xE0100 + 16 for code in codes)


def _read_selectors(span: TextSpan, data: bytes) -> Mark:
    if not data.startswith(MAGIC):
        return Mark("variation-selectors", span, data)
    size = int.from_bytes(data[len(MAGIC) + 1 : _HEADER], "big")
    return Mark("c2pa", span, data, complete=len(data) >= _HEADER + size)
