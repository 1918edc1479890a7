"""Plain texts too large to be held: cleaned in pieces that end at blank lines, one file in the ledger, one way back."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scrubber import files
from scrubber.formats import pieces
from scrubber.ledger import Ledger
from tests.clikit import MARK, enter, process, rows, run

LINE = "这一段没有什么特别的地方。\n"
TEXT = "".join(
    "".join(f"第{line * number:x}页的这一段没有什么特别的地方。\n" for line in range(500))
    + f"第{number}节{MARK}到此为止。\n\n"
    for number in range(130)
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return enter(tmp_path, monkeypatch)


@pytest.mark.parametrize(("codec", "newline"), [("utf-8-sig", "\n"), ("gb18030", "\r\n")])
def test_pieces_end_at_blank_lines_and_make_up_the_file(tmp_path: Path, codec: str, newline: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(TEXT.replace("\n", newline).encode(codec))
    found = [record for chunk in pieces.chunks(path, "") for record in chunk.records]
    raws = [record.raw or b"" for record in found]
    assert b"".join(raws) == path.read_bytes()
    assert len(raws) > 2
    assert all(pieces.PIECE <= len(raw) < 2 * pieces.PIECE for raw in raws[:-1])
    assert all(raw.endswith((newline * 2).encode(codec if codec == "gb18030" else "utf-8")) for raw in raws)
    lines = path.read_bytes().splitlines(keepends=True)
    assert [b"".join(lines[one.number - 1 : one.number + 9]) for one in found] == [
        b"".join(raw.splitlines(keepends=True)[:10]) for raw in raws
    ]


def test_a_text_without_blank_lines_is_divided_at_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(LINE.encode() * 100_000 + b"x" * (3 * pieces.PIECE))
    raws = [record.raw or b"" for chunk in pieces.chunks(path, "") for record in chunk.records]
    assert b"".join(raws) == path.read_bytes()
    assert all(raw.endswith(b"\n") for raw in raws[:-1])
    assert {len(raw) // pieces.PIECE for raw in raws[:-1]} == {2}
    assert len(raws[-1]) > 3 * pieces.PIECE


def test_what_cannot_be_divided_at_bytes_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGE", 1000)
    contents = {"a": LINE.encode("utf-16"), "b": LINE.encode("utf-16-le"), "c": b"\x89PNG\r\n", "d": LINE.encode()}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content * 100)
    assert [name for name in contents if pieces.fits(tmp_path / name)] == ["d"]


@pytest.mark.parametrize("codec", ["utf-8-sig", "gb18030"])
def test_a_file_in_pieces_comes_back_also_under_another_name(here: Path, codec: str) -> None:
    original, expected = TEXT.encode(codec), TEXT.replace(MARK, "").encode(codec)
    (here / "a.txt").write_bytes(original)
    result = process("clean", "--as", "pieces", "a.txt", "--out", "out", "--ledger", "l.db", "--format", "jsonl")
    assert result.returncode == 0
    paths = [json.loads(line)["path"] for line in result.stdout.splitlines()]
    assert paths[0] == "a.txt#1"
    assert len(paths) > 2
    assert (here / "out/a.txt").read_bytes() == expected
    with Ledger.open("l.db", readonly=True) as ledger:
        (whole,) = ledger.document("a.txt")
        assert [ledger.piece(name).path for name in whole.pieces] == paths
        assert (whole.size, whole.clean_size) == (len(original), len(expected))
    (here / "out/a.txt").rename(here / "b.md")
    assert process("restore", "--ledger", "l.db", "b.md", "--out", "back").returncode == 0
    assert (here / "back/b.md").read_bytes() == original
    assert (
        "restored as a whole only"
        in run("restore", "--ledger", "l.db", "b.md", "--rule", "uploaded-by", "--out", "x").stderr
    )
    (here / "b.md").write_bytes(expected + b"!")
    assert run("restore", "--ledger", "l.db", "b.md", "--out", "x").exit_code == 2
    assert not (here / "x").exists()


def test_a_large_file_is_taken_in_pieces_with_any_number_of_jobs(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGE", 1 << 20)
    (here / "a.txt").write_text(TEXT)
    dumps = []
    for jobs in (1, 2):
        result = run("clean", "a.txt", "--out", f"out{jobs}", "--ledger", f"{jobs}.db", "--jobs", jobs)
        assert (result.exit_code, "a.txt#1 → " in result.stdout) == (0, True)
        assert (here / f"out{jobs}/a.txt").read_text() == TEXT.replace(MARK, "")
        with Ledger.open(f"{jobs}.db", readonly=True) as ledger:
            dumps.append(list(ledger.dump()))
    assert dumps[0] == dumps[1]
    assert {row["path"] for row in rows(run("scan", "--as", "text", "a.txt", "--format", "jsonl"))} == {"a.txt"}


def test_standard_input_is_one_document(here: Path) -> None:
    result = process("clean", "-", "--as", "pieces", input=TEXT.encode())
    assert (result.stdout.decode(), result.returncode) == (TEXT.replace(MARK, ""), 0)


def test_in_place_and_by_its_run(here: Path) -> None:
    (here / "a.txt").write_text(TEXT)
    assert run("clean", "--as", "pieces", "--in-place", "a.txt").exit_code == 0
    assert (here / "a.txt").read_text() == TEXT.replace(MARK, "")
    (recorded,) = rows(run("ledger", "runs", "--format", "jsonl"))
    assert run("restore", "--in-place", "--run", recorded["id"][:8]).exit_code == 0
    assert (here / "a.txt").read_text() == TEXT
    assert run("clean", "--as", "pieces", "--in-place", "a.txt").exit_code == 0
    assert run("clean", "--as", "pieces", "--in-place", "a.txt").exit_code == 0
    assert run("restore", "--in-place", "a.txt").exit_code == 0
    assert (here / "a.txt").read_text() == TEXT


def test_memory_does_not_depend_on_the_size_of_the_text(here: Path) -> None:
    with (here / "a.txt").open("w") as file:
        for _ in range(8):
            file.write(TEXT)
    assert (here / "a.txt").stat().st_size > 20 << 20
    code = (
        "import re, sys; from pathlib import Path; from scrubber.cli.app import app\n"
        "try: app(sys.argv[1:])\n"
        "except SystemExit: print(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1])"
    )
    command = [sys.executable, "-c", code, "clean", "-q", "--as", "pieces", "a.txt", "--out", "out"]
    peak = int(subprocess.run(command, capture_output=True, check=True).stdout)
    assert peak < 110 << 10  # KiB
    assert MARK not in (here / "out/a.txt").read_text()
