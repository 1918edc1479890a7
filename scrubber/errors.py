"""Errors that teach: what went wrong, where, and what to do about it."""

from __future__ import annotations


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


class ConfigError(ScrubberError):
    """A configuration file is not valid."""


class UndecodableError(ScrubberError):
    """A document cannot be read as text. The message says at which byte and why."""


class IntegrityError(ScrubberError):
    """The tool's own check of a result failed; nothing was written."""


class LedgerError(ScrubberError):
    """A ledger cannot be used for what was asked."""
