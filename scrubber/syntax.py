"""The subset of regular expression syntax that rules may use, as a small tree.

The subset is what both the ``regex`` package and the prefilters understand: literals, classes, groups, alternation,
repetition, look-around and the anchors ``^`` and ``$``. Parsing is the standard library's; this module is the only
one that knows its private tree, and turns it into frozen nodes of our own.

All offsets and widths count code points of the view that the pattern is matched against.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser as sre  # type: ignore[attr-defined]
from typing import Any

from scrubber.rarity import commonness

UNBOUNDED = 1 << 30
_CLASS_LIMIT = 12
_LITERALS_LIMIT = 400
_UNION_LIMIT = 1500
_FACTOR_LIMIT = 200


class PatternError(ValueError):
    """The pattern is not in the subset. ``hint`` says what to write instead."""

    def __init__(self, problem: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(problem)


class _Node:
    """What a node knows of itself. It is worked out once: trees share nodes, and each is asked again and again."""

    @cached_property
    def exact(self: Any) -> frozenset[str]:
        """All strings that the node matches when they are few, else the empty set.

        White space written as ``\\s`` counts as many: its ten members would multiply and make longer strings no rarer.
        """
        return _exact(self)

    @cached_property
    def factors(self: Any) -> tuple[frozenset[str], ...]:
        """Every set of strings found of which one member stands in the line of each match."""
        return tuple(_factors(self))


@dataclass(frozen=True)
class Chars(_Node):
    """One code point out of ``ranges`` (inclusive pairs), or out of all others when ``negated``."""

    ranges: tuple[tuple[int, int], ...]
    negated: bool = False

    def members(self) -> str | None:
        """The characters of a small positive class, else None."""
        if len(self.ranges) == 1 and self.ranges[0][0] == self.ranges[0][1]:
            return None if self.negated else chr(self.ranges[0][0])
        if self.negated or sum(high - low + 1 for low, high in self.ranges) > _CLASS_LIMIT:
            return None
        return "".join(chr(code) for low, high in self.ranges for code in range(low, high + 1))


@dataclass(frozen=True)
class Sequence(_Node):
    """The items one after the other."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Choice(_Node):
    """One of the branches."""

    branches: tuple[Node, ...]


@dataclass(frozen=True)
class Repeat(_Node):
    """``item`` from ``low`` to ``high`` times."""

    item: Node
    low: int
    high: int


@dataclass(frozen=True)
class Look(_Node):
    """An assertion of no width: look-around (``item``), or an anchor (``item`` is None), with how it is written."""

    sign: str
    item: Node | None = None


Node = Chars | Sequence | Choice | Repeat | Look

_ANCHORS = {c.AT_BEGINNING: "^", c.AT_BEGINNING_STRING: r"\A", c.AT_END: "$", c.AT_END_STRING: r"\Z"}
_SPACE = ((9, 13), (28, 32))
_DIGIT = ((48, 57),)


@lru_cache(maxsize=32)
def parse(pattern: str) -> Node:
    """Parse ``pattern`` into a tree. The last few are kept: a rule's pattern is looked at from several sides.

    Raises:
        PatternError: the pattern is malformed or uses syntax outside the subset.
    """
    try:
        tree = sre.parse(pattern, int(re.ASCII))  # the parser is twice as fast with a plain number
    except re.error as error:
        raise PatternError(f"not a regular expression: {error}") from error
    if tree.state.flags & ~re.ASCII:
        raise PatternError("inline flags are not in the subset", "views are lower case already")
    return _sequence(tree)


def _sequence(tree: Any) -> Node:
    items = tuple(_node(op, argument) for op, argument in tree)
    return items[0] if len(items) == 1 else Sequence(items)


def _node(op: Any, argument: Any) -> Node:
    build = _BUILDERS.get(op)
    if build is None or (op is c.AT and argument in (c.AT_BOUNDARY, c.AT_NON_BOUNDARY)):
        hint = r"`\b` never matches between Han: use look-around" if op is c.AT else ""
        raise PatternError(f"{str(op).lower()} is not in the subset", hint)
    return build(argument)


def _group(argument: Any) -> Node:
    if argument[1] or argument[2]:
        raise PatternError("inline flags are not in the subset", "views are lower case already")
    return _sequence(argument[3])


def _repeat(argument: Any) -> Node:
    low, high, item = argument
    return Repeat(_sequence(item), int(low), UNBOUNDED if high is c.MAXREPEAT else int(high))


def _class(items: Any) -> Chars:
    ranges: list[tuple[int, int]] = []
    negated = False
    for op, argument in items:
        if op is c.NEGATE:
            negated = True
        elif op is c.LITERAL:
            ranges.append((argument, argument))
        elif op is c.RANGE:
            ranges.append(argument)
        elif op is c.CATEGORY and argument is c.CATEGORY_SPACE:
            ranges.extend(_SPACE)
        elif op is c.CATEGORY and argument is c.CATEGORY_DIGIT:
            ranges.extend(_DIGIT)
        elif op is c.CATEGORY and argument is c.CATEGORY_NOT_SPACE and len(items) == 1:
            return Chars(_SPACE, negated=True)
        else:
            raise PatternError(
                f"{str(argument).lower()} in a class is not in the subset", r"write the characters, `\d`, or `\s`"
            )
    return Chars(tuple(sorted(ranges)), negated)


_BUILDERS: dict[Any, Callable[[Any], Node]] = {
    c.LITERAL: lambda code: Chars(((code, code),)),
    c.NOT_LITERAL: lambda code: Chars(((code, code),), negated=True),
    c.ANY: lambda _: Chars(((10, 10),), negated=True),
    c.IN: _class,
    c.BRANCH: lambda argument: Choice(tuple(_sequence(branch) for branch in argument[1])),
    c.SUBPATTERN: _group,
    c.ATOMIC_GROUP: _sequence,
    c.MAX_REPEAT: _repeat,
    c.MIN_REPEAT: _repeat,
    c.POSSESSIVE_REPEAT: _repeat,
    c.ASSERT: lambda argument: Look("(?<=" if argument[0] < 0 else "(?=", _sequence(argument[1])),
    c.ASSERT_NOT: lambda argument: Look("(?<!" if argument[0] < 0 else "(?!", _sequence(argument[1])),
    c.AT: lambda argument: Look(_ANCHORS[argument]),
}


def literal_characters(node: Node) -> str:
    """Every character that a literal or a class of the tree names, for checks on how a rule is written."""
    if isinstance(node, Chars):
        return "" if node.negated else (node.members() or "")
    if isinstance(node, Sequence):
        return "".join(map(literal_characters, node.items))
    if isinstance(node, Choice):
        return "".join(map(literal_characters, node.branches))
    if isinstance(node, Repeat):
        return literal_characters(node.item)
    return "" if node.item is None else literal_characters(node.item)


def required_literals(node: Node) -> frozenset[str]:
    """Strings of which at least one stands in the line of every match; empty when nothing is certain.

    Among several possible sets the one that ordinary text is least likely to contain is chosen. The method is that of
    the literal extraction in grep-like tools (Cox, "Regular Expression Matching with a Trigram Index", 2012), kept to
    the parts that pay here.
    """
    return min(node.factors, key=commonness, default=frozenset())


def _order(literals: frozenset[str]) -> tuple[float, list[str]]:
    return (commonness(literals), sorted(literals))


def _factors(node: Node) -> list[frozenset[str]]:
    if isinstance(node, Sequence):
        return _sequence_factors(node.items)
    if isinstance(node, Choice):
        best = [min(branch.factors, key=_order, default=None) for branch in node.branches]
        joined: set[str] = set()
        for branch in best:
            if branch is None:
                return _exact_as_factor(node)
            joined |= branch
        kept = _shortest(joined)
        return [kept, *_exact_as_factor(node)] if len(kept) <= _UNION_LIMIT else []
    if isinstance(node, Repeat):
        return list(node.item.factors) if node.low else []
    if isinstance(node, Look):
        return list(node.item.factors) if node.item and node.sign in ("(?=", "(?<=") else []
    return _exact_as_factor(node) or _class_as_factor(node)


def _class_as_factor(node: Chars) -> list[frozenset[str]]:
    size = sum(high - low + 1 for low, high in node.ranges)
    if node.negated or size > _FACTOR_LIMIT:
        return []
    return [frozenset(chr(code) for low, high in node.ranges for code in range(low, high + 1))]


def _shortest(literals: set[str]) -> frozenset[str]:
    """The literals that hold no other one: where a longer one stands, the shorter one does too."""
    kept: set[str] = set()
    lengths: set[int] = set()
    for literal in sorted(literals, key=len):
        if first_of(literal, kept, lengths) is None:
            kept.add(literal)
            lengths.add(len(literal))
    return frozenset(kept)


def first_of(string: str, others: Collection[str], lengths: Collection[int]) -> int | None:
    """Where in ``string`` the first of ``others`` begins, a set of strings of these ``lengths``; None if none does."""
    for at in range(len(string) or 1):
        for length in lengths:
            if string[at : at + length] in others:
                return at
    return None


def _joined(heads: Iterable[str], tails: Collection[str]) -> set[str]:
    """Every head with every tail, when that is few strings, else none."""
    joined: set[str] = set()
    for head in heads:
        joined.update([head + tail for tail in tails])
        if len(joined) > _LITERALS_LIMIT:
            return set()
    return joined


def _exact_as_factor(node: Node) -> list[frozenset[str]]:
    exact = node.exact
    return [_shortest(set(exact))] if exact and "" not in exact else []


def _sequence_factors(items: tuple[Node, ...]) -> list[frozenset[str]]:
    found: list[frozenset[str]] = []
    run: set[str] = {""}
    for item in items:
        exact = item.exact
        if isinstance(item, Look):
            found.extend(item.factors)
        if joined := _joined(run, exact):
            run = joined
            continue
        if "" not in run:
            found.append(_shortest(run))
        run = set(exact) if exact else {""}
        if not exact:
            found.extend(item.factors)
    if "" not in run:
        found.append(_shortest(run))
    return found


def _exact(node: Node) -> frozenset[str]:
    if isinstance(node, Chars):
        return frozenset() if _SPACE[0] in node.ranges else frozenset(node.members() or ())
    if isinstance(node, Look):
        return frozenset({""})
    if isinstance(node, Choice):
        parts = [branch.exact for branch in node.branches]
        whole = frozenset().union(*parts)
        return whole if all(parts) and len(whole) <= _LITERALS_LIMIT else frozenset()
    if isinstance(node, Repeat):
        return _exact_repeat(node)
    strings = {""}
    for item in node.items:
        strings = _joined(strings, item.exact)
        if not strings:
            return frozenset()
    return frozenset(strings)


def _exact_repeat(node: Repeat) -> frozenset[str]:
    exact = node.item.exact
    if not exact or node.high > 2:
        return frozenset()
    once = set(exact) if node.high else set()
    twice = {head + tail for head in exact for tail in exact} if node.high == 2 else set()
    strings = (once if node.low <= 1 else set()) | twice | ({""} if node.low == 0 else set())
    return frozenset(strings) if len(strings) <= _LITERALS_LIMIT else frozenset()
