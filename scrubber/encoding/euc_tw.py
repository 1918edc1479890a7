"""EUC-TW, which Python has no codec for: the planes 1 and 2 of CNS 11643, by way of Big5.

Big5 holds the characters of those two planes in nearly the same order. The ranges below say where both run in step
(Ken Lunde's correspondence of Big Five and CNS 11643-1992); Python's Big5 codec does the rest. Other planes, which
no file in the wild was seen to use, do not decode.
"""

from __future__ import annotations

import codecs
import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

_PLANE_1 = (
    *((0xA140, 0x2121), (0xA1F6, 0x2258), (0xA1F7, 0x2257), (0xA1F8, 0x2259), (0xA2AF, 0x2421), (0xA3C0, 0x4221)),
    *((0xA3E1, 0), (0xA440, 0x4421), (0xACFE, 0x5753), (0xACFF, 0), (0xAD40, 0x5323), (0xAFD0, 0x5754)),
    *((0xBBC8, 0x6B51), (0xBE52, 0x6B50), (0xBE53, 0x6F5C), (0xC1AB, 0x7536), (0xC2CB, 0x7535), (0xC2CC, 0x7737)),
    *((0xC361, 0x782E), (0xC3B9, 0x7865), (0xC3BA, 0x7864), (0xC3BB, 0x7866), (0xC456, 0x782D), (0xC457, 0x7962)),
    (0xC67F, 0),
)
_PLANE_2 = (
    *((0xC940, 0x2121), (0xC94A, 0), (0xC94B, 0x212B), (0xC96C, 0x214D), (0xC9BE, 0x214C), (0xC9BF, 0x217D)),
    *((0xC9ED, 0x224E), (0xCAF7, 0x224D), (0xCAF8, 0x2439), (0xD77A, 0x3F6A), (0xD77B, 0x387E), (0xDBA7, 0x3F6B)),
    *((0xDDFC, 0x4176), (0xDDFD, 0x4424), (0xE8A3, 0x554C), (0xE976, 0x5723), (0xEB5B, 0x5A29), (0xEBF1, 0x554B)),
    *((0xEBF2, 0x5B3F), (0xECDE, 0x5722), (0xECDF, 0x5C6A), (0xEDAA, 0x5D75), (0xEEEB, 0x642F), (0xEEEC, 0x6039)),
    *((0xF056, 0x5D74), (0xF057, 0x6243), (0xF0CB, 0x5A28), (0xF0CC, 0x6337), (0xF163, 0x6430), (0xF16B, 0x6761)),
    *((0xF16C, 0x6438), (0xF268, 0x6934), (0xF269, 0x6573), (0xF2C3, 0x664E), (0xF375, 0x6762), (0xF466, 0x6935)),
    *((0xF4B5, 0x664D), (0xF4B6, 0x6962), (0xF4FD, 0x6A4C), (0xF663, 0x6A4B), (0xF664, 0x6C52), (0xF977, 0x7167)),
    *((0xF9C4, 0x7166), (0xF9C5, 0x7234), (0xF9C6, 0x7240), (0xF9C7, 0x7235), (0xF9D2, 0x7241), (0xF9D6, 0)),
)
_TOKEN = re.compile(rb"[\x00-\x7f]+|[\xa1-\xfe]{2}|\x8e[\xa1\xa2][\xa1-\xfe]{2}")
_TRAILS = frozenset((*range(0x40, 0x7F), *range(0xA1, 0xFF)))


@cache
def _tables() -> tuple[dict[bytes, str], dict[str, bytes]]:
    forward: dict[bytes, str] = {}
    for ranges, prefix in ((_PLANE_1, b""), (_PLANE_2, b"\x8e\xa2")):
        for (first, cns), (stop, _) in pairwise(ranges):
            if cns:
                _fill(forward, first, stop, cns, prefix)
    backward = {character: code for code, character in forward.items()}  # of two codes the later is the usual one
    forward.update({b"\x8e\xa1" + code: character for code, character in forward.items() if len(code) == 2})
    return forward, backward


def _fill(forward: dict[bytes, str], first: int, stop: int, cns: int, prefix: bytes) -> None:
    """Walk both codes in step: Big5 has 157 trail bytes to a row, CNS 94."""
    row, cell = divmod(cns - 0x2121, 0x100)
    codes = [code for code in range(first, stop) if code & 0xFF in _TRAILS]
    characters = b"\n".join(code.to_bytes(2, "big") for code in codes).decode("cp950", "replace").split("\n")
    for position, character in enumerate(characters, row * 94 + cell):
        if len(character) == 1 and character != "\ufffd":
            forward[prefix + bytes((0xA1 + position // 94, 0xA1 + position % 94))] = character


def _decode(data: Buffer, errors: str = "strict") -> tuple[str, int]:
    forward = _tables()[0]
    found: list[str] = []
    position = 0
    raw = bytes(data)
    while position < len(raw):
        match = _TOKEN.match(raw, position)
        text = None if match is None else match[0].decode("ascii") if match[0].isascii() else forward.get(match[0])
        if match is not None and text is not None:
            found.append(text)
            position = match.end()
        else:
            handler = codecs.lookup_error(errors)
            error = UnicodeDecodeError("euc_tw", raw, position, position + 1, "no character of planes 1 and 2")
            replacement, position = handler(error)
            found.append(str(replacement))
    return "".join(found), len(raw)


def _encode(text: str, errors: str = "strict") -> tuple[bytes, int]:
    backward = _tables()[1]
    found = bytearray()
    for index, character in enumerate(text):
        code = character.encode() if character.isascii() else backward.get(character)
        if code is None:
            error = UnicodeEncodeError("euc_tw", text, index, index + 1, "no character of planes 1 and 2")
            replacement, _ = codecs.lookup_error(errors)(error)
            code = replacement if isinstance(replacement, bytes) else _encode(replacement)[0]
        found += code
    return bytes(found), len(text)


class _Decoder(codecs.BufferedIncrementalDecoder):
    def _buffer_decode(self, raw: bytes, errors: str, final: bool) -> tuple[str, int]:  # type: ignore[override]
        whole = len(raw)
        if not final:
            tail = re.search(rb"(?:[\xa1-\xfe]{2}|\x8e[\xa1\xa2][\xa1-\xfe]{2}|[\x00-\x7f])*", raw)
            whole = tail.end() if tail else 0
            rest = raw[whole:]
            if len(rest) >= 4 or (rest and not re.fullmatch(rb"[\xa1-\xfe]|\x8e[\xa1\xa2]?[\xa1-\xfe]?", rest)):
                whole = len(raw)
        return _decode(raw[:whole], errors)


class _Encoder(codecs.IncrementalEncoder):
    def encode(self, text: str, final: bool = False) -> bytes:  # noqa: ARG002 - no state is kept between calls
        return _encode(text, self.errors)[0]


EUC_TW = codecs.CodecInfo(_encode, _decode, incrementalencoder=_Encoder, incrementaldecoder=_Decoder, name="euc_tw")
"""The codec; :mod:`scrubber.encoding.families` makes Python know it."""
