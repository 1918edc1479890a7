"""Whether an address or a torn name spells a name as it sounds: qianziwd is 千字文档, 黑yan阁 is 黑岩阁.

The domains of Chinese sites are mostly their names in pinyin, whole syllables or their first letters. So a name that an
address spells is the name of whoever has the address, wherever the two stand; this needs no list of sites. Everything
here reads folded text (simplified, lower case). The table is read at the first question
(``tools/build_pinyin_table.py``).
"""

from __future__ import annotations

from functools import cache

from scrubber import later

LEAST_LETTERS = 4
"""Letters of the shortest label that can spell a name, and of the shortest one that does so by first letters alone."""
LONGEST = 12
"""Code points of the longest name that is looked for."""

_SHORT = 2
"""Code points up to which every character of a name must be spelled out."""
_AFFIX = later.pattern(r"(?:\d{1,4}|xs|xsw|zw|wx|wang|book|txt|net|com|app|w|la|tv)$")
"""What a label may have behind the name that it spells."""
_DIGITS = "零一二三四五六七八九"
_ZERO = later.pattern("(?<=[a-z])0(?=[a-z])")
_PLAIN = frozenset({"www", "wap", "m", "blog", "bbs", "news"})


@cache
def _sounds() -> dict[str, tuple[str, ...]]:
    import pkgutil  # noqa: PLC0415 - only where an address stands beside a name

    data = pkgutil.get_data("scrubber", "data/pinyin.txt")
    if data is None:
        raise FileNotFoundError("scrubber/data/pinyin.txt is missing: reinstall the package")
    sounds: dict[str, tuple[str, ...]] = {}
    for line in (*data.decode().splitlines(), *(f"{digit} {char}" for digit, char in enumerate(_DIGITS))):
        sound, chars = line.split(" ")
        for char in chars:
            sounds[char] = (*sounds.get(char, ()), sound)
    return sounds


def labels(host: str) -> list[str]:
    """The parts of a host that may spell a name, also without what may stand behind it: the longest first."""
    found: list[str] = []
    for label in host.replace("-", "").split("."):
        if label in _PLAIN:
            continue
        found += [label, _AFFIX.sub("", label), _ZERO.sub("o", label)]
    return [label for label in dict.fromkeys(found) if len(label) >= LEAST_LETTERS and not label.isdecimal()]


def spelled(host: str, text: str) -> str | None:
    """The Chinese name in ``text`` that a label of ``host`` spells: the first of the longest label's, else None."""
    for label in labels(host):
        for start, char in enumerate(text):
            end = _spelled_from(label, text, start) if _begins(label[0], char) else None
            if end and not any(map(str.isascii, text[start:end])):
                return text[start:end]
    return None


def undoubled(name: str) -> str:
    """A name without the sounds that stand beside its characters: 小xiao乔qiao读书 is 小乔读书."""
    for char in name:
        for sound in filter(str.isalpha, _sounds().get(char, ())):
            name = name.replace(char + sound, char).replace(sound + char, char)
    return name


def _begins(letter: str, char: str) -> bool:
    return any(sound[0] == letter for sound in _sounds().get(char, ()))


def spells(written: str, name: str) -> bool:
    """Whether a label or a torn name is ``name``: letters for sounds, sounds beside characters, or the same."""
    readings = (written, _AFFIX.sub("", written), _ZERO.sub("o", written))
    return any(_spelled_from(label, name, 0) == len(name) for label in readings)


def _spelled_from(label: str, text: str, start: int) -> int | None:
    """Where the name ends that begins at ``start`` and that the whole label spells; None where there is none.

    A state is how much of the label is read, and how many characters were written or spelled out.
    """
    states = {(0, 0)}
    for place in range(start, min(len(text), start + LONGEST)):
        char, length = text[place], place - start + 1
        states = {state for before in states for state in _read(label, char, *before)}
        if not states:
            return None
        if any(at == len(label) and _is_enough(length, whole) for at, whole in states):
            return place + 1
    return None


def _read(label: str, char: str, at: int, whole: int) -> list[tuple[int, int]]:
    """The states after one more character: itself, its sound, both, or the first letter of its sound."""
    found: list[tuple[int, int]] = []
    sounds = _sounds().get(char, ())
    if label.startswith(char, at):
        found.append((at + 1, whole + 1))
        found += [(at + 1 + len(sound), whole + 1) for sound in sounds if label.startswith(sound, at + 1)]
    for sound in sounds:
        if label.startswith(sound, at):
            found.append((at + len(sound), whole + 1))
        if label.startswith(sound[0], at):
            found.append((at + 1, whole))
    return found


def _is_enough(length: int, whole: int) -> bool:
    """Whether a name of ``length`` characters, of which so many are spelled out, is not spelled by chance."""
    return whole == length if length <= _SHORT else whole > 0 or length >= LEAST_LETTERS
