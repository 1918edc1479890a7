"""A rule as a frozen value. Reading and checking rule files is ``rulefile``'s work, matching ``matchers``'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from scrubber.model import Action, Kind, Safety, ViewName

Where = Literal["anywhere", "head", "tail"]
Scope = Literal["match", "line", "sentence", "document", "before", "after"]
Unit = Literal["match", "sentence", "line", "list", "paragraph", "block"]
Extension = Literal["brackets", "marks", "spaces", "residue", "torn", "rest"]
Form = Literal["line", "brackets", "note", "inline", "told"]
EchoOf = Literal["title", "opening", "body", "refrain"]

CAPTURES = ("site", "account", "qq", "wechat", "phone", "url", "author", "title")


class Zone(NamedTuple):
    """Where in a document a rule looks: the first or last ``lines`` lines that are not blank, or anywhere."""

    where: Where = "anywhere"
    lines: int = 0


class Veto(NamedTuple):
    """A pattern that forbids a match when it is found in ``scope``.

    ``before`` and ``after`` are what stands in the line of the match on either side of it, up to 60 code points.
    """

    scope: Scope
    pattern: str


class Require(NamedTuple):
    """Another finding, of one of ``kinds``, at most ``lines`` lines away; with ``above``, on an earlier line."""

    kinds: tuple[str, ...]
    lines: int
    above: bool = False


class PatternMatch(NamedTuple):
    """A regular expression, matched within one line of the view; a line with a match has one of ``core``, if any."""

    pattern: str
    core: str | None = None


Needs = tuple[tuple[tuple[str, ...], ...], ...]
"""Alternatives; of each, sets of strings of which one member must stand in the line of a match."""


class Cue(NamedTuple):
    """One weighted sign of a block or chain. Named groups of its pattern are captured.

    ``literals``, ``further`` and ``reach`` are as in a rule.
    """

    name: str
    pattern: str
    weight: float
    literals: tuple[str, ...] = ()
    further: Needs = ()
    reach: int | None = None


class BlockMatch(NamedTuple):
    """A run of lines scored by weighted cues; needs ``threshold`` in all and ``distinct`` different cues.

    ``gap`` lines without a cue may stand between two cues if each has at most ``gap_chars`` code points and does not
    end like a sentence, unless ``prose`` may stand there. At most two blank lines may stand in between. A block is at
    most ``lines`` lines long. Up to two lines right above it that match ``lead`` belong to it; what ``skip`` matches at
    the start of its first line does not. A line of more than ``line_chars`` code points has no cues; one that matches
    ``never`` ends a block.
    """

    cues: tuple[Cue, ...]
    threshold: float
    distinct: int
    gap: int
    gap_chars: int
    lines: int
    lead: str | None = None
    skip: str | None = None
    line_chars: int = 1 << 30
    never: str | None = None
    prose: bool = False


class EchoMatch(NamedTuple):
    """Text that repeats the document itself: its ``title``, its ``opening`` (cut off by dots), or its ``body``.

    Or a ``refrain``: a few characters in front of the full stop of ever other sentences.
    """

    of: EchoOf
    min_chars: int


class ChainMatch(NamedTuple):
    """Cues within one line, each at most ``gap`` code points behind the one before.

    Needs ``threshold`` in all, counting each cue once, and ``distinct`` different cues; and the chain must cover
    ``share`` (0..1) of the letters, digits and Han of its line.
    """

    cues: tuple[Cue, ...]
    threshold: float
    distinct: int
    gap: int
    share: float


class NameMatch(NamedTuple):
    """A site's name, captured elsewhere in the document by a safe finding, of at least ``min_chars`` code points.

    ``form`` says how it must stand: alone on its ``line`` or in ``brackets``, with a few words in brackets, which are
    found with it (``note``), or anywhere (``inline``). The finding must be of one of ``kinds`` (none: any), and the
    name look like a coined one at least as much as ``brand`` (0..1).

    With the form ``told`` no finding needs to have captured it: the words around it give it away in one of the first
    ``lines`` lines, or the last twice as many, of a document that has some safe finding, and it stands in the document
    ``times`` times at least.
    """

    form: Form
    min_chars: int
    kinds: tuple[str, ...] = ()
    brand: float = 0.0
    lines: int = 0
    times: int = 0


class EntriesMatch(NamedTuple):
    """The list of titles that a page ends with: short lines without a sentence, down to the document's end.

    At least ``least`` titles (what stands between blanks or strokes), of which ``share`` (0..1) look like headlines
    (``sign`` is found in them); where safe findings of other rules stand among them or right above, ``known`` do.
    A line in which ``never`` is found does not belong to a list; one right above it in which ``label`` is found does.
    """

    label: str
    sign: str
    never: str
    least: int
    share: float
    known: float


class ToneMatch(NamedTuple):
    """Sentences that sound at least so much like boilerplate (see ``tone``; natural log odds), neighbours together.

    ``company`` counts where safe findings of other rules stand in the document, ``alone`` where none do.
    """

    alone: float
    company: float


Match = PatternMatch | BlockMatch | EchoMatch | ChainMatch | NameMatch | EntriesMatch | ToneMatch


class Guard(NamedTuple):
    """A finding larger than this drops to review: ``chars`` code points, ``share`` of the document (0..1).

    The share does not count for findings of at most ``engine.SMALL`` code points.
    """

    chars: int
    share: float


class Example(NamedTuple):
    """A text with the spans that must be found, in code points, the captures expected, and the text left over."""

    text: str
    spans: tuple[tuple[int, int], ...]
    captures: Mapping[str, str]
    result: str


class Rule(NamedTuple):
    """One rule: what it looks for, what should happen, and how sure it is.

    ``literals`` are strings of which one stands in the view of every line with a match (empty: any line may match);
    a match has one at most ``reach`` code points behind its start; and one of each set of some ``further`` alternative;
    ``named`` looks for the site's name in a finding whose match captured none;
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
    disguised: bool
    slack: int
    coined: float
    named: str | None
    guard: Guard
    literals: frozenset[str]
    further: Needs
    reach: int | None
    path: str
    digest: str
    why: str


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
        require=_required(spec["require"]) if spec["require"] else None,
        repeat=spec["repeat"],
        intrusion=spec["intrusion"],
        disguised=spec["disguised"],
        slack=spec["slack"],
        coined=spec["coined"],
        named=spec["named"],
        guard=Guard(**spec["guard"]),
        literals=frozenset(spec["literals"]),
        further=_further(spec["further"]),
        reach=spec["reach"],
        path=spec["path"],
        digest=spec["digest"],
        why=spec["why"],
    )


def _required(spec: Mapping[str, Any]) -> Require:
    return Require(tuple(spec["kinds"]), spec["lines"], spec["above"])


def _match(spec: Mapping[str, Any]) -> Match:
    if "pattern" in spec:
        return PatternMatch(spec["pattern"], spec["core"])
    if "block" in spec:
        block = spec["block"]
        return BlockMatch(
            cues=_cues(block),
            threshold=block["threshold"],
            distinct=block["distinct"],
            gap=block["gap"],
            gap_chars=block["gap_chars"],
            lines=block["lines"],
            lead=block["lead"],
            skip=block["skip"],
            line_chars=block["line_chars"],
            never=block["never"],
            prose=block["prose"],
        )
    if "chain" in spec:
        chain = spec["chain"]
        return ChainMatch(_cues(chain), chain["threshold"], chain["distinct"], chain["gap"], chain["share"])
    if "name" in spec:
        return NameMatch(**{**spec["name"], "kinds": tuple(spec["name"]["kinds"])})
    ((way, values),) = spec.items()
    plain: dict[str, type[EntriesMatch | ToneMatch | EchoMatch]] = {
        "entries": EntriesMatch,
        "tone": ToneMatch,
        "echo": EchoMatch,
    }
    return plain[way](**values)


def _cues(spec: Mapping[str, Any]) -> tuple[Cue, ...]:
    return tuple(
        Cue(**{**cue, "literals": tuple(cue["literals"]), "further": _further(cue["further"])}) for cue in spec["cues"]
    )


def _further(spec: Sequence[Any]) -> Needs:
    return tuple(tuple(map(tuple, sets)) for sets in spec)
