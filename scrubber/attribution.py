"""Which site each fragment came from, from what the fragment itself and its document say.

Every finding that names a site is evidence. An inline mark, a credit or a lead-in speaks for the fragment in which it
stands, a header in the first one for the whole document, and so does what stands before the first or after the last
part of a compilation. Evidence for different sites is kept side by side, best first; the best names the site. Without
evidence the site is None, and that is the answer; and so it is where two sites are named by equally weak evidence, or
where somebody left traces without a name: those are shown instead.

What other fragments say about a fragment that is silent is the second step: :mod:`scrubber.likeness`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

from scrubber import later, marks
from scrubber.brands import host_of
from scrubber.fragments import at, cut_back
from scrubber.model import Evidence, Finding, Fragment, Kind, Safety
from scrubber.sites import CONTACTS, Sites

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

NEAR_DUPLICATE = "near-duplicate"
MARK = "mark"

_TYPES = {
    Kind.WATERMARK_INLINE: ("watermark", 0.93),
    Kind.CREDIT: ("credit", 0.95),
    Kind.REPOST_NOTICE: ("credit", 0.9),
    Kind.FOOTER: ("credit", 0.85),
    Kind.LEAD_IN: ("lead-in", 0.92),
    Kind.HEADER: ("header", 0.85),
    Kind.TITLE_ECHO: ("header", 0.8),
    Kind.EXCERPT_ECHO: ("lead-in", 0.8),
    Kind.TAIL_LINKS: ("credit", 0.6),
    Kind.NAV: ("header", 0.5),
    Kind.CONTACT: ("contact", 0.45),
    Kind.PROMO: ("contact", 0.4),
    Kind.PLACEHOLDER: ("credit", 0.5),
    Kind.LOSSY: ("credit", 0.5),
}
"""What kind of evidence a kind of finding is, and how sure the site is that it names."""

_URL_WEIGHT = 0.6
_ADDRESS = 0.4
"""What a site counts that is known by Latin letters or its address alone, beside one that shows a name …"""
_ACCOUNT = 0.75
"""… and one that is known by an account alone, which may have any name."""
_ELSEWHERE = 0.4
"""What evidence that speaks for a whole compilation counts for one of its parts."""
_DOUBTFUL = 0.3
"""What a name counts that stands in words which may be the author's own."""
_WEAK = 0.6
"""Support below which a site that has an equal rival is not named."""
_EQUAL = 0.95
_LEAST = 0.1
"""Support below which nobody is named at all."""
_PAGE = later.pattern(r"(?:原文|本文)(?:链接|地址|网址|出处)[:：]?\s*https?://[^\s/]+/[^\s/]+")
"""The address of one page: it says where a text lay, not whose it is."""
_PRINTED = frozenset({Kind.TITLE_ECHO, Kind.EXCERPT_ECHO, Kind.PLACEHOLDER, Kind.LOSSY})
"""Kinds that a copy of the text itself may show; any other one is what somebody added who republished it."""
_WHOLE = frozenset({Kind.HEADER, Kind.NAV})
_BEHIND = frozenset({Kind.TAIL_LINKS, Kind.NAV})

Weighed = tuple[Evidence, float]


def attribute(
    fragments: Sequence[Fragment],
    findings: Sequence[Finding],
    text: str = "",
    record: Mapping[str, str] | None = None,
    sites: Sites | None = None,
) -> tuple[Fragment, ...]:
    """Give each fragment of one document the evidence that speaks for it and the site that the evidence names.

    ``text`` is the document's text: with it, invisible marks are recorded and the tail of a compilation is cut off.
    ``record`` may hold the ``url`` and ``source`` with which a crawl delivered the document, read by ``sites``.
    """
    fragments = cut_back(fragments, _tail(findings, fragments, text))
    sites = sites or Sites()
    learned = sites.learn(sites.merges(findings))
    doubtful = _DOUBTFUL if any(finding.safety is Safety.SAFE for finding in findings) else 0.0
    own: dict[int, list[Weighed]] = defaultdict(list)
    shared: list[Weighed] = list(_from_record(record or {}, learned))
    for finding in findings:
        weighed = _from_finding(finding, learned, 1.0 if finding.safety is Safety.SAFE else doubtful)
        place = at(fragments, finding.span.start)
        if not weighed or place is None:
            continue
        if place.index < 1 or (finding.kind in _WHOLE and place.index == 1):
            # What a whole compilation bears without a name says nothing of where its parts were taken from.
            if weighed[1] > 0 or len(fragments) == 1:
                shared.append(weighed)
        else:
            own[place.index].append(weighed)
    for mark in marks.find(text):
        if place := at(fragments, mark.span.start):
            evidence = Evidence(MARK, span=mark.span, text=f"{mark.kind}, {len(mark.data)} bytes")
            own[place.index].append((evidence, 0.0))
    share = _ELSEWHERE if len(fragments) > 1 else 1.0
    general = [(evidence, weight * share) for evidence, weight in shared]
    return tuple(
        _decide(fragment, own[fragment.index], general if fragment.index > 0 else ()) for fragment in fragments
    )


def asserted(fragment: Fragment) -> bool:
    """Whether the fragment's site rests on something the fragment or its document says."""
    own = [evidence.site for evidence in fragment.evidence if evidence.type != NEAR_DUPLICATE]
    return fragment.site is not None and fragment.site in own


def silent(fragment: Fragment) -> bool:
    """Whether neither the fragment nor its document shows who republished it, so that copies of it may be asked.

    Who left traces without a name is somebody, and hardly the one who marked a copy without them.
    """
    return all(evidence.type in (NEAR_DUPLICATE, MARK) for evidence in fragment.evidence)


def ranking(weighed: Iterable[Weighed]) -> list[tuple[str, float]]:
    """The sites that evidence names with the support of each, the best first; ties fall to the name.

    Support is how likely it is that at least one piece of evidence is right, were each independent of the others.
    """
    doubts: dict[str, list[float]] = defaultdict(list)
    for evidence, weight in weighed:
        if evidence.site is not None and weight > 0:
            doubts[evidence.site].append(1 - weight)
    support = {site: 1 - prod(sorted(doubt)) for site, doubt in doubts.items()}
    return sorted(support.items(), key=lambda item: (-item[1], item[0]))


def _decide(fragment: Fragment, own: Sequence[Weighed], general: Sequence[Weighed]) -> Fragment:
    ranked = ranking([*own, *general])
    order = {site: place for place, (site, _) in enumerate(ranked)}
    weighed = sorted(
        [*own, *general], key=lambda item: (order.get(item[0].site or "", len(order)), -item[1], _place(item[0]))
    )
    evidence = tuple(dict.fromkeys(item for item, _ in weighed))
    if not ranked:
        return replace(fragment, evidence=evidence)
    evidence = tuple(item for item in evidence if item.site or item.type in (MARK, "contact"))
    site, support = ranked[0]
    rival = ranked[1][1] if len(ranked) > 1 else 0.0
    if support < _LEAST or (support < _WEAK and rival > support * _EQUAL):
        return replace(fragment, evidence=evidence)
    return replace(fragment, site=site, confidence=round(support * support / (support + rival), 4), evidence=evidence)


def _place(evidence: Evidence) -> tuple[int, str]:
    return (evidence.span.start if evidence.span else -1, evidence.type)


def _from_finding(finding: Finding, sites: Sites, trust: float) -> Weighed | None:
    """What a finding says: the site it names, or at least whom to contact, or that somebody added it.

    ``trust`` is what it counts, from 0 to 1: in a text where all that was found may be the author's own, nobody is
    named. ``sites`` has learned which names and numbers the document shows side by side: a domain that stands beside a
    brand elsewhere in the document is that brand, and so is a number.
    """
    kind, weight = _TYPES[finding.kind]
    site = sites.canonical(finding.site, {}) or finding.site if finding.site else None
    if site is None:
        numbers = {name: number for name in CONTACTS if (number := finding.captures.get(name))}
        if not numbers:
            added = finding.applies and finding.kind not in _PRINTED
            return (Evidence(kind, None, finding.rule, finding.span, finding.text), 0.0) if added else None
        kind, site = "contact", sites.canonical("", numbers)
        weight = min(weight, _TYPES[Kind.CONTACT][1])
    shown = finding.captures
    known_by = _ADDRESS if site and site.isascii() else _ACCOUNT if "account" in shown and "site" not in shown else 1.0
    if site and host_of(site) == site and _PAGE.search(finding.text):
        known_by = 0.0
    weight *= finding.confidence * known_by * trust
    return Evidence(kind, site, finding.rule, finding.span, finding.text), weight


def _from_record(record: Mapping[str, str], sites: Sites) -> Iterable[Weighed]:
    """What a crawl's record says. An address that nobody has listed is the address of the source named beside it."""
    source, url = record.get("source", ""), record.get("url", "")
    named = sites.canonical(source, {}) if source else None
    host = sites.canonical("", {"url": url}) if url else None
    if named and host and not sites.known_as(host):
        host = named
    for value, site in ((source, named), (url, host)):
        if site:
            yield Evidence("url", site, text=value), _URL_WEIGHT


def _tail(findings: Sequence[Finding], fragments: Sequence[Fragment], text: str) -> int:
    """Where the links begin that close a compilation; the end of the document where there are none (code points)."""
    if len(fragments) < 2:
        return 0
    start = fragments[-1].span.end
    for finding in sorted(findings, key=lambda finding: -finding.span.end):
        if finding.kind in _BEHIND and finding.span.start < start and not text[finding.span.end : start].strip():
            start = finding.span.start
    return start
