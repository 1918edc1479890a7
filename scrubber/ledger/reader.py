"""Answers from the tables, as records. Order never depends on the order of writing.

Conditions and column lists are this package's own text; values are always bound.
"""

from __future__ import annotations

from collections import defaultdict
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
    from collections.abc import Iterator, Sequence

_PAGE = """SELECT d.key FROM documents d WHERE d.key > ? AND (? IS NULL OR EXISTS (
  SELECT 1 FROM runs r JOIN run_documents x ON x.run = r.id WHERE r.key = ? AND x.document = d.id))
  ORDER BY d.key LIMIT 1000"""
_DOCUMENT = """SELECT d.key, d.path, t.raw, t.clean, t.size, t.clean_size, t.encoding, t.bom, t.newline,
  t.error, t.notes FROM documents d JOIN details t ON t.document = d.id"""
_TARGETS = """SELECT d.key, g.path FROM documents d JOIN details t ON t.document = d.id
  JOIN targets g ON g.document = d.id"""
_FINDING = """SELECT d.key, d.path, f.rule, f.start, f.end, f.text, f.replacement, f.captures, s.name, f.confidence,
  f.edit, f.reason, f.winner
  FROM findings f JOIN documents d ON d.id = f.document LEFT JOIN sites s ON s.id = f.site"""
_OF_DOCUMENT = _FINDING + " WHERE d.key = ? ORDER BY f.number"
_OF_SITE = _FINDING + " WHERE s.name = ? ORDER BY d.path, d.key, f.number"
_PLACES = "FROM fragments f JOIN documents d ON d.id = f.document"
_FRAGMENTS = f"SELECT f.id, f.text_key, f.normal_key, d.key, d.path, f.number, f.start, f.end, f.title {_PLACES}"
_ATTRIBUTIONS = f"""SELECT f.id, s.name, max(a.confidence) c {_PLACES}
  JOIN attributions a ON a.fragment = f.id JOIN sites s ON s.id = a.site"""
_EVIDENCE = f"""SELECT f.id, e.type, s.name, e.rule, e.start, e.end, e.text, e.from_path, e.from_fragment, e.similarity
  {_PLACES} JOIN evidence e ON e.fragment = f.id LEFT JOIN sites s ON s.id = e.site"""

_NAMED = (
    """EXISTS (SELECT 1 FROM evidence n WHERE n.fragment = f.id AND n.site NOT NULL AND n.type <> 'near-duplicate')"""
)
"""Whether a fragment's own text or document names a site."""
_ATTRIBUTED = "EXISTS (SELECT 1 FROM attributions b WHERE b.fragment = f.id)"
_MARKED = f"f.number > 0 AND {_NAMED} AND {_ATTRIBUTED}"
_SILENT = """f.number > 0 AND NOT EXISTS
  (SELECT 1 FROM evidence n WHERE n.fragment = f.id AND n.type NOT IN ('near-duplicate', 'mark'))"""
"""Whether nothing shows who republished a fragment: see ``scrubber.attribution.silent``."""


def runs(connection: sqlite3.Connection) -> list[RunRecord]:
    """Every run, by start and id."""
    query = """SELECT hex(key), tool, ruleset, settings, started,
      (SELECT count(*) FROM run_documents WHERE run = runs.id) FROM runs ORDER BY started, key"""
    return [RunRecord(row[0].lower(), *row[1:]) for row in connection.execute(query)]


def rules(connection: sqlite3.Connection) -> list[str]:
    """The ids of all rules that found something, in order."""
    return [name for (name,) in connection.execute("SELECT DISTINCT name FROM rules ORDER BY name")]


def documents(connection: sqlite3.Connection, where: str, *values: object) -> list[DocumentRecord]:
    """The documents that a condition over ``d`` and ``t`` selects, by path and id."""
    targets: dict[bytes, list[str]] = defaultdict(list)
    for key, path in connection.execute(f"{_TARGETS} WHERE {where} ORDER BY g.path", values):
        targets[key].append(keys.path_text(path))
    rows = connection.execute(f"{_DOCUMENT} WHERE {where} ORDER BY d.path, d.key", values)
    return [_document(row, targets.get(row[0], ())) for row in rows]


def origins(connection: sqlite3.Connection, clean: str) -> set[str]:
    """The digests of the originals that were cleaned to this digest."""
    # One step of the index for each; DISTINCT would read every one of a million equal records.
    query = "SELECT raw FROM details WHERE clean = ? AND raw > ? ORDER BY raw LIMIT 1"
    found: set[str] = set()
    last = b""
    while row := connection.execute(query, (bytes.fromhex(clean), last)).fetchone():
        (last,) = row
        found.add(last.hex())
    return found


def each_document(connection: sqlite3.Connection, run: str | None = None) -> Iterator[DocumentRecord]:
    """Every document, or those of a run, by id.

    No question stays open between two documents: whoever takes them may write, also while others do.
    """
    key = None if run is None else bytes.fromhex(run)
    last = b""
    while page := connection.execute(_PAGE, (last, key, key)).fetchall():
        for (last,) in page:
            yield from documents(connection, "d.key = ?", last)


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
        EditRecord._make((number, *rest, tuple(sorted(set(rules.get(number, ()))))))
        for number, *rest in connection.execute(query, (row,))
    ]


def findings_of_document(connection: sqlite3.Connection, document: str) -> list[FindingRecord]:
    """The findings of a document, applied and rejected, in the order of the text."""
    return _findings(connection, _OF_DOCUMENT, bytes.fromhex(document))


def findings_of_site(connection: sqlite3.Connection, site: str) -> list[FindingRecord]:
    """The findings that name a site, by path and place."""
    return _findings(connection, _OF_SITE, site)


def sites(connection: sqlite3.Connection) -> list[SiteRecord]:
    """Every site, by name."""
    query = """SELECT name, ifnull(f.n, 0), ifnull(f.d, 0), ifnull(a.n, 0) FROM sites
      LEFT JOIN (SELECT site, count(*) n, count(DISTINCT document) d FROM findings GROUP BY site) f
        ON f.site = sites.id
      LEFT JOIN (SELECT site, count(DISTINCT fragment) n FROM attributions GROUP BY site) a ON a.site = sites.id
      ORDER BY name"""
    return [SiteRecord(*row) for row in connection.execute(query)]


def fragments(connection: sqlite3.Connection, where: str, *values: object) -> list[FragmentRecord]:
    """The fragments that a condition over ``f`` and ``d`` selects, by path and place."""
    sites: dict[int, list[tuple[str, float]]] = defaultdict(list)
    query = f"{_ATTRIBUTIONS} WHERE {where} GROUP BY f.id, s.name ORDER BY c DESC, s.name"
    for row, name, confidence in connection.execute(query, values):
        sites[row].append((name, confidence))
    evidence: dict[int, list[EvidenceRecord]] = defaultdict(list)
    for row, *found in connection.execute(f"{_EVIDENCE} WHERE {where} ORDER BY e.key", values):
        evidence[row].append(_evidence(found))
    query = f"{_FRAGMENTS} WHERE {where} ORDER BY d.path, d.key, f.start, f.number"
    return [
        _fragment(place, tuple(sites.get(row, ())), tuple(evidence.get(row, ())))
        for row, *place in connection.execute(query, values)
    ]


def marked(connection: sqlite3.Connection) -> set[str]:
    """The ids of all texts that name their site where they stand, at one place at least."""
    query = f"SELECT DISTINCT f.text_key {_PLACES} WHERE {_MARKED}"
    return {key.hex() for (key,) in connection.execute(query)}


def places(connection: sqlite3.Connection, fragment: str, *, marked: bool) -> list[FragmentRecord]:
    """The places of a text where it names its site, or those where it names none."""
    where = f"f.text_key = ? AND {_MARKED if marked else _SILENT}"
    return fragments(connection, where, bytes.fromhex(fragment))


def repeated(connection: sqlite3.Connection) -> list[str]:
    """The ids of the texts that stand, verbatim, in several documents or several times in one."""
    query = """SELECT f.text_key FROM fragments f JOIN documents d ON d.id = f.document WHERE f.number > 0
      GROUP BY f.text_key HAVING count(DISTINCT hex(d.path) || ' ' || f.number) > 1 ORDER BY f.text_key"""
    return [key.hex() for (key,) in connection.execute(query)]


def duplicates(connection: sqlite3.Connection) -> Iterator[DuplicateRecord]:
    """Every pair of near-duplicates, by their ids."""
    query = "SELECT one, other, similarity FROM duplicates ORDER BY one, other, similarity"
    for one, other, similarity in connection.execute(query):
        yield DuplicateRecord(one.hex(), other.hex(), similarity)


def _document(row: Sequence[Any], targets: Sequence[str]) -> DocumentRecord:
    key, path, raw, clean, *rest = row
    return DocumentRecord._make((key.hex(), keys.path_text(path), raw.hex(), clean.hex(), *rest, tuple(targets)))


def _findings(connection: sqlite3.Connection, query: str, value: object) -> list[FindingRecord]:
    rules = _Rules(connection)
    make, path_text = FindingRecord._make, keys.path_text
    # A popular site has thousands of rows: adding slices of the row is twice as fast as naming its parts.
    return [
        make((row[0].hex(), path_text(row[1])) + rules[row[2]] + row[3:]) for row in connection.execute(query, (value,))
    ]


class _Rules(dict[int, tuple[str, ...]]):
    """Id, digest, kind, action and safety of rules by row, each read when it is first asked for."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__()
        self._connection = connection

    def __missing__(self, row: int) -> tuple[str, ...]:
        query = "SELECT name, digest, kind, action, safety FROM rules WHERE id = ?"
        found: tuple[str, ...] = self._connection.execute(query, (row,)).fetchone()
        self[row] = found
        return found


def _fragment(
    place: Sequence[Any], sites: tuple[tuple[str, float], ...], evidence: tuple[EvidenceRecord, ...]
) -> FragmentRecord:
    text_key, normal_key, document, path, *rest = place
    head = (text_key.hex(), normal_key.hex(), document.hex(), keys.path_text(path))
    return FragmentRecord._make((*head, *rest, sites, evidence))


def _evidence(row: Sequence[object]) -> EvidenceRecord:
    record = EvidenceRecord._make(row)
    path = record.from_path
    return record._replace(from_path=keys.path_text(path)) if isinstance(path, bytes) else record
