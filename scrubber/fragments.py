"""Dividing a compilation into the texts it was put together from.

A document is one fragment, unless headings divide it: 篇一, 第1篇, 范文二, 【第三篇】, one title numbered again and
again, titles that are each followed by a salutation, or as many titles as the document announces. Weaker shapes (（一）
on a line of its own, 一、在…上的讲话) divide only with support from the text around them, because a single text numbers
its sections in the same way.

Fragments tile the document. What stands before the first text of a compilation (its common title) is a fragment with
index ``FRONT``; what a publisher put after the last one (links to other pages) can be cut off as a fragment with index
``BACK``. Time is linear in the length of the text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict, deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from scrubber import headings
from scrubber.headings import Heading, Line
from scrubber.model import Fragment, TextSpan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

FRONT = 0
"""Index of the text before the first part of a compilation. Parts count from 1."""
BACK = -1
"""Index of the text after the last part of a compilation."""

_MIN_BODY = 16
"""Code points that a part must hold beside its heading; an entry of a table of contents holds fewer."""
_TITLE_REACH = 4
"""Lines above a salutation in which its title may stand: a date and the speaker come between."""
_OPENING_LINES = 12
"""Lines at the head of a document in which a compilation announces itself."""


@dataclass(slots=True)
class _Outline:
    """What one pass over the lines collects."""

    series: dict[tuple[str, str], list[Heading]] = field(default_factory=lambda: defaultdict(list))
    salutations: list[Heading] = field(default_factory=list)
    titles: list[Heading] = field(default_factory=list)
    following: dict[int, list[Line]] = field(default_factory=dict)
    chapters: int = 0
    announced: int | None = None
    title: str = ""


def split(text: str) -> tuple[Fragment, ...]:
    """Tile a text with fragments, in order; an empty text has none.

    Spans are in code points. A document that is no compilation is one fragment with index 1.
    """
    if not text:
        return ()
    outline = _outline(text)
    chosen = _choose(outline, text)
    if len(chosen) < 2:
        return (Fragment(1, TextSpan.of(0, len(text)), outline.title),)
    starts = [heading.line.start for heading in chosen]
    before = next(headings.lines(text[: starts[0]]), None)
    front = Fragment(FRONT, TextSpan.of(0, starts[0]), before.text if before else "")
    if not before:
        starts[0] = 0
    parts = tuple(
        Fragment(index, TextSpan.of(start, end), _title(heading, outline))
        for index, (heading, start, end) in enumerate(zip(chosen, starts, [*starts[1:], len(text)], strict=True), 1)
    )
    return parts if starts[0] == 0 else (front, *parts)


def cut_back(fragments: Sequence[Fragment], start: int) -> tuple[Fragment, ...]:
    """Cut what follows code point ``start`` off the last part of a compilation, as a fragment with index ``BACK``.

    A document of one fragment stays whole, and so does a last part that would be left empty.
    """
    last = fragments[-1] if fragments else None
    if last is None or last.index < 2 or not last.span.start < start < last.span.end:
        return tuple(fragments)
    kept = replace(last, span=TextSpan.of(last.span.start, start))
    return (*fragments[:-1], kept, Fragment(BACK, TextSpan.of(start, last.span.end), ""))


def at(fragments: Sequence[Fragment], offset: int) -> Fragment | None:
    """The fragment that holds a code point, None outside the text."""
    index = bisect_right([fragment.span.start for fragment in fragments], offset) - 1
    return fragments[index] if index >= 0 and offset < fragments[index].span.end else None


def _outline(text: str) -> _Outline:
    outline = _Outline()
    recent: deque[Line] = deque(maxlen=_TITLE_REACH)
    waiting: list[list[Line]] = []
    for position, line in enumerate(headings.lines(text)):
        if waiting:
            for follow in waiting:
                follow.append(line)
            waiting = [follow for follow in waiting if len(follow) < 2]
        if outline.announced and headings.is_title(line.text):
            outline.titles.append(Heading(line, ("title", ""), 0, line.text))
        if position < _OPENING_LINES:
            _read_opening(outline, line)
        if headings.may_divide(line.text):
            opened = _read_heading(outline, line, recent)
            waiting += [outline.following.setdefault(start, []) for start in opened]
        recent.append(line)
    return outline


def _read_heading(outline: _Outline, line: Line, recent: Sequence[Line]) -> set[int]:
    """Note a line that may open a text; returns where the texts begin that it opens (code points)."""
    outline.chapters += headings.is_chapter(line.text)
    opened = set()
    for heading in headings.headings(line):
        outline.series[heading.style].append(heading)
        opened.add(line.start)
    if headings.is_salutation(line.text) and (title := _titled_by(recent)):
        outline.salutations.append(title)
    return opened


def _read_opening(outline: _Outline, line: Line) -> None:
    if outline.announced is None:
        outline.announced = headings.announces(line.text)
    if not outline.title or (headings.is_title(line.text) and not headings.is_title(outline.title)):
        outline.title = line.text[: headings.LINE_LIMIT]


def _titled_by(recent: Sequence[Line]) -> Heading | None:
    """The nearest title above a salutation with nothing but short lines between."""
    for line in reversed(recent):
        if headings.is_title(line.text):
            return Heading(line, ("salutation", ""), 0, line.text)
        if headings.is_prose(line.text):
            return None
    return None


def _choose(outline: _Outline, text: str) -> list[Heading]:
    """The headings that divide: of all series that qualify the one of the surest shape, the announced number first."""
    options = [option for option in _options(outline, len(text)) if len(option) >= 2]
    for option in options:
        if len(option) == outline.announced:
            return option
    return options[0] if options else []


def _options(outline: _Outline, length: int) -> Iterator[list[Heading]]:
    def members(form: str, test: Callable[[list[Heading], _Outline], bool]) -> Iterator[list[Heading]]:
        for style, series in outline.series.items():
            if style[0] == form:
                runs = [run for run in _runs(series, length) if test(run, outline)]
                yield [heading for run in runs for heading in run]

    yield from members("head", _not_a_book)
    yield from members("tail", _not_a_book)
    yield from members("suffix", _not_a_book)
    yield from members("titled", _titles_stand_alone)
    yield _bodied(outline.salutations, length)
    yield from members("bare", _parts_open_like_texts)
    titles = _bodied(outline.titles, length)
    if len(titles) == outline.announced:
        yield titles


def _runs(series: Sequence[Heading], length: int) -> Iterator[list[Heading]]:
    """Runs numbered 1, 2, 3 … whose parts mostly have bodies (a table of contents has none).

    One missing number is forgiven, any other stray is passed over.
    """
    start = 0
    for end in [
        *(i for i, heading in enumerate(series) if i and heading.number == 1 != series[i - 1].number),
        len(series),
    ]:
        stretch = series[start:end]
        numbers = {heading.number for heading in stretch}
        run: list[Heading] = []
        for heading in stretch:
            last = run[-1].number if run else 0
            if heading.number == last + 1 or (run and heading.number == last + 2 and last + 1 not in numbers):
                run.append(heading)
        limit = series[end].line.start if end < len(series) else length
        if len(run) >= 2 and len(_bodied(run, limit)) * 2 > len(run):
            yield run
        start = end


def _bodied(run: Sequence[Heading], length: int) -> list[Heading]:
    """The headings that have a body before the next one."""
    ends = (*(heading.line.start for heading in run[1:]), length)[: len(run)]
    return [heading for heading, end in zip(run, ends, strict=True) if end - heading.line.end >= _MIN_BODY]


def _not_a_book(run: Sequence[Heading], outline: _Outline) -> bool:
    """第一篇 with chapters below is a part of a book or of a plan."""
    return outline.chapters < len(run)


def _titles_stand_alone(run: Sequence[Heading], outline: _Outline) -> bool:
    """一、工作总结 is a section, unless a collection was announced, or each is a full title or has its own audience."""
    if outline.announced is not None:
        return True
    return all(headings.is_public_title(heading.title) for heading in run) or _most(
        run, outline, lambda lines: any(headings.is_salutation(line.text) for line in lines)
    )


def _parts_open_like_texts(run: Sequence[Heading], outline: _Outline) -> bool:
    """（一） alone on a line opens a text if a collection was announced or most parts begin with a short line."""
    if outline.announced is not None:
        return True
    return _most(run, outline, _opens_like_text)


def _opens_like_text(lines: Sequence[Line]) -> bool:
    if not lines or headings.is_prose(lines[0].text):
        return False
    return headings.is_salutation(lines[0].text) or (len(lines) > 1 and headings.is_prose(lines[1].text))


def _most(run: Iterable[Heading], outline: _Outline, test: Callable[[Sequence[Line]], bool]) -> bool:
    answers = [test(outline.following[heading.line.start]) for heading in run]
    return sum(answers) * 2 > len(answers)


def _title(heading: Heading, outline: _Outline) -> str:
    """The title on the heading's line, else a short line after it, else the heading itself."""
    if heading.title:
        return heading.title if heading.style[0] != "tail" else heading.line.text
    for line in outline.following.get(heading.line.start, ()):
        if headings.is_title(line.text):
            return line.text
    return heading.line.text
