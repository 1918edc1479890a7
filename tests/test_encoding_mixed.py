"""Files that mix encodings: by lines, inside a line, and with a block of UTF-16."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.encoding import byte_span, decode, encode_replacement
from scrubber.encoding.mixed import SWITCH, Reading, choose
from scrubber.model import TextSpan

SIMPLIFIED = [
    "那天早上雾很大，码头上看不见一条船。",
    "掌柜的放下算盘，抬头看了看门外的客人。",
    "会议决定从下个月开始实行新的办法。",
    "孩子们沿着河边一直走到了桥头。",
]
TRADITIONAL = [
    "那天早上霧很大，碼頭上看不見一條船。",
    "掌櫃的放下算盤，抬頭看了看門外的客人。",
    "會議決定從下個月開始實行新的辦法。",
    "孩子們沿著河邊一直走到了橋頭。",
]
LINES = {"utf-8": SIMPLIFIED, "gb18030": SIMPLIFIED, "cp950": TRADITIONAL}


@settings(max_examples=60, deadline=None)
@given(st.permutations(list(LINES)), st.lists(st.integers(1, 4), min_size=2, max_size=5), st.booleans())
def test_blocks_of_lines_keep_their_own_encoding(codecs: list[str], sizes: list[int], crlf: bool):
    newline = "\r\n" if crlf else "\n"
    parts = []
    for index, size in enumerate(sizes):
        codec = codecs[index % 2]
        parts.append(("".join(line + newline for line in LINES[codec][:size]), codec))
    raw = b"".join(text.encode(codec) for text, codec in parts)
    document = decode(raw)
    assert document.text == "".join(text for text, _ in parts)


@pytest.mark.parametrize("outer", list(LINES))
@pytest.mark.parametrize("inner", list(LINES))
def test_a_run_inside_a_line_is_found_to_the_byte(outer: str, inner: str):
    if outer == inner:
        return
    before, after = LINES[outer][0], LINES[outer][1]
    run = LINES[inner][2]
    context = "".join(line + "\n" for line in LINES[outer])
    raw = (context + before).encode(outer) + run.encode(inner) + (after + "\n" + context).encode(outer)
    document = decode(raw)
    assert document.text == context + before + run + after + "\n" + context
    assert [segment.encoding for segment in document.segments] == [outer, inner, outer]
    assert document.segments[1].bytes.start == len((context + before).encode(outer))


@pytest.mark.parametrize(("outer", "inner"), [("utf-8", "gb18030"), ("cp950", "utf-8"), ("gb18030", "cp950")])
def test_the_end_of_a_line_belongs_to_its_last_words_however_long_the_run_before_them(outer: str, inner: str):
    before, after = LINES[outer][0][:8], LINES[outer][1][-9:]
    run = LINES[inner][2] + LINES[inner][3]
    context = "".join(line + "\n" for line in LINES[outer])
    raw = (context + before).encode(outer) + run.encode(inner) + (after + "\n" + context).encode(outer)
    document = decode(raw)
    assert document.text == context + before + run + after + "\n" + context
    assert [segment.encoding for segment in document.segments] == [outer, inner, outer]


@pytest.mark.parametrize("outer", list(LINES))
@pytest.mark.parametrize("inner", ["utf-16-le", "utf-16-be"])
def test_a_block_of_utf16_is_found_to_the_byte(outer: str, inner: str):
    head = "".join(line + "\n" for line in LINES[outer])
    block = "本章未完，请点击下一页。\n精彩内容继续阅读。\n"
    raw = head.encode(outer) + block.encode(inner) + head.encode(outer)
    document = decode(raw)
    assert document.text == head + block + head
    assert [segment.encoding for segment in document.segments] == [outer, inner, outer]


@pytest.mark.parametrize("outer", list(LINES))
@pytest.mark.parametrize("head", ["", "我家在河的那一邊，", "我家在河的那一邊。\n"])
def test_a_newline_that_is_half_of_a_character_begins_no_block(outer: str, head: str):
    block = "上山的路很多，這條最近。\n路上人不多。\n"  # 上 is 4E 0A
    tail = "".join(line + "\n" for line in LINES[outer])
    raw = head.encode(outer) + block.encode("utf-16-be") + tail.encode(outer)
    assert decode(raw).text == head + block + tail


def test_edits_work_across_segments():
    raw = "甲行文字写在这里。\n".encode("gb18030") + "乙行文字寫在這裡。\n".encode("cp950") + b"end\n"
    raw = "前面还有一行普通的文字。\n".encode("gb18030") + raw
    document = decode(raw)
    start = document.text.index("写在")
    end = document.text.index("這裡")
    place = byte_span(document, TextSpan.of(start, end))
    result = raw[: place.start] + encode_replacement(document, TextSpan.of(start, end), "到") + raw[place.end :]
    assert result == ("前面还有一行普通的文字。\n甲行文字到".encode("gb18030") + "這裡。\n".encode("cp950") + b"end\n")


def test_a_line_of_gbk_that_is_valid_utf8_is_found():
    raw = "这一行是正常的文字，写在前面。\n".encode() * 3 + "为什么".encode("gb18030") + b"\n"
    assert decode(raw).text.endswith("为什么\n")


def test_a_line_of_gb_is_found_behind_much_text_in_another_language() -> None:
    russian = "Утром мы вышли из дома, и дождь кончился. Река поднялась до самого моста.\n" * 40
    assert decode(russian.encode()).text == russian
    mixed = russian.encode() + "为什么".encode("gb18030") + b"\n" + russian.encode()
    assert decode(mixed).text == f"{russian}为什么\n{russian}"


def test_gb_before_a_run_of_utf8_may_look_like_utf8_itself():
    head = "富民重任在肩、使"  # its last bytes are one character of UTF-8 and a half
    text = "这一行是正常的文字，写在前面。\n" * 3
    raw = (text + head).encode("gb18030") + "功免费赠送一".encode() + ("命光荣，让我们在\n" + text).encode("gb18030")
    assert decode(raw).text == text + head + "功免费赠送一命光荣，让我们在\n" + text


def test_few_lines_among_many_are_found_at_their_place():
    lines = [f"第{number}行写的是去年冬天发生在镇上的事情，大家都还记得。" for number in range(200)]
    for at in (0, 50, 51, 199):
        raws = [line.encode("gb18030") for line in lines]
        raws[at] = "鄰居們都還記得那場大雪，路上沒有一個行人。".encode("cp950")
        document = decode(b"\n".join(raws))
        assert document.text == "\n".join([*lines[:at], "鄰居們都還記得那場大雪，路上沒有一個行人。", *lines[at + 1 :]])


def test_rare_names_do_not_split_a_line():
    text = "名单上写着堃、喆、犇、鱻、垚、焱几个字，还有叕和龘，都是从前的人名。\n" * 3
    assert len(decode(text.encode("gb18030")).segments) == 1
    assert len(decode(text.encode()).segments) == 1


READING = st.one_of(st.none(), st.integers(0, 2), st.tuples(*[st.integers(0, 300)] * 3))


@given(st.lists(READING, min_size=1, max_size=5), st.integers(0, 2))
@settings(max_examples=200)
def test_no_other_choice_of_codecs_for_lines_is_cheaper(readings: list[Reading], home: int):
    def price(chosen: Sequence[int]) -> int:
        total = 0 if chosen[0] == home else SWITCH // 2
        total += SWITCH * sum(one != other for one, other in pairwise(chosen))
        costs = [reading or (0, 0, 0) if not isinstance(reading, int) else (0, 0, 0) for reading in readings]
        return total + sum(cost[state] for cost, state in zip(costs, chosen, strict=True))

    allowed = [[reading] if isinstance(reading, int) else range(3) for reading in readings]
    found = choose(readings, home)
    assert all(state in states for state, states in zip(found, allowed, strict=True))
    if any(isinstance(reading, tuple) for reading in readings):
        assert price(found) == min(map(price, product(*allowed)))


def test_damaged_utf8_is_not_read_as_codes_of_two_bytes():
    raw = bytearray(SIMPLIFIED[0].encode()[1:])
    raw[6] = raw[18] = 0
    assert {segment.encoding for segment in decode(bytes(raw)).segments} == {"utf-8", "binary"}
