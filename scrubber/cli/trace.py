"""``scrubber trace``: which site each fragment of a text came from, and why."""

import typer

from scrubber import reports
from scrubber.cli import options, work
from scrubber.cli.console import Console
from scrubber.totals import Totals

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(
    no_args_is_help=True,
    epilog="""\b
Examples:
  scrubber trace compilation.txt
  scrubber trace --format jsonl corpus/ > fragments.jsonl
\b
Status: 0 done, 2 something could not be done.""",
)
def trace(
    paths: options.Paths,
    rules: options.Rules = None,
    no_builtin: options.NoBuiltin = False,
    review: options.Review = False,
    jobs: options.Jobs = 1,
    encoding: options.Encoding = None,
    form: options.Format = "human",
    quiet: options.Quiet = False,
    config: options.ConfigFile = None,
) -> None:
    """Say which site each fragment came from, with the evidence. Writes nothing.

    A document is one fragment, or several where headings divide a compilation.
    """
    console = Console(quiet=quiet)
    show = reports.load(form, "fragments")
    settings = work.settings(
        rules=rules, no_builtin=no_builtin, review=review, encoding=encoding, jobs=jobs, config=config, trace=True
    )
    totals = Totals()
    for done in work.run(paths, settings, console, totals):
        console.lines(show(str(done.file.path), done.outcome))
    raise console.end(2 if totals.problems else 0)
