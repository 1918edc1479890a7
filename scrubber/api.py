"""The library: ``Scrubber`` takes text or bytes and gives back an ``Outcome``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from os import PathLike
from pathlib import Path
from typing import Any

from scrubber import pipeline
from scrubber.batch import Batch, items_of
from scrubber.model import Outcome
from scrubber.ruleset import RuleSet, load
from scrubber.wishes import NO_WISHES, SCRIPTS, Wishes


class Scrubber:
    """Finds and removes foreign text, with one set of rules and settings. Can be pickled; keeps no state.

    >>> from scrubber import Scrubber
    >>> Scrubber().scrub("正文。\\n墨香范文网整理，咨询QQ123456789\\n").text
    '正文。\\n\\n'
    """

    def __init__(
        self,
        rules: str | PathLike[str] | Sequence[str | PathLike[str]] = (),
        builtin: bool = True,
        review: bool = False,
        disabled: Sequence[str] = (),
        encoding: str | None = None,
        repair_mojibake: bool = False,
        script: str | None = None,
    ) -> None:
        """Load the rules.

        Args:
            rules: more rule folders, or one.
            builtin: whether the rules that come with the package are used.
            review: whether findings of safety ``review`` are applied too.
            disabled: ids of rules to leave out.
            encoding: the codec of all documents given as bytes; None to detect it for each.
            repair_mojibake: whether text that was read in a wrong encoding is repaired where the original is certain.
            script: ``simplified`` or ``traditional`` to convert what is left of each document; None to leave it.

        Raises:
            ValueError: ``script`` is something else.
            RuleError: a rule file is not valid.
            UnknownRuleError: ``disabled`` names a rule that does not exist.
        """
        folders = [rules] if isinstance(rules, str | PathLike) else rules
        self.ruleset: RuleSet = load([Path(folder) for folder in folders], builtin, disabled)
        self.review = review
        self.encoding = encoding
        if script not in (None, *SCRIPTS):
            raise ValueError(f"script must be one of {', '.join(SCRIPTS)}, not {script!r}")
        self.wishes = Wishes(repair_mojibake, script)

    def scrub(
        self,
        document: str | bytes,
        source: str | None = None,
        encoding: str | None = None,
        trace: bool = True,
        record: Mapping[str, str] | None = None,
    ) -> Outcome:
        """Process one document. Never raises for what a document contains: see ``Outcome.error``.

        What is neither ``str`` nor ``bytes`` is no document, and raises TypeError.

        ``record`` may hold the ``url`` and ``source`` with which a crawl delivered the document: evidence of the site
        that its fragments came from, weaker than what the text says itself.

        Offsets of the outcome count code points of the decoded original; byte offsets count bytes of the input, or of
        its UTF-8 form where the input was a string.
        """
        if isinstance(document, str):
            try:
                raw, encoding = document.encode("utf-8"), "utf-8"
            except UnicodeEncodeError as error:
                why = f"lone surrogate at code point {error.start}: this is not text"
                return Outcome(source, None, b"", document, error=why)
        elif not isinstance(document, bytes):
            raise TypeError(f"a document is str or bytes, not {type(document).__name__}")
        else:
            raw, encoding = document, encoding or self.encoding
        return pipeline.run(
            raw,
            self.ruleset,
            source=source,
            encoding=encoding,
            review=self.review,
            trace=trace,
            wishes=self.wishes,
            record=record,
        )

    def scrub_batch(self, documents: Iterable[Any], trace: bool = False) -> Iterator[Outcome]:
        """Outcomes of many documents, in order: the same as ``scrub`` gives for each.

        Documents are strings, bytes, or the values of an Arrow array or column of either kind. A missing value gives
        an outcome with an error.

        Documents are taken in groups. What is clean is not decoded, and of what is not only the bytes are made at once:
        everything else of an outcome is made when it is first asked for.
        """
        if self.wishes != NO_WISHES:
            for item in items_of(documents, self.encoding):
                yield item if isinstance(item, Outcome) else self._run(item.raw, item.encoding, trace)
            return
        run = partial(self._run, trace=trace)
        yield from self._batch.outcomes(items_of(documents, self.encoding), run, trace)

    def _run(self, raw: bytes, encoding: str | None, trace: bool) -> Outcome:
        return pipeline.run(raw, self.ruleset, encoding=encoding, review=self.review, trace=trace, wishes=self.wishes)

    @cached_property
    def _batch(self) -> Batch:
        return Batch(self.ruleset)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_batch"}
