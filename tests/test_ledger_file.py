"""The ledger as a file that others write too, and that may be broken, old, new, or not a ledger at all."""

from __future__ import annotations

import multiprocessing
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from scrubber.errors import LedgerError
from scrubber.ledger import Ledger, schema
from scrubber.restore import restore
from tests.outcomes import outcome
from tests.test_ledger import begin, sample

HERE = Path(__file__).parent.parent


def filled(path: Path, documents: int = 200) -> Path:
    with Ledger.open(path) as ledger:
        ledger.record_many(begin(ledger), [sample(number) for number in range(documents)])
    return path


def record_some(path: Path, numbers: list[int], one_by_one: bool) -> None:
    with Ledger.open(path) as ledger:
        run = begin(ledger)
        if one_by_one:
            for number in numbers:
                ledger.record(run, *sample(number))
        else:
            ledger.record_many(run, [sample(number) for number in numbers])


def test_several_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    shared, alone = tmp_path / "shared.db", filled(tmp_path / "alone.db")
    context = multiprocessing.get_context("spawn")
    parts = [list(range(start, 200, 3)) + list(range(50)) for start in range(3)]
    workers = [
        context.Process(target=record_some, args=(shared, part, number < 2)) for number, part in enumerate(parts)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    with Ledger.open(shared) as ours, Ledger.open(alone) as theirs:
        assert list(ours.dump()) == list(theirs.dump())


def test_documents_can_be_recorded_again_while_they_are_listed_and_others_write(tmp_path: Path) -> None:
    path = filled(tmp_path / "ledger.db", 1500)
    with Ledger.open(path, wait=0.2) as ours, Ledger.open(path) as theirs:
        run, other = begin(ours, again=True), begin(theirs, other=True)
        seen = []
        for number, document in enumerate(ours.each_document()):
            if number % 500 == 3:
                theirs.record(other, f"new/{number}.txt", outcome(b"new"))
                ours.record(run, *sample(int(Path(document.path).stem)))
            seen.append(document.id)
        assert seen == sorted(seen)
        assert len(set(seen)) == len(seen) >= 1500
        assert {r.documents for r in ours.runs()} == {1500, 3}


KILLED = """
import os, sys
from scrubber.ledger import Ledger, writer
from tests.test_ledger import begin, sample
ledger = Ledger.open(sys.argv[1])
run = begin(ledger)
ledger.record_many(run, [sample(number) for number in range(10)])
real = writer.Writer.document
def document(self, run, rules, path, outcome, target):
    if path.endswith(b"15.txt"):
        os._exit(9)
    return real(self, run, rules, path, outcome, target)
writer.Writer.document = document
ledger.record_many(run, [sample(number) for number in range(10, 20)])
"""


def test_a_killed_writer_leaves_what_it_had_finished(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    killed = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False, cwd=HERE)
    assert killed.returncode == 9
    with Ledger.open(path) as ledger, Ledger.open(filled(tmp_path / "ten.db", 10)) as expected:
        assert list(ledger.dump()) == list(expected.dump())
        ledger.record_many(begin(ledger), [sample(number) for number in range(20)])
        assert len(list(ledger.each_document())) == 20


def test_a_failing_document_leaves_its_batch_out_and_the_ledger_usable(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        run = begin(ledger)
        with pytest.raises(AttributeError):
            ledger.record_many(run, [sample(0), ("broken.txt", None)])  # type: ignore[list-item]
        assert list(ledger.each_document()) == []
        ledger.record(run, *sample(0))  # its rule and site were numbered in what was undone
        assert [site.name for site in ledger.sites()] == ["site-0"]


def test_writing_into_a_locked_ledger_gives_up_with_advice(tmp_path: Path) -> None:
    path = filled(tmp_path / "ledger.db", 3)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with Ledger.open(path, wait=0.1) as ledger:
        assert len(list(ledger.each_document())) == 3
        with pytest.raises(
            LedgerError, match=r"ledger\.db: the ledger is in use by another process.*nothing was changed"
        ):
            begin(ledger, other=True)
    holder.execute("ROLLBACK")
    holder.close()
    with Ledger.open(path) as ledger:
        assert len(ledger.runs()) == 1


def test_a_ledger_locked_for_reading_too(tmp_path: Path) -> None:
    path = filled(tmp_path / "ledger.db", 3)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    holder.execute("UPDATE runs SET tool = tool")
    for readonly in (True, False):
        with pytest.raises(LedgerError, match="in use by another process"):
            Ledger.open(path, wait=0.1, readonly=readonly)
    holder.close()


@pytest.mark.parametrize("keep", [0.97, 0.6, 0.3, 0.01])
def test_a_truncated_ledger_is_named_as_such_and_left_alone(tmp_path: Path, keep: float) -> None:
    path = filled(tmp_path / "ledger.db")
    whole = path.read_bytes()
    cut = whole[: int(len(whole) * keep)]
    path.write_bytes(cut)
    for options in ({"readonly": True}, {"create": False}, {}):
        with pytest.raises(LedgerError, match=r"ledger\.db: the ledger is truncated or damaged"):
            Ledger.open(path, **options)
    assert path.read_bytes() == cut
    assert [found.name for found in tmp_path.iterdir()] == ["ledger.db"]


def test_a_damaged_ledger_never_answers_wrong(tmp_path: Path) -> None:
    path = filled(tmp_path / "ledger.db")
    whole = bytearray(path.read_bytes())
    for start in range(4096, len(whole), 4096):
        whole[start : start + 8] = b"\xee" * 8
    path.write_bytes(whole)
    with pytest.raises(LedgerError, match="truncated or damaged"), Ledger.open(path) as ledger:
        list(ledger.dump())


@pytest.mark.parametrize("content", [b"text, not a database at all " * 9, b"SQLite format 3\0" + b"\xff" * 300, b"S"])
def test_what_is_not_a_ledger_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(content)
    for readonly in (True, False):
        with pytest.raises(LedgerError, match=r"ledger\.db: not a ledger"):
            Ledger.open(path, readonly=readonly)
    assert path.read_bytes() == content


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE runs (id INTEGER)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="SQLite file of another program"):
        Ledger.open(path)
    assert path.read_bytes() == before


def test_missing_empty_and_impossible_places(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    for readonly, create in ((True, True), (False, False)):
        with pytest.raises(LedgerError, match="there is no such ledger"):
            Ledger.open(tmp_path / "none.db", readonly=readonly, create=create)
        with pytest.raises(LedgerError, match="the file is empty"):
            Ledger.open(tmp_path / "empty.db", readonly=readonly, create=create)
    with pytest.raises(LedgerError, match="its folder must exist"):
        Ledger.open(tmp_path / "none" / "ledger.db")
    with pytest.raises(LedgerError, match="not a regular file"):
        Ledger.open(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["empty.db"]
    Ledger.open(tmp_path / "empty.db").close()
    Ledger.open(tmp_path / "empty.db", readonly=True).close()


def test_a_ledger_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = filled(tmp_path / "ledger.db", 3)
    with sqlite3.connect(path) as newer:
        newer.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    newer.close()
    before = path.read_bytes()
    for readonly in (True, False):
        with pytest.raises(
            LedgerError, match=f"of version {schema.VERSION + 1}, this program knows up to {schema.VERSION}"
        ):
            Ledger.open(path, readonly=readonly)
    assert path.read_bytes() == before


STEP = "ALTER TABLE runs ADD COLUMN machine TEXT; UPDATE runs SET machine = 'here'"


def next_version(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, step))


def test_an_older_ledger_is_brought_up_to_date_with_its_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = filled(tmp_path / "ledger.db", 30)
    with Ledger.open(path) as ledger:
        before = list(ledger.dump())
    next_version(monkeypatch, STEP)
    with pytest.raises(LedgerError, match="open it once for writing"):
        Ledger.open(path, readonly=True)
    with Ledger.open(path) as ledger:
        assert list(ledger.dump())[1:] == before[1:]
    with sqlite3.connect(path) as plain:
        assert plain.execute("SELECT machine FROM runs").fetchall() == [("here",)]
        assert plain.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
    plain.close()
    with Ledger.open(path, readonly=True) as ledger:
        assert len(list(ledger.each_document())) == 30


def test_a_migration_that_fails_half_way_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = filled(tmp_path / "ledger.db", 3)
    with monkeypatch.context() as patch:
        next_version(patch, STEP + "; DROP TABLE nowhere")
        with pytest.raises(LedgerError, match="nowhere"):
            Ledger.open(path)
    with Ledger.open(path) as ledger:
        assert len(list(ledger.each_document())) == 3
    with sqlite3.connect(path) as plain:
        assert "machine" not in str(plain.execute("SELECT sql FROM sqlite_master WHERE name = 'runs'").fetchone())
    plain.close()


def test_a_finished_ledger_is_one_file_that_can_be_carried_away(tmp_path: Path) -> None:
    path = filled(tmp_path / "ledger.db", 3)
    assert [found.name for found in tmp_path.iterdir()] == ["ledger.db"]
    moved = path.rename(tmp_path / "moved.db")
    _, done = sample(1)
    assert done.document is not None
    with Ledger.open(moved, readonly=True) as ledger:
        assert restore(ledger, done.bytes).data == done.document.raw
        with pytest.raises(LedgerError, match="the ledger is read-only"):
            begin(ledger)
    assert [found.name for found in tmp_path.iterdir()] == ["moved.db"]


def test_a_ledger_on_a_read_only_disk_can_be_asked(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(disk)], check=False, capture_output=True).returncode:
        pytest.skip("mounting a disk is not permitted here")
    try:
        path = filled(disk / "ledger.db", 3)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with Ledger.open(path, readonly=True) as ledger:
            assert len(list(ledger.each_document())) == 3
        with pytest.raises(LedgerError, match=r"ledger\.db: the ledger (is read-only|cannot be opened)"):
            Ledger.open(path)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_undoes_the_transaction_only(tmp_path: Path) -> None:
    path = filled(tmp_path / "ledger.db", 3)
    with Ledger.open(path) as ledger:
        run = begin(ledger)
        ledger._connection.execute("PRAGMA max_page_count = 40")
        with pytest.raises(LedgerError, match="the disk is full"):
            ledger.record(run, "big.txt", outcome(b"x" * 400_000, (0, 300_000, b"", "rule-a")))
        ledger._connection.execute("PRAGMA max_page_count = 100000")
        assert len(list(ledger.each_document())) == 3
        ledger.record(run, *sample(5))
    with Ledger.open(path) as ledger:
        assert len(list(ledger.each_document())) == 4


def test_the_documentation_names_every_table(tmp_path: Path) -> None:
    path = filled(tmp_path / "ledger.db", 1)
    with sqlite3.connect(path) as plain:
        tables = {name for (name,) in plain.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    plain.close()
    page = (HERE / "docs" / "ledger.md").read_text(encoding="utf-8")
    cells = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    assert {name for cell in cells for name in cell.split("`")[1::2]} == tables
