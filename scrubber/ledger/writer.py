"""Writing outcomes into the tables. Every function runs inside a transaction that its caller holds."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from scrubber.encoding.inspection import newline_of
from scrubber.ledger import keys, reader
from scrubber.ledger.records import PIECES

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

    from scrubber.ledger.records import DocumentRecord, EditRecord, FindingRecord, FragmentRecord
    from scrubber.model import Evidence, Finding, Fragment, Outcome

Row = tuple[Any, ...]
NO_SITE = 0  # in findings, which are stored in the order of sites
RESTORED = "restored on request"  # the reason of a finding whose edit was taken back

_DOCUMENT = "INSERT OR IGNORE INTO documents (key, path) VALUES (?, ?)"
_DETAILS = """INSERT INTO details
  (document, raw, clean, size, clean_size, encoding, bom, newline, error, notes)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_EDIT = """INSERT INTO edits
  (document, number, byte_start, byte_end, clean_start, before, after, start, end) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_FINDING = """INSERT INTO findings
  (site, document, number, edit, rule, start, end, text, replacement, captures, confidence, reason, winner)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_RULE = "INSERT OR IGNORE INTO rules (name, digest, kind, action, safety) VALUES (?, ?, ?, ?, ?)"
_RULE_ROW = "SELECT id FROM rules WHERE name = ? AND digest = ? AND kind = ? AND action = ? AND safety = ?"
_FRAGMENT = """INSERT OR IGNORE INTO fragments
  (document, number, start, end, title, text_key, normal_key) VALUES (?, ?, ?, ?, ?, ?, ?)"""
_EVIDENCE = """INSERT OR IGNORE INTO evidence
  (fragment, key, type, site, rule, start, end, text, from_path, from_fragment, similarity)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


class Whole(NamedTuple):
    """A document that was cleaned in pieces: SHA-256 and sizes in bytes before and after, and the pieces' ids."""

    raw: bytes
    clean: bytes
    size: int
    clean_size: int
    pieces: Sequence[str]


class Writer:
    """Inserts with the row numbers of rules and sites at hand. ``forget`` them after a transaction that failed."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._numbers: dict[tuple[str, ...], int] = {}

    def forget(self) -> None:
        self._numbers.clear()

    def run(self, tool: str, ruleset: str, settings: Mapping[str, object], started: str | None) -> bytes:
        """Write a run and return its key; the same arguments give the same run."""
        text = _json(dict(settings))
        key = keys.key("run", tool, ruleset, text, started)
        values = (key, tool, ruleset, text, started)
        self._connection.execute(
            "INSERT OR IGNORE INTO runs (key, tool, ruleset, settings, started) VALUES (?, ?, ?, ?, ?)", values
        )
        return key

    def find_run(self, key: bytes) -> int | None:
        """The row of a run, None when this ledger has none of that key."""
        found = self._connection.execute("SELECT id FROM runs WHERE key = ?", (key,)).fetchone()
        return int(found[0]) if found else None

    def document(
        self, run: int, rules: Mapping[str, str], path: bytes, outcome: Outcome, target: bytes | None
    ) -> bytes:
        """Write one outcome and return the document's key.

        ``rules``: the digest of each rule by its id; ``target``: where the cleaned file goes, if that is known.
        """
        edits = _edits(outcome)
        findings = list(dict.fromkeys(_finding(rules, *row) for row in _findings(outcome)))
        key, document = self._document(run, _head(path, outcome), edits, findings)
        if target is not None:
            self._connection.execute("INSERT OR IGNORE INTO targets VALUES (?, ?)", (document, target))
        if outcome.document is not None:
            for fragment in outcome.fragments:
                self._fragment(document, fragment, outcome.document.text[fragment.span.start : fragment.span.end])
        return key

    def whole(self, run: int, path: bytes, whole: Whole, target: bytes | None) -> bytes:
        """Write a document that was cleaned in pieces, which are written already; return its key."""
        sizes = (whole.size, whole.clean_size)
        head = (path, whole.raw, whole.clean, *sizes, PIECES, b"", "none", None, _json(whole.pieces))
        key, document = self._document(run, head, (), ())
        if target is not None:
            self._connection.execute("INSERT OR IGNORE INTO targets VALUES (?, ?)", (document, target))
        return key

    def partly_restored(
        self, run: int, path: bytes, step: DocumentRecord, data: bytes, kept: Sequence[EditRecord]
    ) -> bytes:
        """Write ``data`` at ``path``, the original of ``step`` cleaned by the ``kept`` edits alone; return its key."""
        numbers = {edit.number: number for number, edit in enumerate(kept)}
        findings = [_again(found, numbers) for found in reader.findings_of_document(self._connection, step.id)]
        original = (path, bytes.fromhex(step.raw), hashlib.sha256(data).digest(), step.size, len(data))
        head = (*original, step.encoding, step.bom, step.newline, step.error, step.notes_json)
        return self._document(run, head, [edit[1:-1] for edit in kept], findings)[0]

    def _document(self, run: int, head: Row, edits: Sequence[Row], findings: Sequence[Row]) -> tuple[bytes, int]:
        """The key and the row of a document, written with its edits and findings unless it stands there already."""
        key = keys.key("document", *head, repr(edits), repr(findings))
        cursor = self._connection.execute(_DOCUMENT, (key, head[0]))
        if cursor.rowcount:
            row = int(cursor.lastrowid or 0)
            self._connection.execute(_DETAILS, (row, *head[1:]))
            self._connection.executemany(_EDIT, [(row, number, *edit) for number, edit in enumerate(edits)])
            rows = [self._finding_row(row, number, finding) for number, finding in enumerate(findings)]
            self._connection.executemany(_FINDING, rows)
        else:
            row = self._row("SELECT id FROM documents WHERE key = ?", key)
        self._connection.execute("INSERT OR IGNORE INTO run_documents VALUES (?, ?)", (run, row))
        return key, row

    def duplicates(self, pairs: Iterable[tuple[str, str, float]]) -> None:
        """Write verified near-duplicate pairs of fragment ids (hex); the order within a pair does not matter."""
        rows = [(*sorted((bytes.fromhex(one), bytes.fromhex(other))), similarity) for one, other, similarity in pairs]
        self._connection.executemany("INSERT OR IGNORE INTO duplicates VALUES (?, ?, ?)", rows)

    def _fragment(self, document: int, fragment: Fragment, text: str) -> None:
        place = (document, fragment.index, fragment.span.start, fragment.span.end)
        contents = (keys.storable(fragment.title), keys.text_key(text), keys.normal_key(text))
        self._connection.execute(_FRAGMENT, (*place, *contents))
        query = "SELECT id FROM fragments WHERE document = ? AND number = ? AND start = ? AND end = ?"
        self._attribute(self._row(query, *place), fragment)

    def retell(self, place: FragmentRecord, told: Fragment) -> None:
        """Put what copies say now about a silent fragment in the place of what they said before."""
        query = """SELECT f.id FROM fragments f JOIN documents d ON d.id = f.document
          WHERE d.key = ? AND f.number = ? AND f.start = ? AND f.end = ?"""
        row = self._row(query, bytes.fromhex(place.document), place.number, place.start, place.end)
        self._connection.execute("DELETE FROM attributions WHERE fragment = ?", (row,))
        self._connection.execute("DELETE FROM evidence WHERE fragment = ? AND type = 'near-duplicate'", (row,))
        self._attribute(row, told)

    def _attribute(self, row: int, fragment: Fragment) -> None:
        if fragment.site is not None:
            attribution = (row, self._site(fragment.site), fragment.confidence)
            self._connection.execute("INSERT OR IGNORE INTO attributions VALUES (?, ?, ?)", attribution)
        self._connection.executemany(_EVIDENCE, [self._evidence_row(row, item) for item in fragment.evidence])

    def _evidence_row(self, fragment: int, evidence: Evidence) -> Row:
        span = evidence.span
        start, end = (span.start, span.end) if span else (None, None)
        from_path = None if evidence.from_path is None else keys.path_bytes(evidence.from_path)
        text = None if evidence.text is None else keys.storable(evidence.text)
        tail = (evidence.rule, start, end, text, from_path, evidence.from_fragment, evidence.similarity)
        site = None if evidence.site is None else self._site(evidence.site)
        return (fragment, keys.key(evidence.type, evidence.site, *tail), evidence.type, site, *tail)

    def _finding_row(self, document: int, number: int, finding: Row) -> Row:
        site, edit, rule, *rest = finding
        return (NO_SITE if site is None else self._site(site), document, number, edit, self._rule(rule), *rest)

    def _rule(self, rule: tuple[str, ...]) -> int:
        number = self._numbers.get(rule)
        if number is None:
            self._connection.execute(_RULE, rule)
            number = self._row(_RULE_ROW, *rule)
            self._numbers[rule] = number
        return number

    def _site(self, name: str) -> int:
        name = keys.storable(name)
        number = self._numbers.get((name,))
        if number is None:
            self._connection.execute("INSERT OR IGNORE INTO sites (name) VALUES (?)", (name,))
            number = self._row("SELECT id FROM sites WHERE name = ?", name)
            self._numbers[(name,)] = number
        return number

    def _row(self, query: str, *values: object) -> int:
        return int(self._connection.execute(query, values).fetchone()[0])


def _head(path: bytes, outcome: Outcome) -> Row:
    """The path, and the columns of ``details``."""
    document = outcome.document
    raw = outcome.bytes if document is None else document.raw
    raw_digest, clean_digest = hashlib.sha256(raw).digest(), hashlib.sha256(outcome.bytes).digest()
    error = None if outcome.error is None else keys.storable(outcome.error)
    known = (
        ("binary", b"", "none") if document is None else (document.encoding, document.bom, newline_of(document.text))
    )
    return (path, raw_digest, clean_digest, len(raw), len(outcome.bytes), *known, error, _json(outcome.notes))


def _edits(outcome: Outcome) -> list[Row]:
    rows: list[Row] = []
    shift = 0  # bytes by which the cleaned file is behind the original so far
    for edit in outcome.edits:
        start, end = edit.byte_span.start, edit.byte_span.end
        rows.append((start, end, start - shift, edit.before, edit.after, edit.span.start, edit.span.end))
        shift += len(edit.before) - len(edit.after)
    return rows


def _findings(outcome: Outcome) -> list[tuple[Finding, int | None, str | None, str | None]]:
    """Every finding once, in the order of the text: number of its edit, or reason and winner when it was rejected."""
    rows: list[tuple[Finding, int | None, str | None, str | None]] = []
    for number, edit in enumerate(outcome.edits):
        rows.extend((finding, number, None, None) for finding in edit.findings)
    rows.extend((rejection.finding, None, str(rejection.reason), rejection.winner) for rejection in outcome.rejected)
    seen = {_place(finding) for finding, *_ in rows}
    rows.extend((finding, None, None, None) for finding in outcome.findings if _place(finding) not in seen)
    return sorted(rows, key=lambda row: (*_place(row[0]), row[2] or "", row[3] or ""))


def _place(finding: Finding) -> tuple[int, int, str, str]:
    return finding.span.start, finding.span.end, finding.rule, finding.action


def _finding(
    rules: Mapping[str, str], finding: Finding, edit: int | None, reason: str | None, winner: str | None
) -> Row:
    what = (finding.rule, rules.get(finding.rule, ""), str(finding.kind), str(finding.action), str(finding.safety))
    where = (
        int(finding.span.start),
        int(finding.span.end),
        keys.storable(finding.text),
        keys.storable(finding.replacement),
    )
    return (finding.site, edit, what, *where, _json(dict(finding.captures)), finding.confidence, reason, winner)


def _again(finding: FindingRecord, numbers: Mapping[int, int]) -> Row:
    """A finding as it stands after its document was restored in part: with its edit's new number, or taken back."""
    edit = None if finding.edit is None else numbers.get(finding.edit)
    reason = RESTORED if finding.edit is not None and edit is None else finding.reason
    said = (finding.rule, finding.rule_digest, finding.kind, finding.action, finding.safety)
    what = (finding.start, finding.end, finding.text, finding.replacement, finding.captures_json)
    return (finding.site, edit, said, *what, finding.confidence, reason, finding.winner)


def _json(value: object) -> str:
    return keys.storable(json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")))
