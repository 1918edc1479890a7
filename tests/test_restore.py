"""Restoring: byte-exact, whole or in part, after moves, in steps, and never a guess."""

from __future__ import annotations

import sqlite3
import tempfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.errors import IntegrityError, LedgerError
from scrubber.ledger import Ledger
from scrubber.ledger.records import EditRecord
from scrubber.restore import apply, rebased, restore, undo, undo_some
from tests.outcomes import outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.outcomes import Change

RULES = {"rule-a": "1" * 16, "rule-b": "2" * 16, "rule-c": "3" * 16}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.db") as opened:
        yield opened


def clean(ledger: Ledger, path: str, raw: bytes, *changes: Change, run: str = "1", target: str | None = None) -> bytes:
    done = outcome(raw, *changes)
    ledger.record(ledger.begin("0.1", "rules", {"run": run}, rules=RULES), path, done, target)
    return done.bytes


def run_id(ledger: Ledger, run: str) -> str:
    return ledger.begin("0.1", "rules", {"run": run}).id


@st.composite
def edited(draw: st.DrawFn) -> tuple[bytes, list[Change]]:
    raw = draw(st.binary(max_size=60))
    cuts = sorted(draw(st.lists(st.integers(0, len(raw)), max_size=12)))
    rules = st.sampled_from(["rule-a", "rule-b", "rule-c", "rule-a+rule-b"])
    changes = [
        (start, end, draw(st.binary(max_size=4)), draw(rules))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
        if start < end
    ]
    return raw, changes


def records(changes: Sequence[Change], raw: bytes) -> tuple[EditRecord, ...]:
    return rebased(
        EditRecord(number, start, end, 0, raw[start:end], new, start, end, tuple(rules.split("+")))
        for number, (start, end, new, rules) in enumerate(changes)
    )


@settings(max_examples=60, deadline=None)
@given(edited())
def test_any_bytes_and_edits_come_back_through_a_ledger(case: tuple[bytes, list[Change]]) -> None:
    raw, changes = case
    with tempfile.TemporaryDirectory() as folder, Ledger.open(f"{folder}/ledger.db") as ledger:
        cleaned = clean(ledger, "a.txt", raw, *changes)
        assert restore(ledger, cleaned, "elsewhere/b.txt").data == raw


@settings(max_examples=200, deadline=None)
@given(edited(), st.data())
def test_any_part_of_the_edits_can_be_undone(case: tuple[bytes, list[Change]], data: st.DataObject) -> None:
    raw, changes = case
    edits = records(changes, raw)
    chosen = data.draw(st.sets(st.sampled_from(edits))) if edits else set()
    others = [change for change, edit in zip(changes, edits, strict=True) if edit not in chosen]
    assert undo_some(apply(raw, edits), edits, chosen) == outcome(raw, *others).bytes


@settings(max_examples=100, deadline=None)
@given(edited(), st.binary(min_size=1, max_size=3), st.integers(0, 60))
def test_edits_are_not_undone_in_bytes_that_they_did_not_leave(
    case: tuple[bytes, list[Change]], other: bytes, place: int
) -> None:
    raw, changes = case
    edits = records(changes, raw)
    cleaned = apply(raw, edits)
    touched = cleaned[:place] + other + cleaned[place + len(other) :]
    ends = [(edit.clean_start, edit.clean_start + len(edit.after)) for edit in edits]
    if any(touched[start:end] != cleaned[start:end] for start, end in ends):
        with pytest.raises(IntegrityError):
            undo(touched, edits)


def test_restored_by_one_rule_and_by_several(ledger: Ledger) -> None:
    raw = b"one AD two QQ three URL four"
    changes = (4, 7, b"", "rule-a"), (11, 14, b"", "rule-b"), (19, 24, b"-", "rule-a+rule-c")
    cleaned = clean(ledger, "a.txt", raw, *changes)
    assert cleaned == b"one two three-four"
    only_a = restore(ledger, cleaned, rules=["rule-a"])
    assert only_a.data == b"one AD two three-four"
    assert [edit.before for edit in only_a.undone] == [b"AD "]
    assert [edit.before for edit in only_a.kept] == [b"QQ ", b" URL "]
    assert [edit.before for edit in only_a.shared] == [b" URL "]
    assert restore(ledger, cleaned, rules=["rule-a", "rule-c"]).data == b"one AD two three URL four"
    with pytest.raises(LedgerError, match=r"a\.txt: no edit by rule-x"):
        restore(ledger, cleaned, rules=["rule-x"])


def test_what_was_restored_in_part_can_be_restored_further_once_recorded(ledger: Ledger) -> None:
    raw = b"one AD two QQ three"
    cleaned = clean(ledger, "a.txt", raw, (4, 7, b"", "rule-a"), (11, 14, b"", "rule-b"))
    part = restore(ledger, cleaned, rules=["rule-a"])
    with pytest.raises(LedgerError, match="knows no document"):
        restore(ledger, part.data)
    document = ledger.record_restored(ledger.begin("0.1", "rules", {"restored": "rule-a"}), "a.txt", part)
    assert restore(ledger, part.data).data == raw
    assert restore(ledger, part.data, rules=["rule-b"]).data == raw
    found = [(finding.rule, finding.edit, finding.reason) for finding in ledger.findings_of_document(document)]
    assert found == [("rule-a", None, "restored on request"), ("rule-b", 0, None)]


def test_found_by_its_bytes_wherever_it_was_moved(ledger: Ledger) -> None:
    cleaned = clean(ledger, "docs/a.txt", b"text AD", (4, 7, b"", "rule-a"))
    for path in (None, "docs/a.txt", "out/docs/a.txt", "/elsewhere/renamed.md"):
        restored = restore(ledger, cleaned, path)
        assert restored.data == b"text AD"
        assert [step.path for step in restored.steps] == ["docs/a.txt"]


def test_a_file_that_was_changed_since_is_left_alone_and_named(ledger: Ledger) -> None:
    cleaned = clean(ledger, "docs/a.txt", b"text AD", (4, 7, b"", "rule-a"))
    with pytest.raises(LedgerError, match=r"out/a\.txt: changed since it was cleaned, .*docs/a\.txt"):
        restore(ledger, cleaned + b"!", "out/a.txt")
    with pytest.raises(LedgerError, match=r"other\.txt: the ledger knows no document"):
        restore(ledger, cleaned + b"!", "other.txt")


def test_an_original_is_given_back_as_it_is(ledger: Ledger) -> None:
    clean(ledger, "a.txt", b"text AD", (4, 7, b"", "rule-a"))
    clean(ledger, "b.txt", b"nothing found")
    for raw in (b"text AD", b"nothing found"):
        restored = restore(ledger, raw)
        assert (restored.data, restored.steps, restored.undone) == (raw, (), ())


def test_different_originals_of_the_same_bytes_need_their_path(ledger: Ledger) -> None:
    cleaned = clean(ledger, "x/one.txt", b"same AD", (4, 7, b"", "rule-a"))
    assert clean(ledger, "x/two.txt", b"QQ same", (0, 3, b"", "rule-b"), run="2") == cleaned
    clean(ledger, "y/one.txt", b"URL same", (0, 4, b"", "rule-c"))
    assert restore(ledger, cleaned, "out/x/one.txt").data == b"same AD"
    assert restore(ledger, cleaned, "out/y/one.txt").data == b"URL same"
    assert restore(ledger, cleaned, "two.txt").data == b"QQ same"
    assert restore(ledger, cleaned, run=run_id(ledger, "2")).data == b"QQ same"
    with pytest.raises(LedgerError, match=r"3 different originals, x/one\.txt .*x/two\.txt .*y/one\.txt"):
        restore(ledger, cleaned, "moved.txt")
    with pytest.raises(LedgerError, match="2 different originals"):
        restore(ledger, cleaned, "one.txt")


def test_equal_originals_need_no_path_however_many(ledger: Ledger) -> None:
    run = ledger.begin("0.1", "rules", {}, rules=RULES)
    done, empty = outcome(b"same AD", (4, 7, b"", "rule-a")), outcome(b"")
    ledger.record_many(run, [(f"docs/{number}.txt", done) for number in range(1000)])
    ledger.record_many(run, [(f"docs/{number}.md", empty) for number in range(1000)])
    assert restore(ledger, done.bytes, "moved.txt").data == b"same AD"
    assert restore(ledger, done.bytes, "docs/7.txt").steps[0].path == "docs/7.txt"
    assert restore(ledger, b"", "moved.txt").steps == ()


def test_another_file_that_needed_no_cleaning_makes_a_moved_one_doubtful(ledger: Ledger) -> None:
    cleaned = clean(ledger, "one.txt", b"same AD", (4, 7, b"", "rule-a"))
    clean(ledger, "two.txt", b"same")
    assert restore(ledger, cleaned, "one.txt").data == b"same AD"
    assert restore(ledger, cleaned, "two.txt").data == b"same"
    with pytest.raises(LedgerError, match=r"one\.txt .*, these bytes themselves; move"):
        restore(ledger, cleaned, "moved.txt")
    assert restore(ledger, cleaned, "two.txt", run=run_id(ledger, "1")).data == b"same AD"


def test_the_same_name_in_another_folder_is_another_file(ledger: Ledger) -> None:
    cleaned = clean(ledger, "x/1.txt", b"same AD", (4, 7, b"", "rule-a"))
    clean(ledger, "y/1.txt", b"same")
    assert restore(ledger, cleaned, "out/y/1.txt").data == b"same"
    assert restore(ledger, cleaned, "out/x/1.txt").data == b"same AD"


@pytest.mark.parametrize("paths", [("a.txt", "a.txt", "a.txt"), ("docs/a.txt", "out/a.txt", "out2/a.txt")])
def test_cleaned_again_restores_all_the_way_or_by_run(ledger: Ledger, paths: tuple[str, str, str]) -> None:
    once = clean(ledger, paths[0], b"one AD two QQ", (4, 7, b"", "rule-a"), run="1", target=paths[1])
    twice = clean(ledger, paths[1], once, (7, 10, b"", "rule-b"), run="2", target=paths[2])
    assert clean(ledger, paths[2], twice, run="3", target="out3/a.txt") == twice == b"one two"
    assert restore(ledger, twice, "out3/a.txt").data == b"one AD two QQ"
    restored = restore(ledger, twice, paths[2])
    assert restored.data == b"one AD two QQ"
    assert [step.path for step in restored.steps] == [paths[1], paths[0]]
    assert restore(ledger, twice, paths[2], run=run_id(ledger, "2")[:10]).data == once
    assert restore(ledger, twice, paths[2], run=run_id(ledger, "1")).data == b"one AD two QQ"
    assert restore(ledger, once, paths[1]).data == b"one AD two QQ"
    assert restore(ledger, twice, rules=["rule-b"]).data == once
    with pytest.raises(LedgerError, match=f"rule-a changed it before its last cleaning.*{run_id(ledger, '2')}"):
        restore(ledger, twice, rules=["rule-a"])
    with pytest.raises(LedgerError, match="did not change it"):
        restore(ledger, twice, paths[2], run=run_id(ledger, "3"))
    with pytest.raises(LedgerError, match="no run starts with abc"):
        restore(ledger, twice, run="abc")


def test_cleaned_again_without_a_change_where_it_was_written_still_leads_back(ledger: Ledger) -> None:
    cleaned = clean(ledger, "docs/a.txt", b"text AD", (4, 7, b"", "rule-a"))
    clean(ledger, "out/docs/a.txt", cleaned, run="2")
    clean(ledger, "more/docs/a.txt", cleaned, run="2", target="elsewhere/a.txt")
    for path in ("out/docs/a.txt", "out2/out/docs/a.txt", "docs/a.txt"):
        assert restore(ledger, cleaned, path).data == b"text AD"


def test_two_ways_to_the_same_bytes_are_one_answer(ledger: Ledger) -> None:
    """First cleaned in two steps; later, with more rules, in one."""
    once = clean(ledger, "a.txt", b"one AD two QQ", (4, 7, b"", "rule-a"), run="1")
    twice = clean(ledger, "a.txt", once, (7, 10, b"", "rule-b"), run="2")
    clean(ledger, "a.txt", b"one AD two QQ", (4, 7, b"", "rule-a"), (10, 13, b"", "rule-b"), run="3")
    assert restore(ledger, twice, "a.txt").data == b"one AD two QQ"


def test_edits_that_undo_each_other_do_not_go_round_for_ever(ledger: Ledger) -> None:
    clean(ledger, "a.txt", b"AD", (0, 2, b"QQ", "rule-a"), run="1")
    clean(ledger, "a.txt", b"QQ", (0, 2, b"AD", "rule-b"), run="2")
    assert restore(ledger, b"AD", "a.txt").data == b"QQ"


def test_a_ledger_with_a_wrong_edit_gives_no_original(ledger: Ledger, tmp_path: Path) -> None:
    cleaned = clean(ledger, "a.txt", b"text AD", (4, 7, b"", "rule-a"))
    with sqlite3.connect(tmp_path / "ledger.db") as other:
        other.execute("UPDATE edits SET before = ?", (b" XX",))
    other.close()
    with pytest.raises(IntegrityError, match=r"a\.txt: the ledger's edits do not give back"):
        restore(ledger, cleaned)
