"""A corpus for the benchmarks, made out of the bundled seeds by a seeded generator, and rules that match in it.

Sentences of the seeds in which the shipped rules find nothing are shuffled into lines of about 334 code points and
documents of about 55 KB. A part of the lines gets an advert that one of the rules finds, in one of four disguises.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import opencc

from scrubber import Scrubber
from scrubber.encoding.likelihood import common
from scrubber.ruleset import RuleSet, load
from scrubber.view import fold

SEEDS = Path(__file__).resolve().parent.parent / "fixtures" / "seeds"
LINE = 334
DOCUMENT = 55_000
DIRTY = 0.025
_TO_TRADITIONAL = opencc.OpenCC("s2t")
_HAN = [char for char in sorted(common()) if "一" <= char <= "鿿" and fold(char).text == char]
_SHIPPED = (
    "本文由墨香范文网整理发布，更多资料请关注公众号墨香文秘",
    "更多范文请加QQ123456789咨询",
    "以上就是小编为大家整理的全部内容，希望对您有所帮助。",
    "来源：墨香公文网，转载请注明出处",
)


def _wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


WAYS: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    lambda text: str(_TO_TRADITIONAL.convert(text)),
    _wide,
    lambda text: text[:2] + "\u200b" + text[2:],
)


# The shapes that most rules have: how the pattern is written for a name, and how an advert reads that it matches.
_SHAPES: tuple[tuple[str, str], ...] = (
    (
        r"(?:本文|资料)?由?{0}(?:网|文库|公众号)(?:独家|精心)?(?:整理|提供|发布)(?:[,:]\s*[a-z0-9]{{2,12}})?",
        "本文由{0}文库整理，QQ{1}",
    ),
    (
        r"(?:更多|最新|海量)(?:资料|范文|试题|内容)?[^。]{{0,8}}(?:关注|搜索|登录){0}(?:网|文库|公众号)?(?:[(\[][^。)\]]{{0,20}}[)\]])?",
        "更多范文请关注{0}公众号（{1}）",
    ),
    (
        r"(?:来源|转自|选自|出处)\s*:?\s*(?P<site>{0}(?:网|论坛|在线)?)(?:[^。]{{0,6}}\d{{4}}-\d{{1,2}}-\d{{1,2}})?",
        "来源：{0}论坛",
    ),
    (
        r"(?:加|联系)?(?:客服|老师|小编)?{0}(?:老师)?的?(?:微信|qq|扣扣|电话)(?:号码?)?:?\s*[a-z0-9_-]{{4,20}}",
        "联系{0}老师的微信：{1}",
    ),
)


def synthetic(count: int, seed: int = 7) -> list[tuple[str, str]]:
    """``count`` different patterns in the shapes that most rules have, each with a text that it matches."""
    rng = random.Random(seed)
    pairs = []
    for number in range(count):
        name = "".join(rng.sample(_HAN, rng.choice((2, 3, 4))))
        pattern, text = _SHAPES[number % len(_SHAPES)]
        pairs.append((pattern.format(name), text.format(name, rng.randrange(10**4, 10**8))))
    return pairs


def synthetic_rules(patterns: list[tuple[str, str]], folder: Path) -> RuleSet:
    """The patterns as rules, written to ``folder``."""
    (folder / "bench").mkdir(parents=True)
    for number, (pattern, text) in enumerate(patterns):
        rule = (
            f"id = 'bench-{number}'\ntitle = 'a title'\nwhy = 'a reason'\nfamily = 'bench'\nkind = 'promo'\n"
            f"[match]\npattern = '''{pattern}'''\n"
            + f"[[example]]\ntext = '⟦{text}⟧'\n" * 2
            + "[[near_miss]]\ntext = '无'\n" * 2
        )
        (folder / "bench" / f"bench-{number}.toml").write_text(rule, encoding="utf-8")
    return load([folder], builtin=False)


def sentences() -> list[str]:
    """Sentences of the seeds that are clean."""
    scrubber = Scrubber()
    found: list[str] = []
    for path in sorted(SEEDS.glob("*.txt")):
        text = scrubber.scrub(path.read_bytes(), trace=False).text
        found += (one for one in re.findall(r"[^。\s]{12,120}。", text) if not re.search(r"[&%*×\u200b]", one))
    whole = scrubber.scrub("\n".join(found), trace=False)
    dirty = {whole.document.text.count("\n", 0, finding.span.start) for finding in whole.findings if whole.document}
    return [one for number, one in enumerate(found) if number not in dirty]


def documents(size: int, adverts: list[str] | None = None, dirty: float = DIRTY, seed: int = 1) -> Iterator[bytes]:
    """Documents of about ``DOCUMENT`` bytes, ``size`` bytes in all; ``adverts`` for the shipped rules by default."""
    rng = random.Random(seed)
    clean = sentences()
    made = 0
    while made < size:
        lines: list[str] = []
        length = 0
        while length < min(DOCUMENT, size - made):
            line = ""
            while len(line) < LINE - 40:
                line += rng.choice(clean)
            if rng.random() < dirty:
                line += rng.choice(WAYS)(rng.choice(adverts or _SHIPPED))
            lines.append(line)
            length += len(line.encode()) + 1
        raw = ("\n".join(lines) + "\n").encode()
        made += len(raw)
        yield raw
