"""What the user may wish for beside cleaning: mojibake repaired, the script converted. Both become recorded edits."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scrubber.edits import Splice, Spliced
from scrubber.model import Action, Document, Finding, Kind, Safety

if TYPE_CHECKING:
    from scrubber.encoding.change import Change

REPAIR = "repair-mojibake"
CONVERT = "convert-script"
SCRIPTS = ("simplified", "traditional")


@dataclass(frozen=True, slots=True)
class Wishes:
    """``repair`` mojibake whose original is certain; write the rest of the text in ``script``, if one is named."""

    repair: bool = False
    script: str | None = None

    def start(self, document: Document) -> Spliced:
        """The text that rules look at: with its mojibake repaired where that is wished for."""
        if not self.repair:
            return Spliced(document.text)
        from scrubber.mojibake import repairs  # noqa: PLC0415 - its tables load only where they are asked for

        return Spliced(document.text, [_splice(document, change, REPAIR) for change in repairs(document)])

    def finish(self, document: Document, splices: Sequence[Splice]) -> tuple[Splice, ...]:
        """All splices in order, with the conversion of what the others leave alone."""
        if self.script is None:
            return tuple(splices)
        from scrubber.script import conversions  # noqa: PLC0415 - as above

        changes = _clear_of(conversions(document, self.script), splices)
        converted = [_splice(document, change, CONVERT) for change in changes]
        return tuple(sorted((*splices, *converted), key=lambda splice: splice.span))


NO_WISHES = Wishes()


def _splice(document: Document, change: Change, rule: str) -> Splice:
    text = document.text[change.span.start : change.span.end]
    finding = Finding(rule, Kind.LOSSY, Action.REPLACE, Safety.SAFE, change.span, text, change.replacement)
    return Splice(change.span, change.replacement, (finding,))


def _clear_of(changes: Iterable[Change], splices: Sequence[Splice]) -> list[Change]:
    """The changes that overlap none of the splices, which are in order."""
    ends = [splice.span.end for splice in splices]
    clear = []
    for change in changes:
        at = bisect_left(ends, change.span.start + 1)
        if at == len(splices) or not splices[at].span.overlaps(change.span):
            clear.append(change)
    return clear
