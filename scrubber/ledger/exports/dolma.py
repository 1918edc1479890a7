"""Stand-off attributes in the form that dolma reads: one line a document, ``{"id", "attributes": {name: spans}}``.

A span is ``[start, end, score]`` in code points of the original text; the name is ``scrubber__`` and the rule. Only
what was applied is there, so that whoever cuts the spans out gets the cleaned text, but for replacements. The ``id`` is
the path as it was recorded; every document has its line, as dolma wants it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrubber.ledger.exports import Files
    from scrubber.ledger.store import Ledger

EXPERIMENT = "scrubber"


def files(ledger: Ledger, run: str | None) -> Files:
    """One file: ``attributes.jsonl``."""

    def write(file: BinaryIO) -> None:
        file.writelines(line.encode() + b"\n" for line in lines(ledger, run))

    return {"attributes.jsonl": write}


def lines(ledger: Ledger, run: str | None = None) -> Iterator[str]:
    """The lines of the attribute file, without line ends."""
    for document in ledger.each_document(run):
        attributes: dict[str, list[tuple[int, int, float]]] = {}
        for found in ledger.findings_of_document(document.id):
            if found.edit is not None:
                spans = attributes.setdefault(f"{EXPERIMENT}__{found.rule}", [])
                spans.append((found.start, found.end, found.confidence))
        yield json.dumps({"id": document.path, "attributes": attributes}, sort_keys=True)
