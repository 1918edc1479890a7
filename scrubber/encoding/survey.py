"""Which encoding each line of a text is surely in, and which encoding most of the text is in by that.

A line is sure when it decodes, is too long to read so well by chance and has hardly a rare character. That is seen
in one reading, mostly in the encoding of the line before it, so that files of several encodings cost little more than
others.
"""

from __future__ import annotations

from typing import NamedTuple

from scrubber.encoding.likelihood import UNITS_PER_NAT, exceeds, rare

MIXABLE = ("utf-8", "gb18030", "cp950")
"""The encodings that files mix."""

FEW_RARE = 7 * UNITS_PER_NAT
UNSURE = -1
_SHORT_LINE = 12
"""A line with fewer codes of two bytes, or whose rare characters exceed the usual by more, may read well in two codecs.
"""
_TWO_BYTE_LEADS = bytes(range(0xC2, 0xE0))
_ORDERS = tuple((state, *(other for other in range(len(MIXABLE)) if other != state)) for state in range(len(MIXABLE)))


class Survey(NamedTuple):
    """The lines of a text (without their LF) and for each the number of its codec in ``MIXABLE``, ``UNSURE``, or None
    when it is ASCII."""

    lines: list[bytes]
    states: list[int | None]

    def votes(self) -> tuple[list[int], int]:
        """How many bytes are in lines of each codec, and in lines of none."""
        votes = [0] * (len(MIXABLE) + 1)
        for line, state in zip(self.lines, self.states, strict=True):
            if state is not None:
                votes[state] += len(line)
        return votes[:-1], votes[UNSURE]


def survey(raw: bytes) -> Survey:
    """Look at every line of ``raw``."""
    lines = raw.split(b"\n")
    states: list[int | None] = []
    latest = 0
    for line in lines:
        if line.isascii():
            states.append(None)
            continue
        for state in _ORDERS[latest]:
            if is_sure(line, MIXABLE[state]):
                latest = state
                states.append(state)
                break
        else:
            states.append(UNSURE)
    return Survey(lines, states)


def is_sure(line: bytes, codec: str, limit: float = FEW_RARE) -> bool:
    """Whether ``line`` can be in no other codec: it decodes, is too long to read so well by chance, and its rare
    characters exceed the usual by no more than ``limit``, in 1/12 nat."""
    try:
        text = line.decode(codec)
    except UnicodeDecodeError:
        return False
    if codec == "utf-8":
        return len(text) < len(line) == len(line.translate(None, _TWO_BYTE_LEADS))
    if len(line) - len(text) < _SHORT_LINE:
        return False
    return rare().search(text) is None or not (exceeds(text, limit) or _is_utf8(line))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
