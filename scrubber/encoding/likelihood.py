"""How likely a text is as Chinese, character by character, from a small table that is read when first needed.

The table (see tools/build_encoding_table.py) gives every UTF-16 code unit a cost in 1/12 nat; the sum over a text is
its negative log-likelihood under a model of single characters. Unlikely characters and undecodable bytes cost much,
but never rule a reading out.
"""

from __future__ import annotations

import sys
import zlib
from dataclasses import dataclass
from functools import cache
from itertools import compress, count, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

UNITS_PER_NAT = 12
_FILE = Path(__file__).parent.parent / "data" / "encoding.bin"
_NATIVE = "utf-16-le" if sys.byteorder == "little" else "utf-16-be"
_VECTOR_FROM = 16384
_VECTOR_FROM_LOADED = 512
_SHORT_LINE = 8
_PAIR_BONUS = 36
"""What a pair of neighbours known from words takes off the cost: 3 nats."""

_USUAL = 10 * UNITS_PER_NAT
_OVER_USUAL = bytes(max(0, value - _USUAL) for value in range(256))
_FOREIGN = ((0x00C0, 0x00D7), (0x00D8, 0x00F7), (0x00F8, 0x0600), (0x3041, 0x3130))
"""Letters with accents, Greek, Cyrillic, kana and bopomofo: what other encodings look like when they are misread."""


@dataclass(frozen=True, slots=True)
class Table:
    """Costs by code unit: in simplified text, in traditional text, the smaller of the two, and what of it exceeds the
    usual; then the frequent pairs of simplified and of all text."""

    simplified: bytes
    traditional: bytes
    either: bytes
    excess: bytes
    pairs: frozenset[str]
    all_pairs: frozenset[str]


@cache
def table() -> Table:
    """The cost table, read once in a process."""
    plain = zlib.decompress(_FILE.read_bytes())
    simplified, _, traditional = plain[131072:].decode().partition("\n")
    pairs = _pairs(simplified)
    first, second = plain[:65536], plain[65536:131072]
    either = bytes(map(min, first, second))
    return Table(first, second, either, _excess(either), pairs, pairs | _pairs(traditional))


def _excess(costs: bytes) -> bytes:
    excess = bytearray(costs.translate(_OVER_USUAL))
    for start, end in _FOREIGN:
        excess[start:end] = bytes([5 * UNITS_PER_NAT]) * (end - start)
    excess[0xFFFD] = 8 * UNITS_PER_NAT
    return bytes(excess)


def _pairs(groups: str) -> frozenset[str]:
    return frozenset(group[0] + second for group in groups.split(" ") for second in group[1:])


def cost(text: str, costs: bytes) -> int:
    """The negative log-likelihood of ``text`` in 1/12 nat."""
    units = text.encode(_NATIVE, "surrogatepass")
    if _pays_to_vectorise(len(units) // 2):
        import numpy as np  # noqa: PLC0415 - pays only for long texts

        return int(np.frombuffer(costs, np.uint8)[np.frombuffer(units, np.uint16)].sum())
    return sum(map(costs.__getitem__, memoryview(units).cast("H")))


def _pays_to_vectorise(size: int) -> bool:
    """NumPy takes 0.1 s to load, so it is used for long texts only, and for shorter ones once it is there."""
    return size > _VECTOR_FROM or (size > _VECTOR_FROM_LOADED and "numpy" in sys.modules)


def pair_bonus(text: str, pairs: frozenset[str]) -> int:
    """What the neighbours known from words take off the cost of ``text``, in 1/12 nat."""
    return _PAIR_BONUS * sum(map(pairs.__contains__, map("".join, pairwise(text))))


def line_costs(lines: list[str], costs: bytes) -> list[int]:
    """The cost of each line in 1/12 nat; short lines get the bonus for known pairs."""
    if _pays_to_vectorise(sum(map(len, lines))):
        sums = _vector_costs(lines, costs)
    else:
        sums = [cost(line, costs) if line else 0 for line in lines]
    pairs = table().all_pairs
    for index, line in enumerate(lines):
        if 1 < len(line) <= _SHORT_LINE and not line.isascii():
            sums[index] -= pair_bonus(line, pairs)
    return sums


def excesses(text: str) -> dict[int, int]:
    """By how much the rare characters of a line exceed what is usual, in 1/12 nat, by line number (from 0, lines end at
    LF); lines without rare characters are left out.
    """
    if _pays_to_vectorise(len(text)):
        return _vector_excesses(text)
    costs = table().excess
    found: dict[int, int] = {}
    line = at = 0
    for position in _rare_positions(text):
        line += text.count("\n", at, position)
        at = position
        found[line] = found.get(line, 0) + costs[ord(text[position])]
    return found


def _rare_positions(text: str) -> Iterable[int]:
    excess = table().excess
    codes = memoryview(text.encode(_NATIVE, "surrogatepass")).cast("H")
    if len(codes) == len(text):
        return compress(count(), map(excess.__getitem__, codes))
    return (index for index, character in enumerate(text) if character <= "\uffff" and excess[ord(character)])


def _vector_excesses(text: str) -> dict[int, int]:
    import numpy as np  # noqa: PLC0415 - pays only for long texts

    units = np.frombuffer(text.encode(_NATIVE, "surrogatepass"), np.uint16)
    excess = np.frombuffer(table().excess, np.uint8)[units]
    rare = np.flatnonzero(excess)
    line_of = np.searchsorted(np.flatnonzero(units == ord("\n")), rare)
    sums = np.bincount(line_of, weights=excess[rare]) if len(rare) else np.zeros(0)
    return {int(line): int(sums[line]) for line in np.flatnonzero(sums)}


def _vector_costs(lines: list[str], costs: bytes) -> list[int]:
    import numpy as np  # noqa: PLC0415 - pays only for long texts

    joined = "\n".join(lines)
    units = np.frombuffer(joined.encode(_NATIVE, "surrogatepass"), np.uint16)
    sums = np.concatenate(([0], np.cumsum(np.frombuffer(costs, np.uint8)[units], dtype=np.int64)))
    ends = np.flatnonzero(units == ord("\n"))
    starts = np.concatenate(([0], ends + 1))
    result: list[int] = (sums[np.concatenate((ends, [len(units)]))] - sums[starts]).tolist()
    return result
