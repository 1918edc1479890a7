"""Writing outcomes into the tables. Every function runs inside a transaction that its caller holds."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from scrubber.ledger import keys

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

    from scrubber.model import Evidence, Finding, Fragment, Outcome

Row = tuple[Any, ...]

_DOCUMENT = """INSERT OR IGNORE INTO documents
  (key, path, raw, clean, size, clean_size, encoding, bom, newline, error) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_EDIT = """INSERT INTO edits
  (document, number, byte_start, byte_end, clean_start, before, after, start, end) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_FINDING = """INSERT INTO findings
  (document, edit, rule, kind, action, safety, start, end, text, replacement, captures, site, confidence, reason,
   winner) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_FRAGMENT = """INSERT OR IGNORE INTO fragments
  (document, number, start, end, title, text_key, normal_key) VALUES (?, ?, ?, ?, ?, ?, ?)"""
_EVIDENCE = """INSERT OR IGNORE INTO evidence
  (fragment, key, type, site, rule, start, end, text, from_path, from_fragment, similarity)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


class Writer:
    """Inserts with the row numbers of rules and sites at hand. ``forget`` them after a transaction that failed."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._numbers: dict[tuple[str, ...], int] = {}

    def forget(self) -> None:
        self._numbers.clear()

    def run(self, tool: str, ruleset: str, settings: Mapping[str, object], started: str | None) -> tuple[int, bytes]:
        """The row and the key of a run; the same arguments give the same run."""
        text = json.dumps(settings, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        key = keys.key("run", tool, ruleset, text, started)
        values = (key, tool, ruleset, text, started)
        self._connection.execute(
            "INSERT OR IGNORE INTO runs (key, tool, ruleset, settings, started) VALUES (?, ?, ?, ?, ?)", values
        )
        return self._row("SELECT id FROM runs WHERE key = ?", key), key

    def document(self, run: int, rules: Mapping[str, str], path: bytes, outcome: Outcome) -> bytes:
        """Write one outcome and return the document's key. ``rules``: the digest of each rule by its id."""
        edits = _edits(outcome)
        findings = [_finding(rules, *row) for row in _findings(outcome)]
        head = _head(path, outcome)
        key = keys.key("document", *head, repr(edits), repr(findings))
        cursor = self._connection.execute(_DOCUMENT, (key, *head))
        if cursor.rowcount:
            document = int(cursor.lastrowid or 0)
            self._connection.executemany(_EDIT, [(document, number, *edit) for number, edit in enumerate(edits)])
            self._connection.executemany(_FINDING, [self._finding_row(document, finding) for finding in findings])
        else:
            document = self._row("SELECT id FROM documents WHERE key = ?", key)
        self._connection.execute("INSERT OR IGNORE INTO run_documents VALUES (?, ?)", (run, document))
        if outcome.document is not None:
            for fragment in outcome.fragments:
                self._fragment(document, fragment, outcome.document.text[fragment.span.start : fragment.span.end])
        return key

    def duplicates(self, pairs: Iterable[tuple[str, str, float]]) -> None:
        """Write verified near-duplicate pairs of fragment ids (hex); the order within a pair does not matter."""
        rows = [(*sorted((bytes.fromhex(one), bytes.fromhex(other))), similarity) for one, other, similarity in pairs]
        self._connection.executemany("INSERT OR IGNORE INTO duplicates VALUES (?, ?, ?)", rows)

    def _fragment(self, document: int, fragment: Fragment, text: str) -> None:
        place = (document, fragment.index, fragment.span.start, fragment.span.end)
        contents = (keys.storable(fragment.title), keys.text_key(text), keys.normal_key(text))
        self._connection.execute(_FRAGMENT, (*place, *contents))
        query = "SELECT id FROM fragments WHERE document = ? AND number = ? AND start = ? AND end = ?"
        row = self._row(query, *place)
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

    def _finding_row(self, document: int, finding: Row) -> Row:
        edit, rule, digest, *middle, site, confidence, reason, winner = finding
        number = None if site is None else self._site(site)
        return (document, edit, self._rule(rule, digest), *middle, number, confidence, reason, winner)

    def _rule(self, name: str, digest: str) -> int:
        number = self._numbers.get((name, digest))
        if number is None:
            self._connection.execute("INSERT OR IGNORE INTO rules (name, digest) VALUES (?, ?)", (name, digest))
            number = self._row("SELECT id FROM rules WHERE name = ? AND digest = ?", name, digest)
            self._numbers[name, digest] = number
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
    """The columns of ``documents`` after the key."""
    document = outcome.document
    raw = outcome.bytes if document is None else document.raw
    raw_digest, clean_digest = hashlib.sha256(raw).digest(), hashlib.sha256(outcome.bytes).digest()
    error = None if outcome.error is None else keys.storable(outcome.error)
    known = ("binary", b"", "none") if document is None else (document.encoding, document.bom, newline(document.text))
    return (path, raw_digest, clean_digest, len(raw), len(outcome.bytes), *known, error)


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
    captures = json.dumps(dict(finding.captures), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    what = (finding.rule, rules.get(finding.rule, ""), str(finding.kind), str(finding.action), str(finding.safety))
    where = (
        int(finding.span.start),
        int(finding.span.end),
        keys.storable(finding.text),
        keys.storable(finding.replacement),
    )
    return (edit, *what, *where, keys.storable(captures), finding.site, finding.confidence, reason, winner)


def newline(text: str) -> str:
    """The newline style of a text: lf, crlf, cr, mixed or none."""
    pairs = text.count("\r\n")
    counts: Sequence[int] = (text.count("\n") - pairs, pairs, text.count("\r") - pairs)
    used = [name for name, count in zip(("lf", "crlf", "cr"), counts, strict=True) if count]
    return "none" if not used else used[0] if len(used) == 1 else "mixed"
