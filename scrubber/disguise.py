"""Signs that a piece of text was spelled so that no filter finds it. An author has no reason to write like this.

The signs are told from the text alone; plain addresses, enumerations and spaced-out headings (前 言) show none. Nothing
here decides: it is evidence for whoever has a candidate already.
"""

from __future__ import annotations

import re
import unicodedata

from scrubber import later
from scrubber.view import fold

_HAN = r"[\u3400-\u9fff]"
_LATIN = r"[a-z0-9]"
_GAP = r"[^a-z0-9\u3400-\u9fff\n]"
_TLD = r"(?:com|net|org|cn|cc|la|me|tv|co|info|biz|top|vip|xyz|us|in|edu|gov|io|pro|wang|club|site)"
# A plain address, as honest text writes it; not one whose end is torn (example.com.net, example.co m).
_ADDRESS = later.pattern(
    rf"(?:https?://)?(?:[a-z0-9-]+\.)+{_TLD}(?:\.cn)?(?!{_LATIN}|[^a-z0-9/]{{0,3}}{_TLD}(?![a-z])|\s[a-z](?![a-z]))"
    r"(?::\d{2,5})?(?:/[a-z0-9_./?=&%#~-]*)?"
)
# What is left of www or of an ending where no plain address stands.
_TORN = later.pattern(
    rf"(?:http{_GAP}{{0,4}})?w{_GAP}{{0,3}}w{_GAP}{{0,3}}w(?:{_GAP}{{0,4}}{_LATIN}|{_GAP}+$)"
    rf"|{_LATIN}{_GAP}{{1,3}}{_TLD}(?!{_LATIN}){_GAP}{{0,3}}$"
)
_INSIDE_LATIN = later.pattern(rf"{_LATIN}(?:[^a-z0-9\u3400-\u9fff\s.,:;!?()/'\"&+@=~“”‘’《》、-]|。)+(?={_LATIN})")
_SPACED_LATIN = later.pattern(rf"(?<!{_LATIN}){_LATIN}{{1,4}}(?:[ .]+{_LATIN}{{1,6}}){{1,12}}(?!{_LATIN})")
_MIXED_CASE = later.pattern(r"(?<![A-Za-z])(?:w[wW]W|wWw|WWw|WwW)(?=[^A-Za-z]|[A-Za-z]{3})")
# Capitals and small letters by turns, and letters spelled as entities.
_SMALL, _LARGE = "[a-zａ-ｚ]", "[A-ZＡ-Ｚ]"
_BY_TURNS = later.pattern(
    rf"(?:{_SMALL}{_LARGE}){{3}}|(?:{_LARGE}{_SMALL}){{3}}(?!{_SMALL})|(?:{_SMALL}{_LARGE}){{2}}{_SMALL}(?!{_SMALL})"
)
_ENTITY = later.pattern(r"(?i:&#(?:x(?:[46][1-9a-f]|[57][0-9a])|6[5-9]|[78]\d|90|9[7-9]|1[01]\d|12[0-2]);)")
# Single Han, or single Latin letters, each behind a symbol.
_TORN_HAN = later.pattern(
    r"(?:[\u3400-\u9fff][^\w\s、，。；：！？,;:!?“”‘’《》「」『』()（）—…]{1,2}){3}[\u3400-\u9fff]"
)
_STROKED = later.pattern(r"(?<![A-Za-z0-9])[A-Za-z0-9](?:[ ]?(?:[^\w\s,;:!?()'\"./-]|丨)[ ]?[A-Za-z0-9.]){4}")
# Digits of two scripts in one number, or the digits of cheques.
_MIXED_NUMBER = later.pattern(
    "[0-9０-９][^\\w\\s]{0,2}[〇零二三四五六七八九]{2}|[〇零二三四五六七八九]{2}[^\\w\\s]?[0-9０-９]|[壹贰叁肆伍陆柒捌玖幺]{2}"
)
# Cyrillic beside Latin, Greek or Armenian between Latin letters; two circled digits or letters in a row.
_FOREIGN_LETTER = later.pattern("[A-Za-z][Ѐ-ӿ]|[Ѐ-ӿ][A-Za-z]|[A-Za-z][Ͱ-Ͽ\u0531-\u058f][A-Za-z]")
_CIRCLED = later.pattern("[①-⑳⑴-⑽⒜-⓿🄐-🆉]{2}")
# Short pieces of Han between separators, and the same behind short pieces of Latin.
_PIECES = later.pattern(rf"(?<!{_HAN}){_HAN}{{1,2}}(?:{_GAP}+{_HAN}{{1,2}}){{2,}}(?!{_HAN})")
_MIXED = later.pattern(
    rf"(?<!{_LATIN}){_LATIN}{{1,4}}(?:{_GAP}+{_LATIN}{{1,4}})*(?:{_GAP}+{_HAN}{{1,2}}){{2,}}(?!{_HAN})"
)
_SYMBOLS = later.pattern(rf"[\u3400-\u9fffa-z0-9]{_GAP}*[`~^$@#%*+=|<>{{}}\[\]_\\/\"&-]{_GAP}*(?={_HAN})")
# Letters of other scripts, strokes and box drawing used as separators between Han.
_FOREIGN = later.pattern(
    rf"{_HAN}[\u0300-\u03ff\u0400-\u1fff\u2100-\u2bff\u3040-\u318f\ua000-\ua4cf\uac00-\ud7ff]+(?={_HAN})"
)

_ODD_LETTERS = (_MIXED_CASE, _BY_TURNS, _ENTITY, _TORN_HAN, _STROKED, _MIXED_NUMBER)


def is_disguised(text: str) -> bool:
    """Whether a short piece of text (a candidate, not a paragraph) shows any sign of disguise."""
    return _mixed_width(text) or _odd_letters(text) or _look_alike(text) or _invisible(text) or is_broken(text)


def _odd_letters(text: str) -> bool:
    return any(sign.search(text) for sign in _ODD_LETTERS)


def is_broken(text: str) -> bool:
    """Whether separators stand where no word has any: inside a Latin word, in uneven or odd ways between Han."""
    folded = _ADDRESS.sub("。", fold(text).text)
    if any(sign.search(folded) for sign in (_TORN, _INSIDE_LATIN, _MIXED)):
        return True
    if len(_SYMBOLS.findall(folded)) > 1 or len(_FOREIGN.findall(text)) > 1:
        return True
    if any(_single_letters(found[0]) for found in _SPACED_LATIN.finditer(folded)):
        return True
    return any(_uneven(found[0]) for found in _PIECES.finditer(folded))


def _single_letters(spaced: str) -> bool:
    """``w w w``, ``ww w``: most pieces of a spaced run of Latin are fragments, not words."""
    pieces = re.split(r"[ .]+", spaced)
    return len(pieces) > 2 and 2 * sum(len(piece) < 3 for piece in pieces) >= len(pieces)


def _uneven(pieces: str) -> bool:
    """Different separators in one row of pieces; spaced-out headings and lists use one throughout."""
    gaps = {" ".join(gap.split()) for gap in re.split(rf"{_HAN}+", pieces)[1:-1]}
    return len(gaps) > 1


def _mixed_width(text: str) -> bool:
    letters = [char for char in text if "\uff21" <= char <= "\uff5a" or (char.isascii() and char.isalpha())]
    wide = sum(not char.isascii() for char in letters)
    return 0 < wide < len(letters)


def _look_alike(text: str) -> bool:
    """Letters of another alphabet, or mathematical or circled ones, that the fold reads as Latin."""
    return bool(_FOREIGN_LETTER.search(text) or _CIRCLED.search(text)) or any(
        _reads_as_latin(char) for char in text if "\U0001d400" <= char <= "\U0001d7ff"
    )


def _reads_as_latin(char: str) -> bool:
    folded = fold(char).text
    return folded.isascii() and folded.isalnum()


def _invisible(text: str) -> bool:
    return any(unicodedata.category(char) == "Cf" for char in text[1:-1])
