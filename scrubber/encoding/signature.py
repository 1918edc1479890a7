"""What the first bytes of a file and its control bytes say: byte order marks, escape sequences, binary files."""

from __future__ import annotations

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
_RARE_CONTROLS = bytes([*range(1, 8), *range(14, 26), 28, 29, 30, 31, 127])
"""Control bytes that no text uses; ESC, SUB, form feed and backspace do occur."""


def bom_of(raw: bytes) -> tuple[bytes, str, str] | None:
    """The byte order mark of ``raw`` with the codec of the whole file and of what follows, or None."""
    return next((row for row in BOMS if raw.startswith(row[0])), None)


def binary_reason(raw: bytes) -> tuple[int, str] | None:
    """Say why ``raw`` is no text, as a byte offset and a description, or return None.

    NUL bytes are left to the caller, because UTF-16 and damaged texts hold them too.
    """
    for magic, name in _MAGIC:
        if raw.startswith(magic) and not (len(magic) < 5 and raw.isascii()):
            return 0, f"the file starts like {name}"
    sample = raw[:65536]
    kept = len(sample.translate(None, _RARE_CONTROLS))
    if (len(sample) - kept) * 20 > len(sample):
        first = next(index for index, byte in enumerate(sample) if byte in _RARE_CONTROLS)
        return first, "one byte in twenty or more is a control byte that texts do not use"
    return None
