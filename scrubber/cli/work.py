"""What the commands that scan have in common: settings, files, and outcomes in order from one process or several."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scrubber import config as configuration
from scrubber import files
from scrubber.cli.workers import Workers
from scrubber.errors import ScrubberError, UnknownRuleError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scrubber.api import Scrubber
    from scrubber.cli.console import Console
    from scrubber.cli.records import Part
    from scrubber.config import Config
    from scrubber.files import SourceFile
    from scrubber.formats import Result
    from scrubber.model import Outcome
    from scrubber.totals import Totals

TEXT = "text"  # the format that is none: a plain text
_PIECES = "pieces"  # what standard input cannot be divided into
_PLAIN = (".txt", ".text", ".md", ".markdown", "")  # names that need no look at the formats


@dataclass(frozen=True, slots=True)
class Settings:
    """What the command line and the configuration together ask for.

    ``encoding`` is the one for all plain texts, if any; ``read_as`` the format of all files, ``text`` for none.
    """

    config: Config
    rules: tuple[Path, ...] = ()
    builtin: bool = True
    review: bool = False
    encoding: str | None = None
    jobs: int = 1
    trace: bool = False
    repair_mojibake: bool = False
    script: str | None = None
    text_field: str = configuration.TEXT_FIELD
    read_as: str | None = None

    def scrubber(self) -> Scrubber:
        """The engine with these settings. Raises RuleError, ConfigError."""
        from scrubber.api import Scrubber  # noqa: PLC0415 - bad usage must be told without loading the engine

        try:
            return Scrubber(
                self.rules,
                self.builtin,
                self.review,
                self.config.disabled,
                self.encoding,
                repair_mojibake=self.repair_mojibake,
                script=self.script,
            )
        except UnknownRuleError as error:
            raise configuration.wrong(self.config, "disabled", error.rule, error.problem, error.hint) from None

    def encoding_of(self, path: Path) -> str | None:
        """The codec to read a file in; None to detect it."""
        return self.encoding or self.config.encoding(path)

    def form(self, file: SourceFile) -> str | None:
        """The format of a file of records; None for a plain text."""
        named = self.read_as or self.config.format(file.path)
        if named is not None:
            return None if named == TEXT or (file.is_stdin and named == _PIECES) else named
        if file.is_stdin:
            return None
        plain = file.path.suffix.lower() in _PLAIN
        if plain and not files.is_large(file.path):
            return None
        from scrubber import formats  # noqa: PLC0415 - most files are plain texts of ordinary size
        from scrubber.formats import pieces  # noqa: PLC0415 - as above

        form = None if plain else formats.of(file.path)
        return form or (formats.PIECES if pieces.fits(file.path) else None)


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
    text_field: str | None = None,
    read_as: str | None = None,
) -> Settings:
    """Merge the options of a command with the configuration. Raises ConfigError, ScrubberError."""
    loaded = configuration.load(file=config)
    if encoding is not None:
        _check_codec(encoding)
    if read_as is not None:
        _check_format(read_as)
    for _, name in loaded.formats:
        _check_format(name, loaded)
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
        text_field=text_field or loaded.text_field,
        read_as=read_as,
    )


def _check_codec(name: str) -> None:
    import codecs  # noqa: PLC0415 - only when one is named

    try:
        codecs.lookup(name)
    except LookupError:
        raise ScrubberError(
            f"--encoding {name}: there is no such encoding\n  hint: gb18030, big5hkscs, utf-8, utf-16, …"
        ) from None


def _check_format(name: str, config: Config | None = None) -> None:
    """Raise ScrubberError for a format that does not exist, named by an option or else in ``config``."""
    from scrubber import formats  # noqa: PLC0415 - only when one is named

    if name in (TEXT, *formats.known()):
        return
    hint = f"files are read as {', '.join([TEXT, *formats.known()])}"
    if config is not None:
        raise configuration.wrong(config, "formats", name, f"there is no format {name!r}", hint)
    raise ScrubberError(f"--as {name}: there is no such format\n  hint: {hint}")


class Done(NamedTuple):
    """A document that was processed: a file, or one record of one.

    ``status`` is the file's stat when it was read, None for standard input.
    """

    file: SourceFile
    outcome: Outcome
    status: os.stat_result | None
    record: Result | None = None

    @property
    def name(self) -> str:
        """What the document is called: its path, with the number of the record."""
        return self.place(self.file.path)

    def place(self, target: Path) -> str:
        """What it is called when its file is at ``target``."""
        return f"{target}#{self.record.number}" if self.record else str(target)

    @property
    def stored(self) -> Outcome:
        """The outcome in the bytes of the file or record, as a ledger keeps it."""
        return self.record.stored(self.name) if self.record else self.outcome


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


def listed(paths: Sequence[Path], settings: Settings, console: Console, totals: Totals) -> Sequence[SourceFile]:
    """The files to do; what cannot be done is told and counted."""
    listing = collect(paths, settings, console)
    totals.problems += len(listing.problems)
    return listing.files


def run(paths: Sequence[Path], settings: Settings, console: Console, totals: Totals) -> Iterator[Done]:
    """Process what ``paths`` stand for, in order: see ``process``."""
    yield from process(listed(paths, settings, console, totals), settings, settings.scrubber(), console, totals)


def process(
    sources: Sequence[SourceFile], settings: Settings, scrubber: Scrubber, console: Console, totals: Totals
) -> Iterator[Done]:
    """Process files and give what could be done, in order; the rest is told and counted."""
    with Workers(scrubber, settings.jobs) as workers:
        shop = Workshop(settings, workers, console, totals, len(sources))
        for form, group in groupby(sources, settings.form):
            if form is None:
                yield from shop.texts(list(group))
            else:
                yield from chain.from_iterable(shop.read(file, form) for file in group)


@dataclass
class Workshop:
    """What a run over so many ``files`` works with, and how far it is."""

    settings: Settings
    workers: Workers
    console: Console
    totals: Totals
    files: int
    _begun: int = 0

    def texts(self, files: Sequence[SourceFile]) -> Iterator[Done]:
        """The plain texts that could be done, in order; the rest is told and counted."""
        trace, encoding_of = self.settings.trace, self.settings.encoding_of
        for done in self.workers.each(partial(scrub, file, encoding_of(file.path), trace) for file in files):
            self._begun += 1
            self.progress()
            if isinstance(done, Done):
                self.totals.add(done.outcome)
                for note in done.outcome.notes:
                    self.console.problem(done.file.path, note)
                yield done
            elif done.binary:
                self.totals.binary += 1
            else:
                self.failed(done.file.path, done.problem)

    def records(self, file: SourceFile, form: str) -> Iterator[Part]:
        """The chunks of a file of records; what is wrong with records is told and counted. Raises UnreadableError."""
        from scrubber.cli import records  # noqa: PLC0415 - most files are plain texts

        self._begun += 1
        for chunk, results in records.told(
            file.path, records.each(file, form, self.settings, self.workers), self.console
        ):
            for result in results:
                self.totals.problems += result.problem is not None
                if result.outcome is not None and result.problem is None:
                    self.totals.records += 1
                    self.totals.add(result.outcome)
            self.progress()
            yield chunk, results

    def read(self, file: SourceFile, form: str) -> Iterator[Done]:
        """The records of a file that could be done; the rest is told and counted."""
        from scrubber.cli.records import UnreadableError  # noqa: PLC0415 - as above

        try:
            for _, results in self.records(file, form):
                yield from done_of(file, results)
        except UnreadableError as error:
            self.failed(file.path, str(error))

    def progress(self) -> None:
        self.console.progress(self._begun, self.files, self.totals.records)

    def failed(self, path: Path, problem: str) -> None:
        self.totals.problems += 1
        self.console.problem(path, problem)


def done_of(file: SourceFile, results: Sequence[Result]) -> list[Done]:
    """The records that could be done."""
    return [Done(file, one.outcome, None, one) for one in results if one.outcome is not None and one.problem is None]


def scrub(file: SourceFile, encoding: str | None, trace: bool, scrubber: Scrubber) -> Done | Undone:
    """Read and process one plain text."""
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
