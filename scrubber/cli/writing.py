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
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from scrubber.cli.console import Console
    from scrubber.cli.work import Done, Settings
    from scrubber.files import SourceFile
    from scrubber.ledger import Ledger, Run
    from scrubber.ruleset import RuleSet
    from scrubber.totals import Totals

    Recorder = Callable[[list[Done]], None]

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
    with _recording(ledger, settings, scrubber.ruleset) as record:
        for batch in _batches(done_ones, _DOCUMENTS if ledger else 1):
            record(batch)
            for done in batch:
                target = targets[done.file]
                try:
                    _write(done, target)
                except (ScrubberError, OSError) as error:
                    totals.problems += 1
                    console.problem(done.file.path, _why(error, target))
                else:
                    yield done, target


def _write(done: Done, target: Path) -> None:
    if done.file.is_stdin:
        sys.stdout.buffer.write(done.outcome.bytes)
    elif target == done.file.path:
        if done.outcome.changed:
            atomic.write(target, done.outcome.bytes, read_as=done.status)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(target, done.outcome.bytes)
        if done.status is not None:
            target.chmod(done.status.st_mode & 0o777 | 0o200)  # writable, so that cleaning again can replace it


def _why(error: Exception, target: Path) -> str:
    message = files.explain(error) if isinstance(error, OSError) else str(error)
    return message.removeprefix(f"{files.shown(target)}: ")


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


def _recording(ledger: Path | None, settings: Settings, ruleset: RuleSet) -> AbstractContextManager[Recorder]:
    return nullcontext(lambda _: None) if ledger is None else _ledger(ledger, settings, ruleset)


@contextmanager
def _ledger(path: Path, settings: Settings, ruleset: RuleSet) -> Iterator[Recorder]:
    from scrubber.ledger import Ledger  # noqa: PLC0415 - SQLite is of use only with a ledger

    _make_folder(path)
    with Ledger.open(path) as ledger:
        # No time of day: the same work done twice leaves the same ledger.
        run = ledger.begin(
            __version__,
            ruleset.digest,
            {"review": settings.review, "encoding": settings.encoding},
            rules={rule.id: rule.digest for rule in ruleset.rules},
        )
        yield lambda batch: _record(ledger, run, batch)


def _record(ledger: Ledger, run: Run, batch: list[Done]) -> None:
    ledger.record_many(run, [(done.file.path, done.outcome) for done in batch])


def _make_folder(ledger: Path) -> None:
    """Make the folder of a ledger; our own one tells git to leave it alone."""
    try:
        ledger.parent.mkdir(parents=True, exist_ok=True)
        if ledger.parent.name == FOLDER and not (ledger.parent / ".gitignore").exists():
            (ledger.parent / ".gitignore").write_text("*\n")
    except OSError as error:
        raise ScrubberError(f"{files.shown(ledger)}: the ledger cannot be made: {files.explain(error)}") from error
