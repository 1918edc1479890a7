"""The tone of a sentence: does it sound like what sites and sellers put into texts, or like an author?

A linear model over what stands in a sentence: its characters, pairs and triples of them, how long it is, whether it
has a line to itself, and whether that line is one of the first or last. Digits and Latin words count by their shape, so
that no number and no address is known. Scores are natural log odds. The weights were learned by logistic regression
from documents and sentences written for this purpose (see ``tools/build_tone_table.py`` and docs/tone.md).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Literal

from scrubber import later

Place = Literal["head", "tail", "middle"]
EDGE = 3
"""Lines that are not blank which count as the head of a document, and as its tail."""

STEP = 0.1
"""Nats that a unit of a stored weight stands for."""
LONGEST = 160
"""Code points of a sentence that are looked at: what is longer is told by its beginning."""

LEAST_HAN = 6
"""Han that a sentence, or a clause, must have to be judged at all."""
OWN = -2.0
"""A clause that scores less is an author's, whatever stands beside it."""

_CLOSING = " ”’\"'』」)】"
_BETWEEN_CLAUSES = later.pattern(r"[,;:|\s]+")
_HAN = later.pattern("[\u3400-\u9fff]")
_ASKS = ("?", "吗", "么")
_SENTENCE = later.pattern('[^。!?]+[。!?…]*[”’"』」)】]*')
_DIGITS = later.pattern("[0-9]+")
_LATIN = later.pattern("[a-z]{4,}")
_NUMBERS = 6
_BUCKET, _LAST_BUCKET = 8, 9
_ZERO = 0xE080
"""The symbol for a weight of nothing; those up to 127 more or less stand around it, where Unicode has no characters."""

_ENTRY = later.pattern("([^\ue000-\ue0ff]*)([\ue000-\ue0ff])")


class Table:
    """Weights in units of ``STEP`` nats, by feature; ``signals`` are strings of which a line worth a look has one.

    A line of a packed table has the features that begin with one character: of each what follows that, and a symbol for
    its weight. It is read when a feature of it is asked for.
    """

    def __init__(self, signals: frozenset[str], lines: Iterable[str]) -> None:
        self.signals = signals
        self._unread = {line[0]: line[1:] for line in lines if line}
        self._weights: dict[str, int] = {}

    def weights(self, features: Iterable[str]) -> dict[str, int]:
        """The weights of features, and perhaps of others; what has none weighs nothing."""
        for first in self._unread.keys() & {one[0] for one in features}:
            entries = _ENTRY.findall(self._unread.get(first, ""))
            self._weights.update({first + rest: ord(symbol) - _ZERO for rest, symbol in entries})
            self._unread.pop(first, None)  # only now, for other threads
        return self._weights


def place_of(number: int, lines: int) -> Place:
    """Where line ``number`` of so many that are not blank stands; a short text has neither head nor tail."""
    if lines <= 2 * EDGE:
        return "middle"
    return "head" if number < EDGE else "tail" if lines - number <= EDGE else "middle"


def sentences(line: str) -> Iterator[tuple[int, int]]:
    """Where the sentences of a line of the folded view stand, in code points; blank ones left out."""
    for found in _SENTENCE.finditer(line):
        if not found[0].isspace():
            yield found.span()


def features(sentence: str, alone: bool, place: Place) -> set[str]:
    """What the model sees in a sentence of the folded view. Features that are no text start with a space."""
    shape = _LATIN.sub("aaaa", _DIGITS.sub(lambda found: "0" * min(3, len(found[0])), sentence.strip()[:LONGEST]))
    text = f"^{shape}$"
    length = len(text)
    found = set(text[1:-1])
    found.update([text[at : at + 2] for at in range(length - 1)])
    found.update([text[at : at + 3] for at in range(length - 2)])
    found.update((f" length {min(_LAST_BUCKET, len(shape) // _BUCKET)}", f" alone {alone}", f" {place}", " "))
    return found


def is_foreign(sentence: str, alone: bool, place: Place, least: float) -> bool:
    """Whether a sentence scores at least so much, has enough to judge by, and no clause that sounds like an author's.

    Questions sound the same from everybody, and rows of numbers are data.
    """
    if len(_HAN.findall(sentence)) < LEAST_HAN or sentence.rstrip(_CLOSING).endswith(_ASKS):
        return False
    if len(_DIGITS.findall(sentence)) >= _NUMBERS:
        return False
    if score(sentence, alone, place) < least:
        return False
    clauses = [clause for clause in _BETWEEN_CLAUSES.split(sentence) if len(_HAN.findall(clause)) >= LEAST_HAN]
    return all(score(clause, False, "middle") > OWN for clause in clauses)


@lru_cache(maxsize=1024)
def score(sentence: str, alone: bool, place: Place) -> float:
    """How much more likely somebody else wrote a sentence than its author, in natural log odds."""
    seen = features(sentence, alone, place)
    weights = table().weights(seen)
    return STEP * sum([weights[one] for one in seen if one in weights])


@cache
def table() -> Table:
    """The table, read once."""
    import pkgutil  # noqa: PLC0415 - costs milliseconds that a scan without candidates saves

    packed = pkgutil.get_data("scrubber", "data/tone.z")
    if packed is None:
        raise FileNotFoundError("scrubber/data/tone.z is missing: reinstall the package")
    return unpack(packed)


def pack(weights: Mapping[str, int], signals: frozenset[str]) -> bytes:
    """A table as a file, which ``unpack`` reads."""
    lines = [
        first + "".join(one[1:] + chr(_ZERO + weights[one]) for one in group)
        for first, group in groupby(sorted(weights), key=itemgetter(0))
    ]
    return zlib.compress("\n".join((" ".join(sorted(signals)), *lines)).encode(), 9)


def unpack(packed: bytes) -> Table:
    """The table that ``pack`` wrote."""
    signals, *lines = zlib.decompress(packed).decode().split("\n")
    return Table(frozenset(signals.split(" ")), lines)
