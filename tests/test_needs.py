"""What a line must contain: no match without it, for any of the pattern's alternatives."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.needs import alternatives, needs
from scrubber.syntax import parse
from tests.test_syntax import PATTERNS


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("(?:甲乙.*丙丁|戊己.{3}庚辛)", [{"甲乙", "丙丁"}, {"戊己", "庚辛"}]),
        (".(?:甲乙.|丙丁.)戊己", [{"甲乙", "戊己"}, {"丙丁", "戊己"}]),
        ("甲乙|.*", []),
    ],
)
def test_needs_of_alternatives(pattern: str, expected: list[set[str]]) -> None:
    found = [set().union(*sets) for sets in needs(parse(pattern))]
    assert sorted(map(sorted, found)) == sorted(map(sorted, expected))


@settings(max_examples=200)
@given(PATTERNS, st.text("网小编为给整理推荐aq1x。群号不", max_size=24))
def test_a_line_with_a_match_has_what_is_needed(pattern: str, text: str) -> None:
    needed = needs(parse(pattern))
    for found in regex.finditer(pattern, text, regex.ASCII):
        if needed and found[0]:
            assert any(all(any(literal in found[0] for literal in sets) for sets in one) for one in needed)


def test_writing_out_choices_is_limited() -> None:
    assert len(alternatives(parse("(?:.甲|.乙|.丙)" * 9))) <= 48
