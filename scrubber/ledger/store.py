"""The ledger as one object: open it, record outcomes, ask it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Self

from scrubber.errors import LedgerError
from scrubber.ledger import connection as connections
from scrubber.ledger import dump, keys, reader
from scrubber.ledger.merge import take_in
from scrubber.ledger.writer import Writer

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from types import TracebackType

    from scrubber.ledger.keys import AnyPath
    from scrubber.ledger.records import (
        DocumentRecord,
        DuplicateRecord,
        EditRecord,
        FindingRecord,
        FragmentRecord,
        RunRecord,
        SiteRecord,
    )
    from scrubber.ledger.writer import Whole
    from scrubber.model import Fragment, Outcome
    from scrubber.restore import Restored

_WRITTEN_AS = "SELECT w.document FROM targets w WHERE w.document = d.id AND substr(w.path, ?) = ?"
_BATCH = 500  # documents to a transaction


@dataclass(frozen=True, slots=True)
class Run:
    """A run that outcomes are recorded under, by its id, and the digest of each rule by the rule's id.

    It can be pickled and used by another process that has the same ledger open.
    """

    id: str
    rules: Mapping[str, str]


class Ledger:
    """One ledger file. Several processes may have it open and write; each process and thread opens its own ``Ledger``.

    When ``record`` or ``record_many`` returns, the rows are on disk. Every method raises LedgerError when the file
    cannot serve; the transaction it was in is undone.
    """

    def __init__(self, connection: sqlite3.Connection, name: str, wait: float) -> None:
        self._connection = connection
        self._name = name
        self._wait = wait
        self._writer = Writer(connection)

    @classmethod
    def open(cls, path: AnyPath, *, create: bool = True, readonly: bool = False, wait: float = 30.0) -> Ledger:
        """Open the ledger at ``path``; a missing one is made unless ``create`` is false or it is for reading only.

        ``wait``: seconds to wait for other processes that write. An older version is brought up to date.
        """
        opened = connections.connect(path, create=create, readonly=readonly, wait=wait)
        return cls(opened, os.fsdecode(path), wait)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        with self._explained():
            self._connection.close()

    # -- writing

    def begin(
        self,
        tool_version: str,
        ruleset_digest: str,
        settings: Mapping[str, object],
        *,
        rules: Mapping[str, str] | None = None,
        started: str | None = None,
    ) -> Run:
        """The run to record under; the same arguments, also in another process, give the same run.

        ``rules`` holds the digest of each rule by id; ``started`` is a time in any form, or None so that two runs
        over the same documents leave the same ledger. ``settings`` must be JSON.
        """
        with self._explained(), self._transaction():
            key = self._writer.run(tool_version, ruleset_digest, settings, started)
        return Run(key.hex(), dict(rules or {}))

    def record(self, run: Run, path: AnyPath, outcome: Outcome, target: AnyPath | None = None) -> str:
        """Record one document and return its id. ``target``: where the cleaned file goes; ``path`` if in its place."""
        return self.record_many(run, [(path, outcome, target)])[0]

    def record_many(
        self, run: Run, outcomes: Iterable[tuple[AnyPath, Outcome] | tuple[AnyPath, Outcome, AnyPath | None]]
    ) -> list[str]:
        """Record documents (path, outcome and, if known, target), many to a transaction; return their ids in order."""
        ids: list[str] = []
        pending = iter(outcomes)
        while batch := list(islice(pending, _BATCH)):
            with self._explained(), self._transaction():
                row = self._row(run)
                ids.extend(self._record(row, run.rules, *item).hex() for item in batch)
        return ids

    def record_whole(self, run: Run, path: AnyPath, whole: Whole, target: AnyPath | None = None) -> str:
        """Record a document that was cleaned in pieces, after these; return its id."""
        written = None if target is None else keys.path_bytes(target)
        with self._explained(), self._transaction():
            return self._writer.whole(self._row(run), keys.path_bytes(path), whole, written).hex()

    def record_duplicates(self, pairs: Iterable[tuple[str, str, float]]) -> None:
        """Record verified near-duplicates: two fragment ids (hex, see ``keys.text_key``) and their similarity."""
        with self._explained(), self._transaction():
            self._writer.duplicates(pairs)

    def retell(self, told: Iterable[tuple[FragmentRecord, Fragment]]) -> None:
        """Put what copies say now about fragments that name no site in the place of what was recorded before."""
        pending = iter(told)
        while batch := list(islice(pending, _BATCH)):
            with self._explained(), self._transaction():
                for place, fragment in batch:
                    self._writer.retell(place, fragment)

    def record_restored(self, run: Run, path: AnyPath, restored: Restored) -> str:
        """Record a document that was restored in part, so that its other edits can be undone later; return its id."""
        return self.record_restored_many(run, [(path, restored)])[0]

    def record_restored_many(self, run: Run, restored: Iterable[tuple[AnyPath, Restored]]) -> list[str]:
        """Record documents that were restored in part, in one transaction; return their ids in order."""
        with self._explained(), self._transaction():
            row = self._row(run)
            return [
                self._writer.partly_restored(row, keys.path_bytes(path), one.steps[0], one.data, one.kept).hex()
                for path, one in restored
            ]

    def merge(self, other: AnyPath) -> int:
        """Take in everything from the ledger at ``other``, which is only read; return how many documents were new."""
        theirs = os.fsdecode(other)
        # Opened once on its own, so that what is wrong with it is reported under its own name, before anything happens.
        connections.connect(other, create=False, readonly=True, wait=self._wait).close()
        if Path(theirs).samefile(self._name):
            raise LedgerError(f"{connections.printable(theirs)}: a ledger cannot be merged into itself")
        with self._explained():
            self._connection.execute("ATTACH ? AS o", (connections.uri(theirs, "ro"),))
            try:
                with self._transaction():
                    return take_in(self._connection)
            finally:
                self._connection.execute("DETACH o")

    # -- asking

    def runs(self) -> list[RunRecord]:
        with self._explained():
            return reader.runs(self._connection)

    def document(self, path: AnyPath) -> list[DocumentRecord]:
        """Every record of the document at ``path``, written as it was given; several when its content changed."""
        with self._explained():
            return reader.documents(self._connection, "d.path = ?", keys.path_bytes(path))

    def piece(self, document: str) -> DocumentRecord:
        """The document with this id."""
        with self._explained():
            (found,) = reader.documents(self._connection, "d.key = ?", bytes.fromhex(document))
        return found

    def cleaned_to(self, digest: str, name: str | None = None) -> list[DocumentRecord]:
        """The documents whose cleaned bytes have this SHA-256 (hex); with ``name`` those that have this file name."""
        where = "t.clean = ?"
        values: list[bytes | int] = [bytes.fromhex(digest)]
        if name is not None:
            where += f" AND (substr(d.path, ?) = ? OR d.id IN ({_WRITTEN_AS}))"
            values += [-len(ending := keys.path_bytes(name)), ending, -len(ending), ending]
        with self._explained():
            return reader.documents(self._connection, where, *values)

    def origins(self, digest: str) -> set[str]:
        """The SHA-256 (hex) of everything that was cleaned to these bytes, or that already was these bytes."""
        with self._explained():
            return reader.origins(self._connection, digest)

    def originally(self, digest: str) -> list[DocumentRecord]:
        """The documents whose original bytes have this SHA-256 (hex)."""
        with self._explained():
            return reader.documents(self._connection, "t.raw = ?", bytes.fromhex(digest))

    def documents_named(self, name: AnyPath) -> list[DocumentRecord]:
        """The documents with this file name, in any folder. Reads the whole table."""
        ending = keys.path_bytes(name)
        with self._explained():
            found = reader.documents(self._connection, "substr(d.path, ?) = ?", -len(ending), ending)
        return [document for document in found if Path(document.path).name == os.fsdecode(name)]

    def runs_of(self, document: str) -> list[str]:
        """The ids of the runs that recorded this document id."""
        with self._explained():
            return reader.runs_of(self._connection, document)

    def edits(self, document: str) -> list[EditRecord]:
        """The edits of a document id, in the order of the bytes."""
        with self._explained():
            return reader.edits(self._connection, document)

    def findings_of_document(self, document: str) -> list[FindingRecord]:
        """The findings of a document id, applied and rejected, in the order of the text."""
        with self._explained():
            return reader.findings_of_document(self._connection, document)

    def sites(self) -> list[SiteRecord]:
        with self._explained():
            return reader.sites(self._connection)

    def findings_of_site(self, name: str) -> list[FindingRecord]:
        """The findings that name the site, by path and place."""
        with self._explained():
            return reader.findings_of_site(self._connection, name)

    def fragments_of_site(self, name: str) -> list[FragmentRecord]:
        """The fragments attributed to the site, alone or beside others."""
        query = "f.id IN (SELECT fragment FROM attributions WHERE site = (SELECT id FROM sites WHERE name = ?))"
        with self._explained():
            return reader.fragments(self._connection, query, name)

    def fragments_of_document(self, document: str) -> list[FragmentRecord]:
        """The fragments of a document id, in order."""
        with self._explained():
            return reader.fragments(self._connection, "d.key = ?", bytes.fromhex(document))

    def fragment(self, fragment: str) -> list[FragmentRecord]:
        """Every place where a fragment stands: by the id of its text, or of its normalised text."""
        key = bytes.fromhex(fragment)
        with self._explained():
            verbatim = reader.fragments(self._connection, "f.text_key = ?", key)
            return verbatim or reader.fragments(self._connection, "f.normal_key = ?", key)

    def marked(self) -> set[str]:
        """The ids of all texts that name their site where they stand, at one place at least."""
        with self._explained():
            return reader.marked(self._connection)

    def places(self, fragment: str, *, marked: bool) -> list[FragmentRecord]:
        """The places of a text (by its id) where it names its site, or those where it names none."""
        with self._explained():
            return reader.places(self._connection, fragment, marked=marked)

    def repeated(self) -> list[str]:
        """The ids of the texts that stand, verbatim, at more than one place."""
        with self._explained():
            return reader.repeated(self._connection)

    def duplicates(self) -> Iterator[DuplicateRecord]:
        """Every recorded pair of near-duplicate fragments."""
        with self._explained():
            yield from reader.duplicates(self._connection)

    def resolve_run(self, prefix: str) -> str:
        """The id of the only run whose id starts with ``prefix``."""
        matching = [run.id for run in self.runs() if run.id.startswith(prefix.lower())]
        if len(matching) != 1:
            many = f"{len(matching)} runs start" if matching else "no run starts"
            hint = "`scrubber ledger runs` names them all"
            raise LedgerError(f"{connections.printable(self._name)}: {many} with {prefix}\n  hint: {hint}")
        return matching[0]

    def rules(self) -> list[str]:
        """The ids of all rules that found something, in order."""
        with self._explained():
            return reader.rules(self._connection)

    def each_document(self, run: str | None = None) -> Iterator[DocumentRecord]:
        """Every document, or those of a run, by id."""
        with self._explained():
            yield from reader.each_document(self._connection, run)

    def dump(self) -> Iterator[str]:
        """The whole ledger as lines of JSON, the same for the same work in any order; see ``dump.lines``."""
        with self._explained():
            yield from dump.lines(self._connection)

    # -- inside

    def _row(self, run: Run) -> int:
        row = self._writer.find_run(bytes.fromhex(run.id))
        if row is None:
            raise LedgerError(f"{connections.printable(self._name)}: run {run.id} was not begun in this ledger")
        return row

    def _record(
        self, run: int, rules: Mapping[str, str], path: AnyPath, outcome: Outcome, target: AnyPath | None = None
    ) -> bytes:
        written = None if target is None else keys.path_bytes(target)
        return self._writer.document(run, rules, keys.path_bytes(path), outcome, written)

    def _explained(self) -> AbstractContextManager[None]:
        return connections.explained(self._name)

    def _transaction(self) -> AbstractContextManager[None]:
        return connections.transaction(self._connection, self._wait, on_failure=self._writer.forget)
