"""Outcomes made by hand, for tests of what is done with them."""

from __future__ import annotations

from scrubber.model import Action, ByteSpan, Document, Edit, Finding, Kind, Outcome, Safety, Segment, TextSpan

Change = tuple[int, int, bytes, str]


def outcome(raw: bytes, *changes: Change, site: str | None = None) -> Outcome:
    """What cleaning makes of Latin-1 bytes: each change is (start, end, new bytes, rules joined by "+")."""
    text = raw.decode("latin-1")
    whole = (Segment(ByteSpan.of(0, len(raw)), TextSpan.of(0, len(raw)), "latin-1"),)
    document = Document("x", raw, text, "latin-1", 1.0, b"", whole)
    edits = tuple(_edit(text, change, site) for change in changes)
    clean, done = b"", 0
    for start, end, new, _ in changes:
        clean += raw[done:start] + new
        done = end
    clean += raw[done:]
    findings = tuple(finding for edit in edits for finding in edit.findings)
    return Outcome("x", document, clean, clean.decode("latin-1"), findings, edits)


def _edit(text: str, change: Change, site: str | None) -> Edit:
    start, end, new, rules = change
    span, before, after = TextSpan.of(start, end), text[start:end], new.decode("latin-1")
    captures = {"site": site} if site else {}
    findings = tuple(
        Finding(rule, Kind.PROMO, Action.REMOVE, Safety.SAFE, span, before, after, captures, site, 0.75)
        for rule in rules.split("+")
    )
    return Edit(span, ByteSpan.of(start, end), before.encode("latin-1"), new, after, findings)
