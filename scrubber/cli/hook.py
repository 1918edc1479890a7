"""``scrubber hook``: what pre-commit runs over the files that it hands over.

Status 1 when a file needs changing, or was changed; 2 when something could not be done. pre-commit passes every file
that fits the hook's pattern, so binary files among them are skipped without a word, as they are in folders.
"""

from collections.abc import Sequence
from pathlib import Path

import typer

from scrubber import reports
from scrubber.cli import options, said, work
from scrubber.cli.console import Console
from scrubber.files import SourceFile
from scrubber.totals import Totals

app = typer.Typer(
    rich_markup_mode=None, add_completion=False, no_args_is_help=True, help="What pre-commit runs: see the README."
)


def _listed(paths: Sequence[Path], settings: work.Settings, totals: Totals) -> list[SourceFile]:
    return [file._replace(named=False) for file in work.listed(paths, settings, Console(quiet=True), totals)]


def _status(totals: Totals, touched: int) -> int:
    return 2 if totals.problems else int(touched > 0)


@app.command(
    epilog="""\b
Examples:
  scrubber hook scan a.txt b.txt""",
)
def scan(
    paths: options.Paths,
    rules: options.Rules = None,
    no_builtin: options.NoBuiltin = False,
    review: options.Review = False,
    text_field: options.TextField = None,
    read_as: options.ReadAs = None,
    config: options.ConfigFile = None,
) -> None:
    """Fail when a file holds foreign text that can be removed, and show it."""
    console, totals = Console(), Totals()
    settings = work.settings(
        rules=rules, no_builtin=no_builtin, review=review, config=config, text_field=text_field, read_as=read_as
    )
    touched = 0
    for one in said.each(_listed(paths, settings, totals), settings, console, totals, "human"):
        if one.totals.changes:
            touched += 1
            console.lines(one.lines)
    raise console.end(_status(totals, touched))


@app.command(
    epilog="""\b
Examples:
  scrubber hook clean --ledger l.sqlite3 a.txt b.txt""",
)
def clean(
    paths: options.Paths,
    rules: options.Rules = None,
    no_builtin: options.NoBuiltin = False,
    review: options.Review = False,
    ledger: options.LedgerFile = None,
    text_field: options.TextField = None,
    read_as: options.ReadAs = None,
    config: options.ConfigFile = None,
) -> None:
    """Clean files in place, record what was removed, and fail when a file was changed."""
    from scrubber.cli import writing  # noqa: PLC0415 - the other hook needs neither ledger nor writers

    console, totals = Console(), Totals()
    show = reports.load("human", "cleaned")
    settings = work.settings(
        rules=rules, no_builtin=no_builtin, review=review, config=config, text_field=text_field, read_as=read_as
    )
    listed = _listed(paths, settings, totals)
    record = writing.ledger_path(settings, ledger, needed=True)
    touched = 0
    for done, target in writing.clean_all({file: file.path for file in listed}, settings, console, totals, record):
        if done.outcome.changed:
            touched += 1
            console.lines(show(done.name, done.outcome, done.place(target)))
    if touched:
        console.note(f"what was removed is recorded in {record}; `scrubber restore --in-place FILE` gives it back")
    raise console.end(_status(totals, touched))
