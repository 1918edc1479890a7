"""Patterns of the standard library's ``re`` that are compiled when they are first used, so that commands start fast."""

from __future__ import annotations

import re
from typing import Any, cast


class _Later:
    """Stands for a pattern until somebody asks it for something; from then on its methods are the pattern's own."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._source = (pattern, flags)

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(*self._source)
        for method in ("search", "match", "fullmatch", "finditer", "findall", "sub", "split", "pattern"):
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def pattern(source: str, flags: int = 0) -> re.Pattern[str]:
    """What ``re.compile`` gives, later. A mistake in the pattern shows when it is first used."""
    return cast("re.Pattern[str]", _Later(source, int(flags)))
