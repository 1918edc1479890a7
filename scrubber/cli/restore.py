"""``scrubber restore``: the original bytes of cleaned files, from the ledger."""

from collections.abc import Collection
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from scrubber import __version__, files, formats
from scrubber.cli import options, work
from scrubber.cli.console import Console
from scrubber.cli.restore_records import Wish, pieces_of, restore_pieces, restore_records
from scrubber.cli.writing import ledger_path, put, why
from scrubber.errors import ScrubberError, UnknownRuleError
from scrubber.ledger import Ledger
from scrubber.reports import counted
from scrubber.restore import Restored
from scrubber.restore import restore as undo

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(
    no_args_is_help=True,
    epilog="""\b
Examples:
  scrubber restore --ledger l.sqlite3 cleaned/ --out originals/
  scrubber restore --in-place corpus/                  from .scrubber/ledger.sqlite3
  scrubber restore --in-place --run 3f2a               all that one run changed (`scrubber ledger runs`)
  scrubber restore --in-place --run 3f2a corpus/b/     what it changed there
  scrubber restore --in-place --rule echo-opening-cut a.txt
\b
Status: 0 done, 2 something could not be done. A file that was changed since it was cleaned is left alone.""",
)
def restore(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            parser=options.path, metavar="CLEANED...", help="Cleaned files or folders of them; with --run, all of it."
        ),
    ] = None,
    ledger: options.LedgerFile = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write the originals below DIR.")] = None,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Put the originals where the cleaned files are.")
    ] = False,
    run: Annotated[
        str | None, typer.Option("--run", metavar="ID", help="Undo this run and what came after it (`ledger runs`).")
    ] = None,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", metavar="ID", help="Undo this rule only. Repeatable.")
    ] = None,
    text_field: options.TextField = None,
    read_as: options.ReadAs = None,
    quiet: options.Quiet = False,
    config: options.ConfigFile = None,
) -> None:
    """Give back the original bytes of cleaned files, also where they were moved or renamed."""
    if (out is None) == (not in_place):
        raise ScrubberError("say where the originals go: either --out DIR or --in-place")
    if not paths and run is None:
        raise ScrubberError("say what to restore: cleaned files, folders of them, or a whole run with --run ID")
    console = Console(quiet=quiet)
    settings = work.settings(config=config, text_field=text_field, read_as=read_as)
    record = ledger_path(settings, ledger, needed=True)
    assert record is not None  # noqa: S101 - there is a default
    with Ledger.open(record, create=False, readonly=not rule) as opened:
        run = run and opened.resolve_run(run)
        _check_rules(opened, rule or [], record)
        listing = work.collect(paths or _paths_of(opened, run, settings), settings, console, skip=out)
        places = {file: file.path for file in listing.files} if out is None else files.targets(listing.files, out)
        done = 0
        for file, target in places.items():
            try:
                console.note(_restore(opened, file, target, settings, run, rule or []))
            except (ScrubberError, OSError, ValueError) as error:
                console.problem(file.path, why(error, file.path))
            else:
                done += 1
        copies = not paths and done < len(places) and run is not None and _has_copies(opened, run)
    total = len(places) + len(listing.problems)
    console.note(f"{done} of {counted(total, 'file')} restored")
    if copies:
        console.note("where --out put the copies of this run is not recorded: name them, or their folder, beside --run")
    raise console.end(0 if done == total else 2)


def _check_rules(ledger: Ledger, rules: list[str], record: Path) -> None:
    """Raise ScrubberError for a rule of which the ledger knows nothing."""
    known = ledger.rules() if rules else []
    for rule in rules:
        if rule not in known:
            hint = UnknownRuleError(rule, known).hint if known else "nothing was found by any rule"
            raise ScrubberError(f"{files.shown(record)}: no rule {rule!r} has found anything\n  hint: {hint}")


def _has_copies(ledger: Ledger, run: str) -> bool:
    return any(record.changed and not record.targets for record in ledger.each_document(run))


def _paths_of(ledger: Ledger, run: str | None, settings: work.Settings) -> list[Path]:
    """The files that a run changed, where it left them."""
    assert run is not None  # noqa: S101 - asked for only with a run
    changed = (record for record in ledger.each_document(ledger.resolve_run(run)) if record.changed)
    places = {place for record in changed for place in record.targets or (record.path,)}
    return sorted({_file_of(place, places, settings) for place in places})


def _file_of(document: str, others: Collection[str], settings: work.Settings) -> Path:
    """The file of a recorded document, which may be one of its records or, if the file is recorded too, its pieces."""
    path, _, number = document.rpartition("#")
    file = files.SourceFile(Path(path), Path(path))
    within = number.isdecimal() and path and (path in others or settings.form(file) is not None)
    return file.path if within else Path(document)


def _restore(
    ledger: Ledger, file: files.SourceFile, target: Path, settings: work.Settings, run: str | None, rules: list[str]
) -> str:
    """Restore one file and say what was done.

    Raises ScrubberError, OSError or ValueError; then nothing was written.
    """
    name = files.shown(file.path) + ("" if target == file.path else f" → {files.shown(target)}")
    if whole := pieces_of(ledger, file):
        return f"{name}: {restore_pieces(ledger, file, target, whole, run, rules)}"
    if (form := settings.form(file)) not in (None, formats.PIECES):
        return f"{name}: {restore_records(ledger, file, target, Wish(form, settings.text_field, run, tuple(rules)))}"
    raw, status = files.read(file)
    if not file.named and files.looks_binary(raw) and not _known(ledger, raw):
        return f"{name}: is no text, and was left out"
    restored = undo(ledger, raw, str(file.path), run=run, rules=rules)
    if restored.kept:
        # What is left must be undoable from the bytes that are about to be written.
        begun = ledger.begin(__version__, "", {"restore": sorted(rules)})
        ledger.record_restored(begun, file.path, restored)
    if target != file.path or restored.data != raw:
        put(restored.data, file, target, status)
    if not restored.undone:
        return f"{name}: is the original already"
    return f"{name}: {counted(len(restored.undone), 'change')} undone" + _kept(restored)


def _known(ledger: Ledger, raw: bytes) -> bool:
    """Whether the ledger knows these bytes; UTF-16 texts look binary."""
    digest = sha256(raw).hexdigest()
    return bool(ledger.cleaned_to(digest) or ledger.originally(digest))


def _kept(restored: Restored) -> str:
    if not restored.kept:
        return ""
    shared = f", {len(restored.shared)} of which another rule asked for too" if restored.shared else ""
    return f", {len(restored.kept)} left{shared}"
