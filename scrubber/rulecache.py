"""Rules that were read and checked, kept between runs: reading a hundred TOML files takes longer than scanning.

An entry holds the rules one by one, so that a run builds only those that it comes to need, and their index. It is read
by an unpickler that can build these values and nothing else. An entry that cannot be read is made anew, out of the
specifications of the single files, which are kept too: where one rule is edited, one file is read.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple, overload

from scrubber import cache
from scrubber.index import Index
from scrubber.rule import BlockMatch, ChainMatch, Rule

ENTRIES = 8
"""Entries of one kind that are kept: a few sets of rules in use at a time, not every edit of a rule."""

_MODULES = ("scrubber.rule", "scrubber.index", "scrubber.model")
"""Where the values are defined that an entry may be made of, beside plain ones."""


Specs = dict[str, tuple[tuple[int, int], dict[str, Any]]]
"""By path: the size of a rule file in bytes, its time in nanoseconds, and its specification."""


class StoredRules(Sequence[Rule]):
    """Rules in order of their ids, each built when it is first asked for."""

    def __init__(self, forms: Sequence[bytes]) -> None:
        self._forms = forms
        self._rules: list[Rule | None] = [None] * len(forms)

    def __len__(self) -> int:
        return len(self._forms)

    @overload
    def __getitem__(self, place: int) -> Rule: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Rule]: ...
    def __getitem__(self, place: int | slice) -> Rule | Sequence[Rule]:
        if isinstance(place, slice):
            return tuple(self)[place]
        rule = self._rules[place]
        if rule is None:
            rule = self._rules[place] = _load(self._forms[place])
        return rule


class Entry(NamedTuple):
    """Rules in order of their ids, their index, and the specifications of known sites."""

    rules: Sequence[Rule]
    known: Index
    sites: Sequence[Mapping[str, Any]]


def recall(path: Path, state: str) -> Entry | None:
    """What ``remember`` wrote for this ``state``; None where there is nothing, or nothing of the kind."""
    values = _recall(path, state)
    if len(values) != len(Entry._fields):
        return None
    forms, known, sites = values
    return Entry(StoredRules(forms), known, sites)


def remember(path: Path, state: str, entry: Entry) -> None:
    """Keep rules for ``recall`` in another process, as long as ``state`` is the same."""
    forms = [pickle.dumps(_indexed(rule), pickle.HIGHEST_PROTOCOL) for rule in entry.rules]
    _remember(path, state, forms, entry.known, entry.sites)


def _indexed(rule: Rule) -> Rule:
    """A rule without what nobody asks for but its index."""
    match = rule.match
    if isinstance(match, BlockMatch | ChainMatch):
        match = match._replace(cues=tuple(cue._replace(further=()) for cue in match.cues))
    return rule._replace(further=(), match=match)


def recall_specs(path: Path, state: str) -> Specs:
    """What ``remember_specs`` wrote for this ``state``, or nothing."""
    values = _recall(path, state)
    return values[0] if len(values) == 1 else {}


def remember_specs(path: Path, state: str, specs: Specs) -> None:
    """Keep specifications for ``recall_specs`` in another process, as long as ``state`` is the same."""
    _remember(path, state, specs)


def _recall(path: Path, state: str) -> Sequence[Any]:
    data = cache.read(path)
    if data is None:
        return ()
    try:
        written, *values = _load(data)
    except (pickle.UnpicklingError, EOFError, ValueError, TypeError, AttributeError, IndexError):
        return ()
    return values if written == state else ()


def _remember(path: Path, state: str, *values: Any) -> None:
    keep(path, pickle.dumps((state, *values), pickle.HIGHEST_PROTOCOL))


def keep(path: Path, data: bytes) -> None:
    """Keep something made from rules, and of its kind only what was written last."""
    cache.write(path, data)
    cache.prune(path.parent, f"rules-*{path.suffix}", ENTRIES)


def _load(data: bytes) -> Any:
    return _RuleUnpickler(io.BytesIO(data)).load()


class _RuleUnpickler(pickle.Unpickler):
    """Builds rules out of plain values, and refuses everything else."""

    def find_class(self, module: str, name: str) -> Any:
        """Only what rules are made of may be named in stored data."""
        found = super().find_class(module, name) if module in _MODULES else None
        if isinstance(found, type) and issubclass(found, tuple | Enum):
            return found
        raise pickle.UnpicklingError(f"{module}.{name} has no place among rules")
