"""Sentences that sound like what sites and sellers put into texts, whatever their words are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from scrubber.context import SENTENCE_END, Context
from scrubber.matchers.hit import Hit, Lines
from scrubber.model import TextSpan, ViewName
from scrubber.rule import Rule, ToneMatch


def find(rule: Rule, context: Context, lines: Lines, timeout: float) -> Iterator[Hit]:  # noqa: ARG001
    """Runs of such sentences within a line, without those in which another rule knows better what is foreign."""
    match = rule.match
    assert isinstance(match, ToneMatch)  # noqa: S101 - chosen by this very type
    title = _title(context)
    for number in lines:
        if number in context.rank:
            least = match.company if context.company and number != title else match.alone
            judged = _judged(context, number, least)
            for foreign, run in groupby(judged, key=lambda one: one[1]):
                if foreign:
                    spans = [span for span, _ in run]
                    yield Hit(TextSpan.of(spans[0].start, spans[-1].end), {})


def _title(context: Context) -> int | None:
    """The first line if it ends like no sentence: a title sounds like an entry of a list of links, whoever wrote it."""
    first = context.filled[0]
    return None if context.lines().content(first).rstrip()[-1] in SENTENCE_END else first


def _judged(context: Context, number: int, least: float) -> Sequence[tuple[TextSpan, bool]]:
    """Every sentence of a line, in the original, and whether it sounds at least so foreign."""
    from scrubber import tone  # noqa: PLC0415 - the table loads only for a candidate

    content = context.content(ViewName.FOLDED, number)
    spans = list(tone.sentences(content))
    place = tone.place_of(context.rank[number], len(context.filled))
    judged = []
    for start, end in spans:
        span = context.span_in(ViewName.FOLDED, number, start, end)
        known = any(span.overlaps(claimed) for claimed in context.claimed)
        sentence = content[start:end]
        judged.append((span, not known and tone.is_foreign(sentence, len(spans) == 1, place, least)))
    return judged
