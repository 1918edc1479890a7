"""From bytes in one known codec to text and segments, with undecodable bytes kept in their place."""

from __future__ import annotations

import codecs
from itertools import pairwise
from typing import TYPE_CHECKING

from scrubber.encoding.families import BINARY
from scrubber.model import ByteSpan, Segment, TextSpan

if TYPE_CHECKING:
    from collections.abc import Iterator

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def read(raw: bytes, codec: str, start: int = 0, text_start: int = 0) -> tuple[str, tuple[Segment, ...]]:
    """Decode ``raw[start:]`` in ``codec``; bytes that do not decode become binary segments, one U+FFFD a byte.

    Segments carry byte offsets of ``raw`` and text offsets that begin at ``text_start``.
    """
    body = raw[start:] if start else raw
    try:
        text = body.decode(codec)
    except UnicodeDecodeError:
        return _read_damaged(body, codec, start, text_start)
    if not body:
        return text, ()
    span = TextSpan.of(text_start, text_start + len(text))
    return text, (Segment(ByteSpan.of(start, len(raw)), span, codec),)


def damaged_ranges(body: bytes, codec: str) -> list[tuple[int, int]]:
    """The byte ranges of ``body`` at which decoding in ``codec`` stumbles, in order; adjacent ones are joined."""
    found: list[tuple[int, int]] = []
    whole_unit = codec.startswith(("utf-16", "utf-32"))

    def note(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        end = error.end if whole_unit else error.start + 1
        if found and found[-1][1] == error.start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((error.start, end))
        return REPLACEMENT, end

    codecs.register_error("scrubber.note", note)
    body.decode(codec, "scrubber.note")
    return found


def _read_damaged(body: bytes, codec: str, start: int, text_start: int) -> tuple[str, tuple[Segment, ...]]:
    decoder = codecs.getincrementaldecoder(codec)()
    texts: list[str] = []
    segments: list[Segment] = []
    position = text_start
    for begin, end, is_damage in _runs(damaged_ranges(body, codec), len(body)):
        piece = REPLACEMENT * (end - begin) if is_damage else decoder.decode(body[begin:end])
        span = TextSpan.of(position, position + len(piece))
        segments.append(Segment(ByteSpan.of(start + begin, start + end), span, BINARY if is_damage else codec))
        texts.append(piece)
        position += len(piece)
    return "".join(texts), tuple(segments)


def _runs(damage: list[tuple[int, int]], length: int) -> Iterator[tuple[int, int, bool]]:
    bounds = [0, *(bound for run in damage for bound in run), length]
    for index, (begin, end) in enumerate(pairwise(bounds)):
        if begin < end:
            yield begin, end, index % 2 == 1
