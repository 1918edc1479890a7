"""From a document's text and findings to its fragments with their sites: divide, attribute, compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrubber.attribution import attribute
from scrubber.fragments import split
from scrubber.likeness import within

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scrubber.model import Finding, Fragment
    from scrubber.sites import Sites


def trace(
    text: str,
    findings: Sequence[Finding],
    path: str = "",
    record: Mapping[str, str] | None = None,
    sites: Sites | None = None,
) -> tuple[Fragment, ...]:
    """The fragments of one document, in order, with site, confidence and evidence.

    ``findings`` have spans in ``text`` (code points). ``path`` is what near-duplicate evidence calls the document;
    ``record`` may hold the ``url`` and ``source`` of a crawl's record. Fragments with an index below 1 are the cover of
    a compilation and the links behind it, not texts.
    """
    fragments = attribute(split(text), findings, text, record, sites)
    return within(path, text, fragments, findings)
