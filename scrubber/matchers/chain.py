"""Chains: cues that follow each other closely within one line. One cue alone never makes a chain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from typing import Any, NamedTuple

from scrubber.context import Context
from scrubber.extension import WORDS
from scrubber.matchers.hit import Cues, Hit, Lines, Places, captures_of, possible_cues
from scrubber.matchers.pattern import matches
from scrubber.model import TextSpan
from scrubber.rule import ChainMatch, Cue, PatternMatch, Rule

_ROUNDING = 1e-9
"""What adding and subtracting weights may lose."""

_STOPS = frozenset("。！？!?…”’」』")

LIGHT = 1
"""Weight of a cue that an author's words may hold."""

MOST = 0.6
"""The part of a cue that another one may cover before the two say the same."""

APART = 3
"""Words between such a cue and the rest of a chain from which on it does not belong to it."""


class _Link(NamedTuple):
    """One cue in a line: where it stands in the view, what it weighs, what it captured."""

    start: int
    end: int
    name: str
    weight: float
    captures: dict[str, str]


_Found = tuple[int, int, int, dict[str, str]]
"""Where a chain starts, where its first cue ends, where it ends, and what it captured."""


def find(rule: Rule, context: Context, lines: Lines, timeout: float) -> Iterator[Hit]:
    """From the first to the last cue of every chain that is heavy enough, from left to right."""
    match = rule.match
    assert isinstance(match, ChainMatch)  # noqa: S101 - chosen by this very type
    for number in lines:
        content = context.content(rule.view, number)
        known = context.found.get((rule.id, content))
        if known is None:
            line = _Line(content, lines[number], context.found, timeout)
            known = context.found[rule.id, content] = list(_in_line(match, line))
        for start, first_end, end, captures in known:
            first = context.span_in(rule.view, number, start, first_end)
            span = context.span_in(rule.view, number, start, end)
            yield Hit(_from_boundary(context.text, span, first), captures)


class _Line(NamedTuple):
    """One line of the view, the cues that a gate saw in it, and what was found in lines like that before."""

    content: str
    seen: Places | Cues | None
    found: MutableMapping[tuple[str, ...], Sequence[Any]]
    timeout: float

    def links(self, cue: Cue, places: Places | None) -> Iterator[_Link]:
        """What a cue finds; several rules may have it, each with a weight of its own."""
        key = ("cue", cue.pattern, self.content)
        if key not in self.found:
            whole = matches(PatternMatch(cue.pattern), cue.reach, self.content, places, self.timeout)
            self.found[key] = [(*one.span(), captures_of(one)) for one in whole if one.end() > one.start()]
        for start, end, captures in self.found[key]:
            yield _Link(start, end, cue.name, cue.weight, captures)


def _in_line(match: ChainMatch, line: _Line) -> Iterator[_Found]:
    """Every chain of a line that is heavy enough."""
    links = _heavy(match, line)
    if not _stands(links, match):
        return
    links += _light(match, line)
    content = line.content
    least = match.share * _words(content) if match.share else 0
    for chain in _chains(content, _outer(links), match.gap):
        end = max(link.end for link in chain)
        if _stands(chain, match) and (not least or _words(content[chain[0].start : end]) >= least):
            yield chain[0].start, chain[0].end, end, _captures(chain)


def _heavy(match: ChainMatch, line: _Line) -> list[_Link]:
    """What the cues that weigh something find in a line, or nothing as soon as it cannot be enough.

    Short patterns go first: they are the cheap ones, and mostly show that the dear ones need not be tried.
    """
    open_cues = [one for one in possible_cues(match.cues, line.seen, line.content) if one[0].weight > 0]
    possible, left = sum(cue.weight for cue, _ in open_cues), len(open_cues)
    links: list[_Link] = []
    for cue, places in sorted(open_cues, key=lambda one: len(one[0].pattern)):
        if possible < match.threshold - _ROUNDING or left < match.distinct:
            return []
        found = list(line.links(cue, places))
        if not found:
            possible, left = possible - cue.weight, left - 1
        links += found
    return links


def _light(match: ChainMatch, line: _Line) -> Iterator[_Link]:
    """What the other cues find."""
    for cue, places in possible_cues(match.cues, line.seen, line.content):
        if cue.weight <= 0:
            yield from line.links(cue, places)


def _outer(links: Iterable[_Link]) -> list[_Link]:
    """The links in order of position, without those that say again what one of more weight says."""
    kept: list[_Link] = []
    for link in sorted(links, key=lambda link: (link.start, -link.end, -link.weight, link.name)):
        if not any(_repeats(link, one) for one in kept[-4:]):
            kept.append(link)
    return kept


def _repeats(link: _Link, other: _Link) -> bool:
    """Whether a link lies inside a heavier one and is light, or most of it."""
    if link.end > other.end or link.weight >= other.weight:
        return False
    return link.weight <= LIGHT or (link.end - link.start) > MOST * (other.end - other.start)


def _chains(content: str, links: Sequence[_Link], gap: int) -> Iterator[list[_Link]]:
    chain: list[_Link] = []
    end = 0
    for link in links:
        if chain and link.start - end > gap and _words(content[end : link.start]) > gap:
            yield _without_stragglers(content, chain)
            chain = []
        chain.append(link)
        end = max(end, link.end)
    if chain:
        yield _without_stragglers(content, chain)


def _without_stragglers(content: str, chain: list[_Link]) -> list[_Link]:
    """A chain without light cues at its ends that stand apart from the rest: an author's words may hold those."""
    while len(chain) > 1 and _straggles(content, chain[0], chain[0].end, chain[1].start):
        chain = chain[1:]
    while len(chain) > 1 and _straggles(content, chain[-1], max(link.end for link in chain[:-1]), chain[-1].start):
        chain = chain[:-1]
    return chain


def _straggles(content: str, link: _Link, start: int, end: int) -> bool:
    return link.weight <= LIGHT and end - start > APART and _words(content[start:end]) > APART


def _stands(chain: Sequence[_Link], match: ChainMatch) -> bool:
    weights = {link.name: link.weight for link in chain}
    return sum(weights.values()) >= match.threshold and sum(one > 0 for one in weights.values()) >= match.distinct


def _captures(chain: Sequence[_Link]) -> dict[str, str]:
    captures: dict[str, str] = {}
    for link in sorted(chain, key=lambda link: (-link.weight, link[:3])):
        captures = link.captures | captures
    return captures


def _words(text: str) -> int:
    """Han, each of them a word, and runs of other letters and digits."""
    return len(WORDS.findall(text))


def _from_boundary(text: str, span: TextSpan, first: TextSpan) -> TextSpan:
    """``span`` without the end of another sentence that its first cue reached over in a view without separators."""
    stops = [at for at in range(first.start, first.end - 1) if text[at] in _STOPS]
    return TextSpan.of(stops[-1] + 1, span.end) if stops else span
