"""A unified diff of what cleaning changes, made from the edits themselves, so that its cost is that of the changes.

Lines end at LF alone, as in every diff; CR stays part of its line. For a file in UTF-8 the result can be applied with
``patch`` or ``git apply``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scrubber.reports import Line, Part, line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scrubber.model import Edit, Outcome
    from scrubber.totals import Totals

_CONTEXT = 3


class _Change(NamedTuple):
    """Whole lines of the original, ``start`` up to ``end`` (offsets just after a newline), and what they become."""

    start: int
    end: int
    after: str


def outcome(path: str, outcome: Outcome) -> Iterator[Line]:
    """The diff of one document; nothing when it does not change."""
    if outcome.document is None or not outcome.edits:
        return
    text = outcome.document.text
    shown = path.encode("utf-8", "backslashreplace").decode().replace("\n", "\\n")
    yield line(Part(f"--- a/{shown}", "header"))
    yield line(Part(f"+++ b/{shown}", "header"))
    shift = before = at = 0
    for hunk in _hunks(text, _changes(text, outcome.edits)):
        start = _back(text, hunk[0].start)
        before += text.count("\n", at, start)
        at = start
        lines, old, new = _body(text, start, hunk)
        yield line(Part(f"@@ -{_range(before, old)} +{_range(before + shift, new)} @@", "hunk"))
        yield from lines
        shift += new - old


def totals(totals: Totals) -> Iterator[Line]:  # noqa: ARG001 - the signature that all reports share
    """Nothing: a diff is for programs too."""
    return iter(())


def _changes(text: str, edits: Sequence[Edit]) -> Iterator[_Change]:
    """The edits widened to whole lines, those that touch the same lines as one."""
    number = 0
    while number < len(edits):
        start = at = _line_start(text, edits[number].span.start)
        after = ""
        stop = edits[number].span.start + 1
        while number < len(edits) and edits[number].span.start < stop:
            edit = edits[number]
            after += text[at : edit.span.start] + edit.text_after
            at = edit.span.end
            number += 1
            closed = _line_start(text, at) == at and (not after or after.endswith("\n"))
            stop = at if closed else _line_end(text, at)
        yield _Change(start, stop, after + text[at:stop])


def _hunks(text: str, changes: Iterable[_Change]) -> Iterator[list[_Change]]:
    """Changes whose context lines would touch, together."""
    hunk: list[_Change] = []
    for change in changes:
        if hunk and _forward(text, hunk[-1].end) < _back(text, change.start):
            yield hunk
            hunk = []
        hunk.append(change)
    if hunk:
        yield hunk


def _body(text: str, start: int, hunk: Sequence[_Change]) -> tuple[list[Line], int, int]:
    """The lines of a hunk that starts at an offset, and how many of them are in the old and in the new text."""
    lines: list[Line] = []
    counts = {" ": 0, "-": 0, "+": 0}

    def emit(sign: str, block: str) -> None:
        role = {" ": "", "-": "minus", "+": "plus"}[sign]
        pieces = block.split("\n")
        for piece in pieces[:-1] + [last for last in pieces[-1:] if last]:
            lines.append(line(Part(sign + piece, role)))
            counts[sign] += 1
        if pieces[-1]:
            lines.append(line("\\ No newline at end of file"))

    at = start
    for change in hunk:
        emit(" ", text[at : change.start])
        emit("-", text[change.start : change.end])
        emit("+", change.after)
        at = change.end
    emit(" ", text[at : _forward(text, at)])
    return lines, counts[" "] + counts["-"], counts[" "] + counts["+"]


def _range(before: int, count: int) -> str:
    """The position of a hunk as diffs write it: the first line, or the one before where there are none."""
    return f"{before + 1 if count else before},{count}"


def _line_start(text: str, offset: int) -> int:
    return text.rfind("\n", 0, offset) + 1


def _line_end(text: str, offset: int) -> int:
    return text.find("\n", offset) + 1 or len(text)


def _back(text: str, offset: int) -> int:
    for _ in range(_CONTEXT):
        offset = _line_start(text, max(0, offset - 1))
    return offset


def _forward(text: str, offset: int) -> int:
    for _ in range(_CONTEXT):
        offset = _line_end(text, offset)
    return offset
