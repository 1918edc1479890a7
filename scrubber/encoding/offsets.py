"""Where a span of text stands in the bytes of its file, exactly, for every codec.

Most codecs give back their bytes when a piece of text is encoded again; there, a text offset is found by encoding at
most one block of text and comparing it with the bytes that are there. Where the comparison fails (cp932 and others
write one character in two ways) and in codecs that carry state, the decoder itself is walked byte by byte instead.
"""

from __future__ import annotations

import codecs
from array import array
from bisect import bisect_right
from functools import cache

from scrubber.encoding.families import BINARY, is_stateful, unit_bytes
from scrubber.model import ByteSpan, Document, Segment, TextSpan

_BLOCK = 2048
_COMPOSING = "\u0300\u0301\u0304\u030c\u309a\u02e5\u02e9"
"""Second characters of the codes that decode to two characters (Big5-HKSCS, JIS X 0213)."""


class ByteMap:
    """Maps text offsets of one document to byte offsets; what it learns on the way speeds up later questions."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._starts = [int(segment.text.start) for segment in document.segments]
        self._maps: dict[int, _SegmentMap] = {}
        self._ends: dict[int, int] = {}

    def span(self, span: TextSpan) -> ByteSpan:
        """Return the bytes that ``span`` was decoded from, widened to whole codes.

        In a stateful codec, a boundary stands where the plain (ASCII) state holds if there is such a place between
        the two characters, so that removing a whole escaped run removes its escape sequences too.
        """
        start = self._offset(span.start, at_end=False)
        if span.end <= span.start:
            return ByteSpan.of(start, start)
        return ByteSpan.of(start, self._offset(span.end, at_end=True))

    def state(self, offset: int) -> int:
        """The decoder's state at the byte that :meth:`span` gives for the text offset; 0 in stateless codecs."""
        if not self.document.segments:
            return 0
        index, local = self._locate(offset)
        segment_map = self._map(index)
        return segment_map.state(local) if isinstance(segment_map, _StatefulMap) else 0

    def segment_at(self, offset: int) -> Segment | None:
        """The segment that holds the character at ``offset``, the last one at the end of the text."""
        if not self.document.segments:
            return None
        return self.document.segments[self._locate(offset)[0]]

    def _locate(self, offset: int) -> tuple[int, int]:
        index = max(bisect_right(self._starts, offset) - 1, 0)
        return index, offset - self._starts[index]

    def _offset(self, offset: int, *, at_end: bool) -> int:
        if not 0 <= offset <= len(self.document.text):
            raise IndexError(f"text offset {offset} is outside a text of {len(self.document.text)} characters")
        if not self.document.segments:
            return len(self.document.bom)
        index, local = self._locate(offset)
        segment = self.document.segments[index]
        return segment.bytes.start + self._map(index).offset(local, at_end=at_end)

    def _map(self, index: int) -> _SegmentMap:
        if index not in self._maps:
            self._maps[index] = self._make(index)
        return self._maps[index]

    def _make(self, index: int) -> _SegmentMap:
        segment = self.document.segments[index]
        raw = self.document.raw[segment.bytes.start : segment.bytes.end]
        text = self.document.text[segment.text.start : segment.text.end]
        if segment.encoding == BINARY:
            return _FixedMap(1)
        if is_stateful(segment.encoding):
            return _StatefulMap(raw, segment.encoding, self._state_before(index))
        if len(raw) == len(text) * unit_bytes(segment.encoding):
            return _FixedMap(unit_bytes(segment.encoding))
        if segment.encoding.startswith("utf-") or not any(mark in text for mark in _COMPOSING):
            return _BlockMap(raw, text, segment.encoding)
        return _WalkedMap(raw, segment.encoding)

    def _state_before(self, index: int) -> int | None:
        """The state that the decoder was in when damage interrupted it just before segment ``index``."""
        encoding = self.document.segments[index].encoding
        for earlier in range(index - 1, -1, -1):
            found = self.document.segments[earlier].encoding
            if found == encoding:
                segment_map = self._map(earlier)
                return segment_map.final_state if isinstance(segment_map, _StatefulMap) else None
            if found != BINARY:
                return None
        return None


class _SegmentMap:
    def offset(self, local: int, *, at_end: bool) -> int:
        raise NotImplementedError


class _FixedMap(_SegmentMap):
    def __init__(self, width: int) -> None:
        self._width = width

    def offset(self, local: int, *, at_end: bool) -> int:  # noqa: ARG002 - no code spans two characters here
        return local * self._width


class _BlockMap(_SegmentMap):
    """Byte offsets of every block of text, learned as far as they are asked for."""

    def __init__(self, raw: bytes, text: str, codec: str) -> None:
        self._raw = raw
        self._text = text
        self._codec = codec
        self._marks = [0]

    def offset(self, local: int, *, at_end: bool) -> int:  # noqa: ARG002 - no code spans two characters here
        block = local // _BLOCK
        while len(self._marks) <= block:
            last = len(self._marks) - 1
            self._marks.append(self._advance(self._marks[-1], last * _BLOCK, (last + 1) * _BLOCK))
        return self._advance(self._marks[block], block * _BLOCK, local)

    def _advance(self, position: int, start: int, end: int) -> int:
        try:
            written = self._text[start:end].encode(self._codec)
        except UnicodeEncodeError:
            written = b""
        if written and self._raw.startswith(written, position):
            return position + len(written)
        return position + walk(self._raw[position : position + 4 * (end - start)], self._codec, end - start)[-1]


class _WalkedMap(_SegmentMap):
    """Byte offsets of every character, for codecs in which one code may decode to two characters."""

    def __init__(self, raw: bytes, codec: str) -> None:
        self._ends = walk(raw, codec, None)

    def offset(self, local: int, *, at_end: bool) -> int:
        if not at_end:
            while 0 < local < len(self._ends) - 1 and self._ends[local] == self._ends[local + 1]:
                local -= 1
        return self._ends[local]


def walk(raw: bytes, codec: str, count: int | None) -> array[int]:
    """Byte offsets of the first ``count`` characters (all when None) of ``raw`` and of the end of the last of them.

    When one code decodes to two characters, the offset between them is the end of the code.
    """
    decoder = codecs.getincrementaldecoder(codec)()
    offsets = array("q", [0])
    for index in range(len(raw)):
        produced = decoder.decode(raw[index : index + 1])
        if produced:
            waiting = len(decoder.getstate()[0])
            offsets.extend([index + 1 - waiting] * len(produced))
            if count is not None and len(offsets) > count:
                return offsets[: count + 1]
    if decoder.decode(b"", True):
        offsets.append(len(raw))
    return offsets


class _StatefulMap(_SegmentMap):
    """For every character boundary the byte offset and the state of the decoder there."""

    def __init__(self, raw: bytes, codec: str, state: int | None) -> None:
        decoder = codecs.getincrementaldecoder(codec)()
        if state is not None:
            decoder.setstate((b"", state))
        self._offsets = array("q", [0])
        self._states = array("Q", [decoder.getstate()[1]])
        for index in range(len(raw)):
            produced = decoder.decode(raw[index : index + 1])
            waiting, now = decoder.getstate()
            if waiting:
                continue
            if produced:
                self._offsets.extend([index + 1] * len(produced))
                self._states.extend([now] * len(produced))
            elif is_plain(codec, now):
                self._offsets[-1] = index + 1
                self._states[-1] = now
        waiting, self.final_state = decoder.getstate()
        if not waiting:
            self._offsets[-1] = len(raw)
            self._states[-1] = self.final_state

    def offset(self, local: int, *, at_end: bool) -> int:  # noqa: ARG002 - the boundary is the same from both sides
        return self._offsets[local]

    def state(self, local: int) -> int:
        return self._states[local]


@cache
def is_plain(codec: str, state: int) -> bool:
    """Whether a letter stands for itself when ``codec``'s decoder is in ``state``."""
    decoder = codecs.getincrementaldecoder(codec)()
    decoder.setstate((b"", state))
    try:
        return decoder.decode(b"a") == "a"
    except UnicodeDecodeError:
        return False


class _Latest:
    """The map of the document that was asked about last: edits come one after the other for the same document."""

    def __init__(self) -> None:
        self._map: ByteMap | None = None

    def get(self, document: Document) -> ByteMap:
        known = self._map
        if known is None or known.document is not document:
            known = self._map = ByteMap(document)
        return known


_latest = _Latest()


def byte_map(document: Document) -> ByteMap:
    """The byte map of ``document``, kept until another document is asked about."""
    return _latest.get(document)
