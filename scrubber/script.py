"""Simplified or traditional: the script of lines and documents, errors of machine conversion, and conversion.

A character tells the script when the likelihood table knows it from one script only. Conversion is OpenCC's, asked for
line by line, and planned as changes of single runs so that everything else keeps its bytes.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Protocol

from scrubber.encoding.change import Change
from scrubber.encoding.likelihood import UNITS_PER_NAT, cost, table
from scrubber.model import TextSpan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrubber.model import Document

SIMPLIFIED, TRADITIONAL, MIXED, NONE = "simplified", "traditional", "mixed", "none"

_TELLING = 2.2 * UNITS_PER_NAT
_LEADING = UNITS_PER_NAT
"""A character tells the script when it is likelier in one by the first; a line that has none leans to a script when
all of it is likelier there by the second."""
_MINORITY = 0.2
_DOCUMENT_MINORITY = 0.05
_VARIANTS = (
    "台臺",
    "污汙",
    "恒恆",
    "閑閒",
    "煙菸",
    "濕溼",
    "群羣",
    "峰峯",
    "裏裡",
    "爲為",
    "杠槓",
    "鏈鍊",
    "巨鉅",
    "洼窪",
)
"""Pairs that traditional text writes either way: no errors of a conversion."""
_HABITS = ("布佈", "占佔", "了瞭", "周週", "余餘", "准準", "注註")
"""Pairs that some traditional text writes the simplified way: errors only where others show a conversion."""
_SHOWN = 0.002
"""From so many errors a character of one script on, a text shows that it was converted."""
_PLACES = re.compile(r"(?<=[百千萬万公海英華华數数十幾几])里|(?<=[不批核獲获])[准準]|于(?=先生|女士|某|小姐)")
"""Where OpenCC converts what it should not: measures of length, permission, the surname 于."""
_BORDER = re.compile("(?<=被)(?=[发發])")
"""Where two words meet that OpenCC takes for one: 被发 is a hair style, 被|发明 is not."""
_PROTECTED = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+|[\w.+-]+@[\w-]+\.[\w.]+")


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@dataclass(frozen=True, slots=True)
class ScriptProfile:
    """The script of a document and how many of its lines are in each, with the characters that tell it.

    Counts of lines leave out those that nothing tells; ``simplified`` and ``traditional`` count characters.
    """

    script: str
    lines: dict[str, int]
    simplified: int
    traditional: int


@dataclass(frozen=True, slots=True)
class ConversionError:
    """A character of traditional text that a conversion from simplified text left over or got wrong."""

    span: TextSpan
    found: str
    expected: str


def line_script(line: str) -> str:
    """The script of one line: simplified, traditional, mixed, or none when nothing tells it."""
    simplified, traditional = _count(line)
    return _verdict(simplified, traditional, _MINORITY, 2) if simplified or traditional else _leaning(line)


def _leaning(line: str) -> str:
    """The script that all characters together speak for, where none tells it alone: 干 and 着 are commoner in one."""
    if line.isascii():
        return NONE
    lead = cost(line, table().traditional) - cost(line, table().simplified)
    return NONE if abs(lead) < _LEADING else SIMPLIFIED if lead > 0 else TRADITIONAL


def profile(text: str) -> ScriptProfile:
    """The script of a text, by line and as a whole."""
    totals = [0, 0]
    lines: Counter[str] = Counter()
    for line in text.split("\n"):
        simplified, traditional = _count(line)
        totals[0] += simplified
        totals[1] += traditional
        if simplified or traditional:
            lines[_verdict(simplified, traditional, _MINORITY, 2)] += 1
        elif (leaning := _leaning(line)) != NONE:
            lines[leaning] += 1
    script = _verdict(totals[0], totals[1], _DOCUMENT_MINORITY, 3) if any(totals) else _leaning(text)
    return ScriptProfile(script, dict(lines), totals[0], totals[1])


def _verdict(simplified: int, traditional: int, minority: float, least: int) -> str:
    if not simplified and not traditional:
        return NONE
    fewer = min(simplified, traditional)
    if simplified == traditional or (fewer >= least and fewer > minority * (simplified + traditional)):
        return MIXED
    return SIMPLIFIED if simplified > traditional else TRADITIONAL


def _count(line: str) -> tuple[int, int]:
    if line.isascii():
        return 0, 0
    simplified, traditional = _telling()
    return len(simplified.findall(line)), len(traditional.findall(line))


@cache
def _telling() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The characters that only simplified and that only traditional text has."""
    costs = table()
    simplified, traditional = [], []
    for code in range(0x4E00, 0xA000):
        difference = costs.simplified[code] - costs.traditional[code]
        if difference >= _TELLING:
            traditional.append(chr(code))
        elif -difference >= _TELLING:
            simplified.append(chr(code))
    return re.compile(f"[{''.join(simplified)}]"), re.compile(f"[{''.join(traditional)}]")


@cache
def _converter(configuration: str) -> _Converter:
    import opencc  # noqa: PLC0415 - takes 0.1 s to load its dictionaries

    converter: _Converter = opencc.OpenCC(configuration)
    return converter


def conversion_errors(text: str) -> tuple[ConversionError, ...]:
    """Where traditional text differs from what its simplified form converts to: leftovers such as 里 for 裡, and
    overdone ones such as 麵積. Lines in simplified characters are no conversions and are left out.
    """
    found = list(_conversion_errors(text))
    sure = [error for error in found if not _is_pair(error.found, error.expected, _HABITS)]
    shown = len(sure) > _SHOWN * profile(text).traditional
    return tuple(found if shown else sure)


def _is_pair(one: str, other: str, pairs: tuple[str, ...]) -> bool:
    return one + other in pairs or other + one in pairs


def _conversion_errors(text: str) -> Iterator[ConversionError]:
    position = 0
    for line in text.split("\n"):
        if _is_converted(line):
            expected = _convert(_convert(line, "t2s"), "s2tw")
            if len(expected) == len(line):
                for index in _differences(line, expected):
                    span = TextSpan.of(position + index, position + index + 1)
                    yield ConversionError(span, line[index], expected[index])
        position += len(line) + 1


def _is_converted(line: str) -> bool:
    simplified, traditional = _count(line)
    return traditional > simplified


def _differences(line: str, expected: str) -> list[int]:
    kept = {match.start() for match in _PLACES.finditer(line)}
    return [
        index
        for index, (one, other) in enumerate(zip(line, expected, strict=True))
        if one != other and index not in kept and not _is_pair(one, other, _VARIANTS)
    ]


def _convert(line: str, configuration: str) -> str:
    converter = _converter(configuration)
    return "".join(map(converter.convert, _BORDER.split(line)))


def conversions(document: Document, target: str) -> tuple[Change, ...]:
    """The changes that write the document in ``target``, ``simplified`` or ``traditional`` (Taiwan's standard).

    Runs that only the other script has are converted with their context; lines that are in the target already,
    addresses, and what OpenCC is known to get wrong stay. Raise ValueError for another target.
    """
    if target not in (SIMPLIFIED, TRADITIONAL):
        raise ValueError(f"script must be simplified or traditional, not {target!r}")
    return tuple(_conversions(document.text, target))


def _conversions(text: str, target: str) -> Iterator[Change]:
    configuration = "t2s" if target == SIMPLIFIED else "s2tw"
    position = 0
    whole = profile(text).script
    for line in text.split("\n"):
        script = line_script(line)
        if script not in (target, NONE) or (script == NONE and whole not in (target, NONE) and not line.isascii()):
            converted = _convert(line, configuration)
            if len(converted) == len(line):
                yield from _planned(line, converted, position, target)
            else:
                yield from _one_by_one(line, configuration, position, target)
        elif script == target and not line.isascii():
            yield from _strays(line, configuration, position, target)
        position += len(line) + 1


def _planned(line: str, converted: str, position: int, target: str) -> Iterator[Change]:
    protected = [match.span() for match in _PROTECTED.finditer(line)]
    kept = {match.start() for match in _PLACES.finditer(line)} if target == TRADITIONAL else set()
    start: int | None = None
    for index in range(len(line) + 1):
        differs = (
            index < len(line)
            and line[index] != converted[index]
            and index not in kept
            and not any(first <= index < last for first, last in protected)
        )
        if differs and start is None:
            start = index
        elif not differs and start is not None:
            yield _change(position + start, position + index, converted[start:index], target)
            start = None


def _one_by_one(line: str, configuration: str, position: int, target: str) -> Iterator[Change]:
    """For a line whose length the conversion changes: its characters one at a time."""
    converted = "".join(
        other if len(other) == 1 else character
        for character, other in ((character, _convert(character, configuration)) for character in line)
    )
    yield from _planned(line, converted, position, target)


def _strays(line: str, configuration: str, position: int, target: str) -> Iterator[Change]:
    """Characters of the other script in a line that is otherwise in the target."""
    pattern = _telling()[1 if target == SIMPLIFIED else 0]
    converted = list(line)
    for match in pattern.finditer(line):
        other = _convert(match[0], configuration)
        if len(other) == 1:
            converted[match.start()] = other
    yield from _planned(line, "".join(converted), position, target)


def _change(start: int, end: int, replacement: str, target: str) -> Change:
    return Change(TextSpan.of(start, end), replacement, "exact", f"converted to {target} characters with OpenCC")
