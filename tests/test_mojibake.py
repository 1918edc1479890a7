"""Mojibake: found run by run, graded, and undone where nothing was lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrubber.encoding import decode
from scrubber.encoding.misreading import misread, pieces
from scrubber.encoding.telltale import has_sign
from scrubber.mojibake import find, mojibake, repairs

SENTENCE = "昨天下午他们在会议室里讨论了很久，最后决定明年再说。"
TRADITIONAL = "昨天下午他們在會議室裡討論了很久，最後決定明年再說。"
SEEDS = sorted((Path(__file__).parent.parent / "fixtures" / "seeds").glob("*.txt"))
STEPS = [
    (SENTENCE, "utf-8", "latin-1"),
    (SENTENCE, "utf-8", "cp437"),
    (SENTENCE, "utf-8", "cp850"),
    (SENTENCE, "utf-8", "mac_roman"),
    (SENTENCE, "gb18030", "latin-1"),
    (SENTENCE, "gb18030", "cp437"),
    (TRADITIONAL, "cp950", "latin-1"),
    (TRADITIONAL, "cp950", "cp437"),
    (TRADITIONAL, "cp950", "gb18030"),
    ("我们大家", "utf-8", "gb18030"),
]


def repaired(text: str) -> str:
    document = decode(text.encode())
    result, position = [], 0
    for change in repairs(document):
        result.append(text[position : change.span.start] + change.replacement)
        position = change.span.end
    return "".join(result) + text[position:]


@pytest.mark.parametrize(("text", "true", "wrong"), STEPS)
def test_one_wrong_reading_is_undone(text: str, true: str, wrong: str):
    assert repaired(text.encode(true).decode(wrong)) == text


@pytest.mark.parametrize(("text", "true", "wrong"), STEPS)
def test_two_wrong_readings_are_undone(text: str, true: str, wrong: str):
    once = text.encode(true).decode(wrong)
    assert repaired(once.encode().decode("latin-1")) == text


@pytest.mark.parametrize(("text", "true", "wrong"), STEPS)
def test_a_run_inside_a_sentence_is_undone(text: str, true: str, wrong: str):
    run = text[4:10] if len(text) > 10 else text
    garbled = run.encode(true).decode(wrong)
    whole = "前半句没有问题，" + garbled + "，后半句也没有问题。"
    assert repaired(whole) == "前半句没有问题，" + run + "，后半句也没有问题。"


@pytest.mark.parametrize(("text", "true", "wrong"), STEPS)
def test_the_pieces_of_a_repair_tile_what_was_misread(text: str, true: str, wrong: str):
    garbled = text.encode(true).decode(wrong)
    (change,) = find("前。\n" + garbled + "\n后。")
    found = list(pieces(change, garbled))
    assert "".join(piece for _, piece in found) == text
    assert [span.start for span, _ in found] == [change.span.start, *(span.end for span, _ in found[:-1])]
    assert found[-1][0].end == change.span.end
    assert max(len(piece) for _, piece in found) <= (1 if wrong not in ("gb18030", "cp950") else 2)


def test_what_is_lost_is_found_and_left():
    document = decode("打开以后只看到锟斤拷锟斤拷，还有烫烫烫烫。".encode())
    assert [(change.grade, change.replacement) for change in mojibake(document)] == [
        ("unrecoverable", "锟斤拷锟斤拷"),
        ("unrecoverable", "烫烫烫烫"),
    ]
    assert repairs(document) == ()


def test_a_lost_byte_is_inferred_and_not_exact():
    garbled = "我们是".encode().decode("gb18030", "replace")
    assert "\ufffd" in garbled
    changes = list(find("他说：" + garbled))
    assert [(change.grade, change.replacement) for change in changes] == [("inferred", "我们是")]


@pytest.mark.parametrize(
    "text",
    [
        "────────", "┌──┬──┐", "“你——”他说……", "naïve café résumé", "ÀÉÎÕÜ", "秸秆还田", "Привет, как дела", "α＋β＝γ",
        "5°×3′ ±0.5", "■■□□▲△", "貓咪嗷嗷叫", "饕餮魑魅魍魉", "Ａ１２３号", "ㄅㄆㄇㄈ", "🎉🎉🎉", "ㄎㄎ ㄏㄏ",
    ],
)  # fmt: skip
def test_clean_text_is_left_alone(text: str):
    assert list(find(text)) == []


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name[:3])
def test_the_seeds_are_clean(path: Path):
    assert [change for change in find(path.read_bytes().decode()) if change.grade != "unrecoverable"] == []


@pytest.mark.parametrize(
    ("text", "true", "wrong"),
    [(SENTENCE, "utf-8", "gb18030"), (SENTENCE, "gb18030", "cp950"), (TRADITIONAL, "cp950", "gb18030")],
)
def test_most_misread_phrases_have_a_telltale_character(text: str, true: str, wrong: str):
    phrases = [misread(text[at : at + size], true, wrong) for size in (6, 10, 14) for at in range(len(text) - size)]
    reversible = [phrase for phrase in phrases if phrase]
    assert len(reversible) > 10
    assert sum(map(has_sign, reversible)) >= 0.9 * len(reversible)
    assert not has_sign(text)
