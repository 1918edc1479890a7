"""The ways in which a rule can match, one module each, found by the kind of match they serve."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scrubber.context import Context
from scrubber.matchers import block, chain, echo, entries, name, pattern, tone
from scrubber.matchers.hit import Hit, Lines
from scrubber.rule import BlockMatch, ChainMatch, EchoMatch, EntriesMatch, NameMatch, PatternMatch, Rule, ToneMatch

Find = Callable[[Rule, Context, Lines, float], Iterator[Hit]]

_FINDERS: dict[type, Find] = {
    PatternMatch: pattern.find,
    BlockMatch: block.find,
    EchoMatch: echo.find,
    ChainMatch: chain.find,
    NameMatch: name.find,
    EntriesMatch: entries.find,
    ToneMatch: tone.find,
}


def find(rule: Rule, context: Context, lines: Lines, timeout: float) -> Iterator[Hit]:
    """Every hit of ``rule`` in the given lines (sorted line numbers), in order.

    Raises:
        TimeoutError: one search took longer than ``timeout`` seconds.
    """
    return _FINDERS[type(rule.match)](rule, context, lines, timeout)
