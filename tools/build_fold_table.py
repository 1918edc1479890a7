#!/usr/bin/env python3
"""Build ``scrubber/data/fold.txt``, the table behind the folded view.

``python tools/build_fold_table.py`` writes the table; with ``--check`` it exits 1 if the committed table differs from
a fresh build.

Sources: OpenCC's character dictionaries (Apache-2.0, dumped with the tool in its wheel), Python's ``unicodedata``
(Unicode licence), and the short lists below, which are our own. Only blocks named here are consulted, so that the
table does not change with the Unicode version of the Python that builds it.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import opencc

if TYPE_CHECKING:
    from collections.abc import Iterator

TARGET = Path(__file__).resolve().parent.parent / "scrubber" / "data" / "fold.txt"

# Characters that nobody sees. Combining marks are here only where they decorate (general, for symbols, half marks);
# marks that belong to a script, such as Thai vowels or Arabic points, carry meaning and stay.
INVISIBLE = (
    (0x00, 0x08),
    (0x0E, 0x1B),
    (0x7F, 0x7F),
    (0xAD, 0xAD),
    (0x0300, 0x036F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x1AB0, 0x1ACE),
    (0x1DC0, 0x1DFF),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x20D0, 0x20F0),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF9, 0xFFFB),
    (0xFFFE, 0xFFFF),
    (0xE0000, 0xE007F),
    (0xE0100, 0xE01EF),
)

# Blocks in which Unicode's compatibility decomposition, letter names and lower case are taken.
BLOCKS = (
    (0x0009, 0x0009),
    (0x0041, 0x005A),
    (0x00A0, 0x00FF),
    (0x0100, 0x024F),
    (0x0250, 0x02AF),
    (0x0370, 0x03FF),
    (0x0400, 0x052F),
    (0x1D00, 0x1DBF),
    (0x1E00, 0x1EFF),
    (0x1F00, 0x1FFF),
    (0x2000, 0x206F),
    (0x2070, 0x209C),
    (0x2100, 0x214F),
    (0x2150, 0x218B),
    (0x2460, 0x24FF),
    (0x2776, 0x2793),
    (0x2C60, 0x2C7F),
    (0x2E80, 0x2FD5),
    (0x3000, 0x3000),
    (0x3200, 0x33FF),
    (0xA720, 0xA7BF),
    (0xAB30, 0xAB64),
    (0xF900, 0xFAD9),
    (0xFB00, 0xFB06),
    (0xFE10, 0xFE19),
    (0xFE30, 0xFE6B),
    (0xFF01, 0xFF9F),
    (0xFFE0, 0xFFEE),
    (0x1D400, 0x1D7FF),
    (0x1F100, 0x1F10C),
    (0x1F110, 0x1F189),
    (0x1F1E6, 0x1F1FF),
    (0x1F201, 0x1F251),
    (0x1FBF0, 0x1FBF9),
    (0x2F800, 0x2FA1D),
)

# Look-alikes of Latin letters in other scripts, by shape: capitals are matched as capitals (Greek Η is an h, η an n).
LOOK_ALIKES = (
    ("АВЕЁКМНОРСТУХЅІЈԌԛԝҮҺӀԁѴПГ", "abeekmhopctyxsijgqwyhldvnr"),
    ("авеёкмнорстухѕіјԍүһӏѵҽѡьпгзб", "abeekmhopctyxsijgyhlvewbnr36"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϺ", "abezhikmnoptyxcm"),
    ("αβγεηικνορτυχωϲϳμ", "abyenikvoptuxwcju"),
    ("օսհոցզյ", "ouhngqj"),
    ("ꓐꓑꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ", "bpdtgkjczfmnlsrvhwxyaeiou"),
    ("ᎠᎡᎢᎪᎫᎬᎳᎷᎻᎽᏀᏃᏎᏒᏔᏕᏙᏚᏞᏟᏢᏦᏴ", "drtajewmhygzsrwsvslcpkb"),
    ("ɡɑɩıȷʋſĸŋǝəɘÐð", "gaiijvskneeedd"),
    ("∶꞉ː‐‑‒–−⁻₋∕⁄⧸∗⁎〜∼∣ǀ․", "::'-------///**~~||."),
    ("•‧∙⋅・･·ꞏ", "········"),
)

# Han that hardly occur in modern text and stand in for a common character in disguises, or are another spelling of it.
# What is ordinary in simplified text does not stand here. Of GB 2312 there are 攵, a radical and hardly a character,
# and 藉, which traditional text has in 藉口; 著 stays, for 著名 is simplified, though 跟著 is 跟着.
RARE_HAN = {
    "攵": "文",
    "囬": "回",
    "囙": "因",
    "囯": "国",
    "圀": "国",
    "伩": "信",
    "訫": "信",
    "㣲": "微",
    "嶶": "微",
    "媺": "美",
    "徴": "征",
    "仺": "仓",
    "悳": "德",
    "冋": "同",
    "弌": "一",
    "弍": "二",
    "弎": "三",
    "亖": "四",
    "卄": "廿",
    "妳": "你",
    "牠": "它",
    "瞭": "了",
    "藉": "借",
    "伕": "夫",
    "揹": "背",
    "甦": "苏",
    "鎗": "枪",
    "拏": "拿",
    "隄": "堤",
    "荳": "豆",
    "籐": "藤",
    "菓": "果",
    "燄": "焰",
    "耡": "锄",
    "澂": "澄",
}

# Ordinary in simplified text in a sense of its own; OpenCC's first candidate would make another word of it.
STAYS = set("吒薹袷拚榘")

# Chinese punctuation and signs whose compatibility form would be worse to match against than they are themselves.
KEEP = set("…‥⋯´¨¯¸˘˙˚˛˜˝‗‾′″‴‵‶‷⁇⁈⁉℀℁℅℆⁗￣")


# CJK radicals that have no decomposition in Unicode, with the character they look like (EquivalentUnifiedIdeograph);
# text copied out of PDF files is full of them.
RADICALS = (
    "⺁厂⺄乙⺇几⺈刀⺊卜⺌小⺍小⺎兀⺒巳⺓幺⺕彐⺙攵⺜日⺝月⺠民⺥爪⺧牛⺩王⺪疋⺫目⺬示⺮竹⺴网⺶羊⺷羊⺸羊⺻聿⺼月⺽臼⻁虎⻃西⻄西⻅见"
    "⻆角⻇角⻉贝⻊足⻋车⻑长⻓长⻔门⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫齐⻬齐⻭齿⻮齿⻯龙⻰龙⻱龟⻲龟"
)
LETTER_NAMES = re.compile(
    r"(?:LATIN (?:SMALL|CAPITAL) LETTER|LATIN LETTER SMALL CAPITAL|LATIN SMALL CAPITAL LETTER"
    r"|LATIN (?:SMALL|CAPITAL) LETTER (?:SCRIPT|BLACKLETTER|INSULAR|LENIS|BARRED)"
    r"|NEGATIVE (?:CIRCLED|SQUARED) LATIN CAPITAL LETTER|REGIONAL INDICATOR SYMBOL LETTER) ([A-Z])(?: WITH .*)?"
)
LIGATURE_NAMES = re.compile(r"LATIN (?:SMALL|CAPITAL) (?:LETTER|LIGATURE) (AA|AE|AO|AU|AV|AY|OE|OO)(?: WITH .*)?")
SPELLED_OUT = {"ß": "ss", "ẞ": "ss", "︙": "…", "︰": ":"}


LINE_ENDS = "\n\r\x0b\x0c\x85\u2028\u2029"

# Letters by category that serve as dividers: strokes and tone marks.
DIVIDERS = "_丨丶丿亅乀乁〡ˉˇˊˋ"

# Letters of the basic plane that Unicode took in after version 14, so that every Python builds the same table.
LATER = (
    (0x088F, 0x088F),
    (0x0C5C, 0x0C5C),
    (0x0CDC, 0x0CDC),
    (0x1C89, 0x1C8A),
    (0xA7CB, 0xA7CF),
    (0xA7D2, 0xA7D2),
    (0xA7D4, 0xA7D4),
    (0xA7DA, 0xA7DC),
    (0xA7F1, 0xA7F1),
)


def dictionary(name: str) -> dict[str, str]:
    """The first candidate of every character in one of OpenCC's dictionaries."""
    library = Path(opencc.__file__).parent / "clib"
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "dump.txt"
        source = library / "share" / "opencc" / f"{name}.ocd2"
        command = [library / "bin" / "opencc_dict", "-i", source, "-o", dump, "-f", "ocd2", "-t", "text"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        lines = dump.read_text(encoding="utf-8").splitlines()
    entries = (line.split("\t") for line in lines)
    return {source: candidates.split(" ")[0] for source, candidates in entries}


def ordinary(character: str) -> bool:
    """Whether the character belongs to GB 2312, the set of simplified Chinese."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def han_map() -> dict[str, str]:
    """One Han character for another: radicals, rare and regional forms, traditional to simplified."""
    simplified = {c: to for c, to in dictionary("TSCharacters").items() if c != to}
    table = dict(zip(RADICALS[::2], RADICALS[1::2], strict=True)) | RARE_HAN
    for name in ("JPShinjitaiCharacters", "HKVariantsRev", "TWVariantsRev"):
        regional = dictionary(name).items()
        table |= {c: to for c, to in regional if not ordinary(c) and c not in simplified.values()}
    table |= simplified
    return {c: to for c, to in table.items() if c not in STAYS and len(c) == len(to) == 1}


def bare(text: str) -> str:
    """The text without the general combining marks, for example é as e."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not 0x300 <= ord(c) <= 0x36F)
    return unicodedata.normalize("NFC", plain)


def enclosed(character: str, name: str) -> str | None:
    """The content of ⑴, ⒈, 🄁, ⓵, ❶ and their kind; None for any other character."""
    plain = unicodedata.normalize("NFKC", character)
    if name.startswith("PARENTHESIZED") and plain[0] == "(" and plain[-1] == ")":
        return plain[1:-1]
    if name.endswith((" FULL STOP", " COMMA")) and plain[0].isdecimal() and len(plain) > 1:
        return plain[:-1]
    if unicodedata.category(character) == "No" and plain == character:
        return str(int(unicodedata.numeric(character)))
    return None


def lettered(name: str) -> str | None:
    """The plain letters of ø, ᴀ, 🅰, æ, told by their names; None for any other character."""
    for pattern in (LETTER_NAMES, LIGATURE_NAMES):
        if found := pattern.fullmatch(name):
            return found[1].lower()
    return None


def fold_once(character: str, special: dict[str, str]) -> str:
    """One step of the fold of one character; the table is what stays after as many steps as it takes."""
    if character in special:
        return special[character]
    if within(character, INVISIBLE):
        return ""
    if character < "\U00010000" and unicodedata.category(character) == "Nd":
        return str(unicodedata.decimal(character))
    return compatible(character) if within(character, BLOCKS) else character


def within(character: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    """Whether one of the ranges, their ends included, holds the character."""
    return any(first <= ord(character) <= last for first, last in ranges)


def compatible(character: str) -> str:
    """The fold that Unicode's data gives: spaces, letters told by name, compatibility forms, lower case."""
    if unicodedata.category(character) == "Zs" or character == "\t":
        return " "
    name = unicodedata.name(character, "")
    content = enclosed(character, name) or lettered(name)
    if content is not None:
        return content
    plain = bare(unicodedata.normalize("NFKC", character)).lower()
    return character if plain.startswith(" ") else plain


def fold_fully(text: str, special: dict[str, str]) -> str:
    """Fold until nothing changes (薴 → 苧 → 苎)."""
    for _ in range(8):
        folded = "".join(fold_once(character, special) for character in text)
        if folded == text:
            return text
        text = folded
    raise ValueError(f"{text!r} has no fixpoint")


def candidates(special: dict[str, str]) -> Iterator[str]:
    """Every character that may fold to something else."""
    codes = {ord(character) for character in special}
    codes.update(code for first, last in BLOCKS for code in range(first, last + 1))
    codes.update(code for code in range(0x10000) if unicodedata.category(chr(code)) == "Nd")
    yield from map(chr, sorted(codes))


def build() -> str:
    """The text of the table: dropped ranges; one to one, from and to; others, each with its fold; separators."""
    special = han_map() | {character: character for character in KEEP} | SPELLED_OUT
    for sources, targets in LOOK_ALIKES:
        special |= dict(zip(sources, targets, strict=True))
    folded = {c: fold_fully(c, special) for c in candidates(special)}
    changed = {c: to for c, to in folded.items() if c != to and to}
    one = {c: to for c, to in changed.items() if len(to) == 1 and ord(c) < 0x10000}
    rows = [f"{c}{to}" for c, to in changed.items() if c not in one]
    dropped = [f"{first:x}-{last:x}" for first, last in INVISIBLE]
    head = "# Generated by tools/build_fold_table.py, read by scrubber/folding.py."
    return "\n".join([head, " ".join(dropped), "".join(one), "".join(one.values()), "\v".join(rows), separators(), ""])


def separators() -> str:
    """The characters of the basic plane that never belong to a word or a number, as ranges of code points."""
    plane = [chr(code) for code in range(0x10000)]
    drops = "".join("-" if is_separator(character) else "w" for character in plane)
    return " ".join(f"{run.start():x}-{run.end() - 1:x}" for run in re.finditer("-+", drops))


def is_separator(character: str) -> bool:
    """Whether the skeleton drops the character: neither letter nor digit (of Unicode 14), or a divider; no line end."""
    word = character.isalnum() and character not in DIVIDERS and not within(character, LATER)
    return not word and character not in LINE_ENDS


def main() -> int:
    """Write the table, or compare it with the committed one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 when they differ")
    check = parser.parse_args().check
    fresh = build().encode("utf-8")
    if not check:
        TARGET.write_bytes(fresh)
        return 0
    if TARGET.read_bytes() == fresh:
        return 0
    print(f"{TARGET} is not what this script builds; run it without --check", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
