"""The fold: what the folded view makes of each character, and of characters that are written as escapes.

The table comes from ``tools/build_fold_table.py`` (OpenCC's character dictionaries, Unicode's compatibility forms, own
lists of look-alikes) and is read once, when the first text is folded.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from scrubber import later
from scrubber.alignment import Alignment, Builder

TABLE = Path(__file__).parent / "data" / "fold.txt"

LINE_ENDS = "\n\r\x0b\x0c\x85\u2028\u2029"

# A text can be escaped more than once (``&amp;#26368;``). What is nested deeper than this stays as it is.
LAYERS = 4

# A character reference without its semicolon counts only where nothing could continue it; names then only a few, for
# ``&copy=1`` in an address is no copyright sign.
_ENTITY = r"""
    (?:amp;)* (?: [a-z][a-z0-9]{1,30} ; | \#[0-9]{1,7} ; | \#x[0-9a-f]{1,6} ;
    | \#[0-9]{2,7} (?![0-9;]) | \#x[0-9a-f]{2,6} (?![0-9a-z;])
    | (?:nbsp|middot|lt|gt|quot|hellip|mdash|ldquo|rdquo|emsp|ensp) (?![0-9a-z;=]) )
"""
# A run of three percent escapes, or what can be one Han character; fewer are more often percentages (50%20人), and so
# is a run after a digit (10%20%30%40).
_PERCENT = r"[0-9a-f]{2} (?: (?<![0-9]%..) (?:%[0-9a-f]{2}){2,} | (?<=e.) (?:%[89ab][0-9a-f]){2} )"
_ESCAPE = later.pattern(rf"[&%] (?: (?<=&) {_ENTITY} | (?<=%) {_PERCENT} )", re.VERBOSE | re.IGNORECASE | re.ASCII)


# The table sends every character of the basic plane that folds to no single character here.
_MARK = "\uffff"
_ASTRAL = later.pattern("[\U00010000-\U0010ffff]")


class Table(NamedTuple):
    """The fold of single characters.

    ``one`` is indexed by code point, for the basic plane, where ``others`` are U+FFFF. ``others`` holds what folds to
    a text of another length, down to the empty one, or lies beyond the basic plane. ``separators`` has a 1 for
    every character of the basic plane that the skeleton drops.
    """

    one: list[int]
    others: dict[str, str]
    separators: bytes

    def fold(self, text: str) -> str:
        """The fold of a text without its alignment, escapes left alone."""
        return "".join([self.others.get(character, character) for character in text]).translate(self.one)


@cache
def table() -> Table:
    """The fold table, read from the file beside this module."""
    _, dropped, sources, targets, rows, separators, _ = TABLE.read_bytes().decode("utf-8").split("\n")
    one = list(range(0x10000))
    for source, target in zip(map(ord, sources), map(ord, targets), strict=True):
        one[source] = target
    others = {row[0]: row[1:] for row in rows.split("\v")}
    for first, last in (pair.split("-") for pair in dropped.split(" ")):
        others.update(dict.fromkeys(map(chr, range(int(first, 16), int(last, 16) + 1)), ""))
    for character in others:
        if character <= _MARK:
            one[ord(character)] = ord(_MARK)
    return Table(one, others, _flags(separators))


def _flags(ranges: str) -> bytes:
    flags = bytearray(0x10000)
    for pair in ranges.split(" "):
        first, last = (int(code, 16) for code in pair.split("-"))
        flags[first : last + 1] = b"\1" * (last + 1 - first)
    return bytes(flags)


def fold_text(text: str) -> tuple[str, Alignment]:
    """Fold a text; the alignment maps the result back to it."""
    folded, alignment = _fold_layer(text)
    for _ in range(LAYERS - 1):
        if not _may_escape(folded) or not _ESCAPE.search(folded):
            break
        folded, layer = _fold_layer(folded)
        alignment = layer.over(alignment)
    return folded, alignment


def _may_escape(text: str) -> bool:
    return "&" in text or "%" in text


def _fold_layer(text: str) -> tuple[str, Alignment]:
    """Fold once: what an escape stands for is folded, but not looked at for further escapes."""
    tables = table()
    folded = text.translate(tables.one)
    marks = _marks(text, folded, tables)
    if not marks:
        return folded, Alignment.identity(len(text))
    build = Builder()
    parts: list[str] = []
    done = 0
    for start, end, replacement in marks:
        parts += (folded[done:start], replacement)
        build.run(done, start)
        build.block(len(replacement), start, end)
        done = end
    parts.append(folded[done:])
    build.run(done, len(text))
    return "".join(parts), build.alignment(len(text))


def _marks(text: str, folded: str, tables: Table) -> list[tuple[int, int, str]]:
    """Everything that does not fold one to one, in order: start, end and what takes its place."""
    others = tables.others
    marks = []
    if _MARK in folded:
        marks += [(at.start(), at.end(), others[text[at.start()]]) for at in re.finditer(_MARK, folded)]
    marks += [(at.start(), at.end(), others[at[0]]) for at in _ASTRAL.finditer(text) if at[0] in others]
    if _may_escape(text):
        marks += [piece for found in _ESCAPE.finditer(text) for piece in _decoded(found, tables)]
    return sorted(marks)


def _decoded(found: re.Match[str], tables: Table) -> list[tuple[int, int, str]]:
    """What an escape stands for, character by character; nothing if it is none after all."""
    if found[0][0] == "&":
        decoded = _entity(found[0])
        return [] if decoded is None else [(found.start(), found.end(), _on_one_line(tables.fold(decoded)))]
    decoded = _unquoted(found[0])
    if decoded is None:
        return []
    marks = []
    at = found.start()
    for character in decoded:
        end = at + 3 * len(character.encode("utf-8"))
        marks.append((at, end, _on_one_line(tables.fold(character))))
        at = end
    return marks


def _on_one_line(text: str) -> str:
    """An escaped line end is none: the view has the original's line ends and no others."""
    return "".join(" " if character in LINE_ENDS else character for character in text)


def _entity(reference: str) -> str | None:
    """The text of an HTML character reference, or None for a name that HTML does not know."""
    # Costs 12 ms at start, and few texts hold a character reference.
    from html import entities, unescape  # noqa: PLC0415

    name = reference.rpartition("&")[2].rpartition("amp;")[2] or "amp;"
    if name[0] == "#":
        return unescape(f"&{name.rstrip(';')};")
    closed = f"{name.rstrip(';')};"
    return entities.html5.get(closed) or entities.html5.get(closed.lower())


def _unquoted(run: str) -> str | None:
    """The text of a run of percent escapes, or None if it is no UTF-8."""
    try:
        return bytes.fromhex(run.replace("%", "")).decode("utf-8")
    except UnicodeDecodeError:
        return None
