"""What a ledger records as text, in an order that content alone decides.

Two ledgers of the same work have the same dump, whatever the order of the documents, the number of processes, the
merges on the way, or the folder that the cleaned files went to.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from scrubber.ledger import reader, schema

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from scrubber.ledger.records import DocumentRecord, EditRecord


def lines(connection: sqlite3.Connection) -> Iterator[str]:
    """One JSON object a line, without line ends: the version, the runs, the documents, the near-duplicate pairs."""
    yield _line("ledger", {"version": schema.VERSION})
    for run in sorted(reader.runs(connection)):
        yield _line("run", run._asdict())
    for document in reader.each_document(connection):
        yield _line("document", _document(connection, document))
    for pair in reader.duplicates(connection):
        yield _line("duplicate", pair._asdict())


def _document(connection: sqlite3.Connection, document: DocumentRecord) -> dict[str, object]:
    """A document with all that belongs to it."""
    findings = [finding._asdict() for finding in reader.findings_of_document(connection, document.id)]
    fragments = [
        {**fragment._asdict(), "evidence": [found._asdict() for found in fragment.evidence]}
        for fragment in reader.fragments(connection, "d.key = ?", bytes.fromhex(document.id))
    ]
    columns = document._asdict()
    del columns["targets"]  # where the work went is not what was done
    return {
        **columns,
        "bom": document.bom.hex(),
        "runs": sorted(reader.runs_of(connection, document.id)),
        "edits": [_edit(edit) for edit in reader.edits(connection, document.id)],
        "findings": findings,
        "fragments": fragments,
    }


def _edit(edit: EditRecord) -> dict[str, object]:
    return {**edit._asdict(), "before": edit.before.hex(), "after": edit.after.hex()}


def _line(kind: str, row: dict[str, object]) -> str:
    return json.dumps({"is": kind, **row}, sort_keys=True, separators=(",", ":"))
