"""``scrubber trace`` on the seeds, with the real rules: the sites that an editor found, with the evidence."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from tests.clikit import SEEDS, process

NEAR = "near-duplicate"


@cache
def traced() -> dict[str, list[dict[str, Any]]]:
    """The fragments of each seed, by its number."""
    result = process("trace", "--format", "jsonl", *SEEDS)
    assert (result.returncode, result.stderr) == (0, b"")
    found: dict[str, list[dict[str, Any]]] = {seed.name[:3]: [] for seed in SEEDS}
    for line in result.stdout.splitlines():
        row = json.loads(line)
        found[row["path"].rpartition("/")[2][:3]].append(row)
    return found


def gold_sites(seed: str) -> list[str | None]:
    """The sites that the annotation of a seed names, one a fragment."""
    rows = map(json.loads, (SEEDS[0].parent / "gold.jsonl").read_text(encoding="utf-8").splitlines())
    return next([fragment["site"] for fragment in row["fragments"]] for row in rows if row["id"] == seed)


def test_the_compilation_has_nine_fragments_with_their_sites() -> None:
    fragments = traced()["001"]
    assert [fragment["fragment"] for fragment in fragments] == list(range(1, 10))
    assert [fragment["site"] for fragment in fragments] == gold_sites("seed-001")


@pytest.mark.parametrize("number", [1, 3, 4, 6, 7])
def test_a_lead_in_speaks_for_its_fragment(number: int) -> None:
    fragment = traced()["001"][number - 1]
    assert {(evidence["type"], evidence["site"]) for evidence in fragment["evidence"]} == {
        ("lead-in", fragment["site"])
    }
    for evidence in fragment["evidence"]:
        assert fragment["start"] <= evidence["start"] < evidence["end"] <= fragment["end"]
        assert fragment["site"] in evidence["text"]


@pytest.mark.parametrize(("number", "source"), [(5, 7), (9, 3)])
def test_a_silent_speech_is_known_by_its_marked_copy(number: int, source: int) -> None:
    (evidence,) = traced()["001"][number - 1]["evidence"]
    assert (evidence["type"], evidence["from_fragment"]) == (NEAR, source)
    assert evidence["similarity"] > 0.98
    assert "001_" in evidence["from_path"]


@pytest.mark.parametrize("number", [2, 8])
def test_what_nothing_is_known_of_has_no_site(number: int) -> None:
    fragment = traced()["001"][number - 1]
    assert (fragment["site"], fragment["confidence"], fragment["evidence"]) == (None, 0.0, [])


def test_two_titles_divide_the_third_seed() -> None:
    assert [fragment["site"] for fragment in traced()["002"]] == gold_sites("seed-002")


@pytest.mark.parametrize(("seed", "shows_number"), [("000", True), ("003", False)])
def test_a_reseller_is_named_with_his_number_where_it_stands(seed: str, shows_number: bool) -> None:
    (fragment,) = traced()[seed]
    assert fragment["site"] == "酷乐文行"
    assert any("206157060" in evidence["text"] for evidence in fragment["evidence"]) == shows_number


def test_an_unmarked_document_has_no_site() -> None:
    (fragment,) = traced()["004"]
    assert fragment["site"] is None
