"""Answers from the tables, as records. Order never depends on the order of writing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrubber.ledger import keys
from scrubber.ledger.records import (
    DocumentRecord,
    DuplicateRecord,
    EditRecord,
    EvidenceRecord,
    FindingRecord,
    FragmentRecord,
    RunRecord,
    SiteRecord,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

_DOCUMENT = """SELECT hex(d.key), d.path, hex(d.raw), hex(d.clean), d.size, d.clean_size, d.encoding, d.bom, d.newline,
  d.error FROM documents d"""
_FINDING = """SELECT hex(d.key), d.path, r.name, r.digest, f.kind, f.action, f.safety, f.start, f.end, f.text,
  f.replacement, f.captures, s.name, f.confidence, f.edit, f.reason, f.winner
  FROM findings f JOIN documents d ON d.id = f.document JOIN rules r ON r.id = f.rule
  LEFT JOIN sites s ON s.id = f.site"""
_OF_DOCUMENT = _FINDING + " WHERE d.key = ? ORDER BY f.start, f.end, r.name, f.id"
_OF_SITE = _FINDING + " WHERE s.name = ? ORDER BY d.path, f.start, f.end, r.name, d.key"
_FRAGMENT = """SELECT f.id, hex(f.text_key), hex(f.normal_key), hex(d.key), d.path, f.number, f.start, f.end, f.title
  FROM fragments f JOIN documents d ON d.id = f.document"""


def runs(connection: sqlite3.Connection) -> list[RunRecord]:
    """Every run, by start and id."""
    query = """SELECT hex(key), tool, ruleset, settings, started,
      (SELECT count(*) FROM run_documents WHERE run = runs.id) FROM runs ORDER BY started, key"""
    return [RunRecord(row[0].lower(), *row[1:]) for row in connection.execute(query)]


def documents(connection: sqlite3.Connection, where: str, *values: object) -> list[DocumentRecord]:
    """The documents that a condition over ``d`` selects, by path and id."""
    rows = connection.execute(f"{_DOCUMENT} WHERE {where} ORDER BY d.path, d.key", values)
    return [_document(*row) for row in rows]


def runs_of(connection: sqlite3.Connection, document: str) -> list[str]:
    """The ids of the runs that did exactly this to the document."""
    query = """SELECT hex(r.key) FROM documents d
      JOIN run_documents rd ON rd.document = d.id JOIN runs r ON r.id = rd.run
      WHERE d.key = ? ORDER BY r.started, r.key"""
    return [name.lower() for (name,) in connection.execute(query, (bytes.fromhex(document),))]


def edits(connection: sqlite3.Connection, document: str) -> list[EditRecord]:
    """The edits of a document in the order of the bytes."""
    (row,) = connection.execute("SELECT id FROM documents WHERE key = ?", (bytes.fromhex(document),)).fetchone()
    rules: dict[int, list[str]] = {}
    query = (
        "SELECT f.edit, r.name FROM findings f JOIN rules r ON r.id = f.rule WHERE f.document = ? AND f.edit NOT NULL"
    )
    for number, rule in connection.execute(query, (row,)):
        rules.setdefault(number, []).append(rule)
    query = """SELECT number, byte_start, byte_end, clean_start, before, after, start, end FROM edits
      WHERE document = ? ORDER BY number"""
    return [
        EditRecord._make((*rest, tuple(sorted(set(rules.get(number, ()))))))
        for number, *rest in connection.execute(query, (row,))
    ]


def findings_of_document(connection: sqlite3.Connection, document: str) -> list[FindingRecord]:
    """The findings of a document, applied and rejected, in the order of the text."""
    return [_finding(*row) for row in connection.execute(_OF_DOCUMENT, (bytes.fromhex(document),))]


def findings_of_site(connection: sqlite3.Connection, site: str) -> list[FindingRecord]:
    """The findings that name a site, by path and place."""
    return [_finding(*row) for row in connection.execute(_OF_SITE, (site,))]


def sites(connection: sqlite3.Connection) -> list[SiteRecord]:
    """Every site, by name."""
    query = """SELECT name, ifnull(f.n, 0), ifnull(f.d, 0), ifnull(a.n, 0) FROM sites
      LEFT JOIN (SELECT site, count(*) n, count(DISTINCT document) d FROM findings WHERE site NOT NULL GROUP BY site) f
        ON f.site = sites.id
      LEFT JOIN (SELECT site, count(DISTINCT fragment) n FROM attributions GROUP BY site) a ON a.site = sites.id
      ORDER BY name"""
    return [SiteRecord(*row) for row in connection.execute(query)]


def fragments(connection: sqlite3.Connection, where: str, *values: object) -> list[FragmentRecord]:
    """The fragments that a condition over ``f`` and ``d`` selects, by path and place."""
    query = f"{_FRAGMENT} WHERE {where} ORDER BY d.path, f.start, f.number, d.key"
    return [_fragment(connection, *row) for row in connection.execute(query, values).fetchall()]


def duplicates(connection: sqlite3.Connection) -> Iterator[DuplicateRecord]:
    """Every pair of near-duplicates, by their ids."""
    query = "SELECT one, other, similarity FROM duplicates ORDER BY one, other, similarity"
    for one, other, similarity in connection.execute(query):
        yield DuplicateRecord(one.hex(), other.hex(), similarity)


def _document(key: str, path: bytes, raw: str, clean: str, *rest: object) -> DocumentRecord:
    return DocumentRecord._make((key.lower(), keys.path_text(path), raw.lower(), clean.lower(), *rest))


def _finding(key: str, path: bytes, *rest: object) -> FindingRecord:
    return FindingRecord._make((key.lower(), keys.path_text(path), *rest))


def _fragment(connection: sqlite3.Connection, row: int, *place: Any) -> FragmentRecord:
    query = """SELECT s.name, max(a.confidence) c FROM attributions a JOIN sites s ON s.id = a.site WHERE a.fragment = ?
      GROUP BY s.name ORDER BY c DESC, s.name"""
    sites = tuple(connection.execute(query, (row,)).fetchall())
    query = """SELECT e.type, s.name, e.rule, e.start, e.end, e.text, e.from_path, e.from_fragment, e.similarity
      FROM evidence e LEFT JOIN sites s ON s.id = e.site WHERE e.fragment = ? ORDER BY e.key"""
    evidence = tuple(_evidence(*found) for found in connection.execute(query, (row,)))
    text_key, normal_key, document, path, *rest = place
    head = (text_key.lower(), normal_key.lower(), document.lower(), keys.path_text(path))
    return FragmentRecord._make((*head, *rest, sites, evidence))


def _evidence(*row: object) -> EvidenceRecord:
    record = EvidenceRecord._make(row)
    path = record.from_path
    return record._replace(from_path=keys.path_text(path)) if isinstance(path, bytes) else record
