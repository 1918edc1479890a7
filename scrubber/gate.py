"""Which lines can a rule match at all? A gate answers with a superset, fast, so that clean text costs little.

This gate needs nothing but the strings that each rule cannot do without. Other gates may take its place: all have the
same ``candidates``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

from scrubber.context import Context
from scrubber.index import UNKNOWN, Index, Strings, bits, index, mask_of
from scrubber.literals import NOTHING, Literals, Seen, Sight
from scrubber.matchers.hit import Cues, Lines
from scrubber.model import ViewName
from scrubber.rule import BlockMatch, ChainMatch, Rule
from scrubber.version import has_hyperscan

Found = dict[int, set[int]]
"""Rule → the lines in which something stands that it wants."""
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
        self._views = {ViewName(name): _Looked(self._index, view) for name, view in self._index.views.items()}
        self._known_cues: dict[int, _Cues] = {}

    def candidates(self, context: Context) -> Candidates:
        """For each rule (by index) the lines that it may match in, in order; None means all lines."""
        found: Found = {}
        for name, view in self._views.items():
            context.seen[name] = self._seen(context, name, view)
            self._note(found, context, name, range(len(context.lines())))
        return self.chosen(context, found)

    def _seen(self, context: Context, name: ViewName, view: _Looked) -> dict[int, Sight]:
        """What stands in the lines of a view: of those that most of the text had in the pass before, or of all."""
        known = context.seen_before(name)
        if 2 * len(known) > len(context.lines()):
            return known
        sights = view.in_lines(context.view(name).text, context.lines(name).starts)
        return dict.fromkeys(range(len(context.lines())), NOTHING) | sights

    def search_lines(self, context: Context, numbers: Iterable[int], found: Found) -> None:
        """Add to ``found`` what stands in single lines; the rest of the text is not folded for them."""
        for name in self._views:
            self._note(found, context, name, numbers)

    def chosen(self, context: Context, found: Found) -> Candidates:
        """The candidates that follow from what was found."""
        result: dict[int, Lines | None] = dict.fromkeys(self._index.open)
        for number, lines in found.items():
            kept = self._likely_lines(number, context, lines)
            if kept:
                result[number] = kept
        return result

    def _look(self, context: Context, name: ViewName, number: int) -> Sight:
        """What stands in one line of a view."""
        lines = context.seen.setdefault(name, {})
        if number not in lines:
            lines[number] = self._views[name].in_lines(context.content(name, number), (0,)).get(0, NOTHING)
        return lines[number]

    def _note(self, found: Found, context: Context, name: ViewName, numbers: Iterable[int]) -> None:
        """Note who wants what stands in some lines of a view."""
        parts = {number: self._look(context, name, number).parts for number in numbers}
        together = 0
        for some in parts.values():
            together |= some
        for rule in {rule for part in bits(together) for rule in self._wanting[part]}:
            wanted = self._wanted[rule]
            found.setdefault(rule, set()).update([number for number, some in parts.items() if some & wanted])

    @cached_property
    def _wanting(self) -> Sequence[Sequence[int]]:
        """By part the rules that want it."""
        wanting: list[list[int]] = [[] for _ in self._index.needs]
        for rule, parts in enumerate(self._index.wanted):
            for part in parts:
                wanting[part].append(rule)
        return wanting

    @cached_property
    def _wanted(self) -> Sequence[int]:
        """By rule the parts that it wants, as bits."""
        return [mask_of(set(parts)) for parts in self._index.wanted]

    def _likely_lines(self, number: int, context: Context, lines: Collection[int]) -> Lines:
        """Of the lines with a literal of a rule those that have enough of them, in order."""
        rule = self._rules[number]
        if rule.zone.where != "anywhere":
            zone = context.zone(rule.zone)
            lines = [line for line in lines if line in zone]
        if isinstance(rule.match, BlockMatch):
            lines = self._block_lines(rule, rule.match, context) if lines else ()
        sights = {line: self._look(context, rule.view, line) for line in sorted(lines)}
        if isinstance(rule.match, BlockMatch | ChainMatch):
            return self._cues(number, rule.match).in_lines(sights)
        (part,) = self._index.parts[number]
        return {
            line: sight.places(part) if rule.reach is not None else None
            for line, sight in sights.items()
            if sight.parts >> part & 1
        }

    def _block_lines(self, rule: Rule, match: BlockMatch, context: Context) -> list[int]:
        """The lines that can have cues of a block."""
        return [line for line in context.zone(rule.zone) if _fits(match, context.content(rule.view, line))]

    def _cues(self, number: int, match: BlockMatch | ChainMatch) -> _Cues:
        if number not in self._known_cues:
            self._known_cues[number] = _Cues(match, self._index.parts[number])
        return self._known_cues[number]


class _Looked:
    """Looks for the strings of one view, and tells what they say."""

    def __init__(self, known: Index, view: Strings) -> None:
        self._literals = Literals(view.strings)
        self._masks = _Masks(view)
        self._parts = (1 << len(known.needs)) - 1
        self._needs = known.needs
        self._needy = mask_of(part for part, needs in enumerate(known.needs) if needs)
        self._alternatives: dict[int, list[int]] = {}

    def in_lines(self, text: str, starts: Sequence[int]) -> dict[int, Sight]:
        """What stands in the lines of a text in which something does; ``starts`` are the offsets of its lines."""
        return {number: self._sight(seen) for number, seen in self._literals.in_lines(text, starts).items()}

    def _sight(self, seen: Seen) -> Sight:
        """What the strings of a line say: the parts that may match there."""
        masks = [self._masks[string] for string in seen]
        mask = 0
        for one in masks:
            mask |= one
        parts, absent = mask & self._parts, ~mask
        for part in bits(parts & self._needy):
            if not _has_one(self._alternatives_of(part), absent):
                parts ^= 1 << part
        wanted = [(own, places) for one, places in zip(masks, seen.values(), strict=True) if (own := one & parts)]
        return Sight(wanted, parts)

    def _alternatives_of(self, part: int) -> list[int]:
        if part not in self._alternatives:
            self._alternatives[part] = [*map(mask_of, self._needs[part])]
        return self._alternatives[part]


def _has_one(alternatives: Iterable[int], absent: int) -> bool:
    """Whether of one of the alternatives nothing is absent."""
    return not all([one & absent for one in alternatives])  # noqa: C419 - twice as fast as a generator


class _Masks(dict[int, int]):
    """By string the bits of the parts and sets that it is in, worked out when it is first seen."""

    def __init__(self, view: Strings) -> None:
        super().__init__()
        self._view = view

    def __missing__(self, string: int) -> int:
        self[string] = mask = mask_of(self._view.members[self._view.groups[string]])
        return mask


def _fits(match: BlockMatch, content: str) -> bool:
    """Whether a line can have cues."""
    return len(content) <= match.line_chars or len(content.strip()) <= match.line_chars


class _Cues:
    """Which cues of a block or chain can match in a line, by the parts that may match there."""

    def __init__(self, match: BlockMatch | ChainMatch, parts: Sequence[int]) -> None:
        self._match, self._parts = match, parts
        self._cues: dict[int, list[int]] = {}
        for cue, part in enumerate(parts):
            self._cues.setdefault(part, []).append(cue)
        self._always = self._cues.pop(UNKNOWN, [])
        self._mask = mask_of(self._cues)
        self._known: dict[int, bool] = {}

    def in_lines(self, sights: Mapping[int, Sight]) -> Lines:
        """The lines with those cues, if a line, or for a block some lines together, may have enough."""
        if isinstance(self._match, BlockMatch):
            suffices = self._in_some_block(sights, self._match.lines)
            return {line: self._places(sight) for line, sight in sights.items()} if suffices else {}
        return {line: self._places(sight) for line, sight in sights.items() if self._suffices(sight.parts)}

    def _in_some_block(self, sights: Mapping[int, Sight], lines: int) -> bool:
        """Whether so many lines together may have enough."""
        numbers = [line for line, sight in sights.items() if sight.parts & self._mask or self._always]
        for place, first in enumerate(numbers):
            together = 0
            for line in numbers[place : bisect_left(numbers, first + lines)]:
                together |= sights[line].parts
            if self._suffices(together):
                return True
        return False

    def _suffices(self, parts: int) -> bool:
        """Whether the cues of parts may be enough."""
        parts &= self._mask
        if parts not in self._known:
            self._known[parts] = enough(self._match, self._cues_of(parts))
        return self._known[parts]

    def _cues_of(self, parts: int) -> list[int]:
        return [*self._always, *(cue for part in bits(parts) for cue in self._cues[part])]

    def _places(self, sight: Sight) -> Cues:
        """The cues that may match in a line, with the places of their literals where those limit the search."""
        cues = self._match.cues
        return {
            cue: None if cues[cue].reach is None else sight.places(self._parts[cue])
            for cue in self._cues_of(sight.parts & self._mask)
        }


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
