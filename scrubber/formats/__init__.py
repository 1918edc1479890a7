"""Files that hold many documents, one in each record: a module beside this one for each kind, found by itself.

A format knows how a file divides into records (``chunks``), where the text stands in one (``parse``), how edits of the
text look in the record's own bytes (``respelled``), and how the file is written again (``writing``). Reading and
writing stream, a chunk at a time; what lies between can be done by other processes, since a record is plain bytes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, BinaryIO, NamedTuple, Protocol, cast

from scrubber.errors import ScrubberError
from scrubber.model import Outcome

PIECES = "pieces"
"""The format of plain texts that are too large to be held."""


class Record(NamedTuple):
    """One record: its number (from 1; for text formats that of its line) and the bytes that hold it.

    ``raw`` is None where there are none: a blank line, a null in a column. ``about`` holds what stands beside the text,
    where the record's bytes do not tell it: see ``Text``.
    """

    number: int
    raw: bytes | None
    about: Mapping[str, str] | None = None


class Chunk(NamedTuple):
    """Records that follow each other, and the rest of what the format needs to write them again."""

    records: Sequence[Record]
    rest: Any


class Text(NamedTuple):
    """The text of a record, as bytes where its encoding is to be detected.

    ``about`` holds the ``url`` and ``source`` beside it, if there are any: evidence of where it came from.
    """

    number: int
    text: str | bytes
    about: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a record. ``outcome`` counts in its text; it is None where the record has none.

    ``spelled`` is the outcome in the bytes of the record, where they changed. ``problem`` says why a record could not
    be done; it then stays as it was.
    """

    number: int
    raw: bytes | None
    outcome: Outcome | None = None
    spelled: Outcome | None = None
    problem: str | None = None

    @property
    def data(self) -> bytes | None:
        """The bytes of the record now."""
        return self.spelled.bytes if self.spelled else self.raw

    def stored(self, source: str) -> Outcome:
        """The outcome in the bytes of the record, as a ledger keeps it so that the bytes can be given back."""
        raw = self.raw or b""
        if self.problem is not None:
            return Outcome(source, None, raw, "", error=self.problem)
        if self.outcome is None:
            return Outcome(source, None, raw, "")
        document = self.outcome.document
        return self.spelled or replace(self.outcome, document=document and replace(document, raw=raw), bytes=raw)


Scrub = Callable[[Sequence[Text]], Iterable[Outcome]]
"""Cleans texts, in order."""


class Format(Protocol):
    """A module of this package that reads and writes one kind of file. Everything raises ValueError or OSError."""

    SUFFIXES: tuple[str, ...]

    def chunks(self, path: Path, field: str) -> Iterator[Chunk]:
        """All records of the file, in order."""
        ...

    def parse(self, record: Record, field: str) -> Text | None:
        """The text of a record, None where it has none. Raises ValueError, saying what is wrong with the record."""
        ...

    def respelled(self, record: Record, field: str, outcome: Outcome) -> Outcome:
        """The outcome of a text that changed, with the edits in the bytes of its record.

        Raises IntegrityError where the new bytes are not what the outcome says.
        """
        ...

    def writing(
        self, path: Path, sink: BinaryIO, field: str
    ) -> AbstractContextManager[Callable[[Chunk, Sequence[bytes | None]], None]]:
        """A function that writes chunks of the file at ``path`` into ``sink``, given the new bytes of their records."""
        ...


@cache
def known() -> dict[str, Format]:
    """Every format by its name."""
    names = (found.name for found in iter_modules(__path__))
    modules = {name: import_module(f"{__name__}.{name}") for name in names}
    return {name: cast("Format", module) for name, module in modules.items() if hasattr(module, "SUFFIXES")}


def of(path: Path) -> str | None:
    """The format of a file of records, by its name; None for a plain text."""
    name = path.name.lower()
    return next((form for form, module in known().items() if name.endswith(module.SUFFIXES)), None)


def document(path: str | os.PathLike[str], number: int) -> str:
    """What a record of a file is called, as a document."""
    return f"{os.fspath(path)}#{number}"


def results(form: str, records: Iterable[Record], field: str, scrub: Scrub) -> list[Result]:
    """Clean records of a format, in order. What is wrong with one stands in its result."""
    module = known()[form]
    read = [(record, _parsed(module, record, field)) for record in records]
    outcomes = iter(scrub([text for _, text in read if isinstance(text, Text)]))
    return [
        _result(module, record, field, next(outcomes))
        if isinstance(text, Text)
        else Result(record.number, record.raw, problem=text)
        for record, text in read
    ]


def _parsed(module: Format, record: Record, field: str) -> Text | str | None:
    """The text of a record, what is wrong with it, or None where it has no text."""
    try:
        return module.parse(record, field)
    except (ValueError, RecursionError) as error:
        return str(error)


def _result(module: Format, record: Record, field: str, outcome: Outcome) -> Result:
    if outcome.error is not None:
        return Result(record.number, record.raw, outcome, problem=outcome.error)
    if not outcome.changed:
        return Result(record.number, record.raw, outcome)
    try:
        return Result(record.number, record.raw, outcome, module.respelled(record, field, outcome))
    except ScrubberError as error:
        return Result(record.number, record.raw, outcome, problem=str(error))


def clean_file(path: Path, target: Path, field: str, scrub: Scrub) -> Iterator[Result]:
    """Clean a file of records into ``target`` (it may be ``path`` itself), giving a result for each as it goes.

    The target appears whole, when the last result has been taken, or not at all.

    Raises:
        WriteError: the target cannot be written.
        OSError: the file cannot be read.
        ValueError: the file's name is that of no known format, or the file is none of it.
    """
    from scrubber import atomic  # noqa: PLC0415 - reading needs none of it

    form = of(path)
    if form is None:
        suffixes = sorted(suffix for module in known().values() for suffix in module.SUFFIXES)
        raise ValueError(f"{path}: no file of records: known are {', '.join(suffixes)}")
    module = known()[form]
    with atomic.replacing(target) as sink, module.writing(path, sink, field) as write:
        for chunk in module.chunks(path, field):
            done = results(form, chunk.records, field, scrub)
            write(chunk, [result.data for result in done])
            yield from done
