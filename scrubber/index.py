"""What a gate must know of the rules: which strings to look for in lines, and what each of them says about a rule.

Every set of strings of which a match needs one is given a bit. What stands in a line is then one number, and whether a
rule can match there a comparison or two. An index is plain data, so that it can be kept between runs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from scrubber.model import ViewName
from scrubber.rule import BlockMatch, ChainMatch, Cue, EchoMatch, Rule

PREFIX = 3
"""Code points of a string that are looked for; more would tell little more and cost much more to build."""

Part = tuple[int, int]
"""A rule (by number) and which of its cues; -1 for the rule as a whole."""


class Strings(NamedTuple):
    """The strings to look for in one view: ``masks[groups[n]]`` has the bits of the sets that string ``n`` is in."""

    strings: tuple[str, ...]
    groups: tuple[int, ...]
    masks: tuple[int, ...]


class Needs(NamedTuple):
    """What one rule needs in a line: for one of ``alternatives`` all bits. Of its cues those bits, 0 where unknown."""

    alternatives: tuple[int, ...]
    cues: tuple[int, ...]


class Index(NamedTuple):
    """The strings by view, the needs of each rule in order, and the rules that may match in any line.

    Bit n stands for the rule of that number: a line without it cannot hold a match of the rule.
    """

    views: dict[str, Strings]
    needs: tuple[Needs, ...]
    open: tuple[int, ...]


def index(rules: Sequence[Rule]) -> Index:
    """Build the index of rules in the given order."""
    build = _Builder(len(rules))
    needs = tuple(_needs(number, rule, build) for number, rule in enumerate(rules))
    views = {str(view): build.strings(view) for view in build.views}
    return Index(views, needs, tuple(number for number, rule in enumerate(rules) if not parts_of(rule)))


class _Builder:
    """Hands out bits for sets of strings."""

    def __init__(self, rules: int) -> None:
        self._bits = rules
        self._known: dict[tuple[ViewName, frozenset[str]], int] = {}
        self.views: dict[ViewName, dict[str, int]] = {}

    def add(self, view: ViewName, strings: Iterable[str], bit: int) -> None:
        """Let ``bit`` stand for one of ``strings``, as for those it stands for already."""
        masks = self.views.setdefault(view, {})
        for string in strings:
            masks[string[:PREFIX]] = masks.get(string[:PREFIX], 0) | bit

    def bit(self, view: ViewName, strings: Collection[str]) -> int:
        """The bit of a set of strings; 0 for an empty one, of which nothing is known."""
        if not strings:
            return 0
        key = (view, frozenset(strings))
        if key not in self._known:
            self._known[key] = 1 << self._bits
            self._bits += 1
            self.add(view, strings, self._known[key])
        return self._known[key]

    def strings(self, view: ViewName) -> Strings:
        """All strings of a view."""
        masks = self.views[view]
        distinct = {mask: group for group, mask in enumerate(sorted(set(masks.values())))}
        return Strings(
            tuple(sorted(masks)), tuple(distinct[masks[string]] for string in sorted(masks)), tuple(distinct)
        )


def _needs(number: int, rule: Rule, build: _Builder) -> Needs:
    for _, strings in parts_of(rule):
        build.add(rule.view, strings, 1 << number)
    if isinstance(rule.match, BlockMatch | ChainMatch):
        return Needs((), tuple(build.bit(rule.view, cue.literals) for cue in rule.match.cues))
    return Needs(tuple(_all(rule.view, sets, build) for sets in rule.further), ())


def _all(view: ViewName, sets: Iterable[Collection[str]], build: _Builder) -> int:
    mask = 0
    for strings in sets:
        mask |= build.bit(view, strings)
    return mask


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


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set, in order."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
