"""How rare a string is in ordinary Chinese text: what a line must hold for a match is best looked for where it is rare.

The estimate is that of characters and their neighbours which tells encodings apart (``encoding.pairs``). It only ever
chooses between things that are all right to look for; nothing depends on how good it is but time.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from math import exp, fsum

_PREFIX = 3
_RARE = 2e-5
_AS_WRITTEN = str.maketrans(",:;!?()", "，：；！？（）")
"""Views have the narrow forms of what texts have in wide ones."""


@lru_cache(maxsize=1 << 16)
def looked_for(string: str) -> str:
    """How much of a string is looked for: more would tell little more and cost much more to build."""
    lengths = range(1, min(_PREFIX, len(string)))
    return next((start for length in lengths if _chance(start := string[:length]) < _RARE), string[:_PREFIX])


def chance(string: str) -> float:
    """The probability that at some place of ordinary text stands what is looked for of a string."""
    return _chance(looked_for(string))


@lru_cache(maxsize=1 << 16)
def _chance(string: str) -> float:
    from scrubber.encoding.likelihood import UNITS_PER_NAT, cost, table  # noqa: PLC0415 - only where rules are read
    from scrubber.encoding.pairs import worth  # noqa: PLC0415 - as above

    written = string.translate(_AS_WRITTEN)
    together = sum(worth(before, after) for before, after in pairwise(written))
    return exp((together - cost(written, table().either)) / UNITS_PER_NAT)


def commonness(strings: Iterable[str]) -> float:
    """How often ordinary text has one of ``strings``, per code point."""
    return fsum(map(chance, strings))  # the same in whatever order sets come
