"""Echoes: text that repeats the document itself, as page summaries, repeated titles and refrains do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from scrubber import later
from scrubber.context import SENTENCE_END, Context
from scrubber.matchers.hit import Hit, Lines
from scrubber.model import TextSpan
from scrubber.rule import EchoMatch, Rule

_SENTENCES = 400
"""Full stops that are looked at for a refrain."""

_OFTEN = 5
"""Times that a refrain must stand in a document."""

_SPOKEN = 3
"""Speeches that make a document a story: laws and minutes have refrains of their own."""

_LONGEST = 12
"""Code points of the longest refrain."""

# What stands in sentences and not in titles.
_GRAMMAR = later.pattern("[了着过地得也又都便就才不没他她它我你们是在说道问答笑]")
_SPACE = later.pattern(r"\s+")
_CUT_OFF = later.pattern(r"(?:\.{3,}|…+|。{3,})\W*(?:\[?(?:查看|阅读)?(?:全文|更多|详细|详情)\]?|\([^()]{2,16}\))?\W*$")
CUTS = ("...", "…", "。。。")
"""Of these a line that was cut off has one."""

_LABEL = later.pattern(r"^\W*(?:(?:内容)?摘要|导读|简介|提要|导语)\W*")


def find(rule: Rule, context: Context, lines: Lines, timeout: float) -> Iterator[Hit]:  # noqa: ARG001
    """Hits in the given lines; comparisons ignore white space and read the rule's view."""
    assert isinstance(rule.match, EchoMatch)  # noqa: S101 - chosen by this very type
    if rule.match.of == "refrain":
        yield from _refrains(rule, context, lines, rule.match.min_chars)
        return
    finder = {"opening": _opening, "title": _title, "body": _body}[rule.match.of]
    for number in lines:
        if context.lines().content(number).strip():
            yield from finder(rule, context, number, rule.match.min_chars)


def _refrains(rule: Rule, context: Context, lines: Lines, min_chars: int) -> Iterator[Hit]:
    """The refrain of a document, in the given lines, without the full stop behind it."""
    table = context.lines(rule.view)
    refrain = _refrain(table.text, min_chars)
    if not refrain:
        return
    for number in lines:
        at = table.text.find(refrain, table.starts[number], table.ends[number])
        while at >= 0:
            yield Hit(context.to_text(rule.view, at, at + len(refrain)), {})
            at = table.text.find(refrain, at + len(refrain), table.ends[number])


def _refrain(text: str, least: int) -> str:
    """What at least a third of a story's sentences end in, glued to ever other words and standing nowhere else.

    Only the first ``_SENTENCES`` full stops are looked at, so a long text costs no more than a short one.
    """
    ends = [end for end in islice(_stops(text), _SENTENCES) if end > least]
    if len(ends) < _OFTEN:
        return ""
    tail, often = Counter(text[end - least : end] for end in ends).most_common(1)[0]
    if often < max(_OFTEN, len(ends) / 3) or not all(map(_is_han, tail)):
        return ""
    places = [end for end in ends if text.startswith(tail, end - least)]
    while len({text[end - len(tail) - 1] for end in places}) == 1 and len(tail) < min(_LONGEST, places[0] - 1):
        tail = text[places[0] - len(tail) - 1] + tail
    before = {text[end - len(tail) - 1] for end in places}
    glued = len(before) >= _OFTEN - 1 and all(map(_is_han, before))
    told = sum(text.count(mark) for mark in "“「") >= _SPOKEN
    named = not _GRAMMAR.search(tail)
    return tail if glued and told and named and text.count(tail) == text.count(f"{tail}。") else ""


def _stops(text: str) -> Iterator[int]:
    at = text.find("。")
    while at >= 0:
        yield at
        at = text.find("。", at + 1)


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def _squeeze(text: str) -> str:
    return _SPACE.sub("", text)


def _opening(rule: Rule, context: Context, number: int, min_chars: int) -> Iterator[Hit]:
    """A line that is cut off by dots and whose text, a leading title apart, stands again, whole, further down."""
    table = context.lines(rule.view)
    content = table.content(number)
    cut = _CUT_OFF.search(content)
    if not cut:
        return
    said = _squeeze(_LABEL.sub("", content[: cut.start()]))
    if number > context.filled[0]:
        said = said.removeprefix(_squeeze(table.content(context.filled[0])))
    rest = context.squeezed_after(rule.view, number)
    if len(said) >= min_chars and said in rest:
        yield _whole_line(context, number)


def _title(rule: Rule, context: Context, number: int, min_chars: int) -> Iterator[Hit]:
    """A line that repeats the first line of the document that is not blank."""
    table = context.lines(rule.view)
    first = context.filled[0]
    said = _squeeze(table.content(number))
    if number > first and len(said) >= min_chars and said == _squeeze(table.content(first)):
        yield _whole_line(context, number)


def _body(rule: Rule, context: Context, number: int, min_chars: int) -> Iterator[Hit]:
    """Leading sentences of a line that stand again further down."""
    table = context.lines(rule.view)
    content = table.content(number)
    lead = len(content) - len(content.lstrip())
    best = 0
    rest = context.view(rule.view).text[table.ends[number] :]
    for position in range(lead + 1, len(content)):
        if content[position - 1] in SENTENCE_END or content[position] in ",;":
            if content[lead:position].rstrip(SENTENCE_END) not in rest:
                break
            best = position
    if best - lead >= min_chars:
        start = table.starts[number]
        yield Hit(context.to_text(rule.view, start + lead, start + best), {})


def _whole_line(context: Context, number: int) -> Hit:
    return Hit(context.line_span(TextSpan.of(context.lines().starts[number], context.lines().ends[number])), {})
