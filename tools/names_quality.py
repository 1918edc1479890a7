"""Measure names: which are given, by which rule and on which evidence, and which are right, wrong or missing.

    names_quality.py [--shared DIR] [--wild DIR] [--only SET] [--match REGEX] [--show N] [--by-rule]

Two things are told of every set. *Names*: every name that a finding gives, once a document; right if it is a site of
the annotation, an alias if it is an address or an account inside a span that the annotation gives a site, wrong
otherwise; and the sites of the annotation that nobody names. *Fragments*: whether the site a document is traced to is
right, wrong or silent; where the annotation has no fragments, a document is one, right with any of its sites. The third
table counts the names by the evidence that a fragment's site rests on. Exit status 2: nothing could be measured.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from build_wild import WILD, build  # noqa: E402
from provenance_quality import Traced, names, same, trace_all, verdict  # noqa: E402

SETS = ("resale", "web", "novel", "wild")
HANDLE = re.compile(r"[\x21-\x7e]+")


@dataclass
class Tally:
    """What was counted, and a line for each thing that is not right."""

    names: Counter[str] = field(default_factory=Counter)
    rules: Counter[tuple[str, str]] = field(default_factory=Counter)
    fragments: Counter[str] = field(default_factory=Counter)
    evidence: Counter[tuple[str, str]] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)


def judge(row: dict[str, Any], site: str, start: int, end: int) -> str:
    """``right``, ``alias`` or ``wrong``: what a name is that a finding over ``[start, end)`` gives."""
    if any(same(wanted, site) for wanted in sites(row)):
        return "right"
    inside = any(span["start"] < end and start < span["end"] and span.get("site") for span in row["spans"])
    return "alias" if inside and HANDLE.fullmatch(site) else "wrong"


def sites(row: dict[str, Any]) -> set[frozenset[str]]:
    """The sites of a document, each with all its spellings."""
    said = [span.get("site") for span in row["spans"]] + row.get("sites_named", [])
    said += [part.get("site") for part in row.get("fragments") or ()]
    return {names(each) for each in said if each and not each.startswith(("unknown", "author"))} - {frozenset()}


def tell_names(row: dict[str, Any], one: Traced, tally: Tally) -> None:
    """Count the names of one document."""
    given: dict[str, str] = {}
    for finding in one.findings:
        if finding.site and given.get(finding.site) != "right":
            given[finding.site] = said = judge(row, finding.site, *finding.span)
            tally.rules[finding.rule, said] += 1
            if said == "wrong":
                tally.lines.append(f"wrong name {row['id']} {finding.site} <{finding.rule}> {finding.text[:90]!r}")
    tally.names.update(given.values())
    for wanted in {names(s["site"]) for s in row["spans"] if s.get("site") and not s.get("debatable")} - {frozenset()}:
        if not any(same(wanted, site) for site in given):
            tally.names["missed"] += 1
            tally.lines.append(f"missed {row['id']} {'/'.join(sorted(wanted))}")


def tell_fragments(row: dict[str, Any], one: Traced, tally: Tally) -> None:
    """Count the fragments of one document."""
    whole: list[dict[str, Any]] = [
        {"start": 0, "site": "、".join(sorted({s["site"] for s in row["spans"] if s.get("site")}))}
    ]
    for part in row.get("fragments") or whole:
        found = [fragment for fragment in one.fragments if fragment.span.start <= part["start"]]
        fragment = max(found, key=lambda each: each.span.start, default=None)
        said = verdict(names(part["site"]), fragment)
        tally.fragments[said] += 1
        if fragment is None:
            continue
        why = [(item.type, item.site, item.rule, (item.text or "")[:60]) for item in fragment.evidence]
        if fragment.site:
            tally.evidence[why[0][0] if why else "none", said] += 1
        if said != "right":
            tally.lines.append(f"{said} fragment {row['id']} {part['site']} <- {fragment.site} {why[:4]}")


def measure(rows: Sequence[dict[str, Any]], docs: Path) -> Tally:
    """Trace the documents of a set together and count."""
    tally = Tally()
    traced = trace_all([docs / (row.get("file") or row["id"] + ".txt") for row in rows])
    for row, one in zip(rows, traced, strict=True):
        tell_names(row, one, tally)
        tell_fragments(row, one, tally)
    return tally


def report(name: str, tally: Tally, shown: int, by_rule: bool) -> None:
    """Print the figures of one set."""
    for line in sorted(tally.lines)[:shown]:
        print(line)
    kinds = ("right", "alias", "wrong", "missed")
    print(f"{name} names: " + ", ".join(f"{kind} {tally.names[kind]}" for kind in kinds))
    total = sum(tally.fragments.values()) or 1
    shares = (
        f"{kind} {tally.fragments[kind]} ({tally.fragments[kind] / total:.1%})" for kind in ("right", "wrong", "silent")
    )
    print(f"{name} fragments: {total}: " + ", ".join(shares))
    for table, counts in (("evidence", tally.evidence), ("rule", tally.rules if by_rule else Counter())):
        for key in sorted({key for key, _ in counts}):
            print(
                f"  {table} {key}: " + ", ".join(f"{kind} {counts[key, kind]}" for kind in kinds if counts[key, kind])
            )


def annotated(shared: Path, wild: Path, built: Path, only: Sequence[str]) -> Iterator[tuple[str, Path, Path]]:
    """Name, annotation and folder of documents of every set that is there."""
    for name in (name for name in SETS[:3] if name in only):
        gold = shared / "corpus/dev" / name / "gold.jsonl"
        if gold.exists():
            yield name, gold, gold.parent / "docs"
    if "wild" in only:
        build(built, wild)
        for gold in sorted(built.glob("*/gold.jsonl")):
            yield f"wild {gold.parent.name}", gold, gold.parent / "docs"


def main(arguments: list[str] | None = None) -> int:
    """Measure the sets that are there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="where the annotated sets lie")
    parser.add_argument("--wild", type=Path, default=WILD, help="a folder of marked documents (see build_wild.py)")
    parser.add_argument("--only", choices=SETS, action="append", help="measure this set only (repeatable)")
    parser.add_argument("--match", default="", metavar="REGEX", help="only documents whose id has this")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print so many things that are not right")
    parser.add_argument("--by-rule", action="store_true", help="print what each rule's names are worth")
    options = parser.parse_args(arguments)
    measured = 0
    with TemporaryDirectory() as built:
        for name, gold, docs in annotated(options.shared, options.wild, Path(built), options.only or SETS):
            lines = gold.read_text(encoding="utf-8").splitlines()
            rows = [row for line in lines if re.search(options.match, (row := json.loads(line))["id"])]
            if rows:
                report(name, measure(rows, docs), options.show, options.by_rule)
                measured += len(rows)
    return 0 if measured else 2


if __name__ == "__main__":
    sys.exit(main())
