"""From raw bytes to a document. What is clearly UTF-8 needs nothing but this module."""

from __future__ import annotations

from typing import TypeAlias

from scrubber.encoding.families import BOMS, canonical
from scrubber.encoding.signature import bom_of, first_control, has_control, magic_of
from scrubber.errors import UndecodableError
from scrubber.model import ByteSpan, Document, Segment, TextSpan

Row: TypeAlias = tuple[bytes, str, str]
"""Byte order mark, codec of the whole file, codec of what follows the mark."""

_TWO_BYTE_LEADS = bytes(range(0xC2, 0xE0))
_SHORT = 512
_TINY = 8
_TINY_CONFIDENCE = 0.99
"""Up to so many bytes of ASCII may be Chinese UTF-16 by chance (the text "Qs" is also 关)."""

ADVICE = "tell its encoding with --encoding (for example --encoding gb18030), or leave it out"


def decode(raw: bytes, source: str | None = None, encoding: str | None = None) -> Document:
    """Read ``raw`` as text: in the codec ``encoding`` when it is told, else in the one that is detected.

    Bytes that do not decode are kept: each is U+FFFD in the text and lies in a segment of encoding ``binary``. Raise
    UndecodableError for binary files and for texts that no candidate explains well enough.
    """
    if encoding is not None:
        return _told(raw, source, canonical(encoding))
    mark = bom_of(raw)
    if mark is not None:
        return read_document(source, raw, mark, 1.0)
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        _refuse_magic(raw, source)
        return _checked(_unclear(raw, source, error.start))
    _refuse_magic(raw, source)
    doubt = _doubt_utf8(raw)
    if doubt is not None:
        return _checked(_unclear(raw, source, doubt))
    may_be_utf16 = 0 < len(raw) <= _TINY and len(raw) % 2 == 0 and raw.isascii()
    return _checked(whole_document(source, raw, text, "utf-8", _TINY_CONFIDENCE if may_be_utf16 else 1.0))


def _unclear(raw: bytes, source: str | None, first_bad: int) -> Document:
    from scrubber.encoding.unclear import read_unclear  # noqa: PLC0415 - what is clearly UTF-8 starts fast without

    return read_unclear(raw, source, first_bad)


def whole_document(source: str | None, raw: bytes, text: str, encoding: str, confidence: float) -> Document:
    """A document of one segment, or of none when it is empty."""
    segment = Segment(ByteSpan.of(0, len(raw)), TextSpan.of(0, len(text)), encoding)
    return Document(source, raw, text, encoding, confidence, b"", (segment,) if raw else ())


def _told(raw: bytes, source: str | None, codec: str) -> Document:
    whole = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
    for row in BOMS:
        if raw.startswith(row[0]) and codec in row[1:]:
            return read_document(source, raw, row, 1.0)
    plain = whole.get(codec, codec)
    return read_document(source, raw, (b"", plain, plain), 1.0)


def read_document(source: str | None, raw: bytes, row: Row, confidence: float) -> Document:
    """All of ``raw`` read in the codec of ``row``, with what does not decode as damage."""
    from scrubber.encoding.segments import read  # noqa: PLC0415 - as above

    bom, name, codec = row
    text, segments = read(raw, codec, len(bom))
    return Document(source, raw, text, name, confidence, bom, segments)


def _refuse_magic(raw: bytes, source: str | None) -> None:
    name = magic_of(raw)
    if name is not None:
        raise UndecodableError(f"{source or 'the input'}: not a text: it starts like {name} (byte 0); {ADVICE}")


def _checked(document: Document) -> Document:
    """Return ``document`` unless it is full of control characters, as binary files are."""
    found = first_control(document.raw, document.text)
    if found is None:
        return document
    from scrubber.encoding.offsets import byte_map  # noqa: PLC0415 - as above

    at = byte_map(document).span(TextSpan.of(found, found)).start
    raise UndecodableError(
        f"{document.source or 'the input'}: not a text: more than one character in eight is a control character "
        f"(the first at byte {at}); {ADVICE}"
    )


def _doubt_utf8(raw: bytes) -> int | None:
    """Where valid UTF-8 may be something else: at NUL bytes, escape sequences, or two-byte characters in a row.

    Short GBK such as 为什么 is valid UTF-8 of two-byte characters only, which Chinese text hardly uses.
    """
    has_escapes = raw.isascii() and (b"~{" in raw or b"\x1b" in raw or b"\x0e" in raw)
    may_be_utf16 = len(raw) <= _SHORT and len(raw) % 2 == 0 and has_control(raw)
    if b"\0" in raw or has_escapes or may_be_utf16:
        return max(raw.find(b"\0"), 0)
    if len(raw) == len(raw.translate(None, _TWO_BYTE_LEADS)):
        return None
    from scrubber.encoding.unclear import doubt_two_bytes  # noqa: PLC0415 - as above

    return doubt_two_bytes(raw, every=len(raw) <= _SHORT)
