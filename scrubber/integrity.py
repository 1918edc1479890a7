"""The tool's own check of a result, made before anything is written. It trusts nothing that made the result."""

from __future__ import annotations

from collections.abc import Sequence

from scrubber.edits import undo
from scrubber.errors import IntegrityError
from scrubber.model import Document, Edit


def check(document: Document, edits: Sequence[Edit], clean: bytes, text: str) -> None:
    """Check that ``clean`` is the document with ``edits`` applied and nothing else, and that it reads as ``text``.

    Raises:
        IntegrityError: bytes outside the edits differ, the edits do not undo, or the result decodes differently.
    """
    if clean is document.raw and text is document.text and not edits:
        return
    if undo(clean, edits) != document.raw:
        raise IntegrityError("the edits do not undo to the original bytes; nothing was changed")
    _outside_is_identical(document.raw, edits, clean)
    codecs = {segment.encoding for segment in document.segments}
    if len(document.segments) == 1 and "binary" not in codecs:
        body = clean[len(document.bom) :]
        if body.decode(codecs.pop(), "replace") != text:
            raise IntegrityError("the cleaned bytes do not decode to the cleaned text; nothing was changed")


def _outside_is_identical(raw: bytes, edits: Sequence[Edit], clean: bytes) -> None:
    at_old = at_new = 0
    for edit in edits:
        kept = edit.byte_span.start - at_old
        if kept < 0 or raw[at_old : edit.byte_span.start] != clean[at_new : at_new + kept]:
            raise IntegrityError(f"bytes before offset {edit.byte_span.start} differ; nothing was changed")
        if raw[edit.byte_span.start : edit.byte_span.end] != edit.before:
            raise IntegrityError(f"the edit at byte {edit.byte_span.start} does not hold the bytes it removes")
        at_old, at_new = edit.byte_span.end, at_new + kept + len(edit.after)
    if raw[at_old:] != clean[at_new:]:
        raise IntegrityError(f"bytes after offset {at_old} differ; nothing was changed")
