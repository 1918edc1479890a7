"""Rule sets: finding rule files by themselves, reading them strictly, and remembering the result between runs.

What is remembered (see ``rulecache``) counts as long as the rule files' paths, sizes and times are the same: the whole
set when nothing changed, else what was read of each file that did not.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrubber import cache, freshness, patterns, rulecache
from scrubber.errors import RuleError, UnknownRuleError
from scrubber.gate import Gate, PatientGate
from scrubber.healing import BESIDE, RUN, TEARS
from scrubber.index import Index, index
from scrubber.rule import Rule, from_spec
from scrubber.sites import Sites
from scrubber.version import __version__
from scrubber.view import FILLERS
from scrubber.wording import TOKEN

if TYPE_CHECKING:
    from scrubber.vocabulary import Vocabulary

SITES_FOLDER = "sites"
_READERS = (
    *("rulefile.py", "syntax.py", "needs.py", "reach.py", "rule.py", "vocabulary.py", "sites.py", "brands.py"),
    *("ruleset.py", "index.py", "rulecache.py", "core.py", "rarity.py", "tone.py", "data/tone.z"),
)
_OWN_PATTERNS = (BESIDE, FILLERS, RUN, TEARS, TOKEN)
_PATTERN_KEYS = ("pattern", "core", "lead", "named")


class RuleSet:
    """Rules in order of their ids, the known sites, and a digest of both. Can be pickled."""

    def __init__(self, rules: Sequence[Rule], sites: Sites, known: Index | None = None) -> None:
        """Take rules in any order; in order of their ids if their index is ``known``."""
        self.rules = rules if known else tuple(sorted(rules, key=lambda rule: rule.id))
        self.sites = sites
        self._index = known

    @cached_property
    def gate(self) -> Gate:
        """What tells, fast, which lines each rule may match in."""
        return PatientGate(self.rules, cache.folder(), self._index)

    @property
    def anywhere(self) -> int:
        """How many of the rules may match in any line."""
        return len((self._index or index(self.rules)).open)

    @cached_property
    def digest(self) -> str:
        """16 hex digits over what all rules do."""
        from hashlib import sha256  # noqa: PLC0415 - only a ledger needs it

        return sha256("\n".join(f"{rule.id} {rule.digest}" for rule in self.rules).encode()).hexdigest()[:16]

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
        return {"rules": tuple(self.rules), "sites": self.sites, "_index": self._index}


def load(folders: Sequence[Path] = (), builtin: bool = True, disabled: Sequence[str] = ()) -> RuleSet:
    """Load the rules of ``folders``, with those that come with the package unless ``builtin`` is False.

    Raises:
        RuleError: a folder is missing or empty, a file is not valid, or two rules have one id.
        UnknownRuleError: ``disabled`` names a rule that does not exist.
    """
    roots = freshness.rule_roots(folders, builtin)
    for root in roots:
        if not root.is_dir():
            raise RuleError(str(root), 1, "no such rule folder", "rules stand in FOLDER/<family>/<rule-id>.toml")
    state = _state(roots, disabled)
    path = cache.folder() / f"rules-{_name(roots, disabled)}.cache"
    entry = rulecache.recall(path, state)
    for root in roots:
        patterns.recall(cache.read(_kept(root, "patterns")) or b"")
    if entry is None:
        entry = _entry(_read(roots), disabled)
        rulecache.remember(path, state, entry)
    return RuleSet(entry.rules, Sites.from_specs(entry.sites), entry.known)


def _entry(specs: Mapping[str, Any], disabled: Sequence[str]) -> rulecache.Entry:
    known = sorted(spec["id"] for spec in specs["rules"])
    for name in disabled:
        if name not in known:
            raise UnknownRuleError(name, known)
    chosen = sorted((spec for spec in specs["rules"] if spec["id"] not in disabled), key=itemgetter("id"))
    rules = tuple(map(from_spec, chosen))
    return rulecache.Entry(rules, index(rules), specs["sites"])


def rule_files(root: Path) -> list[Path]:
    """The rule files of one folder, sorted: ``<family>/<rule-id>.toml``."""
    return sorted(path for path in root.glob("*/*.toml") if path.parent.name != SITES_FOLDER)


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
    from scrubber import sites, vocabulary  # noqa: PLC0415 - not needed when the cache is warm

    words = vocabulary.Vocabulary()
    rules: dict[str, dict[str, Any]] = {}
    known: list[dict[str, Any]] = []
    for root in roots:
        words = vocabulary.read(root, words)
        found = rule_files(root)
        if not found:
            raise RuleError(str(root), 1, "no rules here", "rules stand in FOLDER/<family>/<rule-id>.toml")
        for spec in _specs(root, found, words):
            if spec["id"] in rules:
                raise RuleError(spec["path"], 1, f"rule `{spec['id']}` exists already: {rules[spec['id']]['path']}")
            rules[spec["id"]] = spec
        known += [sites.read(path) for path in sorted((root / SITES_FOLDER).glob("*.toml"))]
    return {"rules": list(rules.values()), "sites": known}


def _specs(root: Path, files: Sequence[Path], words: Vocabulary) -> list[dict[str, Any]]:
    """The specifications of one folder's rules. Only files that are not as they were when last read are read."""
    from scrubber import rulefile  # noqa: PLC0415 - not needed when the cache is warm

    kept = _kept(root, "specs")
    state = "\n".join([__version__, patterns.version(), *freshness.of_modules(_READERS), repr(words)])
    known = rulecache.recall_specs(kept, state)
    specs = {path: known[path] for path in map(str, files) if path in known}
    try:
        for path in files:
            status = path.stat()
            stamp = status.st_size, status.st_mtime_ns
            if str(path) not in specs or specs[str(path)][0] != stamp:
                specs[str(path)] = stamp, rulefile.read(path, words)
    finally:  # one file that is wrong does not make the others be read again
        if specs != known:
            rulecache.remember_specs(kept, state, specs)
            found = [spec for _, spec in specs.values()]
            rulecache.keep(_kept(root, "patterns"), patterns.dump([*_patterns_in(found), *_OWN_PATTERNS]))
    return [specs[path][1] for path in map(str, files)]


def _kept(root: Path, what: str) -> Path:
    """Where something of one rule folder is kept."""
    return cache.folder() / f"rules-{_name([root], ())}.{what}"


def _name(roots: Sequence[Path], disabled: Sequence[str]) -> str:
    """A name for what is kept of rule folders; two sets of folders with one name take turns."""
    folders = [str(root.absolute()) for root in roots]
    return f"{zlib.crc32(repr((folders, sorted(disabled))).encode('utf-8', 'surrogateescape')):08x}"


def _state(roots: Sequence[Path], disabled: Sequence[str]) -> str:
    """What changes when a rule file, the package or the interpreter does."""
    state = [__version__, patterns.version(), *freshness.of_modules(_READERS), *sorted(disabled)]
    return "\n".join([*state, *freshness.of_rules(roots)])
