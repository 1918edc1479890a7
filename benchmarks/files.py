"""What scrubbing adds to reading and writing files of records, and what a second worker is worth: ratios in one run.

``python benchmarks/files.py [--out FILE]``. The rules are 300 synthetic ones; see README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import corpus
import pyarrow as pa
from pyarrow import parquet

from scrubber import Scrubber, batch, formats

RULES = 300
RECORD_LINES = 3
Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=float, default=12)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--out", type=Path, default=None)
    options = parser.parse_args()
    batch.PAYS = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        patterns = corpus.synthetic(RULES)
        corpus.synthetic_rules(patterns, folder / "rules")
        adverts = [text for _, text in patterns]
        rows = [
            *_records(folder, adverts, int(options.mb * 1e6), options.repeat),
            *_workers(folder, adverts, int(options.mb * 1e6)),
        ]
    if options.out:
        options.out.write_text(json.dumps({"load": os.getloadavg(), "rows": rows}, indent=1) + "\n", encoding="utf-8")


def _records(folder: Path, adverts: list[str], size: int, repeat: int) -> Iterator[Row]:
    """Cleaning JSONL and Parquet (zstd), in relation to reading and writing the same without scrubbing."""
    scrubber = Scrubber([folder / "rules"], builtin=False)
    for label, dirty in (("dirty", corpus.DIRTY), ("clean", 0.0)):
        whole = [raw.decode() for raw in corpus.documents(size, adverts, dirty)]
        for length, texts in (("documents", whole), ("three lines", list(_short(whole)))):
            for form, write, plain in (
                ("jsonl", _write_jsonl, _plain_jsonl),
                ("parquet", _write_parquet, _plain_parquet),
            ):
                path, target = folder / f"in.{form}", folder / f"out.{form}"
                write(path, texts)
                ratio = _ratio(lambda: plain(path, target), lambda: _clean(path, target, scrubber), repeat)  # noqa: B023 - called at once
                row = {"format": form, "text": label, "records": length, "of_plain": round(ratio, 3)}
                print("{format:8} {text:6} {records:12} {of_plain:6.2f} of reading and writing".format(**row))
                yield row


def _short(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        lines = text.split("\n")
        yield from ("\n".join(lines[at : at + RECORD_LINES]) for at in range(0, len(lines), RECORD_LINES))


def _write_jsonl(path: Path, texts: Sequence[str]) -> None:
    rows = ({"id": number, "text": text} for number, text in enumerate(texts))
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def _write_parquet(path: Path, texts: Sequence[str]) -> None:
    table = pa.table({"id": range(len(texts)), "text": texts})
    parquet.write_table(table, path, compression="zstd", row_group_size=max(1, len(texts) // 3))


def _plain_jsonl(path: Path, target: Path) -> None:
    with path.open("rb") as source, target.open("wb") as sink:
        for line in source:
            sink.write(json.dumps(json.loads(line), ensure_ascii=False).encode() + b"\n")


def _plain_parquet(path: Path, target: Path) -> None:
    with parquet.ParquetFile(path) as file, parquet.ParquetWriter(target, file.schema_arrow, compression="zstd") as out:
        for group in range(file.num_row_groups):
            out.write_table(file.read_row_group(group))


def _clean(path: Path, target: Path, scrubber: Scrubber) -> None:
    for _ in formats.clean_file(
        path, target, "text", lambda texts: scrubber.scrub_batch([text.text for text in texts])
    ):
        pass


def _ratio(plain: Callable[[], None], clean: Callable[[], None], repeat: int) -> float:
    """The median ratio of processor times, measured in turn."""
    clean()
    return statistics.median(_took(plain) / _took(clean) for _ in range(repeat))


def _took(work: Callable[[], None]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _workers(folder: Path, adverts: list[str], size: int) -> Iterator[Row]:
    """``clean`` with one worker and with two: time on the clock, and processor time of all processes."""
    (folder / "texts").mkdir()
    for number, raw in enumerate(corpus.documents(size, adverts)):
        (folder / "texts" / f"{number}.txt").write_bytes(raw)
    one, two = (_timed(folder, jobs) for jobs in (1, 2))
    for jobs, (clock, processor) in ((1, one), (2, two)):
        row = {"jobs": jobs, "clock": round(clock, 2), "processor": round(processor, 2), "faster": one[0] / clock}
        print(
            "{jobs} workers: {clock:6.1f} s on the clock, {processor:6.1f} s of processors, {faster:.2f} times".format(
                **row
            )
        )
        yield row


def _timed(folder: Path, jobs: int) -> tuple[float, float]:
    command = [sys.executable, "-m", "scrubber", "clean", str(folder / "texts"), "--out", str(folder / f"out{jobs}")]
    command += ["--no-builtin", "--rules", str(folder / "rules"), "--jobs", str(jobs), "--quiet"]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True)
    clock, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
