"""Arguments and options that several commands share, so that each has one name, one meaning and one help text."""

from pathlib import Path
from typing import Annotated

import typer


def path(text: str) -> Path:
    """A path of the command line. An empty one is somebody's unset variable, and not the working folder."""
    if not text:
        raise typer.BadParameter("a path is empty; the working folder is .")
    return Path(text)


Paths = Annotated[
    list[Path],
    typer.Argument(
        parser=path,
        metavar="PATH...",
        help="Files, folders (walked, hidden entries left out), or - for standard input.",
    ),
]
Rules = Annotated[list[Path] | None, typer.Option("--rules", metavar="DIR", help="One more rule folder. Repeatable.")]
NoBuiltin = Annotated[bool, typer.Option("--no-builtin", help="Leave out the rules that come with scrubber.")]
Review = Annotated[bool, typer.Option("--review", help="Apply findings marked for review too.")]
Jobs = Annotated[int, typer.Option("--jobs", "-j", metavar="N", min=0, help="Processes to use; 0 is one a processor.")]
Encoding = Annotated[
    str | None,
    typer.Option("--encoding", metavar="CODEC", help="Read all files in this encoding instead of detecting it."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
Format = Annotated[str, typer.Option("--format", metavar="human|jsonl", help="For people, or one JSON object a line.")]
NoCache = Annotated[
    bool, typer.Option("--no-cache", help="Scan again what was scanned before, and remember nothing of it.")
]
ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config", metavar="FILE", help="Read this configuration, not the one found from the working folder."
    ),
]
TextField = Annotated[
    str | None,
    typer.Option("--text-field", metavar="NAME", help="The field of a record that holds its text; `text` without."),
]
ReadAs = Annotated[
    str | None,
    typer.Option(
        "--as", metavar="FORMAT", help="Read all files as text, jsonl, parquet or pieces, whatever their names say."
    ),
]
LedgerFile = Annotated[
    Path | None, typer.Option("--ledger", metavar="FILE", help="The record of what was removed (SQLite).")
]
