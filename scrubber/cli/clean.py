"""``scrubber clean``: take foreign text out, with a record that gives every byte back."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from scrubber import reports
from scrubber.cli import options, work
from scrubber.cli.console import Console
from scrubber.errors import ScrubberError
from scrubber.files import STDIN, SourceFile, shown, targets
from scrubber.totals import Totals


class Script(StrEnum):
    """What the text may be converted to."""

    SIMPLIFIED = "simplified"
    TRADITIONAL = "traditional"


app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(
    no_args_is_help=True,
    epilog="""\b
Examples:
  scrubber clean corpus/ --out cleaned/               cleaned copies, relative paths kept
  scrubber clean corpus/ --out cleaned/ --ledger l.sqlite3
  scrubber clean --in-place corpus/                   recorded in .scrubber/ledger.sqlite3
  scrubber clean corpus/ --out cleaned/ --resume      go on where a stopped run was
  scrubber clean --diff a.txt                         what would change; writes nothing
  scrubber clean --repair-mojibake --script simplified corpus/ --out cleaned/
  scrubber clean - < a.txt > b.txt
\b
Status: 0 done, 2 something could not be done.""",
)
def clean(
    paths: options.Paths,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write cleaned copies below DIR.")] = None,
    in_place: Annotated[bool, typer.Option("--in-place", help="Replace the files; always with a ledger.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Print what would change and write nothing.")] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="With --out: leave out files whose copy is there and newer than they are.")
    ] = False,
    repair_mojibake: Annotated[
        bool, typer.Option("--repair-mojibake", help="Repair text read in a wrong encoding, where that is certain.")
    ] = False,
    script: Annotated[
        Script | None, typer.Option("--script", help="Convert what is left to one script, with OpenCC.")
    ] = None,
    ledger: options.LedgerFile = None,
    rules: options.Rules = None,
    no_builtin: options.NoBuiltin = False,
    review: options.Review = False,
    jobs: options.Jobs = 1,
    encoding: options.Encoding = None,
    text_field: options.TextField = None,
    read_as: options.ReadAs = None,
    form: options.Format = "human",
    quiet: options.Quiet = False,
    config: options.ConfigFile = None,
) -> None:
    """Remove foreign text and leave every other byte as it is.

    Findings marked for review stay unless --review is given. Files without findings come out identical.
    """
    _check_way(paths, out, in_place=in_place, diff=diff, resume=resume)
    console = Console(quiet=quiet)
    show = reports.load("diff", "outcome") if diff else reports.load(form, "cleaned")
    show_totals = reports.load(form, "totals")
    settings = work.settings(
        rules=rules,
        no_builtin=no_builtin,
        review=review,
        encoding=encoding,
        jobs=jobs,
        config=config,
        repair_mojibake=repair_mojibake,
        script=script and script.value,
        text_field=text_field,
        read_as=read_as,
    )
    totals = Totals()
    if diff:
        _diff(work.run(paths, settings, console, totals), show, console)
        raise console.end(2 if totals.problems else 0)
    from scrubber.cli import writing  # noqa: PLC0415 - a diff needs neither ledger nor writers

    record = writing.ledger_path(settings, ledger, needed=in_place)
    targets = _targets(paths, settings, console, totals, out, resume=resume)
    for done, target in writing.clean_all(targets, settings, console, totals, record):
        if not done.file.is_stdin:
            console.lines(show(done.name, done.outcome, done.place(target)))
    if paths != [STDIN]:
        console.lines(show_totals(totals))
    raise console.end(2 if totals.problems else 0)


def _check_way(paths: list[Path], out: Path | None, *, in_place: bool, diff: bool, resume: bool) -> None:
    ways = [name for name, given in (("--out", out), ("--in-place", in_place), ("--diff", diff)) if given]
    if len(ways) > 1:
        raise ScrubberError(f"{' and '.join(ways)} do not go together\n  hint: keep one of them")
    if STDIN in paths and (len(paths) > 1 or ways not in ([], ["--diff"])):
        raise ScrubberError("- reads standard input and writes standard output, and stands alone")
    if not ways and STDIN not in paths:
        raise ScrubberError(
            "say where the cleaned text goes:\n"
            "  --out DIR     cleaned copies below DIR, the originals untouched\n"
            "  --in-place    replace the files; what is removed is recorded, and `scrubber restore` gives it back\n"
            "  --diff        print what would change and write nothing\n"
            "  -             instead of paths: from standard input to standard output"
        )
    if resume and out is None:
        raise ScrubberError("--resume goes with --out: in place, what was done already is found to be clean")
    if out is not None and out.exists() and not out.is_dir():
        raise ScrubberError(f"--out {shown(out)}: is a file, and must be a folder (it is made where it is missing)")


def _diff(done_ones: Iterable[work.Done], show: reports.Report, console: Console) -> None:
    for done in done_ones:
        console.lines(show(done.name, done.outcome))


def _targets(
    paths: list[Path], settings: work.Settings, console: Console, totals: Totals, out: Path | None, *, resume: bool
) -> Mapping[SourceFile, Path]:
    """Where each file goes. Raises ScrubberError before anything is written if two would go to one place."""
    listing = work.collect(paths, settings, console, skip=out)
    totals.problems += len(listing.problems)
    if out is None:
        return {file: file.path for file in listing.files}
    places = targets(listing.files, out)
    return _not_done(places, console) if resume else places


def _not_done(targets: Mapping[SourceFile, Path], console: Console) -> Mapping[SourceFile, Path]:
    """The files that have no copy which is newer than they are; copies appear whole or not at all."""
    left = {file: target for file, target in targets.items() if not _is_newer(target, file.path)}
    if len(left) < len(targets):
        console.note(f"{reports.counted(len(targets) - len(left), 'file')} done before")
    return left


def _is_newer(target: Path, path: Path) -> bool:
    try:
        return target.stat().st_mtime_ns >= path.stat().st_mtime_ns
    except OSError:
        return False
