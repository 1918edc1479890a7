"""The index misses no shared run of 49 characters, grows in any steps, survives its file, measures what it finds."""

from __future__ import annotations

import io
import random
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.errors import LedgerError
from scrubber.fragments import split
from scrubber.similarity import GUARANTEED, Index, compare
from scrubber.similarity_text import GRAM, WINDOW, fingerprints, longest_run, normalise

SEED = Path(__file__).parent.parent / "fixtures" / "seeds" / "001_c16298974d168fd3.txt"
HAN = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]


def han(rng: random.Random, length: int) -> str:
    return "".join(rng.choices(HAN, k=length))


@pytest.fixture(scope="module")
def parts() -> dict[str, str]:
    text = SEED.read_bytes().decode("utf-8")
    return {str(part.index): text[part.span.start : part.span.end] for part in split(text) if part.index > 0}


def same(one: str, other: str) -> bool:
    return normalise(one)[0].tolist() == normalise(other)[0].tolist()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2023年，全市完成XX项", "****年全市完成７８项"),
        ("經濟發展，穩中有進。", "经济发展 稳中有进"),
        ("ＡＢＣ工程", "abc工程"),
        ("某市×区", "**市X区"),
        ("一\r\n二\u3000三", "一二三"),
        ("", "，。！"),
    ],
)
def test_spellings_of_one_text_are_one_when_normalised(one: str, other: str) -> None:
    assert same(one, other)


def test_different_words_stay_different() -> None:
    assert not same("全市完成三项", "全市完成四项")
    assert not same("甲市", "乙市")


def test_places_point_at_the_characters_they_came_from() -> None:
    text = "  2023 年，“經濟”😀发展"
    _, places = normalise(text)
    assert "".join(text[place] for place in places.tolist()) == "2年經濟发展"


@given(
    seed=st.integers(0, 10_000),
    length=st.integers(GUARANTEED, 3 * GUARANTEED),
    before=st.integers(0, 120),
    after=st.integers(0, 120),
)
@settings(max_examples=80, deadline=None)
def test_every_shared_run_of_the_guaranteed_length_makes_a_candidate(
    seed: int, length: int, before: int, after: int
) -> None:
    rng = random.Random(seed)
    run = han(rng, length)
    index = Index()
    index.add([("other", han(rng, 300)), ("source", han(rng, before) + run + han(rng, after))])
    disguised = "，\n".join(run[i : i + 7] for i in range(0, len(run), 7))
    (found,) = index.candidates([han(rng, after) + disguised + han(rng, before)])
    assert "source" in found


def test_fingerprints_are_those_of_the_definition() -> None:
    rng = random.Random(7)
    texts = [han(rng, length) for length in (0, GRAM - 1, GRAM, 30, GUARANTEED - 1, GUARANTEED, 200, 70_000)]
    owners, hashes = fingerprints(texts)
    for number, text in enumerate(texts[:-1]):
        grams = [fingerprints([text[i : i + GRAM]])[1][0] for i in range(len(text) - GRAM + 1)]
        windows = [grams[i : i + WINDOW] for i in range(max(len(grams) - WINDOW + 1, min(len(grams), 1)))]
        assert set(hashes[owners == number].tolist()) == {min(window) for window in windows}
    assert 0.8 < (owners == len(texts) - 1).sum() / (70_000 * 2 / (WINDOW + 1)) < 1.2


def test_growing_in_steps_is_the_same_as_at_once() -> None:
    rng = random.Random(3)
    entries = [(str(number), han(rng, rng.randrange(400))) for number in range(60)]
    entries += [(f"copy{number}", entries[number][1][:200]) for number in range(20)]
    at_once, stepwise = Index(), Index()
    at_once.add(entries)
    for entry in entries:
        stepwise.add([entry])
        stepwise.add([entry])
    texts = [text for _, text in entries]
    assert len(stepwise) == len(entries)
    assert stepwise.candidates(texts) == at_once.candidates(texts)
    files = io.BytesIO(), io.BytesIO()
    at_once.save(files[0])
    stepwise.save(files[1])
    assert files[0].getvalue() == files[1].getvalue()


def test_a_saved_index_answers_and_grows_as_before() -> None:
    rng = random.Random(4)
    entries = [(f"k{number}", han(rng, 300)) for number in range(10)] + [("odd", "\ud800孤" + han(rng, 90))]
    index, file = Index(), io.BytesIO()
    index.add(entries)
    index.save(file)
    file.seek(0)
    loaded = Index.load(file)
    assert loaded.text("odd") == entries[-1][1]
    for grown in (index, loaded):
        grown.add([("new", entries[3][1][50:250])])
    texts = [text for _, text in entries]
    assert loaded.candidates(texts) == index.candidates(texts)
    assert "new" in loaded.candidates(texts)[3]


def saved() -> bytes:
    index, file = Index(), io.BytesIO()
    index.add([("a", "今年以来全区上下认真贯彻落实各项决策部署" * 5)])
    index.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda data: data[:-5], "damaged"),
        (lambda data: data[:-1] + bytes([data[-1] ^ 1]), "damaged"),
        (lambda data: data[:30], "damaged"),
        (lambda data: b"something else\n" + data, "no similarity index"),
        (lambda data: data[:0], "no similarity index"),
        (lambda data: data.replace(b'"version": 1', b'"version": 9'), "version 9"),
    ],
    ids=["cut", "flipped", "cut in the head", "foreign", "empty", "newer"],
)
def test_a_bad_file_is_refused(damage, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LedgerError, match=message):
        Index.load(io.BytesIO(damage(saved())))


def test_an_index_made_with_another_table_is_computed_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved()
    monkeypatch.setattr("scrubber.similarity.table_digest", lambda: "another")
    loaded = Index.load(io.BytesIO(data))
    assert loaded.candidates([loaded.text("a")])[0]["a"] > 0


def test_the_parts_of_the_first_seed_are_as_alike_as_measured(parts: dict[str, str]) -> None:
    likeness = {pair: compare(pair[0], parts[pair[0]], pair[1], parts[pair[1]]) for pair in combinations(parts, 2)}
    assert {pair for pair, edge in likeness.items() if edge.raw >= 0.95} == {("3", "9"), ("5", "7")}
    assert round(likeness["3", "9"].raw, 3) == 0.990
    assert round(likeness["5", "7"].raw, 3) == 0.997
    crossing = [likeness[pair] for pair in (("3", "5"), ("3", "7"), ("5", "9"), ("7", "9"))]
    assert all(0.85 < edge.raw < 0.87 for edge in crossing)
    assert all(0.93 < edge.normal < 0.95 for edge in crossing)
    assert all(edge.normal < 0.05 for pair, edge in likeness.items() if not set(pair) <= set("3579"))


def test_edges_are_measured_pairs_only(parts: dict[str, str]) -> None:
    """A and B overlap, B and C overlap: no edge between A and C."""
    text = parts["3"]
    chain = [("a", text[:4000]), ("b", text[1500:5500]), ("c", text[4200:8000])]
    index = Index()
    index.add(chain)
    found = {edge.key + edge.other for edges in index.edges(chain, least=0.2) for edge in edges}
    assert {"ab", "bc"} <= found
    assert not {"ac", "ca"} & found
    assert not {"aa", "bb", "cc"} & found


def test_edges_come_from_the_allowed_texts_best_first(parts: dict[str, str]) -> None:
    index = Index()
    index.add(parts.items())
    (all_edges,) = index.edges([("5", parts["5"])])
    assert all_edges[0].other == "7"
    assert {edge.other for edge in all_edges} == {"3", "7", "9"}
    (some,) = index.edges([("5", parts["5"])], among=frozenset({"3"}))
    assert [edge.other for edge in some] == ["3"]


def test_a_piece_is_compared_as_a_piece(parts: dict[str, str]) -> None:
    piece, whole = parts["6"][2000:4000], parts["6"]
    edge = compare("piece", piece, "whole", whole)
    assert edge.cut
    assert edge.raw == edge.inner == 1.0
    assert not compare("whole", whole, "piece", piece).cut
    assert compare("whole", whole, "piece", piece).raw < 0.4


def test_inner_likeness_ignores_titles_and_sees_redactions(parts: dict[str, str]) -> None:
    text = parts["6"][1000:3000]
    titled = compare("a", "范文三\n" + text + "\n谢谢大家", "b", text)
    redacted = compare("a", text.replace("的", "X"), "b", text)
    assert titled.inner == 1.0
    assert redacted.inner < 0.97


@given(
    seed=st.integers(0, 10_000),
    length=st.integers(1, 60),
    gaps=st.tuples(*[st.integers(0, 40)] * 4),
)
@settings(max_examples=60, deadline=None)
def test_the_longest_run_is_the_planted_one(seed: int, length: int, gaps: tuple[int, ...]) -> None:
    rng = random.Random(seed)
    pool = rng.sample(HAN, length + sum(gaps))
    run, rest = "".join(pool[:length]), iter(pool[length:])
    before, after, other_before, other_after = ("".join(next(rest) for _ in range(gap)) for gap in gaps)
    found = longest_run(before + run + after, other_before + run + other_after)
    assert tuple(found) == (len(before), length, len(other_before), length)


def test_a_longest_run_skips_what_normalising_drops() -> None:
    run = longest_run("开头：经济、发展 稳中有进。尾", "經濟發展，\n稳中有进")
    assert ("开头：经济、发展 稳中有进。尾"[run.start : run.start + run.length], run.other_start) == (
        "经济、发展 稳中有进",
        0,
    )
    assert longest_run("甲乙丙", "丁戊己").length == 0
    assert longest_run("", "甲").length == 0
