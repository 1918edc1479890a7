"""Which names the documents of a ledger held to be one site because they stand together: a report for review."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from scrubber.model import Action, Finding, Kind, Safety, TextSpan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrubber.ledger.records import FindingRecord
    from scrubber.ledger.store import Ledger
    from scrubber.sites import Merge, Sites


class Joined(NamedTuple):
    """Names, domains, accounts and numbers of one site, in how many documents they were joined, and where first.

    ``contested`` are those that other documents join to another site; ``seen`` is the text that shows two together.
    """

    site: str
    names: list[str]
    contacts: list[str]
    contested: list[str]
    documents: int
    path: str
    seen: str


def joined(ledger: Ledger, sites: Sites) -> list[Joined]:
    """The groups of all documents, what is contested first; then what most documents show."""
    groups: dict[str, dict[str, Merge]] = defaultdict(dict)
    for path, merge in _merges(ledger, sites):
        groups[merge.site].setdefault(path, merge)
    owners: dict[str, set[str]] = defaultdict(set)
    for site, places in groups.items():
        for merge in places.values():
            for name in (*merge.names, *merge.contacts):
                owners[name].add(site)
    found = [_joined(site, places, owners) for site, places in groups.items()]
    return sorted(found, key=lambda one: (not one.contested, -one.documents, one.site))


def _merges(ledger: Ledger, sites: Sites) -> Iterator[tuple[str, Merge]]:
    for document in ledger.each_document():
        findings = [_finding(record) for record in ledger.findings_of_document(document.id)]
        for merge in sites.merges(findings):
            yield document.path, merge


def _joined(site: str, places: dict[str, Merge], owners: dict[str, set[str]]) -> Joined:
    names = sorted({name for merge in places.values() for name in merge.names if name != site})
    contacts = sorted({number for merge in places.values() for number in merge.contacts})
    contested = [name for name in (*names, *contacts) if len(owners[name]) > 1]
    path, first = min(places.items(), key=lambda place: (not place[1].seen, place[0]))
    return Joined(site, names, contacts, contested, len(places), path, next(iter(first.seen), ""))


def _finding(record: FindingRecord) -> Finding:
    """What the engine found, as far as names are read from it."""
    return Finding(
        record.rule,
        Kind(record.kind),
        Action(record.action),
        Safety(record.safety),
        TextSpan.of(record.start, record.end),
        record.text,
        captures=record.captures,
        site=record.site,
    )
