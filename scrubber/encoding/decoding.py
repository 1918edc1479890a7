"""From raw bytes to a document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from scrubber.encoding.families import BINARY, BOMS, Guess, canonical
from scrubber.encoding.offsets import byte_span
from scrubber.encoding.segments import read, read_parts
from scrubber.encoding.signature import bom_of, first_control, has_control, magic_of
from scrubber.errors import UndecodableError
from scrubber.model import ByteSpan, Document, Segment, TextSpan

if TYPE_CHECKING:
    from scrubber.encoding.segments import Part

THRESHOLD = 0.5
"""Below this confidence a text is left alone unless its encoding is told."""

Row: TypeAlias = tuple[bytes, str, str]
"""Byte order mark, codec of the whole file, codec of what follows the mark."""

_MIXABLE = ("utf-8", "gb18030", "cp950", "big5hkscs")
_TWO_BYTE_LEADS = bytes(range(0xC2, 0xE0))
_KANA = re.compile("[\u3041-\u30fe\u0401-\u0451\u2460-\u2473]")
_LEADS_ONLY = bytes(ord("L" if 0xC2 <= byte < 0xE0 else ".") for byte in range(256))
_USUAL_TWO_BYTES = tuple(character.encode() for character in "·×°±é")
_TWO_BYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]")
_TWO_BYTE_RUN = re.compile(rb"(?:[\xc2-\xdf][\x80-\xbf]){2,}")
_SHORT = 512
_DIFFERING = 64
"""So many lines that read differently in the two kinds of Big5 tell which it is."""
_TINY = 8
_TINY_CONFIDENCE = 0.99
"""Up to so many bytes of ASCII may be Chinese UTF-16 by chance (the text "Qs" is also 关)."""

_ADVICE = "tell its encoding with --encoding (for example --encoding gb18030), or leave it out"


def decode(raw: bytes, source: str | None = None, encoding: str | None = None) -> Document:
    """Read ``raw`` as text: in the codec ``encoding`` when it is told, else in the one that is detected.

    Bytes that do not decode are kept: each is U+FFFD in the text and lies in a segment of encoding ``binary``. Raise
    UndecodableError for binary files and for texts that no candidate explains well enough.
    """
    if encoding is not None:
        return _told(raw, source, canonical(encoding))
    mark = bom_of(raw)
    if mark is not None:
        return _document(source, raw, mark, 1.0)
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        _refuse_magic(raw, source)
        return _checked(_detected(raw, source, error.start))
    _refuse_magic(raw, source)
    doubt = _doubt_utf8(raw)
    if doubt is not None:
        return _checked(_detected(raw, source, doubt))
    may_be_utf16 = 0 < len(raw) <= _TINY and len(raw) % 2 == 0 and raw.isascii()
    return _checked(_whole(source, raw, text, Guess("utf-8", _TINY_CONFIDENCE if may_be_utf16 else 1.0)))


def _plain(codec: str) -> Row:
    return b"", codec, codec


def _whole(source: str | None, raw: bytes, text: str, guess: Guess) -> Document:
    """A document of one segment, or of none when it is empty."""
    segment = Segment(ByteSpan.of(0, len(raw)), TextSpan.of(0, len(text)), guess.encoding)
    return Document(source, raw, text, guess.encoding, guess.confidence, b"", (segment,) if raw else ())


def _told(raw: bytes, source: str | None, codec: str) -> Document:
    whole = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
    for row in BOMS:
        if raw.startswith(row[0]) and codec in row[1:]:
            return _document(source, raw, row, 1.0)
    return _document(source, raw, _plain(whole.get(codec, codec)), 1.0)


def _document(source: str | None, raw: bytes, row: Row, confidence: float) -> Document:
    bom, name, codec = row
    text, segments = read(raw, codec, len(bom))
    return Document(source, raw, text, name, confidence, bom, segments)


def _refuse_magic(raw: bytes, source: str | None) -> None:
    name = magic_of(raw)
    if name is not None:
        raise UndecodableError(f"{source or 'the input'}: not a text: it starts like {name} (byte 0); {_ADVICE}")


def _checked(document: Document) -> Document:
    """Return ``document`` unless it is full of control characters, as binary files are."""
    found = first_control(document.raw, document.text)
    if found is None:
        return document
    at = byte_span(document, TextSpan.of(found, found)).start
    raise UndecodableError(
        f"{document.source or 'the input'}: not a text: more than one character in eight is a control character "
        f"(the first at byte {at}); {_ADVICE}"
    )


def _better_big5(raw: bytes, text: str, guess: Guess) -> tuple[Guess, str]:
    """Take Big5-HKSCS for cp950 when it reads better: codes of kana in the one are other characters in the other."""
    from scrubber.encoding.division import text_cost  # noqa: PLC0415 - as above

    other = _strictly(raw, "big5hkscs")
    if other is None:
        return guess, text
    differing = [lines for lines in zip(text.split("\n"), other.split("\n"), strict=False) if lines[0] != lines[1]]
    gain = sum(text_cost(one) - text_cost(two) for one, two in differing[:_DIFFERING])
    return (Guess("big5hkscs", guess.confidence), other) if gain > 0 else (guess, text)


def _strictly(raw: bytes, codec: str) -> str | None:
    """``raw`` read in ``codec``, or None when some bytes do not decode; GBK stands in for GB18030 where it suffices."""
    for name in ("gbk", codec) if codec == "gb18030" else (codec,):
        try:
            return raw.decode(name)
        except UnicodeDecodeError:
            continue
    return None


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
    if len(raw) <= _SHORT:
        found = [match for match in _TWO_BYTE.finditer(raw) if match[0] not in _USUAL_TWO_BYTES]
        return found[0].start() if found else None
    leads = raw.translate(_LEADS_ONLY)
    seen: set[bytes] = set()
    at = leads.find(b"L")
    while at >= 0:
        match = _TWO_BYTE_RUN.match(raw, at) if leads[at + 2 : at + 3] == b"L" else None
        run = match[0] if match else b""
        if run and run not in seen and _reads_better(run):
            return at
        seen.add(run)
        at = leads.find(b"L", at + max(len(run), 1))
    return None


def _reads_better(run: bytes) -> bool:
    """Whether a run of two-byte characters reads better as GB18030 or Big5 than as UTF-8."""
    from scrubber.encoding.detect import read_as  # noqa: PLC0415 - most UTF-8 files have no such run

    return min(read_as(run, codec).nats for codec in ("gb18030", "cp950")) < read_as(run, "utf-8").nats


def _detected(raw: bytes, source: str | None, first_bad: int) -> Document:
    from scrubber.encoding.blocks import find_utf16  # noqa: PLC0415 - UTF-8 files need neither it nor its tables
    from scrubber.encoding.detect import detect, detect_utf16, detect_utf32  # noqa: PLC0415 - as above

    wide = detect_utf32(raw)
    if wide is not None:
        return _document(source, raw, _plain(wide.encoding), wide.confidence)
    utf16 = find_utf16(raw) if b"\0" in raw or _strictly(raw, "utf-8") is None else []
    if utf16 and (whole := detect_utf16(raw)) is not None:
        return _document(source, raw, _plain(whole.encoding), whole.confidence)
    bounds = [0, *(bound for block in utf16 for bound in (block.start, block.end)), len(raw)]
    rest = b"\n".join(raw[start:end] for start, end in zip(bounds[::2], bounds[1::2], strict=True)) if utf16 else raw
    guess = detect(rest)
    if guess is None or guess.confidence < THRESHOLD:
        raise UndecodableError(
            f"{source or 'the input'}: no encoding explains the text well enough "
            f"(it stops to be clear UTF-8 at byte {first_bad}); {_ADVICE}"
        )
    if guess.encoding not in _MIXABLE:
        return _document(source, raw, _plain(guess.encoding), guess.confidence)
    return _divided(raw, source, guess, utf16)


def _divided(raw: bytes, source: str | None, guess: Guess, utf16: list[Part]) -> Document:
    from scrubber.encoding.mixed import split  # noqa: PLC0415 - as above

    whole = _strictly(raw, guess.encoding)
    places = None
    if whole is not None and guess.encoding == "cp950":
        from scrubber.encoding.likelihood import rare_places  # noqa: PLC0415 - as above

        places = rare_places(whole)
        if any(_KANA.match(whole, place) for place in places):
            guess, whole = _better_big5(raw, whole, guess)
            places = None
    inside = guess.encoding != "utf-8" or whole is None
    parts = split(raw, guess.encoding, utf16, inside=inside, text=whole, places=places)
    if whole is not None and len(parts) == 1 and parts[0].encoding == guess.encoding:
        return _whole(source, raw, whole, guess)
    text, segments = read_parts(raw, parts)
    sizes: dict[str, int] = {}
    for segment in segments:
        sizes[segment.encoding] = sizes.get(segment.encoding, 0) + len(segment.bytes)
    sizes.pop(BINARY, None)
    main = max(sizes, key=lambda codec: sizes[codec], default=guess.encoding)
    return Document(source, raw, text, main, guess.confidence, b"", segments)
