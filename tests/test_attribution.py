"""What a document says about its fragments: scope, rank, conflict, silence. And what copies say about silent ones."""

from __future__ import annotations

import itertools
import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from scrubber import Scrubber, marks
from scrubber.attribution import asserted, attribute, silent
from scrubber.fragments import BACK, FRONT, split
from scrubber.likeness import Origin, Part, across, duplicates, parts, within
from scrubber.model import Action, Evidence, Finding, Fragment, Kind, Safety, TextSpan
from scrubber.similarity import Index
from scrubber.sites import Site, Sites

SEEDS = Path(__file__).parent.parent / "fixtures" / "seeds"
SEED_ROWS = [json.loads(line) for line in (SEEDS / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
PROSE = "今年以来，全镇上下认真落实各项部署，工作取得明显成效。\n"
TWO_PARTS = f"防汛总结汇编\n篇一\n{PROSE * 3}篇二\n{PROSE * 3}"


def finding(text: str, needle: str, kind: Kind, named: str | None, /, **captures: str) -> Finding:
    start = text.index(needle)
    span = TextSpan.of(start, start + len(needle))
    return Finding(f"rule-{kind}", kind, Action.REMOVE, Safety.SAFE, span, needle, site=named, captures=captures)


def sites(fragments: tuple[Fragment, ...]) -> dict[int, str | None]:
    return {fragment.index: fragment.site for fragment in fragments}


def test_an_inline_mark_speaks_for_its_fragment_only() -> None:
    text = TWO_PARTS + "（柳叶书屋）\n" + PROSE
    told = attribute(split(text), [finding(text, "（柳叶书屋）", Kind.WATERMARK_INLINE, "柳叶书屋")], text)
    assert sites(told) == {FRONT: None, 1: None, 2: "柳叶书屋"}
    assert told[2].evidence[0].type == "watermark"
    assert 0.9 < told[2].confidence < 1


@pytest.mark.parametrize(("kind", "needle"), [(Kind.HEADER, "篇一"), (Kind.CREDIT, "防汛"), (Kind.CONTACT, "汇编")])
def test_a_header_and_the_cover_speak_for_every_part(kind: Kind, needle: str) -> None:
    told = attribute(split(TWO_PARTS), [finding(TWO_PARTS, needle, kind, "柳叶书屋")], TWO_PARTS)
    assert {told[1].site, told[2].site} == {"柳叶书屋"}


def test_a_header_inside_a_later_part_speaks_for_that_part() -> None:
    told = attribute(split(TWO_PARTS), [finding(TWO_PARTS, "篇二", Kind.HEADER, "柳叶书屋")], TWO_PARTS)
    assert sites(told) == {FRONT: None, 1: None, 2: "柳叶书屋"}


def test_a_name_says_more_than_an_address() -> None:
    text = PROSE + "原文 liuye.example 柳叶书屋\n"
    address = finding(text, "原文 liuye.example", Kind.REPOST_NOTICE, "liuye.example")
    header = finding(text, "柳叶书屋", Kind.HEADER, "柳叶书屋")
    assert attribute(split(text), [address, header], text)[0].site == "柳叶书屋"
    assert attribute(split(text), [address], text)[0].site == "liuye.example"


def test_what_a_part_says_itself_outweighs_the_header() -> None:
    text = "青竹文库\n" + TWO_PARTS + "松涛整理\n"
    findings = [
        finding(text, "青竹文库", Kind.HEADER, "青竹文库"),
        finding(text, "松涛整理", Kind.CREDIT, "松涛文稿"),
    ]
    told = attribute(split(text), findings, text)
    assert sites(told) == {FRONT: None, 1: "青竹文库", 2: "松涛文稿"}
    assert [evidence.site for evidence in told[2].evidence] == ["松涛文稿", "青竹文库"]


def test_conflicts_are_kept_and_ranked_in_any_order() -> None:
    text = PROSE + "甲站 乙站 甲店 "
    findings = [
        finding(text, "甲站", Kind.CREDIT, "甲站"),
        finding(text, "乙站", Kind.CREDIT, "乙站"),
        finding(text, "甲店", Kind.WATERMARK_INLINE, "甲站"),
    ]
    results = {attribute(split(text), order, text) for order in itertools.permutations(findings)}
    assert len(results) == 1
    (told,) = results.pop()
    assert told.site == "甲站"
    assert [evidence.site for evidence in told.evidence] == ["甲站", "甲站", "乙站"]
    alone = attribute(split(text), findings[:1], text)[0]
    assert told.confidence < alone.confidence


def test_two_adverts_do_not_outweigh_a_credit() -> None:
    text = PROSE + "甲站 乙站 乙店 "
    findings = [
        finding(text, "甲站", Kind.CREDIT, "甲站"),
        finding(text, "乙站", Kind.PROMO, "乙站"),
        finding(text, "乙店", Kind.PROMO, "乙站"),
    ]
    assert attribute(split(text), findings, text)[0].site == "甲站"


def test_where_a_text_is_from_says_more_than_whom_its_readers_are_to_follow() -> None:
    text = PROSE + "甲站| 关注乙号"
    title = replace(finding(text, "甲站|", Kind.HEADER, "甲站"), action=Action.FLAG, confidence=0.6)
    call = finding(text, "关注乙号", Kind.CONTACT, "乙号")
    told = attribute(split(text), [title, call], text)[0]
    assert (told.site, {evidence.site for evidence in told.evidence}) == ("甲站", {"甲站", "乙号"})
    assert attribute(split(text), [call], text)[0].site == "乙号"


def test_an_advert_with_a_name_says_more_than_an_address_and_that_more_than_an_account_of_any_name() -> None:
    text = PROSE + "liuye.example 柳叶书屋 查询大全"
    address = finding(text, "liuye.example", Kind.WATERMARK_INLINE, "liuye.example", url="liuye.example")
    advert = finding(text, "柳叶书屋", Kind.PROMO, "柳叶书屋", site="柳叶书屋")
    account = finding(text, "查询大全", Kind.CONTACT, "查询大全", account="查询大全")
    assert attribute(split(text), [address, advert, account], text)[0].site == "柳叶书屋"
    assert attribute(split(text), [address, account], text)[0].site == "liuye.example"


def test_nothing_known_is_said_as_such() -> None:
    text = PROSE + "网站小编推荐 Q 5551234"
    assert attribute(split(PROSE), [], PROSE)[0].evidence == ()
    told = attribute(split(text), [finding(text, "网站小编推荐", Kind.LEAD_IN, None)], text)
    assert (told[0].site, told[0].confidence) == (None, 0.0)
    assert [(evidence.type, evidence.site) for evidence in told[0].evidence] == [("lead-in", None)]
    told = attribute(split(text), [finding(text, "Q 5551234", Kind.CREDIT, None, qq="5551234")], text)
    assert told[0].site is None
    assert [(evidence.type, evidence.text) for evidence in told[0].evidence] == [("contact", "Q 5551234")]


def test_the_record_of_a_crawl_is_evidence_but_weaker_than_the_text() -> None:
    known = Sites([Site("大广场", domains=("plaza.example",))])
    record = {"url": "https://www.plaza.example/a/1", "text": "…"}
    told = attribute(split(PROSE), [], PROSE, record, known)
    assert (told[0].site, told[0].evidence[0].type) == ("大广场", "url")
    text = PROSE + "柳叶整理"
    told = attribute(split(text), [finding(text, "柳叶整理", Kind.CREDIT, "柳叶书屋")], text, record, known)
    assert [evidence.site for evidence in told[0].evidence] == ["柳叶书屋", "大广场"]
    assert attribute(split(PROSE), [], PROSE, {"source": "原创"}, known)[0].site is None
    assert attribute(split(PROSE), [], PROSE, {"source": "晨钟日报"}, known)[0].site == "晨钟日报"


def test_closing_links_are_cut_off_a_compilation_only() -> None:
    text = TWO_PARTS + "\n推荐访问：防汛 抗旱\n\n相关链接：甲站\n"
    links = [
        finding(text, "推荐访问：防汛 抗旱", Kind.TAIL_LINKS, None),
        finding(text, "相关链接：甲站", Kind.TAIL_LINKS, None),
    ]
    told = attribute(split(text), links, text)
    assert [fragment.index for fragment in told] == [FRONT, 1, 2, BACK]
    assert told[-1].span.start == text.index("推荐访问")
    single = PROSE + "推荐访问：防汛 抗旱"
    assert len(attribute(split(single), [finding(single, "推荐访问：防汛 抗旱", Kind.TAIL_LINKS, None)], single)) == 1


def test_invisible_marks_are_evidence_without_a_site() -> None:
    text = PROSE + "\ufeff" + marks.encode(marks.MAGIC + b"\x01\0\0\0\0")
    (told,) = attribute(split(text), [], text)
    assert [(evidence.type, evidence.site) for evidence in told.evidence] == [("mark", None)]
    assert told.site is None


def of_gold(gold: dict) -> tuple[str, list[Finding]]:  # type: ignore[type-arg]
    text = (SEEDS / gold["file"]).read_bytes().decode("utf-8")
    findings = [
        Finding(
            "gold",
            Kind(span["kind"]),
            Action.REMOVE,
            Safety.SAFE,
            TextSpan.of(span["start"], span["end"]),
            span["text"],
            site=span.get("site"),
        )
        for span in gold["spans"]
    ]
    return text, findings


@pytest.mark.parametrize("gold", SEED_ROWS, ids=lambda gold: gold["id"])
def test_the_seeds_come_out_as_an_editor_read_them(gold: dict) -> None:  # type: ignore[type-arg]
    text, findings = of_gold(gold)
    told = [f for f in within("seed", text, attribute(split(text), findings, text), findings) if f.index > 0]
    assert [(f.span.start, f.span.end, f.site) for f in told] == [
        (f["start"], f["end"], f["site"]) for f in gold["fragments"]
    ]
    for fragment, wanted in zip(told, gold["fragments"], strict=True):
        copies = [evidence for evidence in fragment.evidence if evidence.type == "near-duplicate"]
        assert bool(copies) == str(wanted["evidence"]).startswith("near-duplicate")
        for evidence in copies:
            assert wanted["evidence"] == f"near-duplicate of fragment {evidence.from_fragment}"
            assert evidence.from_path == "seed"
            assert evidence.similarity is not None
            assert 0.99 < evidence.similarity <= 1


HAN = [chr(code) for code in range(0x4E00, 0x4E00 + 2000)]


def speech(seed: int, length: int = 1200) -> str:
    """Made-up text with a figure every thirty characters."""
    rng = random.Random(seed)
    return "".join("".join(rng.choices(HAN, k=30)) + str(rng.randint(10, 999)) for _ in range(length // 32))


def redacted(text: str, mark: str) -> str:
    return "".join(mark if char.isdigit() else char for char in text)


def part(path: str, text: str, site: str | None = None) -> Part:
    evidence = (Evidence("credit", site),) if site else ()
    return Part(path, Fragment(1, TextSpan.of(0, len(text)), "", site, 0.9 if site else 0.0, evidence), text)


def told(
    documents: list[Part], index: Index | None = None, known: dict[str, Origin] | None = None
) -> dict[str, str | None]:
    return {found.path: found.fragment.site for found in across(documents, index or Index(), known)}


def test_an_unmarked_copy_takes_the_site_of_the_version_that_it_repeats() -> None:
    text = speech(1)
    documents = [
        part("a", redacted(text, "X"), "甲站"),
        part("b", redacted(text, "*"), "乙站"),
        part("c", "范文\n" + redacted(text, "*")),
    ]
    (evidence,) = across(documents, Index())[2].fragment.evidence
    assert (evidence.type, evidence.site, evidence.from_path, evidence.from_fragment) == (
        "near-duplicate",
        "乙站",
        "b",
        "1",
    )
    assert evidence.similarity is not None
    assert evidence.similarity > 0.95


@pytest.mark.parametrize(
    "documents",
    [
        [part("a", redacted(speech(2), "X"), "甲站"), part("c", redacted(speech(2), "*"))],
        [part("a", speech(3), "甲站"), part("b", speech(3), "乙站"), part("c", speech(3))],
        [part("a", speech(4), "甲站"), part("c", speech(5))],
        [part("a", speech(6)), part("c", speech(6))],
        [part("a", "谢谢大家，祝大家工作顺利", "甲站"), part("c", "谢谢大家，祝大家工作顺利")],
        [part("a", speech(7)[:600], "甲站"), part("c", speech(7) + speech(8))],
    ],
    ids=["another redaction", "two sites, one text", "unrelated", "no marked copy", "formula", "holds a marked piece"],
)
def test_it_stays_silent_where_nothing_can_be_known(documents: list[Part]) -> None:
    assert told(documents)["c"] is None


def test_two_sites_with_one_text_are_both_shown() -> None:
    documents = [part("a", speech(3), "甲站"), part("b", speech(3), "乙站"), part("c", speech(3))]
    evidence = across(documents, Index())[2].fragment.evidence
    assert sorted(str(found.site) for found in evidence) == ["乙站", "甲站"]


def test_a_piece_takes_the_site_of_the_whole() -> None:
    assert told([part("a", speech(9), "甲站"), part("c", speech(9)[300:900])])["c"] == "甲站"


def test_a_site_that_the_text_names_is_never_overridden() -> None:
    documents = [part("a", speech(10), "甲站"), part("c", speech(10), "乙站")]
    assert across(documents, Index()) == documents


def test_guesses_do_not_travel() -> None:
    """B copies marked A; C is like B but not like A: C stays silent."""
    text = speech(11, 2400)
    other = text[: len(text) // 2] + speech(12, 1200)
    first = across([part("a", text, "甲站"), part("b", text)], Index())
    assert told([*first, part("c", other)]) == {"a": "甲站", "b": "甲站", "c": None}


def test_the_answer_does_not_depend_on_the_order() -> None:
    documents = [part(f"m{i}", redacted(speech(20 + i % 3), "X*×"[i % 2]), f"站{i}") for i in range(6)]
    documents += [part(f"u{i}", redacted(speech(20 + i % 3), "X*×"[i % 2])) for i in range(6)]
    expected = {found.path: found.fragment for found in across(documents, Index())}
    assert any(fragment.site for path, fragment in expected.items() if path[0] == "u")
    for seed in range(3):
        shuffled = random.Random(seed).sample(documents, len(documents))
        assert {found.path: found.fragment for found in across(shuffled, Index())} == expected


def test_a_later_run_asks_what_earlier_runs_indexed() -> None:
    index = Index()
    across([part("a", speech(30), "甲站")], index)
    known = {"a#1": Origin("a", 1, "甲站", 0.9)}
    assert told([part("c", speech(30))], index, known) == {"c": "甲站"}
    assert told([part("c", speech(30))], index) == {"c": None}


def test_near_duplicates_are_listed_once_in_any_order_and_steps() -> None:
    texts = {
        "b": speech(40),
        "a": redacted(speech(40), "X"),
        "whole": speech(41),
        "z-piece": speech(41)[200:800],
        "other": speech(42),
    }
    expected = duplicates(list(texts.items()), Index())
    assert [(edge.key, edge.other, edge.cut) for edge in expected] == [("a", "b", False), ("z-piece", "whole", True)]
    assert duplicates(list(texts.items())[::-1], Index()) == expected
    index = Index()
    stepwise = [edge for entry in texts.items() for edge in duplicates([entry], index)]
    assert sorted(stepwise, key=lambda edge: edge.key) == expected


def test_traces_without_a_name_are_somebodys_and_a_copy_marked_by_another_does_not_speak_for_them() -> None:
    text = speech(50)
    marked = part("a", text, "甲站")
    added = Evidence("credit", None, "tail-tags", TextSpan.of(0, 2), "上一篇：…")
    traced = Part("b", replace(part("b", text).fragment, evidence=(added,)), text)
    assert told([marked, part("b", text)])["b"] == "甲站"
    assert told([marked, traced])["b"] is None
    assert not silent(traced.fragment)
    assert silent(replace(traced.fragment, evidence=(Evidence("mark"), Evidence("near-duplicate", "甲站"))))


def test_what_surrounds_a_compilation_without_a_name_leaves_its_parts_silent() -> None:
    text = "首页\n" + TWO_PARTS
    found = [finding(text, "首页", Kind.NAV, None)]
    assert all(silent(fragment) for fragment in attribute(split(text), found, text) if fragment.index > 0)
    single = "首页\n" + PROSE
    assert not silent(attribute(split(single), [finding(single, "首页", Kind.NAV, None)], single)[0])


def test_parts_are_compared_without_what_was_found_in_them() -> None:
    text = TWO_PARTS + "柳叶整理\n"
    found = finding(text, "柳叶整理\n", Kind.CREDIT, "柳叶书屋")
    pieces = parts("p", text, split(text), [found])
    assert [piece.fragment.index for piece in pieces] == [1, 2]
    assert pieces[1].text == f"篇二\n{PROSE * 3}"
    flagged = replace(found, action=Action.FLAG)
    assert parts("p", text, split(text), [flagged])[1].text.endswith("柳叶整理\n")


def test_asserted_means_by_the_text_itself() -> None:
    near = Evidence("near-duplicate", "甲站")
    fragment = Fragment(1, TextSpan.of(0, 1), "", "甲站", 0.5, (near,))
    assert not asserted(fragment)
    assert asserted(replace(fragment, evidence=(near, Evidence("header", "甲站"))))
    assert not asserted(replace(fragment, site=None))


def test_a_number_or_domain_is_the_brand_it_stands_beside_elsewhere_in_the_document() -> None:
    text = TWO_PARTS + "柳叶书屋 liuye.example Q 5551234\n" + PROSE
    findings = [
        finding(text, "篇一", Kind.CONTACT, None, qq="5551234"),
        finding(text, "篇二", Kind.WATERMARK_INLINE, "liuye.example", url="www.liuye.example"),
        finding(
            text,
            "柳叶书屋 liuye.example Q 5551234",
            Kind.CREDIT,
            "柳叶书屋",
            site="柳叶书屋",
            url="liuye.example",
            qq="5551234",
        ),
    ]
    told = attribute(split(text), findings, text)
    assert sites(told) == {FRONT: None, 1: "柳叶书屋", 2: "柳叶书屋"}
    assert [evidence.type for evidence in told[1].evidence] == ["contact"]


@pytest.mark.parametrize("gold", SEED_ROWS, ids=lambda gold: gold["id"])
def test_the_rules_lead_to_the_same_sites_as_the_editor(gold: dict) -> None:  # type: ignore[type-arg]
    outcome = Scrubber().scrub((SEEDS / gold["file"]).read_bytes(), source=gold["file"])
    told = [fragment.site for fragment in outcome.fragments if fragment.index > 0]
    assert told == [fragment["site"] for fragment in gold["fragments"]]


def test_two_names_of_equally_weak_evidence_name_nobody_and_both_are_shown() -> None:
    text = "关注甲站\n正文。\n关注乙站\n"
    first, second = (finding(text, f"关注{name}\n", Kind.PROMO, name) for name in ("甲站", "乙站"))
    (fragment,) = attribute(split(text), [first, second], text)
    assert (fragment.site, fragment.confidence) == (None, 0.0)
    assert {evidence.site for evidence in fragment.evidence} == {"甲站", "乙站"}


def test_the_library_takes_the_record_of_a_crawl() -> None:
    scrubber = Scrubber(builtin=False)
    record = {"url": "https://www.qingzhu.example/a/1.html", "source": "青竹文库"}
    (fragment,) = scrubber.scrub(PROSE, record=record).fragments
    assert fragment.site == "青竹文库"
    assert [evidence.type for evidence in fragment.evidence] == ["url", "url"]
    assert {evidence.text for evidence in fragment.evidence} == set(record.values())
    assert scrubber.scrub(PROSE).fragments[0].site is None
