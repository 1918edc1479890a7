"""``scrubber trace``: which site each fragment of a text came from, and why."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import typer

from scrubber import reports
from scrubber.cli import options, work
from scrubber.cli.console import Console
from scrubber.model import Outcome
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

    A document is one fragment, or several where headings divide a compilation; its cover and the links behind it are
    not shown. A fragment that bears no mark of its
    own is compared with all the marked ones of the documents given, and gets the site of its nearest copy.
    """
    console = Console(quiet=quiet)
    show = reports.load(form, "fragments")
    settings = work.settings(
        rules=rules, no_builtin=no_builtin, review=review, encoding=encoding, jobs=jobs, config=config, trace=True
    )
    totals = Totals()
    for path, outcome in _compared(work.run(paths, settings, console, totals)):
        console.lines(show(path, outcome))
    raise console.end(2 if totals.problems else 0)


def _compared(done_ones: Iterable[work.Done]) -> Iterator[tuple[str, Outcome]]:
    """The outcomes, in order, after fragments without a mark of their own were compared with all that have one."""
    from scrubber.likeness import across, parts  # noqa: PLC0415 - bad usage must be told without loading it
    from scrubber.similarity import Index  # noqa: PLC0415 - as above

    traced = [(str(done.file.path), done.outcome) for done in done_ones]
    comparable = [
        part
        for path, outcome in traced
        if outcome.document is not None
        for part in parts(path, outcome.document.text, outcome.fragments, outcome.findings)
    ]
    told = {(part.path, part.fragment.index): part.fragment for part in across(comparable, Index())}
    for path, outcome in traced:
        texts = (fragment for fragment in outcome.fragments if fragment.index > 0)  # no covers, no links behind
        yield path, replace(outcome, fragments=tuple(told.get((path, text.index), text) for text in texts))
