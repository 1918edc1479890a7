"""Regular expressions and phrases, matched within one line of the rule's view."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from scrubber.context import Context
from scrubber.matchers.hit import Hit, Lines, Places, captures_of
from scrubber.patterns import compiled
from scrubber.rule import PatternMatch, Rule

_WORTH = 4
"""Trying a start by itself costs as much as a search over this many characters, roughly."""


def find(rule: Rule, context: Context, lines: Lines, timeout: float) -> Iterator[Hit]:
    """Hits that do not overlap, from left to right, line by line. Empty matches do not count."""
    assert isinstance(rule.match, PatternMatch)  # noqa: S101 - chosen by this very type
    for number, places in lines.items():
        content = context.content(rule.view, number)
        known = context.found.get((rule.id, content))
        if known is None:
            whole = matches(rule.match, rule.reach, content, places, timeout)
            known = [(*found.span(), captures_of(found)) for found in whole if found.end() > found.start()]
            context.found[rule.id, content] = known
        for start, end, captures in known:
            yield Hit(context.span_in(rule.view, number, start, end), captures)


def matches(
    match: PatternMatch, reach: int | None, content: str, places: Places | None, timeout: float
) -> Iterator[Any]:
    """What ``finditer`` finds; where a match can only start near a literal, no other start is tried."""
    if reach is not None and places is not None:
        starts = possible_starts(places, reach)
        if sum(map(len, starts)) * _WORTH < len(content):
            return _matches_from(compiled(match.pattern), content, starts, timeout)
    if match.core and not compiled(match.core).search(content, timeout=timeout):
        return iter(())
    everywhere: Iterator[Any] = compiled(match.pattern).finditer(content, timeout=timeout)
    return everywhere


def possible_starts(places: Iterable[int], reach: int) -> list[range]:
    """The starts from which one of ``places`` (in order) is at most ``reach`` code points away, in order."""
    starts: list[range] = []
    done = 0
    for place in places:
        first = max(done, place - reach)
        if first <= place:
            starts.append(range(first, place + 1))
            done = place + 1
    return starts


def _matches_from(expression: Any, content: str, starts: list[range], timeout: float) -> Iterator[Any]:
    done = 0
    for start in chain.from_iterable(starts):
        if start >= done:
            found = expression.match(content, start, timeout=timeout)
            if found:
                yield found
                done = max(found.end(), start + 1)
