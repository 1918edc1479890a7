"""Printing: results to standard output, everything about the run to standard error."""

from __future__ import annotations

import io
import os
import sys
import time
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scrubber.reports import Line

_STYLES = {
    "path": "bold",
    "remove": "bold red",
    "replace": "bold magenta",
    "flag": "bold yellow",
    "rule": "cyan",
    "site": "green",
    "span": "bold white on red",
    "review": "black on yellow",
    "around": "dim",
    "summary": "bold",
    "minus": "red",
    "plus": "green",
    "hunk": "cyan",
    "header": "bold",
}
_LONG = 2.0  # seconds after which a run shows its progress
_TICK = 0.1  # seconds between two updates


class Console:
    """Where a command prints. ``quiet`` leaves errors only; colour and progress need a terminal."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(encoding=stream.encoding if stream.isatty() else "utf-8", errors="backslashreplace")
        self._colour = _wants_colour()
        self._progress = sys.stderr.isatty() and not quiet
        self._started = self._shown = time.monotonic()
        self._drawn = False

    def lines(self, lines: Iterable[Line]) -> None:
        """Print results, unless quiet."""
        if self.quiet:
            return
        self._erase()
        if self._colour:
            _print_coloured(lines)
        else:
            sys.stdout.writelines(f"{plain(line)}\n" for line in lines)

    def note(self, text: str) -> None:
        """Say something about the run, unless quiet."""
        if not self.quiet:
            self._say(text)

    def problem(self, path: object, message: str) -> None:
        """Say what could not be done, in any case."""
        from scrubber.files import shown  # noqa: PLC0415 - only when something went wrong

        self._say(f"{shown(str(path))}: {message}")

    def _say(self, text: str) -> None:
        self._erase()
        print(f"scrubber: {text}", file=sys.stderr)

    def progress(self, done: int, of: int, records: int = 0) -> None:
        """Show how far a long run is, on a terminal."""
        now = time.monotonic()
        if self._progress and now - self._started > _LONG and now - self._shown > _TICK:
            self._shown, self._drawn = now, True
            more = f", {records:,} records" if records else ""
            print(f"\r\x1b[K{done:,} of {of:,} files{more}", end="", file=sys.stderr, flush=True)

    def _erase(self) -> None:
        if self._drawn:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self._drawn = False

    def end(self, status: int) -> typer.Exit:
        """What to raise at the end of a command."""
        self._erase()
        return typer.Exit(status)


def plain(line: Line) -> str:
    """A line without colour."""
    return "".join(part.text if part.plain is None else part.plain for part in line)


def _wants_colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _print_coloured(lines: Iterable[Line]) -> None:
    from rich.console import Console as Terminal  # noqa: PLC0415 - slow to load, and of use on a terminal only
    from rich.text import Text  # noqa: PLC0415 - as above

    terminal = Terminal(file=sys.stdout, highlight=False, soft_wrap=True, emoji=False, markup=False)

    def styled() -> Iterator[Text]:
        for line in lines:
            yield Text.assemble(*((part.text, _STYLES.get(part.role, "")) for part in line))

    for text in styled():
        terminal.print(text)
