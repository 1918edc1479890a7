"""Regular expressions and phrases, matched within one line of the rule's view."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.context import Context
from scrubber.matchers.hit import Hit, Lines, captures_of
from scrubber.patterns import compiled
from scrubber.rule import PatternMatch, Rule


def find(rule: Rule, context: Context, lines: Lines, timeout: float) -> Iterator[Hit]:
    """Hits that do not overlap, from left to right, line by line. Empty matches do not count."""
    assert isinstance(rule.match, PatternMatch)  # noqa: S101 - chosen by this very type
    expression = compiled(rule.match.pattern)
    for number in lines:
        for found in expression.finditer(context.content(rule.view, number), timeout=timeout):
            if found.end() > found.start():
                span = context.span_in(rule.view, number, found.start(), found.end())
                yield Hit(span, captures_of(found))
