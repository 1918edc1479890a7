"""Parquet: one column of strings is cleaned, all others, the schema and its metadata stay. Needs ``pyarrow``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from scrubber.formats import Record, Result, Scrub

SUFFIXES = (".parquet",)

ROWS = 1024
"""Rows that are held at once."""


def records(path: Path, field: str) -> Iterator[Record]:
    """The texts of the column ``field``, row by row."""
    with _opened(path, field) as file:
        number = 0
        for batch in file.iter_batches(ROWS, columns=[field]):
            for text in batch.column(0).to_pylist():
                number += 1
                yield Record(number, text)


def clean(path: Path, sink: BinaryIO, field: str, scrub: Scrub) -> Iterator[Result]:
    """Write all rows to ``sink`` with the column ``field`` cleaned, in row groups of the same sizes."""
    with (
        _opened(path, field) as file,
        _parquet().ParquetWriter(sink, file.schema_arrow, compression=_codec(file)) as out,
    ):
        number = 0
        for group in range(file.num_row_groups):
            parts = []
            for batch in file.iter_batches(ROWS, row_groups=[group]):
                results = list(_results(batch.column(field).to_pylist(), number, scrub))
                number += batch.num_rows
                parts.append(_replaced(batch, field, results))
                yield from (result for result in results if result.outcome)
            out.write_table(_arrow().Table.from_batches(parts, file.schema_arrow), row_group_size=None)


def _results(texts: list[str | None], before: int, scrub: Scrub) -> Iterator[Result]:
    for number, text in enumerate(texts, before + 1):
        outcome = None if text is None else scrub(text, number)
        yield Result(number, outcome, outcome.error if outcome else None)


def _replaced(batch: Any, field: str, results: list[Result]) -> Any:
    """The batch with the texts that changed; the same batch if none did."""
    if not any(result.outcome and result.outcome.changed for result in results):
        return batch
    place = batch.schema.get_field_index(field)
    texts = [result.outcome and result.outcome.text for result in results]
    column = _arrow().array(texts, batch.schema.field(place).type)
    return batch.set_column(place, batch.schema.field(place), column)


@contextmanager
def _opened(path: Path, field: str) -> Iterator[Any]:
    arrow = _arrow()
    try:
        file = _parquet().ParquetFile(path)
    except arrow.ArrowInvalid as error:
        raise ValueError(f"{path}: no Parquet file: {error}") from error
    with file:
        schema = file.schema_arrow
        if field not in schema.names:
            raise ValueError(f"{path}: no column {field!r}; there are {', '.join(schema.names)}")
        kind = schema.field(field).type
        if kind not in (arrow.string(), arrow.large_string()):
            raise ValueError(f"{path}: column {field!r} holds {kind}, not strings")
        yield file


def _codec(file: Any) -> str:
    """The compression of the first column, for all of the new file."""
    metadata = file.metadata
    if not metadata.num_row_groups or not metadata.num_columns:
        return "zstd"
    name = str(metadata.row_group(0).column(0).compression).lower()
    return "none" if name == "uncompressed" else name


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
