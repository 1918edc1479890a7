"""The command ``scrubber``: its subcommands are modules beside this one, imported when they are asked for.

A scan starts in a fraction of a second because of that; ``tests/test_cli_startup.py`` watches it.
"""

import errno
import os
import sys
from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from scrubber.errors import ScrubberError

COMMANDS = ("scan", "clean", "restore", "trace", "inspect", "rules", "ledger", "hook")
FAILED = 2


class _Commands(MutableMapping[str, Any]):
    """The commands by name; each is imported on first use."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = dict.fromkeys(COMMANDS)

    def __getitem__(self, name: str) -> Any:
        if name in COMMANDS and self._known[name] is None:
            command = get_command(import_module(f"scrubber.cli.{name}").app)
            command.name = name
            self._known[name] = command
        return self._known[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._known[name] = command

    def __delitem__(self, name: str) -> None:
        del self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


class _Group(TyperGroup):
    """A group that imports its commands late, and turns errors that teach into a message and status 2."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = _Commands()

    def list_commands(self, ctx: Any) -> list[str]:
        """The names in the order in which they are shown."""
        del ctx
        return list(self.commands)

    def invoke(self, ctx: Any) -> Any:
        """Run the command named on the command line."""
        try:
            return super().invoke(ctx)
        except ScrubberError as error:
            _complain(str(error))
        raise typer.Exit(FAILED)

    def main(self, *args: Any, **settings: Any) -> Any:
        """Run the command line, its help included, and say so where the output cannot be written."""
        try:
            try:
                return super().main(*args, **settings)
            finally:
                sys.stdout.flush()
        except OSError as error:
            gone = error.errno == errno.EPIPE  # the reader has seen enough, as in `scrubber scan … | head`
            if not gone:
                _complain(f"cannot go on: {error.filename or 'standard output'}: {error.strerror}")
            if error.filename is None:
                _drop_output()
            sys.exit(1 if gone else FAILED)


def _drop_output() -> None:
    """Let go what waits to be written: the interpreter would try again when it ends, and complain in its own words."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(message: str) -> None:
    print(f"scrubber: {message}".encode("utf-8", "backslashreplace").decode(), file=sys.stderr)


app = typer.Typer(
    cls=_Group,
    no_args_is_help=True,
    # Plain text: help and errors are the same in a terminal, in a pipe and in the documentation, and load nothing more.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from scrubber.ruleset import load  # noqa: PLC0415 - not needed otherwise
        from scrubber.searching import told  # noqa: PLC0415 - as above
        from scrubber.version import __version__  # noqa: PLC0415 - as above

        print(f"scrubber {__version__}\nwith the rules that come with it: {told(load())}")
        raise typer.Exit


@app.callback(
    epilog="""\b
Examples:
  scrubber scan corpus/                      what would be removed, and which site put it there
  scrubber clean corpus/ --out cleaned/      cleaned copies, the originals untouched
  scrubber trace corpus/                     which site each part of a text came from"""
)
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Find, remove, explain and restore what resellers and scrapers put into Chinese texts."""
