"""Files are replaced whole: at any moment a reader, or a kill, finds the old bytes or the new ones, never a mix.

The new bytes go to a temporary file in the target's own folder, reach the disk (fsync), and take the target's name in
one rename; then the folder reaches the disk. Mode and, where the system allows it, owner are kept. A symbolic link
stays a link: the file it points to is replaced. A hard link is parted from its other names, as by every rename.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from scrubber.errors import ScrubberError

if TYPE_CHECKING:
    from collections.abc import Iterator

AnyPath = str | bytes | os.PathLike[str] | os.PathLike[bytes]

PREFIX = ".scrubber-"
_NO_FOLDER_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EPERM, errno.EBADF}
_ADVICE = {
    errno.ENOSPC: "the disk is full; the file was left as it was. Free some space and run again",
    errno.EDQUOT: "the disk quota is used up; the file was left as it was. Free some space and run again",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "permission denied: the folder must be writable, since the file is replaced by a rename",
    errno.EPERM: "the system does not permit replacing it",
    errno.ENOENT: "its folder does not exist",
    errno.ENOTDIR: "a part of the path is not a folder",
    errno.ELOOP: "the path is a loop of symbolic links",
    errno.ENAMETOOLONG: "the file name is too long",
}


class WriteError(ScrubberError):
    """A file could not be written; it is as it was before. The message names the file and says why."""


def write(path: AnyPath, data: bytes, *, read_as: os.stat_result | None = None) -> None:
    """Replace the file ``path`` by ``data``, or create it. Raises WriteError; see ``replacing`` for ``read_as``."""
    with replacing(path, read_as=read_as) as file:
        file.write(data)


@contextmanager
def replacing(path: AnyPath, *, read_as: os.stat_result | None = None) -> Iterator[BinaryIO]:
    """A binary file to write; once the block ends without an exception its content replaces ``path`` in one step.

    ``read_as`` is the file's stat when its content was read: when the file has changed since, it is left alone. Any
    exception in the block leaves ``path`` as it was and removes the temporary file. Raises WriteError.
    """
    target = _target(path)
    before = _existing(target, path)
    folder = os.path.dirname(target)  # noqa: PTH120  bytes paths, for names that are not UTF-8
    temporary = os.path.join(folder, f"{PREFIX}{os.urandom(8).hex()}.tmp".encode())  # noqa: PTH118
    try:
        with open(temporary, "xb") as file:  # noqa: PTH123  bytes path
            _keep_owner_and_mode(file.fileno(), before)
            yield file
            file.flush()
            os.fsync(file.fileno())
        _refuse_if_changed(target, path, read_as)
        os.replace(temporary, target)  # noqa: PTH105  bytes path
        _sync_folder(folder)
    except OSError as error:
        # An OSError of the caller's own reading inside the block names another file, and is not ours to explain.
        if error.filename in (None, temporary, target, folder):
            raise _explain(path, error) from error
        raise
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108  bytes path; it is gone already when the rename took place


def shown(path: AnyPath) -> str:
    """``path`` as it can be printed: bytes that are not UTF-8 appear as escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _target(path: AnyPath) -> bytes:
    """The file that a chain of symbolic links ends at."""
    target = os.path.realpath(os.fsencode(path))
    if os.path.islink(target):  # noqa: PTH114  realpath stops inside a loop
        raise WriteError(f"{shown(path)}: cannot be written: {_ADVICE[errno.ELOOP]}")
    return target


def _existing(target: bytes, path: AnyPath) -> os.stat_result | None:
    """The stat of the file that is to be replaced, None when there is none yet."""
    try:
        before = os.stat(target)  # noqa: PTH116  bytes path
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _explain(path, error) from error
    if not stat.S_ISREG(before.st_mode):
        raise WriteError(f"{shown(path)}: cannot be written: it is not a regular file")
    # A rename would replace it all the same, and a superuser is allowed everything; the owner's wish counts.
    if not before.st_mode & 0o222 or not os.access(target, os.W_OK):
        raise WriteError(f"{shown(path)}: cannot be written: the file is read-only (chmod u+w allows it)")
    return before


def _keep_owner_and_mode(descriptor: int, before: os.stat_result | None) -> None:
    if before is None:
        return
    with contextlib.suppress(PermissionError):
        os.fchown(descriptor, before.st_uid, before.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(before.st_mode))


def _refuse_if_changed(target: bytes, path: AnyPath, read_as: os.stat_result | None) -> None:
    if read_as is None:
        return
    now = os.stat(target)  # noqa: PTH116  bytes path
    if _version(now) != _version(read_as):
        raise WriteError(f"{shown(path)}: changed by another program since it was read; it was left as it is now")


def _version(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _sync_folder(folder: bytes) -> None:
    """Make the rename itself durable, on the systems where a folder can be synced."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise


def _explain(path: AnyPath, error: OSError) -> WriteError:
    why = _ADVICE.get(error.errno or 0) or error.strerror or str(error)
    return WriteError(f"{shown(path)}: cannot be written: {why}")
