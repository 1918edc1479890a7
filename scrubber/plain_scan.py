"""What stands in raw UTF-8, told without Hyperscan: strings by an Aho-Corasick automaton, torn words with numpy.

What is looked for is told by ``signs``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain
from typing import Any

import numpy as np
from ahocorasick_rs import BytesAhoCorasick, Implementation

from scrubber.rule import Rule
from scrubber.signs import CONTROLS, ESCAPES, RARE_LEADS, Sight, few, rows, telltale, usual_triggers, wanted
from scrubber.spelling import COMMON_LEADS, TEAR, sentence_marks

_AROUND = 100
"""Bytes on either side of a single character that are read: more than twice those of the smallest torn row."""

_NEIGHBOURS = 5
"""Of the characters that are no Han, so many on either side of a single character are asked for a tear."""

_HAN_LEADS = (0xE4, 0xE9)


class Scanner:
    """Looks for all that the rules need. ``parts`` says, by the number of a literal, who needs it."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Build the automata for rules that need nothing but strings."""
        strings, _ = wanted(rules)
        self.parts = [*map(sorted, strings.values())]
        groups = (list(strings), list(usual_triggers()), ESCAPES, list(telltale()))
        self._bounds = [*accumulate(map(len, groups))]
        self._automaton = _automaton([*chain.from_iterable(groups)])
        self._in_views = _automaton(groups[0])

    def look(self, raw: bytes) -> Sight | None:
        """Scan UTF-8, or what is meant to be. None if there is so much to tell that it is no use."""
        others, most = _Others(raw), few(raw)
        rare = others.rare_bytes()
        if len(rare) > most:
            return None
        sight = Sight.empty()
        for at in rare:
            sight.note_rare(raw, at + 1)
        of_literals, of_triggers, of_escapes, _ = self._bounds
        for number, _, end in self._automaton.find_matches_as_indexes(raw, overlapping=True):
            if number < of_literals:
                sight.literals.append((number, end))
            else:
                kinds = (sight.triggers, sight.doubts, sight.misread)
                kinds[(number >= of_triggers) + (number >= of_escapes)].append(end)
        sight.torn.extend(others.torn())
        return sight

    def look_in_view(self, raw: bytes) -> Sight:
        """Scan folded text: for literals and torn words only."""
        sight = Sight.empty()
        found = self._in_views.find_matches_as_indexes(raw, overlapping=True)
        sight.literals.extend((number, end) for number, _, end in found)
        sight.torn.extend(_Others(raw).torn())
        return sight


def _automaton(strings: Sequence[bytes]) -> Any:
    return BytesAhoCorasick(strings, implementation=Implementation.DFA)


class _Others:
    """The characters of a text that are no Han of the usual block, in order: all that separates, and Latin words."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        data = np.frombuffer(raw + b"\n" * 4, np.uint8)
        low, high = _HAN_LEADS
        starts = (data.view(np.int8) >= -64) & ((data - np.uint8(low)) > high - low)
        self._at = np.flatnonzero(starts[: len(raw)])
        self._first = data[self._at]
        second, third = data[self._at + 1], data[self._at + 2]
        self._end = self._at + _WIDTH[self._first]
        self._word = _LATIN[self._first] | ((self._first == 0xE3) & (second >= 0x90))
        marks = np.zeros(len(self._first), bool)
        usual = np.flatnonzero(_MAY_BE_MARK[self._first])
        behind = (second[usual].astype(np.intp) << 8) | third[usual]
        marks[usual] = _MARKS[_PLACE_OF_LEAD[self._first[usual]], behind]
        self._tear = ~(self._word | marks | _NO_TEAR[self._first])
        self._separator = ~self._word & (self._first != 0x0A)

    def rare_bytes(self) -> Sequence[int]:
        """Where rare bytes stand."""
        found: list[int] = self._at[_RARE[self._first]].tolist()
        return found

    def torn(self) -> Iterator[int]:
        """Where words may be torn apart."""
        raw = self._raw
        return (end for end in self.singles() if _may_be_torn(raw[max(0, end - _AROUND) : end + _AROUND]))

    def singles(self) -> Iterator[int]:
        """Where separators end that have a single character before them, with a separator in front and a tear near."""
        apart = self._at[1:] - self._end[:-1]
        separator, found = self._separator, np.zeros(len(self._at), bool)
        found[1:] = (apart == 3) & separator[:-1] & separator[1:]
        latin = (apart[:-1] == 0) & (apart[1:] == 0) & separator[:-2] & self._word[1:-1] & separator[2:]
        found[2:] |= latin
        places = np.flatnonzero(found)
        tears = np.concatenate(([0], np.cumsum(self._tear)))
        last = len(self._tear)
        near = tears[np.minimum(places + _NEIGHBOURS, last)] - tears[np.maximum(places - _NEIGHBOURS - 1, 0)]
        yield from map(int, self._end[places[near > 0]])


def _may_be_torn(window: bytes) -> bool:
    """Whether a torn row stands in a window, or a row that goes on beyond it."""
    return bool(_ROWS.search(window.decode("utf-8", "ignore")))


def _flags(members: Iterator[int]) -> Any:
    flags = np.zeros(256, bool)
    flags[list(members)] = True
    return flags


_RARE = _flags(iter(RARE_LEADS | CONTROLS))
_WIDTH = np.array([1] * 0xC0 + [2] * 0x20 + [3] * 0x10 + [4] * 0x10)
_LATIN = _flags(byte for byte in range(0x80) if chr(byte).isalnum())
_MAY_BE_MARK = _flags(iter(COMMON_LEADS))
_NO_TEAR = _flags(byte for byte in range(0x80) if not re.fullmatch(TEAR.encode(), bytes([byte])))
_PLACE_OF_LEAD = np.zeros(256, np.intp)
_PLACE_OF_LEAD[list(COMMON_LEADS)] = range(len(COMMON_LEADS))
_MARKS = np.zeros((len(COMMON_LEADS), 1 << 16), bool)
for _mark in sentence_marks():
    if len(_mark) == 3:
        _MARKS[_PLACE_OF_LEAD[_mark[0]], int.from_bytes(_mark[1:], "big")] = True

# The same classes in text.
_WORDS = "0-9A-Za-z\u3400-\u9fff"
_SEPARATOR, _ONE = rf"[^\n{_WORDS}]", f"[{_WORDS}]"
_TORN = rf"[^\n{_WORDS}{re.escape(''.join(mark.decode() for mark in sentence_marks()))}]"
_ROW = rf"{_ONE}(?:{_SEPARATOR}{{1,4}}{_ONE}){{2,}}"
_ROWS = re.compile(
    "|".join(
        (
            *rows(_SEPARATOR, _TORN, "[\u3400-\u9fff]", "[0-9A-Za-z]"),
            rf"\A.?{_SEPARATOR}{{0,4}}{_ROW}",
            rf"{_ROW}{_SEPARATOR}{{0,4}}.?\Z",
        )
    )
)
