"""Progress and notes: on a terminal only, when a run is long, and never among the results."""

from __future__ import annotations

import io

import pytest

from scrubber.cli import console
from scrubber.reports import Part, line


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(console.time, "monotonic", lambda: now[0])
    return now


@pytest.mark.parametrize(
    ("stream", "quiet", "later", "shown"),
    [
        (Terminal(), False, 3.0, "\r\x1b[K7 of 9,000 files"),
        (Terminal(), False, 1.0, ""),
        (Terminal(), True, 3.0, ""),
        (io.StringIO(), False, 3.0, ""),
    ],
    ids=["long run", "short run", "quiet", "no terminal"],
)
def test_progress(
    *, stream: io.StringIO, quiet: bool, later: float, shown: str, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr", stream)
    printing = console.Console(quiet=quiet)
    clock[0] += later
    printing.progress(7, 9000)
    assert stream.getvalue() == shown


def test_progress_is_wiped_before_anything_else_is_printed(
    clock: list[float], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    printing = console.Console()
    clock[0] += 3
    printing.progress(1, 2)
    printing.progress(2, 2)
    printing.lines([line(Part("found", "span", "⟦found⟧"))])
    assert stream.getvalue() == "\r\x1b[K1 of 2 files\r\x1b[K"
    assert capsys.readouterr().out == "⟦found⟧\n"


def test_problems_are_told_even_when_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    printing = console.Console(quiet=True)
    printing.note("not told")
    printing.problem("d/\udcff.txt", "cannot be read")
    assert capsys.readouterr().err == "scrubber: d/\\xff.txt: cannot be read\n"
