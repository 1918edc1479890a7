"""Edits: composing the splices of several passes, and turning them into bytes. Nothing here re-encodes a document."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from scrubber.encoding import byte_span, encode_replacement
from scrubber.model import Document, Edit, Finding, TextSpan


class Splice(NamedTuple):
    """A span of the original text, what takes its place, and the findings behind it (in the original's offsets)."""

    span: TextSpan
    replacement: str
    findings: tuple[Finding, ...]


class Spliced:
    """A text with splices applied, and the way back from its offsets to the original's (code points)."""

    def __init__(self, original: str, splices: Sequence[Splice] = ()) -> None:
        """``splices`` are sorted and do not overlap."""
        self.original = original
        self.splices = tuple(splices)
        pieces: list[str] = []
        self._starts: list[int] = []
        self._shifts: list[int] = []
        last = shift = 0
        for splice in self.splices:
            pieces += (original[last : splice.span.start], splice.replacement)
            self._starts.append(splice.span.start - shift)
            shift += len(splice.span) - len(splice.replacement)
            self._shifts.append(shift)
            last = splice.span.end
        self.text = "".join((*pieces, original[last:])) if pieces else original

    def origin(self, span: TextSpan) -> TextSpan:
        """The span of the original that a span of this text came from; a touched replacement counts as a whole."""
        return TextSpan.of(self._char(span.start).start, self._char(span.end - 1).end)

    def _char(self, offset: int) -> TextSpan:
        index = bisect_right(self._starts, offset) - 1
        if index < 0:
            return TextSpan.of(offset, offset + 1)
        splice = self.splices[index]
        if offset < self._starts[index] + len(splice.replacement):
            return splice.span
        return TextSpan.of(offset + self._shifts[index], offset + self._shifts[index] + 1)

    def _around(self, offset: int) -> tuple[str, str]:
        """What stands before and from ``offset`` on in the replacement that it lies in; nothing outside of one."""
        index = bisect_right(self._starts, offset) - 1
        replacement = self.splices[index].replacement if index >= 0 else ""
        at = offset - self._starts[index] if index >= 0 else 0
        return (replacement[:at], replacement[at:]) if at < len(replacement) else ("", "")

    def with_findings(self, accepted: Iterable[Finding]) -> Spliced:
        """The text after one more pass. ``accepted`` are in offsets of this text, in order, and do not overlap.

        A new splice absorbs earlier ones that lie inside it, but keeps what a finding leaves of the replacement at its
        ends; two that touch the same replacement become one.
        """
        grown: list[Splice] = []
        earlier = iter(self.splices)
        waiting = next(earlier, None)
        for finding in accepted:
            span = self.origin(finding.span)
            behind: list[Finding] = []
            while waiting and waiting.span.start < span.end:
                if span.contains(waiting.span):
                    behind += waiting.findings
                else:
                    grown.append(waiting)
                waiting = next(earlier, None)
            moved = replace(finding, span=span, text=self.original[span.start : span.end])
            before, _ = self._around(finding.span.start)
            after = self._around(finding.span.end - 1)[1][1:]
            new = Splice(span, before + finding.replacement + after, (*behind, moved))
            _append(grown, new, len(before), len(self._around(finding.span.start)[1]))
        if waiting:
            grown += (waiting, *earlier)
        return Spliced(self.original, grown)


def _append(splices: list[Splice], new: Splice, before: int, rest: int) -> None:
    """Add a splice behind the others; if it overlaps the last one, the two become one.

    They then share a replacement of which the last one kept its end, ``rest`` characters too much, and the new one its
    beginning, ``before`` characters that the last one has kept already or removed.
    """
    if splices and splices[-1].span.overlaps(new.span):
        last = splices.pop()
        span = TextSpan.of(last.span.start, max(last.span.end, new.span.end))
        kept = last.replacement[: len(last.replacement) - rest]
        new = Splice(span, kept + new.replacement[before:], (*last.findings, *new.findings))
    splices.append(new)


def edits_of(document: Document, splices: Iterable[Splice]) -> tuple[Edit, ...]:
    """The splices as edits of the document's bytes, in order.

    Raises:
        UnicodeEncodeError: a replacement cannot be written in the document's encoding.
    """
    edits = []
    for splice in splices:
        where = byte_span(document, splice.span)
        after = encode_replacement(document, splice.span, splice.replacement)
        before = document.raw[where.start : where.end]
        edits.append(Edit(splice.span, where, before, after, splice.replacement, splice.findings))
    return tuple(edits)


def apply(raw: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes with the edits (in order, not overlapping) spliced in; every other byte is copied as it is."""
    pieces: list[bytes | memoryview] = []
    view = memoryview(raw)
    last = 0
    for edit in edits:
        pieces += (view[last : edit.byte_span.start], edit.after)
        last = edit.byte_span.end
    return b"".join((*pieces, view[last:])) if pieces else raw


def undo(clean: bytes, edits: Iterable[Edit]) -> bytes:
    """The original bytes, from the cleaned ones and the edits that made them."""
    pieces: list[bytes | memoryview] = []
    view = memoryview(clean)
    last = shift = 0
    for edit in edits:
        start = edit.byte_span.start - shift
        pieces += (view[last:start], edit.before)
        last = start + len(edit.after)
        shift += len(edit.before) - len(edit.after)
    return b"".join((*pieces, view[last:]))
