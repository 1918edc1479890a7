"""Errors that teach: what went wrong, where, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class ScrubberError(Exception):
    """Base of every error that the scrubber raises on purpose."""


class RuleError(ScrubberError):
    """A rule file is not valid. The message starts with ``path:line:`` and ends with a hint."""

    def __init__(self, path: str, line: int, problem: str, hint: str = "") -> None:
        self.path = path
        self.line = line
        self.problem = problem
        self.hint = hint
        super().__init__(f"{path}:{line}: {problem}" + (f"\n  hint: {hint}" if hint else ""))

    def __reduce__(self) -> tuple[type[RuleError], tuple[str, int, str, str]]:
        """Make it travel between processes."""
        return (type(self), (self.path, self.line, self.problem, self.hint))


class UnknownRuleError(ScrubberError):
    """A rule is named that does not exist; ``known`` are the ids that do."""

    def __init__(self, rule: str, known: Sequence[str]) -> None:
        self.rule = rule
        self.known = known
        super().__init__(rule, known)

    @property
    def problem(self) -> str:
        """What is wrong, in one line."""
        return f"there is no rule {self.rule!r}"

    @property
    def hint(self) -> str:
        """The ids that are most like the one that was named, or where to find them."""
        import difflib  # noqa: PLC0415 - only to word an error

        near = difflib.get_close_matches(self.rule, self.known, 3, 0.4)
        return f"did you mean {', '.join(near)}?" if near else "`scrubber rules list` names them all"

    def __str__(self) -> str:
        return f"{self.problem}\n  hint: {self.hint}"


class ConfigError(ScrubberError):
    """A configuration file is not valid."""


class UndecodableError(ScrubberError):
    """A document cannot be read as text. The message says at which byte and why."""


class IntegrityError(ScrubberError):
    """The tool's own check of a result failed; nothing was written."""


class LedgerError(ScrubberError):
    """A ledger cannot be used for what was asked."""
