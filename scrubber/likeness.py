"""What other copies of a text say about a fragment that names no site itself.

A silent fragment takes the site of the marked fragment that it is verbatim a copy of, as *near-duplicate* evidence with
its score and the place of the copy. Below the threshold, or where copies marked by two sites are equally near, it stays
silent. A site that a fragment's own text or document names is never overridden, and one guess never supports another:
only marked fragments are asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from scrubber.attribution import NEAR_DUPLICATE, asserted, silent
from scrubber.model import Evidence, Finding, Fragment, TextSpan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from scrubber.similarity import Edge, Index

WHOLE_COPY = 0.95
"""Verbatim likeness from which a text counts as a copy: measured, see ``benchmarks/similarity.py``."""
PIECE = 0.97
"""Share of a piece that must stand verbatim in the whole."""
INNER = 0.99
"""Share that must be verbatim between the ends of a copy: sites redact differently, and by that are told apart."""
MARGIN = 0.002
"""By how much the copy of the best site must be more verbatim than that of the next."""
SAME_DOCUMENT = 0.9
"""Normalised likeness that suffices inside one compilation, where no copy marked by another site competes."""
ALIKE = 0.8
"""Normalised likeness from which two texts are listed as near-duplicates of each other."""
_RELATED = 0.5
_SPREAD = 100
"""Of the texts that share a formula so many are looked at when pairs are listed: all pairs of thousands help nobody."""
_SHORTEST = 100
"""Code points below which two texts may be alike by chance or by formula."""
_SHOWN = 40
_TRUST = 0.9
_TRUST_LOOSE = 0.5


@dataclass(frozen=True, slots=True)
class Part:
    """A fragment with the path of its document and its own text: verbatim, without what findings cover."""

    path: str
    fragment: Fragment
    text: str

    @property
    def key(self) -> str:
        return f"{self.path}#{self.fragment.index}"


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """Where an indexed text stands and whose it is."""

    path: str
    fragment: int
    site: str
    confidence: float


def parts(path: str, text: str, fragments: Iterable[Fragment], findings: Sequence[Finding]) -> list[Part]:
    """The parts of one document that may be compared with others; covers of a compilation are left out."""
    foreign = sorted(finding.span for finding in findings if finding.applies)
    return [
        Part(path, fragment, own_text(text, fragment.span, foreign)) for fragment in fragments if fragment.index > 0
    ]


def own_text(text: str, span: TextSpan, foreign: Sequence[TextSpan]) -> str:
    """What a span of a text holds beside foreign spans, which are in order."""
    return "".join(_own(text, span, foreign))


def _own(text: str, span: TextSpan, foreign: Sequence[TextSpan]) -> Iterator[str]:
    position: int = span.start
    for cut in foreign:
        if cut.end > position and cut.start < span.end:
            yield text[position : max(cut.start, position)]
            position = max(position, cut.end)
    yield text[position : span.end]


def within(path: str, text: str, fragments: Sequence[Fragment], findings: Sequence[Finding]) -> tuple[Fragment, ...]:
    """Ask the marked fragments of one document about its silent ones."""
    counted = [fragment for fragment in fragments if fragment.index > 0]
    marked = sum(map(asserted, counted))
    if not 0 < marked < len(counted):
        return tuple(fragments)
    from scrubber.similarity import Index  # noqa: PLC0415 - numpy only where there is something to compare

    told = {part.fragment.index: part.fragment for part in across(parts(path, text, fragments, findings), Index())}
    return tuple(told.get(fragment.index, fragment) for fragment in fragments)


def across(documents: Sequence[Part], index: Index, known: Mapping[str, Origin] | None = None) -> list[Part]:
    """Ask all marked fragments, of these documents and of those indexed before, about the silent ones among them.

    Marked parts are added to ``index`` under their keys; ``known`` tells whose the texts are that it held already. The
    answer has the parts in their order and does not depend on it.
    """
    ordered = sorted(documents, key=lambda part: part.key)
    origins = dict(known or {})
    for part in ordered:
        fragment = part.fragment
        if asserted(fragment) and fragment.site is not None:
            origins[part.key] = Origin(part.path, fragment.index, fragment.site, fragment.confidence)
    index.add((part.key, part.text) for part in ordered if part.key in origins)
    asking = [part for part in ordered if silent(part.fragment) and len(part.text) >= _SHORTEST]
    edges = index.edges([(part.key, part.text) for part in asking], frozenset(origins), _RELATED)
    told = {part.key: _told(part, found, origins) for part, found in zip(asking, edges, strict=True)}
    return [told.get(part.key, part) for part in documents]


def ask(part: Part, edges: Sequence[Edge], places: Mapping[str, Sequence[Origin]]) -> Part:
    """Ask the marked texts that one silent part was measured against, each of which may stand at several places.

    Of the places of one text at which it is marked by one site, the one in the part's own document speaks, else the
    first.
    """
    origins: dict[str, Origin] = {}
    found: list[Edge] = []
    for edge in edges:
        named: dict[str, Origin] = {}
        for origin in sorted(places[edge.other], key=lambda origin: (origin.path != part.path, origin)):
            named.setdefault(origin.site, origin)
        for origin in named.values():
            key = f"{origin.path}#{origin.fragment}"
            origins[key] = origin
            found.append(replace(edge, other=key))
    found.sort(key=lambda edge: (-edge.inner, -edge.raw, edge.other))
    return _told(part, found, origins)


def measured(entries: Sequence[tuple[str, str]], index: Index, among: frozenset[str]) -> list[list[Edge]]:
    """For each (key, text) its edges to the indexed texts ``among`` which its origin is sought; see ``ask``.

    A text under the same key counts: it may be marked where it stands elsewhere. Short texts have none.
    """
    asking = [(f"?{key}", text) for key, text in entries if len(text) >= _SHORTEST]
    edges = iter(index.edges(asking, among, _RELATED))
    return [next(edges) if len(text) >= _SHORTEST else [] for _, text in entries]


def touched(entries: Sequence[tuple[str, str]], index: Index) -> list[str]:
    """Add (key, text) entries to ``index``; the keys of all texts, new and old, whose copies may be other ones now."""
    ordered = sorted(set(entries))
    index.add(ordered)
    keys = {key for key, _ in ordered}
    # Where nothing else is indexed, nothing else can be touched.
    old = index.related([text for _, text in ordered]) if len(index) > len(keys) else set()
    return sorted(keys | old)


def duplicates(entries: Sequence[tuple[str, str]], index: Index, least: float = ALIKE) -> list[Edge]:
    """All near-duplicates among some (key, text) entries, and between them and what ``index`` holds, each pair once.

    The entries are added to ``index``. The answer is sorted and does not depend on the order of the entries.
    """
    return pairs(touched(entries, index), index, least)


def pairs(keys: Iterable[str], index: Index, least: float = ALIKE) -> list[Edge]:
    """All near-duplicates of some indexed texts, each pair once, sorted: the shorter text first, or the lesser key."""
    entries = [(key, text) for key in keys if len(text := index.text(key)) >= _SHORTEST]
    edges = chain.from_iterable(index.edges(entries, least=least, spread=_SPREAD, once=True))
    return sorted(edges, key=lambda edge: (edge.key, edge.other))


def _told(part: Part, edges: Sequence[Edge], origins: Mapping[str, Origin]) -> Part:
    """The part with what its copies say."""
    own = tuple(evidence for evidence in part.fragment.evidence if evidence.type != NEAR_DUPLICATE)
    fragment = replace(part.fragment, site=None, confidence=0.0, evidence=own)
    near, trust = _near(part, edges, origins)
    if near:
        told = tuple(_evidence(part, edge, score, origins[edge.other]) for edge, score in near)
        fragment = replace(fragment, evidence=own + told)
    if len(near) == 1:
        ((edge, score),) = near
        origin = origins[edge.other]
        fragment = replace(fragment, site=origin.site, confidence=round(score * origin.confidence * trust, 4))
    return replace(part, fragment=fragment)


def _near(part: Part, edges: Sequence[Edge], origins: Mapping[str, Origin]) -> tuple[list[tuple[Edge, float]], float]:
    """The best edge of each site that is near enough, with its score, best first; and how far to trust such edges."""
    copies = [edge for edge in edges if edge.raw >= (PIECE if edge.cut else WHOLE_COPY) and edge.inner >= INNER]
    if copies:
        equal = _per_site([edge for edge in copies if edge.inner > copies[0].inner - MARGIN], origins)
        return [(edge, edge.raw) for edge in equal], _TRUST
    alike = [edge for edge in edges if origins[edge.other].path == part.path and edge.normal >= SAME_DOCUMENT]
    if alike and len({origins[edge.other].site for edge in edges}) == 1:
        return [(alike[0], alike[0].normal)], _TRUST_LOOSE
    return [], 0.0


def _per_site(edges: Sequence[Edge], origins: Mapping[str, Origin]) -> list[Edge]:
    best: dict[str, Edge] = {}
    for edge in edges:
        best.setdefault(origins[edge.other].site, edge)
    return list(best.values())


def _evidence(part: Part, edge: Edge, score: float, origin: Origin) -> Evidence:
    """Evidence with the beginning of the longest run that the two share."""
    shared = part.text[edge.run.start : edge.run.start + min(edge.run.length, _SHOWN)]
    place = (origin.path, str(origin.fragment))
    return Evidence(NEAR_DUPLICATE, origin.site, None, None, shared, *place, similarity=round(score, 4))
