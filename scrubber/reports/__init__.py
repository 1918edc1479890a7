"""Reports: one module a format, found by its name. They turn values into lines and print nothing.

A report module has any of these functions, each of which gives lines; a command offers the formats that have what it
needs (``scan`` needs ``outcome``):

* ``outcome(path, outcome)`` and ``totals(totals)``: the findings of one document, and all of them at the end;
* ``cleaned(path, outcome, target)``: what came of one document that was cleaned;
* ``fragments(path, outcome)``: fragments with their sites;
* ``inspection(path, inspection, size)``: how a document is written;
* ``rows(rows)``: any list of records with the same names, such as the ledger's answers.

A line is a tuple of parts, each a text with a role (``span``, ``rule``, ``site``, …), so that whoever prints it decides
about colour.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any, NamedTuple

from scrubber.errors import ScrubberError


class Part(NamedTuple):
    """A piece of a line. ``plain`` stands for ``text`` where there is no colour to show the role by."""

    text: str
    role: str = ""
    plain: str | None = None


Line = tuple[Part, ...]
Report = Callable[..., Iterable[Line]]


def line(*parts: Part | str) -> Line:
    """A line of parts; plain strings have no role."""
    return tuple(Part(part) if isinstance(part, str) else part for part in parts)


def counted(number: int, noun: str) -> str:
    """A number with its noun: ``1 file``, ``2,048 files``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def names(function: str) -> tuple[str, ...]:
    """The formats that offer ``function``, in alphabetic order."""
    found = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(name for name in found if _function(name, function))


def load(name: str, function: str) -> Report:
    """The function of the report ``name``. Raises ScrubberError, naming the formats there are."""
    found = _function(name, function)
    if found is None:
        raise ScrubberError(f"there is no format {name!r} for this\n  hint: formats are {', '.join(names(function))}")
    return found


def _function(name: str, function: str) -> Report | None:
    if not name.isidentifier():
        return None
    try:
        module: Any = import_module(f"{__name__}.{name}")
    except ModuleNotFoundError:
        return None
    found: Report | None = getattr(module, function, None)
    return found
