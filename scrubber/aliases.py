"""What the other documents of a run say about an address: whose it is.

A seller writes his name beside his address in one document and the address alone in the next. A fragment that is known
by an address alone gets the name that stands right beside that address elsewhere, or else the one name of the run that
the address spells, with the place as evidence. Where two names claim an address it keeps none of them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scrubber.brands import HOST, folded, host_of, key_of
from scrubber.model import Evidence, Finding, Fragment, Safety
from scrubber.pinyin import spelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_BESIDE = 3
"""Code points of marks that may stand between a name and its address."""
_LEAST = 4
"""Letters of a label that says the same under any ending (柳叶 liuye.net, liuye.cc)."""
_TRUST = 0.9
"""What the confidence of an address counts for the name that another document gives it."""
_LEAST_SPELLED = 3


@dataclass(frozen=True, slots=True)
class Traced:
    """A document with its fragments and its findings."""

    path: str
    fragments: tuple[Fragment, ...]
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True, order=True)
class Owner:
    """A name for an address, and where the two were seen."""

    site: str
    path: str
    text: str


def resolve(documents: Sequence[Traced]) -> list[tuple[Fragment, ...]]:
    """The fragments of each document, those known by an address alone under the name that others give it.

    The answer is in the order of the documents and does not depend on it.
    """
    asked = {_label(fragment.site) for one in documents for fragment in one.fragments if _is_address(fragment)}
    if not asked - {""}:
        return [one.fragments for one in documents]
    owners = {label: owner for label in asked - {""} if (owner := _owner(label, documents)) is not None}
    return [tuple(_renamed(fragment, owners) for fragment in one.fragments) for one in documents]


def _renamed(fragment: Fragment, owners: dict[str, Owner]) -> Fragment:
    owner = owners.get(_label(fragment.site)) if _is_address(fragment) else None
    if owner is None:
        return fragment
    why = Evidence("url", owner.site, text=owner.text, from_path=owner.path)
    confidence = round(fragment.confidence * _TRUST, 4)
    return replace(fragment, site=owner.site, confidence=confidence, evidence=(why, *fragment.evidence))


def _is_address(fragment: Fragment) -> bool:
    return fragment.site is not None and fragment.site.isascii()


def _label(site: str | None) -> str:
    """The part of an address that names somebody; empty if it is too short to tell."""
    host = host_of(site or "")
    label = max(host.split(".")[:-1], key=len) if host else (site or "").lower()
    return label if len(label) >= _LEAST and not label.isdecimal() else ""


def _owner(label: str, documents: Sequence[Traced]) -> Owner | None:
    beside: dict[str, list[Owner]] = defaultdict(list)
    spelling: dict[str, list[Owner]] = defaultdict(list)
    for one in documents:
        for finding in one.findings:
            if finding.site and not finding.site.isascii() and finding.applies and finding.safety is Safety.SAFE:
                owner = Owner(finding.site, one.path, finding.text.strip())
                if _stands_beside(label, finding):
                    beside[owner.site].append(owner)
                if len(name := spelled(label, finding.site) or "") >= _LEAST_SPELLED and finding.site.startswith(name):
                    spelling[owner.site].append(owner)
    both = {site: places for site, places in beside.items() if site in spelling}
    return next((min(found[0]) for one in (both, beside, spelling) if len(found := list(one.values())) == 1), None)


def _stands_beside(label: str, finding: Finding) -> bool:
    """Whether a finding shows the name it gives right beside an address with this label."""
    text, name = folded(finding.text), key_of(finding.site or "")
    hosts: Iterable[tuple[int, int]] = (host.span() for host in HOST.finditer(text) if _label(host[0]) == label)
    for start, end in hosts:
        before, behind = text[:start].rstrip(" :(/-|"), text[end:].lstrip(" :)/-|,")
        near = start - len(before) <= _BESIDE and before.endswith(name)
        if near or (len(text) - end - len(behind) <= _BESIDE and behind.startswith(name)):
            return True
    return False
