"""Every shipped rule keeps its own examples and near misses, alone and disguised, and in every encoding."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from scrubber import Scrubber, ruletest
from scrubber.engine import scan
from scrubber.model import ViewName
from scrubber.rule import EchoMatch, Example, NameMatch, Rule
from scrubber.ruleset import RuleSet, load

RULES = load().rules
IDS = [rule.id for rule in RULES]
FOLDING = [rule for rule in RULES if rule.view is not ViewName.EXACT]
EVERY_RULE = pytest.mark.parametrize("rule", RULES, ids=IDS)
EVERY_FOLDING_RULE = pytest.mark.parametrize("rule", FOLDING, ids=[rule.id for rule in FOLDING])

LOOKS_AT_LETTERS = {"disguise-alphabets", "watermark-pictographs"}
"""Rules that look for mixed alphabets or for blocks of pictures, not for words: no string stands in all matches."""

_FULL_WIDTH = {code: code + 0xFEE0 for code in (*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B))}
_ENCODINGS = ("gb18030", "big5", "utf-16-le")


@pytest.fixture(scope="module")
def ruleset(scrubber: Scrubber) -> RuleSet:
    return scrubber.ruleset


@cache
def _to_traditional() -> Any:
    from opencc import OpenCC

    return OpenCC("s2t")


def traditional(text: str) -> str:
    """Character by character, so that offsets stay."""
    return "".join(one if len(one := _to_traditional().convert(char)) == 1 else char for char in text)


def full_width(text: str) -> str:
    return text.translate(_FULL_WIDTH)


def found_by(rule: Rule, ruleset: RuleSet, text: str) -> set[tuple[int, int]]:
    findings = scan(text, ruleset).findings
    return {(int(one.span.start), int(one.span.end)) for one in findings if one.rule == rule.id}


def test_there_are_rules_of_every_family_and_no_empty_one() -> None:
    families = {rule.family for rule in RULES}
    assert {"header", "footer", "credit", "contact", "lead-in", "tail", "repost", "promo", "nav", "echo"} <= families
    assert {"furniture", "lossy", "seo", "watermark", "novel"} <= families


@EVERY_RULE
def test_examples_and_near_misses_hold(rule: Rule, ruleset: RuleSet) -> None:
    examples, misses = ruletest.examples_of(rule)
    assert len(examples) >= 2
    assert len(misses) >= 2
    assert [str(failure) for failure in ruletest.check(rule, ruleset, examples, misses)] == []


@EVERY_RULE
def test_a_broken_example_or_near_miss_fails(rule: Rule, ruleset: RuleSet) -> None:
    examples, _ = ruletest.examples_of(rule)
    for example in examples:
        (start, end), *others = example.spans
        shifted = example._replace(spans=((start, end - 1), *others))
        assert next(ruletest.example_problems(rule, ruleset, shifted))
    if rule.action != "flag":
        assert next(ruletest.check(rule, ruleset, (), (examples[0].text,)))


@EVERY_RULE
def test_a_gate_can_tell_where_a_rule_may_match(rule: Rule) -> None:
    waits = rule.require is not None or isinstance(rule.match, EchoMatch | NameMatch)
    few = rule.zone.where != "anywhere" or rule.id in LOOKS_AT_LETTERS
    assert waits or few or rule.literals or rule.disguised, "the rule would be tried on every line"


@EVERY_FOLDING_RULE
@pytest.mark.parametrize("written", [traditional, full_width])
def test_examples_hold_in_other_characters(rule: Rule, ruleset: RuleSet, written: Callable[[str], str]) -> None:
    for example in ruletest.examples_of(rule)[0]:
        if rule.disguised and written is traditional:
            continue
        assert found_by(rule, ruleset, written(example.text)) == found_by(rule, ruleset, example.text)


@pytest.mark.parametrize("encoding", _ENCODINGS)
def test_examples_hold_in_other_encodings(encoding: str, scrubber: Scrubber) -> None:
    tried = 0
    for rule in RULES:
        tried += _held_in(encoding, rule, ruletest.examples_of(rule)[0][0], scrubber)
    assert tried > len(RULES) / 2


def _held_in(encoding: str, rule: Rule, example: Example, scrubber: Scrubber) -> bool:
    """Whether the example can be written in the encoding; if so, the same is found in it as in the text."""
    text = traditional(example.text) if encoding == "big5" else example.text
    try:
        raw = text.encode(encoding)
    except UnicodeEncodeError:
        return False
    spans = [(one.rule, one.span) for one in scrubber.scrub(text, trace=False).findings]
    outcome = scrubber.scrub(raw, encoding=encoding, trace=False)
    assert outcome.error is None
    assert [(one.rule, one.span) for one in outcome.findings] == spans, rule.id
    return True
