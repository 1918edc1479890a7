"""Which lines can a rule match at all? A gate answers with a superset, fast, so that clean text costs little.

This gate needs nothing but the strings that each rule cannot do without. Other gates may take its place: all have the
same ``candidates``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from scrubber.context import Context
from scrubber.matchers.hit import Lines
from scrubber.model import ViewName
from scrubber.rule import BlockMatch, ChainMatch, EchoMatch, Rule

Part = tuple[int, int]
"""A rule (by index) and which of its cues; -1 for the rule as a whole."""
Found = dict[int, dict[int, set[int]]]
"""Rule → line → the cues of which a literal stands in that line."""


class LiteralGate:
    """Looks for the literals of all rules, once for each view that some rule reads."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._open: list[int] = []
        self._wanted: dict[ViewName, dict[str, list[Part]]] = {}
        for index, rule in enumerate(rules):
            if not rule.literals or isinstance(rule.match, EchoMatch):
                self._open.append(index)
                continue
            wanted = self._wanted.setdefault(rule.view, {})
            for cue, literals in _parts(rule):
                for literal in literals:
                    wanted.setdefault(literal, []).append((index, cue))

    def candidates(self, context: Context) -> Mapping[int, Lines | None]:
        """For each rule (by index) the lines that it may match in, in order; None means all lines."""
        found: Found = {}
        for name, wanted in self._wanted.items():
            _search(context, name, wanted, found)
        result: dict[int, Lines | None] = dict.fromkeys(self._open)
        for index, lines in found.items():
            kept = likely_lines(self._rules[index], context, lines)
            if kept:
                result[index] = kept
        return result


def _parts(rule: Rule) -> list[tuple[int, Collection[str]]]:
    if isinstance(rule.match, BlockMatch | ChainMatch):
        return [(number, cue.literals) for number, cue in enumerate(rule.match.cues) if cue.weight > 0]
    return [(-1, rule.literals)]


def likely_lines(rule: Rule, context: Context, lines: Mapping[int, set[int]]) -> Lines:
    """Of the lines with a literal of the rule those that have enough of them, in order."""
    match = rule.match
    if isinstance(match, ChainMatch):
        return {number: lines[number] for number in sorted(lines) if _enough(match, lines[number])}
    if isinstance(match, BlockMatch):
        return dict(sorted(lines.items())) if _enough(match, set().union(*lines.values())) else {}
    return {number: None for number in sorted(lines) if _has_further(rule, context, number)}


def _enough(match: BlockMatch | ChainMatch, cues: set[int]) -> bool:
    """Whether cues could reach the threshold together, as far as their literals tell."""
    cues = cues | {number for number, cue in enumerate(match.cues) if cue.weight > 0 and not cue.literals}
    return len(cues) >= match.distinct and sum(match.cues[cue].weight for cue in cues) >= match.threshold


def _has_further(rule: Rule, context: Context, number: int) -> bool:
    """Whether a line has one string of every other set that the rule cannot do without."""
    if not rule.further:
        return True
    content = context.content(rule.view, number)
    return all(any(literal in content for literal in literals) for literals in rule.further)


def _search(context: Context, name: ViewName, wanted: Mapping[str, list[Part]], found: Found) -> None:
    text = context.view(name).text
    table = context.lines(name)
    pairs = set(pairwise(text))
    for literal, parts in wanted.items():
        if len(literal) > 1 and (literal[0], literal[1]) not in pairs:
            continue
        at = text.find(literal)
        while at >= 0:
            number = table.number(at)
            for rule, cue in parts:
                found.setdefault(rule, {}).setdefault(number, set()).add(cue)
            at = text.find(literal, max(table.ends[number], at + 1))
