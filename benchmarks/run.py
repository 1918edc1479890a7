"""How fast the scrubber is, side by side with what people use, in one run: only the ratios mean anything.

``python benchmarks/run.py [--quick] [--sets shipped,300,…] [--out FILE]``. What is compared is explained in README.md.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import corpus
import regex

from scrubber import Scrubber, __version__
from scrubber.folding import fold_text
from scrubber.gate import LiteralGate, has_hyperscan
from scrubber.pipeline import run
from scrubber.rule import PatternMatch
from scrubber.ruleset import RuleSet, load

MEGABYTE = 1_000_000
RESULTS = Path(__file__).resolve().parent / "results"
Work = Callable[[Sequence[bytes]], object]


def main() -> None:
    options = _options()
    size = (2 if options.quick else 12) * MEGABYTE
    rows: list[dict[str, object]] = []
    for name in options.sets.split(","):
        with tempfile.TemporaryDirectory() as folder:
            rules, adverts = _rules(name, Path(folder))
            for label, dirty in (("dirty", corpus.DIRTY), ("clean", 0.0)):
                documents = list(corpus.documents(size, adverts, dirty))
                rows += _compare(name, label, rules, documents, options.repeat)
                _keep(rows, options)


def _keep(rows: Sequence[dict[str, object]], options: argparse.Namespace) -> None:
    """Write what there is so far: a run that is broken off has its figures."""
    found = {"made": datetime.now(UTC).date().isoformat(), "quick": options.quick, "machine": _machine(), "rows": rows}
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if options.plot:
        options.plot.parent.mkdir(parents=True, exist_ok=True)
        _plot(rows, options.plot)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="2 MB instead of 12")
    parser.add_argument("--sets", default="shipped,50,300,1000,3000")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--out", type=Path, default=None)
    parser.add_argument("--plot", type=Path, default=None)
    return parser.parse_args()


def _rules(name: str, folder: Path) -> tuple[RuleSet, list[str] | None]:
    if name == "shipped":
        return load(), None
    patterns = corpus.synthetic(int(name))
    return corpus.synthetic_rules(patterns, folder), [text for _, text in patterns]


def _compare(
    name: str, label: str, rules: RuleSet, documents: Sequence[bytes], repeat: int
) -> Iterable[dict[str, object]]:
    decode = _speed(lambda some: [one.decode() for one in some], documents, repeat)
    for contender, work, share in _contenders(rules):
        part = documents[: max(1, int(len(documents) * share))]
        work(part[:1])
        speed = _speed(work, part, repeat)
        row = {
            "rules": name,
            "text": label,
            "contender": contender,
            "mb_per_s": round(speed, 3),
            "of_decode": round(speed / decode, 5),
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
        print("{rules:>8} {text:6} {contender:28} {mb_per_s:10.2f} MB/s {of_decode:9.4f} of decode".format(**row))
        yield row


def _speed(work: Work, documents: Sequence[bytes], repeat: int) -> float:
    """The median of ``repeat`` runs in 10⁶ bytes a second."""
    took = []
    for _ in range(repeat):
        start = time.perf_counter()
        work(documents)
        took.append(time.perf_counter() - start)
    return sum(map(len, documents)) / MEGABYTE / statistics.median(took)


def _contenders(rules: RuleSet) -> Iterable[tuple[str, Work, float]]:
    """Name, work, and the share of the documents that is enough to time it."""
    slow = max(0.02, min(1.0, 20 / len(rules.rules)))
    patterns = [rule.match.pattern for rule in rules.rules if isinstance(rule.match, PatternMatch)]
    yield "decode", lambda some: [one.decode() for one in some], 1.0
    yield "decode + encode", lambda some: [one.decode().encode() for one in some], 1.0
    if has_hyperscan():
        from scrubber.prefilter import HyperscanGate  # noqa: PLC0415 - there may be none

        yield "scrubber", _scrubbing(rules, HyperscanGate(rules.rules)), 1.0
    yield "scrubber without hyperscan", _scrubbing(rules, LiteralGate(rules.rules)), slow
    yield "decode + fold + ahocorasick", _aho_corasick(rules), slow
    yield "regex.sub loop", _loop([regex.compile(one, regex.ASCII) for one in patterns]), slow / 4
    if all("(?<=" not in one and "(?P<" not in one for one in patterns):
        yield "re.sub loop", _loop([re.compile(one, re.ASCII) for one in patterns]), slow / 8


def _scrubbing(rules: RuleSet, gate: object) -> Work:
    own = RuleSet(rules.rules, rules.sites)
    own.__dict__["gate"] = gate
    return lambda some: [run(one, own, encoding="utf-8", trace=False).bytes for one in some]


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


def _plot(rows: Sequence[dict[str, object]], path: Path) -> None:
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
