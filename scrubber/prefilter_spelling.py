r"""How what a rule needs may be spelled in raw UTF-8, as patterns for Hyperscan in byte mode.

A rule is written for the folded view. Whatever it finds there contains one of its literals, and the text behind that
literal is one of two things: made of *common* spellings, character by character (网 as 网 or 網, ``:`` as ``:`` or
``：``), which a class for each character covers; or it holds a *trigger*, a rare character that folds to something
else (full-width letters, zero-width characters, look-alikes, escapes), which patterns of their own find. A line with
neither cannot match. That is the whole argument why nothing is missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from scrubber.folding import Table, table

_COMMON = ((0x00, 0x7F), (0x3000, 0x303F), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xFF01, 0xFF0F), (0xFF1A, 0xFF20))
_MORE = "\xa0\uff3b\uff3c\uff3d\uff3e\uff3f\uff40\uff5b\uff5c\uff5d\uff5e"
_ESCAPES = (r"&#[0-9xX]", r"&[a-zA-Z]{2,}", r"%[0-9a-fA-F]{2}%[0-9a-fA-F]{2}")

# What the skeleton drops between two letters, roughly and generously: ASCII that is no letter, digit or line feed,
# Latin-1 signs, general punctuation and symbols, CJK and full-width punctuation, kana, bopomofo, emoji.
_SEPARATORS = (
    r"(?:[\x00-\x09\x0b-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]|\xc2[\x80-\xbf]|\xc3[\x97\xb7]|\xe2[\x80-\xbf]{2}"
    r"|\xe3[\x80-\x8f][\x80-\xbf]|\xef[\xb8-\xbf][\x80-\xbf]|\xf0\x9f[\x80-\xbf]{2}){0,12}"
)


def _is_common(code: int) -> bool:
    return any(low <= code <= high for low, high in _COMMON) or chr(code) in _MORE


class Spellings:
    """The common spellings of each character of the view, and the triggers: every other character that folds."""

    def __init__(self, fold: Table) -> None:
        common: dict[int, list[int]] = {}
        rare = [ord(char) for char in fold.others]
        for code, folded in enumerate(fold.one):
            if folded in (code, 0xFFFF) or 0xD800 <= code <= 0xDFFF:
                continue
            if _is_common(code):
                common.setdefault(folded, []).append(code)
            else:
                rare.append(code)
        self.common: Mapping[int, list[int]] = common
        self.rare = tuple(sorted(rare))

    def literal(self, text: str) -> str:
        """A pattern for every common spelling of ``text``."""
        return "".join(self._character(ord(char)) for char in text)

    def skeleton_literal(self, text: str) -> str:
        """The same where separators may stand between the characters. The first three characters are enough."""
        return _SEPARATORS.join(self._character(ord(char)) for char in text[:3])

    def triggers(self) -> tuple[str, ...]:
        """Patterns for all triggers: few, as classes of last bytes behind the same first bytes."""
        by_class: dict[str, list[bytes]] = {}
        for head, lasts in _by_head(self.rare).items():
            by_class.setdefault(_byte_class(lasts), []).append(head)
        found = (f"(?:{'|'.join(map(_hex, heads))}){last}" for last, heads in by_class.items())
        return (*found, *_ESCAPES)

    def _character(self, code: int) -> str:
        parts = [_hex(head) + _byte_class(lasts) for head, lasts in _by_head((code, *self.common.get(code, ()))).items()]
        return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"


@cache
def spellings() -> Spellings:
    """The spellings of the fold table that comes with the package, made once."""
    return Spellings(table())


def _by_head(codes: Iterable[int]) -> dict[bytes, list[int]]:
    """All but the last byte of each character in UTF-8 → the sorted last bytes."""
    by_head: dict[bytes, list[int]] = {}
    for code in sorted(codes):
        encoded = chr(code).encode("utf-8", "surrogatepass")
        by_head.setdefault(encoded[:-1], []).append(encoded[-1])
    return by_head


def _hex(data: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in data)


def _byte_class(values: list[int]) -> str:
    if len(values) == 1:
        return f"\\x{values[0]:02x}"
    parts: list[str] = []
    start = last = values[0]
    for value in [*values[1:], 0x1FF]:
        if value == last + 1:
            last = value
            continue
        parts.append(f"\\x{start:02x}" + (f"-\\x{last:02x}" if last > start else ""))
        start = last = value
    return "[" + "".join(parts) + "]"
