"""Many strings looked for at once, with the Aho-Corasick automaton of ``ahocorasick_rs``."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from scrubber import later

Seen = dict[int, list[int]]
"""The strings (by number) that stand in a line → where they start in it, in code points, in order."""


class Sight(NamedTuple):
    """What stands in one line: the places of strings, with the bits of the parts that want them, and the bits of all
    parts that may match there (see ``index``).
    """

    wanted: Sequence[tuple[int, Sequence[int]]]
    parts: int

    def places(self, part: int) -> list[int]:
        """Where the strings start that a part wants, in order."""
        return sorted([place for bits, places in self.wanted if bits >> part & 1 for place in places])


NOTHING = Sight((), 0)
_SURROGATE = later.pattern("[\ud800-\udfff]")


class Literals:
    """Strings, none of them empty or with a line end, to be found in lines of text, overlapping ones included."""

    def __init__(self, strings: Sequence[str]) -> None:
        self._strings = strings

    def in_lines(self, text: str, starts: Sequence[int]) -> dict[int, Seen]:
        """What stands in the lines of a text, by line number; ``starts`` are the offsets of its lines."""
        found: dict[int, Seen] = {}
        seen: Seen = {}
        start = bound = 0
        for which, place, _ in self._matches(text):
            if place >= bound:  # matches come in order of their ends, and none reaches over a line end
                number = bisect_right(starts, place) - 1
                start = starts[number]
                bound = starts[number + 1] if number + 1 < len(starts) else len(text)
                seen = found[number] = {}
            if which in seen:
                seen[which].append(place - start)
            else:
                seen[which] = [place - start]
        return found

    def _matches(self, text: str) -> Iterable[tuple[int, int, int]]:
        """Number, start and end of each match."""
        try:
            matches = self._automaton.find_matches_as_indexes(text, overlapping=True)
        except UnicodeEncodeError:
            text = _SURROGATE.sub("\ufffd", text)
            matches = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return matches  # type: ignore[no-any-return]

    @cached_property
    def _automaton(self) -> Any:
        from ahocorasick_rs import AhoCorasick, Implementation  # noqa: PLC0415 - loaded when something is scanned

        return AhoCorasick(self._strings, implementation=Implementation.NoncontiguousNFA, store_patterns=False)
