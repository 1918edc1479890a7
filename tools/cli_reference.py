"""Write docs/cli.md from the commands' own help: `python tools/cli_reference.py`. A test keeps the two together."""

from __future__ import annotations

from pathlib import Path

from typer.main import get_command
from typer.testing import CliRunner

from scrubber.cli.app import app

PAGE = Path(__file__).parent.parent / "docs/cli.md"
_WIDTH = 100

_HEAD = """\
# The command line

Made from the commands' own help by `python tools/cli_reference.py`; a test fails when it is out of date.

## What every command keeps to

* Results go to standard output, everything about the run to standard error. `--format jsonl` prints one JSON object a
  line, in UTF-8 whatever the locale; bytes of a file name that are not UTF-8 appear as escapes such as `\\udcd6`.
* A file that cannot be done is named with the reason, the others are still done, and the status is 2 at the end.
* Named files are always taken. Folders are walked: every file that is not hidden; binary files among them are skipped
  and counted. Links are followed, except back to a folder above, and a file reached twice is done once.
* Below `--out`, a relative path stays as it was written. Files named by an absolute path, or by one that leads out of
  the working folder, keep their path below the folder that all of those have in common. Two files for one place are an
  error before anything is written.
* Files are replaced whole. `clean --in-place` first records what it removes in a ledger: the one named by `--ledger` or
  by the configuration, else `.scrubber/ledger.sqlite3` beside the configuration file (or in the working folder).

| status | `scan` | `clean`, `restore`, `trace`, `inspect` | `rules test` | `hook scan`, `hook clean` |
|---|---|---|---|---|
| 0 | nothing found | done | all examples hold | nothing to change |
| 1 | something found | | an example does not hold | a file needs changing, or was changed |
| 2 | something could not be done | something could not be done | | something could not be done |

## What JSON lines hold

| command | one object for each | fields |
|---|---|---|
| `scan` | finding | `path, rule, kind, action, safety, start, end, byte_start, byte_end, line, column, text,` \
`replacement, site, captures, confidence, fingerprint` |
| `clean` | document | `path, target, changed, edits, characters, review, sites` |
| `trace` | fragment | `path, fragment, start, end, title, site, confidence, evidence` |
| `inspect` | document | `path, encoding, confidence, bom, newline, script, segments, mojibake, lossy,` \
`damage, private_use, conversion_errors` |

`start` and `end` count code points of the text as decoded (a BOM is not counted), `byte_start` and `byte_end` bytes of
the file, or of the text of a record; both are half-open. `line` and `column` count from 1. Without `--review`, findings
that are marked for review have the action `flag` and no replacement.

## Files of records

`scan`, `clean`, `restore`, `trace` and the hooks take `.jsonl` and `.ndjson` (also `.gz` and `.zst`) and `.parquet`
as files of records, each record a document of its own. `--as text` reads such a file as one plain text; `--as jsonl`
reads files of any other name, and standard input, as JSON lines. `.zst` and `.parquet` need the extras `zstd` and
`parquet`.

* `--text-field NAME` names the field, or column, that is cleaned (`text` without); `meta.text` is the field `text` of
  the object `meta`. All else stays as it is: in a JSON line every byte outside an edit, escapes included; in Parquet
  the other columns, the order, the schema, its metadata and the compression of each column. Row groups stay as they
  are up to 64 MB; larger ones are divided.
* A record is named by its file and its line, or row, from 1: `corpus.jsonl#17`. Findings, fragments and the ledger
  use that name. Offsets count from the beginning of its text, `byte_start` and `byte_end` in UTF-8.
* A record without text (null, a blank line) is passed over. One that is no JSON, lacks the field, or has something in
  it that is no string is told with its line (`corpus.jsonl:17: …`), comes out as it is, and the status is 2 at the
  end.
* A file in which nothing is found comes out identical to the byte, also a compressed one. One that changes is
  compressed again: `restore` then gives back the same content, every byte of it after decompression, and the same
  rows of a Parquet file, but not the same compressed bytes. An uncompressed file comes back to the byte.
* A compressed file that is damaged or cut off is told and left alone.
* Files are read and written a chunk at a time, so that their size does not matter, and a cleaned file appears whole
  or not at all. A run that was stopped can be run again; with `--resume`, copies that are there already are left as
  they are. `--jobs N` divides a file too, with the same results and ledger.
* With a ledger, texts are compared with each other for near-duplicates as long as those of all records come to no
  more than 16 million characters. `trace` compares any number and holds them in memory.
* `url` and `source` of a record, if they are strings, are evidence of where its text came from.
* `--encoding` is for plain texts; JSON lines are in UTF-8.

## Large texts

A plain text of 64 MB or more is cleaned in pieces, so that it need not be held in memory. A piece ends at the first
blank line after 512 KB, or at the end of a line after 1 MB, and is a document of its own, named by its first line:
`big.txt#20345`. Head and tail of a document, and what it repeats of itself, are then those of a piece; its encoding is
detected for itself. In the ledger the file is one document that consists of its pieces: `restore` gives it back as a
whole, by the bytes of the file, and `--rule` is not for it. Pieces are not compared for near-duplicates.

`--as text` (or `"big.txt" = "text"` in the configuration) cleans such a file as one document, `--as pieces` a smaller
one in pieces. Texts in UTF-16 or UTF-32, and standard input, are always read as a whole.

## Configuration

`scrubber.toml`, or `[tool.scrubber]` in `pyproject.toml`, is looked for from the working folder upwards; the first one
found counts. Paths and globs are relative to its folder. An unknown key is an error.

```toml
rules = ["our-rules"]                    # more rule folders
builtin = true                           # false: without the rules that come with scrubber
disabled = ["echo-title-repeated"]       # rules to leave out
exclude = ["drafts/**", "*.min.txt"]     # globs of paths to leave out, also when they are named
review = false                           # true: apply findings marked for review too
ledger = "ledger.sqlite3"                # where clean records what it removes
text_field = "content"                   # what is cleaned in the records of JSONL and Parquet files

[encodings]                              # the first glob that fits counts; other files are detected
"old/**" = "gb18030"

[formats]                                # text, jsonl, parquet or pieces, whatever the names say
"logs/*.jsonl" = "text"
```

## pre-commit

```yaml
repos:
  - repo: https://github.com/OWNER/corpus-scrubber
    rev: v0.1.0
    hooks:
      - id: scrubber-scan     # or scrubber-clean, which changes the files
        files: ^corpus/       # by default: \\.(txt|text|md|markdown)$
        args: [--text-field, content]     # for JSONL and Parquet among them
```
"""


def reference() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *(_section(words) for words in _commands())])


def _commands() -> list[tuple[str, ...]]:
    root = get_command(app)
    found: list[tuple[str, ...]] = []
    for name in root.list_commands(None):  # type: ignore[attr-defined]
        found.append((name,))
        command = root.get_command(None, name)  # type: ignore[attr-defined]
        found += [(name, below) for below in getattr(command, "commands", {})]
    return found


def _section(words: tuple[str, ...]) -> str:
    shown = CliRunner().invoke(app, [*words, "--help"], prog_name="scrubber", terminal_width=_WIDTH).output
    title = "#" * (len(words) + 1) + f" scrubber {' '.join(words)}"
    body = "\n".join(row.replace("\b", "").rstrip() for row in shown.strip().split("\n"))
    return f"{title}\n\n```text\n{body}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
