"""The library's promises: it never raises for what a document holds, travels between processes, maps offsets back."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

from scrubber import Scrubber
from scrubber.errors import RuleError
from tests.clikit import CLEAN, DIRTY, rule_folder


@pytest.fixture
def ours(tmp_path: Path) -> Scrubber:
    return Scrubber(rule_folder(tmp_path), builtin=False)


def test_one_folder_of_rules_need_not_be_a_list(tmp_path: Path, ours: Scrubber) -> None:
    folder = rule_folder(tmp_path / "other")
    assert Scrubber([folder], builtin=False).ruleset.digest == ours.ruleset.digest
    assert Scrubber(Path(folder), builtin=False).ruleset.digest == ours.ruleset.digest
    with pytest.raises(RuleError, match="missing:1: no such rule folder"):
        Scrubber("missing")


def test_a_pickled_scrubber_does_the_same(ours: Scrubber) -> None:
    copy = pickle.loads(pickle.dumps(ours))  # noqa: S301 - our own bytes
    assert copy.scrub(DIRTY, "a.txt") == ours.scrub(DIRTY, "a.txt")
    assert copy.scrub(DIRTY).text == CLEAN


@pytest.mark.parametrize("document", [None, 3, ["text"], bytearray(b"text")])
def test_what_is_neither_text_nor_bytes_is_the_callers_mistake(ours: Scrubber, document: Any) -> None:
    with pytest.raises(TypeError, match=f"str or bytes, not {type(document).__name__}"):
        ours.scrub(document)
    if document is not None:  # a missing value of a column is content
        with pytest.raises(TypeError, match=f"str or bytes, not {type(document).__name__}"):
            list(ours.scrub_batch(["text", document]))


@pytest.mark.parametrize("document", ["a\ud800b", bytes(range(128, 256)) * 40, b"\0\0\0"])
def test_what_is_no_text_is_given_back_with_the_reason(ours: Scrubber, document: str | bytes) -> None:
    outcome = ours.scrub(document)
    assert outcome.error
    assert not outcome.edits
    assert (outcome.text if isinstance(document, str) else outcome.bytes) == document


def test_an_unknown_encoding_is_told_in_the_outcome(ours: Scrubber) -> None:
    assert "klingon" in str(ours.scrub(DIRTY.encode(), encoding="klingon").error)


def test_a_batch_comes_in_order_and_a_bad_document_does_not_stop_it(ours: Scrubber) -> None:
    outcomes = list(ours.scrub_batch([DIRTY, "\ud800", b"", DIRTY.encode("utf-16")]))
    assert [outcome.error is None for outcome in outcomes] == [True, False, True, True]
    assert [outcome.text for outcome in outcomes] == [CLEAN, "\ud800", "", CLEAN]


def test_every_offset_of_the_cleaned_text_is_found_in_the_original(ours: Scrubber) -> None:
    outcome = ours.scrub(DIRTY)
    assert [DIRTY[outcome.to_original(at)] for at in range(len(CLEAN))] == list(CLEAN)
    assert outcome.to_original(len(CLEAN)) == len(DIRTY)
