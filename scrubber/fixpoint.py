"""Scanning until nothing new is found: removing one advert may join two halves of another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from scrubber.context import Context
from scrubber.edits import Splice, Spliced
from scrubber.engine import scan_context
from scrubber.model import Action, Finding, Reason, Rejection, TextSpan
from scrubber.plan import Plan, plan
from scrubber.ruleset import RuleSet

PASSES = 4


Protect = Callable[[str], Sequence[TextSpan]]
"""Asked only when something is found."""


class Settled(NamedTuple):
    """What all passes together found, in offsets of the original text.

    ``findings`` are those applied and those to be shown; ``stable`` is False when the last pass still found something.
    """

    text: str
    splices: tuple[Splice, ...]
    findings: tuple[Finding, ...]
    rejected: tuple[Rejection, ...]
    skipped: tuple[str, ...]
    stable: bool


def settle(text: str | Spliced, ruleset: RuleSet, review: bool, protect: Protect = lambda _: ()) -> Settled:
    """Scan ``text`` and what is left of it until a pass applies nothing, at most ``PASSES`` times.

    ``protect`` names the spans of the original that no edit may touch. ``text`` may have splices already; offsets of
    the result are those of its original all the same.
    """
    current = Spliced(text) if isinstance(text, str) else text
    shown: list[Finding] = []
    rejected: tuple[Rejection, ...] = ()
    skipped: set[str] = set()
    stable = False
    context: Context | None = None
    protected: Sequence[TextSpan] = ()
    for turn in range(PASSES):
        context = Context(current.text, context)
        found = scan_context(context, ruleset)
        if found.findings and not protected:
            protected = protect(current.original)
        skipped.update(found.skipped)
        kept = _moved(current, found.findings, protected) if current.splices else protected
        chosen = plan(found.findings, review, kept)
        if turn == 0:
            rejected = chosen.rejected
            shown = [_as_shown(_at_origin(finding, current)) for finding in _worth_showing(chosen)]
        if not chosen.accepted:
            stable = True
            break
        current = current.with_findings(chosen.accepted)
    applied = [finding for splice in current.splices for finding in splice.findings]
    findings = sorted((*applied, *shown), key=lambda one: (one.span.start, one.span.end, one.rule))
    return Settled(current.text, current.splices, tuple(findings), rejected, tuple(sorted(skipped)), stable)


def _at_origin(finding: Finding, current: Spliced) -> Finding:
    """A finding of the current text where it stands in the original."""
    if not current.splices:
        return finding
    span = current.origin(finding.span)
    return replace(finding, span=span, text=current.original[span.start : span.end])


def _worth_showing(chosen: Plan) -> list[Finding]:
    """What is not applied but should be seen; of what lies inside a removal only one finding a further site."""
    sites = {finding.site for finding in chosen.accepted if finding.site}
    shown = []
    for item in chosen.rejected:
        finding = item.finding
        if item.reason is not Reason.OVERLAP:
            shown.append(finding)
        elif finding.site and not any(finding.site in site or site in finding.site for site in sites):
            sites.add(finding.site)
            shown.append(finding)
    return shown


def _as_shown(finding: Finding) -> Finding:
    """A finding that is not applied is printed as a flag."""
    return finding if finding.action is Action.FLAG else replace(finding, action=Action.FLAG, replacement="")


def _moved(current: Spliced, findings: Sequence[Finding], protected: Sequence[TextSpan]) -> tuple[TextSpan, ...]:
    """The spans of later findings that touch protected text of the original."""
    touched = (finding.span for finding in findings)
    return tuple(span for span in touched if any(current.origin(span).overlaps(kept) for kept in protected))
