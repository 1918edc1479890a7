r"""JSON lines, also compressed. A line in which nothing is edited comes out as the bytes that it was.

In an edited line only the edited stretch of the field's string changes: what stands around it keeps its spelling
(``\u7f51``, ``\/``), and so do other fields, their order, numbers and blanks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO, NamedTuple

from scrubber.formats import Record, Result, Scrub
from scrubber.formats.compression import reading, writing
from scrubber.model import Outcome

SUFFIXES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz", ".jsonl.zst", ".ndjson.zst")

_BLANK = re.compile(r"[ \t\n\r]*")
_UNIT = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.DOTALL)
_DECODER = json.JSONDecoder()


class _Found(NamedTuple):
    """A string value in a line: its text, and where it stands, quotes not counted (code points of the line)."""

    text: str
    start: int
    end: int


def records(path: Path, field: str) -> Iterator[Record]:
    """The texts of ``field``, line by line."""
    with reading(path) as lines:
        for number, raw in enumerate(lines, 1):
            found = _read(raw, field)
            yield _record(number, found)


def _record(number: int, found: _Found | str | None) -> Record:
    if isinstance(found, _Found):
        return Record(number, found.text)
    return Record(number, None, found)


def clean(path: Path, sink: BinaryIO, field: str, scrub: Scrub) -> Iterator[Result]:
    """Write all lines to ``sink``, with ``field`` cleaned."""
    with reading(path) as lines, writing(path, sink) as out:
        for number, raw in enumerate(lines, 1):
            found = _read(raw, field)
            if found is None or isinstance(found, str):
                out.write(raw)
                if found:
                    yield Result(number, None, found)
                continue
            outcome = scrub(found.text, number)
            out.write(_edited(raw.decode(), found, outcome) if outcome.changed else raw)
            yield Result(number, outcome, outcome.error)


def _read(raw: bytes, field: str) -> _Found | str | None:
    """The value of ``field``; what is wrong with the line; or None if it is blank."""
    try:
        line = raw.decode()
        at = _skip(line, int(line.startswith("\ufeff")))
        return _value(line, at, field) if at < len(line) else None
    except UnicodeDecodeError as error:
        return f"not UTF-8 at byte {error.start}"
    except (ValueError, IndexError, StopIteration, RecursionError) as error:
        return f"no JSON object: {error or 'it ends too early'}"


def _value(line: str, at: int, field: str) -> _Found | str:
    """Walk the members of an object; of several with one name the last counts, as everywhere."""
    found: _Found | str = f"no field {field!r}"
    at = _skip(line, _expect(line, at, "{"))
    while line[at] != "}":
        _expect(line, at, '"')
        name, at = _DECODER.raw_decode(line, at)
        at = _skip(line, _expect(line, _skip(line, at), ":"))
        start = at
        value, at = _DECODER.raw_decode(line, at)
        if name == field:
            is_text = isinstance(value, str)
            found = _Found(value, start + 1, at - 1) if is_text else f"field {field!r} is no string"
        at = _skip(line, at)
        if line[at] != "}":
            at = _skip(line, _expect(line, at, ","))
            if line[at] == "}":
                raise ValueError(f"a comma too many at column {at}")
    if _skip(line, at + 1) != len(line):
        raise ValueError(f"something follows it at column {at + 2}")
    return found


def _skip(line: str, at: int) -> int:
    found = _BLANK.match(line, at)
    return found.end() if found else at


def _expect(line: str, at: int, char: str) -> int:
    if line[at] != char:
        raise ValueError(f"{char} expected at column {at + 1}")
    return at + 1


def _edited(line: str, found: _Found, outcome: Outcome) -> bytes:
    """The line with the outcome's edits made in the string as it is spelled."""
    spelled = line[found.start : found.end]
    offsets = [*accumulate(map(len, _UNIT.findall(spelled)), initial=0)]
    pieces: list[str] = []
    last = 0
    for edit in outcome.edits:
        pieces += (
            spelled[last : offsets[edit.span.start]],
            json.dumps(edit.text_after, ensure_ascii=spelled.isascii())[1:-1],
        )
        last = offsets[edit.span.end]
    return "".join((line[: found.start], *pieces, spelled[last:], line[found.end :])).encode()
