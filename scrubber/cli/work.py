"""What the commands that scan have in common: settings, files, and outcomes in order from one process or several."""

from __future__ import annotations

import os
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scrubber import config as configuration
from scrubber import files
from scrubber.errors import ScrubberError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scrubber.api import Scrubber
    from scrubber.cli.console import Console
    from scrubber.config import Config
    from scrubber.files import SourceFile
    from scrubber.model import Outcome
    from scrubber.totals import Totals

_AHEAD = 4  # files handed out before their turn, for each process


@dataclass(frozen=True, slots=True)
class Settings:
    """What the command line and the configuration together ask for. ``encoding`` is the one for all files, if any."""

    config: Config
    rules: tuple[Path, ...] = ()
    builtin: bool = True
    review: bool = False
    encoding: str | None = None
    jobs: int = 1
    trace: bool = False
    repair_mojibake: bool = False
    script: str | None = None

    def scrubber(self) -> Scrubber:
        """The engine with these settings. Raises RuleError."""
        from scrubber.api import Scrubber  # noqa: PLC0415 - bad usage must be told without loading the engine

        return Scrubber(
            self.rules,
            self.builtin,
            self.review,
            self.config.disabled,
            self.encoding,
            repair_mojibake=self.repair_mojibake,
            script=self.script,
        )

    def encoding_of(self, path: Path) -> str | None:
        """The codec to read a file in; None to detect it."""
        return self.encoding or self.config.encoding(path)


def settings(
    *,
    rules: Sequence[Path] | None = None,
    no_builtin: bool = False,
    review: bool = False,
    encoding: str | None = None,
    jobs: int = 1,
    config: Path | None = None,
    trace: bool = False,
    repair_mojibake: bool = False,
    script: str | None = None,
) -> Settings:
    """Merge the options of a command with the configuration. Raises ConfigError, ScrubberError."""
    loaded = configuration.load(file=config)
    if encoding is not None:
        _check_codec(encoding)
    return Settings(
        config=loaded,
        rules=(*loaded.rules, *(rules or ())),
        builtin=loaded.builtin and not no_builtin,
        review=loaded.review or review,
        encoding=encoding,
        jobs=jobs or len(os.sched_getaffinity(0)),
        trace=trace,
        repair_mojibake=repair_mojibake,
        script=script,
    )


def _check_codec(name: str) -> None:
    import codecs  # noqa: PLC0415 - only when one is named

    try:
        codecs.lookup(name)
    except LookupError:
        raise ScrubberError(
            f"--encoding {name}: there is no such encoding\n  hint: gb18030, big5hkscs, utf-8, utf-16, …"
        ) from None


class Done(NamedTuple):
    """A file that was processed. ``status`` is its stat when it was read, None for standard input."""

    file: SourceFile
    outcome: Outcome
    status: os.stat_result | None


class Undone(NamedTuple):
    """A file that could not be processed, and why; ``binary`` ones were come across in a folder and are no texts."""

    file: SourceFile
    problem: str
    binary: bool = False


def collect(paths: Sequence[Path], settings: Settings, console: Console, *, skip: Path | None = None) -> files.Listing:
    """The files to do; says which named ones the configuration leaves out, and which paths cannot be done."""
    listing = files.collect(paths, settings.config.excluded, skip=skip)
    for path, pattern in listing.excluded:
        console.note(f"{files.shown(path)}: left out by exclude = [{pattern!r}] in {settings.config.source}")
    for problem in listing.problems:
        console.problem(problem.path, problem.message)
    return listing


def run(paths: Sequence[Path], settings: Settings, console: Console, totals: Totals) -> Iterator[Done]:
    """Process what ``paths`` stand for, in order: see ``process``."""
    listing = collect(paths, settings, console)
    totals.problems += len(listing.problems)
    yield from process(listing.files, settings, settings.scrubber(), console, totals)


def process(
    listed: Sequence[SourceFile], settings: Settings, scrubber: Scrubber, console: Console, totals: Totals
) -> Iterator[Done]:
    """Process files and give what could be done, in order; the rest is told and counted."""
    for number, done in enumerate(_each(listed, settings, scrubber), 1):
        console.progress(number, len(listed))
        if isinstance(done, Done):
            totals.add(done.outcome)
            for note in done.outcome.notes:
                console.problem(done.file.path, note)
            yield done
        elif done.binary:
            totals.binary += 1
        else:
            totals.problems += 1
            console.problem(done.file.path, done.problem)


def _each(listed: Sequence[SourceFile], settings: Settings, scrubber: Scrubber) -> Iterator[Done | Undone]:
    tasks = [(file, settings.encoding_of(file.path)) for file in listed]
    if min(settings.jobs, len(tasks)) > 1:
        yield from _parallel(tasks, settings, scrubber)
        return
    for file, encoding in tasks:
        yield scrub(file, encoding, scrubber, settings.trace)


def scrub(file: SourceFile, encoding: str | None, scrubber: Scrubber, trace: bool) -> Done | Undone:
    """Read and process one file."""
    try:
        raw, status = files.read(file)
    except OSError as error:
        return Undone(file, files.explain(error))
    source = os.fspath(file.path)
    outcome = scrubber.scrub(raw, source, encoding, trace=trace)
    if outcome.error is None:
        return Done(file, outcome, status)
    binary = outcome.document is None and not file.named and files.looks_binary(raw)
    return Undone(file, outcome.error.removeprefix(f"{source}: "), binary)


def _parallel(
    tasks: Sequence[tuple[SourceFile, str | None]], settings: Settings, scrubber: Scrubber
) -> Iterator[Done | Undone]:
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - one process needs none of this
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415 - as above

    pool = ProcessPoolExecutor(settings.jobs, initializer=_start_worker, initargs=(scrubber, settings.trace))
    waiting = deque(tasks)
    running = deque([pool.submit(_work, *waiting.popleft()) for _ in range(min(len(waiting), settings.jobs * _AHEAD))])
    try:
        while running:
            done = running.popleft().result()
            if waiting:
                running.append(pool.submit(_work, *waiting.popleft()))
            yield done
        pool.shutdown()  # waits for idle workers; a pool still closing at the interpreter's end makes it complain
    except BrokenProcessPool:
        raise ScrubberError(
            "a worker process was killed, perhaps for want of memory; what it had not handed over is as it was\n"
            "  hint: run again with fewer --jobs"
        ) from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


_worker: tuple[Scrubber, bool] | None = None


def _start_worker(scrubber: Scrubber, trace: bool) -> None:
    import signal  # noqa: PLC0415 - runs in worker processes only

    global _worker  # noqa: PLW0603 - a process pool hands state to its workers in no other way
    _worker = (scrubber, trace)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears Ctrl-C and ends the pool


def _work(file: SourceFile, encoding: str | None) -> Done | Undone:
    assert _worker is not None  # noqa: S101 - set by _start_worker
    return scrub(file, encoding, *_worker)
