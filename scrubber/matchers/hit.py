"""What a matcher reports, and what a gate tells it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from scrubber.model import TextSpan
from scrubber.rule import Cue


class Hit(NamedTuple):
    """Where a rule matched: a span of the original (code points), and what it captured as the view reads it."""

    span: TextSpan
    captures: Mapping[str, str]


Places = Collection[int]
"""Where the literals of a pattern start in a line of the view, in order."""

Cues = Mapping[int, Places | None]
"""The cues (by index) that may match in a line, each with the places of its literals, None where that is of no use."""

Lines = Mapping[int, Places | Cues | None]
"""Line numbers in order, each with what a gate saw in it: places for a pattern, cues for a block or chain; None where
it did not look.
"""


def possible_cues(cues: Sequence[Cue], seen: Places | Cues | None, content: str) -> list[tuple[Cue, Places | None]]:
    """The cues that can match in a line, in their order, as far as their literals tell, with the places of these."""
    if isinstance(seen, Mapping):
        return [(cues[number], seen[number]) for number in sorted(seen)]
    return [(cue, None) for cue in cues if not cue.literals or any(literal in content for literal in cue.literals)]


def captures_of(found: Any) -> dict[str, str]:
    """The named groups that took part, numbered ones (``site2``) under their plain name; the first one wins."""
    captured: dict[str, str] = {}
    for name, value in found.groupdict().items():
        plain = name.rstrip("0123456789")
        if value and value.strip() and plain not in captured:
            captured[plain] = value.strip()
    return captured
