"""Compressed streams, chosen by the last suffix of a name. A stream that is cut off is an error, never a short file."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from scrubber.files import STDIN

_BUFFER = 1 << 17
_FED = 1 << 12  # compressed bytes taken at once: they may stand for a thousand times as many
_GZIP_LEVEL = 6


@contextmanager
def reading(path: Path) -> Iterator[BinaryIO]:
    """The content of a file (``-``: of standard input), decompressed.

    Raises ValueError where the compressed stream is damaged or cut off, or ``zstandard`` is needed and not installed.
    """
    if path == STDIN:
        yield sys.stdin.buffer
        return
    with ExitStack() as stack:
        raw = stack.enter_context(path.open("rb"))
        if path.suffix.lower() == ".gz":
            yield stack.enter_context(_gunzipped(raw))
        elif path.suffix.lower() == ".zst":
            yield cast("BinaryIO", io.BufferedReader(_Frames(raw), _BUFFER))
        else:
            yield raw


@contextmanager
def compressed(path: Path, sink: BinaryIO) -> Iterator[BinaryIO]:
    """A stream that compresses into ``sink`` as the name of ``path`` says. Equal content gives equal bytes."""
    if path.suffix.lower() == ".gz":
        import gzip  # noqa: PLC0415 - most files are not compressed

        with gzip.GzipFile("", "wb", _GZIP_LEVEL, sink, mtime=0) as stream:
            yield cast("BinaryIO", stream)
    elif path.suffix.lower() == ".zst":
        with _zstandard().ZstdCompressor().stream_writer(sink, closefd=False) as stream:
            yield stream
    else:
        yield sink


@contextmanager
def _gunzipped(raw: BinaryIO) -> Iterator[BinaryIO]:
    import gzip  # noqa: PLC0415 - as above
    import zlib  # noqa: PLC0415 - as above

    try:
        with gzip.open(raw, "rb") as stream, io.BufferedReader(cast("Any", stream), _BUFFER) as buffered:
            yield buffered
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(f"the compressed file is damaged or cut off: {error}") from error


class _Frames(io.RawIOBase):
    """The content of zstd frames, one behind the other. Unlike the library's reader it tells when the last is cut."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._zstandard = _zstandard()
        self._frame: Any = None
        self._unread = b""  # compressed
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            self._unread = self._unread or self._raw.read(_FED)
            if not self._unread:
                if self._frame is not None:
                    raise ValueError("the compressed file is cut off: its last frame does not end")
                return 0
            self._decompress()
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _decompress(self) -> None:
        self._frame = self._frame or self._zstandard.ZstdDecompressor().decompressobj()
        try:
            self._ready = memoryview(self._frame.decompress(self._unread))
        except self._zstandard.ZstdError as error:
            raise ValueError(f"the compressed file is damaged: {error}") from error
        self._unread = self._frame.unused_data
        if self._frame.eof:
            self._frame = None


def _zstandard() -> Any:
    try:
        import zstandard  # noqa: PLC0415 - an extra
    except ImportError:
        raise ValueError(".zst needs the extra: pip install 'corpus-scrubber[zstd]'") from None
    return zstandard
