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


Lines = Mapping[int, Collection[int] | None]
"""Line numbers in order, each with what a gate saw in it; None where it did not look.

For blocks and chains those are cues (by index), for patterns the places of literals in the view's line, in order.
"""


def possible_cues(cues: Sequence[Cue], seen: Collection[int] | None, content: str) -> list[Cue]:
    """The cues that can match in a line, in their order, as far as their literals tell."""
    if seen is not None:
        return [cues[number] for number in sorted(seen)]
    return [cue for cue in cues if not cue.literals or any(literal in content for literal in cue.literals)]


def captures_of(found: Any) -> dict[str, str]:
    """The named groups that took part, numbered ones (``site2``) under their plain name; the first one wins."""
    captured: dict[str, str] = {}
    for name, value in found.groupdict().items():
        plain = name.rstrip("0123456789")
        if value and value.strip() and plain not in captured:
            captured[plain] = value.strip()
    return captured
