"""Compiled Hyperscan databases: made, kept on disk between runs, and scanned. Nobody else imports ``hyperscan``.

A database on disk is named by a digest of its expressions, of Hyperscan's version and of the CPU, begins with a
checksum, and is written whole or not at all; so processes can share the folder, and a damaged entry is made anew.
"""

from __future__ import annotations

import hashlib
import platform
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import hyperscan

from scrubber.signs import Hit

LARGEST = 1 << 31
"""Bytes that can be scanned at once."""

_CHECKSUM = 32

_MANY = 12_000
"""Expressions whose compiling takes so much memory that another process does it: one that takes it gives none back."""


class Database:
    """A set of expressions, numbered from 0, to be found in bytes. Threads can share it."""

    def __init__(self, expressions: Sequence[bytes], *, folder: Path | None = None, once: bool = False) -> None:
        """Compile ``expressions``, or load them from ``folder``.

        Args:
            expressions: patterns in Hyperscan's syntax for bytes.
            folder: where compiled databases are kept; None to keep none.
            once: whether the first match of each expression is enough.

        Raises:
            ValueError: Hyperscan does not take an expression, as when it is too large.
        """
        self._scratch = threading.local()
        flags = hyperscan.HS_FLAG_SINGLEMATCH if once else 0
        path = folder / f"hyperscan-{_digest(expressions, flags)}.db" if folder else None
        found = _load(path)
        if found is None and path and len(expressions) > _MANY:
            _compile_elsewhere(path, expressions, flags)
            found = _load(path)
        self._database = found or _compiled(expressions, flags)
        if path and not path.exists():
            _keep(path, hyperscan.dumpb(self._database))

    def scan(self, data: bytes) -> list[Hit]:
        """Every match in ``data``, in order of where it ends."""
        hits: list[Hit] = []
        note = hits.append

        def handler(number: int, start: int, end: int, flags: int, context: object) -> None:  # noqa: ARG001
            note((number, end))

        self._database.scan(data, match_event_handler=handler, scratch=self._own_scratch())
        return hits

    def scan_few(self, data: bytes, most: int, seldom: int) -> list[Hit] | None:
        """The same; None as soon as there are more matches than ``most`` and one for each ``seldom`` bytes."""
        hits: list[Hit] = []
        note = hits.append

        def handler(number: int, start: int, end: int, flags: int, context: object) -> bool:  # noqa: ARG001
            note((number, end))
            return len(hits) > most + end // seldom

        try:
            self._database.scan(data, match_event_handler=handler, scratch=self._own_scratch())
        except hyperscan.ScanTerminated:
            return None
        return hits

    def has_match(self, data: bytes) -> bool:
        """Whether any expression matches in ``data``."""
        return self.scan_few(data, 0, LARGEST) is None

    def _own_scratch(self) -> Any:
        try:
            return self._scratch.space
        except AttributeError:
            self._scratch.space = hyperscan.Scratch(self._database)
            return self._scratch.space


def _compiled(expressions: Sequence[bytes], flags: int) -> Any:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    size = len(expressions)
    try:
        database.compile(expressions=list(expressions), ids=list(range(size)), elements=size, flags=flags)
    except hyperscan.error as error:
        raise ValueError(str(error)) from error
    return database


def _compile_elsewhere(path: Path, expressions: Sequence[bytes], flags: int) -> None:
    """Let another process compile and keep a database. Where that cannot be, nothing is kept."""
    import subprocess  # noqa: PLC0415 - once for a set of rules
    import sys  # noqa: PLC0415 - as above

    with suppress(OSError):
        command = [sys.executable, "-m", __name__, str(path), str(flags)]
        subprocess.run(command, input=b"\n".join(expressions), capture_output=True, check=False)  # noqa: S603 - itself


def _digest(expressions: Sequence[bytes], flags: int) -> str:
    version = hyperscan.__version__  # type: ignore[attr-defined]
    digest = hashlib.sha256(f"{version} {flags} {_processor()}".encode())
    for expression in expressions:
        digest.update(len(expression).to_bytes(4, "little") + expression)
    return digest.hexdigest()[:32]


def _processor() -> str:
    """What the compiled code may depend on: the kind of CPU and, where the system tells, its features."""
    features = ""
    with suppress(OSError), Path("/proc/cpuinfo").open(encoding="ascii", errors="replace") as info:
        features = next((line for line in info if line.startswith(("flags", "Features"))), "")
    return f"{platform.system()} {platform.machine()} {platform.processor()} {features}"


def _load(path: Path | None) -> Any:
    """The database that is kept at ``path``; None if there is none or it is damaged."""
    with suppress(OSError, hyperscan.error):
        kept = path.read_bytes() if path else b""
        body = kept[_CHECKSUM:]
        if body and hashlib.sha256(body).digest() == kept[:_CHECKSUM]:
            return hyperscan.loadb(body, hyperscan.HS_MODE_BLOCK)
    if path:
        with suppress(OSError):
            path.unlink(missing_ok=True)
    return None


def _keep(path: Path, body: bytes) -> None:
    """Write a cache entry whole or not at all; a folder that cannot be written to only costs time."""
    from tempfile import NamedTemporaryFile  # noqa: PLC0415 - not needed when the cache is warm

    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("wb", dir=path.parent, delete=False) as file:
            file.write(hashlib.sha256(body).digest() + body)
        Path(file.name).replace(path)


def _main() -> None:
    import sys  # noqa: PLC0415 - as above

    path, flags = sys.argv[1:]
    _keep(Path(path), hyperscan.dumpb(_compiled(sys.stdin.buffer.read().split(b"\n"), int(flags))))


if __name__ == "__main__":
    _main()
