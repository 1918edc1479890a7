"""The model of characters and of neighbours that readings are weighed with."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.encoding.division import divide
from scrubber.encoding.likelihood import common, lines_of_neighbours, lines_over, rare, rare_places, table
from scrubber.encoding.pairs import CUT, pair_bonus, text_cost, worth
from scrubber.encoding.segments import Part
from scrubber.mojibake import LETTER


def test_characters_of_one_word_are_worth_more_than_others():
    assert worth("葡", "萄") > worth("我", "们") > worth("们", "我")
    assert worth("葡", "中") < 0


@pytest.mark.parametrize(("simplified", "traditional"), [("发展", "發展"), ("县长", "縣長"), ("这里", "這裡")])
def test_traditional_neighbours_are_worth_what_simplified_ones_are(simplified: str, traditional: str):
    assert worth(*simplified) == worth(*traditional) > 0


def test_letters_of_another_script_keep_together():
    assert worth("中", "カ") < 0 < worth("カ", "タ")
    assert worth(CUT, "п") < 0
    assert worth("f", "é") == 0


def test_fullwidth_digits_keep_together_and_numbers_in_circles_do_not():
    assert worth("１", "９") > 0 > worth("⒏", "⒎")


def test_any_character_may_be_repeated():
    assert worth("惘", "惘") > 0
    assert text_cost("惘惘") < 2 * text_cost("惘")


def test_words_cost_less_than_the_same_characters_in_disorder():
    assert text_cost("昨天下午他们在会议室里讨论") < text_cost("论讨里室议会在们他午下天昨")
    assert pair_bonus("") == 0


def test_the_list_of_common_characters_agrees_with_the_table():
    excess = table().excess
    expected = {
        chr(code)
        for code in range(0x10000)
        if not excess[code] and not 0xAC00 <= code <= 0xDFFF and not LETTER.match(chr(code))
    }
    assert common() == expected


@settings(max_examples=100, deadline=None)
@given(st.text("的一是在鎴戜滑é中\n×文🎉ab", max_size=60))
def test_rare_characters_are_found_the_same_in_little_and_in_much_text(text: str):
    places = rare_places(text)
    assert places == [match.start() for match in rare().finditer(text)]
    lines = text.split("\n")
    neighbours = {
        index
        for index, line in enumerate(lines)
        if any(other - one <= 8 for one, other in zip(rare_places(line), rare_places(line)[1:], strict=False))
    }
    assert set(lines_of_neighbours(text, places)) == neighbours
    over = lines_over(text, 60, places)
    sums = {index: sum(table().excess[ord(line[at])] for at in rare_places(line)) for index, line in enumerate(lines)}
    assert over == {index: total for index, total in sums.items() if total > 60}


@pytest.mark.parametrize(("home", "other"), [("gb18030", "cp950"), ("cp950", "gb18030")])
def test_a_run_between_codes_of_two_bytes_is_found_to_the_code(home: str, other: str):
    texts = {"gb18030": "掌柜的放下算盘，抬头看了看", "cp950": "會議決定從下個月開始實行新的辦法"}
    before, run, after = texts[home][:6].encode(home), texts[other].encode(other), texts[home][6:].encode(home)
    bounds = len(before), len(before) + len(run)
    expected = [Part(0, bounds[0], home), Part(*bounds, other), Part(bounds[1], bounds[1] + len(after), home)]
    assert divide(before + run + after, home, (home, "utf-8", other)) == expected


def test_text_in_one_encoding_is_not_divided():
    raw = "名单上写着堃、喆、犇、鱻、垚、焱几个字。".encode("gb18030")
    assert divide(raw, "gb18030", ("gb18030", "utf-8", "cp950")) is None
