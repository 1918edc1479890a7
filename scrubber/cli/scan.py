"""``scrubber scan``: what would be removed, and which site put it there."""

import typer

from scrubber import reports
from scrubber.cli import options, said, work
from scrubber.cli.console import Console
from scrubber.totals import Totals

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(
    no_args_is_help=True,
    epilog="""\b
Examples:
  scrubber scan a.txt corpus/
  scrubber scan --format jsonl corpus/ > findings.jsonl
  scrubber scan --rules our-rules/ --no-builtin a.txt
  iconv -f big5 -t utf-8 old.txt | scrubber scan -
\b
Status: 0 nothing found, 1 something found, 2 something could not be done.""",
)
def scan(
    paths: options.Paths,
    rules: options.Rules = None,
    no_builtin: options.NoBuiltin = False,
    review: options.Review = False,
    jobs: options.Jobs = 1,
    encoding: options.Encoding = None,
    text_field: options.TextField = None,
    read_as: options.ReadAs = None,
    form: options.Format = "human",
    quiet: options.Quiet = False,
    no_cache: options.NoCache = False,
    config: options.ConfigFile = None,
) -> None:
    """Find foreign text. Writes nothing.

    Findings marked for review are shown as such; with --review they count as removals.
    """
    console = Console(quiet=quiet)
    show_totals = reports.load(form, "totals")
    settings = work.settings(
        rules=rules,
        no_builtin=no_builtin,
        review=review,
        encoding=encoding,
        jobs=jobs,
        config=config,
        text_field=text_field,
        read_as=read_as,
    )
    totals = Totals()
    listed = work.listed(paths, settings, console, totals)
    for one in said.each(listed, settings, console, totals, form, remember=not no_cache):
        console.lines(one.lines)
    console.lines(show_totals(totals))
    raise console.end(2 if totals.problems else int(totals.affected > 0))
