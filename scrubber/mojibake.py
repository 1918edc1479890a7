"""Text that was once read in a wrong encoding: found run by run, graded, and undone where nothing was lost.

A run is undone by writing it in the encoding that it was wrongly read in and reading it in the one that it was in; see
:mod:`scrubber.encoding.misreading`. Only lines in which rare characters stand together are looked at.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

from scrubber import later
from scrubber.encoding.change import Change
from scrubber.encoding.likelihood import NEIGHBOURS, RARE_LINE, lines_of_neighbours, lines_over, rare_places
from scrubber.encoding.misreading import (
    EXACT,
    GAIN,
    SINGLE_BYTE,
    UTF8_RUN,
    first_steps,
    is_chinese,
    may_be_utf8,
    sloppy_decode,
    undo,
    undo_by,
)
from scrubber.encoding.pairs import text_cost
from scrubber.encoding.telltale import LETTERS
from scrubber.model import TextSpan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrubber.model import Document

INFERRED, LOST = "inferred", "unrecoverable"

_ALL_RARE = 6
"""When one character in so many is rare, ASCII aside, all of the line may be misread."""
_REACH = 4
_WHY_LOST = "the bytes were replaced when the text was misread"
_LOST = later.pattern(r"(?:锟斤拷|锟斤|斤拷)+锟?|烫{3,}|屯{3,}|(?:ï¿½)+")
_LOST_MARKS = "锟斤烫屯ï"
_LONGEST = 4096
"""Longer runs are undone piece by piece."""


def mojibake(document: Document) -> tuple[Change, ...]:
    """Every run of mojibake in the text, in order, with its grade; spans do not overlap."""
    return tuple(find(document.text))


def repairs(document: Document) -> tuple[Change, ...]:
    """The changes that undo what can be undone exactly."""
    return tuple(change for change in find(document.text, exact=True) if change.grade == EXACT)


def find(text: str, *, exact: bool = False) -> Iterator[Change]:
    """Yield the runs of mojibake in ``text`` in order, or (``exact``) at least those whose text is certain; offsets are
    code points of ``text``.
    """
    if text.isascii():
        return
    places = rare_places(text)
    wanted = dict.fromkeys((*lines_of_neighbours(text, places), *(() if exact else _lost_lines(text))))
    if not wanted:
        return
    lines = text.split("\n")
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    over = lines_over(text, RARE_LINE, places)
    for index in sorted(wanted):
        for change in find_in_line(lines[index], index in over, exact=exact):
            moved = TextSpan.of(starts[index] + change.span.start, starts[index] + change.span.end)
            yield replace(change, span=moved)


def _lost_lines(text: str) -> Iterator[int]:
    counted = line = 0
    for match in _LOST.finditer(text):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        yield line


def find_in_line(line: str, has_rare: bool, *, exact: bool) -> list[Change]:
    """The whole line when it is undone in one go, else its runs.

    ``has_rare`` tells that its rare characters exceed the usual.
    """
    lost = any(mark in line for mark in _LOST_MARKS) and [
        Change(TextSpan.of(*match.span()), match[0], LOST, _WHY_LOST) for match in _LOST.finditer(line)
    ]
    if lost:
        return lost
    has_letters = bool(LETTER.search(line)) and any(_has_letters(match[0]) for match in _foreign_run().finditer(line))
    if (not has_letters and not has_rare) or _is_drawing(line):
        return []
    if len(line) <= _LONGEST and len(rare_places(line)) * _ALL_RARE > len(line) - len(line.encode("ascii", "ignore")):
        undone = undo(line)
        if undone is not None:
            return [undone.change(0, len(line))]
    found: list[Change] = []
    if has_rare:
        found += _undo_each(line, _utf8_runs(line), found)
    if has_letters:
        found += _undo_each(line, _wide_runs(line), found)
        narrow = [match.span() for match in _foreign_run().finditer(line) if _has_letters(match[0])]
        found += _undo_near(line, narrow, found, exact=exact)
    if has_rare:
        found += _undo_near(line, _rare_runs(line), found, exact=exact)
    return sorted(found, key=lambda change: change.span)


def _undo_each(line: str, runs: list[tuple[int, int]], known: list[Change]) -> list[Change]:
    found: list[Change] = []
    for start, end in runs:
        undone = None if _overlaps([*known, *found], start, end) else undo(line[start:end])
        if undone is not None:
            found.append(undone.change(start, end))
    return found


def _undo_near(line: str, runs: list[tuple[int, int]], known: list[Change], *, exact: bool) -> list[Change]:
    found: list[Change] = []
    for start, end in runs:
        if not _overlaps([*known, *found], start, end):
            change = _best_undoing(line, start, end) or (None if exact else _infer(line, start, end))
            if change is not None and not _overlaps([*known, *found], change.span.start, change.span.end):
                found.append(change)
    return found


def _overlaps(changes: list[Change], start: int, end: int) -> bool:
    return any(change.span.start < end and start < change.span.end for change in changes)


def _wide_runs(line: str) -> list[tuple[int, int]]:
    """Runs of foreign characters with ASCII between them; also without the marks that Chinese text has around them."""
    found = []
    for match in _wide_run().finditer(line):
        run = match[0]
        start = match.start() + len(run) - len(run.lstrip(_MARKS))
        end = match.end() - (len(run) - len(run.rstrip(_MARKS)))
        found += [match.span()]
        if start < end and (start, end) != match.span():
            found += [(start, end)]
    return found


def _utf8_runs(line: str) -> list[tuple[int, int]]:
    """Runs that are UTF-8 when they are written as GB18030, between whole characters."""
    if not may_be_utf8(line):
        return []
    raw = line.encode("gb18030", "replace")
    if not UTF8_RUN.search(raw):
        return []
    ends = list(accumulate((len(character.encode("gb18030", "replace")) for character in line), initial=0))
    index_of = {end: index for index, end in enumerate(ends)}
    found = []
    for match in UTF8_RUN.finditer(raw):
        starts = [at for at in range(match.start(), match.end(), 3) if at in index_of]
        stops = [at for at in range(match.end(), match.start(), -3) if at in index_of]
        if starts and stops and stops[0] - starts[0] >= 6:
            found.append((index_of[starts[0]], index_of[stops[0]]))
    return found


@cache
def _foreign_letters() -> str:
    """What single-byte encodings give to bytes over 0x7F, as the inside of a character class."""
    foreign = {sloppy_decode(bytes([byte]), codec) for codec in SINGLE_BYTE for byte in range(0x80, 0x100)}
    return re.escape("".join(sorted(foreign)))


@cache
def _foreign_run() -> re.Pattern[str]:
    """Runs of foreign characters with the odd ASCII one between them, as Big5 and GBK have it for a second byte."""
    letters = _foreign_letters()
    return re.compile(f"[{letters}](?:[@-~]?[{letters}])+[@-~]?")


@cache
def _wide_run() -> re.Pattern[str]:
    letters = _foreign_letters()
    return re.compile(f"[{letters}](?:[ -~]*[{letters}])+[@-~]?")


_MARKS = "‘’“”…—·•"
_RULES = later.pattern("[─━│┃═║┄┈■□]")
"""What lines and borders are mostly drawn with."""
LETTER = later.pattern(f"[{LETTERS}]")


def _is_drawing(run: str) -> bool:
    return len(_RULES.findall(run)) * 2 > len(run) - len(run.encode("ascii", "ignore"))


def _has_letters(run: str) -> bool:
    if _is_drawing(run):
        return False
    return len(set(LETTER.findall(run))) > 1 or bool(re.search("[\x80-\x9f]", run))


def _rare_runs(line: str) -> list[tuple[int, int]]:
    """Groups of rare characters that stand close together."""
    groups: list[tuple[int, int]] = []
    for index in rare_places(line):
        if groups and index - groups[-1][1] <= NEIGHBOURS:
            groups[-1] = (groups[-1][0], index + 1)
        else:
            groups.append((index, index + 1))
    return [group for group in groups if group[1] - group[0] > 1]


def _best_undoing(text: str, start: int, end: int) -> Change | None:
    """Try the run with its ends moved a little, and take what reads best."""
    found: list[tuple[int, Change]] = []
    end = min(end, start + _LONGEST)
    steps = first_steps(text[start:end], text[max(start - _REACH, 0) : end + _REACH])
    for first, last in _bounds(text, start, end) if steps else ():
        run = text[first:last]
        undone = undo_by(run, steps)
        if undone is None:
            continue
        gain = text_cost(text[first - 4 : last + 4] if first >= 4 else text[: last + 4]) - text_cost(
            (text[first - 4 : first] if first >= 4 else text[:first]) + undone.text + text[last : last + 4]
        )
        found.append((gain, undone.change(first, last)))
    return max(found, key=lambda one: one[0])[1] if found else None


def _bounds(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    single = _foreign_run().fullmatch(text, start, end) is not None
    reach = 2 if single else _REACH
    for first in range(max(start - (0 if single else reach), 0), min(start + reach, end) + 1):
        if "\n" in text[first:start]:
            continue
        for last in range(max(end - reach, first + 2), min(end + (1 if single else reach), len(text)) + 1):
            if "\n" not in text[end:last]:
                yield first, last


def _infer(text: str, start: int, end: int) -> Change | None:
    """UTF-8 that was read as GBK and lost the last byte of a character: guess that byte by what is likeliest."""
    for first, last in _bounds(text, start, end):
        run = text[first:last].rstrip("?？\ufffd")
        try:
            raw = run.encode("gb18030")
        except UnicodeEncodeError:
            continue
        guessed = _complete(raw)
        if guessed is not None and text_cost(guessed) < text_cost(text[first:last]) - 2 * GAIN and len(guessed) > 2:
            price = text_cost(guessed)
            if is_chinese(guessed, price, "gb18030", "utf-8"):
                why = "utf-8 read as gb18030, with a byte lost"
                return Change(TextSpan.of(first, last), guessed, INFERRED, why)
    return None


def _complete(raw: bytes) -> str | None:
    """Decode UTF-8 whose last character lacks its last byte."""
    try:
        head = raw[:-2].decode()
    except UnicodeDecodeError:
        return None
    lead = raw[-2:]
    if len(lead) < 2 or not (0xE4 <= lead[0] <= 0xE9 and 0x80 <= lead[1] < 0xC0):
        return None
    return min((head + (lead + bytes([byte])).decode() for byte in range(0x80, 0xC0)), key=text_cost)
