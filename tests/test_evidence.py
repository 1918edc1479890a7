"""Evidence beside a shape: chains of cues, known names, seams, coined names, disguise, what stands beside a match."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrubber.engine import scan
from scrubber.errors import RuleError
from scrubber.examples import mark
from scrubber.extension import grow
from scrubber.model import TextSpan
from scrubber.rule import Extension
from scrubber.ruleset import RuleSet, load
from tests.rulekit import write_rule

CUES = """
[match.chain]
threshold = 3
distinct = 2
gap = 4
cues = [
  { name = "newest", weight = 2, pattern = '最新章节' },
  { name = "free", weight = 2, pattern = '免费阅读' },
  { name = "light", weight = 1, pattern = '更新' },
]
"""


def one_rule(folder: Path, match: str, top: str = "") -> RuleSet:
    write_rule(folder, "a-rule", match, top=top)
    return load([folder], builtin=False)


def found(ruleset: RuleSet, text: str) -> str:
    return mark(text, [(one.span.start, one.span.end) for one in scan(text, ruleset).findings])


@pytest.mark.parametrize(
    "text",
    [
        "他说⟦最新章节，免费阅读⟧好看",
        "⟦最新章节在这里更新⟧",
        "最新章节里最新章节",
        "更新了。",
        "最新章节，这里隔了太多的字，免费阅读",
        "更新的事以后再说。⟦最新章节，免费阅读⟧",
        "⟦最新章节免费阅读⟧还有别的事情，更新以后再说",
    ],
)
def test_chains(tmp_path: Path, text: str) -> None:
    plain = text.replace("⟦", "").replace("⟧", "")
    assert found(one_rule(tmp_path, CUES), plain) == text


def test_a_chain_may_have_to_fill_its_line(tmp_path: Path) -> None:
    rules = one_rule(tmp_path, CUES.replace("gap = 4", "gap = 4\nshare = 0.8"))
    prose = "\n他昨天晚上在电话里问我最新章节能不能免费阅读，我说不知道"
    assert found(rules, f"最新章节，免费阅读{prose}") == f"⟦最新章节，免费阅读⟧{prose}"


def test_one_cue_never_makes_a_chain(tmp_path: Path) -> None:
    write_rule(tmp_path, "a-rule", CUES.replace("threshold = 3", "threshold = 2"))
    with pytest.raises(RuleError, match="never make a chain"):
        load([tmp_path], builtin=False)


HEADER = "pattern = '关注(?P<site>[一-鿿]{3,6})公号'"


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("line", "青 竹·书话", "⟦青 竹·书话⟧"),
        ("line", "青竹书话是谁", "青竹书话是谁"),
        ("brackets", "谋项目（青竹书话）。", "谋项目（⟦青竹书话⟧）。"),
        ("brackets", "他写了《青竹书话》。", "他写了《青竹书话》。"),
        ("brackets", "谋项目青竹书话。", "谋项目青竹书话。"),
        ("inline", "谋青-竹-书话项目", "谋⟦青-竹-书话⟧项目"),
    ],
)
def test_names_given_away_elsewhere(tmp_path: Path, form: str, text: str, expected: str) -> None:
    write_rule(tmp_path, "gives-away", HEADER)
    write_rule(tmp_path, "a-rule", f"name = {{ form = '{form}', min_chars = 3 }}")
    rules = load([tmp_path], builtin=False)
    giving = "关注青竹书话公号\n"
    assert found(rules, giving + text) == f"⟦{giving.strip()}⟧\n{expected}"
    assert found(rules, text) == text


def test_names_count_only_from_the_kinds_asked_for(tmp_path: Path) -> None:
    write_rule(tmp_path, "gives-away", HEADER, kind="credit")
    write_rule(tmp_path, "a-rule", "name = { form = 'inline', kinds = ['header'] }")
    text = "关注青竹书话公号\n谋青竹书话项目"
    assert found(load([tmp_path], builtin=False), text) == "⟦关注青竹书话公号⟧\n谋青竹书话项目"


def test_a_name_begins_where_the_sentence_closes(tmp_path: Path) -> None:
    rules = one_rule(tmp_path, "pattern = '(?P<site>[一-鿿]{2,8}公号)'\nslack = 6\nintrusion = 4.0")
    findings = scan("推动高质量发岚竹轩公号展成果共享", rules).findings
    assert [(one.text, one.captures["site"]) for one in findings] == [("岚竹轩公号", "岚竹轩")]


def test_names_made_of_common_words_are_not_coined(tmp_path: Path) -> None:
    rules = one_rule(tmp_path, "pattern = '【(?P<site>[^】]+)】'\ncoined = 0.8")
    assert found(rules, "【砚溪书话】【会议文稿】") == "⟦【砚溪书话】⟧【会议文稿】"


def test_disguise_can_be_asked_for(tmp_path: Path) -> None:
    rules = one_rule(tmp_path, "pattern = 'www[a-z]+com'\ndisguised = true", "view = 'skeleton'")
    assert found(rules, "看www.example.com，看ww w。exa mple.com") == "看www.example.com，看⟦ww w。exa mple.com⟧"


def test_a_sentence_is_not_taken_with_what_stands_inside_one_of_its_words(tmp_path: Path) -> None:
    rules = one_rule(tmp_path, "pattern = '请搜青灯小说'", "unit = 'sentence'")
    assert found(rules, "他的脸请搜青灯小说色苍白，双眼紧闭。") == "他的脸⟦请搜青灯小说⟧色苍白，双眼紧闭。"
    assert found(rules, "想看全本，请搜青灯小说。他走了。") == "⟦想看全本，请搜青灯小说。⟧他走了。"


def test_what_the_skeleton_runs_together_ends_at_a_sentence(tmp_path: Path) -> None:
    rules = one_rule(
        tmp_path, "pattern = '^(?P<site>[一-鿿]{2,20}小说)$'\ndisguised = true", "view = 'skeleton'\nunit = 'line'"
    )
    findings = scan("雪下得更紧了。青+灯~小/说\n他走了。", rules).findings
    assert [(one.text, one.captures["site"]) for one in findings] == [("青+灯~小/说", "青灯小说")]


@pytest.mark.parametrize(("scope", "expected"), [("before", "由甲，⟦丙⟧由"), ("after", "由甲，丙由")])
def test_vetoes_beside_a_match(tmp_path: Path, scope: str, expected: str) -> None:
    match = f"pattern = '丙'\n[[match.unless]]\nin = '{scope}'\npattern = '^由$|由丙'"
    assert found(one_rule(tmp_path, match), "由甲，丙由") == expected


@pytest.mark.parametrize(
    ("way", "text"),
    [
        ("residue", "走了。⟪t.xt`小~说~天~堂【www.example.net】⟫"),
        ("residue", "他说“走吧！”⟪【www.example.net】t/xt.小/说.天+堂⟫"),
        ("residue", "他走了，⟪【www.example.net】⟫他没有回来，谁也没有问。"),
        ("rest", "他走了。⟪请到【某站阅读最新章节】！⟫雨停了。"),
        ("rest", "他走了。请到门外去看一看【某站】雨停了。".replace("【某站】", "⟪【某站】⟫")),
        ("brackets", "甲⟪（【乙】）⟫丙"),
        ("brackets", "甲⟪【（乙】）⟫丙"),
        ("torn", "⟪【看最新】`章`节·heiyan·黑*岩*阁⟫。他走了"),
        ("torn", "石桥【边⟪|柳|溪|小|说】⟫。他走了"),
        ("torn", "一阵马⟪【[看|最|新】⟫]蹄声由远及近"),
    ],
)
def test_growing(way: Extension, text: str) -> None:
    plain = text.translate(dict.fromkeys(map(ord, "⟪⟫【】"), None))
    marked = text.translate(dict.fromkeys(map(ord, "⟪⟫"), None))
    start = marked.index("【")
    span = TextSpan.of(start, marked.index("】") - 1)
    outer = text.translate(dict.fromkeys(map(ord, "【】"), None))
    expected = TextSpan.of(outer.index("⟪"), outer.index("⟫") - 1)
    assert grow([way], plain, span) == expected


def test_a_refrain_is_found_where_a_third_of_a_story_ends_in_it_and_nothing_else_holds_it(tmp_path: Path) -> None:
    rules = one_rule(tmp_path, "echo = { of = 'refrain', min_chars = 4 }")
    told = "".join(f"“走。”{one}边城旧事。" for one in ("他走出门", "天已黑了", "风停了下", "狗叫起来", "谁也不说"))
    assert found(rules, told) == told.replace("边城旧事", "⟦边城旧事⟧")
    assert found(rules, told + "他读边城旧事，读了三遍。") == told + "他读边城旧事，读了三遍。"
    assert found(rules, told.replace("“走。”", "")) == told.replace("“走。”", "")


def test_symbols_that_frame_a_torn_row_leave_the_authors_characters(tmp_path: Path) -> None:
    rules = one_rule(tmp_path, "pattern = '(?P<site>[一-鿿](?:★[一-鿿]){3,14})'", "view = 'exact'")
    findings = scan("他笑了。★青★灯★书★屋★又过了一夜。", rules).findings
    assert [(one.text, one.captures["site"]) for one in findings] == [("青★灯★书★屋★", "青★灯★书★屋")]
    assert found(rules, "墙上的影青★灯★书★屋子忽明忽暗。") == "墙上的影⟦青★灯★书★屋⟧子忽明忽暗。"
