"""The ledger: what is recorded comes back, once, and in an order of its own."""

from __future__ import annotations

import os
import pickle
import random
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scrubber.errors import LedgerError
from scrubber.ledger import Ledger, keys
from scrubber.ledger.records import DuplicateRecord, SiteRecord
from scrubber.model import (
    Action,
    Evidence,
    Finding,
    Fragment,
    Kind,
    Outcome,
    Reason,
    Rejection,
    Safety,
    TextSpan,
)
from tests.outcomes import outcome

if TYPE_CHECKING:
    from scrubber.ledger import Run

RULES = {"rule-a": "1" * 16, "rule-b": "2" * 16}


def begin(ledger: Ledger, **settings: object) -> Run:
    return ledger.begin("0.1", "f" * 16, settings, rules=RULES)


def with_fragments(done: Outcome, *fragments: Fragment) -> Outcome:
    return replace(done, fragments=fragments)


def sample(number: int) -> tuple[str, Outcome]:
    raw = f"text {number} AD more".encode()
    start = raw.index(b"AD")
    site = f"site-{number % 3}"
    done = outcome(raw, (start, start + 3, b"", "rule-a" if number % 2 else "rule-a+rule-b"), site=site)
    evidence = (Evidence("contact", site, "rule-a", TextSpan.of(start, start + 2), "AD"),)
    whole = Fragment(1, TextSpan.of(0, len(raw)), f"title {number}", site, 0.5, evidence)
    return f"docs/{number % 7}/{number}.txt", with_fragments(done, whole)


def test_everything_recorded_is_answered(tmp_path: Path) -> None:
    raw = "\ufeffone AD\r\ntwo QQ\r\n".encode()
    flag = Finding("rule-c", Kind.NAV, Action.FLAG, Safety.REVIEW, TextSpan.of(0, 3), "one", site="other")
    done = outcome(raw, (6, 9, b"", "rule-a"), (14, 17, b"-", "rule-b"), site="shop.example")
    done = replace(done, rejected=(Rejection(flag, Reason.FLAG, "winner"),), notes=("rule x was skipped",))
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        run = begin(ledger, review=False)
        document = ledger.record(run, "a.txt", done)
    with Ledger.open(tmp_path / "ledger.db", readonly=True) as ledger:
        (record,) = ledger.document("a.txt")
        assert (record.id, record.size, record.clean_size, record.newline) == (
            document,
            len(raw),
            len(done.bytes),
            "crlf",
        )
        assert (record.encoding, record.error, record.notes, record.changed) == (
            "latin-1",
            None,
            ("rule x was skipped",),
            True,
        )
        assert ledger.cleaned_to(record.clean) == ledger.originally(record.raw) == [record]
        assert ledger.documents_named("a.txt") == list(ledger.each_document(run.id)) == [record]
        edits = ledger.edits(document)
        assert [edit[:6] for edit in edits] == [(0, 6, 9, 6, b" AD", b""), (1, 14, 17, 11, b" QQ", b"-")]
        assert [edit.rules for edit in edits] == [("rule-a",), ("rule-b",)]
        first, second, third = ledger.findings_of_document(document)
        assert (first.rule, first.edit, first.reason, first.winner) == ("rule-c", None, "the rule only flags", "winner")
        assert (second.rule, second.rule_digest, second.edit, second.text) == ("rule-a", "1" * 16, 0, " AD")
        assert (third.kind, third.action, third.safety, third.replacement) == ("promo", "remove", "safe", "-")
        assert (third.captures, third.site, third.confidence) == ({"site": "shop.example"}, "shop.example", 0.75)
        assert ledger.findings_of_site("shop.example") == [second, third]
        assert ledger.sites() == [SiteRecord("other", 1, 1, 0), SiteRecord("shop.example", 2, 1, 0)]
        assert [(r.id, r.tool, r.settings, r.documents) for r in ledger.runs()] == [
            (run.id, "0.1", '{"review":false}', 1)
        ]


def test_fragments_with_all_their_sites_best_first(tmp_path: Path) -> None:
    text = "first part. second part."
    done = outcome(text.encode())
    weak = Evidence("near-duplicate", "b.example", None, None, None, "other/x.txt", "2", 0.91)
    strong = Evidence("lead-in", "a.example", "rule-a", TextSpan.of(0, 5), "first")
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        run = begin(ledger)
        spans = TextSpan.of(0, 12), TextSpan.of(12, 24)
        document = ledger.record(
            run, "a.txt", with_fragments(done, Fragment(1, spans[0], "one", "b.example", 0.6, (weak,)))
        )
        again = with_fragments(
            done, Fragment(1, spans[0], "one", "a.example", 0.9, (strong,)), Fragment(2, spans[1], "two")
        )
        assert ledger.record(run, "a.txt", again) == document
        one, two = ledger.fragments_of_document(document)
        assert (one.sites, one.site, one.confidence) == (
            (("a.example", 0.9), ("b.example", 0.6)),
            "a.example",
            0.9,
        )
        assert {found[0]: found[1:] for found in one.evidence} == {
            "lead-in": ("a.example", "rule-a", 0, 5, "first", None, None, None),
            "near-duplicate": ("b.example", None, None, None, None, "other/x.txt", "2", 0.91),
        }
        assert (two.number, two.title, two.site, two.confidence, two.evidence) == (2, "two", None, 0.0, ())
        assert one.id == keys.text_key("first part. ").hex()
        assert ledger.fragments_of_site("b.example") == ledger.fragment(one.id) == [one]


def test_a_fragment_is_found_in_every_document_verbatim_or_as_normalised(tmp_path: Path) -> None:
    texts = {"a.txt": "某市2023年工作報告", "b.txt": "某市2023年工作報告", "c.txt": "某市XX 年工作报告"}
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        run = begin(ledger)
        for path, text in texts.items():
            done = outcome(b"")
            assert done.document is not None
            document = replace(done.document, raw=text.encode(), text=text, encoding="utf-8")
            whole = Fragment(1, TextSpan.of(0, len(text)), "")
            ledger.record(run, path, replace(done, document=document, bytes=text.encode(), fragments=(whole,)))
        (place,) = ledger.fragments_of_document(ledger.document("c.txt")[0].id)
        assert [found.path for found in ledger.fragment(keys.text_key(texts["a.txt"]).hex())] == ["a.txt", "b.txt"]
        assert [found.path for found in ledger.fragment(place.normal_id)] == ["a.txt", "b.txt", "c.txt"]


def test_near_duplicates_are_pairs_without_direction(tmp_path: Path) -> None:
    one, other = keys.text_key("one").hex(), keys.text_key("other").hex()
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        ledger.record_duplicates([(one, other, 0.97), (other, one, 0.97)])
        assert list(ledger.duplicates()) == [DuplicateRecord(min(one, other), max(one, other), 0.97)]


def test_the_same_work_twice_is_the_same_rows(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        first = ledger.record_many(begin(ledger), [sample(number) for number in range(20)])
        before = list(ledger.dump())
        assert ledger.record_many(begin(ledger), [sample(number) for number in range(20)]) == first
        assert list(ledger.dump()) == before
        ledger.record_many(begin(ledger, review=True), [sample(3)])
        assert len(list(ledger.each_document())) == 20
        assert ledger.runs_of(first[3]) == sorted(run.id for run in ledger.runs())


def test_any_difference_is_another_document(tmp_path: Path) -> None:
    done = outcome(b"one AD two", (4, 7, b"", "rule-a"))
    shifted = outcome(b"one AD two", (3, 6, b"", "rule-a"))
    assert shifted.bytes == done.bytes
    variants = [done, shifted, replace(done, notes=("slow",)), outcome(b"one AD two", (4, 7, b"", "rule-b"))]
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        ids = [ledger.record(begin(ledger), "a.txt", variant) for variant in variants]
        ids.append(ledger.record(begin(ledger), "b.txt", done))
        assert len(set(ids)) == 5
        assert [len(ledger.edits(document)) for document in ids] == [1] * 5


def test_dump_does_not_depend_on_order_or_merges(tmp_path: Path) -> None:
    samples = [sample(number) for number in range(30)]
    dumps = []
    for turn in range(3):
        mixed = random.Random(turn).sample(samples, len(samples))
        half = tmp_path / f"half{turn}.db"
        with Ledger.open(half) as ledger:
            ledger.record_many(begin(ledger), mixed[10 * turn :])
            ledger.record_duplicates([(keys.text_key("x").hex(), keys.text_key("y").hex(), 0.5)])
        with Ledger.open(tmp_path / f"ledger{turn}.db") as ledger:
            ledger.record_many(begin(ledger), mixed[: 10 * turn + 5])
            assert ledger.merge(half) == len(samples) - (10 * turn + 5)
            assert ledger.merge(half) == 0
            ledger.record(begin(ledger), *samples[0], target=f"out{turn}/{samples[0][0]}")
            dumps.append(list(ledger.dump()))
            ids = [record.id for record in ledger.each_document()]
            assert [len(ledger.edits(document)) for document in ids] == [1] * len(samples)
    assert dumps[0] == dumps[1] == dumps[2]
    assert len(dumps[0]) == 1 + 1 + len(samples) + 1


def test_merge_refuses_itself_and_what_is_no_ledger(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("not a ledger, but long enough to look")
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        ledger.record(begin(ledger), *sample(1))
        before = list(ledger.dump())
        with pytest.raises(LedgerError, match="into itself"):
            ledger.merge(tmp_path / "ledger.db")
        with pytest.raises(LedgerError, match=r"note\.txt: not a ledger"):
            ledger.merge(tmp_path / "note.txt")
        with pytest.raises(LedgerError, match=r"none\.db: there is no such ledger"):
            ledger.merge(tmp_path / "none.db")
        assert list(ledger.dump()) == before


def test_names_and_texts_that_are_not_unicode(tmp_path: Path) -> None:
    path = b"docs/\xb9\xfa\xbc\xd2.txt"
    lone = "\ud800AD"
    finding = Finding("rule-a", Kind.PROMO, Action.FLAG, Safety.SAFE, TextSpan.of(0, 3), lone, "", {"site": lone}, lone)
    done = replace(outcome(b"abc"), findings=(finding,), error=f"bad {lone}")
    done = with_fragments(done, Fragment(1, TextSpan.of(0, 3), lone, lone, 0.5, (Evidence("url", lone, text=lone),)))
    with Ledger.open(os.fsencode(tmp_path) + b"/\xff.db") as ledger:
        document = ledger.record(begin(ledger), path, done)
        (record,) = ledger.document(path)
        assert os.fsencode(record.path) == path
        assert ledger.document(os.fsdecode(path)) == ledger.documents_named(Path(os.fsdecode(path)).name) == [record]
        (found,) = ledger.findings_of_document(document)
        assert found.text == found.site == "\\ud800AD"
        assert all(line.isascii() for line in ledger.dump())


def test_a_run_is_named_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        runs = [begin(ledger, number=number).id for number in range(40)]
        assert ledger.resolve_run(runs[7]) == ledger.resolve_run(runs[7][:16].upper()) == runs[7]
        with pytest.raises(LedgerError, match="runs start with"):
            ledger.resolve_run("")
        assert [begin(ledger, number=number).id for number in range(40)] == runs


def test_a_run_belongs_to_the_ledgers_where_it_was_begun(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "one.db") as one, Ledger.open(tmp_path / "two.db") as two:
        begin(two, another=True)
        run = pickle.loads(pickle.dumps(begin(one)))  # noqa: S301
        one.record(run, *sample(1))
        with pytest.raises(LedgerError, match=r"two\.db: run .* was not begun in this ledger"):
            two.record(run, *sample(1))
        assert list(two.each_document()) == []
        assert [found.rule_digest for found in one.findings_of_site("site-1")] == ["1" * 16]


def test_each_start_time_is_a_run_of_its_own(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        times = ["2030-01-02T00:00:00Z", "2030-01-01T00:00:00Z", None]
        ids = {ledger.begin("0.1", "f", {}, started=time).id for time in times}
        assert len(ids) == 3
        assert [run.started for run in ledger.runs()] == [None, "2030-01-01T00:00:00Z", "2030-01-02T00:00:00Z"]


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("a", "none"),
        ("a\nb\n", "lf"),
        ("a\r\nb\r\n", "crlf"),
        ("a\rb", "cr"),
        ("a\r\nb\n", "mixed"),
        ("a\n\rb", "mixed"),
    ],
)
def test_the_newline_style_is_recorded(tmp_path: Path, text: str, style: str) -> None:
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        ledger.record(begin(ledger), "a.txt", outcome(text.encode()))
        assert ledger.document("a.txt")[0].newline == style
