"""The text as rules see it: folded for matching, aligned with the original by construction, never written anywhere.

Three views: *exact* is the text itself; *folded* has one spelling for script, width, case, look-alikes, digit forms,
escapes, and no invisible characters; *skeleton* is the folded view without what stands between its letters, digits
and Han. Line ends are the same in all three, in number and order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any

from scrubber.alignment import Alignment
from scrubber.folding import fold_text, table
from scrubber.model import TextSpan, ViewName, ViewSpan
from scrubber.patterns import compiled

_HAN = r"\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"

# Letters of scripts that neither Chinese nor its addresses use.
_FOREIGN = (
    r"[\u0531-\u1cff\u2c00-\u2c5f\u2d00-\u2ddf\u3041-\u30ff\u3105-\u318e\u31a0-\u31bf\u31f0-\u31ff\ua000-\ua4cf"
    r"\ua640-\ua6ff\ua800-\uab2f\uab70-\uabff\uac00-\ud7fb\ufb13-\ufdfb\ufe70-\ufefc]"
)

# A lone foreign letter between Han: 黑ㄍ岩ㄍ阁. It stands before the look back, for a search goes by it.
FILLERS = rf"({_FOREIGN}(?<=[{_HAN}].)(?=[{_HAN}]))"


@dataclass(frozen=True, slots=True)
class View:
    """A text folded for matching, with its alignment to the original."""

    name: ViewName
    text: str
    alignment: Alignment

    def to_text(self, span: ViewSpan) -> TextSpan:
        """The smallest span of the original that covers a span of the view.

        Characters dropped between the first and the last are covered, those before and after are not.
        """
        return TextSpan.of(*self.alignment.to_source(span.start, span.end))

    def from_text(self, span: TextSpan) -> ViewSpan:
        """The largest span of the view that stands for nothing outside a span of the original; it may be empty."""
        return ViewSpan.of(*self.alignment.from_source(span.start, span.end))


def fold(text: str, name: ViewName = ViewName.FOLDED) -> View:
    """Make a view of a text."""
    if name is ViewName.EXACT:
        return View(name, text, Alignment.identity(len(text)))
    folded, alignment = fold_text(text)
    if name is ViewName.SKELETON:
        for pattern in (_separators.pattern_for(folded), compiled(FILLERS)):
            folded, kept = _without(folded, pattern)
            alignment = kept.over(alignment)
    return View(name, folded, alignment)


@lru_cache(maxsize=1 << 12)  # the names of a document come again and again
def fold_key(text: str) -> str:
    """The skeleton of a name without line ends: two spellings of one site's name have the same key."""
    return "".join(fold(text, ViewName.SKELETON).text.split())


def _is_separator(char: str) -> bool:
    """Whether a character never belongs to a Chinese word, a Latin word or a number, and is no line end."""
    return bool(table().separators[ord(char)]) if ord(char) < 0x10000 else not char.isalnum()


class _Separators:
    """Finds runs of separators, by those that any text so far has had.

    All separators there are make a pattern that takes longer to compile than a document to scan.
    """

    def __init__(self) -> None:
        self._known = (frozenset[str](), re.compile("(?!)()"))

    def pattern_for(self, text: str) -> re.Pattern[str]:
        """The pattern for a text; what else it may find does not stand in that text."""
        seen, pattern = self._known
        if fresh := set(text) - seen:
            seen |= fresh
            found = "".join(re.escape(char) for char in sorted(seen) if _is_separator(char))
            pattern = re.compile(f"([{found}]+)") if found else pattern
            self._known = seen, pattern  # both at once, for threads
        return pattern


_separators = _Separators()


def _without(text: str, pattern: Any) -> tuple[str, Alignment]:
    """The text without what a pattern matches; the pattern is one group, so that splitting keeps what it matched."""
    parts = pattern.split(text)
    if len(parts) == 1:
        return text, Alignment.identity(len(text))
    ends = list(accumulate(map(len, parts)))
    first, last = int(not parts[0]), len(parts) // 2 + bool(parts[-1])
    alignment = Alignment.of_runs([0, *ends[1::2]][first:last], ends[::2][first:last], len(text))
    return "".join(parts[::2]), alignment
