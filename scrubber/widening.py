r"""A rule's pattern, written for the folded view, made wider and rewritten for raw UTF-8.

Whatever the pattern matches in the view of a line without triggers, the result matches in the line's bytes, and it is
small enough for Hyperscan: look-around goes, optional heads and tails go, what stands for many characters becomes a gap
of bytes, and every other character becomes the class of its common spellings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from scrubber.core import is_wide, trim, trimmed
from scrubber.spelling import spellings
from scrubber.syntax import UNBOUNDED, Chars, Choice, Look, Node, Repeat, parse

NEAR = 24
"""Bytes up to which a gap keeps its bound. Counting further makes patterns large and slow."""

LARGEST = 27_000
"""Length of an expression times its gaps: beyond this it can take Hyperscan half a minute to compile it, or fail."""

_REPEATED = 8
_LONGEST_CHARACTER = 4


class _Gap(NamedTuple):
    """Any ``low`` to ``high`` code points of one line."""

    low: int
    high: int


_Piece = str | _Gap


@cache
def small(pattern: str) -> bytes | None:
    """The widened pattern with as narrow gaps as can be had in a small expression; None if there is none."""
    for near in (NEAR, 0):
        expression = widened(pattern, near)
        if expression and len(expression) * (expression.count(b"[^") + 1) <= LARGEST:
            return expression
    return None


def widened(pattern: str, near: int = NEAR) -> bytes | None:
    """The pattern for raw bytes; None if nothing that can be looked for is left of it.

    ``near`` is the number of bytes up to which gaps keep their bound.
    """
    node = trim(parse(pattern))
    return _text(_pieces(node, near), near).encode() if node else None


def _width(node: Node) -> _Gap:
    """How many code points a node matches at least and at most."""
    if isinstance(node, Look):
        return _Gap(0, 0)
    if isinstance(node, Chars):
        return _Gap(1, 1)
    if isinstance(node, Repeat):
        inner = _width(node.item)
        return _Gap(inner.low * node.low, min(UNBOUNDED, inner.high * node.high))
    parts = [_width(part) for part in (node.branches if isinstance(node, Choice) else node.items)]
    if isinstance(node, Choice):
        return _Gap(min(part.low for part in parts), max(part.high for part in parts))
    return _Gap(sum(part.low for part in parts), min(UNBOUNDED, sum(part.high for part in parts)))


def _pieces(node: Node, near: int) -> list[_Piece]:
    if isinstance(node, Look):
        return []
    if isinstance(node, Chars):
        return [_Gap(1, 1) if is_wide(node) else spellings().of_class(node.ranges)]
    if isinstance(node, Repeat):
        return _repeated(node, near)
    if isinstance(node, Choice):
        if trimmed(node, first=True) is None:
            return [_width(node)]
        return ["(?:" + "|".join(dict.fromkeys(_text(_pieces(one, near), near) for one in node.branches)) + ")"]
    return list(_joined(piece for item in node.items for piece in _pieces(item, near)))


def _repeated(node: Repeat, near: int) -> list[_Piece]:
    if isinstance(node.item, Chars) and not is_wide(node.item):
        once = spellings().of_class(node.item.ranges)
        if node.high <= _REPEATED:
            return [f"{once}{{{node.low},{node.high}}}"]
        more = _Gap(0, node.high - node.low)
        return [f"{once}{{{node.low}}}", more] if node.low else [more]
    if node.low == 0 or is_wide(node.item):
        return [_width(node)]
    rest = _width(Repeat(node.item, node.low - 1, node.high - 1))
    return [*_pieces(node.item, near), rest]


def _joined(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """The pieces with neighbouring gaps made one."""
    gap = _Gap(0, 0)
    for piece in pieces:
        if isinstance(piece, _Gap):
            gap = _Gap(gap.low + piece.low, min(UNBOUNDED, gap.high + piece.high))
            continue
        if gap.high:
            yield gap
        gap = _Gap(0, 0)
        yield piece
    if gap.high:
        yield gap


def _text(pieces: Iterable[_Piece], near: int) -> str:
    return "".join(_gap(piece, near) if isinstance(piece, _Gap) else piece for piece in pieces)


def _gap(gap: _Gap, near: int) -> str:
    most = gap.high * _LONGEST_CHARACTER
    if most > near:
        return r"[^\n]*"
    return rf"[^\n]{{{gap.low},{most}}}" if most else ""
