"""Texts as numbers: normalised characters, winnowed fingerprints, 5-grams, and the longest run two texts share.

*Normalised* text has one spelling: traditional folded to simplified, width and case folded, white space, punctuation
and symbols dropped, and any run of digits and redaction marks (``****``, ``XX``, ``×``, ``2023``) one single sign, so
that copies with different redactions still match. *Raw* text is verbatim but for white space: how a text was redacted
tells the sites that carry it apart.

Fingerprints follow winnowing (Schleimer, Wilkerson, Aiken: "Winnowing: local algorithms for document fingerprinting",
SIGMOD 2003): of every ``WINDOW`` neighbouring ``GRAM``-grams the one with the least hash. Two texts that share a run of
``GUARANTEED`` normalised characters therefore share a fingerprint.

numpy is imported where it is used: scanning does not need it.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Codes = NDArray[np.uint32]
    Keys = NDArray[np.uint64]
    Places = NDArray[np.int64]

GRAM = 10
WINDOW = 40
GUARANTEED = GRAM + WINDOW - 1
SHINGLE = 5

_REDACTIONS = "*＊xXｘＸ×╳✕✖✗✘〇○◯●□■▢△▲某＿_"
_PLANES = 0x40000
_GAP = 0x2FFFF
"""A code point that no text has (a noncharacter), to keep the texts of one batch apart."""
_GAP_LENGTH = GRAM + WINDOW
_DROPPED, _GAP_CODE, _REDACTED = 0, 1, 2
_BASE = 0x9E3779B1
_NONE = 0xFFFFFFFF
_CHUNK = 1 << 16
"""Normalised characters that are winnowed at a time, so that they stay in the processor's cache."""


class Run(NamedTuple):
    """A run that two texts share: where it begins in either and its length there, in code points."""

    start: int
    length: int
    other_start: int
    other_length: int


@cache
def _table() -> Codes:
    """What each code point is in normalised text: 0 dropped, 1 a gap between texts, 2 redacted, else a random number.

    The number depends on nothing but the folded character, so fingerprints stay the same between runs.
    """
    import numpy as np  # noqa: PLC0415

    from scrubber.folding import table  # noqa: PLC0415

    folded = np.arange(_PLANES, dtype=np.uint32)
    folded[:0x10000] = table().one
    kept = [chr(code).isalnum() for code in folded[:0x10000].tolist()]
    digits = [chr(code).isdigit() for code in folded[:0x10000].tolist()]
    mixed = _mix(folded * np.uint32(0x85EBCA6B) + np.uint32(1)) | np.uint32(4)
    mixed[:0x10000][~np.array(kept)] = _DROPPED
    mixed[:0x10000][np.array(digits)] = _REDACTED
    mixed[0x10000:0x20000] = _DROPPED
    mixed[[ord(char) for char in _REDACTIONS]] = _REDACTED
    mixed[_PLANES - 1] = _DROPPED
    mixed[_GAP] = _GAP_CODE
    return mixed


def _mix(values: Codes) -> Codes:
    """Spread the bits of 32-bit numbers (the finalizer of MurmurHash3, Appleby)."""
    import numpy as np  # noqa: PLC0415

    values = values ^ (values >> np.uint32(16))
    values = values * np.uint32(0x85EBCA6B)
    values ^= values >> np.uint32(13)
    values = values * np.uint32(0xC2B2AE35)
    values ^= values >> np.uint32(16)
    return values


def _code_points(text: str) -> Codes:
    import numpy as np  # noqa: PLC0415

    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def normalise(text: str) -> tuple[Codes, Places]:
    """The normalised characters of a text as numbers, and at which code point each stands."""
    import numpy as np  # noqa: PLC0415

    values = _table()[np.minimum(_code_points(text), _PLANES - 1)]
    places = np.flatnonzero(values)
    values = values[places]
    again = (values[1:] == _REDACTED) & (values[:-1] == _REDACTED)
    first = np.concatenate(([True], ~again)) if len(values) else np.zeros(0, dtype=bool)
    return values[first], places[first]


def _grams(values: Codes) -> Codes:
    """Hashes of all ``GRAM``-grams (10 = 8 + 2, each length out of two of half)."""
    import numpy as np  # noqa: PLC0415

    powers = [np.uint32(pow(_BASE, exponent, 1 << 32)) for exponent in (1, 2, 4)]
    two = values[:-1] * powers[0] + values[1:]
    four = two[:-2] * powers[1] + two[2:]
    eight = four[:-4] * powers[2] + four[4:]
    return _mix(eight[:-2] * powers[1] + two[8:])


def fingerprints(texts: Sequence[str]) -> tuple[NDArray[np.int64], Codes]:
    """The winnowed fingerprints of some texts: for each the number of its text, and its hash; repeats may occur.

    A text of fewer than ``GUARANTEED`` but at least ``GRAM`` normalised characters has the least hash of all its grams.
    """
    import numpy as np  # noqa: PLC0415

    gap = chr(_GAP) * _GAP_LENGTH
    values, places = normalise(gap.join(["", *texts, ""]))
    found: list[Codes] = []
    chosen: list[Places] = []
    for first in range(0, max(len(values) - GUARANTEED, 0), _CHUNK):
        windows, least = _winnow(values[first : first + _CHUNK + GUARANTEED])
        chosen.append(windows + first)
        found.append(least)
    if not found:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint32)
    hashes = np.concatenate(found)
    starts = np.cumsum([_GAP_LENGTH, *(len(text) + _GAP_LENGTH for text in texts[:-1])])
    owners = np.searchsorted(starts, places[np.concatenate(chosen)], side="right") - 1
    new = np.ones(len(hashes), dtype=bool)
    new[1:] = (hashes[1:] != hashes[:-1]) | (owners[1:] != owners[:-1])
    return owners[new], hashes[new]


def _winnow(values: Codes) -> tuple[Places, Codes]:
    """Where windows stand that lie in one text, the first position left out, and the least hash of each."""
    import numpy as np  # noqa: PLC0415

    gaps = values == _GAP_CODE
    outside = gaps[: 1 - GRAM] | gaps[GRAM - 1 :]
    hashes = np.minimum(_grams(values), np.uint32(_NONE - 1))
    hashes[outside] = _NONE
    least = _least(hashes)
    opens = outside[: len(least) - 1]
    inside = ~outside[1 : len(least)] & (opens | ~outside[WINDOW : WINDOW + len(least) - 1])
    chosen = np.flatnonzero(inside) + 1
    return chosen, least[chosen]


def _least(hashes: Codes) -> Codes:
    """The least hash of every ``WINDOW`` neighbours (40 = 32 and the last 8 again, by doubling)."""
    import numpy as np  # noqa: PLC0415

    least = hashes
    for step in (1, 2, 4, 8, 16, WINDOW - 32):
        least = np.minimum(least[:-step], least[step:])
    return least


def shingles(text: str) -> Keys:
    """The 5-grams of raw text without white space, as 64-bit hashes in their order."""
    return _shingles(_code_points("".join(text.split())))


def normal_shingles(text: str) -> Keys:
    """The 5-grams of normalised text, as 64-bit hashes in their order."""
    return _shingles(normalise(text)[0])


def _shingles(codes: Codes) -> Keys:
    import numpy as np  # noqa: PLC0415

    wide = codes.astype(np.uint64)
    if len(wide) < SHINGLE:
        return wide[:0]
    base = np.uint64(0x9E3779B97F4A7C15)
    hashes = wide[: 1 - SHINGLE].copy()
    for offset in range(1, SHINGLE):
        hashes *= base
        hashes += wide[offset : len(wide) - SHINGLE + 1 + offset]
    hashes ^= hashes >> np.uint64(29)
    return hashes


def distinct(keys: Keys) -> Keys:
    """The same hashes sorted, each once."""
    import numpy as np  # noqa: PLC0415

    return np.unique(keys)


def inner(one: Keys, other: Keys) -> float:
    """The share of 5-grams (in order) that the other text holds, from the first such to the last: 0 if it holds none.

    Titles and tails that differ do not count; what was changed inside a copy does.
    """
    import numpy as np  # noqa: PLC0415

    held = np.isin(one, other)
    places = np.flatnonzero(held)
    if not len(places):
        return 0.0
    return len(places) / int(places[-1] + 1 - places[0])


def table_digest() -> str:
    """16 hex digits that change when normalised text does, and fingerprints kept from before stop matching."""
    return hashlib.sha256(_table().tobytes()).hexdigest()[:16]


def overlap(one: Keys, other: Keys) -> tuple[float, float]:
    """How alike two sets of 5-grams are: their Jaccard index, and the share of the first that the second holds.

    Both are sorted, without repeats.
    """
    import numpy as np  # noqa: PLC0415

    if not len(one) or not len(other):
        return 0.0, 0.0
    both = np.concatenate((one, other))
    both.sort()
    shared = int(np.count_nonzero(both[1:] == both[:-1]))
    return shared / (len(both) - shared), shared / len(one)


def longest_run(text: str, other: str) -> Run:
    """The longest run of normalised characters that two texts share, with its place in either (length 0: none).

    Searched by bisection over its length, each length with one comparison of sorted rolling hashes (Karp and Rabin).
    """
    one, one_places = normalise(text)
    two, two_places = normalise(other)
    prefixes = (_prefixes(one), _prefixes(two))
    low, high, best = 0, min(len(one), len(two)), (0, 0)
    while low < high:
        middle = (low + high + 1) // 2
        place = _shared_window(prefixes[0], prefixes[1], middle)
        if place is None:
            high = middle - 1
        else:
            low, best = middle, place
    low = _verified(one[best[0] :], two[best[1] :], low)
    if not low:
        return Run(0, 0, 0, 0)
    ends = int(one_places[best[0] + low - 1]), int(two_places[best[1] + low - 1])
    starts = int(one_places[best[0]]), int(two_places[best[1]])
    return Run(starts[0], ends[0] + 1 - starts[0], starts[1], ends[1] + 1 - starts[1])


def _verified(one: Codes, two: Codes, length: int) -> int:
    """How many of the first ``length`` characters are really the same: a hash may deceive, the text does not."""
    import numpy as np  # noqa: PLC0415

    differ = np.flatnonzero(one[:length] != two[:length])
    return int(differ[0]) if len(differ) else length


def _prefixes(values: Codes) -> tuple[Keys, Keys]:
    """The powers of the base, and the polynomial hash of every prefix (modulo 2^64)."""
    import numpy as np  # noqa: PLC0415

    powers = np.full(len(values) + 1, 0x9E3779B97F4A7C15, dtype=np.uint64)
    powers[0] = 1
    powers = np.multiply.accumulate(powers)
    sums = np.zeros(len(values) + 1, dtype=np.uint64)
    np.cumsum(values * powers[:-1], out=sums[1:])
    return powers, sums


def _shared_window(one: tuple[Keys, Keys], two: tuple[Keys, Keys], length: int) -> tuple[int, int] | None:
    """Where both texts have the same window of that length, the first in ``one``; None where they have none."""
    import numpy as np  # noqa: PLC0415

    top = max(len(one[1]), len(two[1]))
    powers = one[0] if len(one[0]) >= len(two[0]) else two[0]
    windows = [
        (sums[length:] - sums[:-length]) * powers[top - length - np.arange(len(sums) - length)]
        for sums in (one[1], two[1])
    ]
    order = np.argsort(windows[1], kind="stable")
    ranked = windows[1][order]
    found = np.minimum(np.searchsorted(ranked, windows[0]), len(ranked) - 1)
    hits = np.flatnonzero(ranked[found] == windows[0])
    return (int(hits[0]), int(order[found[hits[0]]])) if len(hits) else None
