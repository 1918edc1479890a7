"""Everything in the ledger, one JSON object a line, in an order that content alone decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from scrubber.ledger import Ledger


def write(ledger: Ledger, file: BinaryIO) -> None:
    """Write runs, documents with their edits, findings and fragments, and near-duplicates."""
    file.writelines(row.encode() + b"\n" for row in ledger.dump())
