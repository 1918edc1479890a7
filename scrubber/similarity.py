"""Near-duplicates: an index of texts that finds every text sharing a run of 49 normalised characters or more.

Candidates come from fingerprints of normalised text, so that redactions do not hide a copy; what counts is then
measured on the texts themselves. Only such verified edges exist: that A is like B and B like C says nothing about A
and C.

The index grows by adding and can be saved to and loaded from one file. It needs about 8 bytes for every 20 characters
beside the texts themselves.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import IO, TYPE_CHECKING

from scrubber.errors import LedgerError
from scrubber.similarity_text import (
    GUARANTEED,
    Run,
    distinct,
    fingerprints,
    inner,
    longest_run,
    normal_shingles,
    overlap,
    shingles,
    table_digest,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy as np
    import numpy.typing as npt

    from scrubber.similarity_text import Keys

__all__ = ["GUARANTEED", "Edge", "Index", "compare", "longest_run"]

CUT = 0.9
"""A text shorter than this share of another is compared as a piece of it, not as a whole."""

_MAGIC = b"scrubber similarity index\n"
_VERSION = 1
_BATCH = 1 << 17
_SURE_SHARE = 0.25
"""A text that shares fewer of its fingerprints with another is no copy of it and is not measured."""
_FORMULA = 1000
_ALL = 1 << 40


@dataclass(frozen=True, slots=True)
class Edge:
    """Two texts that were measured against each other.

    ``raw`` is the Jaccard index of their verbatim 5-grams and ``normal`` that of their normalised ones. Where the first
    text is a piece of the second (``cut``), both are the share of the piece that the other holds. ``inner`` is the
    share of verbatim 5-grams between the first and the last that the two have in common: different titles leave it
    alone, different redactions do not. ``run`` is the longest run that the two share (code points).
    """

    key: str
    other: str
    raw: float
    normal: float
    inner: float
    cut: bool
    run: Run


def compare(key: str, text: str, other_key: str, other: str) -> Edge:
    """Measure one text against another."""
    return _measure(_Text(key, text), _Text(other_key, other), 0.0)[0]


class _Text:
    """A text with its 5-grams, computed when first asked for."""

    def __init__(self, key: str, text: str) -> None:
        self.key = key
        self.text = text

    @cached_property
    def ordered(self) -> Keys:
        return shingles(self.text)

    @cached_property
    def raw(self) -> Keys:
        return distinct(self.ordered)

    @cached_property
    def normal(self) -> Keys:
        return distinct(normal_shingles(self.text))


def _measure(one: _Text, two: _Text, least: float) -> list[Edge]:
    """The edge between two texts, none when they are not even ``least`` alike."""
    cut = len(one.normal) < CUT * len(two.normal)
    raw, normal = (overlap(*pair)[cut] for pair in ((one.raw, two.raw), (one.normal, two.normal)))
    if normal < least:
        return []
    same_order = inner(one.ordered, two.raw)
    return [Edge(one.key, two.key, raw, normal, same_order, cut, longest_run(one.text, two.text))]


class Index:
    """Texts under keys of the caller's choice, findable by what they share."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._texts: list[str] = []
        self._runs: list[Keys] = []

    def __len__(self) -> int:
        return len(self._texts)

    def __contains__(self, key: str) -> bool:
        return key in self._numbers

    def text(self, key: str) -> str:
        """The text under a key.

        Raises:
            KeyError: there is none.
        """
        return self._texts[self._numbers[key]]

    def entries(self) -> Iterator[tuple[str, str]]:
        """All keys with their texts, in the order in which they came."""
        return zip(self._numbers, self._texts, strict=True)

    def add(self, entries: Iterable[tuple[str, str]]) -> None:
        """Add texts under their keys; a key that is there already stays as it is."""
        import numpy as np  # noqa: PLC0415 - scanning does not need it

        for batch in _batches(self._new(entries)):
            owners, hashes = fingerprints(batch)
            numbers = owners.astype(np.uint64) + np.uint64(len(self._texts))
            self._texts += batch
            self._push((hashes.astype(np.uint64) << np.uint64(32)) | numbers)

    def _new(self, entries: Iterable[tuple[str, str]]) -> Iterator[str]:
        for key, text in entries:
            if key not in self._numbers:
                self._numbers[key] = len(self._numbers)
                yield text

    def _push(self, postings: Keys) -> None:
        """Keep sorted runs of which each is more than twice as long as the next, so that adding costs O(log n) each."""
        import numpy as np  # noqa: PLC0415

        self._runs.append(np.unique(postings))
        while len(self._runs) > 1 and len(self._runs[-2]) < 2 * len(self._runs[-1]):
            merged = np.concatenate((self._runs.pop(), self._runs.pop()))
            merged.sort(kind="stable")
            self._runs.append(merged)

    def candidates(self, texts: Sequence[str]) -> list[dict[str, int]]:
        """For each text the keys of all indexed texts that share a fingerprint with it, and how many they share.

        Whatever shares ``GUARANTEED`` normalised characters in a row is among them.
        """
        keys = list(self._numbers)
        found: list[dict[str, int]] = [{} for _ in texts]
        for number, other, shared in self._shared(texts):
            found[number][keys[other]] = shared
        return found

    def related(self, texts: Sequence[str]) -> set[str]:
        """The keys of the indexed texts that share much with one of these: of its fingerprints or of their own."""
        keys = list(self._numbers)
        return {keys[other] for _, other, _ in self._shared(texts, _SURE_SHARE, _FORMULA, either=True)}

    def _shared(
        self, texts: Sequence[str], share: float = 0.0, most: int = _ALL, *, either: bool = False
    ) -> Iterator[tuple[int, int, int]]:
        """The number of a text, that of an indexed text, and how many fingerprints they share.

        Pairs that share less than ``share`` of the first text's fingerprints are left out, with ``either`` only those
        that share less than that of both. Of the texts in which one fingerprint occurs only the first ``most`` are
        looked at: what stands in thousands of texts is a formula.
        """
        import numpy as np  # noqa: PLC0415

        indexed = self._sizes() if either else None
        start = 0
        for batch in _batches(texts):
            owners, hashes = fingerprints(batch)
            wanted = np.unique((hashes.astype(np.uint64) << np.uint64(32)) | owners.astype(np.uint64))
            sizes = np.bincount((wanted & np.uint64(0xFFFFFFFF)).astype(np.int64), minlength=len(batch))
            pairs, shared = np.unique(self._join(wanted, most), return_counts=True)
            ones = (pairs >> np.uint64(32)).astype(np.int64)
            others = (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)
            whole = sizes[ones] if indexed is None else np.minimum(sizes[ones], indexed[others])
            enough = shared >= share * whole
            numbers = ((ones[enough] + start).tolist(), others[enough].tolist(), shared[enough].tolist())
            yield from zip(*numbers, strict=True)
            start += len(batch)

    def _sizes(self) -> npt.NDArray[np.int64]:
        """How many fingerprints each indexed text has, by its number."""
        import numpy as np  # noqa: PLC0415

        sizes = np.zeros(len(self._texts), dtype=np.int64)
        for run in self._runs:
            sizes += np.bincount((run & np.uint64(0xFFFFFFFF)).astype(np.int64), minlength=len(sizes))
        return sizes

    def _join(self, wanted: Keys, most: int) -> Keys:
        """Pairs (text, indexed text), one for each fingerprint in common; ``wanted`` is (hash, text) and sorted."""
        import numpy as np  # noqa: PLC0415

        low, shift = np.uint64(0xFFFFFFFF), np.uint64(32)
        found = [wanted[:0]]
        for run in self._runs:
            first = np.searchsorted(run, wanted & ~low)
            counts = np.minimum(np.searchsorted(run, wanted | low, side="right") - first, most)
            total = int(counts.sum())
            offsets = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
            others = run[np.repeat(first, counts) + offsets] & low
            found.append((np.repeat(wanted & low, counts) << shift) | others)
        return np.concatenate(found)

    def edges(
        self,
        entries: Sequence[tuple[str, str]],
        among: frozenset[str] | None = None,
        least: float = 0.5,
        most: int = 20,
        spread: int = _FORMULA,
        *,
        once: bool = False,
    ) -> list[list[Edge]]:
        """For each (key, text) the indexed texts that are ``least`` like it in normalised form, likest first.

        A text is not compared with what stands under its own key. ``among`` limits the answer to some keys. At most
        ``most`` texts are measured for each, those that share most fingerprints; of the texts in which a fingerprint
        stands, the first ``spread`` are looked at. With ``once`` only the shorter of two texts has the edge to the
        other, or the one with the lesser key.
        """
        if among is not None and not among:
            return [[] for _ in entries]
        keys = list(self._numbers)
        likely: list[list[tuple[int, str]]] = [[] for _ in entries]
        for number, other, shared in self._shared([text for _, text in entries], _SURE_SHARE, spread):
            key = keys[other]
            if key == entries[number][0] or (among is not None and key not in among):
                continue
            if not once or _before(entries[number], (key, self._texts[other])):
                likely[number].append((-shared, key))
        texts: dict[str, _Text] = {}
        found: list[list[Edge]] = []
        for entry, places in zip(entries, likely, strict=True):
            one = _Text(*entry)
            edges: list[Edge] = []
            for _, key in sorted(places)[:most]:
                two = texts.setdefault(key, _Text(key, self.text(key)))
                edges += _measure(one, two, least)
            found.append(sorted(edges, key=lambda edge: (-edge.inner, -edge.raw, edge.other)))
        return found

    def save(self, file: IO[bytes]) -> None:
        """Write the index to an open file. The same texts give the same bytes, in whatever steps they were added."""
        import numpy as np  # noqa: PLC0415

        runs = [*self._runs, np.zeros(0, dtype=np.uint64)]
        postings = np.sort(np.concatenate(runs)).astype("<u8").tobytes()
        texts = json.dumps([list(self._numbers), self._texts]).encode()
        body = zlib.compress(postings, 1) + (packed := zlib.compress(texts, 1))
        head = {"version": _VERSION, "table": table_digest(), "size": len(body), "texts": len(packed)}
        head["sha256"] = hashlib.sha256(body).hexdigest()
        file.write(_MAGIC + json.dumps(head).encode() + b"\n" + body)

    @classmethod
    def load(cls, file: IO[bytes]) -> Index:
        """Read an index from an open file. One written with another fold table is computed anew from its texts.

        Raises:
            LedgerError: the file is no index, is of another version, or is damaged.
        """
        import numpy as np  # noqa: PLC0415

        head = _read_head(file)
        body = file.read()
        if len(body) != head["size"] or hashlib.sha256(body).hexdigest() != head["sha256"]:
            raise LedgerError(
                f"the similarity index is damaged ({len(body)} of {head['size']} bytes); delete it and rebuild"
            )
        split = len(body) - int(head["texts"])
        keys, texts = json.loads(zlib.decompress(body[split:]))
        index = cls()
        if head["table"] != table_digest():
            index.add(zip(keys, texts, strict=True))
            return index
        index._numbers = {key: number for number, key in enumerate(keys)}
        index._texts = texts
        index._runs = [np.frombuffer(zlib.decompress(body[:split]), dtype="<u8")]
        return index


def _before(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return (len(one[1]), one[0]) < (len(other[1]), other[0])


def _read_head(file: IO[bytes]) -> dict[str, int | str]:
    if file.read(len(_MAGIC)) != _MAGIC:
        raise LedgerError("this file is no similarity index")
    try:
        head: dict[str, int | str] = json.loads(file.readline(4096))
    except ValueError as error:
        raise LedgerError("the similarity index is damaged at its head; delete it and rebuild") from error
    if head.get("version") != _VERSION:
        raise LedgerError(
            f"the similarity index has version {head.get('version')}, this program reads version {_VERSION}; rebuild it"
        )
    return head


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    """Texts in order, in batches of about ``_BATCH`` code points."""
    batch: list[str] = []
    size = 0
    for text in texts:
        batch.append(text)
        size += len(text)
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
