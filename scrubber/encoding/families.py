"""What the scrubber knows about single codecs: their names, how they carry state, which of them belong together."""

from __future__ import annotations

import codecs

from scrubber.errors import UndecodableError

BINARY = "binary"
"""The encoding of a segment whose bytes decode in no candidate."""

BOMS: tuple[tuple[bytes, str, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
)
"""Byte order mark, the codec of a whole file that starts with it, the codec of what follows. UTF-32 comes before UTF-16
because its little-endian mark begins like the other's."""

_UNIT_BYTES = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}
_STATEFUL = ("hz", "iso2022_")
_REFUSED = {"utf-7": "its encoder has more than one way to write a text", "idna": "", "punycode": ""}


def canonical(name: str) -> str:
    """Return Python's own name of the text codec ``name``; raise UndecodableError when there is none to use."""
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError) as error:
        raise UndecodableError(f"unknown encoding {name!r}; use a Python codec name such as gb18030 or big5") from error
    is_text = getattr(info, "_is_text_encoding", True)
    if not is_text or info.name in _REFUSED or "escape" in info.name:
        raise UndecodableError(f"{name!r} is not an encoding that the scrubber can read a text file in")
    return info.name


def unit_bytes(codec: str) -> int:
    """The number of bytes of the smallest unit of ``codec``: 2 for UTF-16, 4 for UTF-32, else 1."""
    return _UNIT_BYTES.get(codec, 1)


def is_stateful(codec: str) -> bool:
    """Whether what a byte means in ``codec`` depends on an escape sequence further up."""
    return codec.startswith(_STATEFUL)


def _search(name: str) -> codecs.CodecInfo | None:
    """Python asks here for codecs that it does not know itself."""
    if name.replace("-", "_") not in ("euc_tw", "euctw"):
        return None
    from scrubber.encoding.euc_tw import EUC_TW  # noqa: PLC0415 - hardly a file is in it

    return EUC_TW


codecs.register(_search)
