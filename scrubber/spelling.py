r"""How the strings that a rule needs may be spelled in raw UTF-8.

A rule is written for a view. Whatever it finds there holds one of its literals, and the text behind that literal is
one of two things: made of *common* spellings, character by character (网 as 网 or 網, ``:`` as ``:`` or ``：``), which
can all be listed; or it holds a *trigger*, a rare character that folds to something else (full-width letters,
zero-width characters, look-alikes) or an escape. A line with neither cannot match. That is the whole argument why
nothing is missed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from itertools import chain, product
from math import exp, prod

from scrubber.encoding.likelihood import UNITS_PER_NAT
from scrubber.encoding.pairs import text_cost
from scrubber.folding import LINE_ENDS, Table, table

_COMMON = ((0x00, 0x7F), (0x3000, 0x303F), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xFF01, 0xFF0F), (0xFF1A, 0xFF20))
_MORE = "\xa0\uff3b\uff3c\uff3d\uff3e\uff3f\uff40\uff5b\uff5c\uff5d\uff5e"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_HEX = "0123456789abcdef"

# Every character but a line feed that is no ASCII letter, no digit and no Han: all that the skeleton drops is among
# them. The last two alternatives hold some Han as well, which only makes the pattern wider.
SEPARATOR = (
    r"(?:[\x00-\x09\x0b-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xe2][\x80-\xbf]{2}"
    r"|\xe3[\x80-\x8f][\x80-\xbf]|[\xea-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})"
)
LATIN = "[0-9A-Za-z]"
HAN = r"(?:\xe3[\x90-\xbf][\x80-\xbf]|[\xe4-\xe9][\x80-\xbf]{2})"
WORD = f"(?:{LATIN}|{HAN})"

# Such a character that is no punctuation of sentences, as ``healing`` needs one to mend anything.
TEAR = (
    r"(?:[\x00-\x09\x0b-\x20\x22-\x27\x2a\x2b\x2d-\x2f\x3c-\x3e\x40\x5c\x5e-\x60\x7b-\x7f]|[\xc2-\xdf][\x80-\xbf]"
    r"|[\xe0\xe1][\x80-\xbf]{2}|\xe2(?:[\x81-\xbf][\x80-\xbf]|\x80[\x80-\x97\x9a\x9b\x9e-\xa5\xa7-\xbf])"
    r"|\xe3(?:[\x81-\x8f][\x80-\xbf]|\x80[\x80\x83-\x89\x92-\xbf])|[\xea-\xee][\x80-\xbf]{2}"
    r"|\xef(?:[\x80-\xbb\xbd-\xbf][\x80-\xbf]|\xbc[\x80\x82-\x87\x8a\x8b\x8d-\x99\x9c-\x9e\xa0-\xba\xbc\xbe\xbf])"
    r"|[\xf0-\xf4][\x80-\xbf]{3})"
)
COMMON_LEADS = (0xE2, 0xE3, 0xEF)
"""The first bytes of those separators that prose has often."""

_SKELETON_LENGTH = 3

_ENOUGH, _SHORT = 3, 30
"""Code points of a string that hardly takes time to look for, and how many times more a shorter one takes."""

LONGEST = 4
"""Code points of a literal that are looked for: more would only multiply the spellings."""

_FALSE_HIT = 7e8
"""What it takes to look at a line for each character that begins one, in the time that it takes to look for a string
more."""

MOST_SPELLINGS = 24
"""Of one literal. A shorter piece of it is looked for where there would be more."""


def _is_common(code: int) -> bool:
    return any(low <= code <= high for low, high in _COMMON) or chr(code) in _MORE


class Spellings:
    """The common spellings of each character of the view, and the triggers: every other character that folds."""

    def __init__(self, fold: Table) -> None:
        common: dict[str, str] = {}
        rare = list(fold.others)
        for code, folded in enumerate(fold.one):
            if folded in (code, 0xFFFF) or 0xD800 <= code <= 0xDFFF:
                continue
            if _is_common(code):
                common[chr(folded)] = common.get(chr(folded), "") + chr(code)
            else:
                rare.append(chr(code))
        self._common: Mapping[str, str] = common
        self._rare = tuple(sorted(rare))

    def of_character(self, char: str) -> str:
        """A character of the view and its common spellings, in one string."""
        return char + self._common.get(char, "")

    def of_literals(self, literals: Collection[str], shared: Mapping[str, int]) -> Iterator[bytes]:
        """Every common spelling of some pieces of ``literals``, of which each literal holds one.

        ``shared`` says how many rules have a piece (see ``pieces``).
        """
        for piece in self._pieces(literals, shared):
            for spelled in product(*map(self.of_character, piece)):
                yield "".join(spelled).encode()

    def in_skeleton(self, literal: str) -> bytes:
        """A pattern for the common spellings of the first characters of ``literal``, with separators between them."""
        classes = (self.of_class([(ord(char), ord(char))]) for char in literal[:_SKELETON_LENGTH])
        return f"{SEPARATOR}*".join(classes).encode()

    def of_class(self, ranges: Iterable[tuple[int, int]]) -> str:
        """A pattern for the common spellings of every character in ``ranges`` of code points (inclusive pairs)."""
        codes = chain.from_iterable(range(low, high + 1) for low, high in ranges)
        chars = {char for code in codes for char in self.of_character(chr(code))} - set(LINE_ENDS)
        by_head: dict[bytes, list[int]] = {}
        for encoded in sorted(char.encode("utf-8", "surrogatepass") for char in chars):
            by_head.setdefault(encoded[:-1], []).append(encoded[-1])
        return _one_of(escaped(head) + _byte_class(lasts) for head, lasts in by_head.items())

    def triggers(self) -> Iterator[bytes]:
        """Every rare character that folds to something else, and all ways in which an escape begins."""
        for char in self._rare:
            yield char.encode("utf-8", "surrogatepass")
        for opening, following in (("&", "#" + _LETTERS), ("%", _HEX)):
            for pair in product(self.of_character(opening), "".join(map(self.of_character, following))):
                yield "".join(pair).encode()

    def _pieces(self, literals: Collection[str], shared: Mapping[str, int]) -> Iterator[str]:
        """Pieces that stand for all literals: those with few spellings first that are rare, and that few rules have."""
        holders: dict[str, set[str]] = {}
        for literal in literals:
            for piece in self._candidates(literal):
                holders.setdefault(piece, set()).add(literal)
        prices = {piece: self._price(piece) * shared.get(piece, 1) for piece in holders}
        while holders:
            best = min(holders, key=lambda piece: (prices[piece] / len(holders[piece]), piece))
            yield best
            done = holders[best]
            holders = {piece: left for piece, held in holders.items() if (left := held - done)}

    def _candidates(self, literal: str) -> list[str]:
        lengths = range(2, min(LONGEST, len(literal)) + 1)
        found = [piece for length in lengths for piece in pieces(literal, length)]
        return [piece for piece in found if self._number(piece) <= MOST_SPELLINGS] or [min(literal, key=self._number)]

    def _price(self, piece: str) -> float:
        """What it takes to look for a piece, in times of a string."""
        likelihood = exp(-text_cost(piece) / UNITS_PER_NAT)
        each = 1 if len(piece) >= _ENOUGH else _SHORT
        return each * self._number(piece) + _FALSE_HIT * likelihood

    def _number(self, piece: str) -> int:
        return prod(len(self.of_character(char)) for char in piece)


def pieces(literal: str, length: int) -> Iterator[str]:
    """All pieces of a literal that have so many code points."""
    return (literal[start : start + length] for start in range(len(literal) - length + 1))


def escaped(data: bytes) -> str:
    r"""The bytes as a pattern, each as ``\xNN``: a NUL byte would silently end a pattern."""
    return "".join(f"\\x{byte:02x}" for byte in data)


def _byte_class(values: Iterable[int]) -> str:
    return "[" + "".join(f"\\x{value:02x}" for value in values) + "]"


def _one_of(patterns: Iterable[str]) -> str:
    return "(?:" + "|".join(dict.fromkeys(patterns)) + ")"


@cache
def spellings() -> Spellings:
    """The spellings of the fold table that comes with the package, made once."""
    return Spellings(table())


def sentence_marks() -> Iterator[bytes]:
    """The separators that do not tear."""
    three = (bytes((lead, *rest)) for lead in COMMON_LEADS for rest in product(range(0x80, 0xC0), repeat=2))
    tear, separator = (re.compile(one.encode()) for one in (TEAR, SEPARATOR))
    for char in chain((bytes([byte]) for byte in range(0x80)), three):
        if separator.fullmatch(char) and not tear.fullmatch(char):
            yield char
