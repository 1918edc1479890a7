"""What the matchers may ask about one document: its views, its lines, its zones. Lives for one scan."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Any

from scrubber import later
from scrubber.healing import heal
from scrubber.literals import Sight
from scrubber.model import Kind, TextSpan, ViewName, ViewSpan
from scrubber.rule import Zone
from scrubber.view import View, fold

LINE_END = later.pattern("\r\n|[\n\r\v\f\x85\u2028\u2029]")
OTHER_ENDS = "\r\v\f\x85\u2028\u2029"
"""Line ends beside the line feed."""
SENTENCE_END = "。!?！？…"
_CLOSING = "”’」』）)》】\"'"
_ENTRY = 60
_OPENING = later.pattern(
    r"^\W*(?:(?:尊敬|亲爱|敬爱|親愛|敬愛)的|同志|各位|[您你]好|[你大][们們家]好|老[师師][们們]|同[学學][们們]).{0,20}[:：!！]$"
    r"|^\W*(?:第[\d一二三四五六七八九十]{1,3}篇|篇[\d一二三四五六七八九十]{1,3})(?!\w)"
    r"|.*(?:(?:\d\.\d[^\d。]{1,30}){3}|目[录錄]\s?[\d第一]|[本大小][大小]?[题題]共\s?\d)"
)
"""Whom a letter or a speech greets, the number of a text in a collection, a table of contents, the marks of a question
paper: a text of the document begins here."""


_BETWEEN_ENTRIES = later.pattern(r"[\s|/·>•※]+")


def is_entry(line: str) -> bool:
    """Whether a line can be an entry of a list of links, or several side by side: no full stop, no long stretch."""
    if "。" in line:
        return False
    return all(len(part) <= _ENTRY for part in _BETWEEN_ENTRIES.split(line.strip()))


LONGEST = 1 << 14
"""Code points of a line; one that is longer counts as several, or a rule's search could take minutes."""
_CUT_AFTER = later.pattern(f"[{SENTENCE_END}]")
_CUT_WITHIN = 2_000


class Lines:
    """The lines of one view, in code points of that view. Line numbers count from 0 and agree between views."""

    def __init__(self, text: str, starts: Sequence[int], ends: Sequence[int]) -> None:
        self.text, self.starts, self.ends = text, starts, ends

    @classmethod
    def of(cls, text: str) -> Lines:
        """The lines of a text, as its line ends divide it."""
        if any(end in text for end in OTHER_ENDS):
            found = [end.span() for end in LINE_END.finditer(text)]
        else:  # many times as fast as the search
            lengths = map(len, text.split("\n"))
            found = [(end - 1, end) for end in accumulate(length + 1 for length in lengths)][:-1]
        return cls(text, [0, *(end for _, end in found)], [*(start for start, _ in found), len(text)])

    def cut(self) -> Lines:
        """The same with lines that are too long cut: behind a sentence if one ends soon, else anywhere."""
        cuts: list[int] = []
        for start, end in zip(self.starts, self.ends, strict=True):
            at = start
            while end - at > LONGEST:
                near = _CUT_AFTER.search(self.text, at + LONGEST - _CUT_WITHIN, at + LONGEST)
                at = near.end() if near else at + LONGEST
                cuts.append(at)
        return Lines(self.text, sorted((*self.starts, *cuts)), sorted((*self.ends, *cuts))) if cuts else self

    def in_view(self, view: View) -> Lines:
        """The same lines of the original in a view of it."""
        spans = [view.from_text(TextSpan.of(*ends)) for ends in zip(self.starts, self.ends, strict=True)]
        return Lines(view.text, [span.start for span in spans], [span.end for span in spans])

    def __len__(self) -> int:
        return len(self.ends)

    def number(self, offset: int) -> int:
        """The number of the line that holds ``offset``."""
        return bisect_right(self.starts, offset) - 1

    def content(self, number: int) -> str:
        """The line without its line end."""
        return self.text[self.starts[number] : self.ends[number]]


class Context:
    """One document during one scan. Everything is computed when first asked for.

    ``earlier`` is the context of the pass before this one over the same document: lines that are as they were then are
    not folded and looked at again.
    """

    def __init__(self, text: str, earlier: Context | None = None) -> None:
        self.text = text
        self._earlier = earlier
        self.memory: dict[str, Any] = earlier.memory if earlier else {}
        """What a gate wants to know again in the next pass."""
        self._folded: dict[tuple[ViewName, str], View] = earlier._folded if earlier else {}
        self.found: dict[tuple[str, ...], Sequence[Any]] = earlier.found if earlier else {}
        """By rule and line, or cue and line, what a matcher found in a line like that, in places of that line."""
        self.seen: dict[ViewName, dict[int, Sight]] = {}
        """What a gate saw in the lines of the views, so that it is not looked for again."""
        self.names: Mapping[str, frozenset[Kind]] = {}
        """Skeletons of the site names that safe findings have captured so far, and the kinds of those findings."""
        self.claimed: tuple[TextSpan, ...] = ()
        """What those findings cover."""
        self.company = False
        """Whether one of them is the kind of thing that seldom comes alone."""
        self._views: dict[ViewName, View] = {}
        self._lines: dict[ViewName, Lines] = {}

    def view(self, name: ViewName) -> View:
        if name not in self._views:
            self._views[name] = heal(fold(self.text, name))
        return self._views[name]

    def lines(self, name: ViewName = ViewName.EXACT) -> Lines:
        if name not in self._lines:
            self._lines[name] = Lines.of(self.text).cut() if name is ViewName.EXACT else self._lines_in(name)
        return self._lines[name]

    def content(self, name: ViewName, number: int) -> str:
        """The view of one line, without its line end. The rest of the text is not folded for it."""
        if name in self._lines:
            return self._lines[name].content(number)
        if self._earlier and number in self._kept:
            return self._earlier.content(name, self._kept[number])
        return self._line_view(name, number).text

    def span_in(self, name: ViewName, number: int, start: int, end: int) -> TextSpan:
        """The span of the original that a range of the view of one line stands for."""
        if name in self._lines:
            offset = self._lines[name].starts[number]
            return self.to_text(name, offset + start, offset + end)
        if self._earlier and number in self._kept:
            before = self._kept[number]
            moved = self.lines().starts[number] - self._earlier.lines().starts[before]
            found = self._earlier.span_in(name, before, start, end)
            return TextSpan.of(found.start + moved, found.end + moved)
        inside = self._line_view(name, number).to_text(ViewSpan.of(start, end))
        offset = self.lines().starts[number]
        return TextSpan.of(offset + inside.start, offset + inside.end)

    def seen_before(self, name: ViewName) -> dict[int, Sight]:
        """What a gate saw in the lines of a view that are as they were in the pass before."""
        if self._earlier is None or name not in self._earlier.seen:
            return {}
        seen = self._earlier.seen[name]
        return {number: seen[before] for number, before in self._kept.items() if before in seen}

    @cached_property
    def _kept(self) -> Mapping[int, int]:
        """The lines that are as they were in the pass before, each with its number then."""
        if self._earlier is None:
            return {}
        lines, earlier = self.lines(), self._earlier.lines()
        numbers = {earlier.content(number): number for number in range(len(earlier))}
        contents = (lines.content(number) for number in range(len(lines)))
        return {number: numbers[content] for number, content in enumerate(contents) if content in numbers}

    def read_evenly(self, first: int, last: int) -> str | None:
        """How lines read in the folded view, their line ends included, if every piece of them reads by itself as it
        does there: each character stands for one, and there are no escapes. None if that is not so, or not known.
        """
        lines = self.lines()
        start, end = lines.starts[first], lines.starts[last + 1] if last + 1 < len(lines) else len(self.text)
        if ViewName.FOLDED in self._views:
            view = self._views[ViewName.FOLDED]
            at = view.alignment.copied(start, end)
            read = "" if at is None else view.text[at : at + end - start]
        else:
            view = self._line_view(ViewName.FOLDED, first)
            even = first == last and view.alignment.one_to_one
            read = view.text + self.text[lines.ends[first] : end] if even else ""
        return read if read and "&" not in read and "%" not in read else None

    def _line_view(self, name: ViewName, number: int) -> View:
        content = self.lines().content(number)
        if (name, content) not in self._folded:
            self._folded[name, content] = heal(fold(content, name))
        return self._folded[name, content]

    def _lines_in(self, name: ViewName) -> Lines:
        lines, exact = Lines.of(self.view(name).text), self.lines()
        # Less where what stood between CR and LF was dropped, more in the original where lines were cut.
        return lines if len(lines) == len(exact) else exact.in_view(self.view(name))

    @cached_property
    def has_long_lines(self) -> bool:
        """Whether some line is so long that it counts as several."""
        return len(self.text) > LONGEST and len(self.lines()) > len(Lines.of(self.text))

    @cached_property
    def utf8(self) -> bytes:
        """The text in UTF-8."""
        return self.text.encode("utf-8", "surrogatepass")

    @cached_property
    def filled(self) -> tuple[int, ...]:
        """The numbers of the lines that are not blank."""
        lines = self.lines()
        return tuple(
            number for number in range(len(lines)) if not lines.content(number).isspace() and lines.content(number)
        )

    @cached_property
    def rank(self) -> Mapping[int, int]:
        """The numbers of those lines, each with how many of them stand above."""
        return {number: place for place, number in enumerate(self.filled)}

    @cached_property
    def weight(self) -> int:
        """The number of code points that are not white space."""
        return sum(map(len, self.text.split()))

    def squeezed_after(self, name: ViewName, number: int) -> str:
        """The text of a view after line ``number``, without white space."""
        return "".join(self.view(name).text[self.lines(name).ends[number] :].split())

    def zone(self, zone: Zone) -> range:
        """The numbers of the lines that a zone covers. Only lines that are not blank count towards its size."""
        if zone.where == "anywhere":
            return range(len(self.lines()))
        if not self.filled:
            return range(0)
        if zone.where == "head":
            return range(self.filled[min(zone.lines, len(self.filled)) - 1] + 1)
        return range(self.filled[max(0, len(self.filled) - zone.lines)], len(self.lines()))

    def to_text(self, name: ViewName, start: int, end: int) -> TextSpan:
        """The span of the original that a range of a view stands for."""
        return self.view(name).to_text(ViewSpan.of(start, end))

    def line_span(self, span: TextSpan) -> TextSpan:
        """``span`` grown to whole lines, the line end included."""
        lines = self.lines()
        first, last = lines.number(span.start), lines.number(max(span.start, span.end - 1))
        end = lines.starts[last + 1] if last + 1 < len(lines) else len(self.text)
        return TextSpan.of(lines.starts[first], end)

    def list_span(self, span: TextSpan) -> TextSpan | None:
        """``span`` grown over its line and all that follows, if that is a list: short lines without sentences.

        None when nothing follows, or prose does: a list that a page prints under a text reaches the document's end.
        None, too, without a text above: what follows a notice at the head is the document.
        """
        lines = self.lines()
        first = lines.number(span.start)
        below = [lines.content(number).strip() for number in self.filled if number > lines.number(span.end - 1)]
        if not below or not all(map(is_entry, below)) or any(map(_OPENING.match, below)):
            return None
        if not self._text_above(first, sum(map(len, below))):
            return None
        return TextSpan.of(lines.starts[first], len(self.text))

    def _text_above(self, first: int, size: int) -> bool:
        """Whether prose stands above a line, or more than ``size`` code points, in lines that no finding touches."""
        lines = self.lines()
        above = [
            lines.content(number).strip()
            for number in self.filled
            if number < first
            and not any(one.start < lines.ends[number] and one.end > lines.starts[number] for one in self.claimed)
        ]
        return any(not is_entry(line) for line in above) or sum(map(len, above)) > size

    def paragraph_span(self, span: TextSpan) -> TextSpan:
        """``span`` grown to the run of lines that are not blank around it."""
        lines = self.lines()
        first, last = lines.number(span.start), lines.number(max(span.start, span.end - 1))
        while first > 0 and lines.content(first - 1).strip():
            first -= 1
        while last + 1 < len(lines) and lines.content(last + 1).strip():
            last += 1
        return TextSpan.of(lines.starts[first], lines.ends[last])

    def sentence_span(self, span: TextSpan) -> TextSpan:
        """``span`` grown to whole sentences within its line, the final mark and closing quotes included."""
        lines = self.lines()
        floor = lines.starts[lines.number(span.start)]
        ceiling = lines.ends[lines.number(max(span.start, span.end - 1))]
        start, end = int(span.start), int(span.end)
        while start > floor and self.text[start - 1] not in SENTENCE_END:
            start -= 1
        while start < span.start and (self.text[start].isspace() or self.text[start] in _CLOSING):
            start += 1
        if end == span.start or self.text[end - 1] not in SENTENCE_END:
            while end < ceiling and self.text[end] not in SENTENCE_END:
                end += 1
        while end < ceiling and self.text[end] in SENTENCE_END:
            end += 1
        while end < ceiling and self.text[end] in _CLOSING and end > span.end:
            end += 1
        return TextSpan.of(start, end)
