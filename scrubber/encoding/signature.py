"""What the first bytes of a file and its control bytes say: byte order marks, escape sequences, binary files."""

from __future__ import annotations

from scrubber import later
from scrubber.encoding.families import BOMS

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"PK\x03\x04", "a ZIP archive (or an Office or EPUB file)"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"%PDF-", "a PDF file"),
    (b"\x7fELF", "an executable"),
    (b"\x1f\x8b\x08", "a gzip archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"BZh", "a bzip2 archive"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"OggS", "an Ogg file"),
    (b"ID3", "an MP3 file"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"PAR1", "a Parquet file"),
)
_BEGINNINGS = tuple(magic for magic, _ in _MAGIC)
_MARKS = tuple(mark for mark, _, _ in BOMS)
_RARE_CONTROLS = "".join(map(chr, (*range(9), *range(14, 26), 28, 29, 30, 31, 127)))
"""Control characters that no text uses; ESC, SUB, form feed and vertical tab do occur."""

_RARE_BYTES = _RARE_CONTROLS.encode()
_HEAD = 65536


def bom_of(raw: bytes) -> tuple[bytes, str, str] | None:
    """The byte order mark of ``raw`` with the codec of the whole file and of what follows, or None."""
    return next((row for row in BOMS if raw.startswith(row[0])), None) if raw.startswith(_MARKS) else None


def magic_of(raw: bytes) -> str | None:
    """What kind of binary file ``raw`` starts like, or None."""
    if not raw.startswith(_BEGINNINGS):
        return None
    for magic, name in _MAGIC:
        if raw.startswith(magic) and not (len(magic) < 5 and raw.isascii()):
            return name
    return None


_HAN = later.pattern("[\u4e00-\u9fff]")


def has_control(raw: bytes) -> bool:
    """Whether a byte of ``raw`` is a control character that no text uses."""
    return len(raw.translate(None, _RARE_BYTES)) != len(raw)


def first_control(raw: bytes, text: str) -> int | None:
    """The offset of the first control character, when there are too many for a text, else None.

    ``text`` is what ``raw`` reads. A damaged text may hold a block of NULs; what counts then is that there is more of
    Han than of them. NULs that fill up the end do not count.
    """
    head = raw[:_HEAD].rstrip(b"\0") or raw[:1]
    if len(head.translate(None, _RARE_BYTES)) * 9 > len(head) * 8:
        return None
    sample = text[:_HEAD].rstrip("\0") or text[:1]
    count = sum(map(sample.count, _RARE_CONTROLS))
    if count * 8 <= len(sample) or count * 2 <= len(_HAN.findall(sample)):
        return None
    return next(index for index, character in enumerate(sample) if character in _RARE_CONTROLS)
