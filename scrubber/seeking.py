"""Looking through many documents in UTF-8 at once: the lines in which something shows, and documents in doubt."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, count
from operator import add
from typing import NamedTuple, Protocol

from scrubber.bulk import fold_text, is_utf8, odd_lines
from scrubber.encoding.decoding import decode
from scrubber.encoding.telltale import has_sign
from scrubber.errors import ScrubberError
from scrubber.index import Part
from scrubber.model import ViewSpan
from scrubber.mojibake import find_in_line
from scrubber.signs import Sight
from scrubber.view import View, fold
from scrubber.wishes import LONG

_LARGE = 4 * LONG
"""Bytes of a document that has more than ``LONG`` code points. Smaller ones are searched for misread text anyway."""

TOGETHER = 1 << 19
"""Bytes that are looked at together: few enough to stay in the processor's cache."""


class Raw(Protocol):
    """A document, and whether it is surely UTF-8, because it was given as text."""

    @property
    def raw(self) -> bytes: ...
    @property
    def sure(self) -> bool: ...


class Line:
    """A line of one document: its place in the document, its bytes now, and what showed in it.

    ``view`` is its fold. If that is not made character by character, ``whole`` has the alignment; else the characters
    of ``text`` at ``dropped`` stand for nothing, each of the others for one.
    """

    __slots__ = ("content", "document", "dropped", "end", "parts", "rare", "start", "text", "view", "whole")

    def __init__(self, document: int, start: int, end: int, content: bytes) -> None:
        self.document, self.start, self.end, self.content = document, start, end, content
        self.parts: set[int] = set()
        self.rare = False
        self.text = self.view = ""
        self.dropped: Sequence[int] = ()
        self.whole: View | None = None

    def to_text(self, start: int, end: int) -> tuple[int, int]:
        """Which part of ``text`` a part of ``view``, not empty, stands for. Both in code points."""
        if self.whole:
            return self.whole.to_text(ViewSpan.of(start, end))
        last = end - 1
        for place in self.dropped:
            start, last = start + (place <= start), last + (place <= last)
        return start, last + 1

    def read(self, start: int, end: int) -> str:
        """How a part of ``text`` reads by itself, not mended."""
        if self.whole or "&" in self.view or "%" in self.view:
            return fold(self.text[start:end]).text
        return self.view[start - bisect_left(self.dropped, start) : end - bisect_left(self.dropped, end)]

    @property
    def is_even(self) -> bool:
        """Whether each character of ``view`` stands for one of ``text``, and no piece of it is an escape."""
        return not (self.dropped or self.whole or "&" in self.view or "%" in self.view)


class Scanner(Protocol):
    """What looks for signs in bytes. ``parts`` says, by the number of a literal, which rules and cues need it."""

    parts: list[list[Part]]

    def look(self, raw: bytes) -> Sight | None:
        """What shows in UTF-8; None if that is so much that all lines are better read."""
        ...

    def look_in_view(self, raw: bytes) -> Sight:
        """The literals and the torn words in folded text."""
        ...


class Joined(NamedTuple):
    """Documents one after the other, each followed by a line feed, or a single one; ``starts`` has one more entry."""

    raw: bytes
    starts: Sequence[int]
    numbers: Sequence[int]

    @classmethod
    def of(cls, documents: Sequence[bytes], numbers: Sequence[int] | None = None) -> Joined:
        """Join documents that have such ``numbers``, which are counted from 0 by default."""
        numbers = range(len(documents)) if numbers is None else numbers
        if len(documents) == 1:
            return cls(documents[0], (0, len(documents[0]) + 1), numbers)
        starts = map(add, accumulate(map(len, documents), initial=0), count())
        return cls(b"\n".join((*documents, b"")), [*starts], numbers)

    def place(self, end: int) -> tuple[int, int]:
        """The number of the document in which something ends, and where in it that is."""
        which = bisect_left(self.starts, end) - 1
        return self.numbers[which], end - self.starts[which]

    def number(self, end: int) -> int:
        """The number of the document in which something ends."""
        return self.numbers[bisect_left(self.starts, end) - 1]


def parts(raws: Sequence[bytes]) -> Iterator[Joined]:
    """The documents joined, as many as fit together. Small and large ones stay apart."""
    large = [number for number, raw in enumerate(raws) if len(raw) > _LARGE]
    if not large:
        yield from _together(raws, range(len(raws)))
        return
    for numbers in ([number for number, raw in enumerate(raws) if len(raw) <= _LARGE], large):
        yield from _together([raws[number] for number in numbers], numbers)


def _together(raws: Sequence[bytes], numbers: Sequence[int]) -> Iterator[Joined]:
    starts = [*accumulate(map(len, raws), initial=0)]
    at = 0
    while at < len(raws):
        end = max(at + 1, bisect_right(starts, starts[at] + TOGETHER) - 1)
        yield Joined.of(raws[at:end], numbers[at:end])
        at = end


class Search:
    """Looks through documents: for lines in which something shows, and for documents to be left to the ordinary way."""

    def __init__(self, documents: Sequence[Raw], scanner: Scanner) -> None:
        self._documents, self._scanner = documents, scanner
        self._lines: dict[tuple[int, int], Line] = {}
        self._last = Line(0, 0, 0, b"")
        self.left: set[int] = set()

    @property
    def found(self) -> list[Line]:
        """The lines of documents that need not go the ordinary way, in order."""
        return [line for _, line in sorted(self._lines.items()) if line.document not in self.left]

    def look(self, joined: Joined) -> None:
        """Look through some documents, all of them large, or none."""
        sight = self._scanner.look(joined.raw)
        if sight is None and len(joined.numbers) > 1:
            for number in joined.numbers:
                self.look(Joined.of([self._documents[number].raw], [number]))
            return
        if len(self._documents[joined.numbers[0]].raw) > _LARGE:
            self._check_large(joined, sight)
        else:
            self._check_small(joined)
        if sight is None:
            self._take_all(joined.numbers[0])
            return
        self.left.update(number for number in set(map(joined.number, sight.doubts)) if self._plain_text(number) is None)
        for literal, end in sight.literals:
            self._line(joined, end).parts.add(literal)
        for end in chain(sight.triggers, sight.torn):
            self._line(joined, end).rare = True

    def _check_large(self, joined: Joined, sight: Sight | None) -> None:
        """Leave documents that are no UTF-8, or may hold misread text."""
        sure = all(self._documents[number].sure for number in joined.numbers)
        if not sure and not is_utf8(joined.raw, sight and sight.leads):
            self.left.update(number for number in joined.numbers if not is_utf8(self._documents[number].raw, None))
        suspect = set(joined.numbers) if sight is None else set(map(joined.number, sight.misread))
        for number in suspect - self.left:
            text = self._documents[number].raw.decode()
            if has_sign(text) and _is_misread(text):
                self.left.add(number)

    def _check_small(self, joined: Joined) -> None:
        """The same for documents that are searched for misread text whatever they hold."""
        try:
            if not _is_misread(joined.raw.decode()):
                return
        except UnicodeDecodeError:
            pass
        for number in joined.numbers:
            try:
                if _is_misread(self._documents[number].raw.decode()):
                    self.left.add(number)
            except UnicodeDecodeError:
                self.left.add(number)

    def _plain_text(self, number: int) -> str | None:
        """The text of a document that could be something else; None if it is anything but UTF-8."""
        raw = self._documents[number].raw
        if self._documents[number].sure:
            return raw.decode()
        try:
            document = decode(raw)
        except ScrubberError:
            return None
        plain = (document.encoding, document.bom) == ("utf-8", b"") and len(document.segments) <= 1
        return document.text if plain else None

    def _take_all(self, number: int) -> None:
        """Fold a whole document in which much may hide something, and take the lines that show anything then."""
        text = None if number in self.left else self._plain_text(number)
        if text is None:
            self.left.add(number)
            return
        raw = self._documents[number].raw
        view, wanted = fold_text(text)
        folded = view.encode("utf-8", "surrogatepass")
        sight = self._scanner.look_in_view(folded)
        wanted.update(_lines_of(folded, sorted((*(end for _, end in sight.literals), *sight.torn))))
        contents = raw.split(b"\n")
        starts = [*accumulate(map(len, contents), initial=0)]
        for which in wanted:
            start, content = starts[which] + which, contents[which].removesuffix(b"\r")
            line = Line(number, start, start + len(content), content)
            line.rare = True
            self._lines[number, start] = line

    def _line(self, joined: Joined, end: int) -> Line:
        """The line in which something ends. Its line end is none of it."""
        number, end = joined.place(end)
        last = self._last
        if last.document == number and last.start < end <= last.end:
            return last
        raw = self._documents[number].raw
        start, stop = raw.rfind(b"\n", 0, end - 1) + 1, raw.find(b"\n", end - 1)
        if (number, start) not in self._lines:
            content = raw[start : stop if stop >= 0 else None].removesuffix(b"\r")
            self._lines[number, start] = Line(number, start, start + len(content), content)
        self._last = self._lines[number, start]
        return self._last


def _lines_of(data: bytes, ends: Iterable[int]) -> Iterator[int]:
    """The numbers of the lines in which something ends; ``ends`` are in order."""
    number = at = 0
    for end in ends:
        number += data.count(b"\n", at, end)
        at = end
        yield number


def _is_misread(text: str) -> bool:
    """Whether rules may read something else in a text than stands there."""
    return any(find_in_line(line, over, exact=True) for line, over in odd_lines(text))
