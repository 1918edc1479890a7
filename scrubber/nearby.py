"""The surroundings of a finding in bytes: of a document in a batch only the lines that are asked for are decoded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from scrubber import later
from scrubber.bulk import fold_lines
from scrubber.context import LONGEST, OTHER_ENDS
from scrubber.healing import heal
from scrubber.seeking import Line, Raw
from scrubber.view import fold

MayHold = Callable[[str, bytes], bool]
"""Whether a pattern may match in one of some lines in which no sign of a disguise shows, that are folded then."""

_OTHER_END = later.pattern(f"[{OTHER_ENDS}]")
_BLANKS = frozenset(b" \t\r\v\f\x1c\x1d\x1e\x1f\xc2\xe1\xe2\xe3")
"""The bytes that blanks begin with."""


class LeaveError(Exception):
    """The document has to go the ordinary way."""


def is_odd(line: str) -> bool:
    """Whether a line counts as several for the engine."""
    return len(line) > LONGEST or bool(_OTHER_END.search(line))


class Nearby:
    """Gives surroundings in ``documents``. All of their ``lines`` in which something shows are folded already."""

    def __init__(self, documents: Sequence[Raw], lines: Iterable[Line], may_hold: MayHold) -> None:
        self._documents, self.may_hold = documents, may_hold
        self._lines = {(line.document, line.start): line for line in lines}

    def of(self, line: Line, start: int, end: int) -> InBytes:
        """The surroundings of a part of a line (code points)."""
        return InBytes(self, self._documents[line.document].raw, line, start, end)

    def known(self, document: int, start: int) -> Line | None:
        """The line that starts at an offset, in bytes, of a document, if something shows in it.

        What nothing shows in folds character by character, and is not mended.
        """
        return self._lines.get((document, start))


class InBytes:
    """The surroundings of a part of a line, in code points, in a document in UTF-8 (see ``Surroundings``)."""

    def __init__(self, nearby: Nearby, raw: bytes, line: Line, start: int, end: int) -> None:
        self._nearby, self._raw, self._line = nearby, raw, line
        self._next = raw.find(b"\n", line.end) + 1 or len(raw)
        line_end = raw[line.end : self._next].decode()
        self.line, self.text = line.view, line.text + line_end
        self.start, self.end = start, end
        self._even = line.view + line_end if line.is_even else None

    def read(self, start: int, end: int) -> str:
        """A piece of ``text`` as it reads by itself, not mended."""
        if self._even is not None:
            return self._even[start:end]
        size = len(self._line.text)
        return self._line.read(min(start, size), min(end, size)) + self.text[max(start, size) : end]

    def beside(self, above: int, below: int, *, last: bool = False) -> Sequence[str]:  # noqa: ARG002 - it is one line
        """Up to so many lines above and below that are not blank, the nearest ones, from top to bottom.

        Raises:
            LeaveError: one of them counts as several.
        """
        places = [*self._above(above)[::-1], *self._below(below)]
        known = [self._nearby.known(self._line.document, start) for start, _ in places]
        texts = [self._raw[start:end].decode().removesuffix("\r") for start, end in places]
        if any(map(is_odd, texts)):
            raise LeaveError
        folded = iter(fold_lines([text for text, line in zip(texts, known, strict=True) if line is None]))
        return [line.view if line else next(folded).text for line in known]

    def may_hold(self, pattern: re.Pattern[str], lines: int) -> bool:
        """Whether a pattern may match in one of so many lines above and below that are not blank."""
        above, below = self._above(lines), self._below(lines)
        for start, _ in (*above, *below):
            if (line := self._nearby.known(self._line.document, start)) and pattern.search(line.view):
                return True
        first, last = above[-1][0] if above else self._line.start, below[-1][1] if below else self._line.end
        return self._nearby.may_hold(pattern.pattern, self._raw[first:last])

    def document(self) -> str:
        """The whole document."""
        return heal(fold(self._raw.decode())).text

    def _above(self, most: int) -> list[tuple[int, int]]:
        """Where the nearest lines above that are not blank begin and end, in bytes; the nearest first."""
        found: list[tuple[int, int]] = []
        end = self._line.start
        while end > 0 and len(found) < most:
            start = self._raw.rfind(b"\n", 0, end - 1) + 1
            if not self._is_blank(start, end - 1):
                found.append((start, end - 1))
            end = start
        return found

    def _below(self, most: int) -> list[tuple[int, int]]:
        """The same below."""
        found: list[tuple[int, int]] = []
        start = self._next
        while start < len(self._raw) and len(found) < most:
            end = self._raw.find(b"\n", start)
            end = len(self._raw) if end < 0 else end
            if not self._is_blank(start, end):
                found.append((start, end))
            start = end + 1
        return found

    def _is_blank(self, start: int, end: int) -> bool:
        return start == end or (self._raw[start] in _BLANKS and self._raw[start:end].decode().isspace())
