"""Words that rules share: named sub-patterns (``{{brand}}``) and named lists of cues, from ``vocabulary.toml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scrubber.toml_source import TomlSource

FILE_NAME = "vocabulary.toml"
_REFERENCE = re.compile(r"\{\{([a-z][a-z0-9_]*)\}\}")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Named sub-patterns, already expanded, and named lists of cues."""

    words: Mapping[str, str] = field(default_factory=dict)
    cues: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)

    def expand(self, pattern: str) -> str:
        """Replace every ``{{name}}`` by the pattern of that name, as a group of its own.

        Raises:
            KeyError: no such name; the argument is the name.
        """
        return _REFERENCE.sub(lambda found: f"(?:{self.words[found[1]]})", pattern)

    def extended(self, source: TomlSource) -> Vocabulary:
        """This vocabulary with the words and cues of one more file.

        Raises:
            RuleError: unknown keys, a name that is taken, or a reference to a name that is not defined further up.
        """
        source.only(source.values, ("words", "cues"))
        grown = Vocabulary(dict(self.words), dict(self.cues))
        words, cues = dict(self.words), dict(self.cues)
        for name, pattern in source.values.get("words", {}).items():
            if name in words:
                source.fail(f"word `{name}` is defined already", "words", name)
            try:
                words[name] = grown.expand(pattern)
            except KeyError as error:
                source.fail(f"word {error} is not defined above `{name}`", "words", name)
            grown = Vocabulary(words, cues)
        for name, listed in source.values.get("cues", {}).items():
            if name in cues:
                source.fail(f"cues `{name}` are defined already", "cues", name)
            cues[name] = tuple(listed)
        return Vocabulary(words, cues)


def read(folder: Path, base: Vocabulary) -> Vocabulary:
    """``base`` extended by the vocabulary of a rule folder, if it has one."""
    path = folder / FILE_NAME
    return base.extended(TomlSource(path)) if path.is_file() else base
