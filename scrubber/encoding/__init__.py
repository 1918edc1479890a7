"""Bytes to text and back, byte for byte: detection, damage, offsets and writing.

``decode`` makes a :class:`~scrubber.model.Document` of raw bytes; ``byte_span`` says where a span of its text stands in
those bytes; ``encode_replacement`` says which bytes have to stand there instead. Everything outside an edited span
keeps its bytes, whatever the encoding, because nothing is ever encoded a second time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrubber.encoding.decoding import decode
from scrubber.encoding.families import is_stateful

if TYPE_CHECKING:
    from scrubber.encoding.offsets import ByteMap
    from scrubber.model import ByteSpan, Document, TextSpan

__all__ = ["ByteMap", "byte_span", "decode", "encode_replacement"]


def byte_span(document: Document, span: TextSpan) -> ByteSpan:
    """Return the bytes of the file that ``span`` (code points of the text) was decoded from; see ByteMap.span.

    Raise IndexError when the span lies outside the text.
    """
    from scrubber.encoding.offsets import byte_map  # noqa: PLC0415 - not before something is found

    return byte_map(document).span(span)


def encode_replacement(document: Document, span: TextSpan, text: str) -> bytes:
    """Return the bytes that replace ``byte_span(document, span)`` so that the file reads ``text`` there; see
    :func:`scrubber.encoding.writing.encode_replacement`.
    """
    if not text and len(document.segments) == 1 and not is_stateful(document.segments[0].encoding):
        return b""
    from scrubber.encoding import writing  # noqa: PLC0415 - as above

    return writing.encode_replacement(document, span, text)


def __getattr__(name: str) -> type[ByteMap]:
    if name != "ByteMap":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from scrubber.encoding.offsets import ByteMap  # noqa: PLC0415 - as above

    return ByteMap
