"""What stands in raw UTF-8, told by a few passes of Hyperscan over many documents at once.

What is looked for is told by ``signs``. Two databases read the text: one of strings, which costs the same for many as
for few, and one of what begins with a byte that prose hardly has, which costs next to nothing.

Torn words are looked for in two steps, for the pattern that tells them takes longer than all the rest. What tears a
word is a rare character in prose. So first only such characters are found, with as much of their surroundings as does
not slow Hyperscan down; then their neighbourhoods, joined, are searched.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, product
from pathlib import Path

from scrubber.prefilter_database import Database
from scrubber.rule import Rule
from scrubber.signs import CONTROLS, ESCAPES, FEW, RARE_LEADS, SELDOM, Sight, rows, telltale, usual_triggers, wanted
from scrubber.spelling import COMMON_LEADS, HAN, LATIN, SEPARATOR, TEAR, WORD, escaped, sentence_marks, spellings

_AROUND = 128
"""Three times the bytes of the smallest torn run: three characters, and two gaps of four characters between them."""

_DENSE = 256
"""Where there is a tear in so many bytes, reading the lines takes less time than reading the neighbourhoods."""

_FEW = 16
"""Tears that are so few anywhere."""

_BREAK = b"\xff"
"""Stands between two neighbourhoods. No text has it."""

_CONTINUATIONS = range(0x80, 0xC0)
_SPACE = "\u3000".encode()
_INNER_SPACE = [f"{before}{escaped(_SPACE)}" for before in (r"[^\n\x80]", r"[^\x80]\x80", r"[^\xe3]\x80\x80")]


class Scanner:
    """Looks for all that the rules need. ``parts`` says, by the number of a literal, who needs it."""

    def __init__(self, rules: Sequence[Rule], folder: Path | None = None) -> None:
        """Compile what the rules need, or load it from ``folder`` if it is kept there."""
        strings, patterns = wanted(rules)
        self.parts = [*map(sorted, strings.values()), *map(sorted, patterns.values())]
        groups = [_plainly(strings), list(_tears())]
        groups += map(_plainly, (usual_triggers(), ESCAPES, telltale()))
        self._bounds = [*accumulate(map(len, groups))]
        self._strings = Database([*chain.from_iterable(groups)], folder=folder)
        self._rare = Database([_RARE_OR_SINGLE], folder=folder)
        self._literals = Database(groups[0], folder=folder) if strings else None
        self._patterns = Database([*patterns], folder=folder) if patterns else None
        self._torn = Database([_ROWS], folder=folder)

    def look(self, raw: bytes, seldom: int = SELDOM) -> Sight | None:
        """Scan UTF-8, or what is meant to be. None if there is more to tell than a little and once in ``seldom`` bytes,
        already at its beginning."""
        found = self._strings.scan_few(raw, FEW, seldom)
        rare = None if found is None else self._rare.scan_few(raw, FEW, seldom)
        if found is None or rare is None:
            return None
        sight = Sight.empty()
        tears: list[int] = []
        kinds = (tears, sight.triggers, sight.doubts, sight.misread)
        for number, end in found:
            if number < self._bounds[0]:
                sight.literals.append((number, end))
            else:
                kinds[bisect_right(self._bounds, number) - 1].append(end)
        for _, end in rare:
            if raw[end - 1] in _RARE_BYTES:
                sight.note_rare(raw, end)
            tears.append(end)
        if self._patterns:
            self._look_for_patterns(self._patterns, raw, sight)
        if len(tears) > _FEW + len(raw) // _DENSE:
            sight.torn.extend(tears)
        elif tears:
            sight.torn.extend(self._confirmed(raw, sorted(tears)))
        return sight

    def look_in_view(self, raw: bytes) -> Sight:
        """Scan folded text: for literals and torn words only."""
        sight = Sight.empty()
        if self._literals:
            sight.literals.extend(self._literals.scan(raw))
        sight.torn.extend(end for _, end in self._torn.scan(raw))
        if self._patterns:
            self._look_for_patterns(self._patterns, raw, sight)
        return sight

    def _look_for_patterns(self, patterns: Database, raw: bytes, sight: Sight) -> None:
        """Add what is told by patterns."""
        sight.literals.extend((self._bounds[0] + number, end) for number, end in patterns.scan(raw))

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


def _tears() -> Iterator[bytes]:
    """Tearing characters with a lead byte that prose has often, each with the byte that follows it.

    Hyperscan is much faster where a string differs from what prose is full of in its last bytes. A rare byte that
    follows is reported by itself. Of the ideographic spaces that indent a line none is reported: no word stands before
    them.
    """
    tear = re.compile(TEAR.encode())
    usual = (*(byte for byte in range(0x80) if byte != 0x0A), *range(0xE2, 0xEA), 0xEF)
    following = [escaped(bytes([byte])) for byte in usual if byte not in _RARE_BYTES]
    for lead, second in product(COMMON_LEADS, _CONTINUATIONS):
        chars = [char for third in _CONTINUATIONS if tear.fullmatch(char := bytes((lead, second, third)))]
        if len(chars) == len(_CONTINUATIONS):
            yield escaped(bytes((lead, second))).encode()
        else:
            known = (char for char in chars if char not in _TRIGGERS)
            heads = chain.from_iterable(_INNER_SPACE if char == _SPACE else [escaped(char)] for char in known)
            yield from (f"{head}{byte}".encode() for head, byte in product(heads, following))


_TRIGGERS = frozenset(spellings().triggers())
_RARE_BYTES = RARE_LEADS | CONTROLS

# A single Han behind a tear of one byte, or between a sentence mark and such a tear (of the mark the last byte), or a
# rare byte. How it is written matters: Hyperscan reads some patterns of the same meaning at a tenth of the speed.
_ASCII = bytes(byte for byte in range(0x80) if byte not in _RARE_BYTES and byte != 0x0A)
_ASCII_TEARS = escaped(bytes(byte for byte in _ASCII if re.fullmatch(TEAR.encode(), bytes([byte]))))
_ASCII_SEPARATORS = escaped(bytes(byte for byte in _ASCII if re.fullmatch(SEPARATOR.encode(), bytes([byte]))))
_MARK_ENDS = escaped(bytes(sorted({mark[-1] for mark in sentence_marks()})))
_RARE_OR_SINGLE = (
    rf"[{_ASCII_TEARS}][{_ASCII_SEPARATORS}\x80-\xbf\xc2-\xe3\xea-\xf4]*{HAN}[{_ASCII_SEPARATORS}\xe2\xe3\xef]"
    rf"|[{_MARK_ENDS}]{HAN}[{_ASCII_TEARS}]|[{escaped(bytes(sorted(_RARE_BYTES)))}]"
).encode()

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
