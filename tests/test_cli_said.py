"""What a scan said before is said again, and only as long as nothing has changed that it depends on."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrubber import cache
from scrubber.cli import said
from tests.clikit import CLEAN, DIRTY, MARK, enter, run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two dirty texts and a clean one, one rule, and a cache of the test's own."""
    monkeypatch.setenv("SCRUBBER_CACHE_DIR", str(tmp_path / ".cache"))
    here = enter(tmp_path, monkeypatch)
    for name, text in (("a.txt", DIRTY), ("b.txt", CLEAN), ("c.txt", MARK)):
        (here / name).write_text(text, encoding="utf-8")
    return here


def answers() -> set[Path]:
    return set((cache.folder() / "said").glob("*"))


def scan(*arguments: str) -> tuple[int, str, str]:
    result = run("scan", *arguments)
    return result.exit_code, result.stdout, result.stderr


def forbid_scanning(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on a document that is scanned is an error."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("scanned")

    monkeypatch.setattr("scrubber.api.Scrubber.scrub", refuse)


@pytest.mark.parametrize("form", ["human", "jsonl"])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_same_is_said_again(folder: Path, form: str, jobs: str, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ("--format", form, "--jobs", jobs, "a.txt", "b.txt", "c.txt")
    first = scan(*arguments)
    assert MARK in first[1]
    assert len(answers()) == 3
    forbid_scanning(monkeypatch)
    assert scan(*arguments) == first


def test_known_and_new_texts_are_told_in_order(folder: Path) -> None:
    anew = scan("--no-cache", ".")
    assert not answers()
    scan("b.txt", "c.txt")
    assert scan(".") == anew == scan(".")


def test_what_cannot_be_read_is_told_every_time(folder: Path) -> None:
    (folder / "d.txt").write_bytes(b"\0\1\2" * 50)
    told = [scan("a.txt", "d.txt", "none.txt") for _ in range(2)]
    assert told[0] == told[1]
    assert told[0][0] == 2
    assert "d.txt" in told[0][2]
    assert "none.txt" in told[0][2]


def test_a_changed_text_is_scanned(folder: Path) -> None:
    assert scan("a.txt")[0] == 1
    (folder / "a.txt").write_text(CLEAN, encoding="utf-8")
    assert scan("a.txt")[0] == 0


def test_a_changed_rule_counts_at_once(folder: Path) -> None:
    assert scan("a.txt")[0] == 1
    (rule,) = folder.glob(".rules/*/*.toml")
    rule.write_text(rule.read_text(encoding="utf-8").replace("上传", "上载"), encoding="utf-8")
    assert scan("a.txt")[0] == 0


@pytest.mark.parametrize("other", [["--encoding", "gb18030"], ["--review"], ["--format", "jsonl"], ["--no-builtin"]])
def test_each_way_of_asking_has_its_own_answer(folder: Path, other: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    scan("a.txt")
    if other == ["--no-builtin"]:  # what the configuration says anyway
        forbid_scanning(monkeypatch)
        assert scan(*other, "a.txt")[0] == 1
    else:
        scan(*other, "a.txt")
        assert len(answers()) == 2


def test_a_damaged_answer_is_not_believed(folder: Path) -> None:
    first = scan("a.txt")
    (answer,) = answers()
    answer.write_bytes(answer.read_bytes().replace(b"credit", b"tidder"))
    assert scan("a.txt") == first


def test_a_skipped_rule_is_no_lasting_answer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrubber.engine.scan_context.__defaults__", (1e-9,))
    status, _, told = scan("a.txt")
    assert "time limit" in told
    assert status != 1
    assert not answers()


def test_answers_do_not_grow_without_end(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(said, "MOST", 2)
    scan(".")
    assert not answers()
    for name in ("a.txt", "b.txt", "c.txt"):
        scan(name)
    assert len(answers()) == 2


def test_nobody_else_can_read_an_answer(folder: Path) -> None:
    scan("a.txt")
    (answer,) = answers()
    assert answer.stat().st_mode & 0o077 == 0


def test_the_hook_says_it_again_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run("hook", "scan", "a.txt", "b.txt")
    assert first.exit_code == 1
    forbid_scanning(monkeypatch)
    again = run("hook", "scan", "a.txt", "b.txt")
    assert (again.exit_code, again.stdout) == (1, first.stdout)
    assert run("hook", "scan", "b.txt").exit_code == 0
