"""The record of what was done: one SQLite file with runs, documents, edits, findings, fragments and their sites."""

from scrubber.ledger.store import Ledger, Run

__all__ = ["Ledger", "Run"]
