"""Chains: cues that follow each other closely within one line. One cue alone never makes a chain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from scrubber.context import Context
from scrubber.matchers.hit import Hit, captures_of, compiled
from scrubber.rule import ChainMatch, Rule


@dataclass(frozen=True, slots=True, order=True)
class _Link:
    """One cue in a line: where it stands in the view, what it weighs, what it captured."""

    start: int
    end: int
    name: str
    weight: float = field(compare=False)
    captures: dict[str, str] = field(compare=False)


def find(rule: Rule, context: Context, lines: Sequence[int], timeout: float) -> Iterator[Hit]:
    """From the first to the last cue of every chain that is heavy enough, from left to right."""
    match = rule.match
    assert isinstance(match, ChainMatch)  # noqa: S101 - chosen by this very type
    table = context.lines(rule.view)
    for number in lines:
        start = table.starts[number]
        chain: list[_Link] = []
        for link in sorted(_links(match, table.content(number), timeout)):
            if chain and link.start - max(one.end for one in chain[-4:]) > match.gap:
                yield from _close(chain, match, rule, context, start)
                chain = []
            chain.append(link)
        yield from _close(chain, match, rule, context, start)


def _links(match: ChainMatch, content: str, timeout: float) -> Iterator[_Link]:
    for cue in match.cues:
        if cue.literals and not any(literal in content for literal in cue.literals):
            continue
        for found in compiled(cue.pattern).finditer(content, timeout=timeout):
            if found.end() > found.start():
                yield _Link(found.start(), found.end(), cue.name, cue.weight, captures_of(found))


def _close(chain: list[_Link], match: ChainMatch, rule: Rule, context: Context, offset: int) -> Iterator[Hit]:
    weights = {link.name: link.weight for link in chain}
    positive = sum(weight > 0 for weight in weights.values())
    if not chain or sum(weights.values()) < match.threshold or positive < match.distinct:
        return
    captures: dict[str, str] = {}
    for link in sorted(chain, key=lambda link: (-link.weight, link)):
        captures = link.captures | captures
    span = context.to_text(rule.view, offset + chain[0].start, offset + max(link.end for link in chain))
    yield Hit(span, captures)
