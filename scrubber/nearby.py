"""The surroundings of a finding in bytes: of a document in a batch only the lines that are asked for are decoded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from scrubber import later
from scrubber.bulk import fold_lines
from scrubber.context import LONGEST, OTHER_ENDS
from scrubber.healing import heal
from scrubber.seeking import Line
from scrubber.view import fold

_OTHER_END = later.pattern(f"[{OTHER_ENDS}]")


class LeaveError(Exception):
    """The document has to go the ordinary way."""


def is_odd(line: str) -> bool:
    """Whether a line counts as several for the engine."""
    return len(line) > LONGEST or bool(_OTHER_END.search(line))


class InBytes:
    """The surroundings of a range of a line, in code points, in a document in UTF-8 (see ``Surroundings``).

    ``known`` are the folded lines of the document in which something shows, by the offsets of their first bytes: what
    no sign shows in folds character by character, and is not mended.
    """

    def __init__(self, raw: bytes, line: Line, span: tuple[int, int], known: Mapping[tuple[int, int], Line]) -> None:
        self._raw, self._line, self._known = raw, line, known
        self._below = raw.find(b"\n", line.end) + 1 or len(raw)
        self.line = line.view
        self.text = line.text + raw[line.end : self._below].decode()
        self.start, self.end = span

    def read(self, start: int, end: int) -> str:
        """A piece of ``text`` as it reads by itself, not mended."""
        size = len(self._line.text)
        if end <= size:
            return self._line.read(start, end)
        return self._line.read(min(start, size), size) + self.text[max(start, size) : end]

    def glimpse(self) -> Iterator[str]:
        """The nearest line above and the nearest below that are not blank, as they are written."""
        for lines in (self._upwards(), self._downwards()):
            yield from (text for _, text in islice(lines, 1))

    def beside(self, above: int, below: int, *, last: bool = False) -> Sequence[str]:  # noqa: ARG002 - it is one line
        """Up to so many lines above and below that are not blank, the nearest ones, from top to bottom."""
        lines = [*islice(self._upwards(), above)][::-1]
        lines += islice(self._downwards(), below)
        known = [self._known.get((self._line.document, start)) for start, _ in lines]
        others = iter(fold_lines([text for (_, text), line in zip(lines, known, strict=True) if line is None]))
        return [line.view if line else next(others).text for line in known]

    def document(self) -> str:
        """The whole document."""
        return heal(fold(self._raw.decode())).text

    def _upwards(self) -> Iterator[tuple[int, str]]:
        """The lines above that are not blank, with the offsets of their first bytes, and the nearest first."""
        end = self._line.start
        while end > 0:
            start = self._raw.rfind(b"\n", 0, end - 1) + 1
            if text := self._text(start, end - 1):
                yield start, text
            end = start

    def _downwards(self) -> Iterator[tuple[int, str]]:
        """The same below."""
        start = self._below
        while start < len(self._raw):
            end = self._raw.find(b"\n", start)
            end = len(self._raw) if end < 0 else end
            if text := self._text(start, end):
                yield start, text
            start = end + 1

    def _text(self, start: int, end: int) -> str:
        """The line between two offsets of bytes; nothing if it is blank.

        Raises:
            LeaveError: it counts as several.
        """
        text = self._raw[start:end].decode().removesuffix("\r")
        if is_odd(text):
            raise LeaveError
        return "" if text.isspace() else text
