"""Many documents in UTF-8 at once: which of them are clean, and the clean bytes of those with simple adverts.

The documents are joined and read as bytes (see ``signs``). Only lines in which something shows are decoded and
folded, and only the rules that showed are tried on them. If none matches, the document is clean. If all that match are
*plain* (they remove what they match, whatever stands elsewhere), their matches are cut out of the bytes, and the lines
are looked at again, as ``fixpoint`` does. Everything else is left to the ordinary way: the sieve never guesses.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from itertools import accumulate, groupby
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from scrubber.bulk import broken_utf8, fold_lines, folds_one_to_one
from scrubber.context import OTHER_ENDS
from scrubber.engine import SMALL, TIME_LIMIT
from scrubber.fixpoint import PASSES
from scrubber.gate import enough
from scrubber.healing import heal
from scrubber.index import Part, parts_of, weak_cues
from scrubber.marks import protected_spans
from scrubber.model import Action, Safety, ViewName, ViewSpan
from scrubber.patterns import compiled
from scrubber.rule import BlockMatch, ChainMatch, EntriesMatch, NameMatch, PatternMatch, Rule, Zone
from scrubber.signs import Sight, wanted
from scrubber.version import has_hyperscan
from scrubber.view import View, fold

_QUOTES = ("“", "‘", '"')
_LONGEST = 1 << 13
"""Code points of a line; longer ones are left to those who know how to divide them."""

Cut = tuple[int, int]
"""A range of bytes of one line."""


class _LeaveError(Exception):
    """The document has to go the ordinary way."""


class _Line:
    """A line of one document: its place in the joined documents, its bytes now, and what showed in it."""

    __slots__ = ("content", "document", "end", "parts", "rare", "start", "text", "view", "whole")

    def __init__(self, document: int, start: int, end: int, content: bytes) -> None:
        self.document, self.start, self.end, self.content = document, start, end, content
        self.parts: set[int] = set()
        self.rare = False
        self.text = self.view = ""
        self.whole: View | None = None


class Scanner(Protocol):
    """What looks for signs in bytes. ``parts`` says, by the number of a literal, which rules and cues need it."""

    parts: list[list[Part]]

    def look(self, raw: bytes) -> Sight: ...


def scanner_of(rules: Sequence[Rule], folder: Path | None) -> Scanner | None:
    """The fastest scanner that is installed; None where the rules cannot be sifted by.

    That is so if a rule may match where nothing shows, or, without Hyperscan, needs more than strings. ``folder`` is
    where compiled databases are kept.
    """
    if not all(map(parts_of, rules)):
        return None
    if has_hyperscan():
        from scrubber import prefilter_scan  # noqa: PLC0415 - there may be no Hyperscan

        return prefilter_scan.Scanner(rules, folder)
    from scrubber import plain_scan  # noqa: PLC0415 - not needed where there is

    return plain_scan.Scanner(rules) if not wanted(rules)[1] else None


class Joined(NamedTuple):
    """Documents one after the other, each followed by a line feed; ``starts`` has one more entry than there are."""

    raw: bytes
    starts: list[int]

    @classmethod
    def of(cls, documents: Sequence[bytes]) -> Joined:
        """Join documents."""
        return cls(b"\n".join((*documents, b"")), [*accumulate((len(one) + 1 for one in documents), initial=0)])

    def number(self, end: int) -> int:
        """The number of the document in which something ends."""
        return bisect_left(self.starts, end) - 1


class Sieve:
    """Sifts documents by one set of rules."""

    def __init__(self, rules: Sequence[Rule], scanner: Scanner) -> None:
        self._rules = rules
        self._scanner = scanner
        alone = not any(rule.require or isinstance(rule.match, NameMatch | EntriesMatch) for rule in rules)
        self._plain = [alone and is_plain(rule) for rule in rules]

    def sift(self, documents: Sequence[bytes], check: bool) -> list[bytes | None]:
        """For each document its clean bytes (the very same object if nothing is found); None for the ordinary way.

        ``check`` tells whether the bytes may be something else than UTF-8.
        """
        joined = Joined.of(documents)
        sight = self._scanner.look(joined.raw)
        left = set(map(joined.number, sight.doubts))
        if check:
            left.update(joined.number(place + 1) for place in broken_utf8(joined.raw))
        lines = _Lines(joined, left)
        for literal, end in sight.literals:
            lines.at(end).parts.add(literal)
        for end in (*sight.triggers, *sight.torn):
            lines.at(end).rare = True
        changed = self._settled(lines.found, left)
        clean: list[bytes | None] = list(documents)
        for number in left:
            clean[number] = None
        for number, group in groupby(changed, key=lambda line: line.document):
            if number not in left:
                clean[number] = _spliced(joined, number, group)
        return clean

    def _settled(self, lines: list[_Line], left: set[int]) -> list[_Line]:
        """The lines that change, as they are in the end, in order; ``left`` gets more documents."""
        changed: dict[int, _Line] = {}
        for turn in range(PASSES):
            self._fold(lines)
            cut = []
            for line in lines:
                if not line.parts or line.document in left:
                    continue
                try:
                    cuts = self._cuts(line)
                except (_LeaveError, TimeoutError):
                    left.add(line.document)
                    continue
                if cuts:
                    line.content = _without(line.content, cuts)
                    cut.append(line)
                    changed[line.start] = line
            if not cut:
                break
            if turn == PASSES - 1:
                left.update(line.document for line in cut)
            lines = self._looked_again(cut)
        return [changed[start] for start in sorted(changed)]

    def _looked_again(self, lines: list[_Line]) -> list[_Line]:
        """Those of the lines in which something shows now."""
        for line in lines:
            line.parts, line.rare = set(), False
        joined = Joined.of([line.content for line in lines])
        sight = self._scanner.look(joined.raw)
        for literal, end in sight.literals:
            lines[joined.number(end)].parts.add(literal)
        for end in (*sight.triggers, *sight.torn):
            lines[joined.number(end)].rare = True
        return [line for line in lines if line.parts or line.rare]

    def _fold(self, lines: Sequence[_Line]) -> None:
        """Decode and fold; lines with a trigger are looked at once more, in their view."""
        for line in lines:
            line.text = line.content.decode("utf-8", "surrogatepass")
        for line, view in zip(lines, fold_lines([line.text for line in lines]), strict=bool(lines)):
            line.view, line.whole = view, None
        rare = [line for line in lines if line.rare]
        for line in rare:
            if not folds_one_to_one(line.text, line.view):
                line.whole = fold(line.text)
                line.view = line.whole.text
        torn = [rare[number] for number in self._show(rare)]
        for line in torn:
            line.whole = heal(line.whole or fold(line.text))
            line.view = line.whole.text
        self._show(torn)

    def _show(self, lines: Sequence[_Line]) -> set[int]:
        """Note the literals that stand in the views of lines; the numbers of those whose words may be torn."""
        joined = Joined.of([line.view.encode("utf-8", "surrogatepass") for line in lines])
        sight = self._scanner.look(joined.raw)
        for literal, end in sight.literals:
            lines[joined.number(end)].parts.add(literal)
        return set(map(joined.number, sight.torn))

    def _cuts(self, line: _Line) -> list[Cut]:
        """What to cut out of a line, in order.

        Raises:
            _LeaveError: that cannot be told from the line alone.
        """
        found: list[tuple[Rule, Cut]] = []
        for index in self._tried(line):
            rule = self._rules[index]
            for span in _matches(rule, line):
                if not self._plain[index] or not _stands(rule, line.text, span):
                    raise _LeaveError
                found.append((rule, span))
        spans = _chosen(found)
        if spans and line.rare and protected_spans(line.text):
            raise _LeaveError
        return [(len(line.text[:start].encode()), len(line.text[:end].encode())) for start, end in spans]

    def _tried(self, line: _Line) -> Collection[int]:
        """The rules to try on a line."""
        if len(line.text) > _LONGEST or line.text[-1:] in OTHER_ENDS or len(line.text.splitlines()) > 1:
            raise _LeaveError
        found: dict[int, set[int]] = {}
        for part in line.parts:
            for index, cue in self._scanner.parts[part]:
                found.setdefault(index, set()).add(cue)
        return [index for index, cues in found.items() if _may_match(self._rules[index], cues)]


class _Lines:
    """The lines of joined documents in which something shows, made when they are asked for, in order."""

    def __init__(self, joined: Joined, left: set[int]) -> None:
        self._joined, self._left = joined, left
        self._by_start: dict[int, _Line] = {}
        self._last = _Line(0, 0, 0, b"")

    def at(self, end: int) -> _Line:
        """The line in which something ends."""
        last = self._last
        if last.start < end <= last.end:
            return last
        raw = self._joined.raw
        start, stop = raw.rfind(b"\n", 0, end - 1) + 1, raw.find(b"\n", end - 1)
        if start not in self._by_start:
            self._by_start[start] = _Line(self._joined.number(end), start, stop, raw[start:stop])
        self._last = self._by_start[start]
        return self._last

    @property
    def found(self) -> list[_Line]:
        """The lines of documents that need not go the ordinary way."""
        return [line for _, line in sorted(self._by_start.items()) if line.document not in self._left]


def is_plain(rule: Rule) -> bool:
    """Whether a rule removes what it matches, whatever stands outside of the match."""
    return (
        isinstance(rule.match, PatternMatch)
        and rule.view is ViewName.FOLDED
        and (rule.action, rule.unit, rule.safety) == (Action.REMOVE, "match", Safety.SAFE)
        and (rule.zone, rule.require, rule.intrusion) == (Zone(), None, None)
        and not (rule.seam or rule.replacement or rule.extend or rule.unless or rule.disguised)
        and not (rule.slack or rule.coined or rule.repeat > 1)
    )


def _may_match(rule: Rule, cues: set[int]) -> bool:
    """Whether a rule may match where these of its cues stand; blocks and chains are left to others."""
    if isinstance(rule.match, BlockMatch):
        raise _LeaveError
    if isinstance(rule.match, ChainMatch):
        if enough(rule.match, cues | weak_cues(rule.match)):
            raise _LeaveError
        return False
    return True


def _matches(rule: Rule, line: _Line) -> Iterable[Cut]:
    """The spans of a rule's matches in the line's text, in code points."""
    assert isinstance(rule.match, PatternMatch)  # noqa: S101 - others have been left to the ordinary way
    whole = line.whole
    if rule.view is not ViewName.FOLDED:
        whole = fold(line.text, rule.view)
    content = whole.text if whole else line.view
    found: Any = compiled(rule.match.pattern).finditer(content, timeout=TIME_LIMIT)
    spans: list[Cut] = [match.span() for match in found if match.end() > match.start()]
    return [whole.to_text(ViewSpan.of(*span)) for span in spans] if whole else spans


def _stands(rule: Rule, text: str, span: Cut) -> bool:
    """Whether a match of a plain rule is surely applied: it is small, and nobody quotes it."""
    if span[1] - span[0] > min(SMALL, rule.guard.chars):
        return False
    before = text[: span[0]].rstrip()
    return before[-1:] not in _QUOTES and before.rfind("“") <= before.rfind("”")


def _chosen(found: list[tuple[Rule, Cut]]) -> list[Cut]:
    """The spans that are cut out, in order, as ``plan`` chooses among those that overlap."""
    chosen: list[Cut] = []
    for _, (start, end) in sorted(found, key=lambda one: _rank(*one)) if len(found) > 1 else found:
        if all(end <= other[0] or other[1] <= start for other in chosen):
            chosen.append((start, end))
    return sorted(chosen)


def _rank(rule: Rule, span: Cut) -> tuple[int, float, str, int]:
    return (span[0] - span[1], -rule.confidence, rule.id, span[0])


def _without(content: bytes, cuts: Iterable[Cut]) -> bytes:
    pieces = []
    last = 0
    for start, end in cuts:
        pieces.append(content[last:start])
        last = end
    return b"".join((*pieces, content[last:]))


def _spliced(joined: Joined, number: int, lines: Iterable[_Line]) -> bytes:
    """One document with some of its lines changed."""
    view = memoryview(joined.raw)
    pieces: list[bytes | memoryview] = []
    last = joined.starts[number]
    for line in lines:
        pieces += (view[last : line.start], line.content)
        last = line.end
    return b"".join((*pieces, view[last : joined.starts[number + 1] - 1]))
