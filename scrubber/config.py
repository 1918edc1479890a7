"""The settings of a folder of texts: ``scrubber.toml``, or ``[tool.scrubber]`` in ``pyproject.toml``.

The file is looked for from the working directory upwards; the first one found is the only one read. Paths and globs in
it are relative to the folder it lies in. It resolves once into one frozen :class:`Config`; an unknown key, a wrong type
or an unknown encoding is an error that names the file and the line.
"""

from __future__ import annotations

import codecs
import os
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from scrubber.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OWN_FILE = "scrubber.toml"
SHARED_FILE = "pyproject.toml"
TEXT_FIELD = "text"  # of a record, where nothing else is named
_MAY_BE_OURS = re.compile(rb"""(?m)^\s*\[?\s*["']?tool["']?\s*(?:\.\s*["']?scrubber\b|\]|=)""")


@dataclass(frozen=True, slots=True)
class Config:
    """What a configuration file says, resolved. Without a file every field has its default.

    ``root`` is the folder of the file (or the working directory), ``encodings`` pairs of glob and codec name, and
    ``formats`` of glob and format, of which the first that matches counts. ``text_field`` is the field of a record that
    holds its text.
    """

    root: Path
    source: Path | None = None
    rules: tuple[Path, ...] = ()
    builtin: bool = True
    disabled: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    encodings: tuple[tuple[str, str], ...] = ()
    review: bool = False
    ledger: Path | None = None
    text_field: str = TEXT_FIELD
    formats: tuple[tuple[str, str], ...] = ()

    def excluded(self, path: Path) -> str | None:
        """The first glob of ``exclude`` that covers ``path``, or None."""
        return self._first(self.exclude, path)

    def encoding(self, path: Path) -> str | None:
        """The codec that the configuration names for ``path``, or None."""
        return dict(self.encodings).get(self._first((glob for glob, _ in self.encodings), path) or "")

    def format(self, path: Path) -> str | None:
        """The format that the configuration names for ``path``, ``text`` for a plain text, or None."""
        return dict(self.formats).get(self._first((glob for glob, _ in self.formats), path) or "")

    def _first(self, globs: Iterable[str], path: Path) -> str | None:
        place = _place(self.root, path)
        return next((glob for glob in globs if _regex(glob).match(place)), None)


def _place(root: Path, path: Path) -> str:
    """The path relative to ``root`` with ``/`` between its parts; outside of it, the absolute path without its root."""
    absolute = os.path.abspath(path)  # noqa: PTH100 - Path.resolve would follow links, which globs do not
    base = os.path.join(os.path.abspath(root), "")  # noqa: PTH100, PTH118 - as above
    return absolute.removeprefix(base).replace(os.sep, "/").lstrip("/")


@lru_cache(maxsize=256)
def _regex(glob: str) -> re.Pattern[str]:
    """A glob as git reads it: without an inner ``/`` it fits at any depth, and a folder covers all that is in it."""
    body = glob.removeprefix("./").rstrip("/")
    anywhere = "/" not in body
    tokens = re.findall(r"\*\*/|\*\*|\*|\?|\[[^\]]+\]|.", body.lstrip("/"), re.DOTALL)
    parts = (_TOKENS.get(token) or (_char_class(token) if len(token) > 2 else re.escape(token)) for token in tokens)
    return re.compile(("(?:.*/)?" if anywhere else "") + "".join(parts) + r"(?:/.*)?\Z", re.DOTALL)


_TOKENS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _char_class(token: str) -> str:
    inner = token[1:-1].replace("\\", "\\\\")
    return f"[^{inner[1:]}]" if inner.startswith("!") else f"[{inner}]"


def find(start: Path) -> Path | None:
    """The configuration file for ``start``: the nearest one in it or in a folder above it."""
    for folder in (start, *start.parents):
        own, shared = folder / OWN_FILE, folder / SHARED_FILE
        shares = shared.is_file() and _shares(shared)
        if own.is_file() and shares:
            raise ConfigError(
                f"{own}:1: {SHARED_FILE} beside it has [tool.scrubber] too\n"
                "  hint: keep one of the two, so that nothing is read from the wrong one"
            )
        if own.is_file():
            return own
        if shares:
            return shared
    return None


def _shares(shared: Path) -> bool:
    """Whether a ``pyproject.toml`` has settings of ours, in whichever way TOML lets them be written."""
    try:
        raw = shared.read_bytes()
    except OSError as error:
        raise ConfigError(f"{shared}:1: cannot be read: {error.strerror}") from error
    if not _MAY_BE_OURS.search(raw):
        return False
    import tomllib  # noqa: PLC0415 - most runs have no configuration and need no parser

    try:
        tool = tomllib.loads(raw.decode("utf-8")).get("tool")
    except ValueError:
        return b"scrubber" in raw  # reading it tells on which line it is wrong
    return isinstance(tool, dict) and "scrubber" in tool


def load(start: Path | None = None, *, file: Path | None = None) -> Config:
    """The configuration for a working directory, or of one named file.

    Raises ConfigError, its message starting with ``path:line:``.
    """
    start = start or Path.cwd()
    source = file or find(start)
    return Config(root=start) if source is None else _read(source)


def _read(source: Path) -> Config:
    import tomllib  # noqa: PLC0415 - most runs have no configuration and need no parser

    try:
        text = source.read_bytes().decode("utf-8")
        content = tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"{source}:1: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{source}:{line}: cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        raise ConfigError(f"{source}:{found.group(1) if found else 1}: is not valid TOML: {error}") from error
    if source.name != SHARED_FILE:
        return _Reader(source, text, "").config(content)
    tool = content.get("tool", {})
    table = tool.get("scrubber", {}) if isinstance(tool, dict) else tool
    if not isinstance(table, dict):
        line = _line_of(text, "tool", "scrubber")
        raise ConfigError(f"{source}:{line}: tool.scrubber must be a table\n  hint: [tool.scrubber], then its keys")
    return _Reader(source, text, "tool.scrubber").config(table)


class _Reader(NamedTuple):
    """Checks the keys of one table and says where a wrong one stands."""

    source: Path
    text: str
    prefix: str

    def config(self, table: Mapping[str, Any]) -> Config:
        config = Config(root=self.source.absolute().parent, source=self.source)
        for key, value in table.items():
            if key not in KEYS:
                self._fail(key, f"unknown key {key!r}", _suggestion(key))
            config = replace(config, **{key: getattr(self, f"_{KEYS[key]}")(key, value)})
        return config

    def _flag(self, key: str, value: object) -> bool:
        return value if isinstance(value, bool) else self._fail(key, f"{key} must be true or false")

    def _strings(self, key: str, value: object) -> tuple[str, ...]:
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        return self._fail(key, f"{key} must be a list of strings", f'for instance {key} = ["{_EXAMPLES[key]}"]')

    def _globs(self, key: str, value: object) -> tuple[str, ...]:
        globs = self._strings(key, value)
        for glob in globs:
            self._check_glob(key, glob)
        return globs

    def _check_glob(self, key: str, glob: str) -> None:
        try:
            _regex(glob)
        except re.error as error:
            self._fail(key, f"{glob!r} is no glob: {error.msg}", "* ? ** and [a-z] have a meaning in globs")

    def _paths(self, key: str, value: object) -> tuple[Path, ...]:
        paths = tuple(self.source.absolute().parent / item for item in self._strings(key, value))
        for path in paths:
            if not path.is_dir():
                self._fail(key, f"there is no folder {path}", f"{key} names folders, relative to {self.source.name}")
        return paths

    def _string(self, key: str, value: object) -> str:
        if isinstance(value, str) and value:
            return value
        return self._fail(key, f"{key} must be a name in quotes", f'for instance {key} = "content"')

    def _path(self, key: str, value: object) -> Path:
        if isinstance(value, str):
            return self.source.absolute().parent / value
        return self._fail(key, f"{key} must be a path in quotes")

    def _named(self, key: str, value: object) -> tuple[tuple[str, str], ...]:
        if not isinstance(value, dict) or not all(isinstance(name, str) for name in value.values()):
            self._fail(key, f"{key} must be a table of globs and {key}", f'"old/*.txt" = "{_EXAMPLES[key]}"')
        for glob in value:
            self._check_glob(glob, glob)
        return tuple(value.items())

    def _codecs(self, key: str, value: object) -> tuple[tuple[str, str], ...]:
        named = self._named(key, value)
        for glob, codec in named:
            try:
                codecs.lookup(codec)
            except LookupError:
                self._fail(
                    glob, f"unknown encoding {codec!r}", "use a Python codec name such as gb18030, big5hkscs, utf-8"
                )
        return named

    def _fail(self, key: str, problem: str, hint: str = "") -> NoReturn:
        line = _line_of(self.text, self.prefix, key)
        raise ConfigError(f"{self.source}:{line}: {problem}" + (f"\n  hint: {hint}" if hint else ""))


def wrong(config: Config, key: str, item: str, problem: str, hint: str) -> ConfigError:
    """What to raise where ``item``, set in the list or table ``key``, turns out wrong after the file was read."""
    assert config.source is not None  # noqa: S101 - without a file nothing is set
    text = config.source.read_bytes().decode("utf-8", "replace")
    line = _line_of(text, "tool.scrubber" if config.source.name == SHARED_FILE else "", key)
    rest = text.split("\n")[line - 1 :]
    quoted = re.compile(rf"""["']{re.escape(item)}["']""")
    line += next((number for number, row in enumerate(rest) if quoted.search(row)), 0)
    return ConfigError(f"{config.source}:{line}: {problem}\n  hint: {hint}")


KEYS = {
    "rules": "paths",
    "builtin": "flag",
    "disabled": "strings",
    "exclude": "globs",
    "encodings": "codecs",
    "review": "flag",
    "ledger": "path",
    "text_field": "string",
    "formats": "named",
}
_EXAMPLES = {
    "rules": "our-rules",
    "disabled": "a-rule-id",
    "exclude": "drafts/**",
    "encodings": "gb18030",
    "formats": "text",
}


def _suggestion(key: str) -> str:
    import difflib  # noqa: PLC0415 - only to word an error

    near = difflib.get_close_matches(key, KEYS, 1, 0.5)
    return f"did you mean {near[0]!r}?" if near else f"the keys are {', '.join(KEYS)}"


def _line_of(text: str, prefix: str, key: str) -> int:
    """The line (from 1) on which ``key`` is set at or below the table ``prefix``; else the table's own; else 1."""
    setting = re.compile(rf"""\s*(?:[\w.-]+\s*\.\s*)?["']?{re.escape(key)}["']?\s*(?:=|\.)""")
    header = re.compile(r"""\s*\[+\s*([^\]]+?)\s*\]+""")
    table, fallback = "", 1
    for number, line in enumerate(text.split("\n"), 1):
        if found := header.match(line):
            table = re.sub(r"""[\s"']""", "", found.group(1))
            inside = not prefix or table == prefix or table.startswith(prefix + ".")
            if inside and table.removeprefix(prefix).strip(".").split(".")[0] == key:
                return number
            fallback = number if table == prefix else fallback
        elif setting.match(line) and (not prefix or (table + ".").startswith(prefix + ".") or not table):
            return number
    return fallback
