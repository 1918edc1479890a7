"""How far from its start a match has one of its literals, so that a search need not try every start in a line."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from scrubber.syntax import UNBOUNDED, Chars, Choice, Look, Node, Repeat, Sequence, first_of

_RUN_LIMIT = 400


def reach(node: Node, literals: Collection[str]) -> int | None:
    """The most code points that can stand before a literal in a match, whichever literal it has; None if any number.

    ``literals`` are a set of which every match of ``node`` contains a member, as ``syntax.required_literals`` gives.
    """
    exact = node.exact
    if exact:
        return _reach_in(exact, literals)
    if isinstance(node, Sequence):
        return min(_reaches(node.items, literals), default=None)
    if isinstance(node, Choice):
        branches = [reach(branch, literals) for branch in node.branches]
        known = [branch for branch in branches if branch is not None]
        return max(known) if known and len(known) == len(branches) else None
    if isinstance(node, Repeat) and node.low:
        return reach(node.item, literals)
    return None


def _reach_in(strings: Collection[str], literals: Collection[str]) -> int | None:
    """The same for a node that matches nothing but a few strings."""
    farthest = 0
    lengths = set(map(len, literals))
    for string in strings:
        found = first_of(string, literals, lengths)
        if found is None:
            return None
        farthest = max(farthest, found)
    return farthest


def _reaches(items: tuple[Node, ...], literals: Collection[str]) -> Iterator[int]:
    """What each item of a sequence, and each run of items with few strings, allows."""
    before = width = 0
    run: frozenset[str] = frozenset({""})
    for item in items:
        exact = item.exact
        if exact:
            joined = frozenset(head + tail for head in run for tail in exact)
            if len(joined) > _RUN_LIMIT:
                joined, before = exact, width
            run, found, offset = joined, _reach_in(joined, literals), before
        else:
            found, offset = reach(item, literals), width
        width = min(UNBOUNDED, width + max_width(item))
        if not exact:
            run, before = frozenset({""}), width
        if found is not None and offset < UNBOUNDED:
            yield offset + found


def max_width(node: Node) -> int:
    """The most code points that a node matches; ``UNBOUNDED`` or more where there is no limit."""
    if isinstance(node, Chars):
        return 1
    if isinstance(node, Look):
        return 0
    if isinstance(node, Choice):
        return max(map(max_width, node.branches), default=0)
    if isinstance(node, Repeat):
        return min(UNBOUNDED, node.high * max_width(node.item))
    return min(UNBOUNDED, sum(map(max_width, node.items)))
