"""Whole documents as cases: what must be left over, what must be found, and which sites must be named.

A case is a folder ``fixtures/<case>/`` with ``input.txt``, ``expected.txt`` and ``findings.jsonl`` (one span a line:
start, end, text, site or null). Whether an emptied line goes with its line end is the rule's choice, so blank lines do
not count.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scrubber import Scrubber
from scrubber.view import fold_key

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
OTHER_COLLECTIONS = {"seeds", "tone", "wild"}
FILES = {"input.txt", "expected.txt", "findings.jsonl"}
CASES = sorted(folder for folder in FIXTURES.iterdir() if folder.name not in OTHER_COLLECTIONS)
EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def text_of(case: Path, name: str) -> str:
    return (case / name).read_bytes().decode("utf-8")


def rows_of(case: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text_of(case, "findings.jsonl").splitlines()]


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def test_there_are_cases_with_findings_and_cases_without() -> None:
    assert sum(bool(rows_of(case)) for case in CASES) >= 4
    assert sum(not rows_of(case) for case in CASES) >= 2


@EVERY_CASE
def test_a_case_has_its_files_and_no_others(case: Path) -> None:
    assert {path.name for path in case.iterdir()} == FILES


@EVERY_CASE
def test_spans_say_what_stands_there(case: Path) -> None:
    text = text_of(case, "input.txt")
    for row in rows_of(case):
        assert row.keys() == {"start", "end", "text", "site"}
        assert text[row["start"] : row["end"]] == row["text"]


@EVERY_CASE
def test_exactly_the_expected_is_left(case: Path, scrubber: Scrubber) -> None:
    outcome = scrubber.scrub((case / "input.txt").read_bytes(), source=case.name)
    assert outcome.error is None
    assert lines(outcome.text) == lines(text_of(case, "expected.txt"))


@EVERY_CASE
def test_the_expected_spans_are_found_and_their_sites_named(case: Path, scrubber: Scrubber) -> None:
    text = text_of(case, "input.txt")
    applied = [one for one in scrubber.scrub(text, trace=False).findings if one.applies]
    found = {offset for one in applied for offset in range(one.span.start, one.span.end)}
    wanted = {offset for row in rows_of(case) for offset in range(row["start"], row["end"])}
    assert {offset for offset in found ^ wanted if not text[offset].isspace()} == set()
    for row in rows_of(case):
        here = [one for one in applied if one.span.start < row["end"] and row["start"] < one.span.end]
        named = {fold_key(one.site) for one in here if one.site}
        assert row["site"] is None or fold_key(row["site"]) in named
