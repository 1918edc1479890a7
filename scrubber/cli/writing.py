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
from scrubber.config import TEXT_FIELD
from scrubber.errors import ScrubberError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import BinaryIO

    from scrubber.cli.console import Console
    from scrubber.cli.recording import Pieces, Recorder
    from scrubber.cli.work import Settings
    from scrubber.files import SourceFile
    from scrubber.formats import Result
    from scrubber.ledger import Ledger, Run
    from scrubber.ruleset import RuleSet
    from scrubber.totals import Totals


FOLDER = ".scrubber"
_DOCUMENTS, _BYTES = 64, 16 << 20  # what is recorded in one transaction, before its files are written


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
        _recording(ledger, settings, scrubber.ruleset, console) as recorder,
        Workers(scrubber, settings.jobs) as workers,
    ):
        shop = Workshop(settings, workers, console, totals, len(targets))
        for form, group in groupby(targets, settings.form):
            if form is None:
                yield from _texts(shop, list(group), targets, recorder)
            else:
                for file in group:
                    yield from _records(shop, file, targets[file], form, recorder)


def _texts(
    shop: Workshop, listed: Sequence[SourceFile], targets: Mapping[SourceFile, Path], recorder: Recorder | None
) -> Iterator[tuple[Done, Path]]:
    """Clean plain texts; a batch of them is recorded before it is written."""
    for batch in _batches(shop.texts(listed), _DOCUMENTS if recorder else 1):
        if recorder:
            recorder.documents([(done, targets[done.file]) for done in batch])
        for done in batch:
            target = targets[done.file]
            try:
                _write(done, target)
            except (ScrubberError, OSError) as error:
                if done.file.is_stdin:
                    raise  # it is standard output that cannot be written, not this text
                shop.failed(done.file.path, why(error, target))
            else:
                yield done, target


def _records(
    shop: Workshop, file: SourceFile, target: Path, form: str, recorder: Recorder | None
) -> Iterator[tuple[Done, Path]]:
    """Clean a file of records, each chunk recorded before it is written. Where nothing changes, no byte of it does."""
    from scrubber.cli.records import UnreadableError  # noqa: PLC0415 - as above

    try:
        status = None if file.is_stdin else file.path.stat()
        with suppress(UnchangedError), placing(file, target, status) as sink:
            changed, pieces = False, _pieces(recorder, form)
            with formats.known()[form].writing(file.path, sink, shop.settings.text_field) as write:
                for chunk, results in shop.records(file, form):
                    stored = [(_stored(file, one), target) for one in results if one.raw is not None]
                    ids = recorder.documents(stored, compared=pieces is None) if recorder else []
                    if pieces:
                        pieces.add(results, ids)
                    write(chunk, [one.data for one in results])
                    changed = changed or any(one.spelled for one in results)
                    yield from ((done, target) for done in work.done_of(file, results))
            if recorder and pieces:
                recorder.whole(file, target, pieces)
            if not changed and not file.is_stdin:
                leave(file, target, sink)
    except (UnreadableError, atomic.WriteError, OSError, ValueError) as error:
        if file.is_stdin and isinstance(error, OSError):
            raise  # as above
        shop.failed(file.path, why(error, target))


def _pieces(recorder: Recorder | None, form: str) -> Pieces | None:
    """Where to note the pieces of a file, if it consists of such and there is a ledger."""
    if recorder is None or form != formats.PIECES:
        return None
    from scrubber.cli.recording import Pieces  # noqa: PLC0415 - of use only with a ledger

    return Pieces()


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
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise atomic.WriteError(
                f"the folder {files.shown(target.parent)} cannot be made: {error.strerror}"
            ) from error
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
) -> AbstractContextManager[Recorder | None]:
    return nullcontext() if ledger is None else _ledger(ledger, settings, ruleset, console)


@contextmanager
def _ledger(path: Path, settings: Settings, ruleset: RuleSet, console: Console) -> Iterator[Recorder]:
    with recording(path, settings, ruleset, {}) as (ledger, run):
        from scrubber.cli.recording import Recorder  # noqa: PLC0415 - of use only with a ledger

        recorder = Recorder(ledger, run, path, console)
        yield recorder
        recorder.compare()


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
            {"review": settings.review, "encoding": settings.encoding, **_wishes(settings), **more},
            rules={rule.id: rule.digest for rule in ruleset.rules},
        )
        yield ledger, run


def _wishes(settings: Settings) -> dict[str, object]:
    """What was asked for beside removal from the usual field."""
    field = settings.text_field if settings.text_field != TEXT_FIELD else None
    asked = {"script": settings.script, "repair_mojibake": settings.repair_mojibake, "text_field": field}
    return {name: value for name, value in asked.items() if value}


def _make_folder(ledger: Path) -> None:
    """Make the folder of a ledger; our own one tells git to leave it alone."""
    try:
        ledger.parent.mkdir(parents=True, exist_ok=True)
        if ledger.parent.name == FOLDER and not (ledger.parent / ".gitignore").exists():
            (ledger.parent / ".gitignore").write_text("*\n")
    except OSError as error:
        raise ScrubberError(f"{files.shown(ledger)}: the ledger cannot be made: {files.explain(error)}") from error
