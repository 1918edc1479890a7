"""Names that the edges of a document give away, though no rule found what stands there.

Where a safe rule found something, somebody republished the text, and mostly says who he is: at the head or the tail,
more than once. Such a name is only told, never removed: the same words stand around names that authors write.
"""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.context import Context
from scrubber.matchers.hit import Hit, Lines
from scrubber.model import TextSpan, ViewName
from scrubber.naming import LICENSED, SHAPED, names_in
from scrubber.rule import NameMatch
from scrubber.view import fold_key

EDGE = 60
"""Code points at either end of a long line that are looked at."""

MOST = 12
"""Times that a republisher names himself in one document; more often stands what the text is about."""

_LEAST_HAN = 2
_BESIDE = 16
"""Code points of a line on either side of a place that say whether a name stands there as one."""


def find(match: NameMatch, context: Context, lines: Lines) -> Iterator[Hit]:
    """The first place of each such name, in order."""
    if not context.claimed:
        return
    seen: set[str] = set()
    for number in _edges(match, context):
        # The names of what is claimed have been read.
        if number in lines and not _is_claimed(context, _place(context, number)):
            yield from _in_line(match, context, number, seen)


def _edges(match: NameMatch, context: Context) -> list[int]:
    filled = context.filled
    return sorted({*filled[: match.lines], *filled[-2 * match.lines :]})


def _place(context: Context, number: int) -> TextSpan:
    lines = context.lines()
    return TextSpan.of(lines.starts[number], lines.ends[number])


def _in_line(match: NameMatch, context: Context, number: int, seen: set[str]) -> Iterator[Hit]:
    content = context.content(ViewName.FOLDED, number)
    ends = (0, len(content) - EDGE) if len(content) > 2 * EDGE else (0,)
    for offset in ends:
        piece = content[offset : offset + EDGE] if len(ends) > 1 else content
        for one in names_in(piece, foreign=False):
            key = fold_key(one.name)
            if one.rank < SHAPED or one.name.isascii() or key in seen:
                continue
            seen.add(key)
            if any(key in name for name in context.names) or not _is_shown(match, context, one.name, key):
                continue
            place = content.find(one.name, offset + one.start)
            span = context.span_in(ViewName.FOLDED, number, place, place + len(one.name))
            if place >= 0 and not _is_claimed(context, span):
                yield Hit(span, {"site": one.name})


def _is_shown(match: NameMatch, context: Context, name: str, key: str) -> bool:
    """Whether a name looks like one and stands in the document as often as names of republishers do."""
    from scrubber.intrusion import brand_like, is_han  # noqa: PLC0415 - the model's table loads only for a candidate

    if len(name) < match.min_chars or sum(map(is_han, name)) < _LEAST_HAN or brand_like(name) < match.brand:
        return False
    if not match.times <= context.view(ViewName.SKELETON).text.count(key) <= MOST:
        return False
    return sum(_stands_as_name(context, number, name) for number in context.filled) >= match.times


def _stands_as_name(context: Context, number: int, name: str) -> int:
    """How often a line holds a name apart from its sentences, or beside words that say that it is one.

    What stands in running text is what the text is about, and so is what the first line holds and nothing else.
    """
    content = context.content(ViewName.FOLDED, number)
    place, found = content.find(name), 0
    while place >= 0 and (content.strip() != name or number != context.filled[0]):
        end = place + len(name)
        apart = not content[:place][-1:].isalnum() and not content[end : end + 1].isalnum()
        beside = content[max(0, place - _BESIDE) : end + _BESIDE]
        found += apart or any(one.rank >= LICENSED and name in one.name for one in names_in(beside, foreign=False))
        place = content.find(name, end)
    return found


def _is_claimed(context: Context, span: TextSpan) -> bool:
    return any(claimed.contains(span) for claimed in context.claimed)
