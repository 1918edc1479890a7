"""Does the sentence read better without this span?

A watermark dropped into a sentence breaks it; what stands left and right of it reads as Chinese again once it is gone.
The model is a unigram word model (Viterbi segmentation over a table of words with frequencies). Texts are compared by
their cost in nats, the negative log-probability of their best segmentation:

    gain = cost(left + span + right) - cost(span) - cost(left + right)

Words cut by the span (企⟦…⟧业) make the first term dear, words that the span shares with its neighbours make the last
two dear, and a span between words costs the same either way. Everything works on folded (simplified) text; all offsets
are code points of the text given. Nothing here decides: it is evidence for whoever has a candidate already.
"""

from __future__ import annotations

from dataclasses import dataclass

from scrubber.intrusion_words import Word, bucket

WINDOW = 12
"""Code points of context on either side of a seam; no word is longer than half of it."""

STRONG_GAIN = 6.0
"""Nats from which a split word is evidence (see docs/intrusion.md for what it costs in false alarms)."""

BINDING = 2.0
"""Nats that an edge must cost before it counts as running through a word."""

_LONGEST = 6
_RUN_COST = 9.0
_OTHER_COST = 7.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the model says about one span; costs and gains in nats."""

    splits_word: bool
    """A word stands across the seam once the span is gone, and the span is what broke it."""
    gain: float
    """How much likelier the text is as *span dropped into sentence* than as one sentence; negative speaks against."""
    cuts_word: bool
    """An edge of the span runs through a word that the text loses when the span goes."""
    oov: float
    """Cost of the span per code point: about 4 for ordinary words, 8 and more for what no list knows."""


def is_han(char: str) -> bool:
    """Whether a character is a Chinese one of the basic plane."""
    return "\u3400" <= char <= "\u9fff"


def segment(text: str) -> tuple[tuple[str, Word], ...]:
    """The likeliest words of a text, with their costs; they tile the text."""
    best: list[tuple[float, int, Word]] = [(0.0, 0, Word(0.0, nominal=False))]
    best += [(float("inf"), 0, Word(0.0, nominal=False))] * len(text)
    for start in range(len(text)):
        so_far = best[start][0]
        for end, word in _words_at(text, start):
            if so_far + word.cost < best[end][0]:
                best[end] = (so_far + word.cost, start, word)
    words = []
    end = len(text)
    while end:
        _, start, word = best[end]
        words.append((text[start:end], word))
        end = start
    return tuple(reversed(words))


def cost(text: str) -> float:
    """Nats of the best segmentation of a text."""
    best = [0.0] + [float("inf")] * len(text)
    for start in range(len(text)):
        for end, word in _words_at(text, start):
            best[end] = min(best[end], best[start] + word.cost)
    return best[-1]


def _words_at(text: str, start: int) -> list[tuple[int, Word]]:
    """The words that may begin at an offset, with their ends."""
    first = text[start]
    if is_han(first):
        words = bucket(first)
        rest = text[start + 1 : start + _LONGEST]
        return [(start + 1 + n, words[rest[:n]]) for n in range(len(rest) + 1) if rest[:n] in words]
    if not (first.isascii() and first.isalnum()):
        return [(start + 1, Word(_OTHER_COST, nominal=False))]
    end = start + 1
    while end < len(text) and text[end].isascii() and text[end].isalnum() and text[end].isdigit() == first.isdigit():
        end += 1
    return [(end, Word(_RUN_COST, nominal=True))]


def _binding(left: str, right: str) -> float:
    """Nats that a cut between two texts costs: how tightly a word holds them together."""
    left, right = left[-WINDOW:], right[:WINDOW]
    return cost(left) + cost(right) - cost(left + right)


def judge(left: str, span: str, right: str) -> Judgement:
    """Weigh a candidate between its neighbours.

    Only the nearest ``WINDOW`` code points of the neighbours matter; they may be empty.
    """
    left, right = left[-WINDOW:], right[:WINDOW]
    joined = _binding(left, right)
    before, after = _binding(left, span), _binding(span, right)
    if len(span) <= _LONGEST:
        edges = cost(left) + cost(span) + cost(right) - cost(left + span + right)
    else:
        edges = before + after
    gain = joined - edges
    return Judgement(
        splits_word=joined >= BINDING and gain >= STRONG_GAIN,
        gain=gain,
        cuts_word=max(before, after, edges) >= BINDING and gain < 0,
        oov=cost(span) / max(1, len(span)),
    )


def best_boundaries(text: str, start: int, end: int, slack: int) -> tuple[int, int]:
    """Move the edges of a span, each by at most ``slack`` code points, to where the fewest words are broken.

    The given edges stay unless others are clearly better, and the nearer of two equally good ones wins.
    """
    head, tail = max(0, start - slack - WINDOW), min(len(text), end + slack + WINDOW)

    def price(edges: tuple[int, int]) -> tuple[float, int]:
        a, b = edges
        moved = abs(a - start) + abs(b - end)
        return round(cost(text[a:b]) + cost(text[head:a] + text[b:tail]) + 0.5 * moved, 6), moved

    return min(
        (
            (a, b)
            for a in range(max(0, start - slack), min(len(text), start + slack) + 1)
            for b in range(max(a + 1, end - slack), min(len(text), end + slack) + 1)
        ),
        key=price,
        default=(start, end),
    )
