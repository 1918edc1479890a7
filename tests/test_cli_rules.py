"""The rules command: list, show, test, new."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clikit import rows, rule_folder, run


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(tmp_path)
    return ["--no-builtin", "--rules", rule_folder(tmp_path)]


def test_a_new_rule_holds_from_the_start(ours: list[str]) -> None:
    result = run("rules", "test", *ours)
    assert (result.exit_code, result.stdout) == (0, "1 rule, 4 examples and near misses: all hold\n")


def test_a_new_rule_never_replaces_one(ours: list[str]) -> None:
    path = Path(ours[-1]) / "credit/uploaded-by.toml"
    before = path.read_bytes()
    result = run("rules", "new", "credit", "uploaded-by", "--rules", ours[-1])
    assert (result.exit_code, "exists already" in result.stderr) == (2, True)
    assert path.read_bytes() == before
    assert "now edit it" in run("rules", "new", "credit", "other-rule", "--rules", ours[-1]).stdout


def test_an_example_that_does_not_hold_fails_with_its_place(ours: list[str]) -> None:
    path = Path(ours[-1]) / "credit/uploaded-by.toml"
    path.write_text(path.read_text().replace("⟦本文由松果", "本文由⟦松果"))
    result = run("rules", "test", *ours)
    assert result.exit_code == 1
    assert "uploaded-by.toml: uploaded-by: example 1: expected" in result.stderr
    assert run("rules", "test", *ours, "uploaded-by").exit_code == 1


def test_list_and_show_explain(ours: list[str]) -> None:
    (row,) = rows(run("rules", "list", *ours, "--format", "jsonl"))
    assert row == {
        "id": "uploaded-by",
        "kind": "credit",
        "action": "remove",
        "safety": "safe",
        "title": "What the rule finds, in one line",
    }
    shown = run("rules", "show", *ours, "uploaded-by").stdout
    assert "what the rule must not touch" in shown
    assert "⟦本文由松果网友(uploaded-by)上传⟧" in shown
    assert "办公室起草" in shown
    assert "uploaded-by  credit" in run("rules", "list", *ours).stdout


def test_the_rules_that_come_with_scrubber_hold() -> None:
    result = run("rules", "test")
    assert (result.stderr, result.exit_code) == ("", 0)
