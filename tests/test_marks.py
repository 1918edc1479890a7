"""Invisible provenance marks are told from emoji, flags and sellers' zero-width characters."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber import marks
from scrubber.model import TextSpan


def manifest(payload: bytes, claimed: int | None = None) -> str:
    size = len(payload) if claimed is None else claimed
    return "\ufeff" + marks.encode(marks.MAGIC + b"\x01" + size.to_bytes(4, "big") + payload)


@given(before=st.text("各位代表，今天abc\n"), payload=st.binary(max_size=300), after=st.text("会议😀到此结束。"))
@settings(max_examples=60, deadline=None)
def test_a_manifest_is_found_whole_wherever_it_stands(before: str, payload: bytes, after: str) -> None:
    wrapper = manifest(payload)
    (mark,) = marks.find(before + wrapper + after)
    assert mark.kind == "c2pa"
    assert mark.complete
    assert mark.span == TextSpan.of(len(before), len(before) + len(wrapper))
    assert mark.data.endswith(payload)


def test_a_manifest_cut_short_is_kept_and_said_to_be_incomplete() -> None:
    (mark,) = marks.find("会议开始。" + manifest(b"jumbf", claimed=500))
    assert (mark.kind, mark.complete) == ("c2pa", False)


def test_each_kind_is_found() -> None:
    other = marks.encode(b"owner=42")
    tags = "".join(chr(0xE0000 + ord(char)) for char in "id7")
    bits = "\u200b\u200c\u200b\u200b\u200c\u200c\u200b\u200c"
    found = marks.find(f"一{other}二{tags}三{bits}四{manifest(b'x')}")
    assert [mark.kind for mark in found] == ["variation-selectors", "tags", "zero-width", "c2pa"]
    assert [mark.data for mark in found[:3]] == [b"owner=42", b"id7", b""]


@pytest.mark.parametrize(
    "text",
    [
        "呢\u200b子\u200b范\u200c文\u200d网",
        "标题\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b正文",
        "心❤\ufe0f和☀\ufe0f，骨\U000e0100字",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "👨\u200d👩\u200d👧\u200d👦",
        "\ufeff正文",
        "plain ascii",
        "",
    ],
    ids=[
        "between letters",
        "padding of one kind",
        "emoji and ideograph",
        "flag",
        "family",
        "lone bom",
        "ascii",
        "empty",
    ],
)
def test_what_is_no_mark(text: str) -> None:
    assert marks.find(text) == ()


def test_protected_spans_cover_the_prefix_too() -> None:
    wrapper = manifest(b"abc")
    assert marks.protected_spans("甲" + wrapper + "乙") == (TextSpan.of(1, 1 + len(wrapper)),)
