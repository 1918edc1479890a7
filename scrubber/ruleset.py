"""Rule sets: finding rule files by themselves, reading them strictly, and remembering the result between runs.

Reading a hundred TOML files takes longer than scanning a document, so checked specifications are kept in a cache file
named by a digest of the rule files' paths, sizes and times. A cache entry that cannot be read is made anew.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from scrubber import patterns
from scrubber.errors import RuleError
from scrubber.gate import Gate, PatientGate
from scrubber.rule import Rule, from_spec
from scrubber.sites import Sites
from scrubber.version import __version__

SITES_FOLDER = "sites"
_ENTRIES = 8
"""Cache entries that are kept: a few sets of rules in use at a time, not every edit of a rule."""
_PATTERN_KEYS = ("pattern", "lead", "named")


def builtin_folder() -> Path:
    """The rules that come with the package: inside the wheel, or at the top of a checkout."""
    package = Path(__file__).parent
    inside = package / "builtin_rules"
    return inside if inside.is_dir() else package.parent / "rules"


class RuleSet:
    """Rules in order of their ids, the known sites, and a digest of both. Can be pickled."""

    def __init__(self, rules: Iterable[Rule], sites: Sites) -> None:
        self.rules = tuple(sorted(rules, key=lambda rule: rule.id))
        self.sites = sites

    @cached_property
    def gate(self) -> Gate:
        """What tells, fast, which lines each rule may match in."""
        return PatientGate(self.rules, _cache_folder())

    @cached_property
    def digest(self) -> str:
        """16 hex digits over what all rules do."""
        return hashlib.sha256("\n".join(f"{rule.id} {rule.digest}" for rule in self.rules).encode()).hexdigest()[:16]

    def __getitem__(self, rule_id: str) -> Rule:
        """The rule of that id.

        Raises:
            KeyError: there is none.
        """
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)

    def __getstate__(self) -> dict[str, Any]:
        return {"rules": self.rules, "sites": self.sites}


def load(folders: Sequence[Path] = (), builtin: bool = True, disabled: Sequence[str] = ()) -> RuleSet:
    """Load the rules of ``folders``, with those that come with the package unless ``builtin`` is False.

    Raises:
        RuleError: a folder is missing or empty, a file is not valid, two rules have one id, or ``disabled`` names a
            rule that does not exist.
    """
    roots = [*([builtin_folder()] if builtin else []), *folders]
    for root in roots:
        if not root.is_dir():
            raise RuleError(str(root), 1, "no such rule folder", "rules stand in FOLDER/<family>/<rule-id>.toml")
    specs = _specs(roots)
    known = {spec["id"] for spec in specs["rules"]}
    for name in disabled:
        if name not in known:
            raise RuleError(str(roots[0]) if roots else "-", 1, f"no rule `{name}` to disable", "scrubber rules list")
    rules = [from_spec(spec) for spec in specs["rules"] if spec["id"] not in disabled]
    return RuleSet(rules, Sites.from_specs(specs["sites"]))


def rule_files(root: Path) -> list[Path]:
    """The rule files of one folder, sorted: ``<family>/<rule-id>.toml``."""
    return sorted(path for path in root.glob("*/*.toml") if path.parent.name != SITES_FOLDER)


def _all_files(root: Path) -> Iterator[Path]:
    yield from sorted(path for path in (*root.glob("*.toml"), *root.glob("*/*.toml")))


def _specs(roots: Sequence[Path]) -> dict[str, Any]:
    path = _cache_folder() / f"rules-{_fingerprint(roots)}.json"
    compiled = path.with_suffix(".patterns")
    with suppress(OSError, ValueError):
        cached = _unpacked(json.loads(path.read_bytes()))
        patterns.recall(compiled.read_bytes())
        return cached
    specs = _read(roots)
    _remember(path, json.dumps(_packed(specs), ensure_ascii=False).encode())
    _remember(compiled, patterns.dump(_patterns_in(specs["rules"])))
    return specs


def _packed(specs: dict[str, Any]) -> dict[str, Any]:
    """Specifications with each pattern that looks for names, which many rules share, written once."""
    shared = sorted({spec["named"] for spec in specs["rules"] if spec["named"]})
    place = {pattern: number for number, pattern in enumerate(shared)}
    rules = [{**spec, "named": place.get(spec["named"])} for spec in specs["rules"]]
    return {**specs, "rules": rules, "named": shared}


def _unpacked(packed: dict[str, Any]) -> dict[str, Any]:
    """What ``_packed`` was given."""
    shared = packed.pop("named")
    for spec in packed["rules"]:
        if spec["named"] is not None:
            spec["named"] = shared[spec["named"]]
    return packed


def _patterns_in(value: Any) -> Iterator[str]:
    """Every pattern that stands anywhere in specifications."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in _PATTERN_KEYS and isinstance(inner, str):
                yield inner
            else:
                yield from _patterns_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _patterns_in(inner)


def _read(roots: Sequence[Path]) -> dict[str, Any]:
    from scrubber import rulefile, sites, vocabulary  # noqa: PLC0415 - not needed when the cache is warm

    words = vocabulary.Vocabulary()
    rules: dict[str, dict[str, Any]] = {}
    known: list[dict[str, Any]] = []
    for root in roots:
        words = vocabulary.read(root, words)
        found = rule_files(root)
        if not found:
            raise RuleError(str(root), 1, "no rules here", "rules stand in FOLDER/<family>/<rule-id>.toml")
        for path in found:
            spec = rulefile.read(path, words)
            if spec["id"] in rules:
                raise RuleError(str(path), 1, f"rule `{spec['id']}` exists already: {rules[spec['id']]['path']}")
            rules[spec["id"]] = spec
        known += [sites.read(path) for path in sorted((root / SITES_FOLDER).glob("*.toml"))]
    return {"rules": list(rules.values()), "sites": known}


def _fingerprint(roots: Sequence[Path]) -> str:
    """A digest that changes when a rule file, the package or the interpreter does."""
    state: list[str] = [__version__, patterns.version(), str(_newest(Path(__file__).parent))]
    for root in roots:
        for path in _all_files(root):
            status = path.stat()
            state.append(f"{path.resolve()} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(state).encode("utf-8", "surrogateescape")).hexdigest()[:24]


def _newest(package: Path) -> int:
    """When the code that reads rules last changed, in nanoseconds."""
    names = ("rulefile.py", "syntax.py", "needs.py", "reach.py", "rule.py", "vocabulary.py", "sites.py", "ruleset.py")
    return max((package / name).stat().st_mtime_ns for name in names if (package / name).exists())


def _cache_folder() -> Path:
    base = os.environ.get("SCRUBBER_CACHE_DIR")
    if base:
        return Path(base)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "scrubber"


def _remember(path: Path, data: bytes) -> None:
    """Write the cache entry whole or not at all; a folder that cannot be written to only costs time."""
    from tempfile import NamedTemporaryFile  # noqa: PLC0415 - not needed when the cache is warm

    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(data)
        Path(file.name).replace(path)
        entries = sorted(path.parent.glob(f"rules-*{path.suffix}"), key=lambda entry: entry.stat().st_mtime_ns)
        for entry in entries[:-_ENTRIES]:
            entry.unlink(missing_ok=True)
