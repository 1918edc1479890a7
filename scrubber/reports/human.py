"""Reports for people: where, what, and the text itself with the span marked.

In colour the role of each part shows; without, what was found stands between ``⟦`` and ``⟧``, or ``⟨`` and ``⟩``
where it stays in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Any

from scrubber.files import shown
from scrubber.positions import Positions, split_lines
from scrubber.reports import Line, Part, counted, line
from scrubber.totals import to_review

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from scrubber.encoding.inspection import Inspection
    from scrubber.model import Evidence, Finding, Fragment, Outcome
    from scrubber.totals import Totals

_AROUND = 30  # code points shown on either side of a span
_WIDEST = 96  # code points shown of one line of a span
_TALLEST = 6  # lines shown of one span
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LISTED = 12  # sites or rules listed at the end
_FLAGS = 2  # flags of one rule shown for one document


def outcome(path: str, outcome: Outcome) -> Iterator[Line]:
    """The findings of one document: place, what happens to it, and the text. Of mere flags, the first ones."""
    if outcome.document is None or not outcome.findings:
        return
    positions = Positions(outcome.document.text)
    flags: Counter[str] = Counter()
    for finding in outcome.findings:
        if not finding.applies and not to_review(finding):
            flags[finding.rule] += 1
            if flags[finding.rule] > _FLAGS:
                continue
        yield _headline(path, finding, positions)
        yield from _excerpt(finding, positions)
    for rule, count in flags.items():
        if count > _FLAGS:
            more = f": {counted(count - _FLAGS, 'more flag')} "
            yield line(Part(_path(path), "path"), more, Part(f"[{rule}]", "rule"))


def cleaned(path: str, outcome: Outcome, target: str) -> Iterator[Line]:
    """One line for a document that was changed or holds something to review."""
    edits, reviews = len(outcome.edits), sum(map(to_review, outcome.findings))
    if not edits and not reviews:
        return
    taken = sum(len(edit.span) - len(edit.text_after) for edit in outcome.edits)
    sites = dict.fromkeys(finding.site for finding in outcome.findings if finding.site)
    parts = [f"{counted(edits, 'change')}, {taken:,} characters less"] if edits else ["unchanged"]
    parts += [f"{reviews} to review"] if reviews else []
    yield line(
        Part(_path(path), "path"),
        "" if target == path else f" → {_path(target)}",
        f": {', '.join(parts)}",
        *(Part(f" · {clean(site)}", "site") for site in sites),
    )


def _headline(path: str, finding: Finding, positions: Positions) -> Line:
    where = positions.at(finding.span.start)
    site = (" · ", Part(clean(finding.site), "site")) if finding.site else ()
    return line(
        Part(f"{_path(path)}:{where.line}:{where.column}", "path"),
        ": ",
        Part(_action(finding), finding.action if finding.applies else "flag"),
        f" {finding.kind} ",
        Part(f"[{finding.rule}]", "rule"),
        *site,
    )


def _action(finding: Finding) -> str:
    if finding.applies:
        return str(finding.action)
    return "review" if to_review(finding) else "flag"


def _excerpt(finding: Finding, positions: Positions) -> Iterator[Line]:
    """The lines of the span, the longest and the most of them cut short, with what stands around it."""
    role, opening, closing = ("span", "⟦", "⟧") if finding.applies else ("review", "⟨", "⟩")
    span, text = finding.span, positions.text
    before = text[max(positions.line_start(span.start), span.start - _AROUND) : span.start]
    stop = span.end - (len(finding.text) - len(finding.text.rstrip("\r\n")))
    after = text[stop : min(positions.line_end(stop), stop + _AROUND)]
    rows = [row for row in split_lines(text[span.start : stop]) if row.strip()] or [""]
    left_out = len(rows) - _TALLEST
    if left_out > 0:
        rows = [*rows[: _TALLEST - 2], f"… {left_out + 1} more lines", rows[-1]]
    for number, row in enumerate(rows):
        first, last = number == 0, number == len(rows) - 1
        yield line(
            Part("    " + ("" if not first else clean(before)), "around"),
            Part("", "", opening if first else ""),
            Part(_cut(clean(row)), role),
            Part("", "", closing if last else ""),
            Part(clean(after) if last else "", "around"),
        )
    if finding.action == "replace":
        yield line("    → ", Part(_cut(clean(finding.replacement)), "plus"))


def _cut(text: str) -> str:
    """A long line with its middle left out."""
    if len(text) <= _WIDEST + _AROUND:
        return text
    half = _WIDEST // 2
    return f"{text[:half]} … {len(text) - 2 * half} characters … {text[-half:]}"


def clean(text: str) -> str:
    """Text that is safe on a terminal: control characters as pictures, lone surrogates as escapes."""
    visible = _CONTROLS.sub(lambda found: "\ufffd" if ord(found[0]) > 0x20 else chr(0x2400 + ord(found[0])), text)
    return visible.encode("utf-8", "backslashreplace").decode()


def _path(path: str) -> str:
    """A path that is safe on a terminal; bytes that are not UTF-8 as escapes."""
    return clean(shown(path))


def totals(totals: Totals) -> Iterator[Line]:
    """The last lines: what was found in how many files, by rule and by site."""
    found = totals.changes + totals.reviews + totals.flags
    noun = "document" if totals.records else "file"
    if not found:
        yield line(Part(f"{counted(totals.documents, noun)}: nothing found", "summary"), _aside(totals, noun))
        return
    yield line(Part("─" * 60, "around"))
    parts = [counted(totals.changes, "removal")] if totals.changes else []
    parts += [f"{totals.reviews:,} to review"] if totals.reviews else []
    parts += [counted(totals.flags, "flag")] if totals.flags else []
    summary = f"{counted(totals.documents, noun)}: {', '.join(parts)} in {counted(totals.affected, noun)}"
    yield line(
        Part(summary, "summary"),
        f", {totals.characters:,} characters" if totals.characters else "",
        _aside(totals, noun),
    )
    yield from _ranking("by rule", totals.rules.most_common(), "rule")
    named = [(site or "no site named", count) for site, count in totals.sites.most_common()]
    yield from _ranking("by site", named, "site")


def _aside(totals: Totals, noun: str) -> str:
    parts = [f"{counted(totals.binary, 'binary file')} skipped"] if totals.binary else []
    undone = "path" if noun == "file" else noun
    parts += [f"{counted(totals.problems, undone)} could not be done"] if totals.problems else []
    return f" ({', '.join(parts)})" if parts else ""


def _ranking(title: str, counts: Sequence[tuple[str, int]], role: str) -> Iterator[Line]:
    yield line(f"  {title}")
    for name, count in counts[:_LISTED]:
        yield line(f"  {count:>6}  ", Part(clean(name), role))
    if len(counts) > _LISTED:
        yield line(f"          and {len(counts) - _LISTED} more")


def fragments(path: str, outcome: Outcome) -> Iterator[Line]:
    """A tree: the document, its fragments, and why each is said to come from its site."""
    if outcome.document is None:
        return
    positions = Positions(outcome.document.text)
    yield line(Part(_path(path), "path"))
    for number, fragment in enumerate(outcome.fragments):
        last = number == len(outcome.fragments) - 1
        yield _fragment(fragment, positions, "└─ " if last else "├─ ")
        for item in fragment.evidence:
            yield _evidence(item, positions, "   " if last else "│  ")


def _fragment(fragment: Fragment, positions: Positions, branch: str) -> Line:
    source = (
        (Part(clean(fragment.site), "site"), f" {fragment.confidence:.2f}")
        if fragment.site
        else (Part("no site known", "around"),)
    )
    where = f"  line {positions.at(fragment.span.start).line}, {len(fragment.span):,} characters  "
    title = _cut(clean(fragment.title.strip())) or "(no title)"
    return line(branch, Part(f"{fragment.index} ", "summary"), title, Part(where, "around"), *source)


def _evidence(item: Evidence, positions: Positions, branch: str) -> Line:
    parts: list[Part | str] = [f"{branch}   {item.type}"]
    if item.span is not None and item.from_path is None:
        parts.append(Part(f" line {positions.at(item.span.start).line}", "around"))
    if item.text:
        parts += [" ", Part(_cut(clean(item.text.strip())), "span")]
    if item.from_path is not None or item.from_fragment is not None:
        origin = " ".join(clean(str(part)) for part in (item.from_path, item.from_fragment) if part is not None)
        parts.append(f" of {origin}")
    if item.similarity is not None:
        parts.append(f" (similarity {item.similarity:.3f})")
    if item.site:
        parts += [" → ", Part(clean(item.site), "site")]
    return line(*parts)


def inspection(path: str, inspection: Inspection | None, size: int) -> Iterator[Line]:
    """How one document is written, on a line or, where there is something odd, on some more."""
    if inspection is None:
        yield line(Part(_path(path), "path"), ": ", Part("binary", "flag"), f", {size:,} bytes")
        return
    mark = " with BOM" if inspection.bom else ""
    yield line(
        Part(_path(path), "path"),
        ": ",
        Part(f"{inspection.encoding}{mark}", "site"),
        f" ({inspection.confidence:.2f}), newlines {inspection.newline}, script {inspection.script.script}",
    )
    segments = [f"{part.bytes.start}-{part.bytes.end} {part.encoding}" for part in inspection.segments]
    yield from _places("segments", segments if len(segments) > 1 else [])
    yield from _places("bytes in no encoding", [f"{span.start}-{span.end}" for span in inspection.damage])
    garbled = [(run.span, f"{run.grade}: {_cut(clean(run.replacement))}") for run in inspection.mojibake]
    yield from _places("mojibake", [f"{span.start}-{span.end} {what}" for span, what in garbled])
    yield from _places("lost characters", [f"{span.start}-{span.end}" for span in inspection.lossy])
    yield from _places("private-use characters", [f"{span.start}-{span.end}" for span in inspection.private_use])
    wrong = [f"{error.span.start} {error.found}→{error.expected}" for error in inspection.conversion_errors]
    yield from _places("errors of machine conversion", wrong)


def _places(title: str, places: Sequence[str]) -> Iterator[Line]:
    if places:
        more = ", …" if len(places) > _LISTED else ""
        yield line(f"    {title} ({len(places)}): {', '.join(places[:_LISTED])}{more}")


def rows(rows: Iterable[Mapping[str, Any]]) -> Iterator[Line]:
    """A table with aligned columns; Han count as two."""
    table = [{name: _cell(value) for name, value in row.items()} for row in rows]
    if not table:
        yield line(Part("nothing there", "around"))
        return
    widths = {name: max(_width(name), *(_width(row[name]) for row in table)) for name in table[0]}
    yield line(Part(_aligned({name: name for name in widths}, widths), "summary"))
    for row in table:
        yield line(_aligned(row, widths))


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, list | tuple):
        return " ".join(_cell(item) for item in value)
    return _cut(clean(str(value)))


def _aligned(row: Mapping[str, str], widths: Mapping[str, int]) -> str:
    return "  ".join(row[name] + " " * (width - _width(row[name])) for name, width in widths.items()).rstrip()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
