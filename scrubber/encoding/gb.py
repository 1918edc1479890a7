"""GB18030 text, most of which is in GB2312, read in one go with the places of the characters that are not.

Hardly a character of simplified text is outside GB2312, but half of what another encoding looks like when it is read as
GB18030: only lines with such characters can be in another encoding. (Big5 that is all GB2312 would have to do with
the half of its codes, and UTF-8 with a quarter of its bytes.)
"""

from __future__ import annotations

import codecs

from scrubber.encoding.segments import Whole

_OTHERWISE = {"\u2015": "\u2014", "\u30fb": "\u00b7"}
"""What Python's GB2312 reads at two codes, and what GB18030 has there."""
_FEW, _ONE_IN = 32, 256


class _TooMany(Exception):  # noqa: N818 - no error: the text is to be read in another way
    pass


def read_gb(raw: bytes) -> Whole | None:
    """Read ``raw`` in GB18030; None when some of its bytes do not decode.

    GB2312 comes first; when much is outside it, GBK, which is faster than GB18030 and nearly suffices.
    """
    for codec in ("gb2312", "gbk"):
        try:
            text, outside = _read(raw, codec)
        except _TooMany:
            continue
        except UnicodeDecodeError:
            return None
        return _as_gb18030(text, outside) if codec == "gb2312" else Whole(text)
    try:
        return Whole(raw.decode("gb18030"))
    except UnicodeDecodeError:
        return None


def _as_gb18030(text: str, outside: list[int]) -> Whole:
    for one, other in _OTHERWISE.items():
        text = text.replace(one, other)
    return Whole(text, outside=outside)


def _read(raw: bytes, codec: str) -> tuple[str, list[int]]:
    """``raw`` read in ``codec`` and, character by character, in GB18030 where that fails; and where it does."""
    outside: list[int] = []

    def wider(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        size = 4 if raw[error.start + 1 : error.start + 2].isdigit() else 2
        character = raw[error.start : error.start + size].decode("gb18030")
        if len(outside) > _FEW + error.start // _ONE_IN or character in _OTHERWISE:
            raise _TooMany
        outside.append(error.start)
        return character, error.start + size

    codecs.register_error("scrubber.wider", wider)
    return raw.decode(codec, "scrubber.wider"), outside
