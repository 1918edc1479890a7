"""Compiled patterns, kept between runs: compiling those of one document takes longer than scanning it.

``regex`` lets its compiled patterns be pickled with their code, so that loading one takes a thirtieth of compiling it.
What is stored is read by an unpickler that can build patterns and nothing else.
"""

from __future__ import annotations

import io
import pickle
import sys
from collections.abc import Iterable
from functools import cache
from typing import Any

import regex

_stored: dict[str, bytes] = {}
"""Pattern → its pickled form. Only ever saves work: the compiled pattern is the same with and without."""


@cache
def compiled(pattern: str) -> Any:
    """The pattern, compiled once a process; ASCII classes, no other flags."""
    if pattern in _stored:
        found = _PatternUnpickler(io.BytesIO(_stored[pattern])).load()
        if isinstance(found, regex.Pattern) and found.pattern == pattern:
            return found
    return regex.compile(pattern, regex.ASCII)


def version() -> str:
    """What compiled patterns depend on beside the pattern: the versions of ``regex`` and of the interpreter."""
    return f"{regex.__version__} {sys.version}"


def dump(patterns: Iterable[str]) -> bytes:
    """The compiled forms of patterns, for ``recall`` in another process."""
    forms = {pattern: _stored.get(pattern) or pickle.dumps(compiled(pattern)) for pattern in sorted(set(patterns))}
    return pickle.dumps((version(), forms))


def recall(data: bytes) -> None:
    """Use what ``dump`` wrote. Data of another version or of another kind is left alone."""
    try:
        written, forms = _PatternUnpickler(io.BytesIO(data)).load()
    except (pickle.UnpicklingError, EOFError, ValueError, TypeError, AttributeError, IndexError):
        return
    if written == version():
        _stored.update(forms)


class _PatternUnpickler(pickle.Unpickler):
    """Builds compiled patterns out of plain values, and refuses everything else."""

    def find_class(self, module: str, name: str) -> Any:
        """Only the constructor of patterns may be named in stored data."""
        if name == "compile" and module in ("regex._regex", "_regex"):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} has no place among patterns")
