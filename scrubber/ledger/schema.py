"""The tables, their version, and the steps from one version to the next."""

from __future__ import annotations

APPLICATION_ID = 0x53435242  # "SCRB": tells a ledger from any other SQLite file
VERSION = 1

# Row ids are integers and private to one file; `key` columns are the public ids (see keys.py). The edits and findings
# of a document are written with it, once, and its key covers them, so they need no key of their own. A row of `rules`
# is a rule as it spoke: what it said its findings are stands there once and not in every finding.
#
# Two tables have the shape they have for the sake of one question, what a site left behind: `findings` is stored in the
# order of sites (0: none), so that thousands of rows of one site lie side by side, and `documents`, of which each such
# row needs another one, is narrow; what it does not need is in `details`.
_VERSION_1 = """
CREATE TABLE runs (
  id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE,
  tool TEXT NOT NULL, ruleset TEXT NOT NULL, settings TEXT NOT NULL, started TEXT);
CREATE TABLE rules (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL,
  kind TEXT NOT NULL, action TEXT NOT NULL, safety TEXT NOT NULL, UNIQUE (name, digest, kind, action, safety));
CREATE TABLE sites (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE documents (
  id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, path BLOB NOT NULL);
CREATE INDEX documents_path ON documents (path);
CREATE TABLE details (
  document INTEGER PRIMARY KEY REFERENCES documents,
  raw BLOB NOT NULL, clean BLOB NOT NULL, size INTEGER NOT NULL, clean_size INTEGER NOT NULL,
  encoding TEXT NOT NULL, bom BLOB NOT NULL, newline TEXT NOT NULL, error TEXT, notes TEXT NOT NULL);
CREATE INDEX details_raw ON details (raw);
CREATE INDEX details_clean ON details (clean, raw);
CREATE TABLE run_documents (
  run INTEGER NOT NULL REFERENCES runs, document INTEGER NOT NULL REFERENCES documents,
  PRIMARY KEY (run, document)) WITHOUT ROWID;
CREATE INDEX run_documents_document ON run_documents (document);
CREATE TABLE targets (
  document INTEGER NOT NULL REFERENCES documents, path BLOB NOT NULL, PRIMARY KEY (document, path)) WITHOUT ROWID;
CREATE TABLE edits (
  id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents, number INTEGER NOT NULL,
  byte_start INTEGER NOT NULL, byte_end INTEGER NOT NULL, clean_start INTEGER NOT NULL,
  before BLOB NOT NULL, after BLOB NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL);
CREATE INDEX edits_document ON edits (document);
CREATE TABLE findings (
  site INTEGER NOT NULL, document INTEGER NOT NULL REFERENCES documents, number INTEGER NOT NULL,
  edit INTEGER, rule INTEGER NOT NULL REFERENCES rules, start INTEGER NOT NULL, end INTEGER NOT NULL,
  text TEXT NOT NULL, replacement TEXT NOT NULL, captures TEXT NOT NULL, confidence REAL NOT NULL,
  reason TEXT, winner TEXT, PRIMARY KEY (site, document, number)) WITHOUT ROWID;
CREATE INDEX findings_document ON findings (document, number);
CREATE TABLE fragments (
  id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents, number INTEGER NOT NULL,
  start INTEGER NOT NULL, end INTEGER NOT NULL, title TEXT NOT NULL,
  text_key BLOB NOT NULL, normal_key BLOB NOT NULL, UNIQUE (document, number, start, end));
CREATE INDEX fragments_text ON fragments (text_key);
CREATE INDEX fragments_normal ON fragments (normal_key);
CREATE TABLE attributions (
  fragment INTEGER NOT NULL REFERENCES fragments, site INTEGER NOT NULL REFERENCES sites, confidence REAL NOT NULL,
  PRIMARY KEY (fragment, site, confidence)) WITHOUT ROWID;
CREATE INDEX attributions_site ON attributions (site);
CREATE TABLE evidence (
  id INTEGER PRIMARY KEY, fragment INTEGER NOT NULL REFERENCES fragments, key BLOB NOT NULL, type TEXT NOT NULL,
  site INTEGER REFERENCES sites, rule TEXT, start INTEGER, end INTEGER, text TEXT,
  from_path BLOB, from_fragment TEXT, similarity REAL, UNIQUE (fragment, key));
CREATE TABLE duplicates (
  one BLOB NOT NULL, other BLOB NOT NULL, similarity REAL NOT NULL,
  PRIMARY KEY (one, other, similarity)) WITHOUT ROWID;
CREATE INDEX duplicates_other ON duplicates (other);
"""

#: The statements that lead from version n to n + 1; from 0, an empty file, to the newest in as many steps.
STEPS: tuple[str, ...] = (_VERSION_1,)
