"""The ledger's tables as Parquet files, for DuckDB, pandas, Polars and the like."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from scrubber.ledger import keys
from scrubber.ledger.exports import needed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scrubber.ledger.exports import Files
    from scrubber.ledger.store import Ledger

    Row = dict[str, Any]
    Rows = Callable[[Ledger, str | None], Iterator[Row]]

_BATCH = 20_000  # rows held at a time, and rows of a row group


def files(ledger: Ledger, run: str | None) -> Files:
    """A file a table: runs, documents, edits, findings, fragments, duplicates."""
    arrow, parquet = needed("pyarrow", "parquet"), needed("pyarrow.parquet", "parquet")

    def writer(name: str) -> Callable[[BinaryIO], None]:
        def write(file: BinaryIO) -> None:
            schema = arrow.schema([(column, _type(arrow, kind)) for column, kind in _COLUMNS[name].items()])
            rows = _ROWS[name](ledger, run)
            with parquet.ParquetWriter(file, schema, compression="zstd") as output:
                while batch := list(islice(rows, _BATCH)):
                    output.write_batch(arrow.RecordBatch.from_pylist(batch, schema))

        return write

    return {f"{name}.parquet": writer(name) for name in _COLUMNS}


def _runs(ledger: Ledger, run: str | None) -> Iterator[Row]:
    return (row._asdict() for row in ledger.runs() if run in (None, row.id))


def _documents(ledger: Ledger, run: str | None) -> Iterator[Row]:
    for document in ledger.each_document(run):
        row = {**document._asdict(), "path": keys.storable(document.path), "notes": list(document.notes)}
        yield {
            **row,
            "runs": ledger.runs_of(document.id),
            "targets": [*map(keys.storable, document.targets)],
        }


def _edits(ledger: Ledger, run: str | None) -> Iterator[Row]:
    for document in ledger.each_document(run):
        for edit in ledger.edits(document.id):
            yield {"document": document.id, **edit._asdict()}


def _findings(ledger: Ledger, run: str | None) -> Iterator[Row]:
    for document in ledger.each_document(run):
        for found in ledger.findings_of_document(document.id):
            yield {**found._asdict(), "path": keys.storable(found.path), "captures": list(found.captures.items())}


def _fragments(ledger: Ledger, run: str | None) -> Iterator[Row]:
    for document in ledger.each_document(run):
        for fragment in ledger.fragments_of_document(document.id):
            sites = [{"site": site, "confidence": confidence} for site, confidence in fragment.sites]
            evidence = [
                {**found._asdict(), "from_path": found.from_path and keys.storable(found.from_path)}
                for found in fragment.evidence
            ]
            path = keys.storable(fragment.path)
            yield {**fragment._asdict(), "path": path, "sites": sites, "evidence": evidence}


def _duplicates(ledger: Ledger, _: str | None) -> Iterator[Row]:
    return (pair._asdict() for pair in ledger.duplicates())


_ROWS: dict[str, Rows] = {
    "runs": _runs,
    "documents": _documents,
    "edits": _edits,
    "findings": _findings,
    "fragments": _fragments,
    "duplicates": _duplicates,
}
_SITES = {"site": "string", "confidence": "float64"}
_EVIDENCE = {
    **dict.fromkeys(("type", "site", "rule"), "string"),
    **dict.fromkeys(("start", "end"), "int64"),
    **dict.fromkeys(("text", "from_path", "from_fragment"), "string"),
    "similarity": "float64",
}
# Column → type: the name of an Arrow type, [type] for a list, {…} for a struct, (key, value) for a map.
_COLUMNS: dict[str, dict[str, Any]] = {
    "runs": {**dict.fromkeys(("id", "tool", "ruleset", "settings", "started"), "string"), "documents": "int64"},
    "documents": {
        **dict.fromkeys(("id", "path", "raw", "clean"), "string"),
        **dict.fromkeys(("size", "clean_size"), "int64"),
        "encoding": "string",
        "bom": "binary",
        "newline": "string",
        "error": "string",
        **{column: ["string"] for column in ("notes", "runs", "targets")},
    },
    "edits": {
        "document": "string",
        **dict.fromkeys(("number", "byte_start", "byte_end", "clean_start"), "int64"),
        **dict.fromkeys(("before", "after"), "binary"),
        **dict.fromkeys(("start", "end"), "int64"),
        "rules": ["string"],
    },
    "findings": {
        **dict.fromkeys(("document", "path", "rule", "rule_digest", "kind", "action", "safety"), "string"),
        **dict.fromkeys(("start", "end"), "int64"),
        **dict.fromkeys(("text", "replacement"), "string"),
        "captures": ("string", "string"),
        "site": "string",
        "confidence": "float64",
        "edit": "int64",
        **dict.fromkeys(("reason", "winner"), "string"),
    },
    "fragments": {
        **dict.fromkeys(("id", "normal_id", "document", "path"), "string"),
        **dict.fromkeys(("number", "start", "end"), "int64"),
        "title": "string",
        "sites": [_SITES],
        "evidence": [_EVIDENCE],
    },
    "duplicates": {"one": "string", "other": "string", "similarity": "float64"},
}


def _type(arrow: Any, kind: Any) -> Any:
    if isinstance(kind, list):
        return arrow.list_(_type(arrow, kind[0]))
    if isinstance(kind, dict):
        return arrow.struct([(name, _type(arrow, part)) for name, part in kind.items()])
    if isinstance(kind, tuple):
        return arrow.map_(*(_type(arrow, part) for part in kind))
    return getattr(arrow, kind)()
