"""A line of millions of characters is scanned in pieces: the same in every view, with findings where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber import Scrubber
from scrubber import context as contexts
from scrubber.context import LONGEST, Context, Lines
from scrubber.engine import scan
from scrubber.model import ViewName
from tests.rulekit import rules_of

PROSE = "山里的雨下了一夜，第二天早晨，路上全是泥。"
ADVERT = "更多范文请访问墨香范文网（www.moxiangfanwen.com）。"


@given(st.text("一。\u200b１&#x4e00; \n\r", max_size=80))
@settings(max_examples=300)
def test_pieces_are_the_same_in_every_view(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contexts, "LONGEST", 9)
        patch.setattr(contexts, "_CUT_WITHIN", 4)
        tables = [Context(text).lines(name) for name in ViewName]
    assert len({len(table) for table in tables}) == 1
    exact = tables[list(ViewName).index(ViewName.EXACT)]
    assert max(len(exact.content(number)) for number in range(len(exact))) <= 9
    contents = [exact.text[start:end] for start, end in zip(exact.starts, exact.ends, strict=True)]
    assert "".join(contents) == text.replace("\n", "").replace("\r", "")


def test_a_line_is_cut_behind_a_sentence() -> None:
    text = PROSE * (3 * LONGEST // 2 // len(PROSE))
    _, cut = Lines.of(text).cut().starts
    assert text[cut - 1] == "。"
    assert LONGEST - 2_000 < cut <= LONGEST


def test_adverts_in_a_very_long_line_are_found_where_they_stand() -> None:
    block = PROSE * 900 + ADVERT
    outcome = Scrubber().scrub(block * 5)
    assert outcome.text == PROSE * 4_500
    assert [edit.span.start for edit in outcome.edits] == [place * len(block) + len(PROSE) * 900 for place in range(5)]


def test_a_search_that_would_take_minutes_in_one_line_takes_moments_in_pieces(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, slow="pattern = '广(?:告|位|场).*联系.*电话'")
    text = "广场联系。" * 20_000
    assert scan(text, rules).skipped == ()
