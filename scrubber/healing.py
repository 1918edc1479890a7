"""Mending torn text in the folded view: 下·面·是·松·果 reads 下面是松果 there, and every rule finds it.

A torn run is a row of single Han (Latin letters and digits may stand among them) with something between each two, of
which one at least tears and has one of the Han beside it. Only what tears is dropped, the punctuation of sentences
stays. Honest headings and lists that are spaced out are mended as well; that does no harm, for a view is only read.
"""

from __future__ import annotations

from scrubber.alignment import Alignment
from scrubber.model import ViewName
from scrubber.patterns import compiled
from scrubber.view import View

LEAST = 3
"""Single characters that make a torn run, beside those at its edges, which may belong to longer words."""

_PROSE = "。，、；：！？,;:!?()“”‘’《》【】「」『』\\[\\]…"
_ENDS = "\n\r\v\f\x85\u2028\u2029"
_ONE = r"[a-z0-9\u3400-\u9fff]"
_BETWEEN = rf"[^a-z0-9\u3400-\u9fff{_ENDS}]"
_GAP = rf"{_BETWEEN}{{1,4}}"
# Begins with a gap, for those are rare in prose and a search goes by the first character.
RUN = (
    rf"{_BETWEEN}(?<={_ONE}.){_BETWEEN}{{0,3}}{_ONE}(?!{_ONE})"
    rf"(?:{_GAP}{_ONE}(?!{_ONE})){{{LEAST - 2},}}(?:{_GAP}{_ONE})?"
)
_HAN = r"[\u3400-\u9fff]"
_TEAR = rf"[^a-z0-9\u3400-\u9fff{_ENDS}{_PROSE}]"
TEARS = f"{_TEAR}+"
BESIDE = f"{_TEAR}{_BETWEEN}*{_HAN}{_BETWEEN}|{_BETWEEN}{_HAN}{_TEAR}"


def heal(view: View) -> View:
    """The folded view without what tears words apart; other views as they are."""
    if view.name is not ViewName.FOLDED:
        return view
    gaps = [
        tear.span()
        for run in compiled(RUN).finditer(view.text)
        if _is_torn(view.text, *run.span())
        for tear in compiled(TEARS).finditer(view.text, run.start(), run.end())
    ]
    if not gaps:
        return view
    starts = [0, *(end for _, end in gaps)]
    ends = [*(start for start, _ in gaps), len(view.text)]
    kept = [(start, end) for start, end in zip(starts, ends, strict=True) if start < end]
    alignment = Alignment.of_runs([start for start, _ in kept], [end for _, end in kept], len(view.text))
    text = "".join(view.text[start:end] for start, end in kept)
    return View(view.name, text, alignment.over(view.alignment))


def _is_torn(text: str, start: int, end: int) -> bool:
    """Whether a row, or the characters at its edges, are Han that something beside them tears apart."""
    han = sum("\u3400" <= char <= "\u9fff" for char in text[max(0, start - 1) : end])
    return han >= LEAST and bool(compiled(BESIDE).search(text, max(0, start - 1), end + 1))
