"""The stages in order: decode, fold and scan, plan, apply, check. Nothing else happens here.

Each stage is one function over frozen values; none reads a file, prints, or looks at a clock. A document that cannot
be processed comes out as it went in, with the reason in ``Outcome.error``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from scrubber.edits import Spliced, apply, edits_of
from scrubber.encoding import decode
from scrubber.errors import ScrubberError
from scrubber.fixpoint import PASSES, settle
from scrubber.integrity import check
from scrubber.marks import protected_spans
from scrubber.model import Document, Fragment, Outcome
from scrubber.ruleset import RuleSet
from scrubber.sites import Sites
from scrubber.wishes import NO_WISHES, Wishes, with_repairs


def run(
    raw: bytes,
    ruleset: RuleSet,
    *,
    source: str | None = None,
    encoding: str | None = None,
    review: bool = False,
    trace: bool = True,
    wishes: Wishes = NO_WISHES,
    record: Mapping[str, str] | None = None,
) -> Outcome:
    """Take one document through all stages. ``trace`` also divides it into fragments and attributes them.

    ``record`` may hold the ``url`` and ``source`` with which a crawl delivered the document, as evidence.
    """
    try:
        document = decode(raw, source, encoding)
    except ScrubberError as error:
        return Outcome(source, None, raw, "", error=str(error))
    settled = settle(wishes.start(document), ruleset, review, protected_spans)
    notes = tuple(f"rule {name} was skipped: over its time limit" for name in settled.skipped)
    left_alone = Outcome(source, document, raw, document.text, settled.findings, (), settled.rejected, (), notes)
    if not settled.stable:
        return replace(left_alone, error=f"still finding after {PASSES} passes; the document was left as it was")
    splices = wishes.finish(document, settled.splices)
    text = settled.text if splices == settled.splices else Spliced(document.text, splices).text
    try:
        edits = edits_of(document, splices)
        clean = apply(raw, edits)
        check(document, edits, clean, text)
    except UnicodeEncodeError as error:
        why = f"{error.object!r} cannot be written in {error.encoding}; nothing was changed"
        return replace(left_alone, error=why)
    except ScrubberError as error:
        return replace(left_alone, error=str(error))
    fragments = _fragments(document, left_alone, record, ruleset.sites) if trace else ()
    findings = with_repairs(settled.findings, splices)
    return replace(left_alone, bytes=clean, text=text, findings=findings, edits=edits, fragments=fragments)


def _fragments(
    document: Document, outcome: Outcome, record: Mapping[str, str] | None, sites: Sites
) -> tuple[Fragment, ...]:
    from scrubber.tracing import trace  # noqa: PLC0415 - not needed for scanning alone

    return trace(document.text, outcome.findings, document.source or "", record, sites)
