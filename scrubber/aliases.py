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
    from collections.abc import Iterable, Mapping, Sequence, Set

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
    owners = _owners(asked - {""}, documents)
    if not owners:
        return [one.fragments for one in documents]
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


def _owners(asked: Set[str], documents: Iterable[Traced]) -> dict[str, Owner]:
    """Whose the labels of addresses are, as far as one name claims them; of several places the first one says so."""
    if not asked:
        return {}
    named: dict[str, Owner] = {}
    beside: dict[str, dict[str, Owner]] = defaultdict(dict)
    for one in documents:
        for finding in filter(_is_sure, one.findings):
            site = finding.site or ""
            owner = Owner(site, one.path, finding.text.strip())
            named[site] = min(owner, named.get(site, owner))
            for label in asked & _labels_beside(site, finding.text):
                beside[label][site] = min(owner, beside[label].get(site, owner))
    found = {label: _owner(beside[label], _spelling(label, named)) for label in asked}
    return {label: owner for label, owner in found.items() if owner is not None}


def _is_sure(finding: Finding) -> bool:
    """Whether a finding says for certain whose a text is, by name."""
    named = bool(finding.site) and not (finding.site or "").isascii()
    return named and finding.applies and finding.safety is Safety.SAFE


def _owner(beside: Mapping[str, Owner], spelling: Mapping[str, Owner]) -> Owner | None:
    """The one name that stands beside a label and is spelled by it, or else does the first or the second alone."""
    both = {site: owner for site, owner in beside.items() if site in spelling}
    return next((min(one.values()) for one in (both, beside, spelling) if len(one) == 1), None)


def _spelling(label: str, named: Mapping[str, Owner]) -> dict[str, Owner]:
    """The names that a label spells, or begins to."""
    return {
        site: owner
        for site, owner in named.items()
        if len(name := spelled(label, site) or "") >= _LEAST_SPELLED and site.startswith(name)
    }


def _labels_beside(site: str, shown: str) -> Set[str]:
    """The labels of the addresses that stand right beside a site's name in a text."""
    text, name = folded(shown), key_of(site)
    found: set[str] = set()
    for host in HOST.finditer(text):
        start, end = host.span()
        before, behind = text[:start].rstrip(" :(/-|"), text[end:].lstrip(" :)/-|,")
        near = start - len(before) <= _BESIDE and before.endswith(name)
        if near or (len(text) - end - len(behind) <= _BESIDE and behind.startswith(name)):
            found.add(_label(host[0]))
    return found
