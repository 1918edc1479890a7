"""The ledger's speed at a million findings: `python benchmarks/ledger.py [--findings N] [--keep PATH]`.

Ten findings a document, 200 sites of which one has 5,000 findings, fragments of which one stands in 50 documents.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from scrubber.ledger import Ledger
from scrubber.model import (
    Action,
    ByteSpan,
    Document,
    Edit,
    Evidence,
    Finding,
    Fragment,
    Kind,
    Outcome,
    Safety,
    Segment,
    TextSpan,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EACH = 10  # findings in a document
SITES = 200
POPULAR = "popular.example"
LINE = "这一行是正文，后面跟着一段别人的广告。"
SHARED = LINE * 3


def outcome(number: int, documents: int) -> Outcome:
    """One document of short lines with an advert after each; every 200th of the sites' findings goes to one site."""
    share = max(1, documents // 5000)
    adverts = [f"更多资料请加微信号wx{number:06d}{place}" for place in range(EACH)]
    body = SHARED if number % max(1, documents // 50) == 0 else LINE + str(number)
    text, findings = body, []
    for place, advert in enumerate(adverts):
        site = POPULAR if place == 0 and number % share == 0 else f"site-{(number * EACH + place) % SITES:03d}.example"
        span = TextSpan.of(len(text), len(text) + len(advert))
        captures = {"wechat": advert[-8:], "site": site}
        rule = f"advert-{place}"
        findings.append(
            Finding(rule, Kind.CONTACT, Action.REMOVE, Safety.SAFE, span, advert, captures=captures, site=site)
        )
        text += advert + LINE
    raw = text.encode()
    edits = tuple(_edit(text, finding) for finding in findings)
    segment = Segment(ByteSpan.of(0, len(raw)), TextSpan.of(0, len(text)), "utf-8")
    document = Document(None, raw, text, "utf-8", 1.0, b"", (segment,))
    evidence = tuple(Evidence("contact", f.site, f.rule, f.span, f.text) for f in findings[:1])
    fragments = (
        Fragment(1, TextSpan.of(0, len(body)), "标题", findings[0].site, 0.9, evidence),
        Fragment(2, TextSpan.of(len(body), len(text)), ""),
    )
    cleaned = body + LINE * EACH
    return Outcome(None, document, cleaned.encode(), cleaned, tuple(findings), edits, (), fragments)


def _edit(text: str, finding: Finding) -> Edit:
    start = len(text[: finding.span.start].encode())
    before = finding.text.encode()
    return Edit(finding.span, ByteSpan.of(start, start + len(before)), before, b"", "", (finding,))


def timed(name: str, limit: str, ask: Callable[[], object], times: int = 15) -> None:
    """Print the first and the median time of ``ask``, in milliseconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - start) * 1000)
    print(f"{name:<38} first {taken[0]:8.2f} ms   median {statistics.median(taken):8.2f} ms   {limit}")


def fill(path: Path, findings: int) -> None:
    documents = findings // EACH
    batch, writing, written = 2000, 0.0, 0
    with Ledger.open(path) as ledger:
        run = ledger.begin("bench", "0" * 16, {})
        while written < documents:
            numbers = range(written, min(documents, written + batch))
            outcomes = [
                (f"corpus/{number % 97:02d}/{number:06d}.txt", outcome(number, documents)) for number in numbers
            ]
            start = time.perf_counter()
            ledger.record_many(run, outcomes)
            writing += time.perf_counter() - start
            written += len(outcomes)
    print(
        f"{findings:,} findings in {documents:,} documents: {findings / writing:,.0f} findings/s, "
        f"{path.stat().st_size / 1e6:,.0f} MB"
    )


def ask(path: Path) -> None:
    with Ledger.open(path, readonly=True) as ledger:
        popular = ledger.findings_of_site(POPULAR)
        shared = ledger.fragments_of_document(ledger.document(popular[0].path)[0].id)[0]
        paths: Iterator[str] = iter(sorted({finding.path for finding in popular})[1:])
        print(f"site with {len(popular):,} findings, fragment in {len(ledger.fragment(shared.id))} documents")
    with Ledger.open(path, readonly=True) as ledger:
        timed("a site's findings", "(at most 20)", lambda: ledger.findings_of_site(POPULAR))
        timed(
            "one document with its findings",
            "(at most 1)",
            lambda: ledger.findings_of_document(ledger.document(next(paths))[0].id),
        )
        timed("a shared fragment", "(at most 1)", lambda: ledger.fragment(shared.id))
        timed("all sites", "", ledger.sites, 3)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--findings", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, help="write the ledger here and keep it; an existing one is only asked")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.keep or Path(folder) / "ledger.db"
        if not path.exists():
            fill(path, options.findings)
        ask(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
