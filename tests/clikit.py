"""What the tests of the command line share: a rule of their own, texts it fits, and a runner."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from scrubber.cli.app import app
from scrubber.cli.newrule import start

MARK = "本文由松果网友(uploaded-by)上传"
DIRTY = f"第一段。\n第二段{MARK}还没完。\n\n{MARK}\n"
CLEAN = "第一段。\n第二段还没完。\n\n\n"
REPOSITORY = Path(__file__).parent.parent
SEEDS = sorted((REPOSITORY / "fixtures/seeds").glob("*.txt"))


def rule_folder(parent: Path) -> str:
    """A folder with one rule, which finds MARK."""
    folder = parent / ".rules"
    start(folder, "credit", "uploaded-by", "credit")
    return str(folder)


def enter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder whose configuration names one rule, and nothing else."""
    monkeypatch.chdir(folder)
    (folder / "scrubber.toml").write_text('builtin = false\nrules = [".rules"]\nexclude = ["*.toml"]\n')
    rule_folder(folder)
    return folder


def run(*arguments: object, stdin: bytes | None = None) -> Result:
    """Run the command in this process; an exception that it should have told of is an error."""
    words = [os.fspath(part) if isinstance(part, Path) else str(part) for part in arguments]
    result = CliRunner().invoke(app, words, stdin, prog_name="scrubber")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def process(*arguments: object, **settings: Any) -> subprocess.CompletedProcess[bytes]:
    """Run the command as a process of its own."""
    command = [sys.executable, "-m", "scrubber", *map(os.fspath, arguments)]
    return subprocess.run(command, capture_output=True, check=False, timeout=60, **settings)


def rows(result: Result) -> list[dict[str, Any]]:
    return [json.loads(row) for row in result.stdout.splitlines()]
