"""The intrusion model: what it says about spans in sentences, and what it promises for any text."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.intrusion import WINDOW, best_boundaries, brand_like, judge, segment

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "scrubber" / "data" / "intrusion_words.z"

anything = st.text(max_size=30)
chinese = st.text(alphabet="中国人民企业培育工程闲置地块的在了网文秘公号a1.,。“”\n", max_size=24)
texts = st.one_of(anything, chinese)

INSIDE_WORDS = [
    ("百亿企", "桂花巷文秘", "业培育工程"),
    ("坚持高质量发", "半亩塘文库", "展不动摇"),
    ("要加快推", "(青禾笔记)", "进城镇化"),
    ("他站在窗", "千寻小说网", "户旁边"),
    ("我们的生", "来源:南窗书屋", "活越来越好"),
    ("预计20", "竹影网", "25年完成"),
]

BETWEEN_WORDS = [
    ("拉动我区闲置", "公号“老秘带你写材料”整理编辑", "地块开发"),
    ("大力发展", "松风文档", "绿色产业"),
    ("她推开门,", "(本文来自兰台书屋)", "外面下着雪"),
]

TORN_WORDS = [
    ("她搂着孩子叫", "心肝", "宝贝"),
    ("伟大的中国人", "民解", "放军万岁"),
    ("我们要大", "力推", "进改革"),
    ("请到图", "书馆借书看", "报"),
]

CLEAN = [
    "清晨的雾还没有散去,老渔夫已经把船划到了湖心。",
    "会议指出,要把保障和改善民生放在更加突出的位置。",
    "他从口袋里摸出一张皱巴巴的车票,看了很久才放回去。",
    "图书馆网站每天更新书目,读者可以在网上预约借阅。",
    "这家公司的秘书写得一手好文章,材料总是交得最早。",
    "小王在学校的公众号上读到一篇介绍古琴的短文。",
    "全县粮食播种面积稳定在五十万亩以上,单产连年提高。",
    "母亲把晒干的桂花装进罐子,说等过年的时候做糖糕。",
    "孩子们沿着巷子跑远了,笑声还留在墙根底下。",
    "我整理了编辑部多年的来信,发现读者最关心的是物价。",
    "春天的时候,桥头的柳树先绿,接着才轮到山上的杏花。",
    "根据调查,近六成居民愿意乘坐公共交通工具上下班。",
]


@pytest.mark.parametrize(("left", "span", "right"), INSIDE_WORDS)
def test_name_inside_a_word_is_strong_evidence(left: str, span: str, right: str) -> None:
    judgement = judge(left, span, right)
    assert judgement.splits_word
    assert judgement.gain >= 5
    assert not judgement.cuts_word


@pytest.mark.parametrize(("left", "span", "right"), BETWEEN_WORDS)
def test_name_between_words_is_neutral(left: str, span: str, right: str) -> None:
    judgement = judge(left, span, right)
    assert judgement.gain == 0
    assert not judgement.splits_word
    assert not judgement.cuts_word


@pytest.mark.parametrize(("left", "span", "right"), TORN_WORDS)
def test_a_cut_through_the_authors_words_is_vetoed(left: str, span: str, right: str) -> None:
    judgement = judge(left, span, right)
    assert judgement.cuts_word
    assert judgement.gain < 0


@pytest.mark.parametrize("sentence", CLEAN)
def test_no_span_of_a_clean_sentence_is_strong_evidence(sentence: str) -> None:
    found = [
        sentence[start:end]
        for start in range(1, len(sentence))
        for end in range(start + 2, min(len(sentence), start + 9))
        if judge(sentence[:start], sentence[start:end], sentence[end:]).splits_word
    ]
    assert found == []


@settings(max_examples=150, deadline=None)
@given(texts, texts, texts)
def test_judgement_depends_on_nothing_but_the_near_text(left: str, span: str, right: str) -> None:
    judgement = judge(left, span, right)
    assert judgement == judge(left[-WINDOW:], span, right[:WINDOW])
    assert not (judgement.splits_word and judgement.cuts_word)
    assert judgement.oov >= 0


@settings(max_examples=60, deadline=None)
@given(texts, texts)
def test_nothing_to_take_out_is_neutral(left: str, right: str) -> None:
    judgement = judge(left, "", right)
    assert judgement.gain == 0
    assert not judgement.splits_word


@settings(max_examples=60, deadline=None)
@given(texts)
def test_words_tile_the_text(text: str) -> None:
    assert "".join(word for word, _ in segment(text)) == text


@settings(max_examples=60, deadline=None)
@given(texts, st.data())
def test_edges_stay_within_slack_and_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    slack = data.draw(st.integers(0, 2))
    first, last = best_boundaries(text, start, end, slack)
    assert abs(first - start) <= slack
    assert abs(last - end) <= slack
    assert 0 <= first <= last <= len(text)
    assert slack or (first, last) == (start, end)


@pytest.mark.parametrize(("left", "span", "right"), INSIDE_WORDS[:4])
@pytest.mark.parametrize(("before", "after"), [(0, 0), (-1, 0), (1, 0), (0, 1), (0, -1), (-1, 1)])
def test_edges_come_back_to_where_the_word_was_split(left: str, span: str, right: str, before: int, after: int) -> None:
    start, end = len(left), len(left) + len(span)
    assert best_boundaries(left + span + right, start + before, end + after, 2) == (start, end)


def test_a_long_span_is_judged_by_its_ends() -> None:
    notice = "更多材料请关注公众号桂花巷文秘,每日更新,全年不断,欢迎订阅。" * 3
    text = f"百亿企{notice}业培育"
    assert judge("百亿企", notice, "业培育").splits_word
    assert best_boundaries(text, 2, 4 + len(notice), 2) == (3, 3 + len(notice))


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("桂花巷文秘", "我们要坚持"),
        ("半亩塘文库", "认真贯彻落实"),
        ("听雨中文网", "的时候他们"),
        ("墨竹书屋", "经济发展"),
    ],
)
def test_coined_names_look_like_names_and_prose_does_not(name: str, phrase: str) -> None:
    assert brand_like(name) > 0.5 > brand_like(phrase)


@settings(max_examples=60, deadline=None)
@given(texts)
def test_likeness_is_a_share(text: str) -> None:
    assert 0 <= brand_like(text) <= 1


def test_import_reads_no_table_and_no_heavy_package() -> None:
    code = (
        "import sys, scrubber.intrusion, scrubber.intrusion_words as words;"
        "assert not words.unpacked.cache_info().currsize;"
        "assert not {'numpy', 'jieba', 'opencc'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_table_is_small_and_is_what_the_sources_give() -> None:
    assert TABLE.stat().st_size < 900_000
    script = ROOT / "tools" / "build_intrusion_table.py"
    done = subprocess.run([sys.executable, script, "--check"], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
