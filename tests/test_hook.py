"""The hooks: what they say and change, and the real pre-commit running them in a real git repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clikit import CLEAN, DIRTY, REPOSITORY, rule_folder, run

SETTINGS = """\
[project]
name = "corpus"
[tool.scrubber]
builtin = false
rules = [".rules"]
exclude = ["drafts"]
"""


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "corpus"
    (folder / "drafts").mkdir(parents=True)
    (folder / "pyproject.toml").write_text(SETTINGS)
    (folder / "dirty.txt").write_text(DIRTY)
    (folder / "gbk.txt").write_bytes(DIRTY.encode("gb18030"))
    (folder / "clean.txt").write_text(CLEAN)
    (folder / "drafts/dirty.txt").write_text(DIRTY)
    (folder / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    rule_folder(folder)
    monkeypatch.chdir(folder)
    return folder


ALL = ("dirty.txt", "gbk.txt", "clean.txt", "drafts/dirty.txt", "picture.txt")


def test_scan_fails_when_a_file_needs_changing_and_shows_why(corpus: Path) -> None:
    result = run("hook", "scan", *ALL)
    assert result.exit_code == 1
    assert "dirty.txt:2:4: remove credit [uploaded-by] · 松果" in result.stdout
    assert "gbk.txt:2:4" in result.stdout
    assert "drafts" not in result.output
    assert (corpus / "dirty.txt").read_text() == DIRTY


def test_files_that_need_no_change_pass_in_silence(corpus: Path) -> None:
    for hook in ("scan", "clean"):
        result = run("hook", hook, "clean.txt", "drafts/dirty.txt", "picture.txt")
        assert (result.exit_code, result.output) == (0, "")


def test_clean_fails_when_it_changed_something_and_passes_the_second_time(corpus: Path) -> None:
    result = run("hook", "clean", *ALL)
    assert result.exit_code == 1
    assert "scrubber restore --in-place FILE" in result.stderr
    assert (corpus / "dirty.txt").read_text() == CLEAN
    assert (corpus / "gbk.txt").read_bytes() == CLEAN.encode("gb18030")
    assert (corpus / "drafts/dirty.txt").read_text() == DIRTY
    assert run("hook", "clean", *ALL).exit_code == 0
    assert run("restore", "--in-place", "dirty.txt").exit_code == 0
    assert (corpus / "dirty.txt").read_text() == DIRTY


def test_what_cannot_be_done_is_status_2(corpus: Path) -> None:
    (corpus / "damaged.txt").symlink_to("damaged.txt")
    assert run("hook", "scan", "damaged.txt", "clean.txt").exit_code == 2


def test_findings_for_review_alone_do_not_fail(corpus: Path) -> None:
    rule = corpus / ".rules/credit/uploaded-by.toml"
    rule.write_text(rule.read_text().replace("confidence", 'safety = "review"\nconfidence'))
    assert run("hook", "scan", "dirty.txt").exit_code == 0
    assert run("hook", "scan", "--review", "dirty.txt").exit_code == 1


def _index_answers(folder: Path) -> bool:
    """Whether pip finds a package index, which pre-commit needs to build the hook's environment."""
    asked = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--retries", "0"]
    asked += ["--timeout", "10", "--no-deps", "--dest", str(folder), "hatchling"]
    try:
        return subprocess.run(asked, capture_output=True, check=False, timeout=60).returncode == 0
    except subprocess.TimeoutExpired:
        return False


@pytest.fixture(scope="module")
def pre_commit_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("git") is None or not (REPOSITORY / ".git").exists():
        pytest.skip("pre-commit needs git and this project as a git repository")
    if not _index_answers(tmp_path_factory.mktemp("index")):
        pytest.skip("pip reaches no package index, so pre-commit cannot install the hook")
    return tmp_path_factory.mktemp("pre-commit")


def git(*arguments: str) -> subprocess.CompletedProcess[str]:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    return subprocess.run(["git", *identity, *arguments], capture_output=True, text=True, check=False)


def test_pre_commit_runs_both_hooks_from_this_repository(
    corpus: Path, pre_commit_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("PRE_COMMIT_HOME", str(pre_commit_home))
    monkeypatch.setenv("PIP_CONSTRAINT", str(REPOSITORY / "constraints.txt"))
    revision = subprocess.run(
        ["git", "-C", REPOSITORY, "rev-parse", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    settings = f"repos:\n  - repo: {REPOSITORY}\n    rev: {revision}\n    hooks:\n"
    Path(".pre-commit-config.yaml").write_text(settings + "      - id: scrubber-scan\n      - id: scrubber-clean\n")
    git("init")
    git("add", "-A")
    pre_commit = [sys.executable, "-m", "pre_commit"]
    subprocess.run([*pre_commit, "install"], check=True, capture_output=True)

    refused = git("commit", "-m", "texts")
    assert refused.returncode == 1, refused.stderr
    assert "find foreign text (scrubber)" in refused.stderr
    assert "dirty.txt:2:4: remove credit [uploaded-by]" in refused.stderr
    assert "- files were modified by this hook" in refused.stderr
    assert (corpus / "dirty.txt").read_text() == CLEAN
    assert (corpus / "gbk.txt").read_bytes() == CLEAN.encode("gb18030")
    assert (corpus / "drafts/dirty.txt").read_text() == DIRTY

    git("add", "-A")
    accepted = git("commit", "-m", "texts")
    assert accepted.returncode == 0, accepted.stderr
    assert ".scrubber" not in git("ls-files").stdout
    subprocess.run([sys.executable, "-m", "scrubber", "restore", "--in-place", "dirty.txt"], check=True)
    assert (corpus / "dirty.txt").read_text() == DIRTY
