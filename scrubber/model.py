"""The values that travel one way through the pipeline.

Three kinds of offset exist and a type checker keeps them apart:

* ``TextOffset`` counts Unicode code points of the decoded document, newlines untouched, BOM not counted;
* ``ByteOffset`` counts bytes of the file, BOM included;
* ``ViewOffset`` counts code points of a view (text folded for matching).

All spans are half-open. Every value is frozen; nothing in this module reads a file, prints or looks at a clock.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, NewType, Self

TextOffset = NewType("TextOffset", int)
ByteOffset = NewType("ByteOffset", int)
ViewOffset = NewType("ViewOffset", int)


class _Span(tuple[int, int]):
    """A half-open range, frozen, ordered by start and then end; ``len`` is the distance between them."""

    __slots__ = ()

    def __new__(cls, start: int, end: int) -> Self:
        return tuple.__new__(cls, (start, end))

    @classmethod
    def of(cls, start: int, end: int) -> Self:
        """The span from ``start`` to ``end`` as plain numbers."""
        return cls(start, end)

    def __getnewargs__(self) -> tuple[int, int]:
        return (self[0], self[1])

    def __len__(self) -> int:
        return self[1] - self[0]

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self[0]}, {self[1]})"

    def overlaps(self, other: Self) -> bool:
        """Whether the two have a position in common."""
        return self[0] < other[1] and other[0] < self[1]

    def contains(self, other: Self) -> bool:
        """Whether every position of ``other`` lies in this one."""
        return self[0] <= other[0] and other[1] <= self[1]


class TextSpan(_Span):
    """A half-open range of code points of a document's text."""

    __slots__ = ()

    @property
    def start(self) -> TextOffset:
        return TextOffset(self[0])

    @property
    def end(self) -> TextOffset:
        return TextOffset(self[1])


class ByteSpan(_Span):
    """A half-open range of bytes of a file."""

    __slots__ = ()

    @property
    def start(self) -> ByteOffset:
        return ByteOffset(self[0])

    @property
    def end(self) -> ByteOffset:
        return ByteOffset(self[1])


class ViewSpan(_Span):
    """A half-open range of code points of a view."""

    __slots__ = ()

    @property
    def start(self) -> ViewOffset:
        return ViewOffset(self[0])

    @property
    def end(self) -> ViewOffset:
        return ViewOffset(self[1])


class Kind(StrEnum):
    """What sort of foreign text a finding is."""

    HEADER = "header"
    FOOTER = "footer"
    CREDIT = "credit"
    CONTACT = "contact"
    LEAD_IN = "lead-in"
    TAIL_LINKS = "tail-links"
    WATERMARK_INLINE = "watermark-inline"
    REPOST_NOTICE = "repost-notice"
    PROMO = "promo"
    NAV = "nav"
    TITLE_ECHO = "title-echo"
    EXCERPT_ECHO = "excerpt-echo"
    PLACEHOLDER = "placeholder"
    LOSSY = "lossy"


class Action(StrEnum):
    """What should happen to a finding."""

    REMOVE = "remove"
    REPLACE = "replace"
    FLAG = "flag"


class Safety(StrEnum):
    """Whether a finding is applied by default (``safe``) or only when asked for (``review``)."""

    SAFE = "safe"
    REVIEW = "review"


class ViewName(StrEnum):
    """The text a rule is matched against."""

    EXACT = "exact"
    FOLDED = "folded"
    SKELETON = "skeleton"


@dataclass(frozen=True, slots=True)
class Segment:
    """A byte range of a document in one encoding, with the range of text it decodes to.

    ``encoding`` is a Python codec name, or ``"binary"`` for bytes that no candidate decodes: those appear in the text
    as one U+FFFD a byte.
    """

    bytes: ByteSpan
    text: TextSpan
    encoding: str


@dataclass(frozen=True, slots=True)
class Document:
    """One text with its source, as bytes and as decoded text.

    ``segments`` tile the bytes after the BOM and the whole of ``text``, in order. ``raw.decode(encoding)`` gives
    ``text`` whenever the document has one segment.
    """

    source: str | None
    raw: bytes
    text: str
    encoding: str
    confidence: float
    bom: bytes
    segments: tuple[Segment, ...]

    @property
    def damage(self) -> tuple[ByteSpan, ...]:
        """The byte ranges that decode in no candidate encoding."""
        return tuple(segment.bytes for segment in self.segments if segment.encoding == "binary")


@dataclass(frozen=True, slots=True)
class Finding:
    """Where a rule matched: its span in the original, what it captured, what should happen.

    ``captures`` hold the text as the rule's view reads it (simplified, half width, lower case), so that one account
    has one spelling; ``text`` is the original.
    """

    rule: str
    kind: Kind
    action: Action
    safety: Safety
    span: TextSpan
    text: str
    replacement: str = ""
    captures: Mapping[str, str] = field(default_factory=dict)
    site: str | None = None
    confidence: float = 1.0

    @property
    def fingerprint(self) -> str:
        """16 hex digits that stay the same for the same rule and text wherever they stand."""
        from hashlib import sha256  # noqa: PLC0415 - most findings are never printed as JSON

        return sha256(f"{self.rule}\0{self.text}".encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def applies(self) -> bool:
        """Whether the finding changes the text."""
        return self.action is not Action.FLAG


@dataclass(frozen=True, slots=True)
class Edit:
    """An accepted change: a span of the original, its bytes before and after, and the findings that asked for it."""

    span: TextSpan
    byte_span: ByteSpan
    before: bytes
    after: bytes
    text_after: str
    findings: tuple[Finding, ...]


class Reason(StrEnum):
    """Why a finding did not become an edit."""

    REVIEW = "safety is review"
    FLAG = "the rule only flags"
    OVERLAP = "a longer or surer finding covers it"
    PROTECTED = "it holds an invisible provenance mark, which stays"


@dataclass(frozen=True, slots=True)
class Rejection:
    """A finding that was not applied, with the reason."""

    finding: Finding
    reason: Reason
    winner: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a fragment is attributed to a site.

    ``type`` is one of watermark, credit, lead-in, header, contact, url, near-duplicate, mark.
    """

    type: str
    site: str | None = None
    rule: str | None = None
    span: TextSpan | None = None
    text: str | None = None
    from_path: str | None = None
    from_fragment: str | None = None
    similarity: float | None = None


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a document with one origin. Fragments tile their document."""

    index: int
    span: TextSpan
    title: str
    site: str | None = None
    confidence: float = 0.0
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that came of one document. ``error`` says why the document was left as it was, else it is None."""

    source: str | None
    document: Document | None
    bytes: bytes
    text: str
    findings: tuple[Finding, ...] = ()
    edits: tuple[Edit, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    fragments: tuple[Fragment, ...] = ()
    notes: tuple[str, ...] = ()
    error: str | None = None

    @property
    def changed(self) -> bool:
        return bool(self.edits)

    def to_original(self, offset: int) -> TextOffset:
        """Map an offset of the cleaned text (code points) to the original text.

        An offset inside replacement text maps to the start of the span it replaced; the end of the cleaned text maps
        to the end of the original.
        """
        starts: list[int] = []
        shift = 0
        shifts: list[int] = []
        for edit in self.edits:
            start = edit.span.start - shift
            starts.append(start)
            shift += len(edit.span) - len(edit.text_after)
            shifts.append(shift)
        index = bisect_right(starts, offset) - 1
        if index < 0:
            return TextOffset(offset)
        edit = self.edits[index]
        if offset < starts[index] + len(edit.text_after):
            return edit.span.start
        return TextOffset(offset + shifts[index])


class LateOutcome(Outcome):
    """An outcome without error of which bytes and text are known, and the rest is made when it is first asked for.

    It equals the outcome that is made then; a copy with other fields (``dataclasses.replace``) is an ordinary one.
    """

    __slots__ = ("_changed", "_make", "_read")
    error = None

    def __new__(cls, *values: Any, **more: Any) -> Outcome:  # type: ignore[misc]
        return Outcome(*values, **more)

    @classmethod
    def of(cls, clean: bytes, read: Callable[[], str], make: Callable[[], Outcome], *, changed: bool) -> Outcome:
        """An outcome with the bytes ``clean``, which are others than before if it ``changed``.

        ``read`` gives its text, ``make`` the whole of it.
        """
        outcome = object.__new__(cls)
        object.__setattr__(outcome, "bytes", clean)
        object.__setattr__(outcome, "_read", read)
        object.__setattr__(outcome, "_make", make)
        object.__setattr__(outcome, "_changed", changed)
        return outcome

    @property
    def changed(self) -> bool:
        return bool(self._changed)

    def __getattr__(self, name: str) -> Any:
        if name not in Outcome.__slots__:
            raise AttributeError(f"an outcome has no {name!r}")
        if name == "text":
            object.__setattr__(self, name, self._read())
            return self.text
        whole = self._make()
        for each in Outcome.__slots__:
            if each not in type(self).__dict__:
                object.__setattr__(self, each, getattr(whole, each))
        return getattr(whole, name)

    def __reduce__(self) -> tuple[Any, ...]:
        return Outcome, tuple(getattr(self, each.name) for each in fields(Outcome))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Outcome):
            return NotImplemented
        return all(getattr(self, each.name) == getattr(other, each.name) for each in fields(Outcome))

    __hash__ = Outcome.__hash__


class CleanOutcome(LateOutcome):
    """The outcome of a document in which nothing was found; what remains to be made is its text."""

    __slots__ = ()
    source = error = None
    findings = edits = rejected = fragments = notes = ()
