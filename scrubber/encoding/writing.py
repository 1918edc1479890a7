"""Which bytes to put in the place of a span, so that the file stays readable in its own encoding."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from scrubber.encoding.families import BINARY, BOMS, is_stateful
from scrubber.encoding.offsets import byte_map, is_plain
from scrubber.encoding.segments import BYTEWISE, REPLACEMENT

if TYPE_CHECKING:
    from scrubber.model import Document, Segment, TextSpan

_TO_PLAIN = (b"", b"~}", b"\x1b(B", b"\x0f", b"\x0f\x1b(B")
_ESCAPES = re.compile(rb"~[{}]|\x1b\$[()]?[!-~]|\x1b[(.][!-~]|[\x0e\x0f]")

_KOREAN_HEADER = b"\x1b$)C"


def encode_replacement(document: Document, span: TextSpan, text: str) -> bytes:
    """Return the bytes that replace ``byte_span(document, span)`` so that the file reads ``text`` there.

    In a stateful codec they include the escape sequences that lead from the state before the span to plain text and
    on to the state after it. Raise UnicodeEncodeError when the encoding cannot express ``text``, and when a damaged
    byte before the span would become a character together with what then follows it.
    """
    segment = _home(document, span)
    if segment is None:
        plain = next((row[2] for row in BOMS if row[0] == document.bom), document.encoding)
        return text.encode(plain)
    if is_stateful(segment.encoding):
        return _encode_stateful(document, segment.encoding, span, text)
    written = _encode_checked(segment.encoding, text)
    _refuse_joining(document, span, segment.encoding, text, written)
    return written


def _refuse_joining(document: Document, span: TextSpan, codec: str, text: str, written: bytes) -> None:
    """Raise when damaged bytes before the span would make a character of what then follows them."""
    before = byte_map(document).segment_at(span.start - 1) if span.start else None
    if before is None or before.encoding != BINARY or before.text.end != span.start:
        return
    place = byte_map(document).span(span)
    damage = document.raw[before.bytes.start : before.bytes.end]
    after = document.raw[place.end : place.end + 4]
    expected = REPLACEMENT * len(damage) + text + after.decode(codec, BYTEWISE)
    if (damage + written + after).decode(codec, BYTEWISE) != expected:
        raise UnicodeEncodeError(codec, text, 0, len(text), "the damaged byte before it would join what follows")


def _home(document: Document, span: TextSpan) -> Segment | None:
    """The readable segment at the start of ``span``, or else the nearest one before or after it."""
    here = byte_map(document).segment_at(span.start)
    if here is None or here.encoding != BINARY:
        return here
    index = document.segments.index(here)
    neighbours = [*reversed(document.segments[:index]), *document.segments[index:]]
    return next((segment for segment in neighbours if segment.encoding != BINARY), None)


def _encode_checked(codec: str, text: str) -> bytes:
    written = text.encode(codec)
    if written.decode(codec) != text:
        raise UnicodeEncodeError(codec, text, 0, len(text), "the encoding does not give this text back")
    return written


def _encode_stateful(document: Document, codec: str, span: TextSpan, text: str) -> bytes:
    offsets = byte_map(document)
    before, after = offsets.state(span.start), offsets.state(span.end)
    if not text and before == after:
        return b""
    leave = next((escape for escape in _TO_PLAIN if _reaches_plain(codec, before, escape)), None)
    enter: list[bytes] = [b"", *dict.fromkeys(_ESCAPES.findall(document.raw))]
    if codec == "iso2022_kr":
        enter += [_KOREAN_HEADER + escape for escape in enter]
    for escape in enter:
        candidate = (leave or b"") + text.encode(codec) + escape
        read = _reads(codec, before, candidate)
        if read is not None and read[0] == text and _same_state(codec, read[1], after):
            return candidate
    raise UnicodeEncodeError(codec, text, 0, len(text), "no escape sequence leads back to what follows")


def _same_state(codec: str, reached: int, wanted: int) -> bool:
    """Equal, but that ISO-2022-KR may announce its second set of characters earlier than the file did."""
    if reached == wanted:
        return True
    both_plain = is_plain(codec, reached) and is_plain(codec, wanted)
    return codec == "iso2022_kr" and both_plain and (_reads(codec, reached, b"\x0e0!") or ("", 0))[0] == "가"


def _reads(codec: str, state: int, raw: bytes) -> tuple[str, int] | None:
    decoder = codecs.getincrementaldecoder(codec)()
    decoder.setstate((b"", state))
    try:
        text = decoder.decode(raw)
    except UnicodeDecodeError:
        return None
    waiting, now = decoder.getstate()
    return None if waiting else (text, now)


def _reaches_plain(codec: str, state: int, escape: bytes) -> bool:
    read = _reads(codec, state, escape)
    return read is not None and read[0] == "" and is_plain(codec, read[1])
