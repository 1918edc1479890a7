"""Which lines can a rule match at all? A gate answers with a superset, fast, so that clean text costs little.

This gate needs nothing but the strings that each rule cannot do without. Other gates may take its place: all have the
same ``candidates``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from operator import add
from pathlib import Path
from typing import Protocol

from scrubber.context import Context
from scrubber.matchers.hit import Lines
from scrubber.model import ViewName
from scrubber.rule import BlockMatch, ChainMatch, Cue, EchoMatch, Rule

Part = tuple[int, int]
"""A rule (by index) and which of its cues; -1 for the rule as a whole."""
Found = dict[int, dict[int, set[int]]]
"""Rule → line → the cues of which a literal stands in that line."""
Candidates = Mapping[int, Lines | None]
"""For each rule (by index) the lines that it may match in, in order; None means all lines."""
Wanted = dict[str, dict[str, list[Part]]]
"""The first two characters → the literals that begin with them → who needs those."""


PAYS = 1 << 21
"""Code points that take about as long to scan without Hyperscan as its databases take to load."""


class Gate(Protocol):
    """What the engine asks before it matches anything."""

    name: str

    def candidates(self, context: Context) -> Candidates: ...


class LiteralGate:
    """Looks for the literals of all rules, once for each view that some rule reads."""

    name = "literals"

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._open = [index for index, rule in enumerate(rules) if not parts_of(rule)]
        self._wanted: dict[ViewName, Wanted] = {}
        for index, rule in enumerate(rules):
            wanted = self._wanted.setdefault(rule.view, {})
            for cue, literals in parts_of(rule):
                part = (index, cue)
                for literal in literals:
                    wanted.setdefault(literal[:2], {}).setdefault(literal, []).append(part)

    def candidates(self, context: Context) -> Candidates:
        """For each rule (by index) the lines that it may match in, in order; None means all lines."""
        found: Found = {}
        for name, wanted in self._wanted.items():
            _search(context, name, wanted, found)
        return self.chosen(context, found)

    def search_lines(self, context: Context, numbers: Iterable[int], found: Found) -> None:
        """Add to ``found`` what stands in single lines; the rest of the text is not folded for them."""
        for number in numbers:
            for name, wanted in self._wanted.items():
                content = context.content(name, number)
                for literal, parts in _present(content, wanted):
                    if literal in content:
                        _note(found, number, parts)

    def chosen(self, context: Context, found: Found) -> Candidates:
        """The candidates that follow from what was found."""
        result: dict[int, Lines | None] = dict.fromkeys(self._open)
        for index, lines in found.items():
            kept = likely_lines(self._rules[index], context, lines)
            if kept:
                result[index] = kept
        return result


def parts_of(rule: Rule) -> list[tuple[int, Collection[str]]]:
    """The sets of literals that a rule needs, by cue; none where nothing is certain."""
    if isinstance(rule.match, BlockMatch | ChainMatch):
        wanted = _positive(rule.match) - weak_cues(rule.match)
        parts: list[tuple[int, Collection[str]]] = [(cue, rule.match.cues[cue].literals) for cue in sorted(wanted)]
        return parts if all(literals for _, literals in parts) else []
    if not rule.literals or isinstance(rule.match, EchoMatch):
        return []
    return [(-1, rule.literals)]


def _positive(match: BlockMatch | ChainMatch) -> set[int]:
    return {number for number, cue in enumerate(match.cues) if cue.weight > 0}


@cache
def weak_cues(match: BlockMatch | ChainMatch) -> frozenset[int]:
    """Cues that nothing needs to look for: they never suffice alone, and of all cues ordinary text has them most."""
    weak: list[int] = []
    weight = 0.0
    for number in sorted(_positive(match), key=lambda one: (-_commonness(match.cues[one]), one)):
        weight += match.cues[number].weight
        if weight >= match.threshold and len(weak) + 1 >= match.distinct:
            break
        weak.append(number)
    return frozenset(weak)


def _commonness(cue: Cue) -> float:
    """A rough estimate of how often ordinary text has one of a cue's literals: short ones count most."""
    return sum(100.0 ** -len(literal) for literal in cue.literals) if cue.literals else 1.0


def likely_lines(rule: Rule, context: Context, lines: Mapping[int, set[int]]) -> Lines:
    """Of the lines with a literal of the rule those that have enough of them, in order."""
    match = rule.match
    if isinstance(match, ChainMatch):
        return {number: lines[number] | weak_cues(match) for number in sorted(lines) if enough(match, lines[number])}
    if isinstance(match, BlockMatch):
        seen = {number: lines[number] | weak_cues(match) for number in sorted(lines)}
        return seen if enough(match, set().union(*lines.values())) else {}
    return {number: None for number in sorted(lines) if _has_further(rule, context, number)}


def enough(match: BlockMatch | ChainMatch, cues: set[int]) -> bool:
    """Whether cues could reach the threshold together with the weak ones, as far as their literals tell."""
    cues = cues | weak_cues(match)
    return len(cues) >= match.distinct and sum(match.cues[cue].weight for cue in cues) >= match.threshold


def _has_further(rule: Rule, context: Context, number: int) -> bool:
    """Whether a line has one string of every other set that the rule cannot do without."""
    if not rule.further:
        return True
    content = context.content(rule.view, number)
    return any(
        all(any(literal in content for literal in literals) for literals in alternative) for alternative in rule.further
    )


def _search(context: Context, name: ViewName, wanted: Wanted, found: Found) -> None:
    text = context.view(name).text
    table = context.lines(name)
    for literal, parts in _present(text, wanted):
        at = text.find(literal)
        while at >= 0:
            number = table.number(at)
            _note(found, number, parts)
            at = text.find(literal, max(table.ends[number], at + 1))


def _present(text: str, wanted: Wanted) -> Iterable[tuple[str, list[Part]]]:
    """The literals of which a pair of characters stands in a text, with who needs them."""
    for pair in {*text, *map(add, text, text[1:])}:
        if pair in wanted:
            yield from wanted[pair].items()


def _note(found: Found, number: int, parts: Iterable[Part]) -> None:
    for rule, cue in parts:
        found.setdefault(rule, {}).setdefault(number, set()).add(cue)


class PatientGate:
    """The literal gate at first; Hyperscan's, if that is installed, when so much text has passed that it pays."""

    name = "patient"

    def __init__(self, rules: Sequence[Rule], folder: Path | None = None) -> None:
        """Take the rules, and the folder in which compiled databases are kept."""
        self._rules, self._folder = rules, folder
        self._gate: Gate = LiteralGate(rules)
        self._left = PAYS

    def candidates(self, context: Context) -> Candidates:
        """For each rule (by index) the lines that it may match in, in order; None means all lines."""
        if self._left > 0:
            self._left -= len(context.text)
            if self._left <= 0 and has_hyperscan():
                from scrubber.prefilter import HyperscanGate  # noqa: PLC0415 - a small run does without

                self._gate = HyperscanGate(self._rules, self._folder)
        return self._gate.candidates(context)


def has_hyperscan() -> bool:
    """Whether Hyperscan is installed; without it all the same is found, slower."""
    from importlib.util import find_spec  # noqa: PLC0415 - a small run does not ask

    return find_spec("hyperscan") is not None
