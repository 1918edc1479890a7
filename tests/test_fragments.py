"""Headings that divide a compilation divide it exactly; headings inside one text do not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.fragments import BACK, FRONT, at, cut_back, split
from scrubber.headings import number

SEEDS = Path(__file__).parent.parent / "fixtures" / "seeds"
GOLD = [json.loads(line) for line in (SEEDS / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
HAN = "一二三四五六七八九十"
PROSE = "今年以来，全镇上下认真落实各项部署，工作取得明显成效。\n"
BODY = PROSE * 3


def parts(text: str) -> list[str]:
    """The parts of a text, without covers; checks that all fragments tile it."""
    fragments = split(text)
    assert "".join(text[fragment.span.start : fragment.span.end] for fragment in fragments) == text
    assert [fragment.index for fragment in fragments if fragment.index > 0] == list(
        range(1, sum(fragment.index > 0 for fragment in fragments) + 1)
    )
    return [text[fragment.span.start : fragment.span.end] for fragment in fragments if fragment.index > 0]


@pytest.mark.parametrize("gold", GOLD, ids=lambda gold: gold["id"])
def test_the_seeds_divide_where_an_editor_divided_them(gold: dict) -> None:  # type: ignore[type-arg]
    text = (SEEDS / gold["file"]).read_bytes().decode("utf-8")
    starts = [fragment.span.start for fragment in split(text) if fragment.index > 0]
    assert starts == [fragment["start"] for fragment in gold["fragments"]]


NUMBERED = {
    "unit first": "篇{han}",
    "unit first, digits, title": "篇{digit}：乡镇工作总结",
    "ordinal": "第{digit}篇",
    "ordinal with title": "第{han}篇 关于防汛工作的汇报",
    "boxed ordinal": "【第{han}篇】",
    "boxed unit": "【篇{han}】",
    "sample": "范文{han}",
    "sample with colon": "优秀范文{digit}：",
    "traditional sample": "範文{han}：防汛工作總結",
    "item": "【第{han}则】",
    "title and unit": "乡镇防汛工作总结篇{digit}",
    "title and boxed unit": "乡镇防汛工作总结（篇{han}）",
    "title and sample": "乡镇防汛工作总结范文{digit}",
    "title and number": "乡镇防汛工作总结{digit}",
    "title and boxed number": "乡镇防汛工作总结（{han}）",
    "full titles": "{han}、在全镇防汛工作会议上的讲话",
    "full titles, digits": "{digit}．在全镇防汛工作会议上的讲话",
    "decorated": "★★第{digit}篇★★",
    "indented": "\u3000\u3000篇{digit}：防汛总结",
}


@given(
    form=st.sampled_from(sorted(NUMBERED)),
    bodies=st.lists(st.integers(1, 4), min_size=2, max_size=10),
    newline=st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\u2028"]),
    front=st.sampled_from(["", "全镇防汛工作总结汇编\n", "防汛材料精选\n\n"]),
)
@settings(max_examples=150, deadline=None)
def test_numbered_texts_come_apart_exactly(form: str, bodies: list[int], newline: str, front: str) -> None:
    headings = [NUMBERED[form].format(han=HAN[place], digit=place + 1) for place in range(len(bodies))]
    expected = [
        (heading + "\n" + PROSE * count).replace("\n", newline) for heading, count in zip(headings, bodies, strict=True)
    ]
    text = front.replace("\n", newline) + "".join(expected)
    assert parts(text) == expected
    assert (split(text)[0].index == FRONT) == bool(front)


def test_bare_numbers_divide_when_parts_open_like_texts() -> None:
    expected = [f"（{HAN[place]}）\n柳叶书屋收录\n{PROSE * 4}" for place in range(4)]
    assert parts("".join(expected)) == expected


def test_bare_numbers_divide_when_a_collection_is_announced() -> None:
    expected = [f"（{HAN[place]}）\n{PROSE * 3}" for place in range(3)]
    assert parts("防汛工作总结三篇\n" + "".join(expected)) == expected


def test_as_many_titles_as_announced_divide() -> None:
    expected = [f"{year}年防汛工作总结\n{PROSE * 3}一、存在问题\n{PROSE}" for year in ("2020", "2021", "2022")]
    assert parts("防汛工作总结3篇\n" + "".join(expected)) == expected
    fewer = "防汛工作总结5篇\n" + "".join(expected)
    assert parts(fewer) == [fewer]


@pytest.mark.parametrize("form", ["其{}", "之{}：", "例{}", "Part {}", "NO.{}", "{}、", "（{}）"])
def test_lone_marks_divide_an_announced_collection(form: str) -> None:
    expected = [f"{form.format(place)}\n{PROSE * 3}" for place in "一二三"]
    assert parts("防汛短文选集\n" + "".join(expected)) == expected


def test_titles_with_their_own_audience_divide() -> None:
    expected = [
        f"在全镇防汛工作会议上的讲话\n（2021年3月5日）\n同志们：\n{BODY}",
        f"在秋收動員大會上的講話\n各位代表、同志們:\n{BODY}",
        f"开学典礼上的致辞\n\n老师们、同学们！\n{BODY}",
    ]
    assert parts("".join(expected)) == expected


def test_an_announced_pair_with_one_text_left_is_one_text() -> None:
    text = f"在全镇防汛工作会议上的讲话（两篇）\n同志们：\n{BODY}"
    assert parts(text) == [text]


def test_a_table_of_contents_is_no_series_of_texts() -> None:
    contents = "".join(f"篇{place}：防汛总结\n" for place in range(1, 5))
    expected = [f"篇{place}：防汛总结\n{BODY}" for place in range(1, 5)]
    assert parts("目录\n" + contents + "".join(expected)) == expected


def test_a_lost_heading_joins_two_parts_and_nothing_else() -> None:
    expected = [f"篇一\n{BODY}", f"篇二\n{BODY}" + BODY, f"篇四\n{BODY}"]
    assert parts("".join(expected)) == expected


def test_sections_inside_the_parts_stay_inside() -> None:
    inner = "".join(f"{HAN[i]}、加强领导\n（一）明确责任\n{PROSE}（二）抓好落实\n{PROSE}" for i in range(3))
    expected = [f"篇{place}\n{inner}" for place in range(1, 4)]
    assert parts("".join(expected)) == expected


SINGLE = {
    "sections": "".join(f"{HAN[i]}、加强组织领导\n{PROSE}（一）明确责任。\n（二）抓好落实。\n" for i in range(4)),
    "sections named like documents": f"一、上半年工作总结\n{BODY}二、下半年工作计划\n{BODY}",
    "chapters": "".join(f"第{HAN[i]}章 风雨夜\n　　“你来了？”他问。\n{PROSE}" for i in range(5)),
    "book in parts": "".join(f"第{HAN[i]}篇 总论\n第一章 起源\n{BODY}第二章 流变\n{BODY}" for i in range(3)),
    "novel sections": "".join(f"（{HAN[i]}）\n　　夜里下了一场雨，他在灯下坐了很久。\n{PROSE}" for i in range(4)),
    "poem": "".join(f"{HAN[i]}\n你来了\n花开到深红\n绿萍遮住池塘\n上一层晓梦\n" for i in range(4)),
    "prose about pieces": f"第一篇报道发表后，反响很大。\n{BODY}第二篇报道发表后，更是如此。\n{BODY}",
    "attachments": f"附件1\n{BODY}附件2\n{BODY}附件3\n{BODY}",
    "salutation in mid-speech": f"在会议上的讲话\n同志们：\n{BODY}同志们：\n{BODY}朋友们！\n{BODY}",
    "list": "1、土豆\n2、白菜\n3、鸡蛋\n",
    "page numbers": "防汛工作资料汇编\n" + "".join(f"{PROSE * 3}{page}\n" for page in range(1, 6)),
    "one piece": f"篇一\n{BODY}",
    "wrong order": f"篇三\n{BODY}篇七\n{BODY}",
    "plain": BODY,
    "no line end": "一篇短文",
    "blank": "\n \n",
}


@pytest.mark.parametrize("text", SINGLE.values(), ids=SINGLE)
def test_one_text_stays_one_fragment(text: str) -> None:
    assert parts(text) == [text]
    assert split(text)[0].index == 1


def test_an_empty_text_has_no_fragment() -> None:
    assert split("") == ()


@given(st.text(st.sampled_from("篇第一二三1２（）【】、：\n\r 范文讲话同志们。，在的上甲"), max_size=200))
@settings(max_examples=300, deadline=None)
def test_fragments_tile_any_text(text: str) -> None:
    assert "".join(parts(text)) in text


def test_ten_thousand_parts_and_one_enormous_part() -> None:
    text = "".join(f"防汛工作总结篇{place}\n{PROSE}" for place in range(1, 10_001))
    assert len(parts(text)) == 10_000
    huge = f"篇一\n{'水' * 8_000_000}\n篇二\n{BODY}"
    assert [len(part) for part in parts(huge)] == [8_000_004, len(f"篇二\n{BODY}")]


def test_titles() -> None:
    text = f"防汛材料 汇编\n篇一：防汛总结\n{BODY}篇二\n{BODY}防汛工作总结篇三\n{BODY}"
    assert [fragment.title for fragment in split(text)] == ["防汛材料 汇编", "防汛总结", "篇二"]
    assert [fragment.title for fragment in split(f"【第一则】\n防汛总结\n{BODY}【第二则】\n抗旱总结\n{BODY}")] == [
        "防汛总结",
        "抗旱总结",
    ]
    assert split(f"广告，勿外传\n关于防汛工作的通知\n{BODY}")[0].title == "关于防汛工作的通知"


def test_the_tail_of_a_compilation_is_cut_off_and_that_of_a_single_text_is_not() -> None:
    text = f"篇一\n{BODY}篇二\n{BODY}推荐访问：防汛"
    cut = cut_back(split(text), text.index("推荐"))
    assert [fragment.index for fragment in cut] == [1, 2, BACK]
    assert text[cut[-1].span.start : cut[-1].span.end] == "推荐访问：防汛"
    assert cut[1].span.end == cut[2].span.start
    assert cut_back(split(BODY), 10) == split(BODY)
    assert cut_back(split(text), 0) == split(text)


def test_at_finds_the_fragment_of_an_offset() -> None:
    text = f"篇一\n{BODY}篇二\n{BODY}"
    fragments = split(text)
    assert [at(fragments, fragment.span.start) for fragment in fragments] == list(fragments)
    assert at(fragments, len(text) - 1) == fragments[-1]
    assert at(fragments, len(text)) is None


@pytest.mark.parametrize(
    ("ordinal", "value"),
    [("十", 10), ("十二", 12), ("二十", 20), ("二〇", 20), ("一百零五", 105), ("７", 7), ("兩", 2), ("1024", 1024)],
)
def test_numbers(ordinal: str, value: int) -> None:
    assert number(ordinal) == value
