"""The similarity index beside a ledger: one file, replaced whole, by one process at a time.

It can be thrown away: what is missing from it is read again from the documents, as far as they still lie where they
were.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from scrubber import atomic
from scrubber.errors import LedgerError
from scrubber.files import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from scrubber.cli.console import Console
    from scrubber.ledger import Ledger
    from scrubber.ledger.kin import Entry
    from scrubber.similarity import Index

SUFFIX = ".similarity"


def beside(ledger: Path) -> Path:
    """Where the index of a ledger is kept."""
    return ledger.with_name(ledger.name + SUFFIX)


def join(ledger: Ledger, path: Path, arrived: Sequence[Entry], console: Console) -> None:
    """Compare recorded fragments with all others of the ledger at ``path``, and record what that shows.

    Raises LedgerError or WriteError; then the documents are recorded and what copies say about them is not.
    """
    from scrubber.ledger import kin  # noqa: PLC0415 - loads numpy, which only a ledger needs

    if not arrived:
        return
    place = beside(path)
    with _alone(path.parent):
        index, size = _load(place, console)
        if size is None:
            index.add(sorted(set(arrived)))
            index.add(sorted(kin.reread(ledger, index)))
        kin.compare(ledger, index, arrived)
        if len(index) != size:
            with atomic.replacing(place) as file:
                index.save(file)


def take_in(ledger: Ledger, path: Path, other: Path, console: Console) -> None:
    """Compare what came with the merged ledger ``other`` with what was there before. Raises as ``join``."""
    theirs, _ = _load(beside(other), console)
    join(ledger, path, list(theirs.entries()), console)


def _load(place: Path, console: Console) -> tuple[Index, int | None]:
    """The index and how many texts its file holds; an empty one and None where there is no file that can be read."""
    from scrubber.similarity import Index  # noqa: PLC0415 - as above

    try:
        with place.open("rb") as file:
            index = Index.load(file)
    except FileNotFoundError:
        return Index(), None
    except LedgerError as error:
        console.note(f"{shown(place)}: {error}; it is made again from the documents")
        return Index(), None
    return index, len(index)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait for other processes that change an index in this folder, and keep them out; a killed one lets go."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
