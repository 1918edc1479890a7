"""Echoes: text that repeats the document itself, as page summaries and repeated titles do."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber import later
from scrubber.context import SENTENCE_END, Context
from scrubber.matchers.hit import Hit, Lines
from scrubber.model import TextSpan
from scrubber.rule import EchoMatch, Rule

_SPACE = later.pattern(r"\s+")
_CUT_OFF = later.pattern(r"(?:\.{3,}|…+|。{3,})\W*(?:\[?(?:查看|阅读)?(?:全文|更多|详细|详情)\]?|\([^()]{2,16}\))?\W*$")
_LABEL = later.pattern(r"^\W*(?:(?:内容)?摘要|导读|简介|提要|导语)\W*")


def find(rule: Rule, context: Context, lines: Lines, timeout: float) -> Iterator[Hit]:  # noqa: ARG001
    """Hits in the given lines; comparisons ignore white space and read the rule's view."""
    assert isinstance(rule.match, EchoMatch)  # noqa: S101 - chosen by this very type
    finder = {"opening": _opening, "title": _title, "body": _body}[rule.match.of]
    for number in lines:
        if context.lines().content(number).strip():
            yield from finder(rule, context, number, rule.match.min_chars)


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
