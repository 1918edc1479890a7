"""What a line must contain for a pattern to match: for one of its alternatives, one string of each of several sets.

A pattern with many branches has only weak strings in common; each branch by itself needs much more. So the branches are
looked at one by one, also where they stand inside a sequence.
"""

from __future__ import annotations

from itertools import product

from scrubber.syntax import Choice, Node, Sequence, commonness

Needs = tuple[tuple[frozenset[str], ...], ...]
"""Alternatives; of each, sets of strings of which one member must stand in the line."""

_ALTERNATIVES = 48
_SETS = 6
_MEMBERS = 80


def needs(node: Node) -> Needs:
    """The needs of a pattern; empty when one of its alternatives needs nothing that is certain."""
    found = tuple(dict.fromkeys(_sets(alternative) for alternative in alternatives(node)))
    return found if all(found) else ()


def _sets(node: Node) -> tuple[frozenset[str], ...]:
    """The sets that ordinary text is least likely to satisfy, the rarest first."""
    small = {factor for factor in node.factors if len(factor) <= _MEMBERS}
    return tuple(sorted(small, key=lambda factor: (commonness(factor), sorted(factor)))[:_SETS])


def alternatives(node: Node) -> list[Node]:
    """The node as a few nodes that together match the same, by writing out its larger choices."""
    if isinstance(node, Choice):
        parts = [part for branch in node.branches for part in alternatives(branch)]
        return parts if len(parts) <= _ALTERNATIVES else [node]
    if not isinstance(node, Sequence):
        return [node]
    written: list[tuple[Node, ...]] = [()]
    for item in node.items:
        parts = [item] if item.exact else alternatives(item)
        if len(parts) * len(written) > _ALTERNATIVES:
            parts = [item]
        written = [(*head, part) for head, part in product(written, parts)]
    return [Sequence(items) for items in written]
