"""What the user may wish for beside cleaning: mojibake repaired, the script converted. Both become recorded edits."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from scrubber.edits import Splice, Spliced
from scrubber.model import Action, Document, Finding, Kind, Safety, TextSpan

if TYPE_CHECKING:
    from scrubber.encoding.change import Change

REPAIR = "repair-mojibake"
CONVERT = "convert-script"
LONG = 1 << 7
"""Code points of a text that is searched for mojibake whatever it holds; longer ones have to show a sign of it."""
SCRIPTS = ("simplified", "traditional")


@dataclass(frozen=True, slots=True)
class Wishes:
    """``repair`` mojibake whose original is certain; write the rest of the text in ``script``, if one is named."""

    repair: bool = False
    script: str | None = None

    def start(self, document: Document) -> Spliced:
        """The text that rules look at: mojibake whose original is certain is read as what it says.

        Each of its splices is the least piece that was misread by itself, so that a rule removes no more than it found,
        and has no finding behind it: what no rule asks for is none of ours unless the repair is wished for.
        """
        text = document.text
        if not may_hold_mojibake(text, thoroughly=self.repair):
            return Spliced(text)
        from scrubber.encoding.misreading import pieces  # noqa: PLC0415 - nearly no text gets here
        from scrubber.mojibake import repairs  # noqa: PLC0415 - as above

        return Spliced(
            text,
            [
                Splice(span, piece, ())
                for change in repairs(document)
                for span, piece in pieces(change, text[change.span.start : change.span.end])
            ],
        )

    def finish(self, document: Document, splices: Sequence[Splice]) -> tuple[Splice, ...]:
        """All splices in order: what rules asked for, the repair if it is wished for, and the conversion of what these
        leave alone.
        """
        splices = _without_readings(document, splices, repair=self.repair)
        if self.script is None:
            return tuple(splices)
        from scrubber.script import conversions  # noqa: PLC0415 - as above

        changes = _clear_of(conversions(document, self.script), splices)
        converted = [_splice(document, change.span, change.replacement, CONVERT) for change in changes]
        return tuple(sorted((*splices, *converted), key=lambda splice: splice.span))


NO_WISHES = Wishes()


def with_repairs(findings: tuple[Finding, ...], splices: Iterable[Splice]) -> tuple[Finding, ...]:
    """The findings in order, with those of the repairs among ``splices``."""
    repairs = [finding for splice in splices for finding in splice.findings if finding.rule == REPAIR]
    both = sorted((*findings, *repairs), key=lambda one: (one.span.start, one.span.end, one.rule))
    return tuple(both) if repairs else findings


def may_hold_mojibake(text: str, *, thoroughly: bool) -> bool:
    """Whether ``text`` is worth the search for mojibake: two of its rare characters stand close together.

    Where that is looked for in all of a long text, and not ``thoroughly``, one of its characters has to be telltale.
    """
    if text.isascii():
        return False
    from scrubber.encoding.likelihood import has_odd_line  # noqa: PLC0415 - ASCII needs no tables
    from scrubber.encoding.telltale import has_sign  # noqa: PLC0415 - as above

    return (thoroughly or len(text) <= LONG or has_sign(text)) and has_odd_line(text)


def _without_readings(document: Document, splices: Sequence[Splice], *, repair: bool) -> Sequence[Splice]:
    """The splices with findings behind them; where the ``repair`` is wished for, others become findings of it, as many
    together as touch each other.
    """
    if all(splice.findings for splice in splices):
        return splices
    kept: list[Splice] = []
    for readings, group in groupby(splices, key=lambda splice: not splice.findings):
        if not readings:
            kept += group
        elif repair:
            kept += (_repair(document, run) for run in _touching(group))
    return kept


def _touching(splices: Iterable[Splice]) -> Iterator[list[Splice]]:
    run: list[Splice] = []
    for splice in splices:
        if run and run[-1].span.end != splice.span.start:
            yield run
            run = []
        run.append(splice)
    if run:
        yield run


def _repair(document: Document, run: list[Splice]) -> Splice:
    span = TextSpan(run[0].span.start, run[-1].span.end)
    return _splice(document, span, "".join(piece.replacement for piece in run), REPAIR)


def _splice(document: Document, span: TextSpan, replacement: str, rule: str) -> Splice:
    text = document.text[span.start : span.end]
    finding = Finding(rule, Kind.LOSSY, Action.REPLACE, Safety.SAFE, span, text, replacement)
    return Splice(span, replacement, (finding,))


def _clear_of(changes: Iterable[Change], splices: Sequence[Splice]) -> list[Change]:
    """The changes that overlap none of the splices, which are in order."""
    ends = [splice.span.end for splice in splices]
    clear = []
    for change in changes:
        at = bisect_left(ends, change.span.start + 1)
        if at == len(splices) or not splices[at].span.overlaps(change.span):
            clear.append(change)
    return clear
