"""How the scrubber holds out against text that is made to be slow: ratios to bare decoding, and rules over their time.

``python benchmarks/hostile.py [--rules 300|shipped] [--mb 1] [--line-mb 50] [--out FILE]``; see README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import corpus

from scrubber import Scrubber, batch
from scrubber.model import Outcome
from scrubber.rule import Rule
from scrubber.ruletest import examples_of

MEGABYTE = 1_000_000
EVERY = 10
"""Code points between two zero-width spaces."""
NEAR = MEGABYTE // 3
"""Code points of a line that nearly matches one rule."""
REPEAT = 3
Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", default="300", help="a number of synthetic rules, or `shipped`")
    parser.add_argument("--mb", type=float, default=1.0, help="size of each text")
    parser.add_argument("--line-mb", type=float, default=50.0, help="size of the one long line")
    parser.add_argument("--near", type=int, default=300, help="rules that a line of 1 MB nearly matches, at most")
    parser.add_argument("--out", type=Path, default=None)
    options = parser.parse_args()
    batch.PAYS = 0
    with tempfile.TemporaryDirectory() as name:
        scrubber = _scrubber(options.rules, Path(name))
        rows = [
            _shown(label, documents, scrubber)
            for label, documents in _texts(scrubber, options.mb, options.line_mb, options.near)
        ]
    if options.out:
        found = {"rules": options.rules, "load": [round(one, 1) for one in os.getloadavg()], "rows": rows}
        options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _scrubber(rules: str, folder: Path) -> Scrubber:
    if rules == "shipped":
        return Scrubber()
    corpus.synthetic_rules(corpus.synthetic(int(rules)), folder)
    return Scrubber([folder], builtin=False)


def _texts(scrubber: Scrubber, mb: float, line_mb: float, near: int) -> Iterator[tuple[str, list[bytes]]]:
    """Name and documents of each kind of hostile text."""
    size = int(mb * MEGABYTE)
    for label, made in _KINDS.items():
        yield label, [made(raw.decode()).encode() for raw in corpus.documents(size, dirty=0.0)]
    whole = b"".join(corpus.documents(int(line_mb * MEGABYTE), dirty=0.0))
    yield f"one line of {line_mb:g} MB", [whole.replace(b"\n", b"")]
    rules = scrubber.ruleset.rules
    yield "near misses of 1 MB", [_near_miss(rule, scrubber) for rule in rules[:: max(1, len(rules) // near)]]


def _emoji(text: str) -> str:
    return "\n".join(line + "❤️👩‍💻☀︎" for line in text.split("\n"))


def _zero_width(text: str) -> str:
    return "\u200b".join(text[at : at + EVERY] for at in range(0, len(text), EVERY))


def _in_letters(first: int, last: int, word: int) -> Callable[[str], str]:
    """A maker of text of the same length in another script: words of random letters between two code points."""

    def made(text: str) -> str:
        rng = random.Random(len(text))
        letters = [chr(code) for code in range(first, last)]
        return "".join(
            char if char == "\n" else " " if at % word == 0 else rng.choice(letters) for at, char in enumerate(text)
        )

    return made


def _wide_digits(text: str) -> str:
    rng = random.Random(len(text))
    return "".join(chr(0xFF10 + rng.randrange(10)) if char != "\n" and rng.random() < 0.3 else char for char in text)


_KINDS: dict[str, Callable[[str], str]] = {
    "plain": lambda text: text,
    "emoji with variation selectors": _emoji,
    "zero-width every ten": _zero_width,
    "russian": _in_letters(0x430, 0x450, 7),
    "korean": _in_letters(0xAC00, 0xD7A4, 5),
    "full-width digits": _wide_digits,
}


def _near_miss(rule: Rule, scrubber: Scrubber) -> bytes:
    """A line of one megabyte: over and over as much of what a rule finds as can be repeated without a finding."""
    example = examples_of(rule)[0][0].text.replace("\n", "")
    pieces = (example[:end] for end in range(len(example) - 1, 0, -1))
    piece = next((one for one in pieces if not scrubber.scrub(one * 3, trace=False).findings), "无")
    return (piece * (NEAR // len(piece) + 1))[:NEAR].encode()


def _shown(label: str, documents: Sequence[bytes], scrubber: Scrubber) -> Row:
    speed, outcomes = _speed(documents, scrubber)
    slow = sorted({note for outcome in outcomes for note in (*outcome.notes, outcome.error or "") if note})
    row = {"text": label, "of_decode": round(speed, 4), "over_time": slow}
    print(f"{label:32} {speed:8.4f} of decode  {len(slow)} over their time")
    for one in slow:
        print(f"    {one}")
    return row


def _speed(documents: Sequence[bytes], scrubber: Scrubber) -> tuple[float, list[Outcome]]:
    """The quickest of some runs, in relation to the quickest decoding."""
    repeat = REPEAT if sum(map(len, documents)) < 5 * MEGABYTE else 1
    decoding = min(_took(lambda: [one.decode() for one in documents])[0] for _ in range(REPEAT))
    runs = [_took(lambda: list(scrubber.scrub_batch(documents))) for _ in range(repeat)]
    took, outcomes = min(runs, key=lambda run: run[0])
    return decoding / took, outcomes


def _took(work: Callable[[], list[Any]]) -> tuple[float, list[Any]]:
    start = time.process_time()
    made = work()
    return max(time.process_time() - start, 1e-9), made


if __name__ == "__main__":
    main()
