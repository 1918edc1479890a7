"""From bytes in one known codec to text and segments, with undecodable bytes kept in their place."""

from __future__ import annotations

import codecs
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from scrubber.encoding.families import BINARY, is_stateful
from scrubber.model import ByteSpan, Segment, TextSpan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Pieces: TypeAlias = tuple[str, tuple[Segment, ...]]
"""Decoded text and the segments that it was decoded from."""

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def _one_by_one(error: UnicodeError) -> tuple[str, int]:
    """An error handler that makes one U+FFFD of every byte that does not decode."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return REPLACEMENT, error.start + 1


BYTEWISE = "scrubber.bytewise"
codecs.register_error(BYTEWISE, _one_by_one)


class Part(NamedTuple):
    """A range of bytes and the codec to read it in, ``binary`` for damage."""

    start: int
    end: int
    encoding: str


class Whole(NamedTuple):
    """A text that all decodes in one codec, with what is known of it: the places of its rare characters (code points),
    or, of GB18030, the byte offsets of its characters outside GB2312."""

    text: str
    places: list[int] | None = None
    outside: list[int] | None = None


def read(raw: bytes, codec: str, start: int = 0, end: int | None = None, text_start: int = 0) -> Pieces:
    """Decode ``raw[start:end]`` in ``codec``; bytes that do not decode become binary segments, one U+FFFD a byte.

    Segments carry byte offsets of ``raw`` and text offsets that begin at ``text_start``.
    """
    end = len(raw) if end is None else end
    body = raw if (start, end) == (0, len(raw)) else raw[start:end]
    try:
        text = REPLACEMENT * len(body) if codec == BINARY else body.decode(codec)
    except UnicodeDecodeError:
        return _read_damaged(body, codec, start, text_start)
    if not body:
        return text, ()
    span = TextSpan.of(text_start, text_start + len(text))
    return text, (Segment(ByteSpan.of(start, end), span, codec),)


def joined(parts: Iterable[Part]) -> list[Part]:
    """The parts with equal neighbours made one, unless what a byte means depends on where a part begins."""
    found: list[Part] = []
    for part in parts:
        if found and found[-1].encoding == part.encoding and not is_stateful(part.encoding):
            found[-1] = Part(found[-1].start, part.end, part.encoding)
        else:
            found.append(part)
    return found


def read_parts(raw: bytes, parts: Iterable[Part]) -> Pieces:
    """Decode each of the ``parts``, which tile ``raw``, in its own codec; equal neighbours become one segment."""
    texts: list[str] = []
    segments: list[Segment] = []
    position = 0
    for part in parts:
        text, found = read(raw, part.encoding, part.start, part.end, position)
        texts.append(text)
        position += len(text)
        for segment in found:
            last = segments[-1] if segments else None
            if last is not None and last.encoding == segment.encoding:
                bytes_ = ByteSpan(last.bytes.start, segment.bytes.end)
                segments[-1] = Segment(bytes_, TextSpan(last.text.start, segment.text.end), last.encoding)
            else:
                segments.append(segment)
    return "".join(texts), tuple(segments)


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


def _read_damaged(body: bytes, codec: str, start: int, text_start: int) -> Pieces:
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
