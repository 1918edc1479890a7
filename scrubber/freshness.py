"""What tells that something kept between runs is out of date: sizes and times of the files that it was made from.

Nothing here reads a file's content, so that a run that finds everything fresh starts at once.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

_PACKAGE = Path(__file__).parent


def builtin_folder() -> Path:
    """The rules that come with the package: inside the wheel, or at the top of a checkout."""
    inside = _PACKAGE / "builtin_rules"
    return inside if inside.is_dir() else _PACKAGE.parent / "rules"


def rule_roots(folders: Sequence[Path], builtin: bool) -> list[Path]:
    """All folders of rules in order: those that come with the package first."""
    return [*([builtin_folder()] if builtin else []), *folders]


def of_rules(roots: Iterable[Path]) -> list[str]:
    """Path, size in bytes and time in nanoseconds of every file of rule folders. Raises OSError."""
    state: list[str] = []
    for root in roots:
        state.append(str(root.absolute()))
        state += sorted(_files(str(root), ".toml", 1))
    return state


def of_modules(names: Iterable[str]) -> list[str]:
    """When modules of this package last changed, in nanoseconds."""
    return [str((_PACKAGE / name).stat().st_mtime_ns) for name in names]


def of_package() -> list[str]:
    """Path, size and time of every module and table of this package."""
    return sorted(state for ending in (".py", ".txt", ".bin", ".z") for state in _files(str(_PACKAGE), ending, 2))


def _files(folder: str, ending: str, depth: int) -> Iterator[str]:
    """``os.scandir`` does in a millisecond what ``Path.glob`` does in ten."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(ending):
                status = entry.stat()
                yield f"{entry.path} {status.st_size} {status.st_mtime_ns}"
            elif depth and entry.is_dir():
                yield from _files(entry.path, ending, depth - 1)
