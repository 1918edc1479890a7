r"""What stands in raw UTF-8, told by a few passes of Hyperscan over many documents at once.

What is looked for is told by ``signs``.
Torn words are looked for in two steps, for the pattern that tells them takes longer than all the rest. What tears a
word is a rare character in prose. So first only such characters are found, with as much of their surroundings as does
not slow Hyperscan down; then their neighbourhoods, joined, are searched.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, product
from pathlib import Path

from scrubber.prefilter_database import Database
from scrubber.rule import Rule
from scrubber.signs import CONTROLS, ESCAPES, RARE_LEADS, Sight, few, rows, telltale, usual_triggers, wanted
from scrubber.spelling import COMMON_LEADS, HAN, LATIN, SEPARATOR, TEAR, WORD, escaped, sentence_marks, spellings

_AROUND = 128
"""Three times the bytes of the smallest torn run: three characters, and two gaps of four characters between them."""

_DENSE = 256
"""Where there is a tear in so many bytes, reading the lines takes less time than reading the neighbourhoods."""

_BREAK = b"\xff"
"""Stands between two neighbourhoods. No text has it."""

_ASCII_SEPARATORS = r"\x00-\x09\x0b-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f"
_RARE_LEADS = r"\xc2-\xe1\xea-\xee\xf0-\xf4"
_CONTINUATIONS = range(0x80, 0xC0)
_SPACE = "\u3000".encode()
_INNER_SPACE = [f"{before}{escaped(_SPACE)}" for before in (r"[^\n\x80]", r"[^\x80]\x80", r"[^\xe3]\x80\x80")]


class Scanner:
    """Looks for all that the rules need. ``parts`` says, by the number of a literal, who needs it."""

    def __init__(self, rules: Sequence[Rule], folder: Path | None = None) -> None:
        """Compile what the rules need, or load it from ``folder`` if it is kept there."""
        strings, patterns = wanted(rules)
        self.parts = [*map(sorted, strings.values()), *map(sorted, patterns.values())]
        literals, tears = _plainly(strings), list(_tears())
        others = (_plainly(usual_triggers()), _plainly(ESCAPES), _plainly(telltale()), [_RARE_BYTE])
        self._bounds = [*accumulate(map(len, (literals, tears, *others)))]
        self._main = Database([*literals, *tears, *chain.from_iterable(others)], folder=folder)
        self._in_views = Database([*literals, *tears], folder=folder)
        self._single = Database([_SINGLE], folder=folder)
        self._patterns = Database([*patterns], folder=folder) if patterns else None
        self._torn = Database([_ROWS], folder=folder)

    def look(self, raw: bytes, most: int | None = None) -> Sight | None:
        """Scan UTF-8, or what is meant to be. None if there is more to tell than ``most``, or than ``signs.few``."""
        most = few(raw) if most is None else most
        hits, single = self._main.scan_up_to(most, raw), self._single.scan_up_to(most, raw)
        if hits is None or single is None:
            return None
        of_literals, of_tears, of_triggers, of_escapes, of_telltale, _ = self._bounds
        sight = Sight.empty()
        tears = [end for _, end in single]
        for number, end in hits:
            if number < of_literals:
                sight.literals.append((number, end))
            elif number < of_tears:
                tears.append(end)
            elif number < of_triggers:
                sight.triggers.append(end)
            elif number < of_escapes:
                sight.doubts.append(end)
            elif number < of_telltale:
                sight.misread.append(end)
            else:
                sight.note_rare(raw, end)
        self._look_for_more(raw, tears, sight)
        return sight

    def look_in_view(self, raw: bytes) -> Sight:
        """Scan folded text: for literals and torn words only."""
        sight = Sight.empty()
        tears = [end for _, end in self._single.scan(raw)]
        for number, end in self._in_views.scan(raw):
            if number < self._bounds[0]:
                sight.literals.append((number, end))
            else:
                tears.append(end)
        self._look_for_more(raw, tears, sight)
        return sight

    def _look_for_more(self, raw: bytes, tears: Sequence[int], sight: Sight) -> None:
        """Add what is told by patterns, and which of the tears stand in torn words."""
        if self._patterns:
            sight.literals.extend((self._bounds[0] + number, end) for number, end in self._patterns.scan(raw))
        if len(tears) * _DENSE > len(raw):
            sight.torn.extend(tears)
        elif tears:
            sight.torn.extend(self._confirmed(raw, sorted(set(tears))))

    def _confirmed(self, raw: bytes, tears: Sequence[int]) -> Iterator[int]:
        """The tears around which words may be torn apart; of several close together one."""
        apart = [tears[0]]
        for end in tears:
            if end - apart[-1] > _AROUND or raw.find(b"\n", apart[-1], end) >= 0:
                apart.append(end)
        windows = [raw[max(0, end - _AROUND) : end + 2 * _AROUND] for end in apart]
        bounds = [*accumulate((len(window) + 1 for window in windows), initial=1)]
        found = {bisect_left(bounds, end) - 1 for _, end in self._torn.scan(_BREAK + _BREAK.join((*windows, b"")))}
        return (apart[which] for which in sorted(found))


def _plainly(strings: Iterable[bytes]) -> list[bytes]:
    return [escaped(string).encode() for string in strings]


def _one_byte(pattern: str) -> str:
    """The ASCII characters that a pattern matches, as the inside of a class."""
    return escaped(bytes(byte for byte in range(0x80) if re.fullmatch(pattern.encode(), bytes([byte]))))


def _tears() -> Iterator[bytes]:
    """Tearing characters with a lead byte that prose has often, and sentence marks with another tear behind them.

    Hyperscan is much faster where a string differs from what prose is full of in its last bytes. So those that begin
    like usual marks stand here with the byte that follows them. Of the ideographic spaces that indent a line none is
    reported: no word stands before them.
    """
    tear = re.compile(TEAR.encode())
    following = [escaped(bytes([byte])) for byte in (*range(0x80), *range(0xC2, 0xF5)) if byte != 0x0A]
    for lead, second in product(COMMON_LEADS, _CONTINUATIONS):
        chars = [char for third in _CONTINUATIONS if tear.fullmatch(char := bytes((lead, second, third)))]
        if len(chars) == len(_CONTINUATIONS):
            yield escaped(bytes((lead, second))).encode()
        else:
            usual = (char for char in chars if char not in _RARE)
            heads = chain.from_iterable(_INNER_SPACE if char == _SPACE else [escaped(char)] for char in usual)
            yield from (f"{head}{byte}".encode() for head, byte in product(heads, following))
    ends = [byte for byte in range(0x100) if re.fullmatch(f"[{_SINGLE_TEARS}]".encode(), bytes([byte]))]
    yield from _plainly(mark + bytes([end]) for mark in _MARKS for end in ends)


_RARE = frozenset(spellings().triggers())
_MARKS = tuple(sentence_marks())
_MARK_ENDS = escaped(bytes(sorted({mark[-1] for mark in _MARKS})))
_SINGLE_TEARS = _one_byte(TEAR) + _RARE_LEADS

# A single character behind a tear, or between a sentence mark and a tear. Begins with what prose has rarely.
_SINGLE = (
    rf"[{_SINGLE_TEARS}][{_ASCII_SEPARATORS}\x80-\xbf\xc2-\xe3\xea-\xf4]*{WORD}[{_ASCII_SEPARATORS}\xc2-\xe3\xea-\xf4]"
    rf"|[{_MARK_ENDS}]{WORD}[{_SINGLE_TEARS}]"
).encode()
_RARE_BYTE = f"[{escaped(bytes(sorted(RARE_LEADS | CONTROLS)))}]".encode()

# Rows that may be torn, and rows that go on beyond the neighbourhood: between a tear and its edge there is room for
# more than _LONG characters with their gaps.
_CUT = r"[\x80-\xbf]{0,3}"
_LONG = 3
_ROW = f"{WORD}(?:{SEPARATOR}{{1,4}}{WORD}){{{_LONG}}}"
_ROWS = "|".join(
    (
        *rows(SEPARATOR, TEAR, HAN, LATIN),
        rf"\xff{_CUT}{SEPARATOR}{{0,4}}{_ROW}",
        rf"{_ROW}{SEPARATOR}{{0,4}}[\xc2-\xf4]?{_CUT}\xff",
    )
).encode()
