"""From raw bytes to a document."""

from __future__ import annotations

from scrubber.encoding.families import BOMS, canonical
from scrubber.encoding.segments import read
from scrubber.encoding.signature import binary_reason, bom_of
from scrubber.errors import UndecodableError
from scrubber.model import Document

THRESHOLD = 0.5
"""Below this confidence a text is left alone unless its encoding is told."""

_ADVICE = "tell its encoding with --encoding (for example --encoding gb18030), or leave it out"


def decode(raw: bytes, source: str | None = None, encoding: str | None = None) -> Document:
    """Read ``raw`` as text: in the codec ``encoding`` when it is told, else in the one that is detected.

    Bytes that do not decode are kept: each is U+FFFD in the text and lies in a segment of encoding ``binary``. Raise
    UndecodableError for binary files and for texts that no candidate explains well enough.
    """
    mark = bom_of(raw)
    if encoding is not None:
        return _told(raw, source, canonical(encoding))
    if mark is not None:
        return _document(source, raw, mark, 1.0)
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        codec, confidence = _guess(raw, source, error.start)
        return _document(source, raw, (b"", codec, codec), confidence)
    _refuse_binary(raw, source)
    if "\0" in text:
        codec, confidence = _guess(raw, source, raw.index(b"\0"))
        return _document(source, raw, (b"", codec, codec), confidence)
    return _document(source, raw, (b"", "utf-8", "utf-8"), 1.0)


def _told(raw: bytes, source: str | None, codec: str) -> Document:
    whole = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
    plain = whole.get(codec, codec)
    for row in BOMS:
        if raw.startswith(row[0]) and codec in row[1:]:
            return _document(source, raw, row, 1.0)
    return _document(source, raw, (b"", plain, plain), 1.0)


def _document(source: str | None, raw: bytes, row: tuple[bytes, str, str], confidence: float) -> Document:
    bom, name, codec = row
    text, segments = read(raw, codec, len(bom))
    return Document(source, raw, text, name, confidence, bom, segments)


def _refuse_binary(raw: bytes, source: str | None) -> None:
    reason = binary_reason(raw)
    if reason is not None:
        raise UndecodableError(f"{source or 'the input'}: not a text: {reason[1]} (byte {reason[0]}); {_ADVICE}")


def _guess(raw: bytes, source: str | None, first_bad: int) -> tuple[str, float]:
    _refuse_binary(raw, source)
    import chardet  # noqa: PLC0415 - slow to load, and not needed for UTF-8

    for codec in ("gb18030", "cp950", "big5hkscs"):
        try:
            raw.decode(codec)
        except UnicodeDecodeError:
            continue
        return codec, 0.9
    result = chardet.detect(raw, max_bytes=len(raw) or 1)
    name, confidence = result["encoding"], result["confidence"]
    if not name or confidence < THRESHOLD:
        raise UndecodableError(
            f"{source or 'the input'}: no encoding explains the text well enough "
            f"(byte {first_bad} is not UTF-8); {_ADVICE}"
        )
    return canonical(name), confidence
