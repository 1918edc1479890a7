"""Build ``scrubber/data/encoding*``: how likely characters are, alone and in pairs.

Sources, openly licensed and shipped as packages: the word list with frequencies of jieba (MIT) and, to write its words
in traditional characters, OpenCC (Apache-2.0); and this project's own lists of words that jieba's lacks. Run
``python tools/build_encoding_table.py``; the output depends on nothing else and is the same every time.

The first file is one zlib stream: 65,536 costs for simplified text, as many for traditional text, and the smaller of
both (one byte for each code unit, in 1/12 nat, so that a sum of costs is a negative log-likelihood).

The second, encoding_common.txt, follows from it: the characters that are neither rare nor of those that misread text
consists of, hangul aside.

The third is one zlib stream of UTF-8 text. Its first line has every traditional character before its simplified one.
Each further line is about one simplified character: the character; what it is worth that a word ends there and that a
word begins there, as two symbols; then groups of a symbol and of the characters that are worth so much behind it. A
symbol is the character "P" moved by as many places as the worth has half nats. The worth of a neighbour is the
logarithm of how much likelier a character is there than anywhere, when words are drawn by their frequency one after the
other.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from itertools import pairwise
from pathlib import Path

import jieba
import opencc

from scrubber.encoding.likelihood import table
from scrubber.mojibake import LETTER

DATA = Path(__file__).parent.parent / "scrubber" / "data"
MODERN_WORDS = [Path(__file__).with_name(name) for name in ("intrusion_modern_words.txt", "encoding_words.txt")]
MODERN_COUNT = 500
UNITS_PER_NAT = 12
STEPS_PER_NAT = 2
ZERO = "P"
DAMPING = 0.6
"""For pairs, counts are raised to this power, as other texts than jieba's have other frequent words."""
LEAST_COUNT = 60
LEAST_WORTH = 1.0
"""Pairs seen less often, or hardly likelier than by the ends and beginnings of words, are left out."""
NO_WORDS = 0.1
"""The share of neighbours that have nothing to do with words."""
UNSEEN = 20
"""How many times more than it was seen a character is taken to end and to begin words like any other."""
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
    (0x3105, 0x3129, 9.5),
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
    **dict.fromkeys("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ", 8.5),
    **dict.fromkeys("×°±", 8.0),
    **dict.fromkeys("ˇˉˊˋ˙", 10.0),
    **dict.fromkeys("이다는의을가에고한은하지를도로사기", 6.3),
    **dict.fromkeys("のいたにるはをてとしがでんなれか", 6.8),
    **{chr(code): 8.0 for code in range(0x21, 0x7F)},
    **dict.fromkeys("abcdefghijklmnopqrstuvwxyz", 6.0),
    **dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 7.0),
    **dict.fromkeys("0123456789", 5.5),
    **dict.fromkeys(",.:()-/", 6.0),
}


def main() -> None:
    """Build both tables and print their sizes."""
    words, counts = _words()
    simplified = _characters([(words, 1.0)], counts)
    taiwan = opencc.OpenCC("s2tw").convert("\n".join(words)).split("\n")
    hongkong = opencc.OpenCC("s2hk").convert("\n".join(words)).split("\n")
    traditional = _characters([(taiwan, 0.7), (hongkong, 0.3)], counts)
    costs = _costs(simplified, traditional), _costs(traditional, simplified)
    _write("encoding.bin", b"".join((*costs, bytes(map(min, *costs)))))
    rows = [_simplified_forms(set(traditional)), *_pairs(words, [round(10 * count**DAMPING) for count in counts])]
    _write_common()
    _write("encoding_pairs.bin", "\n".join(rows).encode())


def _write_common() -> None:
    excess = table().excess
    characters = (chr(code) for code in range(0x10000) if not excess[code] and not 0xAC00 <= code <= 0xDFFF)
    text = "".join(character for character in characters if not LETTER.match(character))
    (DATA / "encoding_common.txt").write_bytes(text.encode())
    print(f"encoding_common.txt: {len(text):,} characters")


def _write(name: str, plain: bytes) -> None:
    packed = zlib.compress(plain, 9)
    (DATA / name).write_bytes(packed)
    print(f"{name}: {len(packed):,} bytes")


def _words() -> tuple[list[str], list[int]]:
    rows = (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines()
    counts = {word: int(count) for word, count, _ in (row.split(" ") for row in rows)}
    for path in MODERN_WORDS:
        for row in path.read_text(encoding="utf-8").splitlines():
            for word in () if row.startswith("#") else row.split():
                counts[word] = max(counts.get(word, 0), MODERN_COUNT)
    return list(counts), list(counts.values())


def _characters(variants: list[tuple[list[str], float]], counts: list[int]) -> Counter[str]:
    found: Counter[str] = Counter()
    for words, share in variants:
        for word, count in zip(words, counts, strict=True):
            for character in word:
                if "\u3400" <= character <= "\u9fff":
                    found[character] += count * share  # type: ignore[assignment]
    return found


def _simplified_forms(characters: set[str]) -> str:
    convert = opencc.OpenCC("t2s").convert
    forms = {character: convert(character) for character in sorted(characters)}
    return "".join(character + form for character, form in forms.items() if len(form) == 1 and form != character)


def _pairs(words: list[str], counts: list[int]) -> list[str]:
    """A row for every character that a word begins or ends with."""
    seen, first, last, inside = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for word, count in zip(words, counts, strict=True):
        if all("\u4e00" <= character <= "\u9fff" for character in word):
            for character in word:
                seen[character] += count
            first[word[0]] += count
            last[word[-1]] += count
            for pair in pairwise(word):
                inside["".join(pair)] += count
    total, beginnings = sum(seen.values()), sum(first.values())
    share = {character: count / total for character, count in seen.items()}
    ends = {character: (last[character] + UNSEEN) / (count + UNSEEN) for character, count in seen.items()}
    begins = {
        character: (first[character] + UNSEEN * share[character]) / (beginnings + UNSEEN) / share[character]
        for character in seen
    }
    followers: dict[str, dict[int, str]] = {character: {} for character in seen}
    for pair, count in sorted(inside.items()):
        one, other = pair
        across = (1 - NO_WORDS) * ends[one] * begins[other] + NO_WORDS
        worth = math.log(count / (seen[one] + UNSEEN) / share[other] + across)
        if count >= LEAST_COUNT and worth - math.log(across) > LEAST_WORTH:
            groups = followers[one]
            groups[_step(worth)] = groups.get(_step(worth), "") + other
    return [
        character
        + _symbol(_step(math.log(ends[character])))
        + _symbol(_step(math.log(begins[character])))
        + "".join(_symbol(worth) + group for worth, group in sorted(followers[character].items()))
        for character in sorted(seen)
        if seen[character] > LEAST_COUNT
    ]


def _step(worth: float) -> int:
    return round(worth * STEPS_PER_NAT)


def _symbol(step: int) -> str:
    return chr(max(0x21, min(0x7E, ord(ZERO) + step)))


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
