r"""JSON lines, also compressed. A line in which nothing is edited comes out as the bytes that it was.

In an edited line only the edited stretch of the field's string changes: what stands around it keeps its spelling
(``\u7f51``, ``\/``), and so do other fields, their order, numbers and blanks. A field of a nested object is named with
dots (``meta.text``), unless the record has a field of that very name. A record is a line without its line end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import accumulate, chain
from pathlib import Path
from typing import Any, BinaryIO

from scrubber.edits import apply, undo
from scrubber.errors import IntegrityError
from scrubber.formats import Chunk, Record, Text
from scrubber.formats.compression import compressed, reading
from scrubber.model import ByteSpan, Edit, LateOutcome, Outcome

SUFFIXES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz", ".jsonl.zst", ".ndjson.zst")

ABOUT = ("url", "source")
_CHUNK = 1 << 19  # bytes of lines that are held at once, and one line more
_BLANK = re.compile(r"[ \t\n\r]*")
_UNIT = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.DOTALL)
_BOM = "\ufeff"
# Numbers are not looked at; as integers, Python refuses those of more than 4300 digits.
_DECODER = json.JSONDecoder(parse_int=float)


def chunks(path: Path, field: str) -> Iterator[Chunk]:  # noqa: ARG001 - the signature that all formats share
    """The lines of the file."""
    with reading(path) as file:
        before = 0
        while lines := file.readlines(_CHUNK):
            bodies = [line.rstrip(b"\r\n") for line in lines]
            ends = [line[len(body) :] for line, body in zip(lines, bodies, strict=True)]
            yield Chunk([Record(number, body or None) for number, body in enumerate(bodies, before + 1)], ends)
            before += len(lines)


@contextmanager
def writing(path: Path, sink: BinaryIO, field: str) -> Iterator[Callable[[Chunk, Sequence[bytes | None]], None]]:  # noqa: ARG001 - as above
    """Lines with the ends that they had."""
    with compressed(path, sink) as out:

        def write(chunk: Chunk, data: Sequence[bytes | None]) -> None:
            lines = zip(data, chunk.rest, strict=True)
            out.write(b"".join(part for part in chain.from_iterable(lines) if part))

        yield write


def parse(record: Record, field: str) -> Text | None:
    """The text of a line; None where it is blank, or the field is null. Raises ValueError."""
    whole = _whole(record)
    if whole is None:
        return None
    value: Any = whole
    for name in _names(whole, field):
        if not isinstance(value, dict) or name not in value:
            raise ValueError(f"no field {field!r}")
        value = value[name]
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError(f"field {field!r} is no string")  # noqa: TRY004 - the record is wrong, not the program
    about = {name: found for name in ABOUT if isinstance(found := whole.get(name), str)}
    return Text(record.number, value, about or None)


def _whole(record: Record) -> Mapping[str, Any] | None:
    try:
        line = (record.raw or b"").decode().removeprefix(_BOM)
        whole = _DECODER.decode(line) if line and not line.isspace() else None
    except UnicodeDecodeError as error:
        raise ValueError(f"no JSON: not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON: {error.msg} at column {error.colno}") from None
    except RecursionError:
        raise ValueError("JSON nested too deeply") from None
    if whole is not None and not isinstance(whole, dict):
        raise ValueError("no JSON object")
    return whole


def _names(whole: Mapping[str, Any], field: str) -> Sequence[str]:
    return (field,) if field in whole or "." not in field else field.split(".")


def respelled(record: Record, field: str, outcome: Outcome) -> Outcome:
    """The outcome with its edits in the bytes of the line; the edits are made when they are first asked for."""
    clean = _rewritten(record, field, outcome.text)
    if clean is None:
        return _edited(record, field, outcome)
    return LateOutcome.of(clean, lambda: outcome.text, partial(_edited, record, field, outcome), changed=True)


def _rewritten(record: Record, field: str, now: str) -> bytes | None:
    """The line with another text, where its text is spelled as usual; None where it is not, or a mark begins it."""
    text, raw = parse(record, field), record.raw
    if text is None or raw is None or not isinstance(text.text, str) or text.text.startswith(_BOM):
        return None
    for ascii_only in (False, True):
        spelled = json.dumps(text.text, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
        at = raw.find(spelled)
        if at >= 0 and raw.find(spelled, at + 1) < 0:
            clean = b"".join(
                (raw[:at], json.dumps(now, ensure_ascii=spelled.isascii()).encode(), raw[at + len(spelled) :])
            )
            found = parse(Record(record.number, clean), field)
            return clean if found and found.text == now else None
    return None


def _edited(record: Record, field: str, outcome: Outcome) -> Outcome:
    whole, raw, document = _whole(record), record.raw, outcome.document
    assert whole is not None and raw is not None and document is not None  # noqa: S101, PT018 - it was edited
    line = raw.decode()
    start, end = _string(line, int(line.startswith(_BOM)), _names(whole, field))
    before = _BOM if document.bom else ""  # outcomes do not count it
    edits = tuple(_edits(line, start, end, outcome.edits, len(before)))
    clean = apply(raw, edits)
    _check(record, field, Outcome(None, None, clean, before + outcome.text, edits=edits))
    return replace(outcome, document=replace(document, raw=raw), bytes=clean, edits=edits)


def _string(line: str, at: int, names: Sequence[str]) -> tuple[int, int]:
    """Where the value of a field stands in a line that is valid JSON, quotes not counted (code points).

    Of several members with one name the last counts, as everywhere.
    """
    start = end = at
    at = _skip(line, _skip(line, at) + 1)
    while line[at] != "}":
        name, at = _DECODER.raw_decode(line, at)
        value = _skip(line, _skip(line, at) + 1)
        _, at = _DECODER.raw_decode(line, value)
        if name == names[0]:
            start, end = value, at
        at = _skip(line, at)
        if line[at] == ",":
            at = _skip(line, at + 1)
    return _string(line, start, names[1:]) if len(names) > 1 else (start + 1, end - 1)


def _skip(line: str, at: int) -> int:
    found = _BLANK.match(line, at)
    return found.end() if found else at


def _edits(line: str, start: int, end: int, edits: Sequence[Edit], uncounted: int) -> Iterator[Edit]:
    """The edits of a text, in the bytes of the line that spells it between two offsets.

    So many of its first code points are not counted by the edits.
    """
    spelled = line[start:end]
    offsets = [*accumulate(map(len, _UNIT.findall(spelled)), initial=start)][uncounted:]
    at = at_byte = 0
    for edit in edits:
        first, last = offsets[edit.span.start], offsets[edit.span.end]
        at_byte += len(line[at:first].encode())
        before = line[first:last].encode()
        after = json.dumps(edit.text_after, ensure_ascii=spelled.isascii())[1:-1].encode()
        where = ByteSpan.of(at_byte, at_byte + len(before))
        yield replace(edit, byte_span=where, before=before, after=after)
        at, at_byte = last, at_byte + len(before)


def _check(record: Record, field: str, edited: Outcome) -> None:
    """Check that the new line holds the cleaned text, and that its edits undo."""
    now = parse(Record(record.number, edited.bytes), field)
    if now is None or now.text != edited.text or undo(edited.bytes, edited.edits) != record.raw:
        raise IntegrityError("the edited line does not hold the cleaned text; nothing was changed")
