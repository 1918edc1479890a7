"""The reference of the command line says what the commands say."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from scrubber import config
from tests.clikit import REPOSITORY, run
from tools.cli_reference import PAGE, reference

PROSE = PAGE.read_text(encoding="utf-8")


def test_the_page_is_what_the_commands_say() -> None:
    assert reference() == PROSE, "run `python tools/cli_reference.py`"


def test_the_help_of_every_command_has_examples() -> None:
    helps = re.findall(r"```text\n(Usage: .*?)```", PROSE, re.DOTALL)
    commands = [text for text in helps if "\nCommands:\n" not in text]
    assert len(commands) > 15
    assert [text.split(" [OPTIONS]")[0] for text in commands if "Examples:\n" not in text] == []


def test_every_example_of_the_help_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing they name is there, but no option or command in them may be unknown."""
    monkeypatch.chdir(tmp_path)
    shown = re.findall(r"^    (?:iconv [^|]+\| )?scrubber (.+?)(?:  +.*)?$", PROSE, re.MULTILINE)
    assert len(shown) > 30
    for words in (shlex.split(re.split(" [<>] ", example)[0]) for example in shown):
        if words[:2] not in (["rules", "test"], ["rules", "list"]):
            assert "Usage:" not in run(*words).stderr, words


def test_the_configuration_shown_is_valid_and_complete(tmp_path: Path) -> None:
    (tmp_path / "our-rules").mkdir()
    shown = re.findall(r"```toml\n(.*?)```", PROSE, re.DOTALL)[0]
    (tmp_path / "scrubber.toml").write_text(shown)
    assert config.load(tmp_path).ledger == tmp_path / "ledger.sqlite3"
    assert set(tomllib.loads(shown)) == set(config.KEYS)


@pytest.mark.parametrize("hook", ["scrubber-scan", "scrubber-clean"])
def test_the_hooks_shown_exist(hook: str) -> None:
    assert f"- id: {hook}\n" in (REPOSITORY / ".pre-commit-hooks.yaml").read_text()
    assert hook in PROSE


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/rules.md"])
def test_the_shown_way_to_start_a_rule_starts_one(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (shown,) = re.findall(r"`scrubber (rules new [^`]+)`", (REPOSITORY / page).read_text(encoding="utf-8"))
    assert run(*shlex.split(shown)).exit_code == 0
    folder = shlex.split(shown)[-1]
    assert run("rules", "test", "--no-builtin", "--rules", folder).exit_code == 0
