"""Blocks: runs of lines that several weighted cues together give away. One cue alone never makes a block."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.context import SENTENCE_END, Context
from scrubber.matchers.hit import Cues, Hit, Lines, Places, captures_of, possible_cues
from scrubber.model import TextSpan
from scrubber.patterns import compiled
from scrubber.rule import BlockMatch, Cue, Rule

_MOST_BLANKS = 2
"""More blank lines than this end a block, and so does a single one before a line without a cue."""


_LEADS = 2
"""How many lines above a block may lead into it."""


class _Run:
    """Lines gathered so far, from the first to the last one with a cue."""

    def __init__(self, first: int) -> None:
        self.first = self.last = first
        self.weights: dict[str, float] = {}
        self.captures: dict[str, str] = {}
        self.gap = 0

    def add(self, number: int, cues: dict[str, float], captures: dict[str, str]) -> None:
        self.last, self.gap = number, 0
        self.weights.update(cues)
        self.captures = captures | self.captures

    def stands(self, match: BlockMatch) -> bool:
        positive = sum(weight > 0 for weight in self.weights.values())
        return sum(self.weights.values()) >= match.threshold and positive >= match.distinct


def find(rule: Rule, context: Context, lines: Lines, timeout: float) -> Iterator[Hit]:
    """Blocks that do not overlap, from the first line with a cue to the last one."""
    match = rule.match
    assert isinstance(match, BlockMatch)  # noqa: S101 - chosen by this very type
    if not lines:
        return
    zone = context.zone(rule.zone)
    run: _Run | None = None
    blanks = 0
    for number in zone:
        content = context.content(rule.view, number).strip()
        if not content:
            blanks += 1
            continue
        fits = len(content) <= match.line_chars
        cues, captures = _cues(match.cues, lines.get(number), content, timeout) if fits else ({}, {})
        ends = bool(cues or run) and _never(match, content, timeout)
        if ends:
            cues, captures = {}, {}
        apart, blanks = blanks > _MOST_BLANKS or (blanks > 0 and not cues), 0
        if run and (apart or number - run.first >= match.lines):
            yield from _close(run, rule, match, context)
            run = None
        if cues:
            run = run or _Run(number)
            run.add(number, cues, captures)
        elif run:
            run.gap += 1
            prose = content[-1] in SENTENCE_END and not match.prose
            if ends or prose or run.gap > match.gap or len(content) > match.gap_chars:
                yield from _close(run, rule, match, context)
                run = None
    if run:
        yield from _close(run, rule, match, context)


def _never(match: BlockMatch, content: str, timeout: float) -> bool:
    return match.never is not None and compiled(match.never).search(content, timeout=timeout) is not None


def _close(run: _Run, rule: Rule, match: BlockMatch, context: Context) -> Iterator[Hit]:
    if run.stands(match):
        table = context.lines()
        first, captures = _led(run, rule, match, context)
        last = run.last + 1
        end = table.starts[last] if last < len(table) else len(context.text)
        yield Hit(TextSpan.of(_start(first, rule, match, context), end), run.captures | captures)


def _start(first: int, rule: Rule, match: BlockMatch, context: Context) -> int:
    """Where a block starts in its first line: behind what ``skip`` matches, and there is something behind it."""
    start = context.lines().starts[first]
    content = context.content(rule.view, first)
    found = compiled(match.skip).match(content) if match.skip else None
    if not found or found.end() == len(content):
        return start
    offset = context.lines(rule.view).starts[first] + found.end()
    return context.to_text(rule.view, offset, offset + 1).start


def _led(run: _Run, rule: Rule, match: BlockMatch, context: Context) -> tuple[int, dict[str, str]]:
    """The first line of a block with the lines above that lead into it, and what those capture."""
    first, captures = run.first, dict[str, str]()
    above = [number for number in context.filled if number < run.first][-_LEADS:]
    for number in reversed(above if match.lead else []):
        found = compiled(match.lead or "").fullmatch(context.content(rule.view, number).strip())
        if not found:
            break
        first, captures = number, captures_of(found)
    return first, captures


def _cues(
    cues: tuple[Cue, ...], seen: Places | Cues | None, content: str, timeout: float
) -> tuple[dict[str, float], dict[str, str]]:
    weights: dict[str, float] = {}
    captures: dict[str, str] = {}
    for cue, _ in possible_cues(cues, seen, content):
        found = compiled(cue.pattern).search(content, timeout=timeout)
        if found:
            weights[cue.name] = cue.weight
            captures = captures_of(found) | captures
    return weights, captures
