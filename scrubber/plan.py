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
    rejected: list[Rejection] = []
    contenders: list[Finding] = []
    for finding in sorted(findings, key=_rank):
        reason = _unfit(finding, review, protected)
        if reason:
            rejected.append(Rejection(finding, reason))
        else:
            contenders.append(finding)
    winners: list[Finding] = []
    losers: list[tuple[Finding, Finding]] = []
    starts: list[int] = []
    for finding in contenders:
        at = bisect_left(starts, finding.span.end)
        rival = next((other for other in winners[max(0, at - 1) : at] if other.span.overlaps(finding.span)), None)
        if rival is None:
            starts.insert(at, finding.span.start)
            winners.insert(at, finding)
        else:
            losers.append((finding, rival))
    enriched = {id(winner): winner for winner in winners}
    for loser, winner in losers:
        rejected.append(Rejection(loser, Reason.OVERLAP, winner.fingerprint))
        enriched[id(winner)] = _inherit(enriched[id(winner)], loser)
    return Plan(tuple(enriched[id(winner)] for winner in winners), tuple(rejected))


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
    captures = {**loser.captures, **winner.captures}
    return replace(winner, captures=captures, site=winner.site or loser.site)
