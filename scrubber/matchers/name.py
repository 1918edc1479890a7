"""Names: bare occurrences of a site's name that safe findings of the same document have captured elsewhere.

What resellers write once in full (a header, a credit, an address) they also drop bare into the text. Names are compared
as skeletons, so that no disguise hides them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

from scrubber.context import Context
from scrubber.extension import dressed, in_brackets, note_around
from scrubber.matchers import told
from scrubber.matchers.hit import Hit, Lines
from scrubber.model import Kind, TextSpan, ViewName
from scrubber.rule import NameMatch, Rule

_TITLES = frozenset("》〉>＞”’\"'")
"""What closes the title of a work or a quotation: a name in these is being talked about."""


def find(rule: Rule, context: Context, lines: Lines, timeout: float) -> Iterator[Hit]:  # noqa: ARG001
    """Occurrences of known names, the longest where several agree, that stand as the rule's ``form`` says."""
    match = rule.match
    assert isinstance(match, NameMatch)  # noqa: S101 - chosen by this very type
    if match.form == "told":
        yield from told.find(match, context, lines)
        return
    names = sorted(_eligible(match, context.names), key=lambda name: (-len(name), name))
    if not names:
        return
    expression = re.compile("|".join(map(re.escape, names)))
    claimed = _merged(context.claimed)
    for number in lines:
        content = context.content(ViewName.SKELETON, number)
        found = list(expression.finditer(content))
        alone = len(content) == sum(len(one[0]) for one in found)
        for one in found:
            span = context.span_in(ViewName.SKELETON, number, *one.span())
            if not _stands(match, context.text, span, alone):
                continue
            for whole in _wholes(match, context.text, span):
                if not _inside(whole, claimed):
                    yield Hit(whole, {"site": one[0]})


def _wholes(match: NameMatch, text: str, span: TextSpan) -> Iterator[TextSpan]:
    """The name, and what may belong to it where it stands so: of findings that hold, the longest counts."""
    if match.form != "note":
        yield span
    if match.form == "note" and (note := note_around(text, span)):
        yield note
    if match.form == "inline" and (whole := dressed(text, span)) != span:
        yield whole


def _stands(match: NameMatch, text: str, span: TextSpan, alone: bool) -> bool:
    if match.form == "line":
        return alone
    return match.form in ("inline", "note") or (in_brackets(text, span) and text[span.end] not in _TITLES)


def _merged(spans: Iterable[TextSpan]) -> list[TextSpan]:
    """The same code points as spans that are sorted and do not overlap."""
    merged: list[TextSpan] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = TextSpan(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _inside(span: TextSpan, claimed: Sequence[TextSpan]) -> bool:
    at = bisect_right(claimed, span.start, key=lambda one: one.start)
    return bool(at) and claimed[at - 1].contains(span)


def _eligible(match: NameMatch, names: Mapping[str, frozenset[Kind]]) -> Iterator[str]:
    from scrubber.intrusion import brand_like  # noqa: PLC0415 - the model's table loads only when a name is known

    for name, kinds in names.items():
        fits = len(name) >= match.min_chars and (not match.kinds or kinds & set(match.kinds))
        if fits and (not match.brand or brand_like(name) >= match.brand):
            yield name
