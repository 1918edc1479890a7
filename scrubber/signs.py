"""What to look for in raw UTF-8, and what is reported of it: the signs that something may stand in a line.

Five kinds of places are reported: where a literal of a rule ends, in any of its common spellings; where a rare
character or an escape may hide one (see ``spelling``); where words may be torn apart (see ``healing``); where text may
have been misread (see ``encoding.telltale``); and bytes that cast doubt on the text being plain UTF-8.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from scrubber.encoding.telltale import LETTERS, SIGNS
from scrubber.index import Part, parts_of
from scrubber.model import ViewName
from scrubber.rule import BlockMatch, ChainMatch, PatternMatch, Rule
from scrubber.spelling import LONGEST, pieces, spellings
from scrubber.widening import small

Hit = tuple[int, int]
"""The number of what was looked for, and the offset in bytes at which it ends."""


RARE_LEADS = frozenset((*range(0xC0, 0xE2), *range(0xEA, 0xEF), *range(0xF0, 0x100)))
"""The bytes with which no character begins that prose has often. Each is a sign; what follows tells of what."""

CONTROLS = frozenset((*range(9), *range(14, 32), 127))

ESCAPES = (b"~{",)
"""How HZ begins, of which nothing else shows."""

_FULL_OF_MARKS = (b"\xe2\x80", b"\xe3\x80", b"\xef\xbc")
"""How the marks begin that prose is full of."""

_BOXES = (b"\xe2\x95", b"\xe2\x96")
"""How the characters of tables and frames begin, which single-byte encodings have."""

_TWO = range(0xC2, 0xE0)
_HIDING = frozenset(trigger for trigger in spellings().triggers() if len(trigger) == 2)
_LETTERS = frozenset(char.encode() for char in map(chr, range(0x80, 0x800)) if re.match(f"[{LETTERS}]", char))
_NEVER = frozenset((*CONTROLS, 0xC0, 0xC1, *range(0xF5, 0x100)))
_NEVER_BEHIND = {0xE0: range(0x80, 0xA0), 0xED: range(0xA0, 0xC0), 0xF0: range(0x80, 0x90), 0xF4: range(0x90, 0xC0)}

FEW, SELDOM = 64, 1000
"""So many signs, and one in so many bytes, are looked at one by one. Where more stand, all lines are better read."""


class Sight(NamedTuple):
    """What was seen in bytes: which literals end where, and where the other kinds of places end, in no order.

    ``leads`` are the offsets of bytes over BF that are not E2 to E9 or EF.
    """

    literals: list[Hit]
    triggers: list[int]
    torn: list[int]
    misread: list[int]
    doubts: list[int]
    leads: list[int]

    @classmethod
    def empty(cls) -> Sight:
        """Nothing seen."""
        return cls([], [], [], [], [], [])

    def note_rare(self, raw: bytes, end: int) -> None:
        """Note a rare byte: it may begin a character that hides something, belong to no text, or tell of misread text.

        Of a two-byte character another one right behind it is what other encodings look like. What such a character may
        tear apart is left to others.
        """
        lead, second, third = raw[end - 1], raw[end : end + 1], raw[end + 1 : end + 2]
        if lead not in _TWO or raw[end - 1 : end + 1] in _HIDING:
            self.triggers.append(end)
        if lead not in CONTROLS:
            self.leads.append(end - 1)
        if lead in _TWO:
            doubt = bool(third) and third[0] in _TWO
        else:
            doubt = lead in _NEVER or (bool(second) and second[0] in _NEVER_BEHIND.get(lead, ()))
        if doubt:
            self.doubts.append(end)
        if raw[end - 1 : end + 1] in _LETTERS:
            self.misread.append(end)


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

    Patterns serve the skeleton view, and what needs so short a string that many lines have it. Both are in an order
    that any process gives them, for compiled databases are kept by what is in them.
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
            elif min(map(len, literals), default=0) == 1 and (expression := small(known.get(part, ""))):
                patterns.setdefault(expression, set()).add(part)
            else:
                for spelling in spellings().of_literals(literals, shared):
                    strings.setdefault(spelling, set()).add(part)
    return dict(sorted(strings.items())), dict(sorted(patterns.items()))


def _shared(rules: Iterable[Rule]) -> Counter[str]:
    """In how many rules each piece of a literal occurs that may be looked for."""
    shared: Counter[str] = Counter()
    for rule in rules:
        literals = chain.from_iterable(literals for _, literals in parts_of(rule))
        shared.update(
            {piece for literal in literals for length in (LONGEST, 3, 2) for piece in pieces(literal, length)}
        )
    return shared


def usual_triggers() -> Iterator[bytes]:
    """The triggers that rare bytes do not show, as short as tells them from what prose has often."""
    found: dict[bytes, None] = {}
    for trigger in spellings().triggers():
        if trigger[0] not in RARE_LEADS | CONTROLS:
            short = len(trigger) == 3 and trigger[:2] not in _FULL_OF_MARKS
            found[trigger[:2] if short else trigger] = None
    yield from found


def telltale() -> Iterator[bytes]:
    """The characters that tell of misread text, as far as rare bytes do not."""
    yield from (char.encode() for char in SIGNS)
    yield from _BOXES


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
