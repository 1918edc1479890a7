"""Build the table behind ``scrubber.pinyin``: how the common Chinese characters sound, from the package pypinyin (MIT).

One line for each syllable without its tone (ü as v), then the characters that may sound like it. Of the characters of
GB 2312 the three usual readings each are taken. ``--check`` builds again and fails when the committed table differs.
"""

from __future__ import annotations

import argparse
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

TABLE = Path(__file__).resolve().parent.parent / "scrubber" / "data" / "pinyin.txt"
READINGS = 3


def plain(reading: str) -> str:
    """A syllable without its tone: ``lǜ`` is lv."""
    letters = unicodedata.normalize(
        "NFD", reading.replace("ü", "v").replace("ǜ", "v").replace("ǚ", "v").replace("ǘ", "v")
    )
    return "".join(char for char in letters if char.isascii() and char.isalpha())


def characters() -> list[str]:
    """The Chinese characters of GB 2312."""
    cells = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    return [char for cell in cells if (char := cell.decode("gb2312", "ignore"))]


def table() -> str:
    """The text of the table."""
    from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415 - only this tool needs the package

    sounds: dict[str, set[str]] = defaultdict(set)
    for char in characters():
        for reading in pinyin_dict[ord(char)].split(",")[:READINGS]:
            sounds[plain(reading)].add(char)
    return "".join(f"{sound} {''.join(sorted(chars))}\n" for sound, chars in sorted(sounds.items()))


def main() -> int:
    """Write the table, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    if parser.parse_args().check:
        return int(TABLE.read_text(encoding="utf-8") != table())
    TABLE.write_text(table(), encoding="utf-8", newline="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
