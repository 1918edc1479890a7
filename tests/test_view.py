"""Views: what they read, and that they map back to the original by construction."""

from __future__ import annotations

import pickle
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scrubber.folding import LINE_ENDS, table
from scrubber.model import TextSpan, ViewName, ViewSpan
from scrubber.view import View, fold, fold_key

SEEDS = Path(__file__).resolve().parent.parent / "fixtures" / "seeds"
MADE_VIEWS = (ViewName.FOLDED, ViewName.SKELETON)

SAMPLES = "的一更多小说乾裏后攵ａＷ，：。、 \u3000\t①⑩㎏½㊀éАηß\u0301\u200b\u2060\ufeff\ufe0f𝐖🙂𠀀⽂丨·_-\ufffe\uffff"
ESCAPES = ["&nbsp;", "&#x66f4;", "&amp;nbsp;", "&#10;", "%E6%9B%B4", "&zwnj;", "&#13199;", "&frac12;"]
BREAKS = st.sampled_from([*LINE_ENDS, "\r\n"])
ATOMS = st.one_of(
    st.sampled_from(SAMPLES + "ㄍの%&;#"),
    st.sampled_from([*ESCAPES, "%77%77%77", "%", "&#26368", "&"]),
    BREAKS,
    st.text(max_size=3),
)
TEXTS = st.lists(ATOMS, max_size=20).map("".join)

# Text whose characters all read the same wherever they stand: no halves of escapes, no lone fillers.
FREE = st.one_of(
    st.sampled_from(SAMPLES),
    st.sampled_from(ESCAPES),
    BREAKS,
    st.characters(max_codepoint=0x530, exclude_characters="&%"),
    st.characters(min_codepoint=0x1D00, max_codepoint=0x2BFF),
    st.characters(min_codepoint=0x3200, max_codepoint=0x9FFF),
    st.characters(min_codepoint=0x10000, max_codepoint=0x2FFFF),
)
FREE_TEXTS = st.lists(FREE, max_size=20).map("".join)


def line_ends(text: str) -> list[str]:
    return [character for character in text if character in LINE_ENDS]


def sources(view: View) -> list[TextSpan]:
    """Where each character of the view comes from."""
    return [view.to_text(ViewSpan.of(at, at + 1)) for at in range(len(view.text))]


@st.composite
def spans(draw: st.DrawFn) -> tuple[str, int, int]:
    text = draw(TEXTS)
    start = draw(st.integers(0, len(text)))
    return text, start, draw(st.integers(start, len(text)))


@pytest.mark.parametrize(
    ("text", "skeleton"),
    [
        ("wＷ w.xia oshuＯ-ＮｅＴ", "wwwxiaoshuonet"),
        ("ww　w　.　xia　oshu", "wwwxiaoshu"),
        ("Q·Q：１２ ３-４⑤", "qq12345"),
        ("加 【薇】★信◆", "加薇信"),
        ("黑ㄍ岩ㄍ阁", "黑岩阁"),
        ("黑ァ岩ㅣ·阁\nの同 ㄧ步の", "黑岩阁\nの同步の"),
        ("松丨果丶网_站", "松果网站"),
        ("食べる 物", "食べる物"),
        ("日本のド", "日本のド"),
        ("Beyond×三体×", "beyond三体"),
        ("t××xt×小×说", "txt小说"),
        ("人🙂民\U0001f1f6\ufe0f币™", "人民q币tm"),
        ("𠀀\U0001f600𠀁\ue000", "𠀀𠀁"),
        ("——\r\n【 】\u2028。", "\r\n\u2028"),
        ("半½个", "半12个"),
        ("松%E6%9E%9C网&nbsp;站", "松果网站"),
        ("〇二々", "〇二々"),
    ],
)
def test_skeleton(text: str, skeleton: str) -> None:
    assert fold(text, ViewName.SKELETON).text == skeleton


@pytest.mark.parametrize(
    ("text", "found", "covered"),
    [
        ("看㎏表", "k", "㎏"),
        ("看㎏表", "看kg", "看㎏"),
        ("更&nbsp;多", "更 多", "更&nbsp;多"),
        ("松%E6%9E%9C网", "果", "%E6%9E%9C"),
        ("\u200b公\u200b众\u200b号\u200b", "公众号", "公\u200b众\u200b号"),
        ("a&amp;#26356;b", "更", "&amp;#26356;"),
        ("&#13199;表", "g表", "&#13199;表"),
        ("x½y", "2y", "½y"),
        ("\u200b㎏", "g", "㎏"),
    ],
)
@pytest.mark.parametrize("name", MADE_VIEWS)
def test_maps_back(name: ViewName, text: str, found: str, covered: str) -> None:
    view = fold(text, name)
    if name is ViewName.SKELETON:
        found = found.replace(" ", "")
    start = view.text.index(found)
    span = view.to_text(ViewSpan.of(start, start + len(found)))
    assert text[span.start : span.end] == covered


def test_skeleton_maps_back_through_every_drop() -> None:
    text = "看：【w\u200bｗ。W．x i&nbsp;a⑩】。"
    view = fold(text, ViewName.SKELETON)
    assert view.text == "看wwwxia10"
    span = view.to_text(ViewSpan.of(1, len(view.text)))
    assert text[span.start : span.end] == "w\u200bｗ。W．x i&nbsp;a⑩"


def test_skeleton_of_a_spelled_out_character_keeps_its_source() -> None:
    """½ is 1/2, of which the skeleton drops the middle: both digits stand for the whole of ½."""
    view = fold("a½bcd", ViewName.SKELETON)
    assert view.text == "a12bcd"
    assert [(span.start, span.end) for span in sources(view)] == [(0, 1), (1, 2), (1, 2), (2, 3), (3, 4), (4, 5)]
    assert view.from_text(TextSpan.of(3, 4)) == ViewSpan.of(4, 5)
    assert view.from_text(TextSpan.of(1, 3)) == ViewSpan.of(1, 4)


def test_a_part_of_an_escape_holds_nothing_of_the_view() -> None:
    view = fold("ab&nbsp;cd")
    assert view.from_text(TextSpan.of(1, 5)) == ViewSpan.of(1, 2)
    assert view.from_text(TextSpan.of(4, 10)) == ViewSpan.of(3, 5)
    assert view.from_text(TextSpan.of(3, 6)) == ViewSpan.of(3, 3)
    assert view.from_text(TextSpan.of(2, 8)) == ViewSpan.of(2, 3)


@pytest.mark.parametrize("name", ViewName)
def test_empty_text(name: ViewName) -> None:
    view = fold("", name)
    assert view.text == ""
    assert view.to_text(ViewSpan.of(0, 0)) == TextSpan.of(0, 0)
    assert view.from_text(TextSpan.of(0, 0)) == ViewSpan.of(0, 0)


def test_all_dropped() -> None:
    view = fold("\u200b，", ViewName.SKELETON)
    assert view.text == ""
    assert view.to_text(ViewSpan.of(0, 0)) == TextSpan.of(2, 2)
    assert view.from_text(TextSpan.of(0, 2)) == ViewSpan.of(0, 0)


@given(TEXTS)
def test_exact_is_the_identity(text: str) -> None:
    view = fold(text, ViewName.EXACT)
    assert view.text == text
    assert sources(view) == [TextSpan.of(at, at + 1) for at in range(len(text))]


@pytest.mark.parametrize("name", MADE_VIEWS)
@given(text=TEXTS)
@example("\r\n")
def test_line_ends_stay(name: ViewName, text: str) -> None:
    assert line_ends(fold(text, name).text) == line_ends(text)


@pytest.mark.parametrize("name", MADE_VIEWS)
@given(text=TEXTS)
@settings(max_examples=200)
def test_alignment_is_monotone_and_covers_what_it_should(name: ViewName, text: str) -> None:
    view = fold(text, name)
    found = sources(view)
    assert all(0 <= span.start < span.end <= len(text) for span in found)
    assert all(one == other or one.end <= other.start for one, other in pairwise(found))


@pytest.mark.parametrize("name", MADE_VIEWS)
@given(text=FREE_TEXTS, data=st.data())
@settings(max_examples=300)
def test_the_view_of_a_source_holds_the_match(name: ViewName, text: str, data: st.DataObject) -> None:
    view = fold(text, name)
    start = data.draw(st.integers(0, len(view.text)))
    end = data.draw(st.integers(start, len(view.text)))
    source = view.to_text(ViewSpan.of(start, end))
    assert view.text[start:end] in fold(text[source.start : source.end], name).text


@pytest.mark.parametrize("name", MADE_VIEWS)
@given(case=spans())
@settings(max_examples=200)
def test_from_text_is_the_largest_span_inside(name: ViewName, case: tuple[str, int, int]) -> None:
    text, start, end = case
    view = fold(text, name)
    inside = [at for at, span in enumerate(sources(view)) if start <= span.start and span.end <= end]
    got = view.from_text(TextSpan.of(start, end))
    assert list(range(got.start, got.end)) == inside


@given(case=spans())
@pytest.mark.parametrize("name", ViewName)
def test_a_copied_range_stands_in_the_view_character_by_character(name: ViewName, case: tuple[str, int, int]) -> None:
    text, start, end = case
    view = fold(text, name)
    at = view.alignment.copied(start, end)
    if at is not None:
        sources = [view.to_text(ViewSpan.of(place, place + 1)) for place in range(at, at + end - start)]
        assert sources == [TextSpan.of(place, place + 1) for place in range(start, end)]


def test_a_range_with_a_dropped_or_spelled_out_character_is_not_copied() -> None:
    alignment = fold("正，\u200b文&#20013;。").alignment
    assert alignment.copied(0, 2) == 0
    assert alignment.copied(3, 4) == 2
    assert [alignment.copied(*span) for span in ((1, 4), (2, 3), (3, 12), (4, 12))] == [None] * 4


@given(TEXTS)
@settings(max_examples=200)
def test_dropped_characters_at_the_edges_are_not_covered(text: str) -> None:
    view = fold(text)
    dropped = {at for at, character in enumerate(text) if table().others.get(character) == ""}
    for span in sources(view):
        assert span.start not in dropped
        assert span.end - 1 not in dropped


@pytest.mark.parametrize("name", MADE_VIEWS)
@given(text=TEXTS)
@settings(max_examples=200)
def test_folding_twice_changes_nothing(name: ViewName, text: str) -> None:
    once = fold(text, name).text
    assert fold(once, name).text == once


@given(TEXTS)
def test_skeleton_has_only_words_numbers_and_line_ends(text: str) -> None:
    assert all(character.isalnum() or character in LINE_ENDS for character in fold(text, ViewName.SKELETON).text)


@pytest.mark.parametrize("name", MADE_VIEWS)
@pytest.mark.parametrize("seed", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.stem[:3])
def test_real_documents(name: ViewName, seed: Path) -> None:
    text = seed.read_bytes().decode("utf-8-sig")
    view = fold(text, name)
    assert line_ends(view.text) == line_ends(text)
    for at in range(0, len(view.text) - 40, 997):
        source = view.to_text(ViewSpan.of(at, at + 40))
        assert fold(text[source.start : source.end], name).text == view.text[at : at + 40]
        assert view.from_text(source) == ViewSpan.of(at, at + 40)


def test_deeper_escapes_than_four_stay() -> None:
    text = "%25" * 3
    for _ in range(5):
        text = text.replace("%", "%25")
    assert "%25" in fold(text).text


def test_views_travel_between_processes() -> None:
    view = fold("看：\u200b松果&nbsp;网", ViewName.SKELETON)
    assert pickle.loads(pickle.dumps(view)) == view  # noqa: S301 - our own bytes


@pytest.mark.parametrize(
    "spelling",
    ["松果文库", "鬆果文庫", "【松·果·文·库】", "松果\n攵库", " 松ㄍ果ㄍ文ㄍ库", "松&#26524;文庫", "松%E6%9E%9C文库"],
)
def test_one_site_has_one_key(spelling: str) -> None:
    assert fold_key(spelling) == fold_key("松果文库") == "松果文库"


def test_different_sites_have_different_keys() -> None:
    assert len({fold_key(name) for name in ("松果网", "松果网.com", "松果2网", "松国网")}) == 4
