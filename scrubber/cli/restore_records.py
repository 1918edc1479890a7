"""Restoring a file of records: each record is looked up by its own bytes, so that any number of them can stream by.

A record is found like a file, also where it was moved in its file or to another one. One that is not as it was left
leaves the whole file alone.
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from hashlib import file_digest, sha256
from typing import TYPE_CHECKING, NamedTuple

from scrubber import __version__, formats
from scrubber.cli.writing import UnchangedError, leave, placing
from scrubber.errors import IntegrityError, LedgerError
from scrubber.reports import counted
from scrubber.restore import Restored, UntouchedError, restore, undo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from scrubber.files import SourceFile
    from scrubber.formats import Record
    from scrubber.ledger import Ledger, Run
    from scrubber.ledger.records import DocumentRecord

_KEPT = 1024  # answers
_SHORT = 1 << 14  # bytes of a record that may well stand in a file a thousand times


class Wish(NamedTuple):
    """What to restore: the format of the file, the field of its texts, and the run or rules to undo, if not all."""

    form: str
    field: str
    run: str | None = None
    rules: tuple[str, ...] = ()


def restore_records(ledger: Ledger, file: SourceFile, target: Path, wish: Wish) -> str:
    """Restore one file and say what was done. Raises ScrubberError, OSError or ValueError; then nothing was written."""
    module = formats.known()[wish.form]
    undoing = _Undoing(ledger, file.path, wish)
    status = file.path.stat()
    with suppress(UnchangedError), placing(file, target, status) as sink:
        with module.writing(file.path, sink, wish.field) as write:
            for chunk in module.chunks(file.path, wish.field):
                write(chunk, undoing.data(chunk.records))
        if not undoing.undone and (wish.run or wish.rules):
            raise LedgerError("what was to be undone changed none of its records")
        if not undoing.undone:
            leave(file, target, sink)
    if not undoing.undone:
        return "is the original already"
    kept = f", {undoing.kept} left" if undoing.kept else ""
    return f"{counted(undoing.undone, 'change')} undone in {counted(undoing.records, 'record')}{kept}"


class _Undoing:
    """Gives records back as they were, and counts; what is left of partly restored ones is recorded before that."""

    def __init__(self, ledger: Ledger, path: Path, wish: Wish) -> None:
        self.undone = self.records = self.kept = 0
        self._ledger = ledger
        self._path = path
        self._wish = wish
        self._run: Run | None = None
        self._anywhere = lru_cache(_KEPT)(self._whatever_its_place)

    def data(self, records: Sequence[Record]) -> list[bytes | None]:
        """The bytes of records before what is to be undone."""
        found = [self._restored(record) for record in records]
        partly = [
            (formats.document(self._path, record.number), one)
            for record, one in zip(records, found, strict=True)
            if one and one.kept
        ]
        if partly:
            self._run = self._run or self._ledger.begin(__version__, "", {"restore": sorted(self._wish.rules)})
            self._ledger.record_restored_many(self._run, partly)
        for one in filter(None, found):
            self.undone += len(one.undone)
            self.records += bool(one.undone)
            self.kept += len(one.kept)
        return [one.data if one else record.raw for record, one in zip(records, found, strict=True)]

    def _restored(self, record: Record) -> Restored | None:
        """The record as it was; None where there is nothing to undo."""
        raw, wish = record.raw, self._wish
        if raw is None:
            return None
        name = formats.document(self._path, record.number)
        if wish.run is None and not wish.rules:
            return (len(raw) <= _SHORT and self._anywhere(raw)) or restore(self._ledger, raw, name)
        try:
            return restore(self._ledger, raw, name, run=wish.run, rules=wish.rules)
        except UntouchedError:
            return None

    def _whatever_its_place(self, raw: bytes) -> Restored | None:
        """What these bytes were, if that does not depend on where they stand: asked once for equal records."""
        if len(self._ledger.origins(sha256(raw).hexdigest())) > 1:
            return None
        try:
            restored = restore(self._ledger, raw)
        except LedgerError:
            return None
        return restored if len(restored.steps) <= 1 else None


def pieces_of(ledger: Ledger, file: SourceFile) -> DocumentRecord | None:
    """The record of a file that was cleaned in pieces, if it is one, by the file's bytes. Raises OSError."""
    with file.path.open("rb") as opened:
        digest = file_digest(opened, "sha256").hexdigest()
    found = [record for record in ledger.cleaned_to(digest) if record.pieces]
    originals = {record.raw: record for record in found if record.changed}
    if len(originals) > 1:
        named = ", ".join(sorted(record.path for record in originals.values()))
        raise LedgerError(f"it may come from {len(originals)} different originals: {named}")
    return next(iter(originals.values()), found[0] if found else None)


def restore_pieces(
    ledger: Ledger, file: SourceFile, target: Path, whole: DocumentRecord, run: str | None, rules: Sequence[str]
) -> str:
    """Restore a file that was cleaned in pieces and say what was done. Raises as ``restore_records``."""
    if rules:
        raise LedgerError("it was cleaned in pieces, and can be restored as a whole only")
    if run is not None and ledger.resolve_run(run) not in ledger.runs_of(whole.id):
        raise LedgerError(f"run {run} did not change it")
    status, digest, undone = file.path.stat(), sha256(), 0
    with suppress(UnchangedError), placing(file, target, status) as sink, file.path.open("rb") as cleaned:
        for piece in map(ledger.piece, whole.pieces):
            edits = ledger.edits(piece.id)
            data = undo(cleaned.read(piece.clean_size), edits)
            undone += len(edits)
            digest.update(data)
            sink.write(data)
        if digest.hexdigest() != whole.raw:
            raise IntegrityError("the ledger's edits do not give back the recorded original")
        if not undone:
            leave(file, target, sink)
    return f"{counted(undone, 'change')} undone" if undone else "is the original already"
