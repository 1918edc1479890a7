"""Which files a command works on, where their cleaned copies go, and what their bytes are.

A named file is always taken. A named folder is walked: every regular file that is not hidden, folders in name order,
links followed, each real file once. What cannot be done becomes a :class:`Problem`, so that the other files still are.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scrubber.errors import ScrubberError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

STDIN = Path("-")
LARGE = 64 << 20
"""Bytes of a text from which it is cleaned in pieces, unless somebody says how to read it."""

_SIGNATURES = tuple(
    bytes.fromhex(start)
    for start in (
        # PNG, GIF, JPEG, RIFF, PDF, ZIP, empty ZIP, gzip, bzip2, Ogg, xz, 7z, RAR, zstd, ELF, Windows program
        *("89504e47", "47494638", "ffd8ff", "52494646", "255044462d", "504b0304", "504b0506", "1f8b08", "425a68"),
        *("4f676753", "fd377a585a", "377abcaf", "526172211a", "28b52ffd", "7f454c46", "4d5a9000"),
        # SQLite, Parquet, old Office, Java class, WebAssembly, MP3, FLAC, web fonts
        *("53514c69746520666f726d6174", "50415231", "d0cf11e0", "cafebabe", "0061736d", "494433", "664c6143"),
        *("774f4646", "774f4632", "00010000"),
    )
)


class SourceFile(NamedTuple):
    """One file to work on. ``root`` is the argument it came from; ``named`` says whether it was named itself."""

    path: Path
    root: Path
    named: bool = True

    @property
    def is_stdin(self) -> bool:
        return self.path == STDIN


class Problem(NamedTuple):
    """A path that could not be done, and why."""

    path: Path
    message: str


class Listing(NamedTuple):
    """The files that arguments stand for, in order, with what was left out."""

    files: tuple[SourceFile, ...]
    problems: tuple[Problem, ...] = ()
    excluded: tuple[tuple[Path, str], ...] = ()


def collect(
    paths: Iterable[Path], excluded: Callable[[Path], str | None] = lambda _: None, *, skip: Path | None = None
) -> Listing:
    """List the files that ``paths`` stand for, each once: where it is named itself, else where it comes first.

    ``excluded`` gives the pattern that leaves a path out; ``skip`` is a folder that is not walked (the output's).
    """
    paths = list(paths)
    walk = _Walk(excluded, os.path.realpath(skip) if skip else None)
    walk.named = {os.path.realpath(path) for path in paths if path.is_file()}
    for path in paths:
        walk.add(path)
    return Listing(tuple(walk.files), tuple(walk.problems), tuple(walk.left_out))


class _Walk:
    """The state of one listing."""

    def __init__(self, excluded: Callable[[Path], str | None], skip: str | None) -> None:
        self.excluded = excluded
        self.skip = skip
        self.files: list[SourceFile] = []
        self.problems: list[Problem] = []
        self.left_out: list[tuple[Path, str]] = []
        self.seen: set[str] = set()
        self.named: set[str] = set()

    def add(self, path: Path) -> None:
        if path == STDIN:
            self._file(path, path, named=True)
            return
        try:
            mode = path.stat().st_mode
        except (OSError, ValueError) as error:
            self.problems.append(Problem(path, explain(error)))
            return
        if stat.S_ISDIR(mode):
            self._folder(path, path, tuple(map(str, Path(os.path.realpath(path)).parents)))
        elif stat.S_ISBLK(mode) or (stat.S_ISCHR(mode) and not path.samefile("/dev/null")):
            self.problems.append(Problem(path, "is a device, not a file"))
        elif not self._left_out(path, named=True):
            self._file(path, path, named=True)

    def _file(self, path: Path, root: Path, *, named: bool) -> None:
        real = os.path.realpath(path)
        if real not in self.seen and (named or real not in self.named):
            self.seen.add(real)
            self.files.append(SourceFile(path, root, named))

    def _left_out(self, path: Path, *, named: bool) -> bool:
        pattern = self.excluded(path)
        if pattern is not None and named:
            self.left_out.append((path, pattern))
        return pattern is not None

    def _folder(self, folder: Path, root: Path, above: tuple[str, ...]) -> None:
        """Walk ``folder``; ``above`` are the real paths of the folders above it, by which a loop is known."""
        real = os.path.realpath(folder)
        if real in above:
            self.problems.append(Problem(folder, "is a link back to a folder above it, and was not followed"))
            return
        if real == self.skip or real in self.seen:
            return
        self.seen.add(real)
        try:
            names = sorted(entry.name for entry in os.scandir(folder))
        except OSError as error:
            self.problems.append(Problem(folder, explain(error)))
            return
        for name in names:
            if not name.startswith("."):
                self._entry(folder / name, root, (*above, real))

    def _entry(self, path: Path, root: Path, above: tuple[str, ...]) -> None:
        if self._left_out(path, named=False):
            return
        try:
            mode = path.stat().st_mode
        except OSError as error:
            self.problems.append(Problem(path, explain(error)))
            return
        if stat.S_ISDIR(mode):
            self._folder(path, root, above)
        elif stat.S_ISREG(mode):
            self._file(path, root, named=False)


def read(file: SourceFile) -> tuple[bytes, os.stat_result | None]:
    """All bytes of the file, with its stat from before they were read; of standard input for ``-``. Raises OSError."""
    if file.is_stdin:
        return sys.stdin.buffer.read(), None
    with file.path.open("rb") as opened:
        status = os.fstat(opened.fileno())
        return opened.read(), status


def is_large(path: Path) -> bool:
    """Whether a file is of such a size that it should not be held as a whole."""
    try:
        return path.stat().st_size >= LARGE
    except OSError:
        return False


def looks_binary(raw: bytes) -> bool:
    """Whether bytes that do not decode are another kind of file (picture, archive, program) and not a damaged text."""
    return raw.startswith(_SIGNATURES) or b"\0" in raw[:8192]


def targets(files: Sequence[SourceFile], out: Path) -> dict[SourceFile, Path]:
    """Where each file's cleaned copy goes below ``out``.

    A relative path stays as it was written. Files named by an absolute path, or by one that leads out of the working
    directory, keep their path below the folder that all of those have in common.

    Raises ScrubberError if two files would go to one place, or if a place is itself one of the files.
    """
    common = _common_folder({file.root for file in files})
    originals = {os.path.realpath(file.path): file.path for file in files}
    places: dict[SourceFile, Path] = {}
    taken: dict[str, Path] = {}
    for file in files:
        target = out / _relative(file.path, common)
        key = os.path.normpath(target)
        if key in taken:
            raise ScrubberError(
                f"{shown(taken[key])} and {shown(file.path)} would both become {shown(target)}\n"
                "  hint: clean them in two runs, with two output folders"
            )
        if os.path.realpath(target) in originals:
            raise ScrubberError(
                f"{shown(target)} is an input, and --out would overwrite it\n"
                "  hint: name another folder, or use --in-place, which records what it removes"
            )
        taken[key] = file.path
        places[file] = target
    return places


def _outside(path: Path) -> bool:
    normal = Path(os.path.normpath(path))
    return normal.is_absolute() or normal.parts[:1] == (os.pardir,)


def _common_folder(roots: Iterable[Path]) -> str:
    folders = [
        os.path.abspath(root if root.is_dir() else root.parent)  # noqa: PTH100 - links keep their names
        for root in roots
        if _outside(root)
    ]
    return os.path.commonpath(folders) if folders else ""


def _relative(path: Path, common: str) -> str:
    if not _outside(path):
        return os.path.normpath(path)
    return os.path.relpath(os.path.abspath(path), common)  # noqa: PTH100 - links keep their names


def explain(error: OSError | ValueError) -> str:
    """What went wrong with a file, in words, without the path."""
    if isinstance(error, OSError) and error.errno in _EXPLAINED:
        return _EXPLAINED[error.errno]
    return (isinstance(error, OSError) and error.strerror) or str(error)


_EXPLAINED = {
    errno.ENOENT: "there is no such file or folder",
    errno.EACCES: "may not be read or written (permission denied)",
    errno.ELOOP: "is a link that leads to itself",
    errno.ENOSPC: "the disk is full; the file was left as it was",
    errno.EDQUOT: "the disk quota is used up; the file was left as it was",
    errno.EROFS: "lies on a read-only disk; it was left as it was",
    errno.EISDIR: "is a folder",
    errno.EFBIG: "the result is larger than the system allows; the file was left as it was",
}


def shown(path: Path | str) -> str:
    """A path for people: bytes of a name that are not UTF-8 appear as ``\\xNN``."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
