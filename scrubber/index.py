"""What a gate must know of the rules: which strings to look for in lines, and what each of them says about a rule.

A *part* is what is matched as one: the pattern of a rule, or one cue of a block or chain; rules may share it. Every
part has a bit, and so has every set of strings of which some part needs one. What stands in a line is then one number,
and whether a part can match there a comparison or two. An index is plain data, so that it can be kept between runs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from scrubber.model import ViewName
from scrubber.rarity import commonness, looked_for
from scrubber.rule import BlockMatch, ChainMatch, Cue, Needs, Rule, ToneMatch

Part = tuple[int, int]
"""A rule (by number) and which of its cues; -1 for the rule as a whole."""

UNKNOWN = -1
"""The number of a part of which nothing is known."""


Bits = tuple[int, ...]
"""Numbers of bits, which take less room than a mask as long as nobody asks for it."""


class Strings(NamedTuple):
    """The strings to look for in one view: ``members[groups[n]]`` are the parts and sets that string ``n`` is in."""

    strings: tuple[str, ...]
    groups: tuple[int, ...]
    members: tuple[Bits, ...]


class Index(NamedTuple):
    """The strings by view, what each part needs, the parts of each rule, and the rules that may match in any line.

    Bit n stands for part n: it cannot match in a line without it, nor, where it has ``needs``, in one without all bits
    of some of these. ``parts`` are in order of a rule's cues; of its ``wanted`` parts every match has one.
    """

    views: dict[str, Strings]
    needs: tuple[tuple[Bits, ...], ...]
    parts: tuple[tuple[int, ...], ...]
    wanted: tuple[tuple[int, ...], ...]
    open: tuple[int, ...]


def index(rules: Sequence[Rule]) -> Index:
    """Build the index of rules in the given order."""
    numbers = _numbers(rules)
    build = _Builder(len(numbers))
    needs = tuple(build.needs(number, *part) for part, number in numbers.items())
    parts = tuple(tuple(numbers.get(_key(rule, one), UNKNOWN) for one in _sources(rule)) for rule in rules)
    wanted = tuple(tuple(parts[number][max(0, cue)] for cue, _ in parts_of(rule)) for number, rule in enumerate(rules))
    views = {str(view): build.strings(view) for view in build.views}
    return Index(views, needs, parts, wanted, tuple(number for number, some in enumerate(wanted) if not some))


_Key = tuple[ViewName, frozenset[str], Needs, bool]
"""What tells parts apart: view, literals, further needs, and whether all of a literal must be looked for."""


def _sources(rule: Rule) -> Sequence[Rule | Cue]:
    return rule.match.cues if isinstance(rule.match, BlockMatch | ChainMatch) else (rule,)


def _key(rule: Rule, source: Rule | Cue) -> _Key:
    return rule.view, frozenset(source.literals), source.further, isinstance(rule.match, ToneMatch)


def _numbers(rules: Iterable[Rule]) -> dict[_Key, int]:
    """The distinct parts of which something is known, numbered."""
    keys = (_key(rule, source) for rule in rules for source in _sources(rule) if source.literals)
    return {key: number for number, key in enumerate(dict.fromkeys(keys))}


class _Builder:
    """Hands out bits for sets of strings, above those of the parts."""

    def __init__(self, parts: int) -> None:
        self._bits = parts
        self._known: dict[tuple[ViewName, frozenset[str]], int] = {}
        self.views: dict[ViewName, dict[str, set[int]]] = {}

    def needs(
        self, number: int, view: ViewName, literals: Iterable[str], further: Needs, whole: bool
    ) -> tuple[Bits, ...]:
        """Let the bit of a part stand for one of its literals; the bits of each alternative of what else it needs."""
        self._add(view, literals if whole else map(looked_for, literals), number)
        if all(len(sets) == 1 for sets in further):
            return ()
        return tuple(tuple(self._bit(view, strings) for strings in sets) for sets in further)

    def strings(self, view: ViewName) -> Strings:
        """All strings of a view."""
        members = {string: tuple(sorted(bits)) for string, bits in sorted(self.views[view].items())}
        groups = {bits: group for group, bits in enumerate(dict.fromkeys(members.values()))}
        return Strings(tuple(members), tuple(groups[bits] for bits in members.values()), tuple(groups))

    def _add(self, view: ViewName, strings: Iterable[str], bit: int) -> None:
        members = self.views.setdefault(view, {})
        for string in strings:
            members.setdefault(string, set()).add(bit)

    def _bit(self, view: ViewName, strings: Collection[str]) -> int:
        key = (view, frozenset(strings))
        if key not in self._known:
            self._known[key] = self._bits
            self._bits += 1
            self._add(view, map(looked_for, strings), self._known[key])
        return self._known[key]


def parts_of(rule: Rule) -> list[tuple[int, Collection[str]]]:
    """The sets of literals of which every match needs one, by cue (-1: the rule); none where nothing is certain."""
    if isinstance(rule.match, BlockMatch | ChainMatch):
        wanted = _positive(rule.match) - weak_cues(rule.match)
        parts: list[tuple[int, Collection[str]]] = [(cue, rule.match.cues[cue].literals) for cue in sorted(wanted)]
        return parts if all(literals for _, literals in parts) else []
    return [(-1, rule.literals)] if rule.literals else []


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
    """A rough estimate of how often ordinary text has one of a cue's literals."""
    return commonness(cue.literals) if cue.literals else 1.0


def mask_of(numbers: Iterable[int]) -> int:
    """The number in which the bits of these numbers are set."""
    return sum([1 << number for number in numbers])


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set, in order."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
