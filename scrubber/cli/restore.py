"""``scrubber restore``: the original bytes of cleaned files, from the ledger."""

from pathlib import Path
from typing import Annotated

import typer

from scrubber import __version__, atomic, files
from scrubber.cli import options, work
from scrubber.cli.console import Console
from scrubber.cli.writing import ledger_path
from scrubber.errors import ScrubberError
from scrubber.ledger import Ledger
from scrubber.restore import Restored
from scrubber.restore import restore as undo

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(
    no_args_is_help=True,
    epilog="""\b
Examples:
  scrubber restore --ledger l.sqlite3 cleaned/ --out originals/
  scrubber restore --in-place corpus/                  from .scrubber/ledger.sqlite3
  scrubber restore --in-place --rule echo-opening-cut a.txt
\b
Status: 0 done, 2 something could not be done. A file that was changed since it was cleaned is left alone.""",
)
def restore(
    paths: Annotated[list[Path], typer.Argument(metavar="CLEANED...", help="Cleaned files or folders of them.")],
    ledger: options.LedgerFile = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write the originals below DIR.")] = None,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Put the originals where the cleaned files are.")
    ] = False,
    run: Annotated[str | None, typer.Option("--run", metavar="ID", help="Undo this run and later ones.")] = None,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", metavar="ID", help="Undo this rule only. Repeatable.")
    ] = None,
    quiet: options.Quiet = False,
    config: options.ConfigFile = None,
) -> None:
    """Give back the original bytes of cleaned files, also where they were moved or renamed."""
    if (out is None) == (not in_place):
        raise ScrubberError("say where the originals go: either --out DIR or --in-place")
    console = Console(quiet=quiet)
    settings = work.settings(config=config)
    record = ledger_path(settings, ledger, needed=True)
    assert record is not None  # noqa: S101 - there is a default
    listing = files.collect(paths, skip=out)
    for problem in listing.problems:
        console.problem(problem.path, problem.message)
    places = {file: file.path for file in listing.files} if out is None else files.targets(listing.files, out)
    failed = len(listing.problems)
    with Ledger.open(record, create=False, readonly=not rule) as opened:
        for file, target in places.items():
            try:
                console.note(_restore(opened, file, target, run, rule or []))
            except (ScrubberError, OSError) as error:
                failed += 1
                message = files.explain(error) if isinstance(error, OSError) else str(error)
                console.problem(file.path, message.removeprefix(f"{files.shown(file.path)}: "))
    console.note(f"{len(places) + len(listing.problems) - failed} of {len(places) + len(listing.problems)} restored")
    raise console.end(2 if failed else 0)


def _restore(ledger: Ledger, file: files.SourceFile, target: Path, run: str | None, rules: list[str]) -> str:
    """Restore one file and say what was done. Raises ScrubberError or OSError; then nothing was written."""
    raw, status = files.read(file)
    restored = undo(ledger, raw, str(file.path), run=run, rules=rules)
    if restored.kept:
        # What is left must be undoable from the bytes that are about to be written.
        begun = ledger.begin(__version__, "", {"restore": sorted(rules)})
        ledger.record_restored(begun, file.path, restored)
    if target != file.path:
        target.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(target, restored.data)
        if status is not None:
            target.chmod(status.st_mode & 0o777 | 0o200)
    elif restored.data != raw:
        atomic.write(target, restored.data, read_as=status)
    name = files.shown(file.path) + ("" if target == file.path else f" → {files.shown(target)}")
    if not restored.undone:
        return f"{name}: is the original already"
    return f"{name}: {len(restored.undone)} changes undone" + _kept(restored)


def _kept(restored: Restored) -> str:
    if not restored.kept:
        return ""
    shared = f", {len(restored.shared)} of which another rule asked for too" if restored.shared else ""
    return f", {len(restored.kept)} left{shared}"
