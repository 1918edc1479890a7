"""What stands around a finding, as it reads: the rest of its line, and the lines beside it.

Whether an author quotes or tells of a finding is asked of each one, in batches too, where most of a document is never
decoded. So it is asked of *surroundings*, which fold no more than somebody wants to see.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Protocol

from scrubber.context import Context
from scrubber.model import TextSpan, ViewName
from scrubber.view import fold


class Surroundings(Protocol):
    """The line of a finding as it is written (all its lines if it has several, the line end included), and more.

    Offsets are code points of ``text``. Lines are given as the folded view reads them, mended, without line ends.
    """

    @property
    def text(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def line(self) -> str:
        """The first line."""
        ...

    def read(self, start: int, end: int) -> str:
        """A piece of ``text`` as it reads by itself, not mended."""
        ...

    def beside(self, above: int, below: int, *, last: bool = False) -> Sequence[str]:
        """Up to so many lines above the first line and below it, or below the ``last`` one, that are not blank, the
        nearest ones, from top to bottom.
        """
        ...

    def may_hold(self, pattern: re.Pattern[str], lines: int) -> bool:
        """Whether a pattern may match in one of the nearest lines that are not blank, as many above the first line as
        below the last one. True where only reading them tells.
        """
        ...

    def document(self) -> str:
        """The whole document."""
        ...


class InContext:
    """The surroundings of a span in a document that the engine scans."""

    def __init__(self, context: Context, span: TextSpan) -> None:
        lines = context.lines()
        self._context, self._first = context, lines.number(span.start)
        self._last = lines.number(max(span.start, span.end - 1))
        self._base = lines.starts[self._first]
        end = lines.starts[self._last + 1] if self._last + 1 < len(lines) else len(context.text)
        self.text = context.text[self._base : end]
        self.start, self.end = span.start - self._base, span.end - self._base
        self._even = context.read_evenly(self._first, self._last)

    @property
    def line(self) -> str:
        """The first line."""
        return self._context.content(ViewName.FOLDED, self._first)

    def read(self, start: int, end: int) -> str:
        """A piece of ``text`` as it reads by itself, not mended."""
        return fold(self.text[start:end]).text if self._even is None else self._even[start:end]

    def beside(self, above: int, below: int, *, last: bool = False) -> Sequence[str]:
        """Up to so many lines above the first line and below it, or below the ``last`` one, that are not blank, the
        nearest ones, from top to bottom.
        """
        filled, content = self._context.filled, self._context.content
        before, after = bisect_left(filled, self._first), bisect_right(filled, self._last if last else self._first)
        numbers = (*filled[max(0, before - above) : before], *filled[after : after + below])
        return [content(ViewName.FOLDED, number) for number in numbers]

    def may_hold(self, pattern: re.Pattern[str], lines: int) -> bool:  # noqa: ARG002 - one signature for all
        """Whether a pattern may match around here: only reading tells."""
        return True

    def document(self) -> str:
        """The whole document."""
        return self._context.view(ViewName.FOLDED).text
