"""Writing cleaned files: first the record of what is removed reaches the disk, then the files are replaced, each whole.

Killed between the two, the ledger knows of a cleaning that did not happen, which harms nothing; the other way round,
removed text could be lost.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from scrubber import __version__, atomic, files, formats
from scrubber.cli import work
from scrubber.cli.work import Done, Workshop
from scrubber.cli.workers import Workers
from scrubber.errors import ScrubberError

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import BinaryIO

    from scrubber.cli.console import Console
    from scrubber.cli.work import Settings
    from scrubber.files import SourceFile
    from scrubber.formats import Result
    from scrubber.ledger import Ledger, Run
    from scrubber.ledger.kin import Entry
    from scrubber.ruleset import RuleSet
    from scrubber.totals import Totals

    Recorder = Callable[[list[tuple[Done, Path]]], None]

FOLDER = ".scrubber"
_DOCUMENTS, _BYTES = 64, 16 << 20  # what is recorded in one transaction, before its files are written
_COMPARED = 16 << 20  # code points of records that are held to be compared: some 200 MB with their index


def ledger_path(settings: Settings, named: Path | None, *, needed: bool) -> Path | None:
    """The ledger to record in: the one named, the configured one or, where there must be one, the default one."""
    default = settings.config.root / FOLDER / "ledger.sqlite3" if needed else None
    return named or settings.config.ledger or default


def clean_all(
    targets: Mapping[SourceFile, Path],
    settings: Settings,
    console: Console,
    totals: Totals,
    ledger: Path | None,
) -> Iterator[tuple[Done, Path]]:
    """Clean each file into its target (for standard input, standard output); give those that are done, in order.

    The records of a file are given while it is written; when that fails at its end, its target is as it was.
    """
    settings = replace(settings, trace=ledger is not None)
    scrubber = settings.scrubber()
    with (
        _recording(ledger, settings, scrubber.ruleset, console) as record,
        Workers(scrubber, settings.jobs) as workers,
    ):
        shop = Workshop(settings, workers, console, totals, len(targets))
        for form, group in groupby(targets, settings.form):
            if form is None:
                yield from _texts(shop, list(group), targets, record, _DOCUMENTS if ledger else 1)
            else:
                for file in group:
                    yield from _records(shop, file, targets[file], form, record)


def _texts(
    shop: Workshop, listed: Sequence[SourceFile], targets: Mapping[SourceFile, Path], record: Recorder, most: int
) -> Iterator[tuple[Done, Path]]:
    """Clean plain texts; at most so many are recorded at once, before they are written."""
    for batch in _batches(shop.texts(listed), most):
        record([(done, targets[done.file]) for done in batch])
        for done in batch:
            target = targets[done.file]
            try:
                _write(done, target)
            except (ScrubberError, OSError) as error:
                shop.failed(done.file.path, why(error, target))
            else:
                yield done, target


def _records(
    shop: Workshop, file: SourceFile, target: Path, form: str, record: Recorder
) -> Iterator[tuple[Done, Path]]:
    """Clean a file of records, each chunk recorded before it is written. Where nothing changes, no byte of it does."""
    from scrubber.cli.records import UnreadableError  # noqa: PLC0415 - as above

    try:
        status = None if file.is_stdin else file.path.stat()
        with suppress(UnchangedError), placing(file, target, status) as sink:
            changed = False
            with formats.known()[form].writing(file.path, sink, shop.settings.text_field) as write:
                for chunk, results in shop.records(file, form):
                    record([(_stored(file, one), target) for one in results if one.raw is not None])
                    write(chunk, [one.data for one in results])
                    changed = changed or any(one.spelled for one in results)
                    yield from ((done, target) for done in work.done_of(file, results))
            if not changed and not file.is_stdin:
                leave(file, target, sink)
    except (UnreadableError, atomic.WriteError, OSError, ValueError) as error:
        shop.failed(file.path, why(error, target))


def _stored(file: SourceFile, result: Result) -> Done:
    """A record as the ledger keeps it, also one that could not be done."""
    return Done(file, result.stored(formats.document(file.path, result.number)), None, result)


class UnchangedError(Exception):
    """Nothing is to be written."""


def leave(file: SourceFile, target: Path, sink: BinaryIO) -> None:
    """Let a file be what it was: compressed again, the same content could have other bytes."""
    import shutil  # noqa: PLC0415 - of use for unchanged copies only

    if target == file.path:
        raise UnchangedError
    sink.seek(0)
    sink.truncate()
    with file.path.open("rb") as original:
        shutil.copyfileobj(original, sink)


def _write(done: Done, target: Path) -> None:
    if done.file.is_stdin:
        sys.stdout.buffer.write(done.outcome.bytes)
    elif target != done.file.path or done.outcome.changed:
        put(done.outcome.bytes, done.file, target, done.status)


def put(data: bytes, file: SourceFile, target: Path, status: os.stat_result | None) -> None:
    """Write what came of ``file``: see ``placing``."""
    with placing(file, target, status) as sink:
        sink.write(data)


@contextmanager
def placing(file: SourceFile, target: Path, status: os.stat_result | None) -> Iterator[BinaryIO]:
    """Where to write what came of ``file``, whose stat was ``status`` when it was read.

    It goes in the file's place, or becomes a copy with its mode, when the block ends without an exception. Raises
    ScrubberError or OSError; then the target is as it was. For standard input it is standard output.
    """
    if file.is_stdin:
        yield sys.stdout.buffer
    elif target == file.path:
        with atomic.replacing(target, read_as=status) as sink:
            yield sink
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        with atomic.replacing(target) as sink:
            yield sink
        if status is not None:
            target.chmod(status.st_mode & 0o777 | 0o200)  # writable, so that the next run can replace it


def why(error: Exception, path: Path) -> str:
    """What to say of a file that could not be done, without its path."""
    message = files.explain(error) if isinstance(error, OSError | ValueError) else str(error)
    return message.removeprefix(f"{files.shown(path)}: ")


def _batches(done_ones: Iterable[Done], most: int) -> Iterator[list[Done]]:
    batch: list[Done] = []
    size = 0
    for done in done_ones:
        batch.append(done)
        size += len(done.outcome.bytes)
        if len(batch) >= most or size >= _BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _recording(
    ledger: Path | None, settings: Settings, ruleset: RuleSet, console: Console
) -> AbstractContextManager[Recorder]:
    return nullcontext(lambda _: None) if ledger is None else _ledger(ledger, settings, ruleset, console)


@contextmanager
def _ledger(path: Path, settings: Settings, ruleset: RuleSet, console: Console) -> Iterator[Recorder]:
    with recording(path, settings, ruleset, {}) as (ledger, run):
        from scrubber.cli import kinship  # noqa: PLC0415 - of use only with a ledger
        from scrubber.ledger import kin  # noqa: PLC0415 - as above

        arrived = _Arrived()
        said = False

        def record(batch: list[tuple[Done, Path]]) -> None:
            nonlocal said
            _record(ledger, run, batch)
            if not said and any(done.outcome.changed for done, _ in batch):
                console.note(f"recorded in {files.shown(path)}")
                said = True
            for done, _ in batch:
                arrived.add(kin.entries(done.outcome), of_record=done.record is not None)

        yield record
        if arrived.left_out:
            console.note(
                f"not compared with each other, being too many: the texts of {arrived.left_out:,} records "
                "(`scrubber trace --ledger` does)"
            )
        kinship.join(ledger, path, arrived.entries, console)


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


@contextmanager
def recording(
    path: Path, settings: Settings, ruleset: RuleSet, more: Mapping[str, object]
) -> Iterator[tuple[Ledger, Run]]:
    """The ledger at ``path``, made where it is missing, and a run with these settings and ``more`` of them."""
    from scrubber.ledger import Ledger  # noqa: PLC0415 - SQLite is of use only with a ledger

    _make_folder(path)
    with Ledger.open(path) as ledger:
        # No time of day: the same work done twice leaves the same ledger.
        run = ledger.begin(
            __version__,
            ruleset.digest,
            {"review": settings.review, "encoding": settings.encoding, **more},
            rules={rule.id: rule.digest for rule in ruleset.rules},
        )
        yield ledger, run


def _record(ledger: Ledger, run: Run, batch: list[tuple[Done, Path]]) -> None:
    ledger.record_many(run, ((done.name, done.outcome, _told(done, target)) for done, target in batch))


def _told(done: Done, target: Path) -> str | None:
    """The target for the ledger. Copies keep their relative paths, by which the ledger knows them again.

    What their output folder was called is left out, so that the same work leaves the same ledger.
    """
    return done.name if target == done.file.path else None


def _make_folder(ledger: Path) -> None:
    """Make the folder of a ledger; our own one tells git to leave it alone."""
    try:
        ledger.parent.mkdir(parents=True, exist_ok=True)
        if ledger.parent.name == FOLDER and not (ledger.parent / ".gitignore").exists():
            (ledger.parent / ".gitignore").write_text("*\n")
    except OSError as error:
        raise ScrubberError(f"{files.shown(ledger)}: the ledger cannot be made: {files.explain(error)}") from error
