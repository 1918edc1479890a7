"""What a scan said of a text, kept between runs: who scans the same text again is told the same, at once.

An answer is kept under a digest of all that it depends on: the bytes of the text and the name it was given, the
settings, every rule file, this package, the interpreter and what is installed beside it. Answers quote the text, so
nobody but the user can read them.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter, deque
from hashlib import blake2b
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from scrubber import cache, files, freshness, reports
from scrubber.cli import work
from scrubber.reports import Line, Part
from scrubber.totals import Totals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from scrubber.cli.console import Console
    from scrubber.files import SourceFile

MOST = 4096
"""Answers that are kept; a run over more files than that asks for none and keeps none."""
LARGEST = 1 << 20
"""Bytes of an answer that is kept."""

_FOLDER = "said"


class Said(NamedTuple):
    """The report of one document, and what it adds to the totals."""

    lines: tuple[Line, ...]
    totals: Totals


def each(
    listed: Sequence[SourceFile],
    settings: work.Settings,
    console: Console,
    totals: Totals,
    form: str,
    *,
    remember: bool = True,
) -> Iterator[Said]:
    """The report of every document that could be done, in order; the rest is told. ``totals`` counts all of them."""
    show = reports.load(form, "outcome")
    memory = _Memory(settings, form) if remember and len(listed) <= MOST else None
    known = deque(memory.recall(listed) if memory else ())
    place = {file: number for number, file in enumerate(listed)}
    told = {file for file, _ in known}
    missing = [file for file in listed if file not in told]
    scanned = work.process(missing, settings, settings.scrubber(), console, totals) if missing or not listed else ()
    for done in scanned:
        while known and place[known[0][0]] < place[done.file]:
            yield _counted(known.popleft()[1], totals)
        said = Said(tuple(show(done.name, done.outcome)), Totals.of(done.outcome))
        if memory:
            memory.remember(done, said)
        yield said
    for _, said in known:
        yield _counted(said, totals)
    if memory:
        memory.prune()


def _counted(said: Said, totals: Totals) -> Said:
    totals.merge(said.totals)
    return said


class _Memory:
    """Answers to one way of asking."""

    def __init__(self, settings: work.Settings, form: str) -> None:
        self._settings = settings
        self._folder = cache.folder() / _FOLDER
        self._state = _state(settings, form)
        self._grown = False

    def recall(self, listed: Sequence[SourceFile]) -> Iterator[tuple[SourceFile, Said]]:
        """The files of which the answer is known, with it."""
        for file in listed:
            if self._state is None or file.is_stdin or self._settings.form(file) is not None:
                continue
            try:
                raw, _ = files.read(file)
            except OSError:
                continue  # told when it is scanned
            said = _said(cache.read(self._path(raw, file)))
            if said:
                yield file, said

    def remember(self, done: work.Done, said: Said) -> None:
        """Keep an answer, unless it is of a kind that may be another one the next time."""
        document = done.outcome.document
        lasting = done.record is None and not done.file.is_stdin and not done.outcome.notes
        if self._state is None or document is None or not lasting:
            return
        data = json.dumps([said.lines, _plain(said.totals)]).encode()
        if len(data) <= LARGEST:
            cache.write(self._path(document.raw, done.file), data)
            self._grown = True

    def prune(self) -> None:
        if self._grown:
            cache.prune(self._folder, "*", MOST)

    def _path(self, raw: bytes, file: SourceFile) -> Path:
        name = os.fsencode(file.path)
        asked = f"{self._state}\n{self._settings.encoding_of(file.path)}\n{len(name)}\n".encode(
            "utf-8", "surrogateescape"
        )
        return self._folder / blake2b(b"".join((asked, name, raw)), digest_size=20).hexdigest()


def _state(settings: work.Settings, form: str) -> str | None:
    """All that answers depend on beside the texts; None where that cannot be told."""
    roots = freshness.rule_roots(settings.rules, settings.builtin)
    installed = [path for path in sys.path if path.endswith("-packages")]
    asked = (form, settings.review, settings.config.disabled, settings.repair_mojibake, settings.script)
    try:
        times = [f"{path} {os.stat(path).st_mtime_ns}" for path in installed]  # noqa: PTH116 - a path of the interpreter
        state = chain([sys.version, repr(asked)], times, freshness.of_package(), freshness.of_rules(roots))
        return "\n".join(state)
    except OSError:
        return None


def _plain(totals: Totals) -> dict[str, Any]:
    """Totals as JSON can hold them: a count of findings without a site has None for a name."""
    return {name: list(value.items()) if isinstance(value, Counter) else value for name, value in totals.counts()}


def _said(data: bytes | None) -> Said | None:
    """What ``remember`` kept."""
    if data is None:
        return None
    lines, counts = json.loads(data)
    totals = Totals()
    for name, value in counts.items():
        setattr(totals, name, Counter(dict(value)) if isinstance(value, list) else value)
    return Said(tuple(tuple(Part(*part) for part in line) for line in lines), totals)
