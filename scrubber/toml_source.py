"""TOML with positions: the standard library's parser, and the line on which a key stands, for error messages."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from scrubber.errors import RuleError

_DECODE_LINE = re.compile(r"at line (\d+)")


class TomlSource:
    """One TOML file: its values, and errors that name ``path:line``."""

    def __init__(self, path: Path) -> None:
        """Read ``path``.

        Raises:
            RuleError: the file is missing, not UTF-8 or not TOML.
        """
        import tomllib  # noqa: PLC0415 - not needed when the rule cache is warm

        self.path = path
        try:
            self.text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise RuleError(str(path), 1, f"cannot read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise RuleError(str(path), 1, f"not UTF-8 at byte {error.start}", "save the file as UTF-8") from error
        try:
            self.values: dict[str, Any] = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            found = _DECODE_LINE.search(str(error))
            line = int(found[1]) if found else self.text.count("\n") + 1
            hint = "write regular expressions in literal strings: '''…'''"
            raise RuleError(str(path), line, str(error), hint) from error

    def line(self, *keys: str | int) -> int:
        """The line (from 1) of the last of ``keys`` that can be found; integers count tables of an array."""
        at = 0
        for key in keys:
            if isinstance(key, int):
                continue
            nth = next((k for k in keys[keys.index(key) + 1 :][:1] if isinstance(k, int)), 0)
            pattern = re.compile(rf"^\s*(?:\[+[\w.\-]*\b{re.escape(key)}\]+|{re.escape(key)}\s*=)", re.MULTILINE)
            hits = [hit.start() + len(hit[0]) - len(hit[0].lstrip()) for hit in pattern.finditer(self.text, at)]
            if hits:
                at = hits[min(nth, len(hits) - 1)]
        return self.text.count("\n", 0, at) + 1

    def fail(self, problem: str, *keys: str | int, hint: str = "") -> NoReturn:
        """Raise the error for what stands at ``keys``."""
        raise RuleError(str(self.path), self.line(*keys), problem, hint)

    def only(self, table: dict[str, Any], known: tuple[str, ...], *keys: str | int) -> None:
        """Fail on the first key of ``table`` that is not ``known``, with the nearest known one as a hint."""
        for key in table:
            if key not in known:
                near = get_close_matches(key, known, 1)
                hint = f"did you mean `{near[0]}`?" if near else "known keys: " + ", ".join(known)
                self.fail(f"unknown key `{key}`", *keys, key, hint=hint)
