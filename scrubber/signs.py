"""What to look for in raw UTF-8, and what is reported of it: the signs that something may stand in a line.

Four kinds of places are reported: where a literal of a rule ends, in any of its common spellings; where a rare
character or an escape may hide one (see ``spelling``); where words may be torn apart (see ``healing``); and bytes that
cast doubt on the text being plain UTF-8.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from scrubber.index import Part, parts_of
from scrubber.model import ViewName
from scrubber.rule import BlockMatch, ChainMatch, PatternMatch, Rule
from scrubber.spelling import LONGEST, pieces, spellings
from scrubber.widening import small

Hit = tuple[int, int]
"""The number of what was looked for, and the offset in bytes at which it ends."""


class Sight(NamedTuple):
    """What was seen in bytes: which literals end where, and where the other three kinds of places end, in no order."""

    literals: list[Hit]
    triggers: list[int]
    torn: list[int]
    doubts: list[int]


def checked(rules: Iterable[Rule]) -> Iterator[tuple[Part, str]]:
    """The patterns of rules and cues that can be checked in raw lines."""
    for index, rule in enumerate(rules):
        if rule.view is ViewName.SKELETON:
            continue
        if isinstance(rule.match, PatternMatch):
            yield (index, -1), rule.match.pattern
        elif isinstance(rule.match, BlockMatch | ChainMatch):
            for number, cue in enumerate(rule.match.cues):
                yield (index, number), cue.pattern


def wanted(rules: Sequence[Rule]) -> tuple[dict[bytes, set[Part]], dict[bytes, set[Part]]]:
    """What to look for → the rules and cues that need it: strings, and patterns.

    Patterns serve the skeleton view, and what needs so short a string that many lines have it.
    """
    strings: dict[bytes, set[Part]] = {}
    patterns: dict[bytes, set[Part]] = {}
    known = dict(checked(rules))
    shared = _shared(rules)
    for index, rule in enumerate(rules):
        for cue, literals in parts_of(rule):
            part = (index, cue)
            if rule.view is ViewName.SKELETON:
                for literal in literals:
                    patterns.setdefault(spellings().in_skeleton(literal), set()).add(part)
            elif min(map(len, literals), default=0) == 1 and (expression := small(known[part])):
                patterns.setdefault(expression, set()).add(part)
            else:
                for spelling in chain.from_iterable(spellings().of_literal(one, shared) for one in literals):
                    strings.setdefault(spelling, set()).add(part)
    return strings, patterns


def _shared(rules: Iterable[Rule]) -> Counter[str]:
    """In how many rules each piece of a literal occurs that may be looked for."""
    shared: Counter[str] = Counter()
    for rule in rules:
        literals = chain.from_iterable(literals for _, literals in parts_of(rule))
        shared.update(
            {piece for literal in literals for length in (LONGEST, 3, 2) for piece in pieces(literal, length)}
        )
    return shared


def doubts() -> Iterator[bytes]:
    """Bytes that UTF-8 does not have, and signs of other encodings (see ``encoding.decoding``)."""
    rows = ((0xE0, range(0x80, 0xA0)), (0xED, range(0xA0, 0xC0)), (0xF0, range(0x80, 0x90)), (0xF4, range(0x90, 0xC0)))
    controls = (*range(9), *range(14, 32), 127)
    yield from (bytes([byte]) for byte in (*controls, 0xC0, 0xC1, *range(0xF5, 0x100)))
    yield from (bytes((lead, second)) for lead, seconds in rows for second in seconds)
    yield b"~{"


def rows(separator: str, tear: str, han: str, latin: str) -> tuple[str, ...]:
    """Patterns for what ``healing`` may mend, out of patterns for single characters.

    Rows of single characters with separators between them, of which three are Han, and a tear between two of the row.
    """
    gap, torn = f"{separator}{{1,4}}", f"{separator}{{0,3}}{tear}{separator}{{0,3}}"
    behind, before = f"(?:{gap}{latin})*", f"(?:{latin}{gap})*"
    following, torn_following = f"{behind}{gap}{han}", f"{behind}{torn}{before}{han}"
    return (
        f"{han}{torn_following}{following}",
        f"{han}{following}{torn_following}",
        f"{latin}{torn}{before}{han}{following}{following}",
        f"{han}{following}{following}{behind}{torn}{latin}",
    )
