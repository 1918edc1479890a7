"""The model of tone: what it judges by, and that it tells sites from authors in sentences that it has not learned."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber import tone
from scrubber.engine import scan
from scrubber.ruleset import RuleSet, load

FOREIGN = (
    "懒人目录已置顶,往期合集自取,老客户续费打折。",
    "看完整版请移步主站,注册即送三天体验。",
    "资源库每日上新,入圈即可畅读历史全部内容。",
    "本页内容由机器自动抓取,排版错乱敬请谅解。",
)
OWN = (
    "雨下了一夜,清晨推开窗,院里的石榴花落了一地。",
    "我们的公众号办了三年,粉丝不到两千,每一篇都是自己写的。",
    "请大家关注会议议程的变动,有问题会后与办公室联系。",
    "他把下载好的论文打印出来,一页一页编上号。",
    "上一篇日记写到父亲出院,这一篇从他回家写起。",
)


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load()


@pytest.mark.parametrize("sentence", FOREIGN)
def test_a_site_sounds_like_one(sentence: str) -> None:
    assert tone.is_foreign(sentence, True, "middle", 5.0)


@pytest.mark.parametrize("sentence", OWN)
def test_an_author_does_not(sentence: str) -> None:
    assert tone.score(sentence, True, "middle") < 0


def test_questions_rows_of_numbers_and_a_few_words_are_not_judged() -> None:
    for sentence in (
        "看完整版请移步主站,注册即送三天体验?",
        "会员价1元2元3元4元5元6元,注册即送三天体验。",
        "注册即送。",
    ):
        assert not tone.is_foreign(sentence, True, "middle", -100.0)


def test_one_clause_of_the_author_keeps_a_sentence() -> None:
    advert = FOREIGN[1].rstrip("。")
    assert tone.score(f"{advert},他站在门口望着院子里的石榴树。", True, "middle") > -20
    assert not tone.is_foreign(f"{advert},他站在门口望着院子里的石榴树。", True, "middle", -20.0)


def test_names_numbers_and_addresses_do_not_count() -> None:
    sentence = "更多资料请加群{},或访问www.{}.com下载。"
    one, other = (sentence.format(number, name) for number, name in (("12345678", "qingshu"), ("98765432", "lanmo")))
    assert tone.score(one, True, "middle") == tone.score(other, True, "middle")


def test_sentences_stand_where_they_are() -> None:
    line = "  风停了。雨也停了!“走吧。”他说"
    assert [line[start:end] for start, end in tone.sentences(line)] == ["  风停了。", "雨也停了!", "“走吧。”", "他说"]


def test_a_short_text_has_neither_head_nor_tail() -> None:
    assert {tone.place_of(number, 6) for number in range(6)} == {"middle"}
    assert [tone.place_of(number, 7) for number in range(7)] == ["head"] * 3 + ["middle"] + ["tail"] * 3


@settings(max_examples=50)
@given(
    st.dictionaries(st.text("甲乙丙^$ a0", min_size=1, max_size=3), st.integers(-127, 127)),
    st.frozensets(st.text("甲乙丙", min_size=1)),
)
def test_a_packed_table_is_the_same_again(weights: dict[str, int], signals: frozenset[str]) -> None:
    kept = signals or frozenset({"甲"})
    table = tone.unpack(tone.pack(weights, kept))
    assert table.signals == kept
    assert table.weights(weights) == weights


def test_what_another_rule_found_is_left_to_it(rules: RuleSet) -> None:
    own = "河边的柳树绿了，孩子们在堤上放风筝，笑声传得很远，连坐在门口择菜的老人也抬起头来看。\n"
    text = f"{FOREIGN[0]}\n{own * 6}更多范文请关注公众号“青石文秘”。\n"
    spans = {finding.rule: finding.span for finding in scan(text, rules).findings}
    assert "promo-tone" in spans
    others = [span for rule, span in spans.items() if not rule.startswith("promo-tone")]
    assert others
    assert not any(spans["promo-tone"].overlaps(span) for span in others)


@pytest.mark.parametrize("sentence", FOREIGN)
def test_a_quoted_advert_sounds_like_a_quotation(sentence: str) -> None:
    assert tone.score(f"“{sentence}”", True, "middle") < tone.score(sentence, True, "middle") - 3
