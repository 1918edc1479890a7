"""Names: bare occurrences of a site's name that safe findings of the same document have captured elsewhere.

What resellers write once in full (a header, a credit, an address) they also drop bare into the text. Names are compared
as skeletons, so that no disguise hides them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scrubber.context import Context
from scrubber.extension import in_brackets
from scrubber.matchers.hit import Hit, Lines
from scrubber.model import Kind, ViewName
from scrubber.rule import NameMatch, Rule

_TITLES = frozenset("》〉”’\"'")
"""What closes the title of a work or a quotation: a name in these is being talked about."""


def find(rule: Rule, context: Context, lines: Lines, timeout: float) -> Iterator[Hit]:  # noqa: ARG001
    """Occurrences of known names, the longest where several agree, that stand as the rule's ``form`` says."""
    match = rule.match
    assert isinstance(match, NameMatch)  # noqa: S101 - chosen by this very type
    names = sorted(_eligible(match, context.names), key=lambda name: (-len(name), name))
    if not names:
        return
    for number in lines:
        content = context.content(ViewName.SKELETON, number)
        taken: list[tuple[int, int]] = []
        for name in names:
            at = content.find(name)
            while at >= 0:
                end = at + len(name)
                if not any(at < stop and start < end for start, stop in taken):
                    taken.append((at, end))
                at = content.find(name, end)
        for at, end in sorted(taken):
            span = context.span_in(ViewName.SKELETON, number, at, end)
            stands = {
                "line": len(content) == sum(stop - start for start, stop in taken),
                "brackets": in_brackets(context.text, span) and context.text[span.end] not in _TITLES,
                "inline": True,
            }
            if stands[match.form] and not any(claimed.contains(span) for claimed in context.claimed):
                yield Hit(span, {"site": content[at:end]})


def _eligible(match: NameMatch, names: Mapping[str, frozenset[Kind]]) -> Iterator[str]:
    from scrubber.intrusion import brand_like  # noqa: PLC0415 - the model's table loads only when a name is known

    for name, kinds in names.items():
        fits = len(name) >= match.min_chars and (not match.kinds or kinds & set(match.kinds))
        if fits and (not match.brand or brand_like(name) >= match.brand):
            yield name
