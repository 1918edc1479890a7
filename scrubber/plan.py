"""Deciding: which findings are applied. One total order settles overlaps: longer span, higher confidence, id."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from scrubber.model import Finding, Reason, Rejection, Safety, TextSpan


class Plan(NamedTuple):
    """Findings to apply (in order of position, none overlapping), and those that are not applied, with reasons."""

    accepted: tuple[Finding, ...]
    rejected: tuple[Rejection, ...]


def plan(findings: Sequence[Finding], review: bool = False, protected: Sequence[TextSpan] = ()) -> Plan:
    """Choose the findings to apply. The result does not depend on the order of ``findings``.

    A finding that wins takes over captures and the site from those it covers, where it has none itself.
    """
    unfit: list[Rejection] = []
    contenders: list[Finding] = []
    for finding in sorted(findings, key=_rank):
        reason = _unfit(finding, review, protected)
        if reason:
            unfit.append(Rejection(finding, reason))
        else:
            contenders.append(finding)
    winners = _Winners()
    losers: list[tuple[Finding, Finding]] = []
    for finding in contenders:
        rival = winners.rival(finding)
        if rival is None:
            winners.add(finding)
        else:
            losers.append((finding, rival))
    enriched = {id(winner): winner for winner in winners.findings}
    for loser, winner in losers:
        enriched[id(winner)] = _inherit(enriched[id(winner)], loser)
    rejected = [_hidden(item, winners) for item in unfit]
    rejected += [Rejection(loser, Reason.OVERLAP, winner.fingerprint) for loser, winner in losers]
    return Plan(tuple(enriched[id(winner)] for winner in winners.findings), tuple(rejected))


class _Winners:
    """Findings that do not overlap, in order of position."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._starts: list[int] = []

    def rival(self, finding: Finding) -> Finding | None:
        """One of the winners that overlaps ``finding``."""
        at = bisect_left(self._starts, finding.span.end)
        return next((other for other in self.findings[max(0, at - 1) : at] if other.span.overlaps(finding.span)), None)

    def add(self, finding: Finding) -> None:
        at = bisect_left(self._starts, finding.span.start)
        self._starts.insert(at, finding.span.start)
        self.findings.insert(at, finding)


def _hidden(item: Rejection, winners: _Winners) -> Rejection:
    """What lies wholly inside a winner need not be shown beside it."""
    winner = winners.rival(item.finding)
    if winner is None or not winner.span.contains(item.finding.span):
        return item
    return Rejection(item.finding, Reason.OVERLAP, winner.fingerprint)


def _rank(finding: Finding) -> tuple[int, float, str, int]:
    return (-len(finding.span), -finding.confidence, finding.rule, finding.span.start)


def _unfit(finding: Finding, review: bool, protected: Sequence[TextSpan]) -> Reason | None:
    if not finding.applies:
        return Reason.FLAG
    if finding.safety is Safety.REVIEW and not review:
        return Reason.REVIEW
    if any(finding.span.overlaps(span) for span in protected):
        return Reason.PROTECTED
    return None


def _inherit(winner: Finding, loser: Finding) -> Finding:
    if not winner.span.contains(loser.span):
        return winner
    captures = {**loser.captures, **winner.captures}
    return replace(winner, captures=captures, site=winner.site or loser.site)
