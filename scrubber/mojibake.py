"""Text that was once read in a wrong encoding: found run by run, graded, and undone where nothing was lost.

A run is undone by writing it in the encoding that it was wrongly read in and reading it in the one that it was in. What
comes out counts only when it is like Chinese text and much likelier than what stands there, so that clean text is left
alone. (ftfy's ``fix_encoding`` is the model for undoing exact steps only; the likelihood test replaces its heuristics.)
"""

from __future__ import annotations

import re
from functools import cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from scrubber import later
from scrubber.encoding.change import Change
from scrubber.encoding.likelihood import UNITS_PER_NAT, cost, lines_over, rare_places, table
from scrubber.encoding.pairs import pair_bonus, worth
from scrubber.model import TextSpan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scrubber.model import Document

EXACT, INFERRED, LOST = "exact", "inferred", "unrecoverable"

_SINGLE_BYTE = ("latin-1", "cp1252", "cp437", "cp850", "mac_roman")
_TRUE = ("utf-8", "gb18030", "cp950")
_DEPTH = 3
_RARE_GAP = 8
_REACH = 4
_LIKELY = 1.3
"""What is read rightly costs less than what stands there, or little more where only the ends of it are looked at."""
_HAN = re.compile("[\u3400-\u9fff]")
_UTF8_PAIR = re.compile(rb"[\xc2-\xef][\x80-\xbf]")
_UTF8_RUN = re.compile(rb"(?:[\xe2-\xe9\xef][\x80-\xbf]{2}){2,}")
_WHY_LOST = "the bytes were replaced when the text was misread"
_LOST = re.compile(r"(?:锟斤拷|锟斤|斤拷)+锟?|烫{3,}|屯{3,}|(?:ï¿½)+")
_GAIN = 12 * UNITS_PER_NAT
_EXTRA_GAIN_EACH = 1.2 * UNITS_PER_NAT
_USUAL_EACH = 9.0 * UNITS_PER_NAT
_USUAL_MORE = 6 * UNITS_PER_NAT
_RARE_LINE = 6 * UNITS_PER_NAT
_KNOWN = 2 * UNITS_PER_NAT
"""Two characters that are worth more than this together are a word."""
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
    wanted = dict.fromkeys((*_odd_lines(text, places), *(() if exact else _lost_lines(text))))
    if not wanted:
        return
    lines = text.split("\n")
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    over = lines_over(text, _RARE_LINE, places)
    for index in sorted(wanted):
        for change in _find_in_line(lines[index], index in over, exact=exact):
            moved = TextSpan.of(starts[index] + change.span.start, starts[index] + change.span.end)
            yield Change(moved, change.replacement, change.grade, change.why)


def _odd_lines(text: str, places: list[int]) -> Iterator[int]:
    """The lines in which two rare characters stand close together, as all that was misread has them."""
    line = counted = 0
    for one, other in pairwise(places):
        if other - one <= _RARE_GAP and "\n" not in text[one:other]:
            line += text.count("\n", counted, one)
            counted = one
            yield line


def _lost_lines(text: str) -> Iterator[int]:
    counted = line = 0
    for match in _LOST.finditer(text):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        yield line


def _find_in_line(line: str, has_rare: bool, *, exact: bool) -> list[Change]:
    """The whole line when it is undone in one go, else its runs."""
    lost = [Change(TextSpan.of(*match.span()), match[0], LOST, _WHY_LOST) for match in _LOST.finditer(line)]
    if lost:
        return lost
    has_letters = bool(LETTER.search(line)) and any(_has_letters(match[0]) for match in _foreign_run().finditer(line))
    if (not has_letters and not has_rare) or _is_drawing(line):
        return []
    if len(line) <= _LONGEST:
        undone = undo(line)
        if undone is not None:
            return [Change(TextSpan.of(0, len(line)), undone[0], EXACT, undone[1])]
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
            found.append(Change(TextSpan.of(start, end), undone[0], EXACT, undone[1]))
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
    raw = line.encode("gb18030", "replace")
    if not _UTF8_RUN.search(raw):
        return []
    ends = list(accumulate((len(character.encode("gb18030", "replace")) for character in line), initial=0))
    index_of = {end: index for index, end in enumerate(ends)}
    found = []
    for match in _UTF8_RUN.finditer(raw):
        starts = [at for at in range(match.start(), match.end(), 3) if at in index_of]
        stops = [at for at in range(match.end(), match.start(), -3) if at in index_of]
        if starts and stops and stops[0] - starts[0] >= 6:
            found.append((index_of[starts[0]], index_of[stops[0]]))
    return found


@cache
def _foreign_letters() -> str:
    """What single-byte encodings give to bytes over 0x7F, as the inside of a character class."""
    foreign = {_sloppy_decode(bytes([byte]), codec) for codec in _SINGLE_BYTE for byte in range(0x80, 0x100)}
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
_RULES = re.compile("[─━│┃═║┄┈■□]")
"""What lines and borders are mostly drawn with."""
LETTER = later.pattern(
    "[\x80-\x9f\u00a1-\u00a6\u00a8-\u00af\u00b2-\u00b6\u00b8-\u00d6\u00d8-\u00f6\u00f8-\u017f\u2550-\u2593]"
)


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
        if groups and index - groups[-1][1] <= _RARE_GAP:
            groups[-1] = (groups[-1][0], index + 1)
        else:
            groups.append((index, index + 1))
    return [group for group in groups if group[1] - group[0] > 1]


def _best_undoing(text: str, start: int, end: int) -> Change | None:
    """Try the run with its ends moved a little, and take what reads best."""
    found: list[tuple[int, Change]] = []
    end = min(end, start + _LONGEST)
    steps = _first_steps(text[start:end], text[max(start - _REACH, 0) : end + _REACH])
    for first, last in _bounds(text, start, end) if steps else ():
        run = text[first:last]
        undone = _undo(run, steps)
        if undone is None:
            continue
        repaired, why = undone
        gain = _price(text[first - 4 : last + 4] if first >= 4 else text[: last + 4]) - _price(
            (text[first - 4 : first] if first >= 4 else text[:first]) + repaired + text[last : last + 4]
        )
        found.append((gain, Change(TextSpan.of(first, last), repaired, EXACT, why)))
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


def _first_steps(run: str, around: str) -> list[tuple[str, str]]:
    """The wrong readings that may have made ``run``, which stands in ``around``: its bytes look like the other
    encoding.

    Most runs that only look odd are none, and that shows here without trying where they may begin and end.
    """
    found: list[tuple[str, str]] = []
    for wrong in () if _HAN.search(run) else _SINGLE_BYTE:
        raw = _encoded(run, wrong)
        if raw is not None and not raw.isascii():
            found += [(wrong, true) for true in _TRUE if true != "utf-8" or _UTF8_PAIR.search(raw)]
    for wrong, other in (("gb18030", "cp950"), ("cp950", "gb18030")):
        raw = _encoded(run, wrong)
        if raw is None:
            continue
        if _UTF8_RUN.search(around.encode(wrong, "replace")):
            found.append((wrong, "utf-8"))
        if cost(raw.decode(other, "replace"), table().either) < _LIKELY * cost(run, table().either):
            found.append((wrong, other))
    return found


def _encoded(run: str, codec: str) -> bytes | None:
    try:
        return _sloppy_encode(run, codec)
    except UnicodeError:
        return None


def undo(run: str, around: str = "") -> tuple[str, str] | None:
    """Undo up to three wrong readings of ``run``; return the text and what happened to it, or None."""
    first = _first_steps(run, around or run)
    return _undo(run, first) if first else None


def _undo(run: str, first: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    wave = [(run, "")]
    limit = _price(run) - _GAIN
    seen = {run}
    found: list[tuple[int, str, str]] = []
    for depth in range(_DEPTH):
        following: list[tuple[str, str]] = []
        for current, path in wave:
            for wrong, true in _first_steps(current, current) if depth else first:
                if path and wrong not in _SINGLE_BYTE and " read as gb18030" in path:
                    continue
                undone = _step(current, wrong, true)
                if undone is None or undone in seen:
                    continue
                seen.add(undone)
                how = f"{true} read as {wrong}" + (f", then {path}" if path else "")
                price = _price(undone)
                if (
                    price < limit
                    and _is_chinese(undone, price, wrong, true)
                    and _is_sure(current, undone, limit - price, wrong)
                ):
                    found.append((price, undone, how))
                following.append((undone, how))
        if found and depth:
            break
        wave = following
    return min(found)[1:] if found else None


def _step(text: str, wrong: str, true: str) -> str | None:
    """Write ``text`` as ``wrong`` and read it as ``true``; None unless that is exact both ways."""
    try:
        raw = _sloppy_encode(text, wrong)
        undone = raw.decode(true)
    except UnicodeError:
        return None
    if len(undone) >= len(text) and wrong in _SINGLE_BYTE:
        return None
    return undone if _sloppy_decode(undone.encode(true), wrong) == text else None


def _is_sure(run: str, undone: str, gain: float, wrong: str) -> bool:
    """Chinese read as other Chinese: rare words and foreign scripts look like it too, so more is asked for."""
    if wrong in _SINGLE_BYTE:
        return True
    each = _EXTRA_GAIN_EACH * (2 if wrong == "cp950" else 1)
    foreign = len(run) - len(run.encode("ascii", "ignore"))
    mostly_han = sum("\u3400" <= character <= "\u9fff" or character > "\ud7ff" for character in run) * 4 > foreign
    return mostly_han and len(undone) >= 3 and gain > _GAIN + each * len(undone)


def _price(text: str) -> int:
    return cost(text, table().either) - pair_bonus(text)


def _is_chinese(text: str, price: int, wrong: str, true: str) -> bool:
    letters = [character for character in text if "\u4e00" <= character <= "\u9fff"]
    han = len(letters)
    marks = sum(character in "，。、“”：；！？（）《》—…　【】" for character in text)
    if wrong in _SINGLE_BYTE and true == "utf-8":
        return han + marks >= 1 and price <= _USUAL_EACH * len(text) + 3 * _USUAL_MORE
    few = 2 if wrong not in _SINGLE_BYTE else 3
    distinct = len(set(letters)) * (2 if han < 24 else 6) > han
    known = han == 2 and worth(*letters) > _KNOWN
    return (
        (han >= few or known)
        and distinct
        and price <= _USUAL_EACH * len(text) + _USUAL_MORE - UNITS_PER_NAT * len(text)
    )


@cache
def _sloppy_cp1252() -> tuple[dict[int, str], dict[str, int]]:
    """cp1252 as browsers read it: its five undefined bytes are control characters."""
    forward = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256)}
    return forward, {character: byte for byte, character in forward.items()}


def _sloppy_decode(raw: bytes, codec: str) -> str:
    if codec == "cp1252":
        return "".join(map(_sloppy_cp1252()[0].__getitem__, raw))
    return raw.decode(codec)


def _sloppy_encode(text: str, codec: str) -> bytes:
    if codec != "cp1252":
        return text.encode(codec)
    try:
        return bytes(map(_sloppy_cp1252()[1].__getitem__, text))
    except KeyError as error:
        raise UnicodeEncodeError(codec, text, 0, len(text), "not in the code page") from error


def _infer(text: str, start: int, end: int) -> Change | None:
    """UTF-8 that was read as GBK and lost the last byte of a character: guess that byte by what is likeliest."""
    for first, last in _bounds(text, start, end):
        run = text[first:last].rstrip("?？\ufffd")
        try:
            raw = run.encode("gb18030")
        except UnicodeEncodeError:
            continue
        guessed = _complete(raw)
        if guessed is not None and _price(guessed) < _price(text[first:last]) - 2 * _GAIN and len(guessed) > 2:
            price = _price(guessed)
            if _is_chinese(guessed, price, "gb18030", "utf-8"):
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
    return min((head + (lead + bytes([byte])).decode() for byte in range(0x80, 0xC0)), key=_price)


def misread(text: str, true: str, wrong: str) -> str | None:
    """What ``text`` looks like when its bytes in ``true`` are read as ``wrong``; None when that cannot be undone."""
    try:
        garbled = _sloppy_decode(text.encode(true), wrong)
        back = _sloppy_encode(garbled, wrong).decode(true)
    except UnicodeError:
        return None
    return garbled if back == text else None
