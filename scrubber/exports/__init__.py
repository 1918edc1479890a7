"""Exports of a ledger: one module a format, found by its name.

A module has ``write(ledger, file)``, which writes the whole ledger to a binary file.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO

from scrubber.errors import ScrubberError

if TYPE_CHECKING:
    from scrubber.ledger import Ledger

Export = Callable[["Ledger", BinaryIO], None]


def names() -> tuple[str, ...]:
    """The formats there are, in alphabetic order."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def load(name: str) -> Export:
    """The function that writes the format ``name``. Raises ScrubberError, naming the formats there are."""
    if name not in names():
        raise ScrubberError(f"there is no export {name!r}\n  hint: exports are {', '.join(names())}")
    found: Export = import_module(f"{__name__}.{name}").write
    return found
