"""Simplified and traditional: lines, documents, errors of conversion, and conversion."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrubber.encoding import decode
from scrubber.encoding.inspection import inspect, newline_of
from scrubber.script import conversion_errors, conversions, line_script, profile

SEED_002 = next((Path(__file__).parent.parent / "fixtures" / "seeds").glob("002_*.txt"))


@pytest.mark.parametrize(
    ("line", "script"),
    [
        ("这个问题还没有解决。", "simplified"),
        ("這個問題還沒有解決。", "traditional"),
        ("这个问题和這個問題是一樣的吗", "mixed"),
        ("一二三，上下。", "none"),
        ("plain text", "none"),
        ("", "none"),
    ],
)
def test_the_script_of_a_line(line: str, script: str):
    assert line_script(line) == script


def test_the_script_of_a_document_counts_lines():
    found = profile("这里说的是实话。\n這裡說的是實話。\nabc\n这还差不多，我们走吧。\n")
    assert found.script == "mixed"
    assert found.lines == {"simplified": 2, "traditional": 1}


def converted(text: str, target: str) -> str:
    result, position = [], 0
    for change in conversions(decode(text.encode()), target):
        result.append(text[position : change.span.start] + change.replacement)
        position = change.span.end
    return "".join(result) + text[position:]


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("我们在头发店里发现了问题", "我們在頭髮店裡發現了問題"),
        ("这是皇后以后的事情", "這是皇后以後的事情"),
        ("距离三百里的县城", "距離三百里的縣城"),
        ("这个被发明的东西", "這個被發明的東西"),
    ],
)
def test_conversion_to_traditional(simplified: str, traditional: str):
    assert converted(simplified, "traditional") == traditional
    assert converted(traditional, "simplified") == simplified


def test_conversion_leaves_what_is_in_the_target_and_addresses():
    text = "這是面積和關係，網址 https://example.com/头发 不變\n"
    assert converted(text, "traditional") == text
    assert converted("这里 https://example.com/这里 有\n", "traditional") == "這裡 https://example.com/这里 有\n"


def test_conversion_refuses_another_target():
    with pytest.raises(ValueError, match="klingon"):
        conversions(decode("文字".encode()), "klingon")


def test_leftovers_and_overdone_conversions_are_listed():
    text = "這個被人麵對的關系到以后的發展，里面還有問題。"
    found = [(error.found, error.expected) for error in conversion_errors(text)]
    assert found == [("麵", "面"), ("系", "係"), ("后", "後"), ("里", "裡")]


def test_good_traditional_text_has_no_conversion_errors():
    text = "這件事情發生以後，皇后在裡面住了三百里外的面積很大的房子，台灣的群眾關注發布會。"
    assert conversion_errors(text) == ()


def test_the_machine_converted_seed_shows_its_errors():
    found = inspect(decode(SEED_002.read_bytes()))
    assert found.script.script == "traditional"
    pairs = {error.found + error.expected for error in found.conversion_errors}
    assert {"于於", "后後", "干幹", "里裡"} <= pairs


@pytest.mark.parametrize(
    ("text", "newline"),
    [
        ("a\nb\n", "lf"),
        ("a\r\nb", "crlf"),
        ("a\rb\r", "cr"),
        ("a\r\nb\n", "mixed"),
        ("a\r\r\n", "mixed"),
        ("ab", "none"),
    ],
)
def test_newline_styles(text: str, newline: str):
    assert newline_of(text) == newline


def test_inspection_gives_positions():
    document = decode("第一行\ue000字\r\n我?们 锟斤拷".encode() + b"\xff" + "的字，还有别的".encode())
    found = inspect(document)
    assert found.encoding == "utf-8"
    assert [(span.start, span.end) for span in found.private_use] == [(3, 4)]
    assert [document.text[span.start : span.end] for span in found.lossy] == ["?"]
    assert [change.grade for change in found.mojibake] == ["unrecoverable"]
    assert [len(span) for span in found.damage] == [1]
