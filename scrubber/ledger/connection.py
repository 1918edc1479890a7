"""Opening a ledger file: what is checked before anything is written, and how writers wait for each other."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from scrubber.errors import LedgerError
from scrubber.ledger import schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scrubber.ledger.keys import AnyPath

_HEADER = b"SQLite format 3\0"
_PAUSE = 0.05  # seconds between two tries for a lock that SQLite itself does not wait for
_CACHE_KIB = 64 * 1024


def connect(path: AnyPath, *, create: bool, readonly: bool, wait: float) -> sqlite3.Connection:
    """Open the ledger ``path``, checked and of the newest version. ``wait``: seconds to wait for other processes.

    Raises LedgerError, and then the file is as it was.
    """
    name = os.fsdecode(path)
    _check_file(name, create=create and not readonly)
    with explained(name):
        try:
            return _connect(name, "rwc" if create and not readonly else "rw", readonly=readonly, wait=wait)
        except sqlite3.OperationalError:
            # SQLite shares a lock file with other readers; where it cannot make one, nobody can be writing either.
            if not readonly or os.access(Path(name).absolute().parent, os.W_OK) or Path(name + "-wal").exists():
                raise
        return _connect(name, "ro&immutable=1", readonly=True, wait=wait)


def _connect(name: str, mode: str, *, readonly: bool, wait: float) -> sqlite3.Connection:
    connection = sqlite3.connect(uri(name, mode), uri=True, timeout=wait, isolation_level=None)
    try:
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        _prepare(connection, name, readonly=readonly, wait=wait)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Turn what SQLite reports about the file ``name`` into a LedgerError that says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        raise LedgerError(f"{printable(name)}: {_ADVICE.get(code, str(error))}") from error


@contextmanager
def transaction(
    connection: sqlite3.Connection, wait: float, on_failure: Callable[[], None] = lambda: None
) -> Iterator[None]:
    """All or nothing: one write transaction, taken at the start so that it cannot lose a race half way."""
    _patiently(connection, "BEGIN IMMEDIATE", wait)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        on_failure()
        raise


_WORTH_WAITING = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_ADVICE = {
    sqlite3.SQLITE_BUSY: "the ledger is in use by another process, which did not let go of it in time; nothing was "
    "changed. Try again once that has finished",
    sqlite3.SQLITE_LOCKED: "the ledger is in use by another process; nothing was changed. Try again later",
    sqlite3.SQLITE_NOTADB: "not a ledger: it is not an SQLite file",
    sqlite3.SQLITE_CORRUPT: "the ledger is truncated or damaged; it was left as it is. `sqlite3 LEDGER .recover` saves "
    "what is readable",
    sqlite3.SQLITE_PROTOCOL: "the ledger is in use by too many processes at once; nothing was changed. Try again later",
    sqlite3.SQLITE_IOERR: "the disk reported an error; nothing of this was recorded",
    sqlite3.SQLITE_FULL: "the disk is full; the ledger keeps what it had. Free some space and run again",
    sqlite3.SQLITE_READONLY: "the ledger is read-only",
    sqlite3.SQLITE_CANTOPEN: "the ledger cannot be opened; its folder must exist, and be writable to write",
}


def _check_file(name: str, *, create: bool) -> None:
    shown = printable(name)
    path = Path(name)
    if not path.exists():
        if create:
            return
        raise LedgerError(f"{shown}: there is no such ledger")
    if not path.is_file():
        raise LedgerError(f"{shown}: not a ledger: it is not a regular file")
    try:
        with path.open("rb") as file:
            head = file.read(len(_HEADER))
    except OSError as error:
        raise LedgerError(f"{shown}: the ledger cannot be read: {error.strerror}") from error
    if head == b"" and create:
        return  # a process that is just creating it has not written yet
    if head != _HEADER:
        raise LedgerError(
            f"{shown}: not a ledger: " + ("the file is empty" if head == b"" else "it is not an SQLite file")
        )


def _prepare(connection: sqlite3.Connection, name: str, *, readonly: bool, wait: float) -> None:
    version = _version(connection, name)
    _check_complete(connection, name)
    if version < schema.VERSION:
        if readonly:
            raise LedgerError(
                f"{printable(name)}: the ledger is of version {version}, this program reads version "
                f"{schema.VERSION}; open it once for writing to bring it up to date"
            )
        _patiently(connection, "PRAGMA journal_mode = WAL", wait)
        with transaction(connection, wait):
            _migrate(connection, _version(connection, name))
    if readonly:
        connection.execute("PRAGMA query_only = ON")
    else:
        # FULL outlives a power cut, not only a killed process: the ledger must be on disk before the file that it
        # describes is overwritten.
        connection.execute("PRAGMA synchronous = FULL")


def _version(connection: sqlite3.Connection, name: str) -> int:
    """The version of the ledger's tables, 0 for a new file. Raises LedgerError for what is not a ledger we know."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != schema.APPLICATION_ID and (tables or application or version):
        raise LedgerError(f"{printable(name)}: not a ledger: it is an SQLite file of another program")
    if version > schema.VERSION:
        raise LedgerError(
            f"{printable(name)}: the ledger is of version {version}, this program knows up to {schema.VERSION}; "
            "it was left as it is. Use the newer release of scrubber that wrote it"
        )
    return int(version)


def _check_complete(connection: sqlite3.Connection, name: str) -> None:
    """Notice a ledger that was cut off, before a query happens to touch the missing part."""
    connection.execute("BEGIN")
    try:
        (pages,) = connection.execute("SELECT page_count FROM pragma_page_count").fetchone()
        (page_size,) = connection.execute("SELECT page_size FROM pragma_page_size").fetchone()
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        log = Path(name + "-wal")
        pending = log.exists() and log.stat().st_size > 0  # pages may still be there
        if not pending and Path(name).stat().st_size < pages * page_size:
            raise LedgerError(f"{printable(name)}: {_ADVICE[sqlite3.SQLITE_CORRUPT]}")
    finally:
        connection.execute("COMMIT")


def _migrate(connection: sqlite3.Connection, version: int) -> None:
    for step in schema.STEPS[version:]:
        for statement in step.split(";"):
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {schema.VERSION}")


def _patiently(connection: sqlite3.Connection, statement: str, wait: float) -> None:
    """Run a statement that needs a lock; SQLite itself waits for most locks, and refuses some at once."""
    deadline = time.monotonic() + wait
    while True:
        try:
            connection.execute(statement)
        except sqlite3.OperationalError as error:
            if (error.sqlite_errorcode & 0xFF) not in _WORTH_WAITING or time.monotonic() >= deadline:
                raise
            time.sleep(_PAUSE)
        else:
            return


def uri(name: str, mode: str) -> str:
    """The file ``name`` as SQLite opens it in a mode: ro, rw or rwc, with what else belongs to the query."""
    return Path(name).absolute().as_uri() + f"?mode={mode}"


def printable(name: str) -> str:
    """The path ``name`` with what is not UTF-8 as escapes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
