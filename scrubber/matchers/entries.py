"""Entries: the list of titles that a page ends with, where no label announces it.

From the end upwards, every line is short and without a sentence, or is some other finding (a disclaimer, a button).
What lies between two blanks or strokes is a title; enough of them must look like headlines.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from scrubber import later
from scrubber.context import SENTENCE_END, Context, is_entry
from scrubber.matchers.hit import Hit, Lines
from scrubber.model import TextSpan
from scrubber.patterns import compiled
from scrubber.rule import EntriesMatch, Rule

_BETWEEN = later.pattern(r"[\s|/·>•※◆●■]+")
_TITLE = range(6, 46)
"""How many code points a title has; what is shorter is a date, a button or a label."""

_HEADING = 8
"""Code points up to which a line may be the author's heading of a list of his own."""

_CLOSING = " \t\u3000”’」』）)】》\"'"
_SHORTEST_TEXT = 60
"""Code points of prose that must stand above a list."""


def find(rule: Rule, context: Context, lines: Lines, timeout: float) -> Iterator[Hit]:  # noqa: ARG001
    """The lines of the list that nobody else has found, one hit for each run of them, a label above included."""
    match = rule.match
    assert isinstance(match, EntriesMatch)  # noqa: S101 - chosen by this very type
    zone = [number for number in context.filled if number in context.zone(rule.zone)]
    foreign = _foreign(context, zone)
    looked = _Looked(match, rule, context, timeout)
    listed = looked.listed(zone, foreign)
    own = [number for number in listed if number not in foreign]
    above = [number for number in context.filled if number < listed[0]] if own else []
    if not above:
        return
    if looked.labels(above[-1]):
        own, above = [above[-1], *own], above[:-1]
    elif own[0] == listed[0] and not looked.labels(own[0]):
        own = looked.from_title(own) if looked.opens(own[0], above[-1]) else []
    if sum(len(context.lines().content(number)) for number in above) < _SHORTEST_TEXT:
        return
    if own and looked.stands(own, known=len(own) != len(listed)):
        for run in _runs(own, context):
            yield Hit(context.line_span(TextSpan.of(context.lines().starts[run[0]], context.lines().ends[run[-1]])), {})


def _foreign(context: Context, zone: Iterable[int]) -> set[int]:
    """The lines of the zone that safe findings cover whole, white space apart."""
    table, spans = context.lines(), sorted(context.claimed)
    covered: set[int] = set()
    for number in zone:
        at, end = table.starts[number], table.ends[number]
        for span in spans:
            if span.start < end and span.end > at and not context.text[at : span.start].strip():
                at = max(at, int(span.end))
        if not context.text[at:end].strip():
            covered.add(number)
    return covered


class _Looked(NamedTuple):
    """The lines of one document, seen by one rule."""

    match: EntriesMatch
    rule: Rule
    context: Context
    timeout: float

    def listed(self, zone: Sequence[int], foreign: Collection[int]) -> list[int]:
        """The numbers of the lines, in order, that from some line to the end are entries or somebody else's."""
        listed: list[int] = []
        for number in reversed(zone):
            content = self.context.content(self.rule.view, number).strip()
            if number not in foreign and (not is_entry(content) or self._found(self.match.never, content)):
                break
            listed.append(number)
        return listed[::-1]

    def labels(self, number: int) -> bool:
        """Whether a line announces a list."""
        return self._found(self.match.label, self.context.content(self.rule.view, number).strip())

    def opens(self, first: int, above: int) -> bool:
        """Whether a list may begin like that: below the end of a sentence, and not with what may be a heading."""
        content = self.context.content(self.rule.view, first).strip()
        a_heading = len(content) <= _HEADING and not any(map(str.isspace, content))
        return not a_heading and self.context.lines().content(above).rstrip(_CLOSING)[-1:] in SENTENCE_END

    def from_title(self, numbers: Sequence[int]) -> list[int]:
        """The lines from the first one with a title that looks like a headline."""
        for place, number in enumerate(numbers):
            if any(self._found(self.match.sign, title) for title in self._titles(number)):
                return list(numbers[place:])
        return []

    def stands(self, numbers: Sequence[int], *, known: bool) -> bool:
        """Whether there are titles enough that look like headlines."""
        titles = [title for number in numbers for title in self._titles(number)]
        signs = sum(self._found(self.match.sign, title) for title in titles)
        share = self.match.known if known else self.match.share
        return len(titles) >= self.match.least and signs >= share * len(titles)

    def _titles(self, number: int) -> list[str]:
        return [cell for cell in _BETWEEN.split(self.context.content(self.rule.view, number)) if len(cell) in _TITLE]

    def _found(self, pattern: str, content: str) -> bool:
        return bool(compiled(pattern).search(content, timeout=self.timeout))


def _runs(numbers: Sequence[int], context: Context) -> Iterator[list[int]]:
    """Numbers of lines between which only blank lines stand."""
    run: list[int] = []
    rank = context.rank
    for number in numbers:
        if run and rank[number] != rank[run[-1]] + 1:
            yield run
            run = []
        run.append(number)
    if run:
        yield run
