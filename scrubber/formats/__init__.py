"""Files that hold many documents, one in each record: a module beside this one for each kind, found by itself.

A module names its ``SUFFIXES`` and has two functions: ``records(path, field)`` gives the texts of a field, and
``clean(path, sink, field, scrub)`` writes the file anew with that field cleaned and everything else as it was. Both
stream: of a file of any size only a few records are held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import BinaryIO, NamedTuple, Protocol, cast

from scrubber.model import Outcome


class Record(NamedTuple):
    """One record: its number (from 1; for text formats that of its line) and its text.

    ``text`` is None where there is none; ``problem`` then says why, unless the record is merely blank.
    """

    number: int
    text: str | None
    problem: str | None = None


class Result(NamedTuple):
    """What became of a record. Where ``outcome`` is None, or holds an error, the record was passed on unchanged."""

    number: int
    outcome: Outcome | None
    problem: str | None = None


Scrub = Callable[[str, int], Outcome]
"""Cleans the text of the record of a number."""


class Format(Protocol):
    """A module of this package that reads and writes one kind of file."""

    SUFFIXES: tuple[str, ...]

    def records(self, path: Path, field: str) -> Iterator[Record]: ...

    def clean(self, path: Path, sink: BinaryIO, field: str, scrub: Scrub) -> Iterator[Result]: ...


@cache
def known() -> dict[str, Format]:
    """Every format by the suffixes that it serves."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    return {suffix: cast("Format", module) for module in modules for suffix in getattr(module, "SUFFIXES", ())}


def of(path: Path) -> Format | None:
    """The format of a file of records, by its name; None for a plain text."""
    name = path.name.lower()
    return next((known()[suffix] for suffix in known() if name.endswith(suffix)), None)


def clean_file(path: Path, target: Path, field: str, scrub: Scrub) -> Iterator[Result]:
    """Clean a file of records into ``target`` (it may be ``path`` itself), giving a result for each as it goes.

    The target appears whole, when the last result has been taken, or not at all.

    Raises:
        WriteError: the target cannot be written.
        ValueError: the file's name is that of no known format, or the file is none of it.
    """
    from scrubber import atomic  # noqa: PLC0415 - reading needs none of it

    form = of(path)
    if form is None:
        raise ValueError(f"{path}: no file of records: known are {', '.join(sorted(known()))}")
    with atomic.replacing(target) as sink:
        yield from form.clean(path, sink, field, scrub)
