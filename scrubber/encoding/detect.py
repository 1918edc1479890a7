"""Which encoding a text without byte order mark is in: the candidate under which it is most likely as Chinese.

Each candidate reads a sample; the cost of a reading is the negative log-likelihood of its characters, and a byte that
does not decode costs as much as a very rare character instead of ruling the candidate out. The difference between the
best two candidates makes the confidence. What no candidate of ours explains goes to chardet for a second opinion.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from itertools import pairwise, product
from typing import TYPE_CHECKING, NamedTuple

from scrubber.encoding.families import canonical
from scrubber.encoding.likelihood import UNITS_PER_NAT, cost, table
from scrubber.encoding.pairs import pair_bonus
from scrubber.encoding.survey import FEW_RARE, MIXABLE, UNSURE, Survey, is_sure, survey

if TYPE_CHECKING:
    from collections.abc import Iterable

_SAMPLE = 640
_SLICE = 160
_PAIRS_UP_TO = 64
_IMPLAUSIBLE = 9.5
_IMPLAUSIBLE_SHORT = 12.0
"""A reading is no Chinese text when its n non-ASCII characters cost more nats than the first number times n plus the
second times the root of n; running text costs 6 to 8 each."""

_TRADITIONAL_GBK = 2 * UNITS_PER_NAT
_OTHER_LANGUAGE = 10.0
_OTHER_EACH = 6.0
_OTHER_ALPHABET = 4.0
"""Valid UTF-8 may be of another language: what that costs, what a letter costs then, and a change of the alphabet."""
_ALPHABETS = "\u0250\u0370\u0400\u0530\u0590\u0600\u0700\u0900"
"""Where alphabets begin after Latin: phonetic signs, Greek, Cyrillic and so on."""
_HANGUL = re.compile("[\uac00-\ud7a3]")
_PRIOR_OF_HANGUL, _EACH_HANGUL = 8 * UNITS_PER_NAT, 3 * UNITS_PER_NAT
"""GB18030 and EUC-KR read as UTF-16 are all hangul."""
_LATIN_LETTER = re.compile(rb"(?<=[A-Za-z])[\xc0-\xff](?![\x80-\xff])|(?<![\x80-\xff])[\xc0-\xff](?=[a-z])")
_LATIN_SHARE, _SHORTEST_LATIN = 0.6, 7
_LATIN_GAIN = 16.0
"""When such a share of the bytes over 0x7F stand alone beside ASCII letters, they are letters with accents, and that
weighs so many nats."""
_JAPANESE = ("cp932", "euc_jp")
_KANA = re.compile("[\u3041-\u3093\u30a1-\u30fc]")
_KANA_SHARE = 0.2
_PRIOR_OF_KANA = 9 * UNITS_PER_NAT
_SHORTEST_DAMAGED = 16
_DAMAGED_MARGIN = 12.0
"""By how many nats a reading that leaves bytes out must beat one that does not."""
_PIECE = 48
LITTLE = 8192
"""Up to so many bytes are looked at as a whole at first; of more, a sample is read three times."""
_CLOSE_LOOK = 128
"""Up to so many bytes, every candidate is asked."""
_ALL_AGREE = 3
"""What the bytes of sure lines count when all of them are in one codec."""
_USUAL = 8.5
_CLEAR_NATS = 60.0
_SYNC = re.compile(rb"[\x00-\x2f:-?]")
_RARE_EACH = UNITS_PER_NAT / 20
_CLEAR = 0.99999
_HIGH_BYTES = bytes(range(0x80, 0x100))
_HIGH = re.compile(rb"[\x80-\xff]")
_ESCAPED = re.compile(rb"~\{|\x1b\$|\x1b\([BIJ]|\x0e")

_PRIORS: dict[str, float] = {
    "utf-8": 0.0,
    "gb18030": 0.0,
    "cp950": 0.0,
    "big5hkscs": 1.0,
    "utf-16-le": 5.0,
    "utf-16-be": 5.5,
    "euc_tw": 11.0,
    "cp932": 11.0,
    "euc_jp": 11.0,
    "euc_kr": 11.0,
    "cp1252": 9.0,
}
"""Nats that a candidate starts with, by how rarely it is met among Chinese texts."""
_FAMILY = {"cp950": "big5", "big5hkscs": "big5"}


class Guess(NamedTuple):
    """An encoding with the confidence (0 to 1) that it is the right family."""

    encoding: str
    confidence: float


class Reading(NamedTuple):
    """One candidate's way to read a sample: its cost in nats, prior included, and whether that is like Chinese."""

    encoding: str
    nats: float
    plausible: bool
    usual: bool


def detect_clean(raw: bytes) -> Guess | None:
    """The one codec in which all of ``raw``, or of a sample of much, decodes, with hardly a rare character, and is like
    Chinese text; None also when the text is too short to tell."""
    sample = raw if len(raw) <= LITTLE else _sample(raw)
    if len(sample) <= _CLOSE_LOOK:
        return None
    limit = FEW_RARE + _RARE_EACH * min(len(sample), _SAMPLE)
    clean = [codec for codec in MIXABLE if is_sure(sample, codec, limit)]
    if len(clean) == 1 and _is_usual(_first_slice(raw).decode(clean[0], "replace"), clean[0]):
        return Guess(clean[0], _CLEAR)
    readings = [read_as(sample, codec) for codec in MIXABLE] if len(raw) > LITTLE else []
    return _clear(readings) if readings else None


def detect_most(seen: Survey) -> Guess | None:
    """The codec of most of a text, when half of its bytes at least are in lines that are surely in one codec, or a
    quarter and no line is surely in another, and some of those read as usual; None also when the text is too short to
    tell."""
    votes, lost = seen.votes()
    most = max(votes)
    state = votes.index(most)
    if most <= _CLOSE_LOOK or sum(votes) * (_ALL_AGREE if most == sum(votes) else 1) < lost:
        return None
    own = b""
    for line, found in zip(seen.lines, seen.states, strict=True):
        if found == state and len(own) <= _SLICE:
            own += line + b"\n"
    codec = MIXABLE[state]
    return Guess(codec, _CLEAR) if _is_usual(own[: 2 * _SLICE].decode(codec, "replace"), codec) else None


def detect(raw: bytes) -> Guess | None:
    """Guess the encoding of ``raw``, which has no byte order mark; None when nothing explains it."""
    escaped = _detect_escaped(raw)
    if escaped is not None:
        return escaped
    sample = _sample(raw)
    readings = [read_as(sample, codec) for codec in MIXABLE]
    clear = _clear(readings) if len(sample) > _CLOSE_LOOK else None
    if clear is not None:
        return clear
    readings += [read_as(sample, codec) for codec in _other_candidates(raw, sample)]
    best = min(readings, key=_nats)
    if len(sample) > _CLOSE_LOOK and best.encoding in MIXABLE and not best.usual:
        mixed = _detect_by_lines(sample)
        if mixed is not None:
            return mixed
    damaged = None if best.usual or len(sample) < _SHORTEST_DAMAGED else _detect_damaged(sample, best)
    if damaged is not None:
        return damaged
    return Guess(best.encoding, _confidence(best, readings)) if best.plausible else _second_opinion(raw)


def detect_utf32(raw: bytes) -> Guess | None:
    """UTF-32 without byte order mark: few other bytes decode in it."""
    if b"\0\0" in raw[:_SAMPLE] and len(raw) % 4 == 0:
        for codec in ("utf-32-le", "utf-32-be"):
            if _decodes(raw, codec):
                return Guess(codec, 0.9999)
    return None


def detect_utf16(raw: bytes) -> Guess | None:
    """UTF-16 without byte order mark, when each piece of the text reads as Chinese in it and in nothing else."""
    pieces = [raw[at : at + _PIECE] for at in range(0, min(len(raw), _SAMPLE * 4), 2 * _PIECE)]
    pieces = [piece for piece in pieces if len(piece) > 16] or pieces
    if pieces and _reads_well(pieces[0]):
        return None
    totals = {"utf-16-le": 0.0, "utf-16-be": 0.0}
    rival = 0.0
    for piece in pieces:
        other = min(read_as(piece, codec).nats for codec in MIXABLE)
        own = {codec: read_as(piece, codec).nats - _PRIORS[codec] for codec in totals}
        totals = {codec: total + own[codec] for codec, total in totals.items() if own[codec] < other}
        rival += other
        if not totals:
            return None
    price, codec = min((total, codec) for codec, total in totals.items())
    return Guess(codec, 1 - math.exp(price - min([rival, *(total for name, total in totals.items() if name != codec)])))


def _reads_well(piece: bytes) -> bool:
    """Whether a piece that may be cut at its end is surely in one of the usual encodings."""
    return any(is_sure(piece[: len(piece) - cut], codec) for cut, codec in product(range(3), MIXABLE))


def _detect_damaged(sample: bytes, rival: Reading) -> Guess | None:
    """The codec in which the sample reads as Chinese, and better than in ``rival``, once single bytes are left out."""
    from scrubber.encoding.runs import price_with_damage  # noqa: PLC0415 - its tables are needed for damage only

    found = sorted((price_with_damage(sample, codec), codec) for codec in MIXABLE)
    (best, codec), (second, _) = found[:2]
    high = len(sample) - len(sample.translate(None, _HIGH_BYTES))
    usual = _USUAL * high / (3 if codec == "utf-8" else 2) + 6.0 * (len(sample) - high) + _IMPLAUSIBLE_SHORT
    if best > min(usual, rival.nats - _DAMAGED_MARGIN if rival.plausible else usual) * UNITS_PER_NAT:
        return None
    return Guess(codec, 1.0 / (1.0 + math.exp((best - second) / UNITS_PER_NAT)))


def _nats(reading: Reading) -> float:
    return reading.nats


def _detect_by_lines(sample: bytes) -> Guess | None:
    """The codec of most of the text, for a sample that no single codec explains because it mixes several."""
    seen = survey(sample)
    votes, lost = seen.votes()
    if sum(votes) < 2 * lost:
        for line, state in zip(seen.lines, seen.states, strict=True):
            best = min((read_as(line, codec) for codec in MIXABLE), key=_nats) if state == UNSURE else None
            if best and (best.usual or (best.plausible and len(line) < _CLOSE_LOOK // 4)):
                votes[MIXABLE.index(best.encoding)] += len(line)
                lost -= len(line)
    most = max(votes)
    return Guess(MIXABLE[votes.index(most)], 0.99) if sum(votes) >= 2 * lost and most else None


def read_as(sample: bytes, codec: str) -> Reading:
    """Read ``sample`` in ``codec`` and say what that costs."""
    text = sample.decode(codec, "replace")
    units = text_cost(text, codec)
    if codec == "cp1252" and _is_latin(sample):
        units -= round(_LATIN_GAIN * UNITS_PER_NAT)
    ascii_bytes = text.encode("ascii", "ignore")
    foreign = len(text) - len(ascii_bytes) or 1
    plain = sum(map(table().simplified.__getitem__, ascii_bytes))
    if codec == "utf-8" and "\ufffd" not in text:
        units = min(units, plain + foreign_cost(text))
    limit = (_IMPLAUSIBLE * foreign + _IMPLAUSIBLE_SHORT * math.sqrt(foreign)) * UNITS_PER_NAT
    usual = units - plain <= _USUAL * foreign * UNITS_PER_NAT and not _is_kana(text)
    return Reading(codec, units / UNITS_PER_NAT + _PRIORS.get(codec, 0.0), units - plain <= limit, usual)


def _is_usual(text: str, codec: str) -> bool:
    """Whether a text of some length, read in ``codec``, costs no more than running Chinese text does."""
    costs = table()
    ascii_bytes = text.encode("ascii", "ignore")
    most = _USUAL * (len(text) - len(ascii_bytes) or 1) * UNITS_PER_NAT
    plain = sum(map(costs.simplified.__getitem__, ascii_bytes))
    likely = (costs.traditional,) if codec in _FAMILY else (costs.either,) if codec == "utf-8" else costs[:2]
    return any(cost(text, one) - plain <= most for one in likely) and not _is_kana(text)


def _is_latin(sample: bytes) -> bool:
    """Whether letters with accents are inside words; a few bytes are too little to tell."""
    if len(sample) < _SHORTEST_LATIN:
        return False
    high = len(sample) - len(sample.translate(None, _HIGH_BYTES))
    return len(_LATIN_LETTER.findall(sample)) >= _LATIN_SHARE * high > 0


def foreign_cost(text: str) -> int:
    """What the letters of ``text`` beside ASCII cost, in 1/12 nat, in valid UTF-8 of another language: one language is
    written in one alphabet."""
    letters = [character for character in text if character > "\x7f"]
    alphabets = [bisect_right(_ALPHABETS, character) for character in letters]
    changes = sum(one != other for one, other in pairwise(alphabets))
    return round((_OTHER_LANGUAGE + _OTHER_EACH * len(letters) + _OTHER_ALPHABET * changes) * UNITS_PER_NAT)


def text_cost(text: str, codec: str) -> int:
    """The cost in 1/12 nat of ``text`` as what ``codec`` was read to; short texts get the bonus for known pairs."""
    costs = table()
    short = len(text) <= _PAIRS_UP_TO
    if codec in _FAMILY or codec == "euc_tw":
        return cost(text, costs.traditional) - (pair_bonus(text) if short else 0)
    if codec.startswith("utf"):
        hangul = len(_HANGUL.findall(text)) if codec != "utf-8" else 0
        korean = _PRIOR_OF_HANGUL + _EACH_HANGUL * hangul if hangul else 0
        return cost(text, costs.either) + korean - (pair_bonus(text) if short else 0)
    if codec in _JAPANESE and _is_kana(text):
        return cost(text, costs.either) - _PRIOR_OF_KANA
    units = cost(text, costs.simplified)
    if codec.startswith("gb"):
        units = min(units, cost(text, costs.traditional) + _TRADITIONAL_GBK)
    return units - (pair_bonus(text) if short else 0)


def _is_kana(text: str) -> bool:
    return len(_KANA.findall(text)) > _KANA_SHARE * len(text) + 3


def _clear(readings: list[Reading]) -> Guess | None:
    """The best reading, if it is like Chinese text and far better than the others."""
    best, second = sorted(readings, key=_nats)[:2]
    if not best.usual or second.nats - best.nats <= _CLEAR_NATS:
        return None
    return Guess(best.encoding, _confidence(best, readings))


def _other_candidates(raw: bytes, sample: bytes) -> Iterable[str]:
    if not _decodes(sample, "cp950") and _decodes(sample, "big5hkscs"):
        yield "big5hkscs"
    if len(raw) % 2 == 0 or len(raw) > _CLOSE_LOOK or b"\0" in sample:
        yield from ("utf-16-le", "utf-16-be")
    yield from ("euc_tw", "cp932", "euc_jp", "euc_kr", "cp1252")


def _decodes(sample: bytes, codec: str) -> bool:
    try:
        sample.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _confidence(best: Reading, others: list[Reading]) -> float:
    family = _FAMILY.get(best.encoding, best.encoding)
    weight = sum(
        math.exp(best.nats - other.nats) for other in others if _FAMILY.get(other.encoding, other.encoding) != family
    )
    return 1.0 / (1.0 + weight)


def _sample(raw: bytes) -> bytes:
    """All of a short text; of a long one slices from its first non-ASCII line, its middle and its last quarter."""
    if len(raw) <= _SAMPLE:
        return raw
    if b"\0" in raw[:_SAMPLE]:
        return raw[:_SAMPLE]
    slices = [_first_slice(raw)]
    for start in (len(raw) // 2, len(raw) * 3 // 4):
        sync = _SYNC.search(raw, start, start + _SLICE)
        if sync:
            slices.append(raw[sync.start() : sync.start() + _SLICE])
    return b"\n".join(slices)


def _first_slice(raw: bytes) -> bytes:
    """A slice from the first line of ``raw`` that is not all ASCII."""
    match = _HIGH.search(raw)
    if match is None:
        return raw[: 2 * _SLICE]
    first = max(raw.rfind(b"\n", 0, match.start()), 0)
    return raw[max(first, match.start() - 64) : first + 2 * _SLICE]


def _detect_escaped(raw: bytes) -> Guess | None:
    """HZ and ISO-2022: seven-bit texts with escape sequences."""
    if not raw.isascii() or not _ESCAPED.search(raw[:65536]):
        return None
    for codec, mark in (("hz", b"~{"), ("iso2022_jp_2", b"\x1b$"), ("iso2022_kr", b"\x0e")):
        if mark not in raw:
            continue
        text = raw[:65536].decode(codec, "replace")
        if text.count("\ufffd") * 5 < sum(not character.isascii() for character in text):
            return Guess(codec, 0.999)
    return None


def _second_opinion(raw: bytes) -> Guess | None:
    import chardet  # noqa: PLC0415 - slow to load, asked only about what is no Chinese text

    result = chardet.detect(raw, max_bytes=len(raw))
    name, confidence = result["encoding"], result["confidence"]
    if not name:
        return None
    codec = canonical(name)
    try:
        raw.decode(codec)
    except UnicodeDecodeError:
        return None
    return Guess(codec, min(confidence, 0.9))
