"""Signs that a piece of text was spelled so that no filter finds it. An author has no reason to write like this.

The signs are told from the original text alone, piece by piece; plain addresses and spaced-out headings (前 言) show
none. Nothing here decides: it is evidence for whoever has a candidate already.
"""

from __future__ import annotations

import re
import unicodedata

from scrubber.view import fold

_TLD = r"(?:com|net|org|cn|cc|la|me|tv|co|info|biz|top|vip|xyz|us|in|edu|gov|io|pro|wang|club|site)"
_ADDRESS = re.compile(
    rf"(?:https?://)?(?:[a-z0-9-]+\.)+{_TLD}(?:\.cn)?(?![a-z0-9]|[^a-z0-9/]{{0,3}}{_TLD}(?![a-z])|\s[a-z](?![a-z]))(?::\d{{2,5}})?"
    r"(?:/[a-z0-9_./?=&%#~-]*)?",
    re.ASCII,
)
_TORN = re.compile(
    rf"(?:http\W{{0,4}})?w\W{{0,3}}w\W{{0,3}}w(?:\W{{0,4}}[a-z0-9]|\W+$)|{_TLD}(?![a-z])\W{{0,3}}$", re.ASCII
)
_WORD = r"[a-z0-9\u3400-\u9fff]"
# What honest text puts between two words; anything else that touches both is out of place.
_INSIDE_LATIN = re.compile(r"[a-z0-9](?:[^\w\s.,:;!?()/'\"&+@=~-]|[。、_\\])+(?=[a-z0-9])", re.ASCII)
_SPACED_LATIN = re.compile(r"(?<![a-z0-9])[a-z0-9]{1,4}(?:[ .]+[a-z0-9]{1,6}){1,12}(?![a-z0-9])", re.ASCII)
_SYMBOL = r"[`~^$@#%*+=|<>{}\[\]_\\/\"&-]"
_PIECES = re.compile(r"[\u3400-\u9fff]{1,2}(?:[^\w\n]+[\u3400-\u9fff]{1,2}){2,}(?![\u3400-\u9fff])", re.ASCII)
_MIXED = re.compile(
    r"(?<![a-z0-9])[a-z0-9]{1,4}(?:[^\w\n]+[a-z0-9]{1,4})*(?:[^\w\n]+[\u3400-\u9fff]{1,2}){2,}", re.ASCII
)
_SYMBOLS = re.compile(rf"[\u3400-\u9fffa-z0-9]\W*{_SYMBOL}\W*(?=[\u3400-\u9fff])", re.ASCII)


def is_disguised(text: str) -> bool:
    """Whether a short piece of text (a candidate, not a paragraph) shows any sign of disguise."""
    return _mixed_width(text) or _look_alike(text) or _invisible(text) or is_broken(text)


def is_broken(text: str) -> bool:
    """Whether separators stand where no word has any: inside a Latin word, in uneven or odd ways between Han."""
    folded = _ADDRESS.sub(" ", fold(text).text)
    if (
        _TORN.search(folded)
        or _INSIDE_LATIN.search(folded)
        or _MIXED.search(folded)
        or len(_SYMBOLS.findall(folded)) > 1
    ):
        return True
    if any(_single_letters(found[0]) for found in _SPACED_LATIN.finditer(folded)):
        return True
    return any(_odd(found[0]) for found in _PIECES.finditer(folded))


def _single_letters(spaced: str) -> bool:
    """``w w w``, ``ww w``: most pieces of a spaced run of Latin are fragments, not words."""
    pieces = re.split(r"[ .]+", spaced)
    return len(pieces) > 2 and 2 * sum(len(piece) < 3 for piece in pieces) >= len(pieces)


def _odd(pieces: str) -> bool:
    """Different separators in one row of pieces; spaced-out headings and lists use one throughout."""
    return len({gap for gap in re.split(_WORD + "+", pieces) if gap}) > 1


def _mixed_width(text: str) -> bool:
    letters = [char for char in text if "\uff21" <= char <= "\uff5a" or (char.isascii() and char.isalpha())]
    wide = sum(not char.isascii() for char in letters)
    return 0 < wide < len(letters)


def _look_alike(text: str) -> bool:
    """Letters of another alphabet, or of a mathematical or circled one, that the fold reads as Latin."""
    return any(
        not char.isascii()
        and not "\uff01" <= char <= "\uff5e"
        and (category := unicodedata.category(char)) in ("Ll", "Lu", "So", "Lo", "Lm")
        and (folded := fold(char).text).isascii()
        and folded.isalpha()
        and category != ""
        for char in text
    )


def _invisible(text: str) -> bool:
    return any(unicodedata.category(char) == "Cf" for char in text[1:-1])
