"""Files that mix encodings: which lines, and which runs inside a line, are in another encoding than the rest.

Lines come first. Most are sure: they decode and have hardly a rare character. The others are read by every candidate,
and the cheapest path through the lines is found, where changing the encoding has its price (Viterbi's algorithm). What
still reads badly inside its line goes to :mod:`scrubber.encoding.runs`.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias

from scrubber.encoding.blocks import find_hz, fit
from scrubber.encoding.detect import foreign_cost
from scrubber.encoding.likelihood import UNITS_PER_NAT, cost, exceeds, lines_over, rare, rare_places, table
from scrubber.encoding.pairs import pair_bonus
from scrubber.encoding.runs import RARE_WHERE_MIXED, refine
from scrubber.encoding.segments import REPLACEMENT, Part, Whole, joined
from scrubber.encoding.survey import MIXABLE, UNSURE, Survey, survey

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SWITCH = 8 * UNITS_PER_NAT
"""What changing the encoding between two lines costs."""
_DOUBT_EACH = 0.05 * UNITS_PER_NAT
_DOUBT_MORE = 7 * UNITS_PER_NAT
"""A line is in doubt when its rare characters exceed the usual by more than the first for each character plus the
second."""
_FEW = 8
"""When more than one line in so many is in doubt, all lines are compared."""
_REFINE_BYTES = 65536
"""How many bytes of doubtful lines are read byte by byte in one document; the rest keep the codec of their line."""

Reading: TypeAlias = int | tuple[int, ...] | None
"""What is known of a line: the number of the codec that it is surely in, or what it costs in each; None for ASCII."""

_WHOLE_LINE = 1024
_LONG_LINE = 96
_USUAL_EACH = 8 * UNITS_PER_NAT
"""What a character of a usual line costs at most."""
_FEW_RARE_EACH = UNITS_PER_NAT / 2
_TINY_LINE = 8
"""For lines of so few characters it counts what neighbours are worth to each other."""
_LEAST_DAMAGE = 13 * UNITS_PER_NAT
"""What a byte that does not decode costs at least."""
_NEVER = 1 << 30


def split(
    raw: bytes,
    main: str,
    utf16: list[Part],
    *,
    inside: bool = True,
    whole: Whole | None = None,
    seen: Survey | None = None,
) -> list[Part]:
    """Divide ``raw``, most of which is in ``main`` (UTF-8, GB18030 or Big5), into parts of one encoding each.

    ``utf16`` are the blocks that :func:`scrubber.encoding.blocks.find_utf16` found. Without ``inside``, only whole
    lines are told apart. What is known already need not be found again: ``whole`` is ``raw`` read in ``main``, when all
    of it decodes, and ``seen`` is what its lines are surely in.
    """
    codecs = candidates(main)
    parts: list[Part] = []
    position = 0
    blocks = [fit(raw, block, main) for block in utf16]
    for block in sorted(blocks + find_hz(raw), key=lambda one: one.start):
        if block.start < position:
            continue
        parts += _split_around(raw, position, block.start, main, inside=inside)
        parts.append(block)
        position = block.end
    if position:
        return joined(parts + _split_around(raw, position, len(raw), main, inside=inside))
    if seen is None and whole is not None:
        return joined(_split_doubtful(raw, whole, codecs, main, inside=inside))
    return joined(_split_seen(0, survey(raw) if seen is None else seen, codecs, main, inside=inside))


def candidates(main: str) -> tuple[str, ...]:
    """The codecs that a document mostly in ``main`` may be mixed of, in the order of ``MIXABLE``."""
    return (*MIXABLE[:2], main if main.startswith("big5") else MIXABLE[2])


def _split_around(raw: bytes, start: int, end: int, main: str, *, inside: bool) -> list[Part]:
    """The parts of what stands before, between or after blocks."""
    own = raw[start:end]
    if not own:
        return []
    try:
        whole = Whole(own.decode(main))
    except UnicodeDecodeError:
        return _split_seen(start, survey(own), candidates(main), main, inside=inside)
    parts = _split_doubtful(own, whole, candidates(main), main, inside=inside)
    return [Part(start + part.start, start + part.end, part.encoding) for part in parts]


def _split_seen(start: int, seen: Survey, codecs: tuple[str, ...], main: str, *, inside: bool) -> list[Part]:
    """The parts of a text whose lines were looked at, and which stands at byte ``start``."""
    lines = seen.lines
    home = codecs.index(main)
    if {*seen.states} <= {home, None}:
        return [Part(start, start + sum(map(len, lines)) + len(lines) - 1, main)]
    clear = _clear_inner(seen, codecs, main) if inside else {}
    readings = [
        state if state != UNSURE else home if index in clear else _costs(line, codecs, main)
        for index, (line, state) in enumerate(zip(*seen, strict=True))
    ]
    chosen = choose(readings, home)
    inner = clear
    if inside:
        inner = _inner(lines, chosen, _to_refine(lines, chosen, readings, codecs), codecs, main, clear)
    return list(_join(start, lines, chosen, codecs, inner))


def _clear_inner(seen: Survey, codecs: tuple[str, ...], main: str) -> dict[int, list[Part]]:
    """The parts of the unsure lines, by their numbers, that stand between sure ones in ``main`` and are in it, too: all
    of a line that is usual but short (no parts), or but for a run inside that shows without comparing whole lines."""
    lines, states = seen
    home = codecs.index(main)
    found: dict[int, list[Part]] = {}
    document = b""
    left = _REFINE_BYTES
    for index in range(1, len(states) - 1):
        if states[index] != UNSURE or not states[index - 1] == states[index + 1] == home:
            continue
        if _is_usual(lines[index], main):
            found[index] = []
            continue
        document = document or b"\n".join(lines)
        left -= len(lines[index])
        parts = refine(lines[index], main, codecs, home=main, document=document, walk=False) if left >= 0 else []
        if parts and parts[0].encoding == parts[-1].encoding == main:
            found[index] = parts
    return found


def _is_usual(line: bytes, codec: str) -> bool:
    """Whether ``line`` decodes, has no rare character and costs no more than running text does."""
    try:
        text = line.decode(codec)
    except UnicodeDecodeError:
        return False
    return rare().search(text) is None and cost(text, table().either) <= _USUAL_EACH * len(text)


def _inner(
    lines: list[bytes],
    chosen: list[int],
    wanted: dict[int, bool],
    codecs: tuple[str, ...],
    main: str,
    clear: dict[int, list[Part]],
) -> dict[int, list[Part]]:
    """The parts inside of lines, by the numbers of these; where there are some, as there are in those that are
    ``clear``, other lines are looked at, too."""
    if not wanted and not any(clear.values()):
        return {}
    document = b"\n".join(lines)
    found = dict(clear)
    left = _REFINE_BYTES - sum(len(lines[index]) for index, parts in clear.items() if parts)
    for mixed in (False, True):
        for index, whole in wanted.items():
            line, codec = lines[index], codecs[chosen[index]]
            if len(line) <= left:
                found[index] = refine(line, codec, codecs, home=main, document=document, whole=whole, mixed=mixed)
                left -= len(line) if found[index] else 0
        if mixed or not any(found.values()):
            break
        others = [index for index, line in enumerate(lines) if not found.get(index) and not line.isascii()]
        wanted = dict.fromkeys(_may_be_divided(lines, others, chosen, codecs), False)
    return found


def _may_be_divided(lines: list[bytes], numbers: list[int], chosen: list[int], codecs: tuple[str, ...]) -> list[int]:
    """Which of the ``numbers`` are of lines that have enough rare characters to be worth a look in a mixed document."""
    found: list[int] = []
    for state, codec in enumerate(codecs):
        own = [index for index in numbers if chosen[index] == state]
        text = b"\n".join(map(lines.__getitem__, own)).decode(codec, "replace")
        if rare().search(text):
            found += map(own.__getitem__, lines_over(text, RARE_WHERE_MIXED, rare_places(text)))
    return sorted(found)


def _split_doubtful(raw: bytes, whole: Whole, codecs: tuple[str, ...], main: str, *, inside: bool) -> list[Part]:
    """The parts of a text that all decodes in ``main``: only the lines that read badly are compared."""
    lines, doubts = _doubtful(raw, whole, main)
    if not doubts:
        return [Part(0, len(raw), main)]
    if len(doubts) * _FEW > len(lines):
        return _split_seen(0, survey(raw), codecs, main, inside=inside)
    ends = list(accumulate(map(len, lines)))
    home = codecs.index(main)
    looked_at = dict(zip(doubts, survey(b"\n".join(map(lines.__getitem__, doubts))).states, strict=True))
    parts: list[Part] = []
    position = spent = 0
    for first, last in _groups(doubts, len(lines)):
        start = ends[first - 1] + first if first else 0
        parts += [Part(position, start, main)] if position < start else []
        states = [looked_at.get(index, home) for index in range(first, last + 1)]
        inside = inside and spent <= _REFINE_BYTES
        parts += _split_seen(start, Survey(lines[first : last + 1], states), codecs, main, inside=inside)
        position = ends[last] + last
        spent += position - start
    return [*parts, Part(position, len(raw), main)] if position < len(raw) else parts


def _groups(doubts: list[int], count: int) -> Iterator[tuple[int, int]]:
    """The first and last numbers of the runs of lines in doubt, of ``count`` lines, with a line around each."""
    first = last = -2
    for index in doubts:
        if index - last > 2 and last >= 0:
            yield max(first - 1, 0), min(last + 1, count - 1)
        first = index if index - last > 2 else first
        last = index
    if last >= 0:
        yield max(first - 1, 0), min(last + 1, count - 1)


def _doubtful(raw: bytes, whole: Whole, main: str) -> tuple[list[bytes], list[int]]:
    """The lines, and the numbers of those with more rare characters than their length explains; if there are any."""
    if whole.outside is not None:
        if not whole.outside:
            return [], []
        lines = raw.split(b"\n")
        excesses = _excesses(lines, whole.outside)
    else:
        places = rare_places(whole.text) if whole.places is None else whole.places
        excesses = lines_over(whole.text, _DOUBT_MORE, places)
        lines = raw.split(b"\n") if excesses else []
    each = _DOUBT_EACH / (3 if main == "utf-8" else 2)
    return lines, [index for index, excess in excesses.items() if excess > each * len(lines[index]) + _DOUBT_MORE]


def _excesses(lines: list[bytes], outside: list[int]) -> dict[int, int]:
    """What the rare characters exceed the usual by in those lines of GB18030 that hold the bytes ``outside``."""
    ends = list(accumulate(len(line) + 1 for line in lines))
    wanted = sorted({bisect_right(ends, place) for place in outside})
    return {index: cost(lines[index].decode("gb18030"), table().excess) for index in wanted}


def _costs(line: bytes, codecs: tuple[str, ...], main: str) -> tuple[int, ...]:
    """What a line costs in each codec; a long one that has few rare characters for its length is in ``main``."""
    if len(line) > _LONG_LINE:
        text = line.decode(main, "replace")
        if not exceeds(text, _FEW_RARE_EACH * len(text)):
            return tuple(0 if codec == main else _NEVER for codec in codecs)
    prices = dict.fromkeys(codecs, _NEVER)
    for codec in (main, *(codec for codec in codecs if codec != main)):
        text = line.decode(codec, "replace")
        if len(text) <= _TINY_LINE or text.count(REPLACEMENT) * _LEAST_DAMAGE <= min(prices.values()) + 2 * SWITCH:
            prices[codec] = _line_cost(text, codec)
    return tuple(prices.values())


def _line_cost(text: str, codec: str) -> int:
    """What a line costs that reads ``text`` in ``codec``, in 1/12 nat."""
    costs = table()
    if codec == "utf-8":
        price = cost(text, costs.either)
        if REPLACEMENT not in text:
            ascii_text = text.encode("ascii", "ignore").decode()
            price = min(price, cost(ascii_text, costs.either) + foreign_cost(text))
    else:
        price = cost(text, costs.traditional if codec.startswith(("cp950", "big5")) else costs.simplified)
    return price - pair_bonus(text) if len(text) <= _TINY_LINE else price


def choose(readings: list[Reading], home: int) -> list[int]:
    """The codec of each line: what it is surely in, else what is cheapest seen over all lines."""
    chosen: list[int] = []
    if tuple not in map(type, readings):
        state = home
        for reading in readings:
            state = state if reading is None else reading  # type: ignore[assignment]
            chosen.append(state)
        return chosen
    total = [0 if state == home else SWITCH // 2 for state in range(len(MIXABLE))]
    waiting: list[tuple[int, ...] | None] = []
    for reading in readings:
        if isinstance(reading, int):
            chosen += _path(waiting, total, reading) if waiting else []
            chosen.append(reading)
            total = [0 if state == reading else _NEVER for state in range(len(MIXABLE))]
            waiting = []
        elif reading is None and chosen and not waiting:
            chosen.append(chosen[-1])
        else:
            waiting.append(reading)
    return chosen + _path(waiting, total, None)


def _path(readings: list[tuple[int, ...] | None], total: list[int], following: int | None) -> list[int]:
    """The cheapest codecs for lines that are in none for sure, given what each costs before the first and which one
    comes after the last."""
    states = range(len(MIXABLE))
    back: list[list[int]] = []
    for reading in readings:
        cheapest = min(states, key=total.__getitem__)
        limit = total[cheapest] + SWITCH
        back.append([state if total[state] <= limit else cheapest for state in states])
        total = [min(value, limit) for value in total]
        if reading is not None:
            total = [value + price for value, price in zip(total, reading, strict=True)]
    state = min(states, key=total.__getitem__)
    if following is not None and total[following] <= total[state] + SWITCH:
        state = following
    chosen: list[int] = []
    for pointers in reversed(back):
        chosen.append(state)
        state = pointers[state]
    return chosen[::-1]


def _to_refine(
    lines: list[bytes], chosen: list[int], readings: Sequence[Reading], codecs: tuple[str, ...]
) -> dict[int, bool]:
    """The lines that read badly in their codec, and those on their own among others, which (True) are looked at as a
    whole."""
    wanted: dict[int, bool] = {}
    last = len(lines) - 1
    for index, (state, reading) in enumerate(zip(chosen, readings, strict=True)):
        if reading is None or (isinstance(reading, int) and state == chosen[index - 1]):
            continue
        alone = 0 < index < last and state != chosen[index - 1] and state != chosen[index + 1]
        if isinstance(reading, int) and not alone:
            continue
        text = lines[index].decode(codecs[state], "replace")
        if alone and len(lines[index]) <= _WHOLE_LINE and rare().search(text):
            wanted[index] = True
        elif exceeds(text, _DOUBT_EACH * len(text) + _DOUBT_MORE):
            wanted[index] = False
    return wanted


def _join(
    start: int, lines: list[bytes], chosen: list[int], codecs: tuple[str, ...], inner: dict[int, list[Part]]
) -> Iterator[Part]:
    """Parts of equal neighbours, and those ``inner`` ones of lines."""
    ends = list(accumulate((len(line) + 1 for line in lines), initial=start))
    begin, current = start, chosen[0]
    changes = [index for index in range(1, len(chosen)) if chosen[index] != chosen[index - 1]]
    for index in sorted({*changes, *inner}):
        position = ends[index]
        if begin < position and (chosen[index] != current or inner.get(index)):
            yield Part(begin, position, codecs[current])
            begin = position
        current = chosen[index]
        if inner.get(index):
            yield from (Part(position + part.start, position + part.end, part.encoding) for part in inner[index])
            begin = position + len(lines[index])
    if begin < ends[-1] - 1:
        yield Part(begin, ends[-1] - 1, codecs[current])
