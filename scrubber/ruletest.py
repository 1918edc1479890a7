"""Testing rules with their own examples and near misses, in the company of all other rules of the set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scrubber.engine import scan
from scrubber.examples import mark
from scrubber.fixpoint import Settled, settle
from scrubber.model import Action
from scrubber.rule import Example, Rule
from scrubber.rulefile import parse_examples
from scrubber.ruleset import RuleSet
from scrubber.toml_source import TomlSource
from scrubber.view import fold_key


@dataclass(frozen=True, slots=True)
class Failure:
    """One example that does not hold: which rule, where, and what was found instead."""

    rule: str
    path: str
    example: str
    problem: str

    def __str__(self) -> str:
        return f"{self.path}: {self.rule}: {self.example}: {self.problem}"


def examples_of(rule: Rule) -> tuple[tuple[Example, ...], tuple[str, ...]]:
    """The examples and near misses of a rule, read from its file.

    Raises:
        RuleError: the file is not valid any more.
    """
    return parse_examples(TomlSource(Path(rule.path)))


def check(rule: Rule, ruleset: RuleSet, examples: Sequence[Example], misses: Sequence[str]) -> Iterator[Failure]:
    """What does not hold of one rule's examples and near misses."""
    for number, example in enumerate(examples, 1):
        for problem in example_problems(rule, ruleset, example):
            yield Failure(rule.id, rule.path, f"example {number}", problem)
    for number, text in enumerate(misses, 1):
        for finding in settle(text, ruleset, review=True).findings:
            span = mark(text, [(finding.span.start, finding.span.end)])
            yield Failure(rule.id, rule.path, f"near miss {number}", f"{finding.rule} fires: {span}")


def example_problems(rule: Rule, ruleset: RuleSet, example: Example) -> Iterator[str]:
    """What is wrong with one example: spans, captures, what is left, or a second pass that still finds something."""
    own = [finding for finding in scan(example.text, ruleset).findings if finding.rule == rule.id]
    marked = set(example.spans)
    found = {(int(finding.span.start), int(finding.span.end)) for finding in own}
    if not found or not found <= marked:
        yield f"expected {mark(example.text, list(example.spans))!r}, found {mark(example.text, sorted(found))!r}"
        return
    for name, value in example.captures.items():
        captured = {finding.captures.get(name, "") for finding in own}
        if not any(fold_key(value) == fold_key(one) for one in captured):
            yield f"expected {name} = {value!r}, captured {sorted(captured)}"
    if rule.action is Action.FLAG:
        return
    settled = settle(example.text, ruleset, review=True)
    covered = _coverage([(one.span.start, one.span.end) for one in settled.findings if one.applies])
    if covered != _coverage(example.spans):
        yield f"all rules together found {_marked(example.text, settled)!r}"
    elif settled.text != example.result:
        yield f"left {settled.text!r} instead of {example.result!r}"
    elif settle(settled.text, ruleset, review=True).splices:
        yield "a second pass over the result finds something again"


def _coverage(spans: Sequence[tuple[int, int]]) -> set[int]:
    return {offset for start, end in spans for offset in range(start, end)}


def _marked(text: str, settled: Settled) -> str:
    return mark(text, [(splice.span.start, splice.span.end) for splice in settled.splices])
