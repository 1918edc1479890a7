"""Build ``scrubber/data/encoding.bin``: how likely each character is in simplified and in traditional Chinese.

Sources, both openly licensed and shipped as packages: the word list with frequencies of jieba (MIT) and, to write its
words in traditional characters, OpenCC (Apache-2.0). Run ``python tools/build_encoding_table.py``; the output depends
on nothing else and is the same every time.

The file is one zlib stream: 65,536 costs for simplified text, 65,536 for traditional text (one byte for each code
unit, in 1/12 nat, so that a sum of costs is a negative log-likelihood), then as UTF-8 text the most frequent pairs of
neighbours inside words: groups separated by spaces, each of a first character and all that follow it; simplified ones
up to a newline, then those that only traditional text has.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from pathlib import Path

import jieba
import opencc

OUTPUT = Path(__file__).parent.parent / "scrubber" / "data" / "encoding.bin"
UNITS_PER_NAT = 12
PAIRS = 8000
HAN_SHARE = 0.82
HAN_FLOOR = 2e-8
PUNCTUATION = dict(
    zip(
        "，。、“”：；！？（）《》—…·‘’　【】「」『』〈〉～％－＋＝／．＊＂＇＃＆＠",
        (
            [0.055, 0.03, 0.014, 0.006, 0.006, 0.005, 0.003, 0.003, 0.003, 0.003, 0.003, 0.002, 0.002]
            + [0.003, 0.002, 0.001, 0.0005, 0.0005, 0.004, 0.0005, 0.0005, 0.001, 0.001, 0.0003, 0.0003]
            + [0.0001] * 14
        ),
        strict=False,
    )
)
BLOCKS: tuple[tuple[int, int, float], ...] = (
    (0x0000, 0xFFFF, 17.0),
    (0x0000, 0x001F, 12.0),
    (0x0080, 0x009F, 18.0),
    (0x00A0, 0x00FF, 11.0),
    (0x0100, 0x036F, 14.0),
    (0x0370, 0x03FF, 11.0),
    (0x0391, 0x03C9, 10.0),
    (0x0400, 0x04FF, 13.0),
    (0x0410, 0x044F, 9.5),
    (0x2000, 0x20FF, 11.5),
    (0x2100, 0x22FF, 11.0),
    (0x2300, 0x23FF, 12.5),
    (0x2460, 0x249B, 9.5),
    (0x2500, 0x257F, 11.0),
    (0x25A0, 0x26FF, 10.5),
    (0x3000, 0x303F, 11.0),
    (0x3041, 0x3093, 8.7),
    (0x30A1, 0x30FC, 9.2),
    (0x3105, 0x3129, 12.0),
    (0x3200, 0x33FF, 13.0),
    (0x4E00, 0x9FFF, 17.7),
    (0xAC00, 0xD7A3, 10.3),
    (0xD800, 0xDFFF, 10.5),
    (0xE000, 0xF8FF, 17.0),
    (0xFF01, 0xFF5E, 9.8),
    (0xFF61, 0xFF9F, 13.5),
    (0xFFFD, 0xFFFD, 14.0),
    (0xFFFE, 0xFFFF, 20.0),
)
"""First and last code unit and cost in nats; later rows win. Surrogates come in pairs and so count twice."""
SINGLES: dict[str, float] = {
    "\0": 9.0,
    "\ufeff": 9.0,
    "\x1a": 9.0,
    "〇": 8.5,
    **dict.fromkeys("\t\n\r", 4.6),
    " ": 4.6,
    **{chr(code): 9.5 for code in range(0xC0, 0xDF)},
    **{chr(code): 8.0 for code in range(0xDF, 0x100)},
    **dict.fromkeys("éèàüöäñçóíáúêâîôß", 7.5),
    **dict.fromkeys("×°±", 8.0),
    **dict.fromkeys("이다는의을가에고한은하지를도로사기", 6.3),
    **dict.fromkeys("のいたにるはをてとしがでんなれか", 6.8),
    **{chr(code): 8.0 for code in range(0x21, 0x7F)},
    **dict.fromkeys("abcdefghijklmnopqrstuvwxyz", 6.0),
    **dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 7.0),
    **dict.fromkeys("0123456789", 5.5),
    **dict.fromkeys(",.:()-/", 6.0),
}


def main() -> None:
    """Build the table and print its size."""
    words, counts = _words()
    simplified = _characters([(words, 1.0)], counts)
    taiwan = opencc.OpenCC("s2tw").convert("\n".join(words)).split("\n")
    hongkong = opencc.OpenCC("s2hk").convert("\n".join(words)).split("\n")
    traditional = _characters([(taiwan, 0.7), (hongkong, 0.3)], counts)
    pairs = _pairs(words, counts)
    text = _grouped(pairs) + "\n" + _grouped(_pairs(taiwan, counts) - pairs)
    plain = _costs(simplified, traditional) + _costs(traditional, simplified) + text.encode()
    packed = zlib.compress(plain, 9)
    OUTPUT.write_bytes(packed)
    print(f"{OUTPUT.name}: {len(packed):,} bytes, {len(simplified):,} and {len(traditional):,} characters")


def _words() -> tuple[list[str], list[int]]:
    rows = (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines()
    parts = [row.split(" ") for row in rows]
    return [part[0] for part in parts], [int(part[1]) for part in parts]


def _characters(variants: list[tuple[list[str], float]], counts: list[int]) -> Counter[str]:
    found: Counter[str] = Counter()
    for words, share in variants:
        for word, count in zip(words, counts, strict=True):
            for character in word:
                if "\u3400" <= character <= "\u9fff":
                    found[character] += count * share  # type: ignore[assignment]
    return found


def _pairs(words: list[str], counts: list[int]) -> set[str]:
    found: Counter[str] = Counter()
    for word, count in zip(words, counts, strict=True):
        for index in range(len(word) - 1):
            pair = word[index : index + 2]
            if all("\u4e00" <= character <= "\u9fff" for character in pair):
                found[pair] += count
    return set(sorted(found, key=lambda pair: (-found[pair], pair))[:PAIRS])


def _grouped(pairs: set[str]) -> str:
    followers: dict[str, str] = {}
    for first, second in sorted(pairs):
        followers[first] = followers.get(first, "") + second
    return " ".join(first + seconds for first, seconds in followers.items())


def _costs(own: Counter[str], other: Counter[str]) -> bytes:
    nats = [17.0] * 65536
    for first, last, cost in BLOCKS:
        nats[first : last + 1] = [cost] * (last + 1 - first)
    for character, cost in SINGLES.items():
        nats[ord(character)] = cost
    for character, share in PUNCTUATION.items():
        nats[ord(character)] = -math.log(share)
    total, other_total = sum(own.values()), sum(other.values())
    for character in set(own) | set(other):
        share = 0.95 * own[character] / total + 0.05 * other[character] / other_total
        nats[ord(character)] = -math.log(HAN_SHARE * share + HAN_FLOOR)
    return bytes(min(255, round(cost * UNITS_PER_NAT)) for cost in nats)


if __name__ == "__main__":
    main()
