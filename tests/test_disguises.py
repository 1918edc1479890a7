"""Disguise what the rules find, in ten ways: it must still be found. Disguise honest text: nothing may be deleted."""

from __future__ import annotations

import html
import json
import unicodedata
from collections.abc import Callable
from urllib.parse import quote

import opencc
import pytest

from scrubber import Scrubber
from scrubber.disguise import is_disguised
from scrubber.healing import heal
from scrubber.model import ViewSpan
from scrubber.view import fold
from tests.conftest import SEEDS

LEAST_RECALL = 0.97
CONTEXT = 900
"""Code points of the seed kept on either side of a span: rules need the head, the tail and the neighbours."""

_TO_TRADITIONAL = opencc.OpenCC("s2t")
_LOOK_ALIKE = str.maketrans("aceopxy", "асеорху")
_CIRCLED = {"0": "⓪", **{str(digit): chr(0x2460 + digit - 1) for digit in range(1, 10)}}
_RADICALS = {
    unicodedata.normalize("NFKC", chr(code)): chr(code)
    for code in range(0x2F00, 0x2FD6)
    if unicodedata.normalize("NFKC", chr(code)) != chr(code)
}


def _between(mark: str) -> Callable[[str], str]:
    """A disguise that puts a mark between any two characters of a word; line ends and punctuation stay bare."""

    def disguise(text: str) -> str:
        out = []
        for this, following in zip(text, text[1:] + "\n", strict=True):
            out.append(this + (mark if this.isalnum() and following.isalnum() else ""))
        return "".join(out)

    return disguise


def _wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def _half_wide(text: str) -> str:
    return "".join(_wide(char) if at % 2 and char.isalnum() else char for at, char in enumerate(text))


def _entities(text: str) -> str:
    return "".join(f"&#x{ord(char):x};" if "\u3400" <= char <= "\u9fff" else char for char in text)


def _percent(text: str) -> str:
    return "".join(quote(char) if "\u3400" <= char <= "\u9fff" else char for char in text)


def _substituted(table: dict[str, str]) -> Callable[[str], str]:
    return lambda text: "".join(table.get(char, char) for char in text)


WAYS: dict[str, Callable[[str], str]] = {
    "symbols between": _between("·"),
    "changing symbols": lambda text: _between("*")(text).replace("*", "~", 3),
    "zero-width space": _between("\u200b"),
    "word joiner": _between("\u2060"),
    "full width": _wide,
    "mixed width": _half_wide,
    "traditional": lambda text: str(_TO_TRADITIONAL.convert(text)),
    "entities": _entities,
    "percent escapes": _percent,
    "look-alikes, circled digits, radicals": lambda text: _substituted(_CIRCLED | _RADICALS)(
        text.translate(_LOOK_ALIKE)
    ),
}


def _cases() -> list[tuple[str, str, str]]:
    """What stands before, the span, and what stands behind, for every span of the seeds that must go."""
    cases = []
    for line in (SEEDS / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = (SEEDS / row["file"]).read_bytes().decode("utf-8-sig")
        for span in row["spans"]:
            if span.get("debatable") or span["kind"] == "excerpt-echo":
                continue
            start, end = span["start"], span["end"]
            cases.append((text[max(0, start - CONTEXT) : start], text[start:end], text[end : end + CONTEXT]))
    return cases


PLAIN = [
    (
        "他推开门，屋里没有人。\n",
        "天才一秒记住本站地址：www.qingdengxs.com，最快更新！无弹窗！",
        "\n桌上的茶还冒着热气。",
    ),
    ("“走吧。”老人站了起来。\n", "手机用户请浏览青灯小说网，免费阅读最新章节", "\n两个人一前一后出了村。"),
    ("雨下了一夜，河水漫过了石桥。\n", "看最新章节请到青灯书屋，全文免费阅读无广告", "\n天亮的时候他才回来。"),
    ("带动全区闲", "公号“老街写材料”整理编辑", "置地块开发，推动高质量发展，让群众得到实惠。"),
]

HONEST = [
    "前言\n本书写了一个普通人家三代人的命运，读来令人感动。\n目录\n第一章　雨夜",
    "单位网址：www.example.com，联系电话：010-12345678，来信请寄县政府办公室。",
    "他说，最新的章节还没有写完，让编辑再等一等。“请大家记住这个地址，明天早上在这里集合。”老师说。",
    "春夏秋冬，东南西北，甲乙丙丁。\n会议由办公室整理材料，秘书科负责文稿的编辑。",
    "全县三个年头共完成项目二零六个，资料由档案馆提供，供大家学习参考。",
]


def _removed(scrubber: Scrubber, text: str) -> set[int]:
    outcome = scrubber.scrub(text, trace=False)
    assert outcome.error is None
    return {offset for edit in outcome.edits for offset in range(edit.span.start, edit.span.end)}


@pytest.mark.parametrize("way", WAYS)
def test_what_is_found_plain_is_found_disguised(way: str, scrubber: Scrubber) -> None:
    wanted = hit = 0
    missed = []
    for before, span, behind in [*_cases(), *PLAIN]:
        disguised = WAYS[way](span)
        removed = _removed(scrubber, before + disguised + behind)
        inside = [at for at, char in enumerate(disguised, len(before)) if char.isalnum()]
        found = sum(at in removed for at in inside)
        wanted, hit = wanted + len(inside), hit + found
        if found < len(inside):
            missed.append((disguised[:40], found, len(inside)))
    assert wanted
    assert hit / wanted >= LEAST_RECALL, missed


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("text", HONEST)
def test_disguises_do_not_make_honest_text_an_advert(way: str, text: str, scrubber: Scrubber) -> None:
    assert not _removed(scrubber, WAYS[way](text))


@pytest.mark.parametrize("way", WAYS)
def test_every_way_changes_the_spelling(way: str) -> None:
    plain = "人一x0个小说网站 abc 1"
    assert WAYS[way](plain) != plain


@pytest.mark.parametrize(
    "text",
    [
        "wＷw．example。net",
        "w w w. exa mple. n et",
        "t.xt`青~灯+小/说",
        "examplе",
        "青\u200b灯",
        "www、example.net",
        "example。com",
        "＼青＝灯＊＊小／说＾网％",
    ],
)
def test_disguised_spelling_is_told(text: str) -> None:
    assert is_disguised(text)


@pytest.mark.parametrize(
    "text",
    [
        "www.example.com",
        "http://www.example.com/a/b.html",
        "小 说 天 地",
        "短篇·小说·散文",
        "甲、乙、丙、丁",
        "The planet is far away.",
        "ｗｗｗ．ｅｘａｍｐｌｅ．ｃｏｍ",
        "最新章节，在线阅读",
        "TNFα与5μm",
    ],
)
def test_plain_spelling_shows_no_sign(text: str) -> None:
    assert not is_disguised(text)


def test_healing_drops_what_tears_and_keeps_punctuation() -> None:
    view = heal(fold("他说：下·面·是*松·果：网~站。好的"))
    assert view.text == "他说:下面是松果:网站。好的"
    at = view.text.index("松果")
    assert view.to_text(ViewSpan.of(at, at + 2)) == fold("他说：下·面·是*松·果").to_text(ViewSpan.of(9, 12))


@pytest.mark.parametrize("text", ["1 2 3 4 5 6", "a b c d e f", "第一节 总则", "甲、乙、丙、丁、戊、己"])
def test_healing_leaves_numbers_letters_and_lists(text: str) -> None:
    assert heal(fold(text)).text == fold(text).text


def test_entities_decode_as_html_does() -> None:
    assert html.unescape(_entities("本站网址")) == "本站网址"
