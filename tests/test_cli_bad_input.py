"""Bad input: a message that names the file and the place, the others done, status 2, nothing lost or half written."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.clikit import CLEAN, DIRTY, MARK, process, rows, rule_folder, run


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_bytes(DIRTY.encode())
    (tmp_path / "scrubber.toml").write_text('builtin = false\nrules = [".rules"]\nexclude = ["*.toml"]\n')
    rule_folder(tmp_path)
    return tmp_path


def cleaned(here: Path, *paths: object, status: int = 2) -> str:
    """Clean into ``out``; the good file must be done whatever happens to the others. Returns standard error."""
    result = run("clean", *paths, "--out", "out")
    assert result.exit_code == status
    assert (here / "out/a.txt").read_bytes() == CLEAN.encode()
    assert not list(here.rglob(".scrubber-*.tmp"))
    return result.stderr


def test_missing_paths_and_loops(here: Path) -> None:
    (here / "d").mkdir()
    (here / "d/up").symlink_to("..")
    (here / "d/self").symlink_to("self")
    told = cleaned(here, "missing.txt", "d", "a.txt")
    assert "scrubber: missing.txt: there is no such file or folder\n" in told
    assert "scrubber: d/self: is a link that leads to itself\n" in told
    assert "scrubber: d/up: is a link back to a folder above it" in told


def test_unreadable_files_and_folders(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The refusal is made here, since the superuser, who may run the tests, is refused nothing."""
    (here / "locked.txt").write_text("x")
    (here / "dir").mkdir()
    openly, listing = Path.open, os.scandir

    def refused(path: Path, *rest: Any, **named: Any) -> Any:
        if path.name == "locked.txt":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return openly(path, *rest, **named)

    def unlisted(path: Path) -> Any:
        if Path(path).name == "dir":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return listing(path)

    monkeypatch.setattr(Path, "open", refused)
    monkeypatch.setattr(os, "scandir", unlisted)
    result = run("clean", ".", "--out", "out")
    monkeypatch.undo()
    assert result.exit_code == 2
    assert "scrubber: locked.txt: may not be read or written (permission denied)\n" in result.stderr
    assert "scrubber: dir: may not be read or written (permission denied)\n" in result.stderr
    assert (here / "out/a.txt").read_bytes() == CLEAN.encode()


def test_a_binary_file_is_skipped_in_a_folder_and_an_error_when_named(here: Path) -> None:
    (here / "p.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    result = run("clean", ".", "--out", "out")
    assert (result.exit_code, "1 binary file skipped" in result.stdout) == (0, True)
    assert not (here / "out/p.png").exists()
    assert "scrubber: p.png: not a text" in cleaned(here, "p.png", "a.txt")


def test_undecodable_bytes_are_named_by_offset_or_kept_in_place(here: Path) -> None:
    (here / "b.txt").write_bytes(b"abc \xff\xfe\xfd\x81 def" * 3)
    result = run("clean", "b.txt", "a.txt", "--out", "out")
    if result.exit_code == 2:
        assert "scrubber: b.txt:" in result.stderr
        assert "byte" in result.stderr
        assert not (here / "out/b.txt").exists()
    else:
        assert (here / "out/b.txt").read_bytes() == (here / "b.txt").read_bytes()
    assert (here / "out/a.txt").read_bytes() == CLEAN.encode()


def test_empty_files_and_nuls_are_ordinary(here: Path) -> None:
    (here / "empty.txt").touch()
    (here / "nul.txt").write_bytes(f"前面有文字\0后面也有文字{MARK}\n还有一整行别的文字，说的是另外的事情。\n".encode())
    assert cleaned(here, ".", status=0) == ""
    assert (here / "out/empty.txt").read_bytes() == b""
    assert (
        here / "out/nul.txt"
    ).read_bytes() == "前面有文字\0后面也有文字\n还有一整行别的文字，说的是另外的事情。\n".encode()


def test_a_name_that_is_not_utf8(here: Path) -> None:
    name = os.fsdecode(b"\xd6\xd0\xce\xc4.txt")
    Path(name).write_bytes(DIRTY.encode())
    result = process("scan", "--format", "jsonl", name)
    assert result.returncode == 1
    record = json.loads(result.stdout.splitlines()[0])
    assert os.fsencode(record["path"]) == b"\xd6\xd0\xce\xc4.txt"
    assert b"\\xd6\\xd0\\xce\\xc4.txt" in process("scan", name).stdout
    assert process("clean", "--in-place", name, "a.txt").returncode == 0
    assert Path(name).read_bytes() == CLEAN.encode()
    assert process("restore", "--in-place", name).returncode == 0
    assert Path(name).read_bytes() == DIRTY.encode()
    (broken,) = rows(run("inspect", "--format", "jsonl", name))
    assert os.fsencode(broken["path"]) == b"\xd6\xd0\xce\xc4.txt"


def test_one_line_of_fifty_megabytes(here: Path) -> None:
    filler = "甲乙丙丁" * 1000
    text = filler * 2083 + MARK + filler * 2083
    (here / "long.txt").write_text(text, encoding="utf-8")
    assert (here / "long.txt").stat().st_size > 49_000_000
    result = process("clean", "--in-place", "long.txt", "a.txt")
    assert result.returncode == 0
    assert len(result.stdout) < 500
    assert (here / "long.txt").read_text(encoding="utf-8") == filler * 4166


def test_a_target_that_cannot_be_written_leaves_the_file_and_does_the_rest(here: Path) -> None:
    (here / "ro.txt").write_bytes(DIRTY.encode())
    (here / "ro.txt").chmod(0o444)
    result = run("clean", "--in-place", "ro.txt", "a.txt")
    assert (result.exit_code, "scrubber: ro.txt: cannot be written: the file is read-only" in result.stderr) == (
        2,
        True,
    )
    assert (here / "ro.txt").read_bytes() == DIRTY.encode()
    assert (here / "a.txt").read_bytes() == CLEAN.encode()


def test_a_folder_that_cannot_be_made_is_named(here: Path) -> None:
    result = run("clean", "a.txt", "--out", "/proc/nowhere")
    assert result.exit_code == 2
    assert "scrubber: a.txt: the folder /proc/nowhere cannot be made: " in result.stderr


@pytest.mark.parametrize("command", [("clean", "--in-place"), ("scan",), ("restore", "--in-place"), ("hook", "clean")])
def test_an_empty_path_is_not_the_working_folder(here: Path, command: tuple[str, ...]) -> None:
    result = run(*command, "")
    assert (result.exit_code, "a path is empty; the working folder is ." in result.stderr) == (2, True)
    assert (here / "a.txt").read_bytes() == DIRTY.encode()


def test_a_folder_where_the_copy_should_go(here: Path) -> None:
    (here / "b.txt").write_bytes(DIRTY.encode())
    (here / "out/b.txt").mkdir(parents=True)
    assert "scrubber: b.txt: " in cleaned(here, "b.txt", "a.txt")


def test_a_result_that_the_disk_does_not_hold_leaves_the_file_as_it_was(here: Path) -> None:
    """A limit on the size of files fails a write half way, as a full disk does."""
    big = DIRTY.encode() * 10 + "没有广告的一行。\n".encode() * 50_000
    (here / "big.txt").write_bytes(big)
    result = process(
        *("clean", "big.txt", "a.txt", "--out", "out"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000)),
        env={**os.environ, "SCRUBBER_CACHE_DIR": str(here / ".cache")},
    )
    assert result.returncode == 2
    assert b"scrubber: big.txt: " in result.stderr
    assert b"Traceback" not in result.stderr
    assert (here / "big.txt").read_bytes() == big
    assert not (here / "out/big.txt").exists()
    assert (here / "out/a.txt").read_bytes() == CLEAN.encode()
    assert not list((here / "out").glob(".*"))


@pytest.mark.skipif(shutil.which("mount") is None or os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk(here: Path) -> None:
    disk = here / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", disk], capture_output=True, check=False
    ).returncode:
        pytest.skip("this system does not allow mounting a small disk")
    try:
        big = DIRTY.encode() + "没有广告的一行。\n".encode() * 7_000
        (disk / "b.txt").write_bytes(big)
        result = process("clean", "--in-place", "disk/b.txt", "a.txt", "--ledger", here / "l.db")
        assert (result.returncode, b"scrubber: disk/b.txt: cannot be written: the disk is full" in result.stderr) == (
            2,
            True,
        )
        assert (disk / "b.txt").read_bytes() == big
        assert [path.name for path in disk.iterdir()] == ["b.txt"]
        assert (here / "a.txt").read_bytes() == CLEAN.encode()
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("scan", "a.txt"),
        ("scan", "--format", "jsonl", "a.txt"),
        ("clean", "-"),
        ("clean", "--as", "jsonl", "-"),
        ("clean", "--diff", "a.txt"),
        ("rules", "list"),
        ("--help",),
        ("clean", "--help"),
        ("--version",),
    ],
)
@pytest.mark.parametrize("buffered", [True, False])
def test_output_that_cannot_be_written_is_told(here: Path, arguments: tuple[str, ...], buffered: bool) -> None:
    text = json.dumps({"text": DIRTY}).encode() if "jsonl" in arguments else DIRTY.encode()
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [sys.executable, "-m", "scrubber", *arguments],
            input=text,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            env={**os.environ, "PYTHONUNBUFFERED": "" if buffered else "1"},
        )
    assert result.stderr.decode() == "scrubber: cannot go on: standard output: No space left on device\n"
    assert result.returncode == 2


@pytest.mark.parametrize(("closed", "status", "said"), [(">&-", 2, b"output is closed"), ("2>&-", 1, b"")])
def test_a_closed_standard_stream_is_no_error_of_ours(here: Path, closed: str, status: int, said: bytes) -> None:
    command = f"{sys.executable} -m scrubber scan --format jsonl a.txt missing.txt {closed}"
    if status == 1:
        command = command.replace(" missing.txt", "")
    result = subprocess.run(["sh", "-c", command], capture_output=True, check=False)
    assert (result.returncode, said in result.stderr) == (status, True)
    assert b"Traceback" not in result.stderr
    for row in result.stdout.splitlines():
        assert json.loads(row)["path"] == "a.txt"


def test_a_reader_that_has_seen_enough_ends_the_run_without_a_word(here: Path) -> None:
    (here / "many.txt").write_text(DIRTY * 2000)
    command = f"{sys.executable} -m scrubber scan --format jsonl many.txt | head -n 1"
    result = subprocess.run(["sh", "-c", command], capture_output=True, check=False)
    assert (result.returncode, result.stderr, len(result.stdout.splitlines())) == (0, b"", 1)


def test_a_rule_file_that_is_not_valid_is_named_by_line(here: Path) -> None:
    rule = next((here / ".rules").rglob("*.toml"))
    rule.write_text(rule.read_text().replace("kind =", "knid ="))
    result = run("scan", "a.txt")
    assert result.exit_code == 2
    assert "uploaded-by.toml:" in result.stderr
    assert "`knid`" in result.stderr


def test_an_error_of_our_own_is_not_taken_for_a_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from scrubber.__main__ import main

    def broken(**_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("scrubber.cli.app.app", broken)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "RuntimeError: a bug\nscrubber: this is an error in scrubber itself" in capsys.readouterr().err
