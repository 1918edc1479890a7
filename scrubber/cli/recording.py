"""What a cleaning records in a ledger, document by document, before their files are written."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from scrubber import files
from scrubber.cli import kinship
from scrubber.ledger import kin
from scrubber.ledger.writer import Whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from scrubber.cli.console import Console
    from scrubber.cli.work import Done
    from scrubber.files import SourceFile
    from scrubber.formats import Result
    from scrubber.ledger import Ledger, Run
    from scrubber.ledger.kin import Entry

_COMPARED = 16 << 20  # code points of records that are held to be compared: some 200 MB with their index


class Recorder:
    """Records the documents of one run in the ledger at ``path``."""

    def __init__(self, ledger: Ledger, run: Run, path: Path, console: Console) -> None:
        self._ledger = ledger
        self._run = run
        self._path = path
        self._console = console
        self._said = False
        self._arrived = _Arrived()

    def documents(self, batch: Sequence[tuple[Done, Path]], *, compared: bool = True) -> list[str]:
        """Record documents with the places their files go to; return their ids.

        Unless ``compared``, they are no texts whose copies anybody would look for.
        """
        if not self._said and any(done.outcome.changed for done, _ in batch):
            self._console.note(f"recorded in {files.shown(self._path)}")
            self._said = True
        for done, _ in batch if compared else ():
            self._arrived.add(kin.entries(done.outcome), of_record=done.record is not None)
        return self._ledger.record_many(
            self._run, ((done.name, done.outcome, _told(done.file, target, done.name)) for done, target in batch)
        )

    def whole(self, file: SourceFile, target: Path, pieces: Pieces) -> None:
        """Record a file whose pieces are recorded."""
        self._ledger.record_whole(self._run, file.path, pieces.whole(), _told(file, target, str(file.path)))

    def compare(self) -> None:
        """Compare what was recorded with all that the ledger knows."""
        if self._arrived.left_out:
            self._console.note(
                f"not compared with each other, being too many: the texts of {self._arrived.left_out:,} records "
                "(`scrubber trace --ledger` does)"
            )
        kinship.join(self._ledger, self._path, self._arrived.entries, self._console)


def _told(file: SourceFile, target: Path, name: str) -> str | None:
    """The target for the ledger. Copies keep their relative paths, by which the ledger knows them again.

    What their output folder was called is left out, so that the same work leaves the same ledger.
    """
    return name if target == file.path else None


class Pieces:
    """What is known of a file once all its pieces have passed."""

    def __init__(self) -> None:
        self._raw, self._clean = hashlib.sha256(), hashlib.sha256()
        self._size = self._clean_size = 0
        self._ids: list[str] = []

    def add(self, results: Sequence[Result], ids: Sequence[str]) -> None:
        for result in results:
            self._raw.update(result.raw or b"")
            self._clean.update(result.data or b"")
            self._size += len(result.raw or b"")
            self._clean_size += len(result.data or b"")
        self._ids.extend(ids)

    def whole(self) -> Whole:
        return Whole(self._raw.digest(), self._clean.digest(), self._size, self._clean_size, self._ids)


class _Arrived:
    """The texts to compare at the end. Those of records are let go, all of them, where they are too many to hold.

    All or none, so that what is recorded does not depend on their order.
    """

    def __init__(self) -> None:
        self.left_out = 0
        self._texts: list[Entry] = []
        self._records: list[Entry] = []
        self._size = 0

    def add(self, entries: Sequence[Entry], *, of_record: bool) -> None:
        if not of_record:
            self._texts.extend(entries)
            return
        self._size += sum(len(text) for _, text in entries)
        self._records.extend(entries)
        if self._size > _COMPARED:
            self.left_out += len(self._records)
            self._records.clear()

    @property
    def entries(self) -> list[Entry]:
        return self._texts + self._records
