"""Writing cleaned files: first the record of what is removed reaches the disk, then the files are replaced, each whole.

Killed between the two, the ledger knows of a cleaning that did not happen, which harms nothing; the other way round,
removed text could be lost.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from scrubber import __version__, atomic, files
from scrubber.cli import work
from scrubber.errors import ScrubberError

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from scrubber.cli.console import Console
    from scrubber.cli.work import Done, Settings
    from scrubber.files import SourceFile
    from scrubber.ledger import Ledger, Run
    from scrubber.ledger.kin import Entry
    from scrubber.ruleset import RuleSet
    from scrubber.totals import Totals

    Recorder = Callable[[list[tuple[Done, Path]]], None]

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
    """Clean each file into its target (for standard input, standard output); give those that are done, in order."""
    settings = replace(settings, trace=ledger is not None)
    scrubber = settings.scrubber()
    done_ones = work.process(list(targets), settings, scrubber, console, totals)
    with _recording(ledger, settings, scrubber.ruleset, console) as record:
        for batch in _batches(done_ones, _DOCUMENTS if ledger else 1):
            record([(done, targets[done.file]) for done in batch])
            for done in batch:
                target = targets[done.file]
                try:
                    _write(done, target)
                except (ScrubberError, OSError) as error:
                    totals.problems += 1
                    console.problem(done.file.path, why(error, target))
                else:
                    yield done, target


def _write(done: Done, target: Path) -> None:
    if done.file.is_stdin:
        sys.stdout.buffer.write(done.outcome.bytes)
    elif target != done.file.path or done.outcome.changed:
        put(done.outcome.bytes, done.file, target, done.status)


def put(data: bytes, file: SourceFile, target: Path, status: os.stat_result | None) -> None:
    """Write what came of ``file``, whose stat was ``status`` when it was read: in its place, or a copy with its mode.

    Raises ScrubberError or OSError; then the target is as it was.
    """
    if target == file.path:
        atomic.write(target, data, read_as=status)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    atomic.write(target, data)
    if status is not None:
        target.chmod(status.st_mode & 0o777 | 0o200)  # writable, so that the next run can replace it


def why(error: Exception, path: Path) -> str:
    """What to say of a file that could not be done, without its path."""
    message = files.explain(error) if isinstance(error, OSError) else str(error)
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

        arrived: list[Entry] = []
        said = False

        def record(batch: list[tuple[Done, Path]]) -> None:
            nonlocal said
            _record(ledger, run, batch)
            if not said and any(done.outcome.changed for done, _ in batch):
                console.note(f"recorded in {files.shown(path)}")
                said = True
            for done, _ in batch:
                arrived.extend(kin.entries(done.outcome))

        yield record
        kinship.join(ledger, path, arrived, console)


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
    ledger.record_many(run, ((done.file.path, done.outcome, _told(done.file, target)) for done, target in batch))


def _told(file: SourceFile, target: Path) -> Path | None:
    """The target for the ledger. Copies keep their relative paths, by which the ledger knows them again.

    What their output folder was called is left out, so that the same work leaves the same ledger.
    """
    return target if target == file.path else None


def _make_folder(ledger: Path) -> None:
    """Make the folder of a ledger; our own one tells git to leave it alone."""
    try:
        ledger.parent.mkdir(parents=True, exist_ok=True)
        if ledger.parent.name == FOLDER and not (ledger.parent / ".gitignore").exists():
            (ledger.parent / ".gitignore").write_text("*\n")
    except OSError as error:
        raise ScrubberError(f"{files.shown(ledger)}: the ledger cannot be made: {files.explain(error)}") from error
