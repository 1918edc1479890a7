"""The core of a pattern is found wherever the pattern matches, and begins with something definite."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.core import core, write
from scrubber.syntax import parse
from tests.test_syntax import PATTERNS

TEXTS = st.text("网小编为给整理推荐aq1x。群号不", max_size=24)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("小编推荐.{0,9}", None),
        ("(?:.*|小编)", None),
        (r"(?:^\s*小编|^.{3}站长).*", None),
        (r"(?:^|[。])\s*小编", "小编"),
        ("[^。]{0,9}小编[^。]{2,9}", "小编"),
        ("(?<=。)(?:今天)?(?:.?小编.|站长)", None),
        ("(?:^|(?<=。))(?=[^。]+$)(?:今天)?小编", "^(?=.*[^。]$).*?(?:^|(?<=。))(?=(?:[^。]){1,}$)"),
        ("(?:^|(?<=。))(?=[^。]+小)(?:今天)?小编", "(?:^|(?<=。))(?=(?:[^。]){1,}小)"),
        (r"(?:今天)?(?=\d(?:号?\d){4,6})(?:号|群).+", "[0-9](?:号){0,1}[0-9](?:(?:号){0,1}[0-9]){2,4}(?:号){0,1}[0-9]"),
        ("(?<!。)(?:今天)?(?:.?小编.|站长)", "(?:小编|站长)"),
        (r".*\d{5,11}(?:群|号)", "(?:[0-9]){5,5}[号群]"),
        ("[甲乙]?[^丙]{3}[丁戊]己*.", "[丁戊]"),
    ],
)
def test_core(pattern: str, expected: str | None) -> None:
    assert core(pattern) == expected


@settings(max_examples=300, deadline=None)
@given(PATTERNS, TEXTS)
def test_the_core_stands_in_every_line_with_a_match(pattern: str, text: str) -> None:
    inner = core(pattern)
    if inner and any(found[0] for found in regex.finditer(pattern, text, regex.ASCII)):
        assert regex.search(inner, text, regex.ASCII), (pattern, inner)


@settings(max_examples=300, deadline=None)
@given(PATTERNS.filter(lambda pattern: "(?<" not in pattern and "(?!" not in pattern and "(?=" not in pattern), TEXTS)
def test_a_pattern_that_is_written_again_matches_the_same(pattern: str, text: str) -> None:
    again = write(parse(pattern))
    assert bool(regex.fullmatch(again, text)) == bool(regex.fullmatch(pattern, text, regex.ASCII))
