"""Growing a match over what belongs to it: the brackets around it, decoration, blanks."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

from scrubber.model import TextSpan
from scrubber.rule import Extension

_PAIRS = dict(zip("(（[［【〔〖{｛<＜《〈「『“‘\"'", ")）]］】〕〗}｝>＞》〉」』”’\"'", strict=True))
_MARKS = frozenset("-—–―_=*#~·•|/\\^+<>`♂♀†‡※§¤")
_BLANKS = " \t\u3000\xa0"


def grow(ways: Sequence[Extension], text: str, span: TextSpan) -> TextSpan:
    """``span`` grown in the given ways, in the order written, until none of them changes it. Never crosses a line."""
    while ways:
        before = span
        for way in ways:
            span = _WAYS[way](text, span)
        if span == before:
            break
    return span


def _brackets(text: str, span: TextSpan) -> TextSpan:
    start, end = span.start - 1, span.end
    if start >= 0 and end < len(text) and _PAIRS.get(text[start]) == text[end]:
        return TextSpan.of(start, end + 1)
    return span


def is_mark(char: str) -> bool:
    """Whether a character is decoration: a symbol or a rule, never punctuation that a sentence needs."""
    return char in _MARKS or unicodedata.category(char) in ("So", "Sk", "Sm")


def _marks(text: str, span: TextSpan) -> TextSpan:
    start, end = int(span.start), int(span.end)
    while start > 0 and is_mark(text[start - 1]):
        start -= 1
    while end < len(text) and is_mark(text[end]):
        end += 1
    return TextSpan.of(start, end)


def _spaces(text: str, span: TextSpan) -> TextSpan:
    start, end = int(span.start), int(span.end)
    while start > 0 and text[start - 1] in _BLANKS:
        start -= 1
    while end < len(text) and text[end] in _BLANKS:
        end += 1
    return TextSpan.of(start, end)


_WAYS: dict[Extension, Callable[[str, TextSpan], TextSpan]] = {
    "brackets": _brackets,
    "marks": _marks,
    "spaces": _spaces,
}
