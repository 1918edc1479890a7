"""Growing a match over what belongs to it: the brackets around it, decoration, blanks."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

from scrubber import later
from scrubber.context import LINE_END
from scrubber.model import TextSpan
from scrubber.residue import grow_residue, grow_torn
from scrubber.rule import Extension

_PAIRS = dict(zip("(（[［【〔〖{｛<＜《〈「『“‘\"'", ")）]］】〕〗}｝>＞》〉」』”’\"'", strict=True))
_OPENS = {close: opening for opening, close in _PAIRS.items()}
_NOTES = dict(zip("(（[［【〔〖{｛<＜", ")）]］】〕〗}｝>＞", strict=True))
_LINE_ENDS = frozenset("\r\n")
_CLAIMS = "整理|出品|首发|独家|原创|提供|供稿|自留|水印|样张|公众号|内部资料|会员专享|版权所有|专用|(?:网友)?上传|制作"
_ADDRESS = r"[(（][A-Za-z0-9.-]{2,30}\.[A-Za-z]{2,6}[)）]"
_CLAIM = later.pattern(rf"(?:[ \u3000]?[·•|｜:：-]?[ \u3000]?(?:{_CLAIMS})){{1,3}}|[™®©]|\ufe0f|{_ADDRESS}")
_LEADING = later.pattern(
    r"(?:转自|转载自|来自|来源|(?:以上|本文|内容)?由|更多[^，。！？\s]{0,6}[上到去看]|公众号[:：]?|@|©|(?i:by|from) )$"
)
_MARKS = frozenset("-—–―_=*#~·•|/\\^+<>`♂♀†‡※§¤")
_BLANKS = " \t\u3000\xa0"
_STOPS = frozenset("。！？!?…")
_CLOSING = frozenset("”’」』）)》】\"' \t\u3000")
_COMMA = frozenset("，,；;：:、")
_CLAUSE = 3
_NEAR = 400
WORDS = later.pattern(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")

NOTE = 40
"""Code points of the longest note in brackets."""

MOST = 0.7
"""The part of the words of a line or a sentence that makes the rest of it belong to a match."""


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
    if in_brackets(text, span):
        return TextSpan.of(span.start - 1, span.end + 1)
    inside = text[span.start : span.end]
    before, after = text[max(0, span.start - 1) : span.start], text[span.end : span.end + 1]
    opening, closing = _OPENS.get(after), _PAIRS.get(before)
    if opening and inside.count(opening) > inside.count(after):
        return TextSpan.of(span.start, span.end + 1)
    if closing and inside.count(closing) > inside.count(before):
        return TextSpan.of(span.start - 1, span.end)
    return span


def in_brackets(text: str, span: TextSpan) -> bool:
    """Whether a pair of brackets or quotes stands right around a span."""
    return span.start > 0 and span.end < len(text) and _PAIRS.get(text[span.start - 1]) == text[span.end]


def note_around(text: str, span: TextSpan) -> TextSpan | None:
    """The innermost brackets, no quotation marks, around a span that hold little else; None if there are none."""
    start = int(span.start)
    while start > 0 and span.start - start < NOTE and text[start - 1] not in _LINE_ENDS:
        start -= 1
        if close := _NOTES.get(text[start]):
            end = text.find(close, span.end, start + NOTE)
            if end > 0 and not _LINE_ENDS & set(text[span.end : end]) and text[start] not in text[start + 1 : end]:
                return TextSpan.of(start, end + 1)
    return None


def dressed(text: str, span: TextSpan) -> TextSpan:
    """A known name with what it claims of the text beside it, and the marks around both. Never crosses a line."""
    line = text.rfind("\n", 0, span.start) + 1
    before = _LEADING.search(text[max(line, span.start - NOTE) : span.start])
    after = _CLAIM.match(text[span.end : span.end + NOTE])
    start = span.start - len(before[0]) if before else int(span.start)
    end = span.end + len(after[0]) if after else int(span.end)
    left, right = start, end
    while left > line and is_mark(text[left - 1]):
        left -= 1
    while right < len(text) and is_mark(text[right]):
        right += 1
    if left < start and right > end:
        start, end = left, right
    return TextSpan.of(start, end)


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


def _rest(text: str, span: TextSpan) -> TextSpan:
    """The rest of a sentence that a match has covered nearly all of; with its line, line end included, if that is all.

    A clause of prose in front of it or behind it, within the same sentence, stays unless the line holds nothing else.
    """
    if LINE_END.fullmatch(text[span.end - 1 : span.end]):
        return span
    floor, ceiling, following = _line(text, span)
    start, end = _sentence(text, span, floor, ceiling)
    whole = TextSpan.of(start, end)
    if _filled(text, span) >= MOST * _filled(text, whole):
        if not text[floor:start].strip() and not text[end:ceiling].strip():
            return TextSpan.of(floor, following)
        if _is_prose(text[start : span.start]):
            start = int(span.start)
        if _is_prose(text[span.end : end]):
            end = int(span.end)
        return TextSpan.of(start, end)
    return span


def _sentence(text: str, span: TextSpan, floor: int, ceiling: int) -> tuple[int, int]:
    """Where the sentences begin and end that a span lies in; closing quotes and footnote digits in front stay out."""
    start, end = int(span.start), int(span.end)
    while start > floor and text[start - 1] not in _STOPS:
        start -= 1
    while start < span.start and (text[start] in _CLOSING or text[start].isdigit()):
        start += 1
    while end < ceiling and text[end] not in _STOPS and text[end - 1] not in _STOPS:
        end += 1
    while end < ceiling and text[end] in _STOPS:
        end += 1
    return start, end


def _is_prose(leftover: str) -> bool:
    """Whether what is left of a sentence beside a match can be a clause of its own."""
    return len(WORDS.findall(leftover)) > _CLAUSE and bool(_COMMA & set(leftover))


def _line(text: str, span: TextSpan) -> tuple[int, int, int]:
    """Where the line of a span starts and ends, and where the next one starts."""
    before = [found.end() for found in LINE_END.finditer(text, max(0, span.start - _NEAR), span.start)]
    found = LINE_END.search(text, span.end, span.end + _NEAR)
    floor = before[-1] if before else max(0, span.start - _NEAR)
    floor += text.startswith("\ufeff", floor)
    return (floor, found.start(), found.end()) if found else (floor, *(min(len(text), span.end + _NEAR),) * 2)


def _filled(text: str, span: TextSpan) -> int:
    """Words, roughly: every Han is one, and so is every run of other letters and digits."""
    return len(WORDS.findall(text[span.start : span.end]))


_WAYS: dict[Extension, Callable[[str, TextSpan], TextSpan]] = {
    "brackets": _brackets,
    "marks": _marks,
    "spaces": _spaces,
    "residue": grow_residue,
    "torn": grow_torn,
    "rest": _rest,
}
