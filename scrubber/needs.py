"""What a line must contain for a pattern to match: for one of its alternatives, one string of each of several sets.

A pattern with many branches has only weak strings in common; each branch by itself needs much more. So the branches are
looked at one by one, also where they stand inside a sequence.
"""

from __future__ import annotations

from itertools import product
from typing import Any

from scrubber.rarity import commonness
from scrubber.reach import reach
from scrubber.syntax import Choice, Node, Sequence, required_literals

Strings = frozenset[str]
Needs = tuple[tuple[Strings, ...], ...]
"""Alternatives; of each, sets of strings of which one member must stand in the line, the rarest first."""

_ALTERNATIVES = 48
_MANY = 12
_SETS = 5
_MEMBERS = 1500
_COMMON = 0.006
"""Of a set that ordinary text has more often than this, most lines have a member: it tells nothing beside another."""

_RARE = 3e-5
_FEW = 4
"""Where a pattern's literals are rarer than this, more than so many alternatives are not worth their room."""


def needed(node: Node) -> dict[str, Any]:
    """What a gate has to know of a pattern, in plain values: ``literals`` of which one stands in the line of each match
    and at most ``reach`` code points (None: any number) behind its start; and its ``further`` needs.
    """
    found, always = needs(node), required_literals(node)
    literals = _triggers(found, always)
    worth_it = len(found) <= _FEW or commonness(literals) > _RARE
    further = [[sorted(one) for one in sets] for sets in found] if worth_it else []
    far = reach(Choice(tuple(alternatives(node))), literals) if literals else None
    return {"literals": sorted(literals), "further": further, "reach": far}


def needs(node: Node) -> Needs:
    """The needs of a pattern; empty when one of its alternatives needs nothing that is certain."""
    always = required_literals(node)
    found = tuple(dict.fromkeys(_sets(alternative, always) for alternative in alternatives(node)))
    if all(found):
        return tuple(one for one in found if not any(set(other) < set(one) for other in found))
    return ((always,),) if always else ()


def _sets(node: Node, always: Strings) -> tuple[Strings, ...]:
    """The sets that ordinary text is least likely to satisfy, the rarest first."""
    small = {factor for factor in node.factors if len(factor) <= _MEMBERS}
    ordered = sorted(small, key=_order)
    if always and (not ordered or _order(always) < _order(ordered[0])):
        ordered.insert(0, always)
    return tuple(one for place, one in enumerate(ordered[:_SETS]) if not place or commonness(one) < _COMMON)


def _order(strings: Strings) -> tuple[float, list[str]]:
    return commonness(strings), sorted(strings)


def _triggers(found: Needs, always: Strings) -> Strings:
    """Strings of which every match has one in its line, as rare ones as there are."""
    rarest = frozenset[str]().union(*(sets[0] for sets in found))
    return min((one for one in (rarest, always) if one), key=_order, default=frozenset())


def _is_rare(node: Node) -> bool:
    return min(map(commonness, node.factors), default=1.0) < _RARE


def alternatives(node: Node) -> list[Node]:
    """The node as a few nodes that together match the same, by writing out its larger choices.

    Of many branches those that need something rare stay together: they need nothing else.
    """
    if isinstance(node, Choice):
        parts = [part for branch in node.branches for part in alternatives(branch)]
        if len(parts) <= _MANY:
            return parts
        rare = tuple(branch for branch in node.branches if _is_rare(branch))
        others = [part for branch in node.branches if not _is_rare(branch) for part in alternatives(branch)]
        parts = [Choice(rare), *others] if rare else others
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
