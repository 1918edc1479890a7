"""Compressed streams, chosen by the last suffix of a name."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast


@contextmanager
def reading(path: Path) -> Iterator[BinaryIO]:
    """The content of a file, decompressed. Raises ValueError where ``zstandard`` is needed and not installed."""
    with ExitStack() as stack:
        raw = stack.enter_context(path.open("rb"))
        if path.suffix == ".gz":
            yield cast("BinaryIO", stack.enter_context(gzip.open(raw, "rb")))
        elif path.suffix == ".zst":
            stream = _zstandard().ZstdDecompressor().stream_reader(raw, read_across_frames=True, closefd=False)
            yield cast("BinaryIO", stack.enter_context(io.BufferedReader(stream)))
        else:
            yield raw


@contextmanager
def writing(path: Path, sink: BinaryIO) -> Iterator[BinaryIO]:
    """A stream that compresses into ``sink`` as the name of ``path`` says. Equal content gives equal bytes."""
    if path.suffix == ".gz":
        with gzip.GzipFile("", "wb", fileobj=sink, mtime=0) as stream:
            yield cast("BinaryIO", stream)
    elif path.suffix == ".zst":
        with _zstandard().ZstdCompressor().stream_writer(sink, closefd=False) as stream:
            yield stream
    else:
        yield sink


def _zstandard() -> Any:
    try:
        import zstandard  # noqa: PLC0415 - an extra
    except ImportError:
        raise ValueError("reading .zst needs the extra: pip install 'corpus-scrubber[zstd]'") from None
    return zstandard
