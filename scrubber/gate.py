"""Which lines can a rule match at all? A gate answers with a superset, fast, so that clean text costs little.

This gate needs nothing but the strings that each rule cannot do without. Other gates may take its place: all have the
same ``candidates``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from scrubber.context import Context
from scrubber.model import ViewName
from scrubber.rule import EchoMatch, Rule


class LiteralGate:
    """Looks for the literals of all rules, once for each view that some rule reads."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._open: list[int] = []
        self._wanted: dict[ViewName, dict[str, list[int]]] = {}
        for index, rule in enumerate(rules):
            if not rule.literals or isinstance(rule.match, EchoMatch):
                self._open.append(index)
                continue
            wanted = self._wanted.setdefault(rule.view, {})
            for literal in rule.literals:
                wanted.setdefault(literal, []).append(index)

    def candidates(self, context: Context) -> Mapping[int, Sequence[int] | None]:
        """For each rule (by index) the sorted numbers of the lines it may match in; None means all lines."""
        found: dict[int, set[int]] = {}
        for name, wanted in self._wanted.items():
            _search(context, name, wanted, found)
        result: dict[int, Sequence[int] | None] = dict.fromkeys(self._open)
        for index, lines in found.items():
            kept = [number for number in sorted(lines) if _may_match(self._rules[index], context, number)]
            if kept:
                result[index] = kept
        return result


def _may_match(rule: Rule, context: Context, number: int) -> bool:
    """Whether a line has one string of every set that the rule cannot do without."""
    if not rule.further:
        return True
    content = context.content(rule.view, number)
    return all(any(literal in content for literal in literals) for literals in rule.further)


def _search(context: Context, name: ViewName, wanted: Mapping[str, list[int]], found: dict[int, set[int]]) -> None:
    text = context.view(name).text
    table = context.lines(name)
    pairs = set(pairwise(text))
    for literal, rules in wanted.items():
        if len(literal) > 1 and (literal[0], literal[1]) not in pairs:
            continue
        at = text.find(literal)
        lines: set[int] = set()
        while at >= 0:
            number = table.number(at)
            lines.add(number)
            at = text.find(literal, max(table.ends[number], at + 1))
        if lines:
            for rule in rules:
                found.setdefault(rule, set()).update(lines)
