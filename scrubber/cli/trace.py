"""``scrubber trace``: which site each fragment of a text came from, and why."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from scrubber import reports
from scrubber.cli import options, work
from scrubber.cli.console import Console
from scrubber.files import shown
from scrubber.model import Fragment, Outcome
from scrubber.totals import Totals

if TYPE_CHECKING:
    from scrubber.ruleset import RuleSet

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(
    no_args_is_help=True,
    epilog="""\b
Examples:
  scrubber trace compilation.txt
  scrubber trace --format jsonl corpus/ > fragments.jsonl
  scrubber trace --ledger l.sqlite3 new.txt     compared with all that the ledger knows, and recorded there
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
    text_field: options.TextField = None,
    read_as: options.ReadAs = None,
    ledger: options.LedgerFile = None,
    form: options.Format = "human",
    quiet: options.Quiet = False,
    config: options.ConfigFile = None,
) -> None:
    """Say which site each fragment came from, with the evidence. Writes nothing but the ledger, if one is named.

    A document is one fragment, or several where headings divide a compilation; its cover and the links behind it are
    not shown. A fragment that bears no mark of its own is compared with all the marked ones of the documents given,
    and of those that the ledger knows, and gets the site of its nearest copy.
    """
    console = Console(quiet=quiet)
    show = reports.load(form, "fragments")
    settings = work.settings(
        rules=rules,
        no_builtin=no_builtin,
        review=review,
        encoding=encoding,
        jobs=jobs,
        config=config,
        trace=True,
        text_field=text_field,
        read_as=read_as,
    )
    totals = Totals()
    listing = work.collect(paths, settings, console)
    totals.problems += len(listing.problems)
    scrubber = settings.scrubber()
    done_ones = work.process(listing.files, settings, scrubber, console, totals)
    told = _recorded(done_ones, settings, scrubber.ruleset, console, ledger) if ledger else _compared(done_ones)
    for path, outcome in told:
        console.lines(show(path, outcome))
    raise console.end(2 if totals.problems else 0)


def _compared(done_ones: Iterable[work.Done]) -> Iterator[tuple[str, Outcome]]:
    """The outcomes, in order, after fragments without a mark of their own were compared with all that have one."""
    from scrubber.likeness import across, parts  # noqa: PLC0415 - bad usage must be told without loading it
    from scrubber.similarity import Index  # noqa: PLC0415 - as above

    traced = _named([(done.name, done.outcome) for done in done_ones])
    comparable = [
        part
        for path, outcome in traced
        if outcome.document is not None
        for part in parts(path, outcome.document.text, outcome.fragments, outcome.findings)
    ]
    told: dict[str, dict[int, Fragment]] = defaultdict(dict)
    for part in across(comparable, Index()):
        told[part.path][part.fragment.index] = part.fragment
    for path, outcome in traced:
        yield path, _shown(outcome, told[path])


def _named(traced: Sequence[tuple[str, Outcome]]) -> list[tuple[str, Outcome]]:
    """The outcomes after fragments that show an address alone got the name which other documents give it."""
    from scrubber import aliases  # noqa: PLC0415 - as above

    documents = [aliases.Traced(path, outcome.fragments, outcome.findings) for path, outcome in traced]
    told = zip(traced, aliases.resolve(documents), strict=True)
    return [
        (path, outcome if fragments == outcome.fragments else replace(outcome, fragments=fragments))
        for (path, outcome), fragments in told
    ]


def _recorded(
    done_ones: Iterable[work.Done], settings: work.Settings, ruleset: "RuleSet", console: Console, path: Path
) -> Iterator[tuple[str, Outcome]]:
    """The outcomes, in order, after they were recorded as documents left as they are and compared with the ledger's."""
    from scrubber.attribution import silent  # noqa: PLC0415 - as above
    from scrubber.cli import kinship, writing  # noqa: PLC0415 - of use only with a ledger
    from scrubber.ledger import kin  # noqa: PLC0415 - as above

    with writing.recording(path, settings, ruleset, {"trace": True}) as (ledger, run):
        traced = list(done_ones)
        documents = ledger.record_many(run, ((done.name, _left_alone(done.stored)) for done in traced))
        console.note(f"recorded in {shown(path)}")
        kinship.join(ledger, path, [entry for done in traced for entry in kin.entries(done.outcome)], console)
        named = _named([(done.name, done.outcome) for done in traced])
        for (name, outcome), document in zip(named, documents, strict=True):
            places = map(kin.fragment_of, ledger.fragments_of_document(document))
            yield name, _shown(outcome, {fragment.index: fragment for fragment in places if silent(fragment)})


def _left_alone(outcome: Outcome) -> Outcome:
    """The outcome of a document whose findings were not applied."""
    document = outcome.document
    return outcome if document is None else replace(outcome, bytes=document.raw, text=document.text, edits=())


def _shown(outcome: Outcome, told: Mapping[int, Fragment]) -> Outcome:
    """The outcome with what copies told about its fragments, without covers and the links behind."""
    texts = (fragment for fragment in outcome.fragments if fragment.index > 0)
    return replace(outcome, fragments=tuple(told.get(text.index, text) for text in texts))
