"""What a matcher reports, and the compiled patterns that the matchers share."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import regex

from scrubber.model import TextSpan


class Hit(NamedTuple):
    """Where a rule matched: a span of the original (code points), and what it captured as the view reads it."""

    span: TextSpan
    captures: Mapping[str, str]


@cache
def compiled(pattern: str) -> Any:
    """The pattern, compiled once a process."""
    return regex.compile(pattern, regex.ASCII)


def captures_of(found: Any) -> dict[str, str]:
    """The named groups that took part, numbered ones (``site2``) under their plain name; the first one wins."""
    captured: dict[str, str] = {}
    for name, value in found.groupdict().items():
        plain = name.rstrip("0123456789")
        if value and value.strip() and plain not in captured:
            captured[plain] = value.strip()
    return captured
