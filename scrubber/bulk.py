"""Much text at once, with numpy: whether bytes are well-formed UTF-8, and the folds of lines that fold one to one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

from scrubber.folding import table

_BLOCK = 1 << 17
"""Bytes that are looked at together: few enough to stay in the processor's cache."""

# What the fold table has for characters that do not fold to one character.
_MARK = "\uffff"
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")

_LONGEST = 4
"""Bytes of a character."""


def broken_utf8(raw: bytes) -> Iterator[int]:
    """Offsets of bytes at which UTF-8 is broken: no continuation where one is due, or one where none is.

    Bytes and pairs of bytes that no UTF-8 has (C0, E0 80, ED A0 and others) are not looked for. At the end of ``raw``
    a character may be cut.
    """
    data = np.frombuffer(raw, np.uint8)
    space = np.empty((2, _BLOCK + _LONGEST), bool)
    for start in range(0, len(data), _BLOCK):
        before = min(start, _LONGEST - 1)
        broken = _broken(data[start - before : start + _BLOCK], space)[before:]
        if broken.any():
            yield from map(int, np.flatnonzero(broken) + start)


def _broken(block: Any, space: Any) -> Any:
    """For each byte whether it breaks UTF-8, as far as what stands before it in the block tells."""
    broken, lead = space[:, : len(block)]
    np.less(block.view(np.int8), -64, out=broken)
    due = broken[1:]
    for behind, first in enumerate((0xC0, 0xE0, 0xF0)):
        if behind < 2 or block.max() >= first:
            np.greater_equal(block[: len(block) - 1 - behind], first, out=lead[: len(block) - 1 - behind])
            due[behind:] ^= lead[: len(due) - behind]
    return broken


def fold_lines(lines: Sequence[str]) -> list[str]:
    """The folds of lines (without line ends), right where every character folds to one (see ``folds_one_to_one``)."""
    codes = np.frombuffer("\n".join(lines).encode("utf-32-le", "surrogatepass"), "<u4")
    folded: str = _table().take(codes).tobytes().decode("utf-32-le", "surrogatepass")
    return folded.split("\n")


def folds_one_to_one(text: str, folded: str) -> bool:
    """Whether ``fold_lines`` made of a line what folding it by itself makes of it."""
    return _MARK not in folded and "&" not in folded and "%" not in folded and not _ASTRAL.search(text)


@cache
def _table() -> Any:
    codes = np.arange(0x110000, dtype="<u4")
    one = table().one
    codes[: len(one)] = one
    return codes
