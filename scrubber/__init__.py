"""Finds, removes, explains and restores what resellers and scrapers put into Chinese texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrubber.version import __version__

if TYPE_CHECKING:
    from scrubber.api import Scrubber
    from scrubber.model import Edit, Finding, Fragment, Outcome

__all__ = ["Edit", "Finding", "Fragment", "Outcome", "Scrubber", "__version__"]

_HOMES = {
    "Scrubber": "scrubber.api",
    "Outcome": "scrubber.model",
    "Finding": "scrubber.model",
    "Edit": "scrubber.model",
    "Fragment": "scrubber.model",
}


def __getattr__(name: str) -> Any:
    """Load the public names when they are first asked for, so that the command line starts fast."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    return getattr(import_module(_HOMES[name]), name)
