"""The core of a pattern: what every match has inside, without the heads and tails that may be anything or nothing.

Looking for the core first is cheap, for it begins with something definite: a pattern that begins ``[^。]{0,60}?`` is
tried sixty characters deep at every start of a line that has no match.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from scrubber.syntax import UNBOUNDED, Chars, Choice, Look, Node, Repeat, Sequence, parse

_LONG = 5
"""Code points of what a pattern wants to see ahead that are worth a search of their own."""

_WIDE = 130
"""Characters in a class from which on it is as good as any character."""


def core(pattern: str) -> str | None:
    """A pattern that is found wherever ``pattern`` matches; None if that would save nothing, or nothing is left.

    It saves nothing where both begin with the same, or ``pattern`` only at few places: the start of a line, the end of
    a sentence. What such a pattern wants to see ahead is looked for by itself, as starting a long pattern costs much.
    """
    node = _unrolled(parse(pattern))
    if _is_anchored(node):
        return _outlook(node)
    headless = trimmed(node, first=True)
    whole = headless and headless != node and trim(node)
    seen_ahead = [one for look in _looks_ahead(node) if (one := trim(look))]
    longest = max([*seen_ahead, *([whole] if whole else [])], key=least_width, default=None)
    return write(longest) if longest and (whole or least_width(longest) >= _LONG) else None


def _unrolled(node: Node) -> Node:
    """The same with the first and the last of several times written out, so that only these are trimmed."""
    if isinstance(node, Choice):
        return Choice(tuple(map(_unrolled, node.branches)))
    if isinstance(node, Sequence):
        return Sequence(tuple(map(_unrolled, node.items)))
    if isinstance(node, Look) and node.item:
        return Look(node.sign, _unrolled(node.item))
    if isinstance(node, Repeat) and node.low > 1 and not isinstance(node.item, Chars):
        between = Repeat(node.item, node.low - 2, node.high if node.high >= UNBOUNDED else node.high - 2)
        return Sequence((node.item, between, node.item) if between.high else (node.item, node.item))
    return node


def _looks_ahead(node: Node) -> Iterator[Node]:
    """What every match has ahead of one of its places."""
    for item in node.items if isinstance(node, Sequence) else (node,):
        if isinstance(item, Look) and item.item and item.sign == "(?=":
            yield item.item
        elif isinstance(item, Sequence):
            yield from _looks_ahead(item)


def least_width(node: Node) -> int:
    """The least code points that a node matches."""
    if isinstance(node, Chars):
        return 1
    if isinstance(node, Look):
        return 0
    if isinstance(node, Choice):
        return min(map(least_width, node.branches), default=0)
    if isinstance(node, Repeat):
        return node.low * least_width(node.item)
    return sum(map(least_width, node.items))


def _is_anchored(node: Node) -> bool:
    """Whether a node begins with an anchor, or only behind certain characters."""
    if isinstance(node, Choice):
        return all(map(_is_anchored, node.branches))
    if isinstance(node, Sequence):
        return bool(node.items) and _is_anchored(node.items[0])
    if isinstance(node, Look) and node.sign == "(?<=":
        return not (isinstance(node.item, Chars) and is_wide(node.item))
    return isinstance(node, Look) and node.sign in ("^", r"\A")


def _outlook(node: Node) -> str | None:
    """The assertions that a node begins with, if one of them looks ahead."""
    items = node.items if isinstance(node, Sequence) else (node,)
    leading = list(takewhile(_is_assertion, items))
    ahead = any(isinstance(item, Look) and item.sign in ("(?=", "(?!") for item in leading)
    if not ahead or len(leading) == len(items):
        return None
    lasts = [f"^(?=.*{write(last)}$).*?" for one in leading if (last := _last(one))]
    return "".join((*lasts[:1], *(write(item, assertions=True) for item in leading)))


def _last(node: Node) -> Node | None:
    """What the last character of a line must be, where a look ahead says so: ``(?=[^。]+$)``. One look tells."""
    if not (isinstance(node, Look) and node.sign == "(?=" and isinstance(node.item, Sequence)):
        return None
    *rest, end = node.item.items
    ends = len(rest) == 1 and end == Look("$")
    return rest[0].item if ends and isinstance(rest[0], Repeat) and rest[0].low else None


def _is_assertion(node: Node) -> bool:
    if isinstance(node, Choice | Sequence):
        return all(map(_is_assertion, node.branches if isinstance(node, Choice) else node.items))
    return isinstance(node, Look)


def trim(node: Node) -> Node | None:
    """A node found inside every match of ``node``, with a definite first and last character; None if there is none."""
    headless = trimmed(node, first=True)
    return headless and trimmed(headless, first=False)


def is_wide(node: Node) -> bool:
    """Whether a node is one of very many characters."""
    return isinstance(node, Chars) and (node.negated or sum(high - low + 1 for low, high in node.ranges) > _WIDE)


def trimmed(node: Node, *, first: bool) -> Node | None:
    """``node`` without what can be empty or anything at its first or last end; None if nothing is left."""
    if isinstance(node, Look) or is_wide(node) or (isinstance(node, Repeat) and node.low == 0):
        return None
    if isinstance(node, Chars):
        return node
    if isinstance(node, Repeat):
        single = isinstance(node.item, Chars) and not is_wide(node.item)
        return Repeat(node.item, node.low, node.low) if single else trimmed(node.item, first=first)
    if isinstance(node, Choice):
        branches = [trimmed(branch, first=first) for branch in node.branches]
        kept = tuple(dict.fromkeys(branch for branch in branches if branch))
        return Choice(kept) if kept and None not in branches else None
    return _trimmed_sequence(list(node.items), 0 if first else -1)


def _trimmed_sequence(items: list[Node], place: int) -> Node | None:
    while items:
        end = trimmed(items[place], first=place == 0)
        if end:
            items[place] = end
            return Sequence(tuple(items))
        items.pop(place)
    return None


def write(node: Node, *, assertions: bool = False) -> str:
    """A node as a pattern, with or without the assertions in it."""
    if isinstance(node, Chars):
        return _class(node)
    if isinstance(node, Look):
        inside = f"{write(node.item, assertions=True)})" if node.item else ""
        return f"{node.sign}{inside}" if assertions else ""
    if isinstance(node, Choice):
        return f"(?:{'|'.join(write(branch, assertions=assertions) for branch in node.branches)})"
    if isinstance(node, Repeat):
        most = "" if node.high >= UNBOUNDED else node.high
        return f"(?:{write(node.item, assertions=assertions)}){{{node.low},{most}}}"
    return "".join(write(item, assertions=assertions) for item in node.items)


def _class(node: Chars) -> str:
    members = node.members()
    if members and len(members) == 1:
        return re.escape(members)
    return f"[{'^' * node.negated}{''.join(map(_range, node.ranges))}]"


def _range(ends: tuple[int, int]) -> str:
    low, high = (re.escape(chr(code)) for code in ends)
    return low if low == high else f"{low}-{high}"
