"""Matching: zones, units, vetoes, requirements, blocks, echoes, guards, seams, time limits, fixpoint."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from scrubber.engine import scan
from scrubber.examples import mark
from scrubber.fixpoint import settle
from scrubber.model import Reason, Safety
from scrubber.ruleset import RuleSet, load
from tests.rulekit import rules_of, write_rule


def found(ruleset: RuleSet, text: str) -> str:
    return mark(text, [(one.span.start, one.span.end) for one in scan(text, ruleset).findings])


def one_rule(folder: Path, match: str, top: str = "") -> RuleSet:
    write_rule(folder, "a-rule", match, top=top)
    return load([folder], builtin=False)


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("match", "一句。二⟦广告⟧句！三句\n四句"),
        ("sentence", "一句。⟦二广告句！⟧三句\n四句"),
        ("line", "⟦一句。二广告句！三句\n⟧四句"),
        ("paragraph", "⟦一句。二广告句！三句\n四句⟧"),
    ],
)
def test_units(tmp_path: Path, unit: str, expected: str) -> None:
    rules = one_rule(tmp_path, "pattern = '广告'", f"unit = '{unit}'")
    assert found(rules, "一句。二广告句！三句\n四句") == expected


def test_patterns_stay_within_a_line_whatever_ends_it(tmp_path: Path) -> None:
    rules = one_rule(tmp_path, "pattern = '^广[^x]*告$'")
    for end in ("\n", "\r\n", "\r", "\u2028", "\x0c", "\x85"):
        assert found(rules, f"广{end}告{end}广告{end}") == f"广{end}告{end}⟦广告⟧{end}"


def test_zones_count_lines_that_are_not_blank(tmp_path: Path) -> None:
    text = "\n\n广告\n\n正文\n广告\n正文\n\n广告\n\n"
    head = one_rule(tmp_path / "h", "pattern = '广告'\nzone = { where = 'head', lines = 2 }")
    assert found(head, text) == "\n\n⟦广告⟧\n\n正文\n广告\n正文\n\n广告\n\n"
    tail = one_rule(tmp_path / "t", "pattern = '广告'\nzone = { where = 'tail', lines = 1 }")
    assert found(tail, text) == "\n\n广告\n\n正文\n广告\n正文\n\n⟦广告⟧\n\n"


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("match", "广告。不要\n广告\n"),
        ("sentence", "⟦广告⟧。不要\n⟦广告⟧\n"),
        ("line", "广告。不要\n⟦广告⟧\n"),
        ("document", "广告。不要\n广告\n"),
    ],
)
def test_vetoes(tmp_path: Path, scope: str, expected: str) -> None:
    veto = "广" if scope == "match" else "不要"
    rules = one_rule(tmp_path, f"pattern = '广告'\nunless = [{{ in = '{scope}', pattern = '{veto}' }}]")
    assert found(rules, "广告。不要\n广告\n") == expected


def test_require_looks_for_neighbours_in_filled_lines(tmp_path: Path) -> None:
    write_rule(tmp_path, "anchor", "pattern = '小编推荐'", kind="lead-in")
    write_rule(tmp_path, "near", "pattern = '欢迎'\nrequire = { kinds = ['lead-in'], lines = 1 }")
    rules = load([tmp_path], builtin=False)
    assert found(rules, "欢迎\n\n\n小编推荐\n正文\n欢迎") == "⟦欢迎⟧\n\n\n⟦小编推荐⟧\n正文\n欢迎"


def test_repeat_needs_the_same_text_several_times(tmp_path: Path) -> None:
    rules = one_rule(tmp_path, "pattern = '《[^》]+》'\nrepeat = 2")
    assert found(rules, "《甲》乙《丙》丁《甲》") == "⟦《甲》⟧乙《丙》丁⟦《甲》⟧"


BLOCK = """zone = { where = 'head', lines = 9 }
[match.block]
threshold = 4
gap = 1
gap_chars = 6
cues = [
  { name = 'price', pattern = '会员', weight = 2 },
  { name = 'ban', pattern = '禁止', weight = 2 },
  { name = 'group', pattern = '加群', weight = 2 },
  { name = 'name', pattern = '^(?P<site>.{2,4}文库)$', weight = 0 },
]
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("会员\n禁止\n正文\n", "⟦会员\n禁止\n⟧正文\n"),
        ("会员\n云上文库\n加群\n正文\n", "⟦会员\n云上文库\n加群\n⟧正文\n"),
        ("会员\n\n\n禁止", "⟦会员\n\n\n禁止⟧"),
        ("会员\n\n\n\n禁止\n正文", "会员\n\n\n\n禁止\n正文"),
        ("会员\n加群\n\n标题\n禁止\n", "⟦会员\n加群\n⟧\n标题\n禁止\n"),
        ("会员会员\n会员\n正文\n", "会员会员\n会员\n正文\n"),
        ("会员\n这一行是很长的正文\n禁止\n", "会员\n这一行是很长的正文\n禁止\n"),
        ("会员\n一句。\n禁止\n", "会员\n一句。\n禁止\n"),
        ("会员\n甲\n乙\n禁止\n", "会员\n甲\n乙\n禁止\n"),
    ],
)
def test_blocks_need_several_cues_close_together(tmp_path: Path, text: str, expected: str) -> None:
    assert found(one_rule(tmp_path, BLOCK), text) == expected


def test_prose_may_stand_in_a_block_only_if_the_rule_says_so(tmp_path: Path) -> None:
    assert found(one_rule(tmp_path, BLOCK), "会员\n一句话。\n禁止\n") == "会员\n一句话。\n禁止\n"
    rule = BLOCK.replace("gap = 1\n", "gap = 1\nprose = true\n")
    assert found(one_rule(tmp_path, rule), "会员\n一句话。\n禁止\n") == "⟦会员\n一句话。\n禁止\n⟧"


def test_blocks_capture_names(tmp_path: Path) -> None:
    (finding,) = scan("会员\n云上文库\n加群\n正文\n", one_rule(tmp_path, BLOCK)).findings
    assert finding.site == "云上文库"


def test_guard_drops_large_findings_to_review(tmp_path: Path) -> None:
    rules = one_rule(tmp_path, "pattern = '广告.*'", "guard = { chars = 5, share = 0.5 }")
    safeties = [one.safety for one in scan("正文正文正文正文\n广告一\n广告一二三四五六", rules).findings]
    assert safeties == [Safety.SAFE, Safety.REVIEW]


def test_guard_by_share_spares_small_findings(tmp_path: Path) -> None:
    rules = one_rule(tmp_path, "pattern = '广告.*'")
    (small,) = scan("广告一", rules).findings
    assert small.safety is Safety.SAFE
    text = "广告" * 50
    (whole,) = scan(text, rules).findings
    assert whole.safety is Safety.REVIEW
    settled = settle(text, rules, review=False)
    assert settled.text == text
    assert [item.reason for item in settled.rejected] == [Reason.REVIEW]


@pytest.mark.parametrize(
    ("text", "left"), [("甲,广告", "甲。"), ("甲。广告", "甲。"), ("广告乙", "乙"), ("甲\n广告", "甲\n")]
)
def test_seam_only_where_the_left_side_needs_it(tmp_path: Path, text: str, left: str) -> None:
    rules = one_rule(tmp_path, "pattern = ',?广告'", "seam = '。'\nguard = { share = 1.0 }")
    assert settle(text, rules, review=False).text == left


def test_a_rule_over_its_time_limit_is_skipped_and_named(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, slow="pattern = '(?:广+告?)+x'", quick="pattern = '正文'")
    result = scan("广x" + "广" * 4000 + "\n正文", rules, time_limit=0.01)
    assert result.skipped == ("slow",)
    assert [one.rule for one in result.findings] == ["quick"]


def test_halves_that_join_are_found_by_the_next_pass(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, inner="pattern = '◆'", outer="pattern = '云上文库整理'")
    settled = settle("正文正文正文正文云上◆文库整理正文", rules, review=False)
    assert settled.text == "正文正文正文正文正文"
    (splice,) = settled.splices
    assert (splice.span.start, splice.span.end) == (8, 15)
    assert [one.rule for one in splice.findings] == ["inner", "outer"]


def test_a_text_that_never_settles_is_reported(tmp_path: Path) -> None:
    write_rule(tmp_path, "a-rule", "pattern = '广'", top="action = 'replace'\nreplacement = '广广'")
    assert not settle("正文正文正文广正文", load([tmp_path], builtin=False), review=False).stable


def test_findings_do_not_depend_on_the_order_of_rules(tmp_path: Path) -> None:
    rules = rules_of(
        tmp_path, a="pattern = '文库.'", b="pattern = '上文库'", c="pattern = '库整理'", d="pattern = '理'"
    )
    text = "云上文库整理,上文库。文库整理"
    expected = settle(text, rules, review=False)
    for seed in range(5):
        shuffled = RuleSet(rules.rules, rules.sites)
        order = list(rules.rules)
        random.Random(seed).shuffle(order)
        shuffled.rules = tuple(order)
        assert settle(text, shuffled, review=False) == expected


@pytest.mark.parametrize(
    ("text", "safety"),
    [
        ("他看到“如有侵权请联系删除”几个字。", Safety.REVIEW),
        ("他看到“如有侵权请联系删除。”就笑了。", Safety.REVIEW),
        ("“如有侵权请联系删除”", Safety.SAFE),
        ("如有侵权请联系删除", Safety.SAFE),
        ("他说：“走吧。如有侵权请联系删除”", Safety.REVIEW),
        ("他说：“走吧。”如有侵权请联系删除", Safety.SAFE),
        ("“走吧。”如有侵权请联系删除“好”", Safety.SAFE),
    ],
)
def test_a_quoted_advert_is_for_review(tmp_path: Path, text: str, safety: Safety) -> None:
    (finding,) = scan(text, one_rule(tmp_path, "pattern = '如有侵权请联系删除'")).findings
    assert finding.safety is safety


@pytest.mark.parametrize(
    ("text", "safety"),
    [
        ("“如有侵权请联系删除，不删就来敲门。”", Safety.REVIEW),
        ("他说过“如有侵权请联系删除”吗？", Safety.REVIEW),
        ("“走吧。”如有侵权请联系删除。", Safety.SAFE),
    ],
)
def test_a_sentence_that_holds_a_quoted_advert_is_for_review(tmp_path: Path, text: str, safety: Safety) -> None:
    rules = one_rule(tmp_path, "pattern = '如有侵权请联系删除'", top="unit = 'sentence'")
    (finding,) = scan(text, rules).findings
    assert finding.safety is safety


def test_a_further_site_inside_a_removal_is_still_named(tmp_path: Path) -> None:
    outer = "pattern = '推荐(?P<site>甲文库).*'"
    rules = rules_of(tmp_path, outer=outer, inner="pattern = '(?P<site>乙文库)'", same="pattern = '(?P<site>甲文库)'")
    settled = settle("正文。推荐甲文库,与乙文库", rules, review=False)
    assert settled.text == "正文。"
    assert [(one.site, one.applies) for one in settled.findings] == [("甲文库", True), ("乙文库", False)]
