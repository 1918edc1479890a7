"""A gate that reads raw UTF-8 with Hyperscan, so that lines in which no rule can match are never folded.

It looks for the literals of all rules, in all their common spellings, and for the rare characters and escapes that can
hide one. A line that holds neither cannot match (see ``spelling``). Lines with a rare character are folded and
searched; where many lines of a document have one or the other, it is folded as a whole, as without this module.

Where a rule's literals are often seen, its whole pattern, made wider, has to match in the line's bytes as well (see
``widening``): that takes a hundredth of the time of the pattern itself.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate, chain
from pathlib import Path

from scrubber.context import OTHER_ENDS, Context
from scrubber.gate import Candidates, LiteralGate, enough
from scrubber.index import Index, Part, weak_cues
from scrubber.prefilter_database import LARGEST, Database
from scrubber.prefilter_scan import Scanner
from scrubber.rule import ChainMatch, Rule
from scrubber.signs import Sight, checked
from scrubber.widening import small

_LINE_END = re.compile(rb"\r\n|[\n\r\v\f]|\xc2\x85|\xe2\x80[\xa8\xa9]")
_ODD_ENDS = tuple(map(str.encode, OTHER_ENDS))
_DENSE = 4
"""Where one line in so many has a trigger or a literal, folding the whole text at once is cheaper."""

CHECK_PAYS = 400
"""Lines that take about as long to match as a check of them takes to compile."""


Seen = dict[int, set[int]]
"""Line → the literals (by number) that stand in it."""

Needed = dict[int, dict[int, set[int]]]
"""Rule → line → the cues of which a literal stands in that line."""


class HyperscanGate:
    """Looks for the literals of all rules in raw UTF-8."""

    name = "hyperscan"

    def __init__(self, rules: Sequence[Rule], folder: Path | None = None, known: Index | None = None) -> None:
        """Compile the rules' literals, or load them from ``folder`` if they are kept there."""
        self._rules = rules
        self._plain = LiteralGate(rules, known)
        self._scanner = Scanner(rules, folder)
        patterns = dict(checked(rules))
        checks = {pattern: _Check(pattern, folder) for pattern in set(patterns.values())}
        self._checks = {part: checks[pattern] for part, pattern in patterns.items()}

    def look(self, raw: bytes) -> Sight | None:
        """Scan UTF-8; None if there is more to tell than is of use."""
        return self._scanner.look(raw, seldom=3)

    def candidates(self, context: Context) -> Candidates:
        """For each rule (by index) the lines that it may match in, in order; None means all lines."""
        raw = context.utf8
        if len(raw) >= LARGEST or context.has_long_lines:
            return self._plain.candidates(context)
        known = context.memory.get(self.name)
        looked = (known and self._looked_again(raw, known)) or self._looked(raw)
        if looked is None:
            return self._plain.candidates(context)
        lines, seen, rare = looked
        if lines.plain:
            context.memory[self.name] = _Known(lines, seen, rare)
        if len(rare | seen.keys()) * _DENSE > len(lines):
            return self._plain.candidates(context)
        sifted = self._sifted(self._needed(seen), context, lines, rare)
        found = {rule: set(numbers) for rule, numbers in sifted.items()}
        self._plain.search_lines(context, rare, found)
        return self._plain.chosen(context, found)

    def _looked(self, raw: bytes) -> tuple[_RawLines, Seen, set[int]] | None:
        """The lines, the literals that each of them has, and the lines with a trigger; None if those are many."""
        sight = self.look(raw)
        if sight is None:
            return None
        lines = _RawLines(raw, not any(end in raw for end in _ODD_ENDS))
        rare = set(map(lines.number, chain(sight.triggers, sight.torn)))
        seen: Seen = {}
        for literal, end in sight.literals:
            seen.setdefault(lines.number(end), set()).add(literal)
        return lines, seen, rare

    def _looked_again(self, raw: bytes, known: _Known) -> tuple[_RawLines, Seen, set[int]] | None:
        """The same, where only lines that are not known are looked at; None where that cannot be done."""
        lines = _RawLines(raw, plain=True)
        fresh = [number for number in range(len(lines)) if lines.content(number) not in known.lines]
        looked = self._looked(b"".join(lines.content(number).rstrip(b"\n") + b"\n" for number in fresh))
        if looked is None or not looked[0].plain:
            return None
        _, seen, rare = looked
        seen = {fresh[number]: literals for number, literals in seen.items()}
        rare = {fresh[number] for number in rare}
        for number in range(len(lines)):
            content = lines.content(number)
            if content in known.seen:
                seen[number] = known.seen[content]
            if content in known.rare:
                rare.add(number)
        return lines, seen, rare

    def _needed(self, seen: Seen) -> Needed:
        """Who needs the literals that were seen."""
        found: Needed = {}
        for number, literals in seen.items():
            for literal in literals:
                for rule, cue in self._scanner.parts[literal]:
                    found.setdefault(rule, {}).setdefault(number, set()).add(cue)
        return found

    def _sifted(self, found: Needed, context: Context, lines: _RawLines, rare: set[int]) -> Needed:
        """``found`` with only those lines without a trigger in which a rule's pattern could match."""
        known: dict[tuple[_Check, int], bool] = {}

        def passes(part: Part, number: int) -> bool:
            check = self._checks.get(part)
            if check is None or number in rare:
                return True
            if (check, number) not in known:
                known[check, number] = check.passes(lines.content(number))
            return known[check, number]

        for index, seen in found.items():
            rule = self._rules[index]
            zone = range(len(lines)) if rule.zone.where == "anywhere" else context.zone(rule.zone)
            found[index] = sifted = {}
            for number, cues in seen.items():
                if number not in zone:
                    continue
                if isinstance(rule.match, ChainMatch) and not enough(rule.match, cues | weak_cues(rule.match)):
                    continue
                if kept := {cue for cue in cues if passes((index, cue), number)}:
                    sifted[number] = kept
        return found


class _Known:
    """What was seen in the lines of an earlier pass, by their content."""

    def __init__(self, lines: _RawLines, seen: Seen, rare: set[int]) -> None:
        self.lines = frozenset(map(lines.content, range(len(lines))))
        self.seen = {lines.content(number): literals for number, literals in seen.items()}
        self.rare = frozenset(map(lines.content, rare))


class _Check:
    """One pattern, made wider, to be found in the bytes of single lines. Compiled when it has been asked for often."""

    def __init__(self, pattern: str, folder: Path | None) -> None:
        self._pattern, self._folder = pattern, folder
        self._database: Database | None = None
        self._left = CHECK_PAYS

    def passes(self, line: bytes) -> bool:
        """Whether the pattern could match in a line without triggers; True as long as that is not known."""
        self._left -= 1
        if self._left == 0:
            self._database = self._compiled()
        return self._database is None or self._database.has_match(line)

    def _compiled(self) -> Database | None:
        expression = small(self._pattern)
        return Database([expression], folder=self._folder, once=True) if expression else None


class _RawLines:
    """The lines of a text in UTF-8. Line numbers count from 0 and agree with those of the views."""

    def __init__(self, raw: bytes, plain: bool) -> None:
        self._raw, self.plain = raw, plain
        if plain:
            self._starts = [0, *accumulate(map(len, raw.splitlines(keepends=True)))]
        else:
            self._starts = [0, *(found.end() for found in _LINE_END.finditer(raw)), len(raw)]

    def __len__(self) -> int:
        return len(self._starts) - 1

    def number(self, end: int) -> int:
        """The number of the line in which a match that ends at ``end`` ends."""
        return bisect_left(self._starts, end) - 1

    def content(self, number: int) -> bytes:
        """The line, its line end included."""
        return self._raw[self._starts[number] : self._starts[number + 1]]
