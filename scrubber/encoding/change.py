"""A planned change of a document's text that the user asked for: a repair of mojibake, a conversion of the script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrubber.model import TextSpan


@dataclass(frozen=True, slots=True)
class Change:
    """Replace ``span`` (code points of the text) by ``replacement``.

    ``grade`` says how sure it is: exact (the original is known), inferred (it is likely), unrecoverable (it is lost;
    the replacement is what stands there). ``why`` says in words what happened to the text; ``steps`` name the codecs
    that it was in and was read as, first the first, where that is known.
    """

    span: TextSpan
    replacement: str
    grade: str
    why: str
    steps: tuple[tuple[str, str], ...] = ()
