"""How likely a short text is as Chinese words: slower than single characters, and asked only where those nearly tie."""

from __future__ import annotations

from scrubber.encoding.likelihood import UNITS_PER_NAT, table
from scrubber.intrusion import is_han, segment
from scrubber.view import fold


def worded_cost(raw: bytes, codec: str) -> float:
    """What ``raw`` costs in decinats when it is read in ``codec``: its Han as words, all else as single characters."""
    text = raw.decode(codec, "replace")
    costs, excess = table().either, table().excess
    words = sum(word.cost for piece, word in segment(fold(text).text) if is_han(piece[0]))
    units = sum(
        costs[code] * (not is_han(character)) + excess[code]
        for character, code in ((one, min(ord(one), 0xFFFF)) for one in text)
    )
    return words + units * 10 / UNITS_PER_NAT
