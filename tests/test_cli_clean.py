"""Cleaning and restoring files: every way of writing, the ledger, and a kill at any moment."""

from __future__ import annotations

import hashlib
import json
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scrubber.cli import work
from scrubber.files import SourceFile
from tests.clikit import CLEAN, DIRTY, MARK, SEEDS, process, rows, rule_folder, run


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_bytes(DIRTY.encode())
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/b.txt").write_bytes(CLEAN.replace("\n", "\r\n").encode("utf-16"))
    (tmp_path / "scrubber.toml").write_text('builtin = false\nrules = [".rules"]\nexclude = ["*.toml"]\n')
    rule_folder(tmp_path)
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_copies_keep_paths_modes_and_every_byte_outside_the_edits(here: Path) -> None:
    (here / "a.txt").chmod(0o640)
    before = contents(here)
    result = run("clean", ".", "--out", "out")
    assert result.exit_code == 0
    assert contents(here / "out") == {"a.txt": CLEAN.encode(), "sub/b.txt": before["sub/b.txt"]}
    assert (here / "out/a.txt").stat().st_mode & 0o777 == 0o640
    assert {path: content for path, content in contents(here).items() if not path.startswith("out")} == before
    assert result.stdout.startswith("a.txt → out/a.txt: 2 changes, 44 characters less · 松果\n")


def test_cleaning_again_changes_nothing(here: Path) -> None:
    run("clean", ".", "--out", "out")
    first = contents(here / "out")
    assert run("clean", ".", "--out", "out").exit_code == 0
    assert contents(here / "out") == first
    again = run("clean", "--in-place", "out", "--format", "jsonl")
    assert {row["changed"] for row in rows(again)} == {False}
    assert contents(here / "out") == first


def test_in_place_records_and_restores(here: Path) -> None:
    before = contents(here)
    result = run("clean", "--in-place", ".")
    assert result.exit_code == 0
    assert f"recorded in {here}/.scrubber/ledger.sqlite3" in result.stderr
    assert (here / "a.txt").read_bytes() == CLEAN.encode()
    assert (here / ".scrubber/.gitignore").read_text() == "*\n"
    (here / "a.txt").rename(here / "moved.txt")
    assert run("restore", "--in-place", "moved.txt", "sub/b.txt").exit_code == 0
    assert (here / "moved.txt").read_bytes() == before["a.txt"]
    assert (here / "sub/b.txt").read_bytes() == before["sub/b.txt"]


def test_a_link_stays_a_link_and_its_file_is_cleaned(here: Path) -> None:
    (here / "link.txt").symlink_to("a.txt")
    assert run("clean", "--in-place", "link.txt").exit_code == 0
    assert (here / "link.txt").is_symlink()
    assert (here / "a.txt").read_bytes() == CLEAN.encode()


def test_seeds_come_back_to_the_byte(here: Path) -> None:
    (here / "scrubber.toml").unlink()
    ledger = here / "l.sqlite3"
    assert run("clean", *SEEDS, "--out", "cleaned", "--ledger", ledger).exit_code == 0
    names = {path.name for path in SEEDS}
    assert {path.name for path in (here / "cleaned").iterdir()} == names
    assert all((here / "cleaned" / path.name).read_bytes() != path.read_bytes() for path in SEEDS)
    assert run("restore", "--ledger", ledger, here / "cleaned", "--out", here / "back").exit_code == 0
    for seed in SEEDS:
        digest = hashlib.sha256((here / "back" / seed.name).read_bytes()).hexdigest()
        assert digest == hashlib.sha256(seed.read_bytes()).hexdigest()


def test_a_folder_of_utf_16_comes_back(here: Path) -> None:
    texts = here / "wide"
    texts.mkdir()
    for codec in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        (texts / f"{codec}.txt").write_bytes((DIRTY * 4).encode(codec))
    assert run("clean", texts, "--out", here / "out", "--ledger", "l").exit_code == 0
    assert run("restore", "--ledger", "l", here / "out", "--out", here / "back").exit_code == 0
    for file in texts.iterdir():
        cleaned, back = next((here / "out").rglob(file.name)), next((here / "back").rglob(file.name))
        assert cleaned.read_bytes() != file.read_bytes() == back.read_bytes()


def test_what_was_cleaned_twice_comes_back_in_one_go(here: Path) -> None:
    for original, once, twice in ((Path("a.txt"), "one", "two"), (here / "a.txt", "three", "four")):
        run("clean", original, "--out", once, "--ledger", "l.db")
        run("clean", once, "--out", twice, "--ledger", "l.db")
        assert run("restore", f"{twice}/{once}/a.txt", "--out", f"{once}-back", "--ledger", "l.db").exit_code == 0
        assert (here / f"{once}-back/{twice}/{once}/a.txt").read_bytes() == DIRTY.encode()


def test_a_file_changed_since_is_left_alone_and_the_others_restored(here: Path) -> None:
    (here / "c.txt").write_bytes(DIRTY.encode())
    run("clean", "--in-place", "a.txt", "c.txt")
    (here / "a.txt").write_bytes(CLEAN.encode() + b"!")
    result = run("restore", "--in-place", "a.txt", "c.txt")
    assert result.exit_code == 2
    assert "a.txt: changed since it was cleaned" in result.stderr
    assert (here / "a.txt").read_bytes() == CLEAN.encode() + b"!"
    assert (here / "c.txt").read_bytes() == DIRTY.encode()


def test_a_whole_run_can_be_undone_by_its_id(here: Path) -> None:
    (here / "p.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    before = contents(here)
    run("clean", "--in-place", ".")
    (recorded,) = rows(run("ledger", "runs", "--format", "jsonl"))
    assert run("restore", "--in-place", "--run", recorded["id"][:6]).exit_code == 0
    after = contents(here)
    assert {path: after[path] for path in before} == before
    unknown = run("restore", "--in-place", "--run", "ffff")
    assert (unknown.exit_code, "no run starts with ffff" in unknown.stderr) == (2, True)
    listed = rows(run("ledger", "runs", recorded["id"][:6], "--format", "jsonl"))
    assert {row["path"]: row["changed"] for row in listed}["a.txt"] is True
    assert len(listed) == recorded["documents"]
    run("clean", "--in-place", ".")
    assert run("restore", "--in-place", ".").exit_code == 0
    assert {path: contents(here)[path] for path in before} == before


def test_a_run_can_be_undone_in_one_place_only(here: Path) -> None:
    for name in ("one", "two"):
        (here / name).mkdir()
        (here / name / "b.txt").write_bytes(f"{name}\n{DIRTY}".encode())
        run("clean", "--in-place", name)
    (recorded,) = rows(run("ledger", "runs", "--format", "jsonl"))
    assert run("restore", "--in-place", "--run", recorded["id"], "two").exit_code == 0
    assert (here / "one/b.txt").read_text() == f"one\n{CLEAN}"
    assert (here / "two/b.txt").read_text() == f"two\n{DIRTY}"


def test_runs_that_ask_for_something_else_are_others(here: Path) -> None:
    run("clean", "--in-place", "a.txt")
    run("clean", "--in-place", "--script", "traditional", "a.txt")
    assert len(rows(run("ledger", "runs", "--format", "jsonl"))) == 2


def test_a_run_or_rule_that_does_not_exist_is_told_once_with_what_there_is(here: Path) -> None:
    (here / "c.txt").write_bytes(DIRTY.encode())
    run("clean", "a.txt", "c.txt", "--out", "out", "--ledger", "l.db")
    restore = ("restore", "--ledger", "l.db", "--out", "back")
    before = contents(here)
    rule = run(*restore, "--rule", "uploaded-bye", "out")
    assert (rule.exit_code, rule.stderr) == (
        2,
        "scrubber: l.db: no rule 'uploaded-bye' has found anything\n  hint: did you mean uploaded-by?\n",
    )
    unknown = run(*restore, "--run", "ffff", "out")
    assert (unknown.exit_code, unknown.stderr) == (
        2,
        "scrubber: l.db: no run starts with ffff\n  hint: `scrubber ledger runs` names them all\n",
    )
    assert contents(here) == before


def test_a_run_whose_copies_are_somewhere_asks_for_their_place(here: Path) -> None:
    run("clean", "a.txt", "--out", "out", "--ledger", "l.db")
    (recorded,) = rows(run("ledger", "runs", "--ledger", "l.db", "--format", "jsonl"))
    restore = ("restore", "--ledger", "l.db", "--out", "back", "--run", recorded["id"])
    result = run(*restore)
    assert (result.exit_code, "these bytes are an original" in result.stderr) == (2, True)
    assert "name them, or their folder, beside --run" in result.stderr
    assert run(*restore, "out").exit_code == 0
    assert (here / "back/out/a.txt").read_bytes() == DIRTY.encode()


def test_one_rule_can_be_undone_and_the_rest_later(here: Path) -> None:
    text = f"第二段{MARK}还没完。\n正文到此为止。\n墨香范文网整理，咨询QQ123456789\n"
    (here / "scrubber.toml").write_text('rules = [".rules"]\n')
    (here / "a.txt").write_bytes(text.encode())
    run("clean", "--in-place", "a.txt")
    assert (here / "a.txt").read_text() == "第二段还没完。\n正文到此为止。\n\n"
    assert run("restore", "--in-place", "--rule", "uploaded-by", "a.txt").exit_code == 0
    assert (here / "a.txt").read_text() == f"第二段{MARK}还没完。\n正文到此为止。\n\n"
    assert run("restore", "--in-place", "a.txt").exit_code == 0
    assert (here / "a.txt").read_bytes() == text.encode()


def test_a_diff_shows_the_change_and_writes_nothing(here: Path) -> None:
    before = contents(here)
    result = run("clean", "--diff", ".")
    assert result.exit_code == 0
    assert f"-第二段{MARK}还没完。\n+第二段还没完。\n" in result.stdout
    assert contents(here) == before


def test_standard_input_to_standard_output(here: Path) -> None:
    raw = DIRTY.replace("\n", "\r\n").encode("gb18030")
    result = process("clean", "-", "--encoding", "gb18030", input=raw)
    assert (result.stdout, result.stderr, result.returncode) == (CLEAN.replace("\n", "\r\n").encode("gb18030"), b"", 0)


def test_a_document_that_fails_writes_nothing_to_standard_output(here: Path) -> None:
    result = process("clean", "-", input=b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    assert (result.stdout, result.returncode) == (b"", 2)
    assert b"scrubber: -: " in result.stderr


def test_the_ledger_is_the_same_for_any_number_of_jobs_and_any_order(here: Path) -> None:
    from scrubber.ledger import Ledger

    for number in range(100):
        (here / f"sub/{number:02}.txt").write_text(DIRTY + f"{number}\n")
    names = sorted((here / "sub").iterdir())
    run("clean", *names, "--out", "one", "--ledger", "one.db")
    run("clean", *names, "--out", "two", "--ledger", "two.db", "--jobs", "2")
    run("clean", *reversed(names), "--out", "three", "--ledger", "three.db")
    dumps = []
    for name in ("one", "two", "three"):
        with Ledger.open(f"{name}.db", readonly=True) as ledger:
            dumps.append(list(ledger.dump()))
    assert len(dumps[0]) > 100
    assert dumps[0] == dumps[1] == dumps[2]
    assert contents(here / "one") == contents(here / "two") == contents(here / "three")


def test_the_ledger_answers(here: Path) -> None:
    run("clean", "--in-place", ".")
    (site,) = rows(run("ledger", "sites", "--format", "jsonl"))
    assert (site["name"], site["findings"], site["documents"]) == ("松果", 2, 1)
    found = rows(run("ledger", "site", "松果", "--format", "jsonl"))
    assert [DIRTY[row["start"] : row["end"]] for row in found] == [MARK, MARK]
    assert {row["done"] for row in rows(run("ledger", "document", "a.txt", "--format", "jsonl"))} == {"applied"}
    (recorded,) = rows(run("ledger", "runs", "--format", "jsonl"))
    assert recorded["documents"] == 2
    assert rows(run("ledger", "duplicates", "--format", "jsonl")) == []
    assert "松果" in run("ledger", "sites").stdout
    unknown = run("ledger", "document", "elsewhere/a.txt")
    assert (unknown.exit_code, "did you mean a.txt?" in unknown.stderr) == (2, True)
    assert "knows no site" in run("ledger", "site", "无名").stderr
    assert "32 hexadecimal digits" in run("ledger", "fragment", "x").stderr


def test_the_ledger_exports(here: Path) -> None:
    run("clean", "--in-place", ".")
    printed = rows(run("ledger", "export", "--format", "dolma"))
    assert sorted(len(row["attributes"]) for row in printed) == [0, 1]
    assert run("ledger", "export", "--format", "dolma", "--out", "exported").exit_code == 0
    assert [json.loads(line) for line in (here / "exported/attributes.jsonl").read_text().splitlines()] == printed
    assert "say where with --out DIR" in run("ledger", "export", "--format", "parquet").stderr
    assert "formats are dolma, parquet, prov" in run("ledger", "export", "--format", "xml").stderr


def test_ledgers_merge(here: Path) -> None:
    run("clean", "a.txt", "--out", "one", "--ledger", "one.db")
    run("clean", "sub/b.txt", "--out", "one", "--ledger", "two.db")
    assert "1 document taken in" in run("ledger", "merge", "two.db", "--ledger", "one.db").stderr
    assert rows(run("ledger", "runs", "--ledger", "one.db", "--format", "jsonl"))[0]["documents"] == 2


def test_names_held_to_be_one_site_are_shown_with_what_joined_them(here: Path) -> None:
    (here / "scrubber.toml").write_text('exclude = ["*.toml"]\n')
    joined = "青灯文库整理，咨询QQ314159265"
    (here / "a.txt").write_text(f"落实到位。\n{joined}\n散会。\n", encoding="utf-8")
    (here / "sub/b.txt").write_text("抓好落实。\n松果写作网整理，咨询QQ314159265\n散会。\n", encoding="utf-8")
    run("clean", "--in-place", ".")
    found = {row["site"]: row for row in rows(run("ledger", "names", "--format", "jsonl"))}
    assert set(found) == {"青灯文库", "松果写作网"}
    first = found["青灯文库"]
    assert (first["contacts"], first["path"], first["seen"]) == (["314159265"], "a.txt", joined)
    assert [row["contested"] for row in found.values()] == [["314159265"]] * 2, "two sites claim one number"
    assert "青灯文库" in run("ledger", "names").stdout


def test_what_cannot_be_recorded_is_not_changed(here: Path) -> None:
    (here / ".scrubber").mkdir()
    (here / ".scrubber/ledger.sqlite3").write_bytes(b"not a ledger at all")
    result = run("clean", "--in-place", "a.txt")
    assert (result.exit_code, "not a ledger" in result.stderr) == (2, True)
    assert (here / "a.txt").read_bytes() == DIRTY.encode()


def test_a_file_changed_while_it_was_processed_is_left_alone(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scrub = work.scrub

    def slow(file: SourceFile, *rest: object) -> object:
        done = scrub(file, *rest)  # type: ignore[arg-type]
        file.path.write_text("somebody else was here")
        return done

    monkeypatch.setattr(work, "scrub", slow)
    result = run("clean", "--in-place", "a.txt")
    assert (result.exit_code, "changed by another program" in result.stderr) == (2, True)
    assert (here / "a.txt").read_text() == "somebody else was here"


def test_killed_at_any_moment_each_file_is_whole_and_restorable(here: Path) -> None:
    many = here / "many"
    many.mkdir()
    originals = {}
    for number in range(200):
        originals[f"{number:03}.txt"] = (DIRTY + f"第{number}号\n").encode()
        (many / f"{number:03}.txt").write_bytes(originals[f"{number:03}.txt"])
    cleaned = {name: raw.replace(MARK.encode(), b"") for name, raw in originals.items()}
    seen = set()
    for enough in (1, 50, 120):
        running = subprocess.Popen(
            [sys.executable, "-m", "scrubber", "clean", "--in-place", "many"], stdout=subprocess.DEVNULL
        )
        while running.poll() is None and _finished(many, cleaned) < enough:
            time.sleep(0.002)
        running.send_signal(signal.SIGKILL)
        running.wait()
        for name, raw in originals.items():
            assert (many / name).read_bytes() in (raw, cleaned[name])
        seen.add(_finished(many, cleaned))
    assert max(seen) > 0
    assert sqlite3.connect(here / ".scrubber/ledger.sqlite3").execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert run("clean", "--in-place", "many", "--quiet").exit_code == 0
    assert _finished(many, cleaned) == len(originals)
    assert run("restore", "--in-place", "many", "--quiet").exit_code == 0
    assert {name: (many / name).read_bytes() for name in originals} == originals


def _finished(folder: Path, cleaned: dict[str, bytes]) -> int:
    return sum((folder / name).read_bytes() == content for name, content in cleaned.items())
