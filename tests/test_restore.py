"""Restoring: byte-exact, whole or in part, after moves, in steps, and never a guess."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.errors import LedgerError
from scrubber.ledger import Ledger
from scrubber.ledger.records import EditRecord
from scrubber.model import Action, ByteSpan, Document, Edit, Finding, Kind, Outcome, Safety, Segment, TextSpan
from scrubber.restore import apply, rebased, restore, undo_some

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

RULES = {"rule-a": "1" * 16, "rule-b": "2" * 16, "rule-c": "3" * 16}


def outcome(raw: bytes, *changes: tuple[int, int, bytes, str]) -> Outcome:
    """What cleaning makes of Latin-1 bytes: each change is (start, end, new bytes, rules joined by "+")."""
    text = raw.decode("latin-1")
    whole = (Segment(ByteSpan.of(0, len(raw)), TextSpan.of(0, len(raw)), "latin-1"),)
    document = Document("x", raw, text, "latin-1", 1.0, b"", whole)
    edits = tuple(_edit(text, *change) for change in changes)
    clean, done = b"", 0
    for start, end, new, _ in changes:
        clean += raw[done:start] + new
        done = end
    clean += raw[done:]
    findings = tuple(finding for edit in edits for finding in edit.findings)
    return Outcome("x", document, clean, clean.decode("latin-1"), findings, edits)


def _edit(text: str, start: int, end: int, new: bytes, rules: str) -> Edit:
    span = TextSpan.of(start, end)
    after = new.decode("latin-1")
    findings = tuple(
        Finding(rule, Kind.PROMO, Action.REMOVE, Safety.SAFE, span, text[start:end], after) for rule in rules.split("+")
    )
    return Edit(span, ByteSpan.of(start, end), text[start:end].encode("latin-1"), new, after, findings)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.db") as opened:
        yield opened


def clean(ledger: Ledger, path: str, raw: bytes, *changes: tuple[int, int, bytes, str], run: str = "1") -> bytes:
    done = outcome(raw, *changes)
    ledger.record(ledger.begin("0.1", "rules", {"run": run}, rules=RULES), path, done)
    return done.bytes


def run_id(ledger: Ledger, run: str) -> str:
    return ledger.begin("0.1", "rules", {"run": run}).id


@st.composite
def edited(draw: st.DrawFn) -> tuple[bytes, list[tuple[int, int, bytes, str]]]:
    raw = draw(st.binary(max_size=60))
    cuts = sorted(draw(st.lists(st.integers(0, len(raw)), max_size=12)))
    changes = [
        (
            start,
            end,
            draw(st.binary(max_size=4)),
            draw(st.sampled_from(["rule-a", "rule-b", "rule-c", "rule-a+rule-b"])),
        )
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
        if start < end
    ]
    return raw, changes


def records(changes: Sequence[tuple[int, int, bytes, str]], raw: bytes) -> tuple[EditRecord, ...]:
    return rebased(
        EditRecord(number, start, end, 0, raw[start:end], new, start, end, tuple(rules.split("+")))
        for number, (start, end, new, rules) in enumerate(changes)
    )


@settings(max_examples=60, deadline=None)
@given(edited())
def test_any_bytes_and_edits_come_back_through_a_ledger(case: tuple[bytes, list[tuple[int, int, bytes, str]]]) -> None:
    raw, changes = case
    with tempfile.TemporaryDirectory() as folder, Ledger.open(f"{folder}/ledger.db") as ledger:
        cleaned = clean(ledger, "a.txt", raw, *changes)
        assert restore(ledger, cleaned, "elsewhere/b.txt").data == raw


@settings(max_examples=200, deadline=None)
@given(edited(), st.data())
def test_any_part_of_the_edits_can_be_undone(
    case: tuple[bytes, list[tuple[int, int, bytes, str]]], data: st.DataObject
) -> None:
    raw, changes = case
    edits = records(changes, raw)
    chosen = data.draw(st.sets(st.sampled_from(edits))) if edits else set()
    others = [change for change, edit in zip(changes, edits, strict=True) if edit not in chosen]
    assert undo_some(apply(raw, edits), edits, chosen) == outcome(raw, *others).bytes


def test_restored_by_rule_and_by_several_rules(ledger: Ledger) -> None:
    raw = b"one AD two QQ three URL four"
    changes = (4, 7, b"", "rule-a"), (11, 14, b"", "rule-b"), (19, 24, b"-", "rule-a+rule-c")
    cleaned = clean(ledger, "a.txt", raw, *changes)
    assert cleaned == b"one two three-four"
    only_a = restore(ledger, cleaned, rules=["rule-a"])
    assert only_a.data == b"one AD two three-four"
    assert [edit.before for edit in only_a.shared] == [b" URL "]
    assert restore(ledger, cleaned, rules=["rule-a", "rule-c"]).data == b"one AD two three URL four"
    with pytest.raises(LedgerError, match="no edit by rule-x"):
        restore(ledger, cleaned, rules=["rule-x"])
