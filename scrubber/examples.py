"""The notation of examples in rule files: what must be found stands between ``⟦`` and ``⟧``."""

from __future__ import annotations

OPEN, CLOSE = "⟦", "⟧"


def unmark(marked: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Split a marked text into the text itself and the marked spans in code points.

    Raises:
        ValueError: the marks do not pair up.
    """
    text: list[str] = []
    spans: list[tuple[int, int]] = []
    length, start = 0, -1
    for char in marked:
        if char == OPEN:
            if start >= 0:
                raise ValueError("⟦ inside ⟦…⟧")
            start = length
        elif char == CLOSE:
            if start < 0:
                raise ValueError("⟧ without ⟦")
            spans.append((start, length))
            start = -1
        else:
            text.append(char)
            length += 1
    if start >= 0:
        raise ValueError("⟦ without ⟧")
    return "".join(text), tuple(spans)


def mark(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with ``spans`` (sorted, not overlapping, in code points) marked."""
    out: list[str] = []
    last = 0
    for start, end in spans:
        out += [text[last:start], OPEN, text[start:end], CLOSE]
        last = end
    return "".join(out) + text[last:]


def without(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    """The text without ``spans`` (sorted, not overlapping, in code points)."""
    out: list[str] = []
    last = 0
    for start, end in spans:
        out.append(text[last:start])
        last = end
    return "".join(out) + text[last:]
