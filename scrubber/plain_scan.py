"""What stands in raw UTF-8, told without Hyperscan: strings by an Aho-Corasick automaton, torn words with numpy.

What is looked for is told by ``signs``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, product
from typing import Any

import numpy as np
from ahocorasick_rs import BytesAhoCorasick, Implementation

from scrubber.rule import Rule
from scrubber.signs import CONTROLS, ESCAPES, FEW, RARE_LEADS, SELDOM, Sight, rows, telltale, usual_triggers, wanted
from scrubber.spelling import COMMON_LEADS, SEPARATOR, TEAR, sentence_marks

_AROUND = 100
"""Bytes on either side of a tear that are read: more than twice those of the smallest torn row."""

_REACH = 8
"""At least so many bytes on either side of a tear tell whether a single Han stands there."""

_CONTINUATIONS = range(0x80, 0xC0)
_SPACE = "\u3000".encode()


class Scanner:
    """Looks for all that the rules need. ``parts`` says, by the number of a literal, who needs it."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Build the automata for rules that need nothing but strings."""
        strings, _ = wanted(rules)
        self.parts = [*map(sorted, strings.values())]
        rare = [bytes([byte]) for byte in sorted(RARE_LEADS | CONTROLS)]
        groups = (list(strings), rare, list(_tears()), list(usual_triggers()), ESCAPES, list(telltale()))
        self._bounds = [*accumulate(map(len, groups))]
        self._automaton = _automaton([*chain.from_iterable(groups)])
        self._in_views = _automaton([*chain.from_iterable(groups[:3])])

    def look(self, raw: bytes) -> Sight | None:
        """Scan UTF-8, or what is meant to be. None if there is so much to tell that it is no use."""
        hits = self._automaton.find_matches_as_indexes(raw, overlapping=True)
        most = FEW + len(raw) // SELDOM
        if len(hits) > most and len(hits) > most + raw.count(_SPACE):  # paragraphs begin with such
            return None
        sight = Sight.empty()
        tears: list[int] = []
        kinds = (tears, sight.triggers, sight.doubts, sight.misread)
        of_literals, of_rare, *_ = self._bounds
        for number, _, end in hits:
            if number < of_literals:
                sight.literals.append((number, end))
            elif number < of_rare:
                sight.note_rare(raw, end)
                tears.append(end)
            else:
                kinds[bisect_right(self._bounds, number) - 2].append(end)
        sight.torn.extend(_torn(raw, chain(tears, _tears_of_one_byte(raw))))
        return sight

    def look_in_view(self, raw: bytes) -> Sight:
        """Scan folded text: for literals and torn words only."""
        sight = Sight.empty()
        tears: list[int] = []
        for number, _, end in self._in_views.find_matches_as_indexes(raw, overlapping=True):
            if number < self._bounds[0]:
                sight.literals.append((number, end))
            else:
                tears.append(end)
        sight.torn.extend(_torn(raw, chain(tears, _tears_of_one_byte(raw))))
        return sight


def _automaton(strings: Sequence[bytes]) -> Any:
    return BytesAhoCorasick(strings, implementation=Implementation.DFA)


def _tears() -> Iterator[bytes]:
    """The tearing characters with a lead byte that prose has often, as short as tells them from others."""
    tear = re.compile(TEAR.encode())
    for lead, second in product(COMMON_LEADS, _CONTINUATIONS):
        chars = [char for third in _CONTINUATIONS if tear.fullmatch(char := bytes((lead, second, third)))]
        yield from [bytes((lead, second))] if len(chars) == len(_CONTINUATIONS) else chars


def _indents(raw: bytes, end: int) -> bool:
    """Whether an ideographic space ends here that has none but such before it in its line: it tears nothing."""
    start = end - len(_SPACE)
    if raw[start:end] != _SPACE:
        return False
    while raw[start - len(_SPACE) : start] == _SPACE:
        start -= len(_SPACE)
    return start <= 0 or raw[start - 1 : start] == b"\n"


def _torn(raw: bytes, tears: Iterator[int]) -> Iterator[int]:
    """The tears around which words may be torn apart."""
    done = 0
    for end in sorted(tears):
        if end > done and not _indents(raw, end) and _may_be_torn(raw[max(0, end - _AROUND) : end + _AROUND]):
            yield end
            line_end = raw.find(b"\n", end - 1)
            done = line_end if line_end >= 0 else len(raw)


def _tears_of_one_byte(raw: bytes) -> Sequence[int]:
    """Where tears of one byte end that may have a single Han beside them, or one separator between."""
    edge = b"\n" * _REACH
    data = np.frombuffer(edge + raw + edge, np.uint8)
    places = np.flatnonzero(data.view(np.int8) >= 0)
    places = places[_TEARS[data[places]]]

    def is_single(at: Any) -> Any:
        return _HAN[data[at]] & _SEPARATORS[data[at + 3]]

    following = data[places + 1]
    beyond = places + np.where(following < 0x80, 2, 4)
    separated = _SEPARATORS[following] & (is_single(beyond) | _SEPARATORS[data[beyond]])
    left = _HAN[data[places - 3]] & (_SEPARATORS[data[places - 4]] | _SEPARATORS[data[places - 6]])
    found: list[int] = (places[is_single(places + 1) | separated | left] - (_REACH - 1)).tolist()
    return found


def _may_be_torn(window: bytes) -> bool:
    """Whether a torn row stands in a window, or a row that goes on beyond it."""
    return bool(_ROWS.search(window.decode("utf-8", "ignore")))


def _flags(members: Iterator[int]) -> Any:
    flags = np.zeros(256, bool)
    flags[list(members)] = True
    return flags


_TEARS = _flags(byte for byte in range(0x80) if byte != 0x0A and re.fullmatch(TEAR.encode(), bytes([byte])))
# What bytes begin: E3 some separators and some Han.
_SEPARATORS = _flags(byte for byte in range(0x80) if re.fullmatch(SEPARATOR.encode(), bytes([byte])))
_SEPARATORS[[*range(0xC0, 0xE4), *range(0xEA, 0x100)]] = True
_HAN = _flags(iter(range(0xE3, 0xEA)))

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
