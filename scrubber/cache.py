"""Files that only save time, kept between runs in the user's cache folder, each whole and with a checksum.

Losing one, or all, costs time and nothing else; a folder that cannot be written to does so in every run.
"""

from __future__ import annotations

import os
import zlib
from contextlib import suppress
from pathlib import Path

_SUM = 4  # bytes of the checksum that a kept file starts with


def folder() -> Path:
    """Where they are: ``SCRUBBER_CACHE_DIR``, or the user's cache folder."""
    base = os.environ.get("SCRUBBER_CACHE_DIR")
    if base:
        return Path(base)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "scrubber"


def read(path: Path) -> bytes | None:
    """What ``write`` wrote; None where there is nothing, or something is damaged."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    return data[_SUM:] if data[:_SUM] == _sum(data[_SUM:]) else None


def write(path: Path, data: bytes) -> None:
    """Keep ``data`` at ``path``, whole or not at all."""
    from tempfile import NamedTemporaryFile  # noqa: PLC0415 - not needed when the cache is warm

    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(_sum(data) + data)
        Path(file.name).replace(path)


def prune(where: Path, pattern: str, most: int) -> None:
    """Of the files in a folder that fit a glob pattern leave the ``most`` that were written last."""
    with suppress(OSError):
        kept = sorted(where.glob(pattern), key=lambda path: path.stat().st_mtime_ns)
        for path in kept[:-most]:
            path.unlink(missing_ok=True)


def _sum(data: bytes) -> bytes:
    """Against damage, not against malice: what is read can build plain values only."""
    return zlib.crc32(data).to_bytes(_SUM, "big")
