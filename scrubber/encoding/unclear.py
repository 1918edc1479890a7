"""Texts that are not clearly UTF-8: which encoding they are in, or which encodings they mix."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from scrubber.encoding.blocks import find_utf16
from scrubber.encoding.decoding import ADVICE, read_document, whole_document
from scrubber.encoding.detect import (
    LITTLE,
    Guess,
    detect,
    detect_clean,
    detect_most,
    detect_utf16,
    detect_utf32,
    read_as,
)
from scrubber.encoding.families import BINARY
from scrubber.encoding.gb import read_gb
from scrubber.encoding.likelihood import rare_places
from scrubber.encoding.segments import Whole, read_parts
from scrubber.encoding.survey import MIXABLE, Survey, survey
from scrubber.errors import UndecodableError
from scrubber.model import Document

if TYPE_CHECKING:
    from scrubber.encoding.segments import Part

THRESHOLD = 0.5
"""Below this confidence a text is left alone unless its encoding is told."""

_KANA = re.compile("[\u3041-\u30fe\u0401-\u0451\u2460-\u2473]")
_LEADS_ONLY = bytes(ord("L" if 0xC2 <= byte < 0xE0 else ".") for byte in range(256))
_USUAL_TWO_BYTES = tuple(character.encode() for character in "·×°±é")
_TWO_BYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]")
_TWO_BYTE_RUN = re.compile(rb"(?:[\xc2-\xdf][\x80-\xbf]){2,}")
_KNOWN_SCRIPT = 64
"""So many letters with one lead byte, in runs that read best as they are, tell that the text is in another language."""
_DIFFERING = 64
"""So many lines that read differently in the two kinds of Big5 tell which it is."""


def doubt_two_bytes(raw: bytes, *, every: bool) -> int | None:
    """Where valid UTF-8 has two-byte characters that may be something else: ``every`` unusual one, or only runs of them
    that read better as GB18030 or Big5. Letters of a script that much of the text is in are not doubted any more.
    """
    if every:
        found = [match for match in _TWO_BYTE.finditer(raw) if match[0] not in _USUAL_TWO_BYTES]
        return found[0].start() if found else None
    shown = bytearray(_LEADS_ONLY)
    leads = raw.translate(shown)
    seen: set[bytes] = set()
    letters: Counter[int] = Counter()
    at = leads.find(b"L")
    while at >= 0:
        match = _TWO_BYTE_RUN.match(raw, at) if leads[at + 2 : at + 3] == b"L" else None
        run = match[0] if match else b""
        if run and run not in seen:
            if _reads_better(run):
                return at
            seen.add(run)
            letters.update(run[::2])
            for lead in [lead for lead in letters if letters[lead] >= _KNOWN_SCRIPT]:
                shown[lead] = ord(".")
                leads = raw.translate(shown)
                del letters[lead]
        at = leads.find(b"L", at + max(len(run), 1))
    return None


def _reads_better(run: bytes) -> bool:
    """Whether a run of two-byte characters reads better as GB18030 or Big5 than as UTF-8."""
    return min(read_as(run, codec).nats for codec in ("gb18030", "cp950")) < read_as(run, "utf-8").nats


def read_unclear(raw: bytes, source: str | None, first_bad: int) -> Document:
    """Read ``raw``, which stops to be clear UTF-8 at byte ``first_bad``, in what it is detected to be in.

    Raise UndecodableError when no candidate explains it well enough.
    """
    wide = detect_utf32(raw)
    if wide is not None:
        return _detected(raw, source, wide)
    utf16 = find_utf16(raw) if b"\0" in raw or _strictly(raw, "utf-8") is None else []
    bounds = [0, *(bound for block in utf16 for bound in (block.start, block.end)), len(raw)]
    rest = b"\n".join(raw[start:end] for start, end in zip(bounds[::2], bounds[1::2], strict=True)) if utf16 else raw
    clean = detect_clean(rest)
    if utf16 and clean is None and (wide := detect_utf16(raw)) is not None:
        return _detected(raw, source, wide)
    whole = _strictly(rest, clean.encoding) if clean is not None else None
    seen = survey(rest) if whole is None and not rest.isascii() else None
    guess = (clean if seen is None else detect_most(seen)) or clean or detect(rest)
    if guess is None or guess.confidence < THRESHOLD:
        raise UndecodableError(
            f"{source or 'the input'}: no encoding explains the text well enough "
            f"(it stops to be clear UTF-8 at byte {first_bad}); {ADVICE}"
        )
    if guess.encoding not in (*MIXABLE, "big5hkscs"):
        return _detected(raw, source, guess)
    if utf16:
        whole = seen = None
    elif whole is None:
        whole = _decoded(raw, guess.encoding)
    return _divided(raw, source, guess, utf16, whole, seen)


def _detected(raw: bytes, source: str | None, guess: Guess) -> Document:
    return read_document(source, raw, (b"", guess.encoding, guess.encoding), guess.confidence)


def _better_big5(raw: bytes, whole: Whole, guess: Guess) -> tuple[Guess, Whole]:
    """Take Big5-HKSCS for cp950 when it reads better: codes of kana in the one are other characters in the other."""
    from scrubber.encoding.pairs import text_cost  # noqa: PLC0415 - plain GB18030 needs no pairs

    other = _strictly(raw, "big5hkscs")
    if other is None:
        return guess, whole
    differing = [
        lines for lines in zip(whole.text.split("\n"), other.text.split("\n"), strict=False) if lines[0] != lines[1]
    ]
    gain = sum(text_cost(one) - text_cost(two) for one, two in differing[:_DIFFERING])
    return (Guess("big5hkscs", guess.confidence), other) if gain > 0 else (guess, whole)


def _strictly(raw: bytes, codec: str) -> Whole | None:
    """``raw`` read in ``codec``, or None when some bytes do not decode. In little GB18030 it is not worth the time to
    find what is outside GB2312."""
    return read_gb(raw) if codec == "gb18030" and len(raw) > LITTLE else _decoded(raw, codec)


def _decoded(raw: bytes, codec: str) -> Whole | None:
    try:
        return Whole(raw.decode(codec))
    except UnicodeDecodeError:
        return None


def _divided(
    raw: bytes, source: str | None, guess: Guess, utf16: list[Part], whole: Whole | None, seen: Survey | None
) -> Document:
    from scrubber.encoding.mixed import split  # noqa: PLC0415 - other encodings are never mixed

    if whole is not None and guess.encoding == "cp950":
        places = rare_places(whole.text)
        whole = whole._replace(places=places)
        if any(map(_KANA.match, {whole.text[place] for place in places})):
            guess, whole = _better_big5(raw, whole, guess)
    inside = guess.encoding != "utf-8" or whole is None
    parts = split(raw, guess.encoding, utf16, inside=inside, whole=whole, seen=seen)
    if whole is not None and len(parts) == 1 and parts[0].encoding == guess.encoding:
        return whole_document(source, raw, whole.text, guess.encoding, guess.confidence)
    text, segments = read_parts(raw, parts)
    sizes: dict[str, int] = {}
    for segment in segments:
        sizes[segment.encoding] = sizes.get(segment.encoding, 0) + len(segment.bytes)
    sizes.pop(BINARY, None)
    main = max(sizes, key=lambda codec: sizes[codec], default=guess.encoding)
    return Document(source, raw, text, main, guess.confidence, b"", segments)
