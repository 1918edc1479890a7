"""``scrubber rules``: what rules there are, what each does, whether they keep their promises, and new ones."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from scrubber import reports
from scrubber.cli import options, work
from scrubber.cli.console import Console
from scrubber.errors import UnknownRuleError
from scrubber.reports import Line, Part, line
from scrubber.rule import PatternMatch, Rule
from scrubber.ruleset import RuleSet

app = typer.Typer(
    rich_markup_mode=None, add_completion=False, no_args_is_help=True, help="List, show, test and start rules."
)


def _ruleset(rules: list[Path] | None, no_builtin: bool, config: Path | None) -> RuleSet:
    return work.settings(rules=rules, no_builtin=no_builtin, config=config).scrubber().ruleset


@app.command(
    "list",
    epilog="""\b
Examples:
  scrubber rules list
  scrubber rules list --rules our-rules/ --no-builtin
  scrubber rules list --format jsonl""",
)
def list_rules(
    rules: options.Rules = None,
    no_builtin: options.NoBuiltin = False,
    form: options.Format = "human",
    config: options.ConfigFile = None,
) -> None:
    """List the rules in force, one a line."""
    rows = [
        {
            "id": rule.id,
            "kind": str(rule.kind),
            "action": str(rule.action),
            "safety": str(rule.safety),
            "title": rule.title,
        }
        for rule in _ruleset(rules, no_builtin, config).rules
    ]
    Console().lines(reports.load(form, "rows")(rows))


@app.command(
    no_args_is_help=True,
    epilog="""\b
Examples:
  scrubber rules show header-reseller-block""",
)
def show(
    rule: Annotated[str, typer.Argument(metavar="ID", help="A rule's id, as the list and every finding show it.")],
    rules: options.Rules = None,
    no_builtin: options.NoBuiltin = False,
    config: options.ConfigFile = None,
) -> None:
    """Explain one rule: what it finds, why, what it does, and its examples."""
    Console().lines(_explanation(_find(_ruleset(rules, no_builtin, config), rule)))


def _find(ruleset: RuleSet, name: str) -> Rule:
    try:
        return ruleset[name]
    except KeyError:
        raise UnknownRuleError(name, [rule.id for rule in ruleset.rules]) from None


def _explanation(rule: Rule) -> Iterator[Line]:
    from scrubber.examples import mark  # noqa: PLC0415 - only one subcommand needs it
    from scrubber.ruletest import examples_of  # noqa: PLC0415 - as above

    yield line(Part(rule.id, "rule"), f"  {rule.title}")
    yield line(Part(rule.path, "around"))
    yield line()
    for row in rule.why.strip().splitlines():
        yield line(f"  {row}")
    yield line()
    for name, value in _facts(rule):
        yield line(Part(f"  {name:<12}", "summary"), value)
    examples, misses = examples_of(rule)
    for example in examples:
        yield from _sample("finds", mark(example.text, list(example.spans)))
    for miss in misses:
        yield from _sample("leaves", miss)


def _facts(rule: Rule) -> Iterator[tuple[str, str]]:
    yield "kind", str(rule.kind)
    yield "action", f"{rule.action} the {rule.unit}" + ("" if rule.safety == "safe" else ", only with --review")
    yield "matches", f"the {rule.view} text"
    if rule.zone.where != "anywhere":
        yield "where", f"{rule.zone.where}, {rule.zone.lines} lines"
    yield "at most", f"{rule.guard.chars} characters, {rule.guard.share:.0%} of the document; above that, for review"
    yield "confidence", f"{rule.confidence:.2f}"
    if isinstance(rule.match, PatternMatch):
        yield "pattern", rule.match.pattern


def _sample(title: str, text: str) -> Iterator[Line]:
    yield line()
    yield line(Part(f"  {title}", "summary"))
    for row in text.strip("\n").split("\n"):
        yield line(f"    {row}")


@app.command(
    "test",
    epilog="""\b
Examples:
  scrubber rules test
  scrubber rules test --rules our-rules/ our-rule
  scrubber rules test --rules our-rules/ --no-builtin""",
)
def check_rules(
    only: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Rules to test; all without.")] = None,
    rules: options.Rules = None,
    no_builtin: options.NoBuiltin = False,
    quiet: options.Quiet = False,
    config: options.ConfigFile = None,
) -> None:
    """Check every example and near miss of the rules, in the company of all other rules.

    Status: 0 all hold, 1 some do not.
    """
    from scrubber.ruletest import check, examples_of  # noqa: PLC0415 - only one subcommand needs it

    console = Console(quiet=quiet)
    ruleset = _ruleset(rules, no_builtin, config)
    chosen = [_find(ruleset, name) for name in only] if only else list(ruleset.rules)
    failed = counted = 0
    for number, rule in enumerate(chosen, 1):
        console.progress(number, len(chosen))
        examples, misses = examples_of(rule)
        counted += len(examples) + len(misses)
        for failure in check(rule, ruleset, examples, misses):
            failed += 1
            console.problem(failure.path, f"{failure.rule}: {failure.example}: {failure.problem}")
    noun, verdict = "rule" if len(chosen) == 1 else "rules", f"{failed} fail" if failed else "all hold"
    console.lines([line(f"{len(chosen)} {noun}, {counted} examples and near misses: {verdict}")])
    raise console.end(1 if failed else 0)


@app.command(
    no_args_is_help=True,
    epilog="""\b
Examples:
  scrubber rules new --rules our-rules/ credit our-credit
  scrubber rules new --rules our-rules/ promo our-advert --kind promo""",
)
def new(
    family: Annotated[str, typer.Argument(metavar="FAMILY", help="The folder the rule goes to, such as credit.")],
    rule: Annotated[str, typer.Argument(metavar="ID", help="The new rule's id, in small letters, digits and hyphens.")],
    folder: Annotated[Path, typer.Option("--rules", metavar="DIR", help="The rule folder to start it in.")],
    kind: Annotated[
        str, typer.Option("--kind", metavar="KIND", help="What it finds, such as credit or promo.")
    ] = "credit",
) -> None:
    """Start a rule: a file with a pattern, two examples and two near misses, to be changed to what you mean."""
    from scrubber.cli.newrule import start  # noqa: PLC0415 - only one subcommand needs it

    path = start(folder, family, rule, kind)
    Console().lines(
        [line(Part(str(path), "path")), line(f"  now edit it, then: scrubber rules test --rules {folder} {rule}")]
    )
