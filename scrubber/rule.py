"""A rule as a frozen value. Reading and checking rule files is ``rulefile``'s work, matching ``matchers``'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from scrubber.model import Action, Kind, Safety, ViewName

Where = Literal["anywhere", "head", "tail"]
Scope = Literal["match", "line", "sentence", "document"]
Unit = Literal["match", "sentence", "line", "paragraph", "block"]
Extension = Literal["brackets", "marks", "spaces"]
EchoOf = Literal["title", "opening", "body"]

CAPTURES = ("site", "account", "qq", "wechat", "phone", "url", "author", "title")


@dataclass(frozen=True, slots=True)
class Zone:
    """Where in a document a rule looks: the first or last ``lines`` lines that are not blank, or anywhere."""

    where: Where = "anywhere"
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Veto:
    """A pattern that forbids a match when it is found in ``scope``."""

    scope: Scope
    pattern: str


@dataclass(frozen=True, slots=True)
class Require:
    """Another finding, of one of ``kinds``, that must start at most ``lines`` lines away."""

    kinds: tuple[str, ...]
    lines: int


@dataclass(frozen=True, slots=True)
class PatternMatch:
    """A regular expression, matched within one line of the view."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Cue:
    """One weighted sign of a block. Named groups of its pattern are captured."""

    name: str
    pattern: str
    weight: float
    literals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BlockMatch:
    """A run of lines scored by weighted cues; needs ``threshold`` in all and ``distinct`` different cues.

    ``gap`` lines without a cue may stand between two cues if each has at most ``gap_chars`` code points and does not
    end like a sentence. Blank lines do not count. A block is at most ``lines`` lines long.
    """

    cues: tuple[Cue, ...]
    threshold: float
    distinct: int
    gap: int
    gap_chars: int
    lines: int


@dataclass(frozen=True, slots=True)
class EchoMatch:
    """Text that repeats the document itself: its ``title``, its ``opening`` (cut off by dots), or its ``body``."""

    of: EchoOf
    min_chars: int


Match = PatternMatch | BlockMatch | EchoMatch


@dataclass(frozen=True, slots=True)
class Guard:
    """A finding larger than this drops to review: ``chars`` code points, ``share`` of the document (0..1)."""

    chars: int
    share: float


@dataclass(frozen=True, slots=True)
class Example:
    """A text with the spans that must be found, in code points, the captures expected, and the text left over."""

    text: str
    spans: tuple[tuple[int, int], ...]
    captures: Mapping[str, str]
    result: str
    view_safe: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it looks for, what should happen, and how sure it is.

    ``literals`` are strings of which one stands in the view of every line with a match (empty: any line may match);
    ``digest`` is that of everything that decides what the rule does.
    """

    id: str
    title: str
    family: str
    kind: Kind
    view: ViewName
    action: Action
    unit: Unit
    safety: Safety
    confidence: float
    seam: str
    replacement: str
    extend: tuple[Extension, ...]
    match: Match
    zone: Zone
    unless: tuple[Veto, ...]
    require: Require | None
    repeat: int
    intrusion: float | None
    guard: Guard
    literals: frozenset[str]
    path: str
    digest: str
    spec: Mapping[str, Any] = field(repr=False, compare=False)


def from_spec(spec: Mapping[str, Any]) -> Rule:
    """Build a rule from a checked specification (plain JSON values, every key present)."""
    return Rule(
        id=spec["id"],
        title=spec["title"],
        family=spec["family"],
        kind=Kind(spec["kind"]),
        view=ViewName(spec["view"]),
        action=Action(spec["action"]),
        unit=spec["unit"],
        safety=Safety(spec["safety"]),
        confidence=spec["confidence"],
        seam=spec["seam"],
        replacement=spec["replacement"],
        extend=tuple(spec["extend"]),
        match=_match(spec["match"]),
        zone=Zone(**spec["zone"]),
        unless=tuple(Veto(veto["in"], veto["pattern"]) for veto in spec["unless"]),
        require=Require(tuple(spec["require"]["kinds"]), spec["require"]["lines"]) if spec["require"] else None,
        repeat=spec["repeat"],
        intrusion=spec["intrusion"],
        guard=Guard(**spec["guard"]),
        literals=frozenset(spec["literals"]),
        path=spec["path"],
        digest=spec["digest"],
        spec=spec,
    )


def _match(spec: Mapping[str, Any]) -> Match:
    if "pattern" in spec:
        return PatternMatch(spec["pattern"])
    if "block" in spec:
        block = spec["block"]
        return BlockMatch(
            cues=tuple(
                Cue(cue["name"], cue["pattern"], cue["weight"], tuple(cue["literals"])) for cue in block["cues"]
            ),
            threshold=block["threshold"],
            distinct=block["distinct"],
            gap=block["gap"],
            gap_chars=block["gap_chars"],
            lines=block["lines"],
        )
    return EchoMatch(spec["echo"]["of"], spec["echo"]["min_chars"])
