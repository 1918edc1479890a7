"""Near-duplicates across documents and runs: one ledger by whatever way, an index that can be lost, two at once."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import Result

from scrubber.ledger import Ledger
from scrubber.similarity import Index
from tests.clikit import MARK, rows, rule_folder, run

SYLLABLES = "今年以来全镇上下认真落实各项部署防汛道路学校医院农田水利干部群众企业环境安全生产教育文化"
WORDS = [SYLLABLES[start : start + 2] for start in range(0, len(SYLLABLES), 2)]


def speech(seed: int, length: int = 600) -> str:
    chosen = random.Random(seed).choices(WORDS, k=length)
    return "\n".join("".join(chosen[start : start + 30]) + "。" for start in range(0, length, 30)) + "\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A marked text, two silent copies (one verbatim, one cut), a silent one of another text, and one that is alone."""
    monkeypatch.chdir(tmp_path)
    rule_folder(tmp_path)
    (tmp_path / "scrubber.toml").write_text('builtin = false\nrules = [".rules"]\nexclude = ["*.toml"]\n')
    texts = {
        "marked": f"{speech(1)}{MARK}\n",
        "copy": speech(1),
        "piece": speech(1)[300:900],
        "redacted": speech(1)[:1200].replace("学校", "某校"),
        "alone": speech(2),
        "twin": speech(2),
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.txt").write_text(text)
    return tmp_path


NAMES = ["alone.txt", "copy.txt", "marked.txt", "piece.txt", "redacted.txt", "twin.txt"]


def dump(name: str = "l.db") -> list[str]:
    with Ledger.open(name, readonly=True) as ledger:
        return list(ledger.dump())


def sites(name: str = "l.db") -> dict[str, str | None]:
    with Ledger.open(name, readonly=True) as ledger:
        return {document.path: ledger.fragments_of_document(document.id)[0].site for document in ledger.each_document()}


def clean(*names: str, ledger: str = "l.db", jobs: int = 1) -> Result:
    return run("clean", *names, "--out", f"{ledger}.out", "--ledger", ledger, "--jobs", jobs)


def test_silent_copies_take_the_site_and_pairs_are_listed(here: Path) -> None:
    assert clean(*NAMES).exit_code == 0
    assert sites() == {name: "松果" if name in {"marked.txt", "copy.txt", "piece.txt"} else None for name in NAMES}
    pairs = rows(run("ledger", "duplicates", "--ledger", "l.db", "--format", "jsonl"))
    listed = {tuple(sorted(pair["one_at"] + pair["other_at"])): pair["similarity"] for pair in pairs}
    assert listed["alone.txt#1", "twin.txt#1"] == 1.0
    assert listed["copy.txt#1", "marked.txt#1"] > 0.98
    assert {"copy.txt#1", "piece.txt#1"} in map(set, listed)
    with Ledger.open("l.db", readonly=True) as ledger:
        (copy,) = ledger.document("copy.txt")
        (fragment,) = ledger.fragments_of_document(copy.id)
    (evidence,) = fragment.evidence
    assert (evidence.type, evidence.from_path, evidence.from_fragment) == ("near-duplicate", "marked.txt", "1")


def test_a_copy_with_traces_of_somebody_else_takes_no_site(here: Path) -> None:
    nameless = MARK.replace("松果", "本站")
    assert nameless != MARK
    (here / "copy.txt").write_text(f"{speech(1)}{nameless}\n")
    assert clean(*NAMES).exit_code == 0
    assert (here / "l.db.out" / "copy.txt").read_text() == f"{speech(1)}\n"
    assert sites()["copy.txt"] is None
    assert sites()["piece.txt"] == "松果"


@pytest.mark.parametrize("seed", range(3))
def test_any_order_any_workers_and_any_division_into_runs_leave_the_same_ledger(here: Path, seed: int) -> None:
    clean(*NAMES)
    shuffled = random.Random(seed).sample(NAMES, len(NAMES))
    clean(*shuffled, ledger="two.db", jobs=2)
    assert dump("two.db") == dump()
    for start in range(0, len(shuffled), 2):
        clean(*shuffled[start : start + 2], ledger="steps.db")
    assert dump("steps.db") == dump()


def test_the_same_work_again_changes_nothing(here: Path) -> None:
    clean(*NAMES)
    before, index = dump(), (here / "l.db.similarity").read_bytes()
    clean(*NAMES)
    assert (dump(), (here / "l.db.similarity").read_bytes()) == (before, index)


@pytest.mark.parametrize("damage", [None, b"", b"scrubber similarity index\n{}\n"])
def test_a_lost_index_is_made_again_from_originals_and_cleaned_files(here: Path, damage: bytes | None) -> None:
    everything = sorted(NAMES)
    clean(*everything, ledger="whole.db")
    run("clean", "--in-place", "marked.txt", "alone.txt", "--ledger", "l.db")
    place = here / "l.db.similarity"
    if damage is None:
        place.unlink()
    else:
        place.write_bytes(damage)
    assert clean("copy.txt", "piece.txt", "redacted.txt", "twin.txt").exit_code == 0
    assert sites() == sites("whole.db")
    with place.open("rb") as one, (here / "whole.db.similarity").open("rb") as other:
        assert dict(Index.load(one).entries()) == dict(Index.load(other).entries())


def test_two_runs_at_once_lose_nothing(here: Path) -> None:
    for number in range(30):
        (here / f"m{number}.txt").write_text(f"{speech(100 + number)}{MARK}\n")
        (here / f"u{number}.txt").write_text(speech(100 + number))
    marked, silent = ([f"{kind}{number}.txt" for number in range(30)] for kind in "mu")
    command = [sys.executable, "-m", "scrubber", "clean", "--out", "out", "--ledger", "l.db"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    running = [subprocess.Popen([*command, *names], env=environment) for names in (marked, silent)]
    assert [process.wait(60) for process in running] == [0, 0]
    clean(*silent, *marked, ledger="one.db")
    assert dump() == dump("one.db")
    assert set(sites().values()) == {"松果"}


def test_merged_ledgers_are_compared_with_each_other(here: Path) -> None:
    clean(*NAMES, ledger="whole.db")
    clean("marked.txt", "alone.txt", ledger="one.db")
    clean("copy.txt", "piece.txt", "redacted.txt", "twin.txt", ledger="two.db")
    assert sites("two.db")["copy.txt"] is None
    assert run("ledger", "merge", "two.db", "--ledger", "one.db").exit_code == 0
    assert dump("one.db") == dump("whole.db")


def test_trace_asks_the_ledger_and_records_what_it_saw_without_a_cleaning(here: Path) -> None:
    clean("marked.txt")
    alone = rows(run("trace", "copy.txt", "--format", "jsonl"))
    assert [row["site"] for row in alone] == [None]
    (row,) = rows(run("trace", "copy.txt", "--ledger", "l.db", "--format", "jsonl"))
    assert (row["site"], row["evidence"][0]["from_path"]) == ("松果", "marked.txt")
    (marked,) = rows(run("trace", "marked.txt", "--ledger", "l.db", "--format", "jsonl"))
    assert (marked["site"], [item["type"] for item in marked["evidence"]]) == ("松果", ["credit"])
    with Ledger.open("l.db", readonly=True) as ledger:
        assert [record.changed for record in ledger.document("copy.txt")] == [False]
        assert sorted(record.changed for record in ledger.document("marked.txt")) == [False, True]
    assert (here / "copy.txt").read_text() == speech(1)


def test_traced_and_cleaned_documents_can_be_restored(here: Path) -> None:
    before = (here / "marked.txt").read_bytes()
    run("trace", "marked.txt", "--ledger", "l.db")
    run("clean", "--in-place", "marked.txt", "--ledger", "l.db")
    run("trace", "marked.txt", "--ledger", "l.db")
    assert (here / "marked.txt").read_bytes() != before
    assert run("restore", "--in-place", "marked.txt", "--ledger", "l.db").exit_code == 0
    assert (here / "marked.txt").read_bytes() == before


def test_recorded_is_said_only_when_it_was(here: Path) -> None:
    assert "recorded in l.db" in clean("marked.txt").stderr
    (here / ".rules/credit/broken.toml").write_text("id =")
    result = clean("copy.txt", ledger="new.db")
    assert (result.exit_code, "recorded in" in result.stderr) == (2, False)
