"""Measure fragments and their sites against annotated documents.

    provenance_quality.py [--shared DIR] [--only seeds|resale|web] [--wrong N]

For every annotated document with fragments: whether the boundaries of a compilation are exact (white space does not
count), and whether each fragment's site is right (also where there is none to name), silent (there is one, none is
named) or wrong (another one is named). A site is right under any of the names that the annotation gives. The documents
of a set are traced together, as ``scrubber trace DIR`` does. Exit status 2: nothing could be measured.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scrubber import Scrubber  # noqa: E402
from scrubber.aliases import Traced as Whole  # noqa: E402
from scrubber.aliases import resolve  # noqa: E402
from scrubber.likeness import Part, across, parts  # noqa: E402
from scrubber.model import Finding, Fragment  # noqa: E402
from scrubber.similarity import Index  # noqa: E402
from scrubber.view import fold_key  # noqa: E402

SETS = ("seeds", "resale", "web")


@dataclass(frozen=True)
class Traced:
    """A document's text, its findings, its fragments, and what of them can be compared with other documents."""

    text: str
    findings: tuple[Finding, ...]
    fragments: tuple[Fragment, ...]
    parts: tuple[Part, ...]


_SCRUBBERS: list[Scrubber] = []


def trace(path: Path) -> Traced:
    """Trace one document by itself, with the default rules."""
    if not _SCRUBBERS:
        _SCRUBBERS.append(Scrubber())
    outcome = _SCRUBBERS[0].scrub(path.read_bytes(), source=str(path))
    text = outcome.document.text if outcome.document else ""
    return Traced(
        text, outcome.findings, outcome.fragments, tuple(parts(str(path), text, outcome.fragments, outcome.findings))
    )


def trace_all(paths: Sequence[Path]) -> list[Traced]:
    """Trace documents together."""
    with ProcessPoolExecutor(2) as pool:
        traced = list(pool.map(trace, paths, chunksize=2))
    named = resolve([Whole(str(path), one.fragments, one.findings) for path, one in zip(paths, traced, strict=True)])
    alone = [
        Traced(one.text, one.findings, fragments, tuple(replace(p, fragment=by[p.fragment.index]) for p in one.parts))
        for one, fragments in zip(traced, named, strict=True)
        for by in [{fragment.index: fragment for fragment in fragments}]
    ]
    told = {
        (part.path, part.fragment.index): part.fragment for part in across([p for t in alone for p in t.parts], Index())
    }
    return [
        Traced(
            one.text,
            one.findings,
            tuple(told.get((str(path), f.index), f) for f in one.fragments if f.index > 0),
            one.parts,
        )
        for path, one in zip(paths, alone, strict=True)
    ]


def names(site: str | None) -> frozenset[str]:
    """The spellings under which an annotated site may be named: ``奇书网 (qisuu.com)`` has three."""
    said = [name.strip() for name in re.split(r"[()（）/、「」:：]", site or "")]
    said += [name.split(".")[-2] for name in said if re.fullmatch(r"[\w-]+(\.[\w-]+)+", name)]
    return frozenset(folded for name in said if len(folded := fold(name)) > 1)


def fold(name: str) -> str:
    """Letters, digits and Han alone, in lower case and simplified characters."""
    return "".join(char for char in fold_key(name) if char.isalnum())


def same(wanted: frozenset[str], named: str) -> bool:
    """Whether a site's name is one of those wanted, or holds or is held by one."""
    one = fold(named)
    return any(one == name or (min(len(one), len(name)) > 2 and (one in name or name in one)) for name in wanted)


def verdict(wanted: frozenset[str], fragment: Fragment | None) -> str:
    """What became of one annotated fragment."""
    named = fragment.site if fragment else None
    if named is None:
        return "silent" if wanted else "right"
    return "right" if same(wanted, named) else "wrong"


def bare(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without the white space at its ends (code points)."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def measure(rows: Sequence[dict[str, Any]], traced: Sequence[Traced]) -> Iterator[tuple[str, str]]:
    """Verdict and description, for every compilation (``exact``, ``inexact``) and every annotated fragment."""
    for row, one in zip(rows, traced, strict=True):
        gold = row["fragments"]
        spans = {bare(one.text, *fragment.span): fragment for fragment in one.fragments}
        wanted = {bare(one.text, part["start"], part["end"]): part for part in gold}
        if len(gold) > 1 or len(spans) > 1:
            exact = "exact" if [start for start, _ in spans] == [start for start, _ in wanted] else "inexact"
            yield exact, f"{row['id']}: {list(spans)} for {list(wanted)}"
        for (start, _), part in wanted.items():
            found = max((place for place in spans if place[0] <= start), default=None)
            fragment = spans[found] if found else None
            said = fragment and [(item.type, item.site, item.rule, item.text) for item in fragment.evidence]
            yield verdict(names(part["site"]), fragment), f"{row['id']} {part['site']}: {said}"


def report(name: str, rows: Sequence[dict[str, Any]], docs: Path, shown: int) -> Counter[str]:
    """Measure and print one set."""
    traced = trace_all([docs / (row.get("file") or row["id"] + ".txt") for row in rows])
    counts: Counter[str] = Counter()
    print(f"== {name}: {len(rows)} documents")
    for result, what in measure(rows, traced):
        counts[result] += 1
        if result not in ("exact", "right") and (shown := shown - 1) >= 0:
            print(result, what)
    print_counts(name, counts)
    return counts


def print_counts(name: str, counts: Counter[str]) -> None:
    """One line of figures."""
    fragments = sum(counts[key] for key in ("right", "wrong", "silent"))
    compilations = counts["exact"] + counts["inexact"]
    print(
        f"{name}: boundaries exact {counts['exact']}/{compilations}; of {fragments} fragments "
        + ", ".join(f"{key} {counts[key]} ({counts[key] / fragments:.2%})" for key in ("right", "wrong", "silent"))
    )


def found_sets(shared: Path) -> dict[str, tuple[Path, Path]]:
    """Name → (annotation, folder of documents), those that are there."""
    known = {"seeds": (ROOT / "fixtures/seeds/gold.jsonl", ROOT / "fixtures/seeds")}
    for name in SETS[1:]:
        gold = shared / "corpus/dev" / name / "gold.jsonl"
        known[name] = (gold, gold.parent / "docs")
    return {name: places for name, places in known.items() if places[0].exists()}


def main(arguments: list[str] | None = None) -> int:
    """Measure all sets that are there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="where the annotated sets lie")
    parser.add_argument("--only", choices=SETS, action="append", help="measure this set only (repeatable)")
    parser.add_argument(
        "--wrong", type=int, default=0, metavar="N", help="print so many of each set that are not right"
    )
    options = parser.parse_args(arguments)
    total: Counter[str] = Counter()
    for name, (gold, docs) in found_sets(options.shared).items():
        if name in (options.only or SETS):
            rows = [
                row
                for line in gold.read_text(encoding="utf-8").splitlines()
                if (row := json.loads(line)).get("fragments")
            ]
            total += report(name, rows, docs, options.wrong)
    if not total:
        return 2
    print_counts("all", total)
    return 0


if __name__ == "__main__":
    sys.exit(main())
