"""How a text made out of another one maps back to it: pieces, found by bisection.

A piece covers a run of made characters. It is either one to one (as many characters on both sides), or a block, whose
made characters each stand for the whole of their source (an escape, ㎏ as kg). Source characters between two pieces
were dropped. Offsets count code points.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from operator import sub
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def _offsets() -> array[int]:
    return array("q")


@dataclass(frozen=True, slots=True)
class Alignment:
    """Parallel arrays, one entry a piece: where it starts in the made text, and its source range.

    ``made`` is the length of the made text, ``source`` that of the source.
    """

    made: int
    source: int
    starts: array[int] = field(default_factory=_offsets)
    source_starts: array[int] = field(default_factory=_offsets)
    source_ends: array[int] = field(default_factory=_offsets)

    @classmethod
    def identity(cls, length: int) -> Alignment:
        """The alignment of a text with itself, or with one that differs in single characters only."""
        ends = (0, 0, length) if length else ()
        return cls(length, length, *(array("q", [end]) for end in ends))

    @classmethod
    def of_runs(cls, source_starts: Sequence[int], source_ends: Sequence[int], source: int) -> Alignment:
        """The alignment of the given source ranges, none of them empty, joined: what lies between was dropped."""
        ends = array("q", accumulate(map(sub, source_ends, source_starts), initial=0))
        made = ends.pop()
        return cls(made, source, ends, array("q", source_starts), array("q", source_ends))

    @property
    def one_to_one(self) -> bool:
        """Whether every offset means the same on both sides."""
        if self.made != self.source:
            return False
        return not self.made or (len(self.starts) == 1 and self.source_ends[0] - self.source_starts[0] == self.made)

    def pieces(self) -> Iterator[tuple[int, int, int, int]]:
        """Every piece as made start, made end, source start, source end."""
        for index in range(len(self.starts)):
            yield self._piece(index)

    def _piece(self, index: int) -> tuple[int, int, int, int]:
        following = index + 1
        end = self.starts[following] if following < len(self.starts) else self.made
        return self.starts[index], end, self.source_starts[index], self.source_ends[index]

    def _character(self, offset: int) -> tuple[int, int]:
        """The source range of one made character."""
        start, end, source_start, source_end = self._piece(bisect_right(self.starts, offset) - 1)
        if end - start != source_end - source_start:
            return source_start, source_end
        at = source_start + offset - start
        return at, at + 1

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """The smallest source range that covers made characters ``start`` to ``end``.

        Dropped characters inside are covered, those before the first and after the last are not. An empty range stays
        empty: it lies where the character after it starts, or at the end of the source.
        """
        if start >= end:
            at = self._character(start)[0] if start < self.made else self.source
            return at, at
        first, after, source_start, source_end = self._piece(bisect_right(self.starts, start) - 1)
        if end <= after and after - first == source_end - source_start:  # nearly always
            return start - first + source_start, end - first + source_start
        return self._character(start)[0], self._character(end - 1)[1]

    def from_source(self, start: int, end: int) -> tuple[int, int]:
        """The largest range of made characters whose sources all lie inside a source range; it may be empty."""
        first = self._first_from(start)
        return first, max(first, self._first_ending_after(end))

    def copied(self, start: int, end: int) -> int | None:
        """Where in the made text a source range stands that was copied one to one as a whole; None if it was not."""
        index = bisect_right(self.source_starts, start) - 1
        if index < 0:
            return None
        made_start, made_end, source_start, source_end = self._piece(index)
        if end > source_end or made_end - made_start != source_end - source_start:
            return None
        return made_start + start - source_start

    def _first_from(self, offset: int) -> int:
        """The first made character whose source starts at ``offset`` or later."""
        index = bisect_left(self.source_starts, offset)
        if index:
            start, end, source_start, source_end = self._piece(index - 1)
            if offset < source_end and end - start == source_end - source_start:
                return start + offset - source_start
        return self.starts[index] if index < len(self.starts) else self.made

    def _first_ending_after(self, offset: int) -> int:
        """The first made character whose source ends after ``offset``."""
        index = bisect_right(self.source_ends, offset)
        if index == len(self.source_ends):
            return self.made
        start, end, source_start, source_end = self._piece(index)
        if end - start == source_end - source_start and offset > source_start:
            return start + offset - source_start
        return start

    def over(self, inner: Alignment) -> Alignment:
        """This alignment with its source replaced by the source of ``inner``, which made this one's source."""
        if inner.one_to_one:
            return self
        if self.one_to_one:
            return inner
        build = Builder()
        for start, end, source_start, source_end in self.pieces():
            if end - start == source_end - source_start:
                inner.copy(build, source_start, source_end)
            else:
                build.block(end - start, *inner.to_source(source_start, source_end))
        return build.alignment(inner.source)

    def copy(self, build: Builder, start: int, end: int) -> None:
        """Add what stands for the made characters ``start`` to ``end`` to ``build``."""
        index = bisect_right(self.starts, start) - 1
        while start < end:
            piece_start, piece_end, source_start, source_end = self._piece(index)
            stop = min(piece_end, end)
            if piece_end - piece_start == source_end - source_start:
                at = source_start + start - piece_start
                build.run(at, at + stop - start)
            else:
                build.block(stop - start, source_start, source_end)
            start = stop
            index += 1


class Builder:
    """Collects pieces in order."""

    __slots__ = ("_made", "_open", "_source_ends", "_source_starts", "_starts")

    def __init__(self) -> None:
        self._made = 0
        self._open = False
        self._starts = _offsets()
        self._source_starts = _offsets()
        self._source_ends = _offsets()

    def run(self, start: int, end: int) -> None:
        """Add source characters that are kept one to one; empty runs vanish, adjoining ones become one piece."""
        if start >= end:
            return
        if self._open and self._source_ends[-1] == start:
            self._source_ends[-1] = end
            self._made += end - start
        else:
            self._add(end - start, start, end)
        self._open = True

    def block(self, width: int, start: int, end: int) -> None:
        """Add ``width`` characters that each stand for the whole source range; none means that it is dropped."""
        if width == end - start == 1:
            self.run(start, end)
            return
        # As one piece, a block as wide as its source would read as one to one.
        for _ in range(width if width == end - start else min(width, 1)):
            self._add(1 if width == end - start else width, start, end)
        self._open = False

    def _add(self, width: int, start: int, end: int) -> None:
        self._starts.append(self._made)
        self._source_starts.append(start)
        self._source_ends.append(end)
        self._made += width

    def alignment(self, source: int) -> Alignment:
        """All pieces so far, over a source of ``source`` code points."""
        return Alignment(self._made, source, self._starts, self._source_starts, self._source_ends)
