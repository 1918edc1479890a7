"""Plain texts too large to be held: pieces that end at a blank line, each a document of its own.

A piece ends at the first blank line after ``PIECE`` bytes, and at the end of a line after twice as many; its number is
that of its first line. In the encodings that this is for, a byte 0A is always a line end; see ``fits``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from scrubber.files import is_large, looks_binary
from scrubber.formats import Chunk, Record, Text
from scrubber.model import Outcome

SUFFIXES: tuple[str, ...] = ()
"""None: it is the size of a file that tells, or whoever asks for it."""

PIECE = 1 << 19
"""Bytes: with all rules, looking through twice as many takes some 200 MB."""

_HEAD = 8192


def fits(path: Path) -> bool:
    """Whether a file is large, and can be divided at bytes: no binary file, and no UTF-16 or UTF-32."""
    if not is_large(path):
        return False
    with path.open("rb") as file:
        head = file.read(_HEAD)
    return not looks_binary(head) and not head.startswith((b"\xff\xfe", b"\xfe\xff"))


def chunks(path: Path, field: str) -> Iterator[Chunk]:  # noqa: ARG001 - the signature that all formats share
    """The pieces of the file, one in each chunk."""
    with path.open("rb") as file:
        number = 1
        lines: list[bytes] = []
        size = 0
        for line in file:
            lines.append(line)
            size += len(line)
            if size >= PIECE and (size >= 2 * PIECE or not line.strip()):
                yield Chunk([Record(number, b"".join(lines))], None)
                number += len(lines)
                lines.clear()
                size = 0
        if lines:
            yield Chunk([Record(number, b"".join(lines))], None)


def parse(record: Record, field: str) -> Text | None:  # noqa: ARG001 - as above
    """The piece itself, in whatever encoding."""
    return None if record.raw is None else Text(record.number, record.raw)


def respelled(record: Record, field: str, outcome: Outcome) -> Outcome:  # noqa: ARG001 - as above
    """The outcome itself: a piece is its text."""
    return outcome


@contextmanager
def writing(path: Path, sink: BinaryIO, field: str) -> Iterator[Callable[[Chunk, Sequence[bytes | None]], None]]:  # noqa: ARG001 - as above
    """One piece behind the other."""

    def write(chunk: Chunk, data: Sequence[bytes | None]) -> None:  # noqa: ARG001 - as above
        sink.writelines(piece for piece in data if piece)

    yield write
