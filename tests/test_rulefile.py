"""Strict reading of rule files: every mistake is an error with path, line and remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scrubber import rulefile
from scrubber.errors import RuleError, UnknownRuleError
from scrubber.ruleset import load
from scrubber.vocabulary import Vocabulary
from tests.rulekit import rule_text, write_rule


def error_of(folder: Path) -> RuleError:
    with pytest.raises(RuleError) as caught:
        load([folder], builtin=False)
    return caught.value


@pytest.mark.parametrize(
    ("match", "top", "problem", "hint"),
    [
        ("patern = 'x'", "", "unknown key `patern`", "did you mean `pattern`?"),
        ("pattern = 'x'\nphrases = ['y']", "", "exactly one of", ""),
        ("", "", "exactly one of", ""),
        ("pattern = '('", "", "not a regular expression", ""),
        (r"pattern = '\bqq\b'", "", "not in the subset", "look-around"),
        ("pattern = '微信：'", "", "'：' never stands in the folded view", "':'"),
        ("pattern = '網站'", "", "'網' never stands in the folded view", "'网'"),
        ("pattern = 'QQ'", "", "'Q' never stands in the folded view", "'q'"),
        ("pattern = '{{nowhere}}'", "", "no word 'nowhere'", "vocabulary.toml"),
        ("pattern = '(?P<sitte>x)'", "", "unknown capture `sitte`", "site, account"),
        ("pattern = 'x'\nzone = { where = 'head' }", "", "`lines` above 0", ""),
        ("pattern = 'x'\nzone = { where = 'top', lines = 3 }", "", "'top' is not allowed", "head"),
        ("pattern = 'x'\nunless = [{ in = 'page', pattern = 'y' }]", "", "'page' is not allowed", "sentence"),
        ("pattern = 'x'\nrequire = { kinds = [] }", "", "at least one of `kinds`", ""),
        ("echo = { of = 'self' }", "", "'self' is not allowed", "opening"),
        ("pattern = 'x'", "confidence = 2", "number from 0.0 to 1.0", ""),
        ("pattern = 'x'", "action = 'replace'", "`replacement` goes with", ""),
        ("pattern = 'x'", "seam = '、'", "seam '、' is not known", ""),
        ("pattern = 'x'", "safety = 'sure'", "'sure' is not allowed", "review"),
        (
            "block = { threshold = 2, cues = [{ name = 'a', pattern = 'x', weight = 3 }] }",
            "",
            "one cue alone",
            "exceed",
        ),
        ("block = { threshold = 2, cues = [{ name = 'a', pattern = 'x' }] }", "", "name, pattern and weight", ""),
    ],
)
def test_mistakes_are_errors(tmp_path: Path, match: str, top: str, problem: str, hint: str) -> None:
    path = write_rule(tmp_path, "a-rule", match, top=top)
    error = error_of(tmp_path)
    assert problem in error.problem
    assert hint in error.hint
    assert str(error).startswith(f"{path}:{error.line}: ")


def test_the_line_is_where_the_mistake_is(tmp_path: Path) -> None:
    path = write_rule(tmp_path, "a-rule", "pattern = 'x'\nzone = { where = 'middle', lines = 3 }")
    line = error_of(tmp_path).line
    assert path.read_text().splitlines()[line - 1].startswith("zone")


def test_toml_mistakes_name_their_line(tmp_path: Path) -> None:
    path = write_rule(tmp_path, "a-rule", 'pattern = "\\d"')
    error = error_of(tmp_path)
    assert "\\d" in path.read_text().splitlines()[error.line - 1]
    assert "literal strings" in error.hint


@pytest.mark.parametrize("key", ["id", "title", "why", "family", "kind"])
def test_missing_keys(tmp_path: Path, key: str) -> None:
    path = write_rule(tmp_path, "a-rule", "pattern = 'x'")
    lines = [line for line in path.read_text().splitlines() if not line.startswith(f"{key} =")]
    path.write_text("\n".join(lines))
    assert f"`{key}` is missing" in error_of(tmp_path).problem


def test_id_and_family_are_the_names_of_file_and_folder(tmp_path: Path) -> None:
    path = tmp_path / "test" / "other.toml"
    path.parent.mkdir()
    path.write_text(rule_text("a-rule", "pattern = 'x'"))
    assert "not the file's name" in error_of(tmp_path).problem
    path.rename(tmp_path / "test" / "a-rule.toml")
    (tmp_path / "test").rename(tmp_path / "best")
    assert "not the folder's name" in error_of(tmp_path).problem


@pytest.mark.parametrize(
    ("examples", "problem"),
    [
        ("[[example]]\ntext = '⟦丙⟧'\n", "fewer than 2 `[[example]]`"),
        ("[[example]]\ntext = '⟦丙'\n[[example]]\ntext = '⟦丁⟧'\n", "⟦ without ⟧"),
        ("[[example]]\ntext = '丙'\n[[example]]\ntext = '⟦丁⟧'\n", "marks what must be found"),
        ("[[example]]\ntext = '⟦丙⟧'\nresullt = ''\n[[example]]\ntext = '⟦丁⟧'\n", "unknown key `resullt`"),
    ],
)
def test_examples_are_checked(tmp_path: Path, examples: str, problem: str) -> None:
    write_rule(tmp_path, "a-rule", "pattern = 'x'", examples=examples)
    assert problem in error_of(tmp_path).problem


def test_two_rules_of_one_id_and_empty_or_missing_folders(tmp_path: Path) -> None:
    assert "no such rule folder" in error_of(tmp_path / "none").problem
    assert "no rules here" in error_of(tmp_path).problem
    one, two = tmp_path / "one", tmp_path / "two"
    write_rule(one, "a-rule", "pattern = 'x'")
    write_rule(two, "a-rule", "pattern = 'x'")
    with pytest.raises(RuleError, match="exists already"):
        load([one, two], builtin=False)


def test_disabling_a_rule_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    write_rule(tmp_path, "a-rule", "pattern = 'x'")
    assert not load([tmp_path], builtin=False, disabled=["a-rule"]).rules
    with pytest.raises(UnknownRuleError, match="no rule 'a-rul'\n  hint: did you mean a-rule"):
        load([tmp_path], builtin=False, disabled=["a-rul"])


def test_a_word_that_is_defined_twice_or_too_late_is_an_error(tmp_path: Path) -> None:
    write_rule(tmp_path, "a-rule", "pattern = '{{pair}}'")
    (tmp_path / "vocabulary.toml").write_text("[words]\npair = '{{one}}{{one}}'\none = 'x'\n")
    assert "not defined above `pair`" in error_of(tmp_path).problem


def test_the_cache_follows_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRUBBER_CACHE_DIR", str(tmp_path / "cache"))
    rules = tmp_path / "rules"
    path = write_rule(rules, "a-rule", "pattern = 'x'")
    before = load([rules], builtin=False)
    assert load([rules], builtin=False).digest == before.digest
    (entry,) = (tmp_path / "cache").glob("rules-*.cache")
    whole = entry.read_bytes()
    for broken in (b"", b"{broken", whole[:-9], whole.replace(b"a reason", b"a season")):
        entry.write_bytes(broken)
        assert tuple(load([rules], builtin=False).rules) == before.rules
        assert entry.read_bytes() == whole
    path.write_text(path.read_text().replace("'x'", "'xyz'"))
    assert load([rules], builtin=False).digest != before.digest


@pytest.fixture
def files_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the rule files that are read, as they are, with a cache of the test's own."""
    names: list[str] = []
    read = rulefile.read

    def noted(path: Path, vocabulary: Vocabulary) -> dict[str, Any]:
        names.append(path.stem)
        return read(path, vocabulary)

    monkeypatch.setattr(rulefile, "read", noted)
    monkeypatch.setenv("SCRUBBER_CACHE_DIR", str(tmp_path / "cache"))
    return names


def test_only_a_rule_that_changed_is_read_again(tmp_path: Path, files_read: list[str]) -> None:
    rules = tmp_path / "rules"
    paths = {name: write_rule(rules, name, "pattern = 'x{{end}}'") for name in ("a-rule", "b-rule", "c-rule")}
    (rules / "vocabulary.toml").write_text("[words]\nend = 'y'\n")
    before = load([rules], builtin=False)
    paths["b-rule"].write_text(paths["b-rule"].read_text().replace("'x{", "'xx{"))
    after = load([rules], builtin=False)
    assert files_read == ["a-rule", "b-rule", "c-rule", "b-rule"]
    assert [rule.literals for rule in after.rules] == [{"xy"}, {"xxy"}, {"xy"}]
    assert (after.rules[0], after.rules[2]) == (before.rules[0], before.rules[2])
    assert len(load([rules], builtin=False, disabled=["a-rule"]).rules) == 2
    assert len(files_read) == 4
    paths["c-rule"].unlink()
    assert [rule.id for rule in load([rules], builtin=False).rules] == ["a-rule", "b-rule"]
    assert len(files_read) == 4
    (rules / "vocabulary.toml").write_text("[words]\nend = 'z'\n")
    assert [rule.literals for rule in load([rules], builtin=False).rules] == [{"xz"}, {"xxz"}]


def test_a_wrong_rule_file_is_told_each_time_and_costs_no_other_a_reading(
    tmp_path: Path, files_read: list[str]
) -> None:
    rules = tmp_path / "rules"
    write_rule(rules, "a-rule", "pattern = 'x'")
    wrong = write_rule(rules, "b-rule", "pattern = '('")
    for _ in range(2):
        assert error_of(rules).path == str(wrong)
    assert files_read == ["a-rule", "b-rule", "b-rule"]


def test_the_cache_does_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRUBBER_CACHE_DIR", str(tmp_path / "cache"))
    for number in range(12):
        write_rule(tmp_path / str(number), "a-rule", f"pattern = 'x{number}'")
        load([tmp_path / str(number)], builtin=False)
    assert len(list((tmp_path / "cache").glob("rules-*.cache"))) == 8
    assert load([tmp_path / "11"], builtin=False).rules[0].literals == {"x11"}
