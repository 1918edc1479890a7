"""Bytes to text and back, byte for byte: detection, damage, offsets and writing.

``decode`` makes a :class:`~scrubber.model.Document` of raw bytes; ``byte_span`` says where a span of its text stands in
those bytes; ``encode_replacement`` says which bytes have to stand there instead. Everything outside an edited span
keeps its bytes, whatever the encoding, because nothing is ever encoded a second time.
"""

from __future__ import annotations

from scrubber.encoding.decoding import decode
from scrubber.encoding.offsets import ByteMap, byte_span
from scrubber.encoding.writing import encode_replacement

__all__ = ["ByteMap", "byte_span", "decode", "encode_replacement"]
