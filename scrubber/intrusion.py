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
from itertools import takewhile
from math import exp

from scrubber.intrusion_words import LONGEST, Word, bucket

WINDOW = 8
"""Code points of context on either side of a seam; wider ones cost time and tell no more."""

STRONG_GAIN = 50
"""Decinats from which a split word is evidence (see docs/intrusion.md for what it costs in false alarms)."""

BINDING = 20
"""Decinats that an edge must cost before it counts as running through a word."""

HESITATION = 10
"""Decinats that another edge must be better by before it is moved …"""

RELUCTANCE = 5
"""… and for every code point that it moves."""

# Fitted by hand on made names against phrases of prose (benchmarks/intrusion.py).
BRAND_MIDPOINT = 13.8
BRAND_NOMINAL = 6.0
BRAND_RARITY = 1.5

_RUN = Word(90, nominal=True)
_OTHER = Word(70, nominal=False)
_NEVER = 1 << 30


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
    """Nats of the span per code point: about 5 for ordinary prose, 7 for coined names, 9 where nothing forms a word."""


def is_han(char: str) -> bool:
    """Whether a character is a Chinese one of the basic plane."""
    return "\u3400" <= char <= "\u9fff"


def segment(text: str) -> tuple[tuple[str, Word], ...]:
    """The likeliest words of a text, with their costs; they tile the text."""
    best = _costs(text)
    words: list[tuple[str, Word]] = []
    end = len(text)
    while end:
        start, word = next(
            (start, word)
            for start in range(end - 1, -1, -1)
            for stop, word in _words_at(text, start)
            if stop == end and best[start] + word.cost == best[end]
        )
        words.append((text[start:end], word))
        end = start
    return tuple(reversed(words))


def _costs(text: str) -> list[int]:
    """Decinats of the best segmentation of every prefix of a text, the empty one first."""
    best = [0] + [_NEVER] * len(text)
    for start in range(len(text)):
        so_far = best[start]
        for end, word in _words_at(text, start):
            best[end] = min(best[end], so_far + word.cost)
    return best


def _words_at(text: str, start: int) -> list[tuple[int, Word]]:
    """The words that may begin at an offset, with their ends."""
    first = text[start]
    if is_han(first):
        known = bucket(first)
        stops = range(start + 1, min(len(text), start + LONGEST) + 1)
        return [(stop, known[rest]) for stop in stops if (rest := text[start + 1 : stop]) in known]
    if not (first.isascii() and first.isalnum()):
        return [(start + 1, _OTHER)]
    ends = range(start + 1, min(len(text), start + LONGEST) + 1)
    return [(end, _RUN) for end in takewhile(lambda end: _is_run(text[start:end]), ends)]


def _is_run(piece: str) -> bool:
    return piece.isascii() and (piece.isdigit() or piece.isalpha())


def judge(left: str, span: str, right: str) -> Judgement:
    """Weigh a candidate between its neighbours.

    Only the nearest ``WINDOW`` code points of the neighbours and of either end of the span matter; all may be empty.
    """
    left, right = left[-WINDOW:], right[:WINDOW]
    if len(span) > 2 * WINDOW:
        span = f"{span[:WINDOW]}\n{span[-WINDOW:]}"
    whole, rest = _costs(left + span + right), _costs(span + right)
    alone, after = rest[len(span)], _costs(right)[-1]
    joined = _costs(left + right)[-1]
    before = whole[len(left)]
    gain = whole[-1] - alone - joined
    edges = max(before + alone - whole[len(left + span)], alone + after - rest[-1])
    return Judgement(
        splits_word=before + after - joined >= BINDING and gain >= STRONG_GAIN,
        gain=gain / 10,
        cuts_word=edges >= BINDING and gain < 0,
        oov=alone / 10 / max(1, len(span)),
    )


def best_boundaries(text: str, start: int, end: int, slack: int) -> tuple[int, int]:
    """Move the edges of a span, each by at most ``slack`` code points, to where the fewest words are broken.

    The given edges stay unless others are clearly better, and the nearer of two equally good ones wins.
    """
    head, tail = max(0, start - slack - WINDOW), min(len(text), end + slack + WINDOW)
    reach = slack + WINDOW
    long = end - start > 2 * reach

    def price(edges: tuple[int, int]) -> tuple[int, int]:
        first, last = edges
        moved = abs(first - start) + abs(last - end)
        doubt = HESITATION * ((first != start) + (last != end)) + RELUCTANCE * moved
        inside = text[first : start + reach] + "\n" + text[end - reach : last] if long else text[first:last]
        outside = text[head:first] + text[last:tail]
        return _costs(inside)[-1] + _costs(outside)[-1] + doubt, moved

    firsts = range(max(0, start - slack), min(len(text), start + slack) + 1)
    lasts = range(max(0, end - slack), min(len(text), end + slack) + 1)
    return min(((first, last) for first in firsts for last in lasts if first < last), key=price, default=(start, end))


def brand_like(name: str) -> float:
    """How much a phrase looks like a coined name rather than running text, from 0 to 1 (even odds at 0.5).

    Names are put together from nouns, attributes and numbers, and from words that are seldom or never seen together;
    running text has verbs and particles and common words. Empty text gives 0.
    """
    if not name:
        return 0.0
    words = segment(name)
    nominal = sum(len(text) for text, word in words if word.nominal) / len(name)
    rarity = sum(word.cost for _, word in words) / 10 / len(name)
    return 1 / (1 + exp(BRAND_MIDPOINT - BRAND_NOMINAL * nominal - BRAND_RARITY * rarity))
