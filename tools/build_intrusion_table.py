"""Build the word table behind ``scrubber.intrusion`` from openly licensed word lists that come as packages.

Sources: jieba's ``dict.txt`` (MIT; words with frequencies and word classes), OpenCC's ``STPhrases`` (Apache-2.0;
phrases without frequencies), and this project's own ``intrusion_modern_words.txt``. ``--check`` builds again and fails
when the committed table differs.
"""

from __future__ import annotations

import argparse
import math
import re
import subprocess
import sys
import tempfile
import zlib
from collections import defaultdict
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODERN_WORDS = ROOT / "tools" / "intrusion_modern_words.txt"
TABLE = ROOT / "scrubber" / "data" / "intrusion_words.z"
HAN = re.compile(r"[\u3400-\u9fff]+")
LONGEST = 6
LEAST_FREQUENCY = 4
PHRASE_FREQUENCY = 2
MODERN_FREQUENCY = 500
# Nats by which a word has to be cheaper than the chain of its parts: less than that tells nothing about a seam.
LEAST_SAVING = 1.0
STEP = 0.4
LEVELS = 47
FIRST_SYMBOL = 0x21
# jieba's classes for things and names (n…, s place, t time, f direction), attributes, numbers, measures, idioms and
# abbreviations: what coined names are made of. Everything else (verbs, particles, pronouns …) is not.
NOMINAL = re.compile(r"n|s$|f$|t$|a|b$|j$|l$|i$|m|q|z$|x$|vn$|g|h$|k$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One word: its count in the source list and whether names are made of such words."""

    count: int
    nominal: bool


def package_folder(name: str) -> Path:
    """Where an installed package keeps its files."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        sys.exit(f"{name} is not installed: pip install -e '.[dev]'")
    return Path(spec.origin).parent


def jieba_words() -> dict[str, Entry]:
    """Words of Han characters with their frequency."""
    words: dict[str, Entry] = {}
    for line in (package_folder("jieba") / "dict.txt").read_text(encoding="utf-8").splitlines():
        fields = line.split(" ")
        if len(fields) == 3 and HAN.fullmatch(fields[0]):
            words[fields[0]] = Entry(int(fields[1]), NOMINAL.match(fields[2]) is not None)
    return words


def opencc_phrases() -> list[str]:
    """Simplified phrases of OpenCC, which ship in a binary form that its own tool unpacks."""
    folder = package_folder("opencc") / "clib"
    source = folder / "share" / "opencc" / "STPhrases.ocd2"
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "phrases.txt"
        subprocess.run(
            [folder / "bin" / "opencc_dict", "-i", source, "-o", plain, "-f", "ocd2", "-t", "text"], check=True
        )
        keys = [line.split("\t")[0] for line in plain.read_text(encoding="utf-8").splitlines()]
    return [key for key in keys if HAN.fullmatch(key)]


def modern_words() -> dict[str, Entry]:
    """What came into use after the lists were made, all counted alike."""
    names, _, verbs = MODERN_WORDS.read_text(encoding="utf-8").partition("# verbs")
    names = "".join(line for line in names.splitlines(keepends=True) if not line.startswith("#"))
    return {
        word: Entry(MODERN_FREQUENCY, nominal=nominal)
        for text, nominal in ((names, True), (verbs, False))
        for word in text.split()
    }


def cost(count: int, total: int) -> float:
    """Nats it takes to say a word of this count."""
    return math.log(total / max(count, 1))


def cheapest_split(word: str, costs: dict[str, float], dearest: float) -> float:
    """What the word costs when it is put together from shorter words."""
    best = [0.0] + [math.inf] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(end):
            piece = word[start:end]
            if piece != word:
                price = costs.get(piece, dearest if len(piece) == 1 else math.inf)
                best[end] = min(best[end], best[start] + price)
    return best[-1]


def select() -> dict[str, tuple[float, bool]]:
    """Words worth keeping, with cost and class: those much cheaper than any chain of shorter words."""
    entries = jieba_words()
    total = sum(entry.count for entry in entries.values())
    for phrase in opencc_phrases():
        entries.setdefault(phrase, Entry(PHRASE_FREQUENCY, nominal=True))
    for word, entry in modern_words().items():
        known = entries.get(word)
        if known is None or known.count < entry.count:
            entries[word] = entry
    costs = {word: cost(entry.count, total) for word, entry in entries.items()}
    dearest = cost(1, total)
    kept = {}
    for word, entry in entries.items():
        frequent = entry.count >= LEAST_FREQUENCY or entry.count == PHRASE_FREQUENCY
        if len(word) == 1 or (
            frequent and len(word) <= LONGEST and costs[word] + LEAST_SAVING < cheapest_split(word, costs, dearest)
        ):
            kept[word] = (costs[word], entry.nominal)
    return kept


def symbol(price: float, nominal: bool) -> str:
    """One printable character that holds the rounded cost and the class."""
    level = min(LEVELS - 1, round(price / STEP))
    return chr(FIRST_SYMBOL + 2 * level + nominal)


def render(words: dict[str, tuple[float, bool]]) -> str:
    """The table as text: one line for each first character, `first(rest symbol)*`, after one line about sources."""
    lines: defaultdict[str, list[str]] = defaultdict(list)
    for word, (price, nominal) in sorted(words.items()):
        lines[word[0]].append(word[1:] + symbol(price, nominal))
    about = f"# jieba {version('jieba')} (MIT), OpenCC {version('opencc')} (Apache-2.0), own; {len(words)} words"
    return "\n".join([about, *(first + "".join(rest) for first, rest in lines.items())])


def main() -> None:
    """Build the table, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the committed table, write nothing")
    arguments = parser.parse_args()
    text = render(select())
    if arguments.check:
        same = zlib.decompress(TABLE.read_bytes()).decode() == text
        sys.exit(None if same else f"{TABLE} differs from its sources: run tools/build_intrusion_table.py")
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_bytes(zlib.compress(text.encode(), 9))
    print(text.splitlines()[0], f"{len(text.encode())} bytes, {TABLE.stat().st_size} compressed")


if __name__ == "__main__":
    main()
