"""Many documents in UTF-8 at once: which of them are clean, and the clean bytes of those with simple adverts.

Documents are read as bytes (see ``signs``), small ones joined. Only lines in which something shows are decoded and
folded, and only the rules that showed are tried on them. If none matches, the document is clean. If all that match are
*plain* (they remove what they match, whatever stands elsewhere), their matches are cut out of the bytes, and the lines
are looked at again, as ``fixpoint`` does. Everything else is left to the ordinary way: the sieve never guesses.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from scrubber.bulk import fold_lines
from scrubber.engine import SMALL, TIME_LIMIT
from scrubber.fixpoint import PASSES
from scrubber.gate import enough
from scrubber.healing import heal
from scrubber.index import parts_of, weak_cues
from scrubber.marks import protected_spans
from scrubber.model import Action, Safety, ViewName, ViewSpan
from scrubber.nearby import InBytes, LeaveError, MayHold, Nearby, is_odd
from scrubber.patterns import compiled
from scrubber.quoting import is_quoted
from scrubber.rule import BlockMatch, ChainMatch, EchoMatch, PatternMatch, Rule, Zone
from scrubber.seeking import TOGETHER, Joined, Line, Raw, Scanner, Search, parts
from scrubber.signs import wanted
from scrubber.version import has_hyperscan
from scrubber.view import fold
from scrubber.widening import small

Cut = tuple[int, int]
"""A range of bytes, or code points, of one line."""


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


def may_hold_of(folder: Path | None) -> MayHold:
    """The fastest way to tell whether a pattern may match in some lines; without Hyperscan, reading them tells."""
    if not has_hyperscan():
        return lambda _pattern, _raw: True
    from scrubber.prefilter_database import Database  # noqa: PLC0415 - there may be no Hyperscan

    @cache
    def database(pattern: str) -> Database | None:
        expression = small(pattern)
        return Database([expression], folder=folder, once=True) if expression else None

    def may_hold(pattern: str, raw: bytes) -> bool:
        found = database(pattern)
        return found is None or found.has_match(raw)

    return may_hold


class Sieve:
    """Sifts documents by one set of rules."""

    def __init__(self, rules: Sequence[Rule], scanner: Scanner, may_hold: MayHold) -> None:
        self._rules = rules
        self._scanner, self._may_hold = scanner, may_hold
        by_itself = PatternMatch | BlockMatch | ChainMatch | EchoMatch
        alone = not any(rule.require or not isinstance(rule.match, by_itself) for rule in rules)
        self._plain = [alone and is_plain(rule) for rule in rules]

    def sift(self, documents: Sequence[Raw]) -> list[bytes | None]:
        """For each document its clean bytes (the very same object if nothing is found); None for the ordinary way."""
        search = Search(documents, self._scanner)
        clean: list[bytes | None] = [document.raw for document in documents]
        for joined in parts([document.raw for document in documents]):
            search.look(joined)
        found = search.found
        changed = self._settled(found, search.left, Nearby(documents, found, self._may_hold))
        for number in search.left:
            clean[number] = None
        for number, group in groupby(changed, key=lambda line: line.document):
            if number not in search.left:
                clean[number] = _spliced(documents[number].raw, group)
        return clean

    def _settled(self, lines: list[Line], left: set[int], nearby: Nearby) -> list[Line]:
        """The lines that change, as they are in the end, in order; ``left`` gets more documents."""
        changed: dict[tuple[int, int], Line] = {}
        for turn in range(PASSES):
            self._fold(lines)
            cut = []
            for line in lines:
                if not line.parts or line.document in left:
                    continue
                try:
                    cuts = self._cuts(line, None if turn else nearby)
                except (LeaveError, TimeoutError):
                    left.add(line.document)
                    continue
                if cuts:
                    line.content = _without(line.content, cuts)
                    cut.append(line)
                    changed[line.document, line.start] = line
            if not cut:
                break
            if turn == PASSES - 1:
                left.update(line.document for line in cut)
            lines = self._looked_again(cut)
        return [changed[place] for place in sorted(changed)]

    def _looked_again(self, lines: list[Line]) -> list[Line]:
        """Those of the lines in which something shows now."""
        for line in lines:
            line.parts, line.rare = set(), False
        joined = Joined.of([line.content for line in lines])
        sight = self._scanner.look(joined.raw)
        if sight is None:
            for line in lines:
                line.rare = True
            return lines
        for literal, end in sight.literals:
            lines[joined.number(end)].parts.add(literal)
        for end in (*sight.triggers, *sight.torn):
            lines[joined.number(end)].rare = True
        return [line for line in lines if line.parts or line.rare]

    def _fold(self, lines: Sequence[Line]) -> None:
        """Decode and fold; lines with a trigger are looked at once more, in their view."""
        for some in _some(lines):
            for line in some:
                line.text = line.content.decode("utf-8", "surrogatepass")
            for line, folded in zip(some, fold_lines([line.text for line in some]), strict=True):
                line.view, line.dropped, line.whole = folded.text, folded.dropped, None
                if line.rare and not folded.sure:
                    line.whole = fold(line.text)
                    line.view = line.whole.text
            rare = [line for line in some if line.rare]
            torn = [rare[number] for number in self._show(rare)]
            for line in torn:
                line.whole = heal(line.whole or fold(line.text))
                line.view = line.whole.text
            self._show(torn)

    def _show(self, lines: Sequence[Line]) -> set[int]:
        """Note the literals that stand in the views of lines; the numbers of those whose words may be torn."""
        if not lines:
            return set()
        joined = Joined.of([line.view.encode("utf-8", "surrogatepass") for line in lines])
        sight = self._scanner.look_in_view(joined.raw)
        for literal, end in sight.literals:
            lines[joined.number(end)].parts.add(literal)
        return set(map(joined.number, sight.torn))

    def _cuts(self, line: Line, nearby: Nearby | None) -> list[Cut]:
        """What to cut out of a line, in order. What stands ``nearby`` is known in the first pass only.

        Raises:
            LeaveError: that cannot be told from the line alone.
        """
        found: list[tuple[Rule, Cut]] = []
        for index in self._tried(line):
            rule = self._rules[index]
            for span in _matches(rule, line):
                if not self._plain[index] or nearby is None or not _stands(rule, nearby.of(line, *span)):
                    raise LeaveError
                found.append((rule, span))
        spans = _chosen(found)
        if spans and line.rare and protected_spans(line.text):
            raise LeaveError
        return [_in_bytes(line.text, *span) for span in spans]

    def _tried(self, line: Line) -> Collection[int]:
        """The rules to try on a line."""
        if is_odd(line.text):
            raise LeaveError
        found: dict[int, set[int]] = {}
        for part in line.parts:
            for index, cue in self._scanner.parts[part]:
                found.setdefault(index, set()).add(cue)
        return [index for index, cues in found.items() if _may_match(self._rules[index], cues)]


def _some(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """The lines in order, not too much at once."""
    start = size = 0
    for number, line in enumerate(lines, 1):
        size += len(line.content)
        if size > TOGETHER or number == len(lines):
            yield lines[start:number]
            start, size = number, 0


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
        raise LeaveError
    if isinstance(rule.match, ChainMatch):
        if enough(rule.match, cues | weak_cues(rule.match)):
            raise LeaveError
        return False
    return True


def _matches(rule: Rule, line: Line) -> Iterable[Cut]:
    """The spans of a rule's matches in the line's text, in code points."""
    assert isinstance(rule.match, PatternMatch)  # noqa: S101 - others have been left to the ordinary way
    whole = None if rule.view is ViewName.FOLDED else fold(line.text, rule.view)
    found: Any = compiled(rule.match.pattern).finditer(whole.text if whole else line.view, timeout=TIME_LIMIT)
    spans: list[Cut] = [match.span() for match in found if match.end() > match.start()]
    return [whole.to_text(ViewSpan.of(*span)) if whole else line.to_text(*span) for span in spans]


def _stands(rule: Rule, around: InBytes) -> bool:
    """Whether a match of a plain rule is surely applied: it is small, and nobody quotes it or tells of it."""
    return around.end - around.start <= min(SMALL, rule.guard.chars) and not is_quoted(rule, around)


def _in_bytes(text: str, start: int, end: int) -> Cut:
    """The bytes of a part of a text in UTF-8."""
    at = len(text[:start].encode())
    return at, at + len(text[start:end].encode())


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


def _spliced(raw: bytes, lines: Iterable[Line]) -> bytes:
    """A document with some of its lines changed."""
    view = memoryview(raw)
    pieces: list[bytes | memoryview] = []
    last = 0
    for line in lines:
        pieces += (view[last : line.start], line.content)
        last = line.end
    return b"".join((*pieces, view[last:]))
