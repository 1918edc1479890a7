"""Many documents: the outcomes are those of each alone, but what is clean is neither decoded nor folded.

Documents are taken in groups, first one by one, then more and more of them, so that a stream flows from the start and
memory stays bounded. What the sieve leaves goes the ordinary way, as all documents do until so much has passed that
compiled rules pay, or where nobody can sift.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from scrubber import cache
from scrubber.encoding import decode
from scrubber.encoding.signature import bom_of, magic_of
from scrubber.model import CleanOutcome, LateOutcome, Outcome

if TYPE_CHECKING:
    from scrubber.ruleset import RuleSet
    from scrubber.sieve import Sieve

GROUP = 1 << 22
"""Bytes of documents that are sifted together."""

PAYS = 1 << 20
"""Bytes that take about as long the ordinary way as compiled rules take to load."""

_SHORT = 512
_TWO_BYTE_LEADS = bytes(range(0xC2, 0xE0))
_HAN_LEADS = range(0xE3, 0xEA)

Run = Callable[[bytes, str | None], Outcome]
"""The ordinary way: the outcome of bytes in an encoding, or in one that is to be detected."""


class Item(NamedTuple):
    """One document: its bytes, the encoding that is known, and whether they surely are in that."""

    raw: bytes
    encoding: str | None
    sure: bool = False


class Batch:
    """Takes documents through the sieve, and those that it leaves the ordinary way."""

    def __init__(self, ruleset: RuleSet) -> None:
        self._ruleset = ruleset
        self._left = PAYS

    def outcomes(self, items: Iterable[Item | Outcome], run: Run, trace: bool) -> Iterator[Outcome]:
        """The outcome of each document, in order; outcomes among them pass through.

        ``trace`` tells that ``run`` also finds fragments, also in documents that are clean.
        """
        for group in _groups(items):
            for item, clean in zip(group, self._sifted(group), strict=True):
                if not isinstance(item, Item):
                    yield item
                elif clean is None:
                    yield run(item.raw, item.encoding)
                elif clean is item.raw and not trace:
                    yield CleanOutcome.of(clean, clean.decode, partial(_clean, item), changed=False)
                else:
                    make = partial(run, item.raw, item.encoding)
                    yield LateOutcome.of(clean, clean.decode, make, changed=clean is not item.raw)

    def _sifted(self, group: Sequence[Item | Outcome]) -> Sequence[bytes | None]:
        """The clean bytes of each document; None for what has to go the ordinary way."""
        fit = [(number, item) for number, item in enumerate(group) if isinstance(item, Item) and _may_be_plain(item)]
        items = [item for _, item in fit]
        clean: list[bytes | None] = [None] * len(group)
        if self._left > 0:
            self._left -= sum(len(item.raw) for item in items)
        elif items and self._sieve:
            sifted = self._sieve.sift(items)
            if len(fit) == len(group):
                return sifted
            for (number, _), found in zip(fit, sifted, strict=True):
                clean[number] = found
        return clean

    @cached_property
    def _sieve(self) -> Sieve | None:
        from scrubber.sieve import Sieve, may_hold_of, scanner_of  # noqa: PLC0415 - small batches need neither nor what they load

        scanner = scanner_of(self._ruleset.rules, cache.folder())
        return Sieve(self._ruleset.rules, scanner, may_hold_of(cache.folder())) if scanner else None


def _clean(item: Item) -> Outcome:
    """The outcome of a document in which nothing is found."""
    document = decode(item.raw, None, item.encoding)
    return Outcome(None, document, item.raw, document.text)


def _groups(items: Iterable[Item | Outcome]) -> Iterator[list[Item | Outcome]]:
    """Items in groups, each about twice as large as the one before, up to ``GROUP`` bytes."""
    group: list[Item | Outcome] = []
    size, most = 0, 1
    for item in items:
        group.append(item)
        size += len(item.raw) + 1 if isinstance(item, Item) else 1
        if size >= most:
            yield group
            group, most, size = [], min(GROUP, 2 * size), 0
    if group:
        yield group


def _may_be_plain(item: Item) -> bool:
    """Whether a document can be UTF-8 without a mark, as far as its first bytes and, if it is short, all tell."""
    raw = item.raw
    if len(raw) > _SHORT and raw[0] in _HAN_LEADS:
        return item.encoding in {None, "utf-8"}
    if raw and raw[0] not in _HAN_LEADS and bom_of(raw):
        return False
    if item.encoding is not None:
        return item.encoding == "utf-8"
    if raw and raw[0] not in _HAN_LEADS and magic_of(raw):
        return False
    return len(raw) > _SHORT or len(raw) == len(raw.translate(None, _TWO_BYTE_LEADS))


def items_of(values: Iterable[Any], encoding: str | None) -> Iterator[Item | Outcome]:
    """The documents that somebody has, in order: see ``item_of``. Arrays of Arrow are read without decoding them."""
    chunks = getattr(values, "chunks", None)
    for part in (values,) if chunks is None else chunks:
        read = _ARROW.get(str(getattr(part, "type", None)))
        yield from _in_arrow(part, *read, encoding) if read else (item_of(value, encoding) for value in part)


_ARROW = {
    "string": ("<i4", True),
    "large_string": ("<i8", True),
    "binary": ("<i4", False),
    "large_binary": ("<i8", False),
}
"""Types of Arrow whose arrays consist of offsets and bytes → the type of the offsets, and whether it is text."""


def _in_arrow(array: Any, offsets: str, is_text: bool, encoding: str | None) -> Iterator[Item | Outcome]:
    import numpy as np  # noqa: PLC0415 - who has Arrow has it too

    _, bounds, data = array.buffers()
    count = len(array)
    ends = (
        np.frombuffer(bounds, offsets, count + 1, array.offset * np.dtype(offsets).itemsize).tolist() if count else []
    )
    content = memoryview(data or b"")
    missing = array.is_null().to_pylist() if array.null_count else None
    for number in range(count):
        if missing and missing[number]:
            yield item_of(None, encoding)
        else:
            raw = bytes(content[ends[number] : ends[number + 1]])
            yield Item(raw, "utf-8", sure=True) if is_text else Item(raw, encoding)


def item_of(value: Any, encoding: str | None) -> Item | Outcome:
    """A document out of what somebody has: text, bytes, or a scalar of Arrow. Raises TypeError for anything else."""
    value = value.as_py() if hasattr(value, "as_py") else value
    if value is None:
        return Outcome(None, None, b"", "", error="there is no text: the value is missing")
    if isinstance(value, bytes):
        return Item(value, encoding)
    if not isinstance(value, str):
        raise TypeError(f"a document is str or bytes, not {type(value).__name__}")
    try:
        return Item(value.encode("utf-8"), "utf-8", sure=True)
    except UnicodeEncodeError as error:
        why = f"lone surrogate at code point {error.start}: this is not text"
        return Outcome(None, None, b"", value, error=why)
