"""Growing an address over the disguised brand beside it: ``t.xt`小~说~天~堂www/example/n e t``.

A disguised brand comes in pieces: one or two characters, then something that no sentence puts there. Prose next to it
comes in longer pieces, or ends like a sentence. Offsets are code points of the original.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Set

from scrubber import later
from scrubber.model import TextSpan

REACH = 40
"""Code points that a residue may be long, separators included."""

_TORN_PIECES = 2
"""Single characters behind the first piece that show that text is torn."""

TORN_REACH = 200
"""Code points that torn text behind a match may be long."""

_PAIRS = dict(zip("】])）〕〗｝}>》", "【[(（〔〖｛{<《", strict=True))
_HARD = frozenset("”’」』…—“‘「『\n\r\v\f\x85\u2028\u2029")
_PROSE = frozenset("。，、；：！？!?,;:")
_LONGEST = 2
# A name glued to the address that reaches the end of the line, or starts it with Latin letters: no sentence does.
_PIECE = r"[^。，、；：！？“”‘’…—\n\r\v\f\x85\u2028\u2029]"
_MARK = r"(?:[^\w\s。！？…—“”‘’]|_|＿)"
_NAME_AFTER = later.pattern(
    rf"(?:{_MARK}{{0,2}}[A-Za-z]{{1,3}}{_MARK}{{1,3}}[A-Za-z]{{1,5}}，)?{_PIECE}{{0,12}}[\u3400-\u9fff][^\w。！？…”’]{{0,3}}"
    r"(?=[\n\r\v\f\x85\u2028\u2029]|$)"
)
_NAME_BEFORE = later.pattern(rf"(?:^|[\n\r\v\f\x85\u2028\u2029。！？”…—])({_MARK}{{0,3}}[A-Za-z]{_PIECE}{{1,14}})$")
_ENDS = frozenset("。！？!?")
_SENTENCE = later.pattern(r"[\u3400-\u9fff]{4}[。！？!?…]+[”’」』）)]*")
# What a site's phrase that is torn only further on begins with.
_OWN = later.pattern("[章书看更新读说网站]|首发|搜索|百度")
_HAN = later.pattern(r"[\u3400-\u9fff]")


def beyond_prose(text: str, span: TextSpan) -> TextSpan:
    """The part of ``span`` behind the last whole sentence in it; all of it where there is none.

    The skeleton has no punctuation, so what was found there may begin in the sentence before. Torn text has no four
    characters in a row with a full stop behind them.
    """
    ends = [found.end() for found in _SENTENCE.finditer(text, span.start, span.end)]
    if not ends or not _HAN.search(text, ends[-1], span.end):
        return span
    end = int(span.end)
    while text[end - 1] in "\r\n":
        end -= 1
    return TextSpan.of(ends[-1], end)


def grow_residue(text: str, span: TextSpan) -> TextSpan:
    """``span`` grown to both sides over broken pieces of a name. Never crosses a line."""
    before = text[max(0, span.start - REACH) : span.start]
    after = text[span.end : span.end + REACH]
    left = _reach(before[::-1], after=False)
    right = _reach(after, after=True)
    if found := _NAME_BEFORE.search(before):
        left = max(left, len(before) - found.start(1))
    comma = after.startswith(("，", ",")) and text[span.start : span.end].lower().endswith("xt")
    if found := _NAME_AFTER.match(after[comma:]):
        right = max(right, found.end() + comma)
    return TextSpan.of(span.start - left, span.end + right)


def grow_torn(text: str, span: TextSpan) -> TextSpan:
    """``span`` grown to the right over text torn into short pieces by symbols, however long. Never crosses a line.

    Its start moves behind what belongs to a word in front of it.
    """
    end = int(span.end)
    start = span.start + untorn(text, span)
    for gap, word in _pieces(text[span.end : span.end + TORN_REACH]):
        odd = set(gap) - _PROSE - _HARD - set(" \t\u3000")
        if not odd or _closes(text, start, odd) or _HARD & set(gap) or len(word) > (3 if _is_han(word) else 16):
            break
        end += len(gap) + len(word)
    return TextSpan.of(start, end)


def _closes(text: str, start: int, gap: Set[str]) -> bool:
    """Whether a gap is nothing but the bracket that closes what opened right in front of torn text."""
    return gap <= _PAIRS.keys() and all(_PAIRS[one] in text[max(0, start - 2) : start + 1] for one in gap)


def untorn(text: str, span: TextSpan) -> int:
    """How many code points at the start of torn text are the end of a word in front of it.

    What reads torn text takes the last characters of the author's sentence for the beginning of a name. They go on to
    the left, and what is torn begins behind them with a symbol and a single character.
    """
    if not text[span.start - 1 : span.start] or not _is_han(text[span.start - 1 : span.start]):
        return 0
    first, *others = _pieces(text[span.start : min(span.end, span.start + REACH)])[:4]
    if first[0] or not _is_han(first[1]) or _OWN.search(first[1]) or len(others) < _TORN_PIECES:
        return 0
    gap = others[0][0]
    if set(gap) <= _PROSE | _HARD or any(_is_han(word) and len(word) > 1 for _, word in others[:-1]):
        return 0
    return len(first[1]) + len(gap) - len(gap.lstrip("".join(_PROSE)))


def _reach(side: str, after: bool) -> int:
    """How many code points of ``side`` (read away from the span) belong to the residue."""
    pieces = _pieces(side)
    taken = han = breaks = 0
    latin_seen = False
    for gap, word in pieces:
        if _HARD & set(gap) or len(word) > _most(gap, word, breaks):
            break
        is_han = not word.isascii() and _is_han(word)
        if is_han and not after and latin_seen:
            break
        if is_han and len(word) > 1 and _ENDS & set(gap) and not after:
            break
        latin_seen |= not is_han
        han += len(word) if is_han else 0
        breaks += bool(gap)
        taken += len(gap) + len(word)
    if breaks < 2 or not han:
        return 0
    return taken + _trailing(side[taken:])


def _most(gap: str, word: str, breaks: int) -> int:
    """How long a piece may be: Latin ones longer, Han ones short, and shorter behind what a sentence may hold too."""
    if word.isascii():
        return 6
    if not gap:
        return 4
    return _LONGEST if breaks or not _PROSE & set(gap) else 1 + (set(gap) <= set("\\/|"))


def _trailing(rest: str) -> int:
    """Symbols that close a residue; never what a sentence needs."""
    count = 0
    while count < len(rest) and (rest[count] in "．.,`'\"/\\|~#*[［(（)）{}｛｝＜＞<>" or _symbol(rest[count])):
        count += 1
    return count


def _symbol(char: str) -> bool:
    return unicodedata.category(char) in ("Sc", "Sk", "Sm", "So", "Pc") or char in "＃＄＠＆％＊＼｜"


def _in_word(char: str) -> bool:
    """Han, and the letters and digits that addresses are written in; others (ㄍ, ァ, ┋) only tear words apart."""
    return "\u3400" <= char <= "\u9fff" or (char.isalnum() and (char < "\u0530" or "\uff00" <= char <= "\uff5e"))


def _is_han(word: str) -> bool:
    return all("\u3400" <= char <= "\u9fff" for char in word)


def _pieces(side: str) -> list[tuple[str, str]]:
    """Separators and the word behind them, one after the other: runs of Han, or of letters and digits."""
    pieces: list[tuple[str, str]] = []
    gap = word = ""
    for char in side:
        kind = _in_word(char)
        if kind and word and _is_han(char) != _is_han(word[-1]):
            pieces.append((gap, word))
            gap, word = "", char
        elif kind:
            word += char
        elif word:
            pieces.append((gap, word))
            gap, word = char, ""
        else:
            gap += char
    if word:
        pieces.append((gap, word))
    return pieces
