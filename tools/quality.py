"""Scores the rules: per set, kind and rule what was hit, right, wrong and missed; fails below the floors.

    python tools/quality.py [--shared DIR] [--by kind|doc] [--misses N] [--rules-table] [--raise-floors]

The annotated sets stand beside the checkout in ``../shared``; where they are absent the bundled fixtures are scored.
Floors are kept in ``tools/floors.json``; ``--raise-floors`` lifts them to what was just measured and never lowers one.
"""

from __future__ import annotations

import argparse
import collections
import json
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ROOT / "tools" / "floors.json"
sys.path.insert(0, str(ROOT))

from scrubber import Scrubber  # noqa: E402
from scrubber.model import Finding  # noqa: E402
from scrubber.reports.jsonl import finding_line  # noqa: E402

_SCRUBBER: Scrubber | None = None


def sets(shared: Path) -> dict[str, tuple[Path, Path]]:
    """Name → (gold file, folder of documents)."""
    found = {"seeds": (ROOT / "fixtures/seeds/gold.jsonl", ROOT / "fixtures/seeds")}
    for name in ("resale", "web", "novel"):
        gold = shared / "corpus/dev" / name / "gold.jsonl"
        if gold.exists():
            found[name] = (gold, gold.parent / "docs")
    return found


def scrub(path: Path) -> tuple[Path, list[tuple[str, Finding]], str | None]:
    """Scan one document with the default settings."""
    global _SCRUBBER  # noqa: PLW0603 - one scrubber a process
    _SCRUBBER = _SCRUBBER or Scrubber()
    outcome = _SCRUBBER.scrub(path.read_bytes(), source=str(path))
    lines = [(finding_line(str(path), outcome, finding), finding) for finding in outcome.findings]
    return path, lines, outcome.error


def rule_table(gold: Path, results: list[tuple[Path, list[tuple[str, Finding]], str | None]]) -> dict[str, list[int]]:
    """Rule id → [findings applied, entirely inside gold spans, touching text that must stay]."""
    spans = {}
    for line in gold.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        spans[row.get("file") or row["id"] + ".txt"] = [(s["start"], s["end"]) for s in row["spans"]]
    table: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0, 0])
    for path, lines, _ in results:
        if path.name not in spans:
            continue
        inside = {offset for start, end in spans[path.name] for offset in range(start, end)}
        for _, finding in lines:
            if not finding.applies:
                continue
            wrong = any(
                offset not in inside and not finding.text[offset - finding.span.start].isspace()
                for offset in range(finding.span.start, finding.span.end)
            )
            row = table[finding.rule]
            row[0] += 1
            row[2 if wrong else 1] += 1
    return table


def score(shared: Path, gold: Path, docs: Path, findings: Path, extra: list[str]) -> str:
    """The output of the scoring script."""
    command = [sys.executable, str(scorer(shared)), str(gold), str(docs), str(findings), *extra]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def scorer(shared: Path) -> Path:
    """The scoring script beside the checkout, else the bundled one."""
    beside = shared / "tools" / "score.py"
    return beside if beside.exists() else ROOT / "tools" / "score.py"


def main() -> int:
    """Score all sets, print, compare with the floors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--only", choices=["seeds", "resale", "web", "novel"])
    parser.add_argument("--by", choices=["kind", "genre", "doc"], default="kind")
    parser.add_argument("--misses", type=int, default=0)
    parser.add_argument("--raise-floors", action="store_true")
    options = parser.parse_args()
    found = sets(options.shared)
    if "resale" not in found:
        print(f"no annotated sets in {options.shared}: only the bundled fixtures are scored")
    floors = json.loads(FLOORS.read_text()) if FLOORS.exists() else {}
    failed = False
    totals: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0, 0])
    for name, (gold, docs) in found.items():
        if options.only in (None, name):
            failed |= _one_set(name, gold, docs, options, floors, totals)
    _print_rules(totals)
    if options.raise_floors:
        FLOORS.write_text(json.dumps(floors, indent=2, sort_keys=True) + "\n")
    return 1 if failed else 0


def _one_set(
    name: str, gold: Path, docs: Path, options: Any, floors: dict[str, Any], totals: dict[str, list[int]]
) -> bool:
    with ProcessPoolExecutor(2) as pool:
        results = list(pool.map(scrub, sorted(docs.glob("*.txt"))))
    failed = False
    for path, _, error in results:
        if error:
            print(f"{path}: {error}")
            failed = True
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.writelines(line + "\n" for _, lines, _ in results for line, _ in lines)
        file.flush()
        print(f"== {name}: {len(results)} documents")
        print(score(options.shared, gold, docs, Path(file.name), ["--by", options.by, "--misses", str(options.misses)]))
        measured = json.loads(score(options.shared, gold, docs, Path(file.name), ["--json"]))
    for rule, counts in rule_table(gold, results).items():
        totals[rule] = [a + b for a, b in zip(totals[rule], counts, strict=True)]
    return _compare(name, measured, floors, options.raise_floors) or failed


def _compare(name: str, measured: dict[str, Any], floors: dict[str, Any], lift: bool) -> bool:
    """Whether something fell below its floor. ``damage`` and hard negatives have ceilings instead."""
    hard = int(measured["hard_hit"].split("/")[0])
    now = {key: measured[key] for key in ("recall", "precision", "spans", "sites") if measured[key] is not None}
    ceilings = {"damage_per_100k": measured["damage_per_100k"] or 0.0, "hard_hit": hard}
    kept = floors.setdefault(name, {"at_least": {}, "at_most": {}})
    failed = False
    for key, value in now.items():
        floor = kept["at_least"].get(key, 0.0)
        if value < floor:
            print(f"FLOOR {name}: {key} {value} is below {floor}")
            failed = True
        if lift:
            kept["at_least"][key] = max(floor, value)
    for key, value in ceilings.items():
        ceiling = kept["at_most"].get(key, float("inf"))
        if value > ceiling:
            print(f"CEILING {name}: {key} {value} is above {ceiling}")
            failed = True
        if lift:
            kept["at_most"][key] = min(ceiling, value)
    return failed


def _print_rules(totals: dict[str, list[int]]) -> None:
    print("== rules: applied, right, wrong (over all sets)")
    for rule in Scrubber().ruleset.rules:
        applied, right, wrong = totals.get(rule.id, [0, 0, 0])
        note = " WRONG" if wrong else " no hits" if not applied else ""
        print(f"{rule.id:40} {rule.safety:7} {applied:5} {right:5} {wrong:5}{note}")


if __name__ == "__main__":
    sys.exit(main())
