"""Batches: the outcomes of many documents are those of each alone, in order, whatever holds them."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber import Scrubber, batch, gate, pipeline, sieve
from scrubber.model import CleanOutcome, LateOutcome, Outcome
from tests.conftest import SEEDS
from tests.rulekit import write_rule

TEXTS = [
    "正文。\n墨香范文网整理，咨询QQ123456789\n",
    "",
    "干净的一行",
    "更多范文请加QQ123456789咨询",
    "第一行\r\n第二行\r\n",
    *(path.read_bytes().decode("utf-8")[:3000] for path in sorted(SEEDS.glob("*.txt"))[:2]),
]


def test_strings_and_bytes_are_as_each_alone(scrubber: Scrubber) -> None:
    documents: list[str | bytes] = [*TEXTS, *(text.encode("gb18030") for text in TEXTS)]
    assert list(scrubber.scrub_batch(documents)) == [scrubber.scrub(one, trace=False) for one in documents]


def test_the_gate_may_change_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = [Scrubber().scrub(text, trace=False) for text in TEXTS]
    monkeypatch.setattr(gate, "PAYS", sum(map(len, TEXTS[:3])))
    assert list(Scrubber().scrub_batch(TEXTS)) == expected


@pytest.mark.parametrize("kind", ["string", "large_string", "binary", "large_binary", "string_view"])
@pytest.mark.parametrize("chunked", [False, True])
def test_arrow_columns(scrubber: Scrubber, kind: str, chunked: bool) -> None:
    arrow = pytest.importorskip("pyarrow")
    values = ["正文。", *TEXTS, None, "正文。"]
    whole = arrow.array(values).cast(kind)[1:-1]
    column = arrow.chunked_array([whole[:2], whole[2:2], whole[2:]]) if chunked else whole
    *outcomes, missing = scrubber.scrub_batch(column)
    given = [text.encode() if "binary" in kind else text for text in TEXTS]
    assert outcomes == [scrubber.scrub(text, trace=False) for text in given]
    assert missing.error
    assert missing.bytes == b""


def test_arrow_columns_without_any_value(scrubber: Scrubber) -> None:
    arrow = pytest.importorskip("pyarrow")
    assert list(scrubber.scrub_batch(arrow.array([], "string"))) == []
    assert [outcome.bytes for outcome in scrubber.scrub_batch(arrow.array([None, ""], "string"))] == [b"", b""]


def test_a_stream_flows_from_the_start_and_is_not_taken_ahead_far() -> None:
    taken: list[int] = []

    def endless() -> Iterator[Any]:
        while True:
            taken.append(1)
            yield "正文。"

    outcomes = Scrubber().scrub_batch(endless())
    assert next(outcomes).text == "正文。"
    assert len(taken) == 1
    for number in range(2, 40):
        next(outcomes)
        assert len(taken) < 3 * number


RULES = {
    "name": "pattern = '(?:本文|资料)?由?墨香(?:网|文库)(?:独家)?整理(?:[,:]\\s*[a-z0-9]{2,12})?'",
    "overlapping": "pattern = '文库整理[,:]?'",
    "number": "pattern = 'qq\\d{5,}'",
    "first": "pattern = '^转载自[^。]{2,6}'",
    "last": "pattern = '更多见[^。]{2,6}$'",
    "looking": "pattern = '(?<!不)下载站(?!点)'",
}
ADVERTS = (
    "本文由墨香文库整理，QQ12345",
    "墨香網整理",
    "文库整理",
    "qq12345",
    "转载自松果",
    "更多见松果",
    "下载站",
    "不下载站点",
)
WAYS = (
    lambda text: text,
    lambda text: text[:1] + "\u200b" + text[1:],
    lambda text: "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text),
    "·".join,
    lambda text: "".join(f"&#{ord(char)};" for char in text),
    lambda text: text.upper(),
    lambda text: text.encode().decode("latin-1"),
    lambda text: text.replace("香", "\u202e香"),
    lambda text: text[: len(text) // 2] + "墨香网整理" + text[len(text) // 2 :],
    lambda text: f"“{text}”",
    lambda text: text.translate(str.maketrans("qxp", "qхр")),
)
PROSE = (
    "正文一句，说得明白。",
    "“引用”，1-2月。",
    "　　",
    " ",
    "……",
    "\n",
    "\n\n",
    "é·ñ",
    "Привет",
    "一、",
    "\x1b",
    "🐧",
    "\ufe0f" * 5,
    "\n地址：青石路5号\n",
    "\n聯繫\u200b人：老钱\n",
    "\n甲：",
    "\n乙：好。\n甲：",
    "\n1.",
    "\n2.下载",
    "他说：",
    "完。 二、",
)
ODD = ("\r\n", "\r", "\u2028", "\x85", "\x00", "\ufeff", "\x0c", "\U00020000")
PIECES = st.one_of(
    st.sampled_from(PROSE),
    st.sampled_from(PROSE),
    st.sampled_from(ODD),
    st.builds(lambda advert, way: way(advert), st.sampled_from(ADVERTS), st.sampled_from(WAYS)),
)
DOCUMENTS = st.lists(st.lists(PIECES, max_size=12).map("".join), min_size=1, max_size=5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rules")
    for name, match in RULES.items():
        write_rule(folder, name, match)
    return folder


@pytest.fixture(scope="module", params=[True, False], ids=["hyperscan", "plain"])
def plain(request: pytest.FixtureRequest, folder: Path) -> Iterator[Scrubber]:
    """Only rules of the kind that is sifted, and documents are sifted from the first one on."""
    if request.param:
        pytest.importorskip("hyperscan")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "PAYS", 0)
        patch.setattr(sieve, "has_hyperscan", lambda: request.param)
        yield Scrubber(folder, builtin=False)


def assert_same(scrubber: Scrubber, documents: list[str | bytes]) -> None:
    expected = [scrubber.scrub(one, trace=False) for one in documents]
    outcomes = list(scrubber.scrub_batch(documents))
    assert [one.bytes for one in outcomes] == [one.bytes for one in expected]
    assert outcomes == expected


class TestSifted:
    @given(DOCUMENTS)
    @settings(max_examples=150)
    def test_strings(self, plain: Scrubber, documents: list[str | bytes]) -> None:
        assert_same(plain, documents)

    @given(st.lists(st.lists(PIECES, max_size=8).map("".join), min_size=1, max_size=3))
    @settings(max_examples=60)
    def test_bytes_that_may_be_something_else(self, plain: Scrubber, texts: list[str]) -> None:
        documents: list[str | bytes] = [text.encode() for text in texts]
        documents += [text.encode("gb18030") for text in texts]
        documents += [text.encode()[1:] for text in texts] + [text.encode()[:-1] for text in texts]
        assert_same(plain, documents)

    def test_two_halves_that_meet_are_found_in_the_next_pass(self, plain: Scrubber) -> None:
        text = "正文。" * 40 + "墨香墨香网整理网整理，完。\n"
        (outcome,) = plain.scrub_batch([text])
        assert outcome.text == "正文。" * 40 + "，完。\n"
        assert_same(plain, [text, "墨香" * 6 + "网整理" * 6])

    def test_what_was_found_is_there_when_asked_for(self, plain: Scrubber) -> None:
        text = "正文。\n本文由墨香文库整理，请看。\n"
        (outcome,) = plain.scrub_batch([text])
        assert isinstance(outcome, LateOutcome)
        assert outcome.changed
        assert outcome.error is None
        assert [finding.rule for finding in outcome.findings] == ["name"]
        assert outcome.to_original(5) == 14
        assert pickle.loads(pickle.dumps(outcome)) == plain.scrub(text, trace=False)  # noqa: S301

    def test_text_is_known_without_the_ordinary_way(self, plain: Scrubber, monkeypatch: pytest.MonkeyPatch) -> None:
        outcomes = list(plain.scrub_batch(["正文。\n", "本文由墨香文库整理，请看。\n"]))
        monkeypatch.setattr(pipeline, "run", None)
        assert [outcome.text for outcome in outcomes] == ["正文。\n", "，请看。\n"]

    def test_clean_bytes_are_the_very_same(self, plain: Scrubber) -> None:
        documents = [f"第{number}篇：正文。\n".encode() * 50 for number in range(30)]
        for document, outcome in zip(documents, plain.scrub_batch(documents), strict=True):
            assert isinstance(outcome, CleanOutcome)
            assert outcome.bytes is document
            assert outcome == plain.scrub(document, trace=False)

    def test_what_an_author_tells_of_stays(self, plain: Scrubber) -> None:
        told = ["屏幕上弹出一行字：“墨香网整理”", "他说：“墨香网整理。”", "记住「墨香网整理」这句话。", "墨香网整理"]
        listed = "一、各校上报材料\n二、墨香网整理\n三、专家评审材料\n"
        turns = "甲：你好\n乙：墨香网整理\n甲：谢谢\n乙：不客气\n"
        assert_same(plain, [*told, "\n".join(told), listed, turns, "正文。\n" * 300 + listed + turns])

    @pytest.mark.parametrize(
        "field", ["地址：青石路5号", "地址\u3000：", "E-MAIL:", "聯繫\u200b人：老钱", "電話０３１８-２６５５０１８"]
    )
    def test_an_address_of_the_author_stays(self, plain: Scrubber, field: str) -> None:
        prose = "正文一句，说得明白。\n" * 300
        documents = [f"{prose}{field}\n　　\nqq12345\n{prose}", f"{prose}\nqq12345\n\n甲乙\n\n{field}"]
        assert [one.changed for one in plain.scrub_batch(documents)] == [False, False]
        assert_same(plain, [*documents, f"{prose}qq12345\n{prose}{field}", f"qq12345，免费\n{field}"])

    def test_long_lines(self, plain: Scrubber) -> None:
        prose = "正文一句，说得明白。" * 1_700
        assert_same(plain, [f"{prose[:at]}墨香网整理{prose[at:]}" for at in (5, 16_380, 16_384, len(prose))])

    @pytest.mark.parametrize(
        "filler", ["Привет, мир. ", "안녕하세요 ", "１２３４５６７８", "一二三四五六七八九十\u200b", "🐧\ufe0f企鹅"]
    )
    def test_text_that_is_full_of_rare_characters(self, plain: Scrubber, filler: str) -> None:
        adverts = ("本文由墨香文库整理，", "墨\u200b香網整理", "墨&#39321;文库整理")
        lines = [filler * 9, *(f"{filler}{advert}{filler}" for advert in adverts), ""] * 9
        assert_same(plain, ["\n".join(lines), "\n".join(lines * 9).encode(), "\r\n".join(lines)])

    @pytest.mark.parametrize("codec", ["gb18030", "latin-1"])
    def test_misread_adverts_in_long_texts(self, plain: Scrubber, codec: str) -> None:
        advert = "更多资料，请看：本文由墨香文库整理，感谢您的关注".encode().decode(codec)
        texts: list[str | bytes] = [f"{'正文一句，说得明白。' * 20}\n" * size + advert for size in (1, 10, 40)]
        assert advert not in plain.scrub(texts[2], trace=False).text
        assert_same(plain, texts)

    def test_with_fragments(self, plain: Scrubber) -> None:
        texts = ["标题\n\n正文。" * 30, "本文由墨香文库整理。"]
        assert list(plain.scrub_batch(texts, trace=True)) == [plain.scrub(text) for text in texts]

    def test_shipped_rules_in_seeds(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(batch, "PAYS", 0)
        documents: list[str | bytes] = [path.read_bytes() for path in sorted(SEEDS.glob("*.txt"))]
        assert_same(Scrubber(), documents)


def test_a_scrubber_that_has_sifted_can_be_pickled(plain: Scrubber) -> None:
    text = "本文由墨香文库整理。"
    (outcome,) = plain.scrub_batch([text])
    (again,) = pickle.loads(pickle.dumps(plain)).scrub_batch([text])  # noqa: S301
    assert isinstance(outcome, Outcome)
    assert again == outcome
