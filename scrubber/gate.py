"""Which lines can a rule match at all? A gate answers with a superset, fast, so that clean text costs little.

This gate needs nothing but the strings that each rule cannot do without. Other gates may take its place: all have the
same ``candidates``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from scrubber.context import Context
from scrubber.index import Index, Needs, bits, index
from scrubber.literals import NOTHING, Literals, Seen, Sight
from scrubber.matchers.hit import Lines
from scrubber.model import ViewName
from scrubber.rule import BlockMatch, ChainMatch, Rule
from scrubber.version import has_hyperscan

Found = dict[int, dict[int, set[int]]]
"""Rule → line → the cues of which a literal stands in that line."""
Candidates = Mapping[int, Lines | None]
"""For each rule (by index) the lines that it may match in, in order; None means all lines."""


PAYS = 1 << 21
"""Code points that take about as long to scan without Hyperscan as its databases take to load."""


class Gate(Protocol):
    """What the engine asks before it matches anything."""

    name: str

    def candidates(self, context: Context) -> Candidates: ...


class LiteralGate:
    """Looks for the literals of all rules, once for each view that some rule reads."""

    name = "literals"

    def __init__(self, rules: Sequence[Rule], known: Index | None = None) -> None:
        """Take the rules, and their index if it is known."""
        self._rules = rules
        self._index = known or index(rules)
        self._literals = {ViewName(name): Literals(view.strings) for name, view in self._index.views.items()}
        self._all_rules = (1 << len(rules)) - 1
        self._known_cues: dict[int, _Cues] = {}

    def candidates(self, context: Context) -> Candidates:
        """For each rule (by index) the lines that it may match in, in order; None means all lines."""
        found: Found = {}
        for name, literals in self._literals.items():
            lines = literals.in_lines(context.view(name).text, context.lines(name).starts)
            sights = {number: self._sight(name, seen) for number, seen in lines.items()}
            context.seen[name] = dict.fromkeys(range(len(context.lines())), NOTHING) | sights
            for number, sight in sights.items():
                self._note(found, number, sight)
        return self.chosen(context, found)

    def search_lines(self, context: Context, numbers: Iterable[int], found: Found) -> None:
        """Add to ``found`` what stands in single lines; the rest of the text is not folded for them."""
        for number in numbers:
            for name in self._literals:
                self._note(found, number, self._look(context, name, number))

    def chosen(self, context: Context, found: Found) -> Candidates:
        """The candidates that follow from what was found."""
        result: dict[int, Lines | None] = dict.fromkeys(self._index.open)
        for number, lines in found.items():
            kept = self._likely_lines(number, context, sorted(lines))
            if kept:
                result[number] = kept
        return result

    def _sight(self, name: ViewName, seen: Seen) -> Sight:
        view = self._index.views[name]
        mask = 0
        for string in seen:
            mask |= view.masks[view.groups[string]]
        return Sight(seen, mask)

    def _look(self, context: Context, name: ViewName, number: int) -> Sight:
        """What stands in a line of a view."""
        lines = context.seen.setdefault(name, {})
        if number not in lines:
            lines[number] = self._sight(name, self._literals[name].in_line(context.content(name, number)))
        return lines[number]

    def _note(self, found: Found, number: int, sight: Sight) -> None:
        for rule in bits(sight.mask & self._all_rules):
            found.setdefault(rule, {}).setdefault(number, set())

    def _likely_lines(self, number: int, context: Context, lines: Iterable[int]) -> Lines:
        """Of the lines with a literal of a rule those that have enough of them, in order."""
        rule = self._rules[number]
        if isinstance(rule.match, BlockMatch):
            lines = context.zone(rule.zone)
        known = context.seen.setdefault(rule.view, {})
        sights = {line: known[line] if line in known else self._look(context, rule.view, line) for line in lines}
        if isinstance(rule.match, BlockMatch | ChainMatch):
            return self._cues(number, rule.match).in_lines(sights)
        own, alternatives = 1 << number, self._index.needs[number].alternatives
        return {
            line: self._places(rule.view, own, sight.seen) if rule.reach is not None else ()
            for line, sight in sights.items()
            if sight.mask & own and (not alternatives or _has_one(alternatives, sight.mask))
        }

    def _cues(self, number: int, match: BlockMatch | ChainMatch) -> _Cues:
        if number not in self._known_cues:
            self._known_cues[number] = _Cues(match, self._index.needs[number])
        return self._known_cues[number]

    def _places(self, name: ViewName, own: int, seen: Seen) -> list[int]:
        """Where the strings start that a rule needs."""
        view = self._index.views[name]
        return sorted(
            place for string, places in seen.items() if view.masks[view.groups[string]] & own for place in places
        )


def _has_one(alternatives: Iterable[int], mask: int) -> bool:
    """Whether all bits of one of the alternatives are set."""
    absent = ~mask
    return any(not one & absent for one in alternatives)


class _Cues:
    """Which cues of a block or chain can match in a line, by the bits that are set for it."""

    def __init__(self, match: BlockMatch | ChainMatch, needs: Needs) -> None:
        self._match = match
        self._always = [cue for cue, bit in enumerate(needs.cues) if not bit]
        self._by_bit: dict[int, list[int]] = {}
        for cue, bit in enumerate(needs.cues):
            self._by_bit.setdefault(bit.bit_length() - 1, []).append(cue)
        self._mask = sum(set(needs.cues))

    def in_lines(self, sights: Mapping[int, Sight]) -> Lines:
        """The lines with those cues, if a line, or for a block all of them, may have enough."""
        cues = {line: self._in_line(sight.mask & self._mask) for line, sight in sights.items()}
        if isinstance(self._match, ChainMatch):
            return {line: some for line, some in cues.items() if enough(self._match, some)}
        return cues if enough(self._match, set().union(*cues.values())) else {}

    def _in_line(self, mask: int) -> set[int]:
        cues = set(self._always)
        for bit in bits(mask):
            cues.update(self._by_bit[bit])
        return cues


def enough(match: BlockMatch | ChainMatch, cues: Iterable[int]) -> bool:
    """Whether cues could reach the threshold together."""
    weights = [match.cues[cue].weight for cue in cues if match.cues[cue].weight > 0]
    return len(weights) >= match.distinct and sum(weights) >= match.threshold


class PatientGate:
    """The literal gate at first; Hyperscan's, if that is installed, when so much text has passed that it pays.

    It never does where some rule may match in any line: every line is folded for that rule anyway.
    """

    name = "patient"

    def __init__(self, rules: Sequence[Rule], folder: Path | None = None, known: Index | None = None) -> None:
        """Take the rules, the folder in which compiled databases are kept, and the rules' index if it is known."""
        self._rules, self._folder = rules, folder
        self._known = known or index(rules)
        self._gate: Gate = LiteralGate(rules, self._known)
        self._left = 0 if self._known.open else PAYS

    def candidates(self, context: Context) -> Candidates:
        """For each rule (by index) the lines that it may match in, in order; None means all lines."""
        if self._left > 0:
            self._left -= len(context.text)
            if self._left <= 0 and has_hyperscan():
                from scrubber.prefilter import HyperscanGate  # noqa: PLC0415 - a small run does without

                self._gate = HyperscanGate(self._rules, self._folder, self._known)
        return self._gate.candidates(context)
