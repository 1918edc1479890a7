"""Parquet: one column of strings is cleaned, all others, the schema and its metadata stay. Needs ``pyarrow``.

A file in which something changed is written anew: the same values in the same order, the same row groups as far as
they are not larger than ``GROUP``. A record is a value of the column, in UTF-8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from scrubber.files import STDIN
from scrubber.formats import Chunk, Record, Text
from scrubber.model import Outcome

SUFFIXES = (".parquet",)

ABOUT = ("url", "source")
GROUP = 64 << 20
"""Bytes, as Arrow counts them, of the largest row group that is written."""
_CHUNK = 1 << 20  # bytes of rows that are held at once, as the file's own statistics tell
_ROWS = 1024
_BUFFER = 1 << 20


class _Rest(NamedTuple):
    """The rows of a chunk, and the row group that they stand in."""

    batch: Any
    group: int


def chunks(path: Path, field: str) -> Iterator[Chunk]:
    """The rows of the file."""
    with _opened(path, field) as file, _explained():
        number = 0
        for group in range(file.num_row_groups):
            for batch in file.iter_batches(_rows(file.metadata.row_group(group)), row_groups=[group]):
                yield Chunk(_records(batch, field, number), _Rest(batch, group))
                number += batch.num_rows


def _rows(group: Any) -> int:
    """How many rows of a group to hold at once."""
    return max(1, min(_ROWS, _CHUNK * int(group.num_rows) // max(1, int(group.total_byte_size))))


def _records(batch: Any, field: str, before: int) -> list[Record]:
    texts = batch.column(field).cast(_arrow().large_binary()).to_pylist()
    return [
        Record(number, raw, about or None)
        for number, (raw, about) in enumerate(zip(texts, _about(batch), strict=True), before + 1)
    ]


def _about(batch: Any) -> Sequence[Mapping[str, str]]:
    names = [name for name in ABOUT if name in batch.schema.names and _is_string(batch.schema.field(name).type)]
    columns = [batch.column(name).to_pylist() for name in names]
    if not columns:
        return [{}] * int(batch.num_rows)
    rows = zip(*columns, strict=True)
    return [{name: value for name, value in zip(names, row, strict=True) if value is not None} for row in rows]


def parse(record: Record, field: str) -> Text | None:  # noqa: ARG001 - the signature that all formats share
    """The text of a value; None for null. Raises ValueError."""
    try:
        return None if record.raw is None else Text(record.number, record.raw.decode(), record.about)
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 at byte {error.start}") from None


def respelled(record: Record, field: str, outcome: Outcome) -> Outcome:  # noqa: ARG001 - as above
    """The outcome itself: a value is its text."""
    return outcome


@contextmanager
def writing(path: Path, sink: BinaryIO, field: str) -> Iterator[Callable[[Chunk, Sequence[bytes | None]], None]]:
    """Rows in the row groups that they had, with the settings of the file at ``path``."""
    with _opened(path, field) as file, _explained():
        schema = file.schema_arrow
        with _parquet().ParquetWriter(sink, schema, **_settings(file)) as out:
            held: list[_Rest] = []

            def flush() -> None:
                if held:
                    table = _arrow().Table.from_batches([rest.batch for rest in held], schema)
                    out.write_table(table, row_group_size=max(1, table.num_rows))
                    held.clear()

            def write(chunk: Chunk, data: Sequence[bytes | None]) -> None:
                rest: _Rest = chunk.rest
                if held and (held[-1].group != rest.group or sum(part.batch.nbytes for part in held) > GROUP):
                    flush()
                held.append(rest._replace(batch=_replaced(chunk, field, data)))

            yield write
            flush()


def _replaced(chunk: Chunk, field: str, data: Sequence[bytes | None]) -> Any:
    """The rows with the texts that changed; the same rows if none did."""
    batch = chunk.rest.batch
    if all(new is record.raw for new, record in zip(data, chunk.records, strict=True)):
        return batch
    place = batch.schema.get_field_index(field)
    column = _arrow().array(data, _arrow().large_binary()).cast(batch.schema.field(place).type)
    return batch.set_column(place, batch.schema.field(place), column)


@contextmanager
def _opened(path: Path, field: str) -> Iterator[Any]:
    if path == STDIN:
        raise ValueError("Parquet cannot be read from standard input: name a file")
    arrow = _arrow()
    try:
        file = _parquet().ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False)
    except arrow.ArrowException as error:
        raise ValueError(f"no Parquet file: {error}") from error
    with file:
        schema = file.schema_arrow
        if field not in schema.names:
            raise ValueError(f"no column {field!r}; there are {', '.join(schema.names)}")
        if not _is_string(kind := schema.field(field).type):
            raise ValueError(f"column {field!r} holds {kind}, not strings")
        yield file


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what Arrow says of damaged content into a ValueError."""
    try:
        yield
    except _arrow().ArrowException as error:
        raise ValueError(f"cannot be read or written as Parquet: {error}") from error


def _is_string(kind: Any) -> bool:
    return kind in (_arrow().string(), _arrow().large_string())


def _settings(file: Any) -> dict[str, Any]:
    """How to write a file as this one was: compression column by column, version, and whether it tells Arrow types."""
    metadata = file.metadata
    group = metadata.row_group(0) if file.num_row_groups else None
    columns = [group.column(number) for number in range(group.num_columns)] if group else []
    codecs = {column.path_in_schema: str(column.compression).lower() for column in columns}
    return {
        "compression": {path: "none" if codec == "uncompressed" else codec for path, codec in codecs.items()} or "zstd",
        "version": metadata.format_version,
        "store_schema": b"ARROW:schema" in (metadata.metadata or {}),
        "use_deprecated_int96_timestamps": any(column.physical_type == "INT96" for column in columns),
    }


def _arrow() -> Any:
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra, and slow to load
    except ImportError:
        raise ValueError("Parquet needs the extra: pip install 'corpus-scrubber[parquet]'") from None
    return pa


def _parquet() -> Any:
    _arrow()
    from pyarrow import parquet  # noqa: PLC0415 - as above

    return parquet
