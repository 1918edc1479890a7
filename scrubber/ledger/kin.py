"""Near-duplicates among the fragments of a ledger, across documents and runs, and what they say about silent ones.

The texts are in a :class:`scrubber.similarity.Index` under their ids in the ledger. What is recorded depends on the
documents alone: a fragment that was silent in an earlier run is asked again when a copy of it arrives.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from scrubber.errors import ScrubberError
from scrubber.ledger import keys
from scrubber.likeness import Origin, Part, ask, measured, own_text, pairs, parts, touched
from scrubber.model import Evidence, Fragment, TextSpan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scrubber.ledger.records import DocumentRecord, EvidenceRecord, FragmentRecord
    from scrubber.ledger.store import Ledger
    from scrubber.model import Outcome
    from scrubber.similarity import Edge, Index

    Entry = tuple[str, str]

_NEAR = "near-duplicate"


def entries(outcome: Outcome) -> list[Entry]:
    """The fragments of a document that may be compared: id, and text without what was found in it."""
    if outcome.document is None:
        return []
    text = outcome.document.text
    return [
        (keys.text_key(text[part.fragment.span.start : part.fragment.span.end]).hex(), part.text)
        for part in parts("", text, outcome.fragments, outcome.findings)
    ]


def compare(ledger: Ledger, index: Index, arrived: Sequence[Entry]) -> None:
    """Add recorded fragments to ``index``; record their near-duplicates, and what copies say about silent fragments."""
    affected = touched(arrived, index)
    ledger.record_duplicates((edge.key, edge.other, round(edge.raw, 4)) for edge in pairs(affected, index))
    marked = ledger.marked()
    silent = {key: places for key in affected if (places := ledger.places(key, marked=False))}
    texts = [(key, index.text(key)) for key in silent]
    edges = measured(texts, index, frozenset(key for key in marked if key in index))
    origins = _Origins(ledger)
    told = (
        (place, _told(place, text, found, origins))
        for (key, text), found in zip(texts, edges, strict=True)
        for place in silent[key]
    )
    ledger.retell([(place, fragment) for place, fragment in told if fragment.evidence or place.sites])


def fragment_of(place: FragmentRecord) -> Fragment:
    """A recorded fragment as a trace gives it, what copies say last and the likest first."""
    evidence = map(_evidence, sorted(place.evidence, key=_rank))
    span = TextSpan.of(place.start, place.end)
    return Fragment(place.number, span, place.title, place.site, place.confidence, tuple(evidence))


def reread(ledger: Ledger, index: Index) -> Iterator[Entry]:
    """The recorded fragments that ``index`` lacks, of documents that still lie where they were, original or cleaned."""
    for document in ledger.each_document():
        recorded = ledger.fragments_of_document(document.id)
        fragments = [place for place in recorded if place.number > 0 and place.id not in index]
        text = _text(ledger, document) if fragments else None
        if text is None:
            continue
        found = ledger.findings_of_document(document.id)
        applied = (one for one in found if one.action != "flag" and one.reason is None)
        foreign = sorted(TextSpan.of(one.start, one.end) for one in applied)
        for place in fragments:
            if keys.text_key(text[place.start : place.end]).hex() == place.id:
                yield place.id, own_text(text, TextSpan.of(place.start, place.end), foreign)


def _text(ledger: Ledger, document: DocumentRecord) -> str | None:
    """A document's original text, from whichever of its files is still as it was."""
    from hashlib import sha256  # noqa: PLC0415 - only a lost index needs this

    from scrubber.encoding import decode  # noqa: PLC0415 - as above
    from scrubber.restore import undo  # noqa: PLC0415 - as above

    for path in dict.fromkeys((document.path, *document.targets)):
        try:
            data = Path(path).read_bytes()
            if sha256(data).hexdigest() == document.clean:
                data = undo(data, ledger.edits(document.id))
            if sha256(data).hexdigest() == document.raw:
                return decode(data, path).text
        except (OSError, ValueError, ScrubberError):
            continue
    return None


class _Origins(dict[str, list[Origin]]):
    """Where each marked text stands and whose it is there, read when it is first asked for."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self._ledger = ledger

    def __missing__(self, key: str) -> list[Origin]:
        self[key] = [
            Origin(place.path, place.number, place.site, place.confidence)
            for place in self._ledger.places(key, marked=True)
            if place.site is not None
        ]
        return self[key]


def _told(place: FragmentRecord, text: str, edges: Iterable[Edge], origins: _Origins) -> Fragment:
    """What the marked copies of a silent fragment say: near-duplicate evidence, and the site if one is sure."""
    silent = Fragment(place.number, TextSpan.of(place.start, place.end), place.title)
    return ask(Part(place.path, silent, text), list(edges), origins).fragment


def _evidence(found: EvidenceRecord) -> Evidence:
    span = None if found.start is None or found.end is None else TextSpan.of(found.start, found.end)
    own = Evidence(found.type, found.site, found.rule, span, found.text)
    return replace(own, from_path=found.from_path, from_fragment=found.from_fragment, similarity=found.similarity)


def _rank(found: EvidenceRecord) -> tuple[bool, float, str, str]:
    return found.type == _NEAR, -(found.similarity or 0.0), found.from_path or "", found.from_fragment or ""
