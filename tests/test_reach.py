"""Where a match can start: trying only those starts finds what searching the whole line finds."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.matchers.pattern import _matches_from, possible_starts
from scrubber.reach import reach
from scrubber.syntax import parse, required_literals
from tests.test_syntax import PATTERNS


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("小编推荐", 0),
        ("[^。]{0,9}小编", 9),
        (r"\s?(?:甲|乙丙){1,2}小编", 3),
        ("(?<=。)(?:今天)?小编(?:推荐|介绍).*", 2),
        ("(?:.{3}小编|小编)为您", 3),
        (".*小编", None),
    ],
)
def test_reach(pattern: str, expected: int | None) -> None:
    node = parse(pattern)
    assert reach(node, required_literals(node)) == expected


@settings(max_examples=300, deadline=None)
@given(PATTERNS, st.text("网小编为给整理推荐aq1x。群号不", max_size=30))
def test_possible_starts_lose_no_match(pattern: str, text: str) -> None:
    node = parse(pattern)
    literals = required_literals(node)
    far = reach(node, literals) if literals else None
    if far is None:
        return
    expression = regex.compile(pattern, regex.ASCII)
    expected = [found.span() for found in expression.finditer(text)]
    places = [at for at in range(len(text)) if any(text.startswith(literal, at) for literal in literals)]
    starts = possible_starts(places, far)
    assert [found.span() for found in _matches_from(expression, text, starts, 1.0)] == expected
