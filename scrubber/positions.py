"""Lines and columns of a text, for people and for editors: both from 1, columns in code points.

A line ends at LF, CRLF or a lone CR, which is what editors count; form feeds and U+2028 do not end one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

_NEWLINE = re.compile(r"\r\n|\n|\r")


class Position(NamedTuple):
    """A place in a text: line and column, both from 1."""

    line: int
    column: int


class Positions:
    """Where the lines of one text start; built once, asked often."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(newline.end() for newline in _NEWLINE.finditer(text))]

    def at(self, offset: int) -> Position:
        """The line and column of a text offset (code points)."""
        index = bisect_right(self._starts, offset) - 1
        return Position(index + 1, offset - self._starts[index] + 1)

    def line_start(self, offset: int) -> int:
        """The offset at which the line that holds ``offset`` starts."""
        return self._starts[bisect_right(self._starts, offset) - 1]

    def line_end(self, offset: int) -> int:
        """The offset at which the line that holds ``offset`` ends, its newline not counted."""
        newline = _NEWLINE.search(self.text, offset)
        return newline.start() if newline else len(self.text)


def split_lines(text: str) -> list[str]:
    """The lines of a text without their newlines."""
    return _NEWLINE.split(text)
