"""What a ledger answers with: plain rows, with public ids and names where the tables hold numbers.

Spans ``start``/``end`` count code points of the original text; ``byte_start``/``byte_end`` count bytes of the original
file and ``clean_start`` bytes of the cleaned one.
"""

from __future__ import annotations

import json
from typing import NamedTuple

PIECES = "pieces"
"""In the place of an encoding: the document has no edits itself, its notes are the ids of those that hold them."""


class RunRecord(NamedTuple):
    """One run of the tool: ``settings`` is JSON, ``started`` whatever the caller gave."""

    id: str
    tool: str
    ruleset: str
    settings: str
    started: str | None
    documents: int


class DocumentRecord(NamedTuple):
    """One document as it was cleaned once. ``raw`` and ``clean`` are SHA-256 in hex; sizes are in bytes.

    ``targets`` are the paths that the cleaned file was written to, as far as they were recorded.
    """

    id: str
    path: str
    raw: str
    clean: str
    size: int
    clean_size: int
    encoding: str
    bom: bytes
    newline: str
    error: str | None
    notes_json: str
    targets: tuple[str, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(json.loads(self.notes_json))

    @property
    def changed(self) -> bool:
        return self.raw != self.clean

    @property
    def pieces(self) -> tuple[str, ...]:
        """The ids of the documents that it consists of, in order, if it was cleaned in pieces."""
        return self.notes if self.encoding == PIECES else ()


class EditRecord(NamedTuple):
    """One change of bytes, its number in the document from 0, and the rules that asked for it."""

    number: int
    byte_start: int
    byte_end: int
    clean_start: int
    before: bytes
    after: bytes
    start: int
    end: int
    rules: tuple[str, ...]


class FindingRecord(NamedTuple):
    """One finding, applied (``edit`` is the number of its edit in the document) or rejected (``reason``)."""

    document: str
    path: str
    rule: str
    rule_digest: str
    kind: str
    action: str
    safety: str
    start: int
    end: int
    text: str
    replacement: str
    captures_json: str
    site: str | None
    confidence: float
    edit: int | None
    reason: str | None
    winner: str | None

    @property
    def captures(self) -> dict[str, str]:
        captures: dict[str, str] = json.loads(self.captures_json)
        return captures


class EvidenceRecord(NamedTuple):
    """Why a fragment is attributed to a site; fields as in ``scrubber.model.Evidence``."""

    type: str
    site: str | None
    rule: str | None
    start: int | None
    end: int | None
    text: str | None
    from_path: str | None
    from_fragment: str | None
    similarity: float | None


class FragmentRecord(NamedTuple):
    """A fragment at one place. ``id`` is the id of its verbatim text, ``normal_id`` of its normalised text.

    ``sites`` are all attributions with their confidence, best first; the first is the fragment's site.
    """

    id: str
    normal_id: str
    document: str
    path: str
    number: int
    start: int
    end: int
    title: str
    sites: tuple[tuple[str, float], ...]
    evidence: tuple[EvidenceRecord, ...]

    @property
    def site(self) -> str | None:
        return self.sites[0][0] if self.sites else None

    @property
    def confidence(self) -> float:
        return self.sites[0][1] if self.sites else 0.0


class SiteRecord(NamedTuple):
    """A site with how many findings name it, in how many documents, and how many fragments are attributed to it."""

    name: str
    findings: int
    documents: int
    fragments: int


class DuplicateRecord(NamedTuple):
    """A verified pair of near-duplicate fragments, by the ids of their texts."""

    one: str
    other: str
    similarity: float
