"""Texts and damage for the encoding benchmark: from the bundled seeds and from word lists that packages ship.

Everything is drawn from a seeded generator, so a run can be repeated.
"""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

SEEDS = Path(__file__).parent.parent / "fixtures" / "seeds"
CHINESE = ("utf-8", "gb18030", "hz", "cp950")
MIXED = ("utf-8", "gb18030", "cp950")
DETECTED = {"hz": "gb2312"}
"""What a text must be expressible in to count for an encoding, when that is less than the encoding itself."""


@cache
def lines(script: str) -> tuple[str, ...]:
    """Lines of running text: the seeds in simplified (as they are, or converted) or in traditional characters."""
    import opencc  # noqa: PLC0415

    text = "\n".join(path.read_bytes().decode("utf-8-sig") for path in sorted(SEEDS.glob("*.txt")))
    simplified = opencc.OpenCC("t2s").convert(text)
    chosen = simplified if script == "simplified" else opencc.OpenCC("s2tw").convert(simplified)
    return tuple(line.strip() for line in chosen.splitlines() if sum(map(is_han, line)) > 3)


@cache
def word_lines(count: int) -> tuple[str, ...]:
    """Lines of words drawn by their frequency in jieba's list: clean, and with rarer words than running text."""
    import jieba  # noqa: PLC0415

    rng = random.Random(11)
    rows = [row.split(" ") for row in (Path(jieba.__file__).parent / "dict.txt").read_text("utf-8").splitlines()]
    words, weights = [row[0] for row in rows], [int(row[1]) ** 0.6 for row in rows]
    drawn = rng.choices(words, weights, k=count * 8)
    marks = "，。、；：！？“”（）《》…—"
    return tuple(
        "".join(word + (rng.choice(marks) if rng.random() < 0.25 else "") for word in drawn[at : at + 8])
        for at in range(0, len(drawn), 8)
    )


def is_han(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


def writes(text: str, codec: str) -> bool:
    """Whether ``codec`` gives ``text`` back."""
    narrow = DETECTED.get(codec, codec)
    try:
        return text.encode(narrow).decode(narrow) == text and text.encode(codec).decode(codec) == text
    except UnicodeError:
        return False


def script_of(codec: str, rng: random.Random) -> str:
    """Big5 holds traditional text, GB and HZ simplified, Unicode either."""
    if codec in ("cp950", "big5hkscs", "euc_tw"):
        return "traditional"
    return "simplified" if codec in ("gb18030", "gb2312", "hz") else rng.choice(("simplified", "traditional"))


def piece(rng: random.Random, codec: str, length: int) -> str:
    """``length`` characters of running text that ``codec`` writes; half of them or more are Han."""
    while True:
        line = rng.choice(lines(script_of(codec, rng)))
        if len(line) < length:
            if length <= 50:
                continue
            line = "".join(rng.choices(lines(script_of(codec, rng)), k=1 + length // 40))
        start = rng.randrange(max(1, len(line) - length + 1))
        text = line[start : start + length]
        if len(text) == length and sum(map(is_han, text)) * 2 >= length and writes(text, codec):
            return text


def in_ascii(rng: random.Random, codec: str) -> str:
    """One to six Han in a line of ASCII."""
    words = ("please see the file name for more", "details about", "version 2 of this page", "and all the items")
    before, after = (" ".join(rng.choices(words, k=rng.randint(1, 2))) for _ in range(2))
    han = ""
    while not han:
        han = "".join(filter(is_han, piece(rng, codec, 8)))[: rng.randint(1, 6)]
    return f"{before} {han} {after}"


def corrupt(rng: random.Random, raw: bytes) -> tuple[bytes, str]:
    """Damage ``raw`` in one of five ways; return it with the name of the way."""
    way = rng.choice(("bad byte", "deletion", "NUL", "?", "cut"))
    at = rng.randrange(1, len(raw) - 1)
    changed = {
        "bad byte": raw[:at] + b"\xff" + raw[at:],
        "deletion": raw[:at] + raw[at + 1 :],
        "NUL": raw[:at] + b"\0" + raw[at + 1 :],
        "?": raw[:at] + b"?" + raw[at + 1 :],
        "cut": raw[: max(at, len(raw) * 3 // 4)],
    }
    return changed[way], way


Parts = list[tuple[str, bytes, str]]


def _line(rng: random.Random, codec: str, least: int = 7) -> str:
    while True:
        text = rng.choice(lines(script_of(codec, rng)))[: rng.choice((20, 60, 200))]
        if len(text) >= least and sum(map(is_han, text)) * 3 > len(text) and writes(text, codec):
            return text


def _part(text: str, codec: str) -> tuple[str, bytes, str]:
    return text, text.encode(codec), codec


def long_mixed(rng: random.Random) -> Parts:
    """A file of a common length: blocks in two encodings, with runs inside lines here and there."""
    pair = rng.sample(MIXED, 2)
    parts: Parts = []
    while sum(len(raw) for _, raw, _ in parts) < 30_000:
        parts.append(_part("".join(_line(rng, pair[0]) + "\n" for _ in range(rng.randint(10, 60))), pair[0]))
        parts.append(_part("".join(_line(rng, pair[1]) + "\n" for _ in range(rng.randint(1, 8))), pair[1]))
    return parts


def mixed_blocks(rng: random.Random) -> Parts:
    """Blocks of one to twelve lines in two encodings by turns."""
    pair = rng.sample(MIXED, 2)
    return [
        _part("".join(_line(rng, pair[turn % 2]) + "\n" for _ in range(rng.randint(1, 12))), pair[turn % 2])
        for turn in range(rng.randint(2, 6))
    ]


def mixed_run(rng: random.Random) -> Parts:
    """A file with a run of six to thirty characters of another encoding inside two of its lines."""
    outer, inner = rng.sample(MIXED, 2)
    parts: Parts = []
    for number in range(rng.randint(6, 16)):
        line = _line(rng, outer, 16)
        if number in (2, 5):
            cut = rng.randrange(4, len(line) - 4)
            parts.append(_part(line[:cut], outer))
            parts.append(_part(piece(rng, inner, rng.randint(6, 30)), inner))
            line = line[cut:]
        parts.append(_part(line + "\n", outer))
    return parts


def mixed_utf16(rng: random.Random) -> Parts:
    """A file with a block of one to four lines of UTF-16 in it."""
    outer, inner = rng.choice(MIXED), rng.choice(("utf-16-le", "utf-16-be"))
    block = "".join(_line(rng, "utf-8") + "\n" for _ in range(rng.randint(1, 4)))
    before, after = ("".join(_line(rng, outer) + "\n" for _ in range(rng.randint(1, 8))) for _ in range(2))
    return [_part(before, outer), _part(block, inner), _part(after, outer)]
