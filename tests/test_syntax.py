"""Parsing rule patterns, and the literals that every match contains."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.syntax import PatternError, literal_characters, parse, required_literals

ATOMS = st.sampled_from(
    ["网", "小编", "[为给]", "(?:整理|推荐)", "a?", r"\d+", "[^。]", "qq", "(?:群|号)?", "x{1,2}", "(?<!不)"]
)
PATTERNS = st.recursive(
    st.lists(ATOMS, min_size=1, max_size=5).map("".join),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        inner.map(lambda one: f"(?:{one})?"),
        inner.map(lambda one: f"(?:{one})+"),
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("下面是.{2,9}小编", {"小编"}),
        (r"[a-z]+\.(?:com|net)", {".com", ".net"}),
        ("上一?篇|下一?篇", {"上一篇", "上篇", "下一篇", "下篇"}),
        ("a?b?", set()),
        ("(?<=x)推荐访问:.*", {"推荐访问:"}),
        ("(?:甲乙|.)丙", {"丙"}),
        (r"权利\s*保留|保留\s权利\s?所有", {"保留"}),
        (r"[甲乙]\s?备案号|备案", {"备案"}),
    ],
)
def test_required_literals(pattern: str, expected: set[str]) -> None:
    assert required_literals(parse(pattern)) == expected


@settings(max_examples=150, deadline=None)
@given(PATTERNS, st.text("网小编为给整理推荐aq1x。群号不", max_size=24))
def test_every_match_contains_a_required_literal(pattern: str, text: str) -> None:
    literals = required_literals(parse(pattern))
    for found in regex.finditer(pattern, text, regex.ASCII):
        assert not literals or any(literal in found[0] for literal in literals)


@pytest.mark.parametrize("pattern", [r"\bQQ\b", r"\w+", "(", "(?i)qq", r"(.)\1", "[\\W]"])
def test_syntax_outside_the_subset_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        parse(pattern)


def test_word_boundary_is_refused_with_a_remedy() -> None:
    with pytest.raises(PatternError) as caught:
        parse(r"\bqq")
    assert "look-around" in caught.value.hint


def test_literal_characters_name_classes_and_literals() -> None:
    assert set(literal_characters(parse("ab[cd](?:e|f)?[^g]"))) == set("abcdef")
