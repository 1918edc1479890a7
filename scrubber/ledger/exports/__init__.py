"""The ledger in the words of others: one module a format, found by its name.

A module has ``files(ledger, run)``, which gives the files that the format consists of by name, each as a function that
writes it into a binary file. ``run`` is the id of a run, or None for all. Whoever asks decides where the files go.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, BinaryIO

from scrubber.errors import LedgerError

if TYPE_CHECKING:
    from scrubber.ledger.store import Ledger

Files = Mapping[str, Callable[[BinaryIO], None]]


def names() -> tuple[str, ...]:
    """The formats there are."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def files(name: str, ledger: Ledger, run: str | None = None) -> Files:
    """The files of the format ``name``. Raises LedgerError for an unknown format and for a package that is missing."""
    if name not in names():
        raise LedgerError(f"there is no export format {name!r}\n  hint: formats are {', '.join(names())}")
    module = import_module(f"{__name__}.{name}")
    found: Files = module.files(ledger, None if run is None else ledger.resolve_run(run))
    return found


def needed(module: str, extra: str) -> Any:
    """Import a package that only one format needs. Raises LedgerError that says what to install."""
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise LedgerError(
            f"this export needs the package {package!r}\n  hint: pip install 'corpus-scrubber[{extra}]'"
        ) from error
