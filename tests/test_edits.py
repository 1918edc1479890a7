"""Splicing bytes: what lies outside edits never changes, and every edit can be undone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.edits import Splice, Spliced, apply, edits_of, undo
from scrubber.encoding import decode
from scrubber.errors import IntegrityError
from scrubber.integrity import check
from scrubber.model import Action, ByteSpan, Finding, Kind, Outcome, Safety, TextSpan

CODECS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "gb18030", "big5hkscs"]
CHARS = st.sampled_from(
    [
        *"的一是在不了有和人這中大為上個國我以要他時來用們生到作地于出就分對成會可主發年動同工也能下過子說產種面而方後多定行學法所民得經十三之進著等部度家電力裡如水化高自二理起小物現實加量都兩體制機當使點從業本去把性好應開它合還因由其些然前外天政四日那社義事平形相全表間樣與關各重新線內數正心反你明看原又麼利比或但質氣第向道命此變條只沒結解問意建月公無系軍很情者最立代想已通並提直題黨程展五果料象員革位入常文總次品式活設及管特件長求老頭基資邊流路級少圖山統接知較將組見計別她手角期根論運農指",
        "\n",
        "\r\n",
        "\r",
        "\u3000",
        "a",
        "1",
        "，",
        "。",
    ]
)
TEXTS = st.lists(CHARS, min_size=20, max_size=80).map("".join)


def finding(start: int, end: int, text: str, replacement: str = "") -> Finding:
    return Finding("r", Kind.PROMO, Action.REMOVE, Safety.SAFE, TextSpan.of(start, end), text[start:end], replacement)


@st.composite
def spans(draw: st.DrawFn, length: int) -> list[tuple[int, int]]:
    cuts = sorted(draw(st.sets(st.integers(0, length), min_size=2, max_size=8)))
    return list(zip(cuts[::2], cuts[1::2], strict=False))


@settings(max_examples=120, deadline=None)
@given(st.data(), TEXTS, st.sampled_from(CODECS))
def test_edits_cut_exactly_their_bytes_and_undo(data: st.DataObject, text: str, codec: str) -> None:
    raw = text.encode(codec)
    document = decode(raw, encoding=codec)
    assert document.text == text
    chosen = data.draw(spans(len(text)))
    splices = [Splice(TextSpan.of(a, b), data.draw(st.sampled_from(["", "。"])), ()) for a, b in chosen]
    edits = edits_of(document, splices)
    clean = apply(raw, edits)
    expected = Spliced(text, splices).text
    assert clean == document.bom + expected.encode(document.segments[0].encoding)
    assert undo(clean, edits) == raw
    check(document, edits, clean, expected)


@settings(max_examples=60, deadline=None)
@given(st.data(), TEXTS)
def test_later_passes_map_back_to_the_original(data: st.DataObject, text: str) -> None:
    current = Spliced(text)
    for _ in range(3):
        chosen = data.draw(spans(len(current.text))) if current.text else []
        accepted = [finding(a, b, current.text, data.draw(st.sampled_from(["", "。"]))) for a, b in chosen]
        expected, last = [], 0
        for one in accepted:
            expected += [current.text[last : one.span.start], one.replacement]
            last = one.span.end
        wanted = "".join([*expected, current.text[last:]])
        touched = [splice for splice in current.splices if splice.replacement]
        current = current.with_findings(accepted)
        if not touched:
            assert current.text == wanted
        for left, right in zip(current.splices, current.splices[1:], strict=False):
            assert left.span.end <= right.span.start


def test_an_outcome_maps_offsets_of_the_cleaned_text() -> None:
    text = "甲甲乙乙乙丙丙"
    document = decode(text.encode())
    splices = (Splice(TextSpan.of(2, 5), "。", ()),)
    edits = edits_of(document, splices)
    outcome = Outcome(None, document, apply(document.raw, edits), "甲甲。丙丙", (), edits)
    assert [outcome.to_original(offset) for offset in range(6)] == [0, 1, 2, 5, 6, 7]


@pytest.mark.parametrize("harm", ["outside", "undo", "before"])
def test_the_check_refuses_a_wrong_result(harm: str) -> None:
    document = decode("正文广告正文".encode())
    edits = edits_of(document, [Splice(TextSpan.of(2, 4), "", ())])
    clean = apply(document.raw, edits)
    if harm == "outside":
        clean = clean[:-1] + b"x"
    elif harm == "undo":
        edits = (replace(edits[0], before=b"xxxxxx"),)
    else:
        edits = (replace(edits[0], byte_span=ByteSpan.of(3, edits[0].byte_span.end)),)
    with pytest.raises(IntegrityError):
        check(document, edits, clean, "正文正文")


def test_the_check_refuses_bytes_that_read_differently() -> None:
    document = decode("正文广告正文".encode())
    edits = edits_of(document, [Splice(TextSpan.of(2, 4), "", ())])
    with pytest.raises(IntegrityError, match="decode"):
        check(document, edits, apply(document.raw, edits), "正文")
