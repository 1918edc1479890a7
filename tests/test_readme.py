"""The README cannot drift: its commands exist, its example runs, its output is real."""

from __future__ import annotations

import re
import shlex

from typer.testing import CliRunner

from scrubber import Scrubber
from scrubber.cli.app import app
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_every_command_exists() -> None:
    commands = [line[2:].split("#")[0] for block in blocks("console") for line in block.splitlines() if line[:1] == "$"]
    names = {shlex.split(command)[1] for command in commands if command.startswith("scrubber")}
    assert {"scan", "clean", "restore", "trace", "inspect", "rules"} <= names
    for name in names:
        assert CliRunner().invoke(app, [name, "--help"]).exit_code == 0


def test_the_shown_findings_are_real(monkeypatch: object) -> None:
    command, *shown = blocks("console")[0].splitlines()
    monkeypatch.chdir(ROOT)  # type: ignore[attr-defined]
    printed = CliRunner().invoke(app, shlex.split(command[2:])[1:]).output
    for line in shown:
        for part in line.strip().split("…"):
            assert part.strip() in printed


def test_the_library_example_runs(scrubber: Scrubber) -> None:
    (example,) = blocks("python")
    names: dict[str, object] = {"documents": ["正文。", "正文。".encode("gb18030")]}
    exec(example, names)  # noqa: S102 - it is the documentation's own code
    first = scrubber.scrub("落实到位。\n青灯文库整理，咨询QQ314159265\n散会。")
    assert first.text == "落实到位。\n\n散会。"
    assert first.findings[0].site == "青灯文库"
    assert first.to_original(6) == 26
    assert first.edits[0].before == "青灯文库整理，咨询QQ314159265".encode()


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", README):
        assert (ROOT / target).exists(), target
