"""Files of records on the command line: what is edited and what is not, the ledger, the way back, kills, bad input."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scrubber.ledger import Ledger
from tests.clikit import CLEAN, DIRTY, MARK, enter, process, rows, run
from tests.rulekit import write_rule

DIRTY_LINE = json.dumps({"id": 1, "text": DIRTY, "z": [1.50, None]}).encode()
"""Escaped throughout; the cleaned line must be escaped in the same way."""
CLEAN_LINE = DIRTY_LINE.replace(json.dumps(MARK)[1:-1].encode(), b"")
LINES = [
    DIRTY_LINE + b"\r\n",
    b"\n",
    '{"text":"干净\\u3002" , "text2": "'.encode() + MARK.encode() + b'"}\n',
    b"no JSON\n",
    b'{"text": null}\n',
    b'{"title": "no text"}\n',
    json.dumps({"text": DIRTY}, ensure_ascii=False).encode(),
]
CLEANED = [CLEAN_LINE + b"\r\n", *LINES[1:6], json.dumps({"text": CLEAN}, ensure_ascii=False).encode()]
ORIGINAL, RESULT = b"".join(LINES), b"".join(CLEANED)


def zstd(data: bytes) -> bytes:
    packed: bytes = pytest.importorskip("zstandard").compress(data)
    return packed


def unzstd(data: bytes) -> bytes:
    content: bytes = pytest.importorskip("zstandard").ZstdDecompressor().stream_reader(io.BytesIO(data)).read()
    return content


PACKED: dict[str, tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]] = {
    "a.jsonl": (bytes, bytes),
    "a.ndjson.gz": (gzip.compress, gzip.decompress),
    "A.JSONL.zst": (zstd, unzstd),
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return enter(tmp_path, monkeypatch)


def table(path: Path, texts: list[str | None], **settings: object) -> None:
    pa, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    columns = {"id": list(range(len(texts))), "text": texts, "url": ["http://x.example/1"] * len(texts)}
    parquet.write_table(pa.table(columns), path, **settings)


def long_lines(count: int) -> list[bytes]:
    """Lines of 30 KB, each with two findings; a chunk takes some 17."""
    return [
        json.dumps({"text": f"{DIRTY}{number}" + f"第{number}段。\n" * 1000}).encode() + b"\n"
        for number in range(count)
    ]


def dump(ledger: str) -> list[str]:
    with Ledger.open(ledger, readonly=True) as opened:
        return list(opened.dump())


def test_a_scan_names_the_record_and_counts_in_its_text(here: Path) -> None:
    (here / "a.jsonl").write_bytes(ORIGINAL)
    result = process("scan", "--format", "jsonl", "a.jsonl")
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["path"] for row in found] == ["a.jsonl#1", "a.jsonl#1", "a.jsonl#7", "a.jsonl#7"]
    assert {DIRTY[row["start"] : row["end"]] for row in found} == {MARK}
    assert {DIRTY.encode()[row["byte_start"] : row["byte_end"]].decode() for row in found} == {MARK}
    assert (found[0]["line"], found[0]["column"]) == (2, 4)
    assert result.returncode == 2
    assert b"scrubber: a.jsonl:4: no JSON: Expecting value at column 1\n" in result.stderr
    assert b"scrubber: a.jsonl:6: no field 'text'\n" in result.stderr
    assert "3 documents: 4 removals in 2 documents" in run("scan", "a.jsonl").stdout


@pytest.mark.parametrize("name", PACKED)
def test_only_the_stretch_that_is_removed_changes_and_comes_back(here: Path, name: str) -> None:
    pack, unpack = PACKED[name]
    (here / name).write_bytes(pack(ORIGINAL))
    result = process("clean", name, "--out", "out", "--ledger", "l.db")
    assert result.returncode == 2
    assert f"{name}:4: no JSON".encode() in result.stderr
    assert unpack((here / "out" / name).read_bytes()) == RESULT
    assert process("restore", "--ledger", "l.db", "out", "--out", "back").returncode == 0
    assert unpack((here / "back/out" / name).read_bytes()) == ORIGINAL
    with Ledger.open("l.db", readonly=True) as ledger:
        recorded = {record.path: record.error for record in ledger.each_document()}
    assert sorted(recorded) == [f"{name}#{number}" for number in (1, 3, 4, 5, 6, 7)]
    assert sorted(path for path, error in recorded.items() if error) == [f"{name}#4", f"{name}#6"]


def test_parquet_comes_back_with_all_its_rows(here: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    texts = [DIRTY, None, CLEAN, "", MARK]
    table(here / "a.parquet", texts, row_group_size=2, compression={"id": "gzip", "text": "zstd", "url": "none"})
    assert process("clean", "a.parquet", "--out", "out", "--ledger", "l.db").returncode == 0
    cleaned = parquet.ParquetFile("out/a.parquet")
    assert cleaned.read().column("text").to_pylist() == [CLEAN, None, CLEAN, "", ""]
    assert cleaned.metadata.num_row_groups == 3
    codecs = [cleaned.metadata.row_group(0).column(number).compression for number in range(3)]
    assert codecs == ["GZIP", "ZSTD", "UNCOMPRESSED"]
    assert process("restore", "--ledger", "l.db", "out/a.parquet", "--out", "back").returncode == 0
    assert parquet.read_table("back/out/a.parquet").equals(parquet.read_table("a.parquet"))


@pytest.mark.parametrize("name", [*PACKED, "a.parquet"])
def test_a_file_without_findings_stays_identical(here: Path, name: str) -> None:
    if name == "a.parquet":
        table(here / name, [CLEAN, None], compression="lz4")
    else:
        (here / name).write_bytes(PACKED[name][0](CLEAN_LINE + b"\n" * 3))
    before, status = (here / name).read_bytes(), (here / name).stat()
    assert run("clean", name, "--out", "out").exit_code == 0
    assert (here / "out" / name).read_bytes() == before
    assert run("clean", "--in-place", name).exit_code == 0
    assert (here / name).read_bytes() == before
    assert (here / name).stat().st_ino == status.st_ino
    assert run("restore", "--in-place", name).exit_code == 0


def test_any_number_of_jobs_does_the_same(here: Path) -> None:
    lines = long_lines(60)
    (here / "a.jsonl").write_bytes(b"".join(lines[:30]) + ORIGINAL + b"\n" + b"".join(lines[30:]))
    (here / "b.jsonl.gz").write_bytes(gzip.compress(ORIGINAL)[:-9])
    (here / "c.txt").write_text(DIRTY)
    told = []
    for jobs in ("1", "2"):
        out, ledger = f"out{jobs}", f"{jobs}.db"
        cleaned = process("clean", "a.jsonl", "b.jsonl.gz", "c.txt", "--out", out, "--ledger", ledger, "--jobs", jobs)
        scanned = process("scan", "--format", "jsonl", "a.jsonl", "b.jsonl.gz", "--jobs", jobs)
        told.append([cleaned.stdout.replace(out.encode(), b"out"), cleaned.stderr.replace(ledger.encode(), b"l.db")])
        told[-1] += [scanned.stdout, scanned.stderr]
    assert told[0] == told[1]
    assert dump("1.db") == dump("2.db")
    assert (here / "out1/a.jsonl").read_bytes() == (here / "out2/a.jsonl").read_bytes()
    assert sorted(path.name for path in (here / "out2").iterdir()) == ["a.jsonl", "c.txt"]


@pytest.mark.parametrize("name", ["a.ndjson.gz", "A.JSONL.zst"])
def test_a_compressed_file_that_is_cut_off_is_left_alone(here: Path, name: str) -> None:
    pack, _ = PACKED[name]
    whole = pack(b"".join(long_lines(30)))
    (here / "b.txt").write_text(DIRTY)
    for damaged in (whole[: len(whole) // 2], whole[:-1], b"\x00" * 9 + whole):
        (here / name).write_bytes(damaged)
        result = process("clean", "--in-place", name, "b.txt")
        assert result.returncode == 2
        assert f"scrubber: {name}: the compressed file is ".encode() in result.stderr
        assert (here / name).read_bytes() == damaged
        assert (here / "b.txt").read_text() == CLEAN


def test_what_is_no_file_of_records_is_told(here: Path) -> None:
    (here / "a.parquet").write_bytes(b"PAR1 and then nothing")
    table(here / "b.parquet", [DIRTY])
    (here / "c.jsonl").write_text(f"{MARK}\n" * 40)
    result = run("clean", "a.parquet", "b.parquet", "c.jsonl", "--text-field", "body", "--out", "out")
    assert result.exit_code == 2
    assert "scrubber: a.parquet: no Parquet file" in result.stderr
    assert "scrubber: b.parquet: no column 'body'; there are id, text, url\n" in result.stderr
    assert "scrubber: c.jsonl: 35 more records could not be done\n" in result.stderr
    assert "--as text reads a file as plain text" in result.stderr
    assert result.stderr.count("c.jsonl:") == 6
    assert [path.name for path in (here / "out").iterdir()] == ["c.jsonl"]
    assert (here / "out/c.jsonl").read_bytes() == (here / "c.jsonl").read_bytes()


def test_files_are_read_as_what_the_command_or_the_configuration_says(here: Path) -> None:
    (here / "a.jsonl").write_text(DIRTY)
    (here / "b.data").write_text(json.dumps({"meta": {"body": DIRTY}, "text": DIRTY}) + "\n")
    assert run("clean", "--as", "text", "--in-place", "a.jsonl").exit_code == 0
    assert (here / "a.jsonl").read_text() == CLEAN
    assert rows(run("scan", "--format", "jsonl", "b.data")) == []
    found = rows(run("scan", "--format", "jsonl", "--as", "jsonl", "--text-field", "meta.body", "b.data"))
    assert [row["path"] for row in found] == ["b.data#1", "b.data#1"]
    config = (here / "scrubber.toml").read_text()
    (here / "scrubber.toml").write_text(f'{config}text_field = "meta.body"\n[formats]\n"*.data" = "jsonl"\n')
    assert run("clean", "--in-place", "b.data").exit_code == 0
    assert json.loads((here / "b.data").read_text()) == {"meta": {"body": CLEAN}, "text": DIRTY}
    assert run("restore", "--in-place", "b.data").exit_code == 0
    assert json.loads((here / "b.data").read_text())["meta"]["body"] == DIRTY
    unknown = run("scan", "--as", "csv", "b.data")
    assert (unknown.exit_code, "files are read as text, jsonl, parquet" in unknown.stderr) == (2, True)


def test_standard_input_to_standard_output(here: Path) -> None:
    result = process("clean", "-", "--as", "jsonl", input=ORIGINAL)
    assert (result.stdout, result.returncode) == (RESULT, 2)
    assert b"scrubber: -:4: no JSON" in result.stderr
    assert process("scan", "-", "--as", "parquet", input=b"").returncode == 2


def test_killed_half_way_the_file_is_whole_and_a_second_run_finishes(here: Path) -> None:
    original = b"".join(long_lines(150))
    (here / "a.jsonl").write_bytes(original)
    command = [sys.executable, "-m", "scrubber", "clean", "--in-place", "a.jsonl"]
    for pause in (0.0, 0.3):
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while running.poll() is None and not list(here.glob(".scrubber-*.tmp")):
            time.sleep(0.002)
        time.sleep(pause)
        running.send_signal(signal.SIGKILL)
        running.wait()
        assert (here / "a.jsonl").read_bytes() == original
    assert run("clean", "--in-place", "--quiet", "a.jsonl").exit_code == 0
    assert (here / "a.jsonl").read_bytes() == original.replace(json.dumps(MARK)[1:-1].encode(), b"")
    assert run("restore", "--in-place", "--quiet", "a.jsonl").exit_code == 0
    assert (here / "a.jsonl").read_bytes() == original


def test_a_stopped_run_is_taken_up(here: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        (here / name).write_bytes(DIRTY_LINE)
    assert run("clean", "a.jsonl", "--out", "out").exit_code == 0
    result = run("clean", ".", "--out", "out", "--resume", "--format", "jsonl")
    assert [row["path"] for row in rows(result)] == ["b.jsonl#1"]
    assert "1 file done before" in result.stderr
    os.utime(here / "a.jsonl", (time.time() + 9, time.time() + 9))
    assert [row["path"] for row in rows(run("clean", ".", "--out", "out", "--resume", "--format", "jsonl"))] == [
        "a.jsonl#1"
    ]
    assert run("clean", "--in-place", "a.jsonl", "--resume").exit_code == 2


def test_a_file_changed_since_is_left_alone_and_moved_records_are_found(here: Path) -> None:
    lines = [json.dumps({"text": f"{DIRTY}{number % 3}"}).encode() + b"\n" for number in range(60)]
    (here / "a.jsonl").write_bytes(b"".join(lines))
    assert run("clean", "--in-place", "a.jsonl").exit_code == 0
    cleaned = (here / "a.jsonl").read_bytes()
    changed = cleaned.replace(b'2"}', b'3"}', 1)
    (here / "a.jsonl").write_bytes(changed)
    result = run("restore", "--in-place", "a.jsonl")
    assert result.exit_code == 2
    assert "a.jsonl#3: changed since it was cleaned" in result.stderr
    assert (here / "a.jsonl").read_bytes() == changed
    shuffled = sorted(cleaned.splitlines(keepends=True))
    (here / "b.jsonl").write_bytes(b"".join(shuffled[:40]))
    assert run("restore", "--in-place", "b.jsonl").exit_code == 0
    assert (here / "b.jsonl").read_bytes() == b"".join(sorted(lines)[:40])


def test_equal_results_of_different_records_go_back_to_their_places(here: Path) -> None:
    texts = [CLEAN, DIRTY, MARK + CLEAN, CLEAN]
    original = b"".join(json.dumps({"text": text}).encode() + b"\n" for text in texts)
    (here / "a.jsonl").write_bytes(original)
    assert run("clean", "a.jsonl", "--out", "out", "--ledger", "l.db").exit_code == 0
    assert len(set((here / "out/a.jsonl").read_bytes().splitlines())) == 1
    assert run("restore", "--ledger", "l.db", "out", "--out", "back").exit_code == 0
    assert (here / "back/out/a.jsonl").read_bytes() == original


def test_one_rule_or_one_run_can_be_undone(here: Path) -> None:
    write_rule(here / ".rules", "compiled-by", r"pattern = '墨香范文网整理'")
    both = f"第二段{MARK}还没完。\n正文到此为止。\n墨香范文网整理\n"
    original = b"".join(json.dumps({"text": text}).encode() + b"\n" for text in (both, "干净。", both))
    (here / "a.jsonl").write_bytes(original)
    run("clean", "--in-place", "a.jsonl")
    cleaned = (here / "a.jsonl").read_bytes()
    assert run("restore", "--in-place", "--rule", "uploaded-by", "a.jsonl").exit_code == 0
    texts = [json.loads(line)["text"] for line in (here / "a.jsonl").read_bytes().splitlines()]
    assert texts == [f"第二段{MARK}还没完。\n正文到此为止。\n\n", "干净。", f"第二段{MARK}还没完。\n正文到此为止。\n\n"]
    assert "changed none of its records" in run("restore", "--in-place", "--rule", "uploaded-by", "a.jsonl").stderr
    assert run("restore", "--in-place", "a.jsonl").exit_code == 0
    assert (here / "a.jsonl").read_bytes() == original
    run("clean", "--in-place", "a.jsonl")
    assert (here / "a.jsonl").read_bytes() == cleaned
    (first, *_) = [row["id"] for row in rows(run("ledger", "runs", "--format", "jsonl")) if row["documents"] == 3]
    assert run("restore", "--in-place", "--run", first).exit_code == 0
    assert (here / "a.jsonl").read_bytes() == original


def test_the_address_of_a_record_is_evidence(here: Path) -> None:
    record = {"text": "第一段。\n第二段。\n", "url": "http://www.songguo.example/1.html", "source": "松果网"}
    (here / "a.jsonl").write_text(json.dumps(record) + "\n" + json.dumps({**record, "source": 7, "url": None}) + "\n")
    table(here / "b.parquet", [record["text"]])
    first, second, third = rows(run("trace", "--format", "jsonl", "a.jsonl", "b.parquet"))
    assert (first["path"], first["site"], first["evidence"][0]["type"]) == ("a.jsonl#1", "松果网", "url")
    assert (second["path"], second["evidence"]) == ("a.jsonl#2", [])
    assert third["evidence"][0]["text"] == "http://x.example/1"
    recorded = rows(run("trace", "--format", "jsonl", "a.jsonl", "--ledger", "l.db"))
    assert recorded[0]["evidence"] == first["evidence"]


def test_the_hooks_take_records(here: Path) -> None:
    (here / "a.jsonl").write_bytes(DIRTY_LINE)
    result = run("hook", "scan", "a.jsonl")
    assert (result.exit_code, "a.jsonl#1:2:4: remove credit [uploaded-by]" in result.stdout) == (1, True)
    assert run("hook", "clean", "a.jsonl").exit_code == 1
    assert (here / "a.jsonl").read_bytes() == CLEAN_LINE
    assert run("hook", "clean", "a.jsonl").exit_code == 0
    assert run("hook", "scan", "--text-field", "z", "a.jsonl").exit_code == 2


def test_a_diff_shows_records_and_writes_nothing(here: Path) -> None:
    (here / "a.jsonl").write_bytes(ORIGINAL)
    result = run("clean", "--diff", "a.jsonl")
    assert f"--- a/a.jsonl#7\n+++ b/a.jsonl#7\n@@ -1,4 +1,4 @@\n 第一段。\n-第二段{MARK}还没完。\n" in result.stdout
    assert (here / "a.jsonl").read_bytes() == ORIGINAL


def test_memory_does_not_depend_on_the_size_of_the_file(here: Path) -> None:
    def peak(count: int) -> int:
        line = json.dumps({"text": CLEAN * 200}).encode() + b"\n" + json.dumps({"text": DIRTY}).encode() + b"\n"
        (here / "a.jsonl").write_bytes(line * count)
        code = (
            "import re, sys; from pathlib import Path; from scrubber.cli.app import app\n"
            "try: app(sys.argv[1:])\n"
            "except SystemExit: print(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1])"
        )
        command = [sys.executable, "-c", code, "clean", "-q", "a.jsonl", "--out", "out"]
        return int(subprocess.run(command, capture_output=True, check=True).stdout)

    small, large = peak(200), peak(2400)
    assert (here / "a.jsonl").stat().st_size > 30 << 20
    assert large - small < 12 << 10  # KiB
