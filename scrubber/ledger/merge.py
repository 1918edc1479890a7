"""Taking in another ledger: what both know stays once, since public ids are made from content."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

# ``o`` is the other ledger. Rows go in by their number there, so that a document's findings keep their order. The row
# numbers differ between two files; the temporary table pairs those of each document and says which ones are new here.
_STATEMENTS = """
INSERT OR IGNORE INTO runs (key, tool, ruleset, settings, started)
  SELECT key, tool, ruleset, settings, started FROM o.runs ORDER BY id;
INSERT OR IGNORE INTO rules (name, digest, kind, action, safety)
  SELECT name, digest, kind, action, safety FROM o.rules ORDER BY id;
INSERT OR IGNORE INTO sites (name) SELECT name FROM o.sites ORDER BY id;
CREATE TEMP TABLE arrivals AS
  SELECT d.key FROM o.documents d WHERE NOT EXISTS (SELECT 1 FROM main.documents m WHERE m.key = d.key);
INSERT OR IGNORE INTO documents (key, path) SELECT key, path FROM o.documents ORDER BY id;
CREATE TEMP TABLE pairs AS
  SELECT d.id AS theirs, m.id AS ours, d.key IN (SELECT key FROM arrivals) AS new
  FROM o.documents d JOIN main.documents m ON m.key = d.key;
CREATE INDEX temp.pairs_theirs ON pairs (theirs);
INSERT INTO details (document, raw, clean, size, clean_size, encoding, bom, newline, error, notes)
  SELECT p.ours, t.raw, t.clean, t.size, t.clean_size, t.encoding, t.bom, t.newline, t.error, t.notes
  FROM o.details t JOIN pairs p ON p.theirs = t.document WHERE p.new;
INSERT OR IGNORE INTO run_documents
  SELECT r.id, p.ours FROM o.run_documents x JOIN pairs p ON p.theirs = x.document
  JOIN o.runs t ON t.id = x.run JOIN main.runs r ON r.key = t.key;
INSERT OR IGNORE INTO targets
  SELECT p.ours, t.path FROM o.targets t JOIN pairs p ON p.theirs = t.document;
INSERT INTO edits (document, number, byte_start, byte_end, clean_start, before, after, start, end)
  SELECT p.ours, e.number, e.byte_start, e.byte_end, e.clean_start, e.before, e.after, e.start, e.end
  FROM o.edits e JOIN pairs p ON p.theirs = e.document WHERE p.new ORDER BY e.id;
INSERT INTO findings
  (site, document, number, edit, rule, start, end, text, replacement, captures, confidence, reason, winner)
  SELECT ifnull(s.id, 0), p.ours, f.number, f.edit, r.id, f.start, f.end, f.text, f.replacement, f.captures,
    f.confidence, f.reason, f.winner
  FROM o.findings f JOIN pairs p ON p.theirs = f.document
  JOIN o.rules t ON t.id = f.rule
  JOIN main.rules r ON (r.name, r.digest, r.kind, r.action, r.safety) = (t.name, t.digest, t.kind, t.action, t.safety)
  LEFT JOIN o.sites u ON u.id = f.site LEFT JOIN main.sites s ON s.name = u.name
  WHERE p.new;
INSERT OR IGNORE INTO fragments (document, number, start, end, title, text_key, normal_key)
  SELECT p.ours, f.number, f.start, f.end, f.title, f.text_key, f.normal_key
  FROM o.fragments f JOIN pairs p ON p.theirs = f.document ORDER BY f.id;
CREATE TEMP TABLE places AS
  SELECT f.id AS theirs, m.id AS ours FROM o.fragments f JOIN pairs p ON p.theirs = f.document
  JOIN main.fragments m ON (m.document, m.number, m.start, m.end) = (p.ours, f.number, f.start, f.end);
CREATE INDEX temp.places_theirs ON places (theirs);
INSERT OR IGNORE INTO attributions
  SELECT p.ours, s.id, a.confidence FROM o.attributions a JOIN places p ON p.theirs = a.fragment
  JOIN o.sites u ON u.id = a.site JOIN main.sites s ON s.name = u.name;
INSERT OR IGNORE INTO evidence
  (fragment, key, type, site, rule, start, end, text, from_path, from_fragment, similarity)
  SELECT p.ours, e.key, e.type, s.id, e.rule, e.start, e.end, e.text, e.from_path, e.from_fragment, e.similarity
  FROM o.evidence e JOIN places p ON p.theirs = e.fragment
  LEFT JOIN o.sites u ON u.id = e.site LEFT JOIN main.sites s ON s.name = u.name ORDER BY e.id;
INSERT OR IGNORE INTO duplicates SELECT one, other, similarity FROM o.duplicates;
"""
_TEMPORARY = ("arrivals", "pairs", "places")


def take_in(connection: sqlite3.Connection) -> int:
    """Copy the attached ledger ``o`` into this one, inside the caller's transaction; return how many documents came."""
    for statement in _STATEMENTS.split(";"):
        connection.execute(statement)
    (arrived,) = connection.execute("SELECT count(*) FROM arrivals").fetchone()
    for name in _TEMPORARY:
        connection.execute(f"DROP TABLE temp.{name}")
    return int(arrived)
