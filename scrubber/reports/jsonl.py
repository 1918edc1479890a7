"""One JSON object a line, for programs. The names of the fields and their order are a contract."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scrubber.reports import Line, line
from scrubber.totals import to_review

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from scrubber.encoding.change import Change
    from scrubber.encoding.inspection import Inspection
    from scrubber.model import ByteSpan, Evidence, Finding, Outcome, TextSpan
    from scrubber.totals import Totals


def dumps(record: Mapping[str, Any]) -> str:
    """JSON on one line. Bytes of a path that are not UTF-8 become escapes such as ``\\udcff``."""
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()


def outcome(path: str, outcome: Outcome) -> Iterator[Line]:
    """One object a finding: ``start``/``end`` count code points, ``byte_start``/``byte_end`` bytes of the file."""
    document = outcome.document
    if document is None or not outcome.findings:
        return
    from scrubber.encoding import ByteMap  # noqa: PLC0415 - only when there is something to print
    from scrubber.positions import Positions  # noqa: PLC0415 - as above

    bytes_of, positions = ByteMap(document), Positions(document.text)
    for finding in outcome.findings:
        span, where = finding.span, positions.at(finding.span.start)
        byte_span = bytes_of.span(span)
        record = {
            "path": path,
            "rule": finding.rule,
            "kind": str(finding.kind),
            "action": str(finding.action),
            "safety": str(finding.safety),
            "start": span.start,
            "end": span.end,
            "byte_start": byte_span.start,
            "byte_end": byte_span.end,
            "line": where.line,
            "column": where.column,
            **_content(finding),
        }
        yield line(dumps(record))


def cleaned(path: str, outcome: Outcome, target: str) -> Iterator[Line]:
    """What came of one document: its target, how much changed, and how many findings are left to review."""
    yield line(
        dumps(
            {
                "path": path,
                "target": target,
                "changed": outcome.changed,
                "edits": len(outcome.edits),
                "characters": sum(len(edit.span) - len(edit.text_after) for edit in outcome.edits),
                "review": sum(map(to_review, outcome.findings)),
                "sites": sorted({finding.site for finding in outcome.findings if finding.site}),
            }
        )
    )


def _content(finding: Finding) -> dict[str, Any]:
    return {
        "text": finding.text,
        "replacement": finding.replacement if finding.applies else None,
        "site": finding.site,
        "captures": dict(finding.captures),
        "confidence": finding.confidence,
        "fingerprint": finding.fingerprint,
    }


def totals(totals: Totals) -> Iterator[Line]:  # noqa: ARG001 - the signature that all reports share
    """Nothing: programs count for themselves."""
    return iter(())


def fragments(path: str, outcome: Outcome) -> Iterator[Line]:
    """One object a fragment; offsets count code points. The cover of a compilation and links behind it are left out."""
    for fragment in outcome.fragments:
        if fragment.index < 1:
            continue
        record = {
            "path": path,
            "fragment": fragment.index,
            "start": fragment.span.start,
            "end": fragment.span.end,
            "title": fragment.title,
            "site": fragment.site,
            "confidence": fragment.confidence,
            "evidence": [_evidence(item) for item in fragment.evidence],
        }
        yield line(dumps(record))


def _evidence(item: Evidence) -> dict[str, Any]:
    fields = {
        "type": item.type,
        "site": item.site,
        "rule": item.rule,
        "start": item.span and item.span.start,
        "end": item.span and item.span.end,
        "text": item.text,
        "from_path": item.from_path,
        # A fragment's number, as in the field `fragment`, unless it is the id of one in a ledger.
        "from_fragment": int(origin) if (origin := item.from_fragment or "").isdecimal() else item.from_fragment,
        "similarity": item.similarity,
    }
    return {name: value for name, value in fields.items() if value is not None}


def inspection(path: str, inspection: Inspection | None, size: int) -> Iterator[Line]:
    """One object a document of ``size`` bytes (None: no text). Spans count code points, those of segments bytes."""
    record = {"path": path, **(_BINARY if inspection is None else _inspected(inspection))}
    if inspection is None and size:
        record["segments"] = [{"byte_start": 0, "byte_end": size, "encoding": "binary"}]
    yield line(dumps(record))


_BINARY: dict[str, Any] = {
    "encoding": "binary",
    "confidence": 0.0,
    "bom": False,
    "newline": "none",
    "script": "none",
    "segments": [],
    "mojibake": [],
    "lossy": [],
    "damage": [],
    "private_use": [],
    "conversion_errors": [],
}


def _inspected(inspection: Inspection) -> dict[str, Any]:
    return {
        "encoding": inspection.encoding,
        "confidence": inspection.confidence,
        "bom": bool(inspection.bom),
        "newline": inspection.newline,
        "script": inspection.script.script,
        "segments": [{**_bytes(segment.bytes), "encoding": segment.encoding} for segment in inspection.segments],
        "mojibake": [_change(change) for change in inspection.mojibake],
        "lossy": [_text(span) for span in inspection.lossy],
        "damage": [_bytes(span) for span in inspection.damage],
        "private_use": [_text(span) for span in inspection.private_use],
        "conversion_errors": [
            {**_text(error.span), "found": error.found, "expected": error.expected}
            for error in inspection.conversion_errors
        ],
    }


def _change(change: Change) -> dict[str, Any]:
    return {**_text(change.span), "grade": change.grade, "repair": change.replacement}


def _bytes(span: ByteSpan) -> dict[str, int]:
    return {"byte_start": span.start, "byte_end": span.end}


def _text(span: TextSpan) -> dict[str, int]:
    return {"start": span.start, "end": span.end}


def rows(rows: Iterable[Mapping[str, Any]]) -> Iterator[Line]:
    """One object a record."""
    for record in rows:
        yield line(dumps(record))
