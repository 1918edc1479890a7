"""How fast the scrubber is, side by side with what people use, in one run: only the ratios mean anything.

``python benchmarks/run.py [--quick] [--sets shipped,300,…] [--out FILE]``. What is compared is explained in README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import corpus
import regex

from scrubber import Scrubber, __version__, batch, sieve
from scrubber.folding import fold_text
from scrubber.pipeline import run
from scrubber.rule import PatternMatch
from scrubber.ruleset import RuleSet, load
from scrubber.sieve import is_plain
from scrubber.version import has_hyperscan

MEGABYTE = 1_000_000
Work = Callable[[Sequence[bytes]], object]
Row = dict[str, Any]


def main() -> None:
    options = _options()
    names = options.sets.split(",")
    rows = _of_set(names[0], options) if len(names) == 1 else _of_each(names, options)
    made, load = datetime.now(UTC).date().isoformat(), [round(one, 1) for one in os.getloadavg()]
    found = {"made": made, "mb": _size(options) / MEGABYTE, "machine": _machine(), "load": load}
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps({**found, "rows": rows}, indent=1) + "\n", encoding="utf-8")
    if options.plot:
        options.plot.parent.mkdir(parents=True, exist_ok=True)
        _plot(rows, options.plot)


def _size(options: argparse.Namespace) -> int:
    return (2 if options.quick else 12) * MEGABYTE


def _of_set(name: str, options: argparse.Namespace) -> list[Row]:
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        rules, adverts = _rules(name, Path(folder))
        for label, dirty in (("dirty", corpus.DIRTY), ("clean", 0.0)):
            documents = list(corpus.documents(_size(options), adverts, dirty))
            rows += _compare(name, label, rules, documents, options.repeat)
            if options.data_juicer:
                rows.append(_data_juicer(name, label, rules, documents, options))
    return rows


def _data_juicer(name: str, label: str, rules: RuleSet, documents: Sequence[bytes], options: argparse.Namespace) -> Row:
    """The operator that data-juicer has for this, timed by an interpreter that has data-juicer."""
    few = documents[: max(1, len(documents) // 20)]
    asked = {
        "patterns": [rule.match.pattern for rule in rules.rules if isinstance(rule.match, PatternMatch)],
        "documents": [raw.decode() for raw in few],
        "repeat": options.repeat,
    }
    command = [options.data_juicer, str(Path(__file__).with_name("replacing.py"))]
    found = subprocess.run(command, input=json.dumps(asked).encode(), stdout=subprocess.PIPE, check=True)
    decoding, took = json.loads(found.stdout.splitlines()[-1])
    return _shown(name, label, "data-juicer", sum(map(len, few)) / MEGABYTE / took, decoding / took)


def _of_each(names: Iterable[str], options: argparse.Namespace) -> list[Row]:
    """Each set of rules in a process of its own, so that the peak of memory is its own."""
    rows: list[Row] = []
    for name in names:
        with tempfile.NamedTemporaryFile(suffix=".json") as file:
            more = ["--quick"] if options.quick else []
            command = [
                sys.executable,
                __file__,
                "--sets",
                name,
                "--repeat",
                str(options.repeat),
                "--out",
                file.name,
                *more,
                *(["--data-juicer", options.data_juicer] if options.data_juicer else []),
            ]
            subprocess.run(command, check=True)
            rows += json.loads(file.read())["rows"]
    return rows


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="2 MB instead of 12")
    parser.add_argument("--sets", default="shipped,50,300,1000,3000")
    parser.add_argument("--repeat", type=int, default=9)
    parser.add_argument("--data-juicer", metavar="PYTHON", help="an interpreter that has data-juicer, to time it too")
    parser.add_argument("--out", type=Path, default=None)
    parser.add_argument("--plot", type=Path, default=None)
    return parser.parse_args()


def _rules(name: str, folder: Path) -> tuple[RuleSet, list[str] | None]:
    if name == "shipped":
        return load(), None
    patterns = corpus.synthetic(int(name))
    return corpus.synthetic_rules(patterns, folder), [text for _, text in patterns]


def _compare(name: str, label: str, rules: RuleSet, documents: Sequence[bytes], repeat: int) -> Iterable[Row]:
    for contender, work, share in _contenders(rules):
        part = documents[: max(1, int(len(documents) * share))]
        work(part[:1])
        yield _shown(name, label, contender, *_speed(work, part, repeat))


def _shown(name: str, label: str, contender: str, speed: float, ratio: float) -> Row:
    row = {
        "rules": name,
        "text": label,
        "contender": contender,
        "mb_per_s": round(speed, 3),
        "of_decode": round(ratio, 6),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print("{rules:>8} {text:6} {contender:30} {mb_per_s:10.2f} MB/s {of_decode:9.4f} of decode".format(**row))
    return row


def _speed(work: Work, documents: Sequence[bytes], repeat: int) -> tuple[float, float]:
    """In 10⁶ bytes a second of processor time, and in relation to decoding; the quickest of ``repeat`` runs of each.

    Both are run in turn, and processor time counts. What else the machine does can only make a run slower.
    """
    rounds = [(_took(_decode, documents), _took(work, documents)) for _ in range(repeat)]
    decoding, took = (min(times) for times in zip(*rounds, strict=True))
    return sum(map(len, documents)) / MEGABYTE / took, decoding / took


def _took(work: Work, documents: Sequence[bytes]) -> float:
    start = time.process_time()
    work(documents)
    return max(time.process_time() - start, 1e-9)


def _decode(documents: Sequence[bytes]) -> object:
    return [one.decode() for one in documents]


def _contenders(rules: RuleSet) -> Iterable[tuple[str, Work, float]]:
    """Name, work, and the share of the documents that is enough to time it."""
    many = max(0.02, min(1.0, 20 / len(rules.rules)))
    whole = any(not is_plain(rule) for rule in rules.rules)
    patterns = [rule.match.pattern for rule in rules.rules if isinstance(rule.match, PatternMatch)]
    yield "decode", _decode, 1.0
    yield "decode + encode", lambda some: [one.decode().encode() for one in some], 1.0
    for name, work in _scrubbers(rules):
        yield name, work, many if whole or "one by one" in name else 1.0
    yield "decode + fold + ahocorasick", _aho_corasick(rules), many
    yield "regex.sub loop", _loop([regex.compile(one, regex.ASCII) for one in patterns]), many / 4
    if not whole:
        yield "re.sub loop", _loop([re.compile(one, re.ASCII) for one in patterns]), many / 8


def _scrubbers(rules: RuleSet) -> Iterator[tuple[str, Work]]:
    """The ways to scrub documents: in batches, of lines too, without Hyperscan, and each by itself."""
    if has_hyperscan():
        batch = _batch(rules, has_hyperscan=True)
        yield "scrubber", batch
        yield "scrubber, one-line documents", lambda some: batch(b"".join(some).splitlines(keepends=True))
    yield "scrubber without hyperscan", _batch(rules, has_hyperscan=False)
    yield "scrubber, one by one", lambda some: [run(one, rules, trace=False).bytes for one in some]


def _batch(rules: RuleSet, *, has_hyperscan: bool) -> Work:
    """``scrub_batch`` that has its compiled rules already."""
    sieve.has_hyperscan = lambda: has_hyperscan
    batch.PAYS = 0
    ready = batch.Batch(rules)
    list(
        ready.outcomes([batch.Item("正文。".encode(), None)], lambda raw, codec: run(raw, rules, encoding=codec), False)
    )

    def work(some: Sequence[bytes]) -> object:
        items = (batch.Item(one, None) for one in some)
        outcomes = ready.outcomes(items, lambda raw, codec: run(raw, rules, encoding=codec, trace=False), False)
        return [outcome.bytes for outcome in outcomes]

    return work


def _loop(patterns: Sequence[re.Pattern[str]]) -> Work:
    def clean(raw: bytes) -> bytes:
        text = raw.decode()
        for pattern in patterns:
            text = pattern.sub("", text)
        return text.encode()

    return lambda some: [clean(one) for one in some]


def _aho_corasick(rules: RuleSet) -> Work:
    import ahocorasick_rs  # noqa: PLC0415 - the engine can be timed without it

    finder = ahocorasick_rs.AhoCorasick(sorted({literal for rule in rules.rules for literal in rule.literals}))
    return lambda some: [finder.find_matches_as_indexes(fold_text(one.decode())[0]) for one in some]


def _machine() -> dict[str, object]:
    model = ""
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "")
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cpu": model,
        "scrubber": __version__,
        "shipped_rules": len(Scrubber().ruleset.rules),
    }


def _plot(rows: Sequence[Row], path: Path) -> None:
    import matplotlib as mpl  # noqa: PLC0415 - only for the plot

    mpl.use("svg")
    from matplotlib import pyplot as plt  # noqa: PLC0415 - after the choice of a backend

    figure, axes = plt.subplots(figsize=(8, 5))
    sets = [name for name in dict.fromkeys(row["rules"] for row in rows) if name != "shipped"]
    for contender in dict.fromkeys(row["contender"] for row in rows):
        points = {
            row["rules"]: row["of_decode"] for row in rows if row["contender"] == contender and row["text"] == "dirty"
        }
        axes.plot(sets, [points.get(name) for name in sets], marker="o", label=str(contender))
    axes.set(yscale="log", xlabel="rules", ylabel="speed, of bare decode", title="2.5 % dirty lines, one core")
    axes.legend(fontsize="small")
    figure.savefig(path, bbox_inches="tight")


if __name__ == "__main__":
    main()
