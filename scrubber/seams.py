"""What the intrusion model says about a candidate in its document: does the text read on without it, from where on?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrubber.model import TextSpan
from scrubber.view import fold, fold_key

if TYPE_CHECKING:
    from scrubber.context import Context
    from scrubber.intrusion import Judgement

_TIE = 1.0
"""Nats within which two beginnings are as good."""

_USUAL = 4
"""Code points of a usual name."""

_NEAR = 24
"""Code points of the line on either side that the model is shown."""


_TORN = 5
"""Code points of the shortest row of torn characters: three, and two symbols."""

_HALF_WORD = 6
"""Code points in front of a name that a pattern may have taken for its beginning."""


def intrudes(context: Context, span: TextSpan, least: float) -> bool:
    """Whether a span breaks its line by at least so many nats, and cutting it breaks no word."""
    judgement = _judge(context, span)
    return not judgement.cuts_word and judgement.gain >= least


def within_word(context: Context, span: TextSpan) -> TextSpan | None:
    """``span``, from where it begins, if it stands inside one of the author's words; None if it does not.

    A pattern may have taken the first half of that word for the beginning of a name, so later beginnings are tried too.
    """
    from scrubber.intrusion import is_han  # noqa: PLC0415 - as above

    text = context.text
    if not is_han(text[span.end : span.end + 1]):
        return None
    for start in range(span.start, min(span.start + _HALF_WORD, span.end - 1) + 1):
        if is_han(text[start - 1 : start]) and _judge(context, TextSpan.of(start, span.end)).splits_word:
            return TextSpan.of(start, span.end)
    return None


def without_frame(context: Context, span: TextSpan) -> TextSpan:
    """A row of torn characters without the author's character on either side of the symbols that frame it.

    In 碎片★云★端★书★屋★散了 the first and the last of the row are the author's, in 影云★端★书★屋子 none is. Where
    the text on a side goes on with Han, its character stays if the text clearly reads better with it, or if the other
    side is framed.
    """
    from scrubber.intrusion import is_han  # noqa: PLC0415 - as above

    text, start, end = context.text, int(span.start), int(span.end)
    left = is_han(text[start - 1 : start])
    right = is_han(text[end : end + 1])
    if end - start < _TORN or not (left or right):
        return span
    if (right and text[start - 1 : start] == text[start + 1]) or (left and text[end : end + 1] == text[end - 2]):
        return TextSpan.of(start + left, end - right)
    cuts = [TextSpan.of(start + one, end - other) for one, other in ((0, 0), (left, right), (left, 0), (0, right))]
    gains = [_judge(context, cut).gain for cut in cuts]
    return next(cut for cut, gain in zip(cuts, gains, strict=True) if gain > max(gains) - _TIE)


def is_coined(name: str, least: float) -> bool:
    """Whether a name looks at least so much (0..1) like a made-up one."""
    from scrubber.intrusion import brand_like  # noqa: PLC0415 - as above

    return brand_like(fold_key(name)) >= least


def snug(context: Context, span: TextSpan, slack: int, name: int) -> TextSpan:
    """``span`` with its start moved right by up to ``slack`` code points, to where the text reads on best without it.

    Names that a pattern meets in running text have an end that is known and a beginning that is not. Where several
    beginnings are as good, the one wins that leaves the name, ``name`` code points long at first, a usual length. What
    is all of its line, or all but other words behind a blank, begins where that does.
    """
    line = context.line_span(span)
    if not context.text[line.start : span.start].strip() and not context.text[span.end : line.end][:1].strip():
        return span
    starts = range(span.start, max(span.start, min(span.start + slack, span.end - 3)) + 1)
    gains = {start: _judge(context, TextSpan.of(start, span.end)).gain for start in starts}
    good = [start for start in starts if gains[start] > max(gains.values()) - _TIE]
    return TextSpan.of(min(good, key=lambda start: (abs(name - (start - span.start) - _USUAL), start)), span.end)


def _judge(context: Context, span: TextSpan) -> Judgement:
    from scrubber.intrusion import judge  # noqa: PLC0415 - the model's table loads only for a candidate

    line = context.line_span(span)
    before, after = max(line.start, span.start - _NEAR), min(line.end, span.end + _NEAR)
    parts = ((before, span.start), (span.start, span.end), (span.end, after))
    return judge(*(fold(context.text[start:end]).text for start, end in parts))
