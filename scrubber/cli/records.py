"""Cleaning the records of one file, chunk by chunk, and saying what is wrong with which of them."""

from __future__ import annotations

import os
from collections import deque
from functools import partial
from typing import TYPE_CHECKING

from scrubber import files, formats
from scrubber.errors import ScrubberError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from scrubber.api import Scrubber
    from scrubber.cli.console import Console
    from scrubber.cli.work import Settings
    from scrubber.cli.workers import Workers
    from scrubber.files import SourceFile
    from scrubber.formats import Chunk, Record, Result, Text
    from scrubber.model import Outcome

    Part = tuple[Chunk, list[Result]]

_SHOWN = 5  # problems of one file that are told singly


class UnreadableError(ScrubberError):
    """A file of records cannot be read, or not to its end."""


def each(file: SourceFile, form: str, settings: Settings, workers: Workers) -> Iterator[Part]:
    """The chunks of a file with what became of their records, in order. Raises UnreadableError."""
    waiting: deque[Chunk] = deque()
    encoding = settings.encoding_of(file.path) if form == formats.PIECES else None
    problems: list[OSError | ValueError] = []

    def tasks() -> Iterator[partial[list[Result]]]:
        # A problem waits until the chunks before it are done, so that any number of processes tells the same.
        try:
            for chunk in formats.known()[form].chunks(file.path, settings.text_field):
                waiting.append(chunk)
                yield partial(
                    _scrub, os.fspath(file.path), form, chunk.records, settings.text_field, encoding, settings.trace
                )
        except (OSError, ValueError) as error:
            problems.append(error)

    for results in workers.each(tasks()):
        yield waiting.popleft(), results
    for problem in problems:
        raise UnreadableError(files.explain(problem)) from problem


def _scrub(
    path: str,
    form: str,
    records: Sequence[Record],
    field: str,
    encoding: str | None,
    trace: bool,
    scrubber: Scrubber,
) -> list[Result]:
    """Clean records; runs in any process."""

    def scrub(texts: Sequence[Text]) -> Iterable[Outcome]:
        if not trace and encoding is None:
            return scrubber.scrub_batch([text.text for text in texts])
        return (
            scrubber.scrub(text.text, formats.document(path, text.number), encoding, trace=trace, record=text.about)
            for text in texts
        )

    return formats.results(form, records, field, scrub)


def told(path: Path, parts: Iterable[Part], console: Console) -> Iterator[Part]:
    """The same parts; says what is wrong with records, the first ones singly and the others by their number."""
    wrong = texts = 0
    for chunk, results in parts:
        for result in results:
            texts += result.outcome is not None
            if result.problem is not None:
                wrong += 1
                if wrong <= _SHOWN:
                    console.problem(f"{path}:{result.number}", result.problem)
            for note in result.outcome.notes if result.outcome else ():
                console.problem(f"{path}:{result.number}", note)
        yield chunk, results
    if wrong > _SHOWN:
        console.problem(path, f"{wrong - _SHOWN:,} more records could not be done")
    if wrong and not texts:
        console.note("hint: --text-field names the field that holds the text; --as text reads a file as plain text")
