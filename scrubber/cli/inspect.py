"""``scrubber inspect``: how documents are encoded and written."""

import typer

from scrubber import files, reports
from scrubber.cli import options, work
from scrubber.cli.console import Console
from scrubber.encoding import decode
from scrubber.encoding.inspection import Inspection
from scrubber.encoding.inspection import inspect as describe
from scrubber.errors import UndecodableError
from scrubber.searching import told

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(
    no_args_is_help=True,
    epilog="""\b
Examples:
  scrubber inspect corpus/
  scrubber inspect --format jsonl a.txt
\b
Status: 0 done (a binary file is called so), 2 something could not be read.""",
)
def inspect(
    paths: options.Paths,
    encoding: options.Encoding = None,
    form: options.Format = "human",
    quiet: options.Quiet = False,
    config: options.ConfigFile = None,
) -> None:
    """Tell encoding, BOM, newlines and script of documents, and what is garbled or lost in them. Writes nothing."""
    console = Console(quiet=quiet)
    show = reports.load(form, "inspection")
    settings = work.settings(encoding=encoding, config=config)
    listing = work.collect(paths, settings, console)
    failed = len(listing.problems)
    for number, file in enumerate(listing.files, 1):
        console.progress(number, len(listing.files))
        try:
            raw, _ = files.read(file)
        except OSError as error:
            failed += 1
            console.problem(file.path, files.explain(error))
        else:
            console.lines(show(str(file.path), _inspect(raw, file, settings, console), len(raw)))
    if form == "human":
        console.note(f"a scan {told(settings.scrubber().ruleset)}")
    raise console.end(2 if failed else 0)


def _inspect(raw: bytes, file: files.SourceFile, settings: work.Settings, console: Console) -> Inspection | None:
    source = str(file.path)
    try:
        return describe(decode(raw, source, settings.encoding_of(file.path)))
    except UndecodableError as error:
        if not files.looks_binary(raw):
            console.problem(file.path, str(error).removeprefix(f"{source}: "))
        return None
