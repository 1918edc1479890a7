"""``scrubber ledger``: asking the record of what was done."""

import functools
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from scrubber import reports
from scrubber.cli import options, work
from scrubber.cli.console import Console
from scrubber.cli.writing import ledger_path
from scrubber.errors import ScrubberError
from scrubber.files import shown
from scrubber.ledger import Ledger
from scrubber.ledger.records import FragmentRecord

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    help="Ask the ledger: which sites, which documents, which fragments, which runs.",
)


@contextmanager
def _opened(ledger: Path | None, config: Path | None, *, write: bool = False) -> Iterator[Ledger]:
    path = ledger_path(work.settings(config=config), ledger, needed=True)
    assert path is not None  # noqa: S101 - there is a default
    with Ledger.open(path, create=False, readonly=not write) as opened:
        yield opened


def _print(rows: Iterable[dict[str, Any]], form: str) -> None:
    Console().lines(reports.load(form, "rows")(rows))


@app.command(
    epilog="""\b
Examples:
  scrubber ledger sites
  scrubber ledger sites --ledger l.sqlite3 --format jsonl""",
)
def sites(ledger: options.LedgerFile = None, form: options.Format = "human", config: options.ConfigFile = None) -> None:
    """Every site, with how many findings name it and how many fragments came from it."""
    with _opened(ledger, config) as opened:
        _print([site._asdict() for site in opened.sites()], form)


@app.command(
    no_args_is_help=True,
    epilog="""\b
Examples:
  scrubber ledger site 青灯文库""",
)
def site(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A site as `ledger sites` names it.")],
    ledger: options.LedgerFile = None,
    form: options.Format = "human",
    config: options.ConfigFile = None,
) -> None:
    """Everything found of one site, by document and place."""
    with _opened(ledger, config) as opened:
        rows = [
            {"path": found.path, "rule": found.rule, "start": found.start, "end": found.end, "text": found.text}
            for found in opened.findings_of_site(name)
        ]
        if not rows and name not in {known.name for known in opened.sites()}:
            raise ScrubberError(f"the ledger knows no site {name!r}\n  hint: `scrubber ledger sites` names them all")
        _print(rows, form)


@app.command(
    no_args_is_help=True,
    epilog="""\b
Examples:
  scrubber ledger document corpus/a.txt
  scrubber ledger document corpus.jsonl#17""",
)
def document(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A document, by the path it was cleaned under.")],
    ledger: options.LedgerFile = None,
    form: options.Format = "human",
    config: options.ConfigFile = None,
) -> None:
    """What was found in one document, and what was done with it."""
    with _opened(ledger, config) as opened:
        records = opened.document(path)
        if not records:
            near = {known.path for known in opened.documents_named(path.name)}
            hint = (
                f"did you mean {', '.join(map(shown, sorted(near)[:3]))}?" if near else "paths are as they were given"
            )
            raise ScrubberError(f"the ledger knows no document {shown(path)}\n  hint: {hint}")
        findings = (found for record in records for found in opened.findings_of_document(record.id))
        _print(
            (
                {
                    "document": found.document[:12] if form == "human" else found.document,
                    "rule": found.rule,
                    "action": found.action,
                    "start": found.start,
                    "end": found.end,
                    "site": found.site,
                    "done": found.reason or "applied",
                    "text": found.text,
                }
                for found in findings
            ),
            form,
        )


@app.command(
    no_args_is_help=True,
    epilog="""\b
Examples:
  scrubber ledger duplicates --format jsonl     shows ids
  scrubber ledger fragment 0123456789abcdef0123456789abcdef""",
)
def fragment(
    identity: Annotated[
        str, typer.Argument(metavar="ID", help="A fragment's id, as JSON lines of the ledger show it.")
    ],
    ledger: options.LedgerFile = None,
    form: options.Format = "human",
    config: options.ConfigFile = None,
) -> None:
    """Every place where a fragment stands, and what is known of its origin."""
    if not re.fullmatch("[0-9a-f]{32}", identity):
        raise ScrubberError(f"{identity!r} is no fragment id\n  hint: it has 32 hexadecimal digits")
    with _opened(ledger, config) as opened:
        found = opened.fragment(identity)
        if not found:
            raise ScrubberError(f"the ledger knows no fragment {identity}")
        _print([_fragment(place) for place in found], form)


def _fragment(place: FragmentRecord) -> dict[str, Any]:
    return {
        "id": place.id,
        "path": place.path,
        "fragment": place.number,
        "start": place.start,
        "end": place.end,
        "title": place.title,
        "site": place.site,
        "confidence": place.confidence,
        "evidence": [item.type for item in place.evidence],
    }


@app.command(
    epilog="""\b
Examples:
  scrubber ledger duplicates""",
)
def duplicates(
    ledger: options.LedgerFile = None, form: options.Format = "human", config: options.ConfigFile = None
) -> None:
    """Every verified pair of near-duplicate fragments, and every text that stands at several places."""
    with _opened(ledger, config) as opened:
        _print(_pairs(opened), form)


def _pairs(ledger: Ledger) -> Iterator[dict[str, Any]]:
    at = functools.cache(
        lambda identity: [f"{shown(place.path)}#{place.number}" for place in ledger.fragment(identity)]
    )
    for identity in ledger.repeated():
        first, *others = at(identity)
        yield {"one": identity, "other": identity, "similarity": 1.0, "one_at": [first], "other_at": others}
    for pair in ledger.duplicates():
        yield {**pair._asdict(), "one_at": at(pair.one), "other_at": at(pair.other)}


@app.command(
    epilog="""\b
Examples:
  scrubber ledger names
  scrubber ledger names --ledger l.sqlite3 --format jsonl""",
)
def names(ledger: options.LedgerFile = None, form: options.Format = "human", config: options.ConfigFile = None) -> None:
    """Which names, domains and accounts were taken for one site, and the text that shows it: for review.

    Contested ones, which other documents show with another site, come first. What is wrong is put right in a file of
    `rules/sites`, which outweighs what documents show.
    """
    from scrubber.ledger.joined import joined  # noqa: PLC0415 - only one subcommand needs it

    settings = work.settings(config=config)
    with _opened(ledger, config) as opened:
        _print([one._asdict() for one in joined(opened, settings.scrubber().ruleset.sites)], form)


@app.command(
    epilog="""\b
Examples:
  scrubber ledger runs
  scrubber ledger runs 3f2a          the documents of one run"""
)
def runs(
    run: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="A run, by the beginning of its id: list its documents.")
    ] = None,
    ledger: options.LedgerFile = None,
    form: options.Format = "human",
    config: options.ConfigFile = None,
) -> None:
    """Every run: version, rules, settings and how many documents it did; or the documents of one.

    What is done with the same version, rules and settings is one run, whenever it is done.
    """
    with _opened(ledger, config) as opened:
        if run is None:
            _print([known._asdict() for known in opened.runs()], form)
            return
        done = sorted(opened.each_document(opened.resolve_run(run)), key=lambda record: (record.path, record.id))
        _print(
            (
                {
                    "path": record.path,
                    "document": record.id[:12] if form == "human" else record.id,
                    "changed": record.changed,
                    "size": record.size,
                    "clean_size": record.clean_size,
                    "error": record.error,
                }
                for record in done
            ),
            form,
        )


@app.command(
    no_args_is_help=True,
    epilog="""\b
Examples:
  scrubber ledger merge --ledger all.sqlite3 one.sqlite3 two.sqlite3""",
)
def merge(
    others: Annotated[
        list[Path], typer.Argument(metavar="OTHER...", help="Ledgers to take in; they stay as they are.")
    ],
    ledger: options.LedgerFile = None,
    config: options.ConfigFile = None,
) -> None:
    """Take other ledgers into this one. What both know is kept once."""
    from scrubber.cli import kinship  # noqa: PLC0415 - only one subcommand needs it

    path = ledger_path(work.settings(config=config), ledger, needed=True)
    assert path is not None  # noqa: S101 - there is a default
    console = Console()
    with _opened(ledger, config, write=True) as opened:
        for other in others:
            console.note(f"{shown(other)}: {reports.counted(opened.merge(other), 'document')} taken in")
            kinship.take_in(opened, path, other, console)


@app.command(
    no_args_is_help=True,
    epilog="""\b
Examples:
  scrubber ledger export --format prov > prov.json
  scrubber ledger export --format parquet --out tables/""",
)
def export(
    form: Annotated[
        str,
        typer.Option("--format", metavar="NAME", help="dolma, parquet or prov (W3C PROV-JSON)."),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where its files go; a single one is printed without."),
    ] = None,
    run: Annotated[str | None, typer.Option("--run", metavar="ID", help="Only what this run did.")] = None,
    ledger: options.LedgerFile = None,
    config: options.ConfigFile = None,
) -> None:
    """Write the ledger in the words of others."""
    from scrubber import atomic  # noqa: PLC0415 - only one subcommand needs it
    from scrubber.ledger import exports  # noqa: PLC0415 - as above

    with _opened(ledger, config) as opened:
        files = exports.files(form, opened, run)
        if out is None:
            if len(files) > 1:
                raise ScrubberError(
                    f"{form} is {len(files)} files, {', '.join(files)}\n  hint: say where with --out DIR"
                )
            for write in files.values():
                write(sys.stdout.buffer)
            return
        out.mkdir(parents=True, exist_ok=True)
        for name, write in files.items():
            with atomic.replacing(out / name) as file:
                write(file)
            Console().note(f"{shown(out / name)} written")
