"""The quality tool: fifths, judging rules, floors that only rise, clean prose; and the documented rule format."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber import rulefile
from scrubber.model import Action, Finding, Kind, Safety, TextSpan
from tools import quality

ROOT = Path(__file__).resolve().parent.parent
FORMAT = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")


def finding(start: int, text: str, action: Action = Action.REMOVE) -> Finding:
    span = TextSpan.of(start, start + len(text))
    return Finding("a-rule", Kind.PROMO, action, Safety.SAFE, span, text)


def figures(**changes: Any) -> dict[str, Any]:
    return {
        "recall": 0.9,
        "precision": 0.99,
        "spans": 0.8,
        "sites": None,
        "damage_per_100k": 3.0,
        "hard_hit": "1/9",
    } | changes


@given(st.text(min_size=1))
def test_a_document_has_one_fifth(identity: str) -> None:
    assert quality.fifth(identity) in range(5)
    assert quality.fifth(identity) == quality.fifth(identity)


def test_fifths_tile_a_set(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    ids = [f"doc{number:03}" for number in range(200)]
    gold.write_text("".join(json.dumps({"id": one, "spans": []}) + "\n" for one in ids))
    parts = [[row["id"] for row in quality.gold_rows(gold, frozenset({part}))] for part in range(5)]
    assert sorted(one for part in parts for one in part) == ids
    assert all(20 < len(part) < 60 for part in parts)


def test_rules_are_judged_by_where_their_findings_lie() -> None:
    rows = [{"id": "d", "spans": [{"start": 2, "end": 6}]}]
    found = (
        finding(2, "广告广告"),
        finding(6, "\n"),
        finding(4, "广告正文"),
        finding(2, "广告", Action.FLAG),
    )
    table = quality.judge(rows, [quality.Scanned("d.txt", (), found, None)])
    assert table["a-rule"] == quality.Counts(applied=3, right=2, wrong=1, review=1)


def test_floors_only_rise_and_ceilings_only_fall() -> None:
    floors: dict[str, Any] = {}
    assert quality.compare("web", figures(), floors, lift=True) == []
    assert quality.compare("web", figures(recall=0.8, hard_hit="0/9"), floors, lift=True) == [
        "web: recall 0.8 is below 0.9"
    ]
    assert floors["web"]["at_least"]["recall"] == 0.9
    assert floors["web"]["at_most"]["hard_hit"] == 0
    assert quality.compare("web", figures(damage_per_100k=4.0), floors, lift=False) == [
        "web: damage_per_100k 4.0 is above 3.0",
        "web: hard_hit 1 is above 0",
    ]


def test_a_first_measurement_of_prose_sets_the_ceiling() -> None:
    floors: dict[str, Any] = {}
    assert quality.compare_prose(2, floors, lift=True) == []
    assert quality.compare_prose(3, floors, lift=True) == ["prose: 3 removed is above 2"]
    assert quality.compare_prose(1, floors, lift=True) == []
    assert floors == {"prose": {"at_most": {"removed": 1}}}


def test_the_clean_prose_is_text_without_annotation() -> None:
    pieces = list(quality.prose())
    assert sum(map(len, pieces)) > 1_500_000
    assert all(len(piece) >= quality.PROSE_PIECE for piece in pieces[:-1])
    assert not any("/nr" in piece or "/w" in piece for piece in pieces)


def test_without_annotated_sets_only_the_bundled_documents_are_scored(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "tools" / "quality.py"), "--shared", str(tmp_path), "--no-prose"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert "only the bundled fixtures are scored" in done.stdout
    assert "== seeds: 5 documents" in done.stdout
    assert "FLOOR" not in done.stdout
    assert done.returncode == 0, done.stdout[-2000:]


def test_the_floors_cover_every_set() -> None:
    floors = json.loads(quality.FLOORS.read_text(encoding="utf-8"))
    assert floors.keys() == {*quality.SETS, "prose"}


@pytest.mark.parametrize(
    "keys",
    [
        rulefile._TOP,
        rulefile._MATCH,
        rulefile._BLOCK,
        rulefile._CHAIN,
        rulefile._UNITS,
        rulefile._SCOPES,
        rulefile._FORMS,
        rulefile._EXTENSIONS,
        tuple(map(str, Kind)),
    ],
)
def test_every_key_of_the_rule_format_is_documented(keys: tuple[str, ...]) -> None:
    words = set(FORMAT.replace("`", " ").replace(",", " ").replace("|", " ").replace("(", " ").split())
    missing = [key for key in keys if key not in words and f"[[{key}]]" not in FORMAT and f"[{key}]" not in FORMAT]
    assert missing == []
