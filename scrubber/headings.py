"""Lines that may open a new text inside a compilation: their shape, their number, their title.

Nothing here decides; :mod:`scrubber.fragments` does. Offsets are code points of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

LINE_LIMIT = 100
"""Code points beyond which a line is prose, whatever it begins with."""

_BREAK = re.compile("[\r\n\x0b\x0c\x85\u2028\u2029]+")
_DECORATION = "★☆●○◆◇■□▲△※#*=~-— \t\u3000"
_EDGE = " \t\u3000\xa0\ufeff\u200b"
_ORDINAL = r"(\d{1,5}|[零〇一二三四五六七八九十百千两兩壹贰貳叁參肆伍陆陸柒捌玖拾]{1,7})"
_LABEL = r"(?:(?:优秀|優秀|精选|精選|参考|參考|经典|經典)?(?:范文|範文|例文|样文|樣文|模板|作文|版本|文稿|稿件))"
_UNIT = "[篇则則份]"
_LABELLED = rf"({_LABEL})\s*[（(]?\s*(?:之|第)?\s*{_ORDINAL}\s*[)）]?"
_MARK = rf"(?:第\s*{_ORDINAL}\s*({_UNIT})|({_UNIT})\s*(?:之\s*)?{_ORDINAL}|{_LABELLED})"
_OPEN, _CLOSE = "[【〔［\\[（(《〈<「『]", "[】〕］\\]）)》〉>」』]"
_HEAD = re.compile(rf"{_OPEN}?\s*{_MARK}\s*({_CLOSE}|$|[:：、.．,，|\s—\-]+|(?=.*$))(.*)$")
_TAIL = re.compile(rf"^(.{{2,}}?)[\s:：,，—\-]*{_OPEN}?\s*{_MARK}\s*{_CLOSE}?[:：]?$")
_HAN_ORDINAL = _ORDINAL.replace(r"\d{1,5}|", "")
_BARE = re.compile(
    rf"^(?:{_OPEN}\s*{_ORDINAL}\s*{_CLOSE}|{_ORDINAL}\s*[、.．]|{_HAN_ORDINAL}|(?:[其之例]|part|no\.?)\s*{_ORDINAL}[:：.、]?)$",
    re.IGNORECASE,
)
_TITLED = re.compile(rf"^(?:[（(]\s*{_ORDINAL}\s*[)）]|{_ORDINAL}\s*[、.．:：])\s*(\S.*)$")
_SUFFIX = re.compile(rf"^(.{{2,}}?)\s*(?:[（(【\[]\s*{_ORDINAL}\s*[)）】\]]|(?:之)?{_ORDINAL})[:：]?$")
_CHAPTER = re.compile(rf"^{_OPEN}?第\s*{_ORDINAL}\s*[章回节節卷]")
_PROSE_END = re.compile("[。！？!?；;，,、…]$|\\.\\.\\.$")
_GENRE = (
    "讲话|講話|讲稿|講稿|发言|發言|致辞|致辭|致词|致詞|演讲|演講|演说|演說|总结|總結|小结|小結|报告|報告|汇报|彙報|匯報|述职|述職"
    "|方案|计划|計劃|规划|規劃|要点|要點|意见|意見|通知|通报|通報|公告|决定|決定|体会|體會|心得|感想|感悟|读后感|讀後感|观后感|觀後感"
    "|党课|黨課|材料|讲义|講義|作文|日记|日記|书信|書信|倡议书|倡議書|申请书|申請書|检讨书|檢討書|保证书|保證書|承诺书|承諾書|情书"
    "|主持词|主持詞|解说词|解說詞|导游词|導遊詞|开幕词|開幕詞|闭幕词|閉幕詞|贺词|賀詞|祝词|悼词|颁奖词|串词|表态|表態|提纲|提綱"
    "|剖析|自查|分析|评语|評語|教案|简历|合同|协议|协议书|声明|制度|实录|经验|侧记|综述"
)
_GENRE_END = re.compile(f"(?:{_GENRE})(?:稿|材料|提纲|提綱|文|书|範文|范文)?$")
_PUBLIC_TITLE = re.compile(
    f"(?:^|[\\s、.．:：）)])(?:在.{{2,}}(?:上|中|时|時)的|关于.{{2,}}的|關於.{{2,}}的).*(?:{_GENRE})"
)
_ASIDE = re.compile(
    r"\s*(?:[（(【\[][^（(）)【】\[\]]{0,30}[)）】\]]|\d{1,3}|[一二三四五六七八九十两兩]{1,3}[篇则則份])\s*$"
)
_SALUTATION = re.compile(
    "^[^。！？；“”]{0,36}(?:们|們|代表|委员|委員|领导|領導|来宾|來賓|朋友|同志|老师|老師|同学|同學|家长|家長|评委|評委|嘉宾|嘉賓)"
    "(?:[!！]?[:：]|[!！])$"
)
_COLLECTION = re.compile("汇编|彙編|匯編|合集|合辑|合輯|选编|選編|选集|選集|集锦|集錦|锦集|大全|精选|精選|多篇|系列")
_COUNT = re.compile(rf"(?<![第\d零〇一二三四五六七八九十百千]){_ORDINAL}\s*{_UNIT}")
_DIGITS = ["零〇", "一壹", "二贰貳两兩", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖"]
_VALUES = {char: value for value, chars in enumerate(_DIGITS) for char in chars}
_POWERS = {"十": 10, "拾": 10, "百": 100, "千": 1000}
_NUMERALS = "".join([*_VALUES, *_POWERS]) + "0123456789０１２３４５６７８９"
_FIRST = frozenset(
    _NUMERALS + _DECORATION + "其之例pPnN第篇则則份优優精参參经經范範例样樣模作版文稿[【〔［（(《〈<「『"
)
_LAST = frozenset(_NUMERALS + _DECORATION + ":：!！】〕］]）)》〉>」』、.．")


class Line(NamedTuple):
    """A non-blank line: where it begins and ends, and its text without white space around."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that may open a text. ``style`` says how it is numbered, so that only like headings form a series."""

    line: Line
    style: tuple[str, str]
    number: int
    title: str


def lines(text: str) -> Iterator[Line]:
    """Every non-blank line of the text; the text of lines beyond ``LINE_LIMIT`` code points is cut there."""
    start = 0
    for match in _BREAK.finditer(text):
        end = match.start()
        content = text[start : min(end, start + LINE_LIMIT + 1)].strip(_EDGE)
        if content:
            yield Line(start, end, content)
        start = match.end()
    content = text[start : start + LINE_LIMIT + 1].strip(_EDGE)
    if content:
        yield Line(start, len(text), content)


def may_divide(text: str) -> bool:
    """A quick test that every numbered heading, chapter heading and salutation passes."""
    return (text[0] in _FIRST or text[-1] in _LAST) and len(text) <= LINE_LIMIT


def number(ordinal: str) -> int:
    """The value of a number in any decimal digits or in Han numerals (``十二``, ``二〇``)."""
    if ordinal.isdecimal():
        return int(ordinal)
    total = digit = 0
    for char in ordinal:
        if char in _POWERS:
            total, digit = total + (digit or 1) * _POWERS[char], 0
        else:
            digit = digit * 10 + _VALUES[char]
    return total + digit


def _first(*groups: str | None) -> str:
    return next(group for group in groups if group)


def headings(line: Line) -> Iterator[Heading]:
    """All readings of a line as a numbered heading."""
    text = line.text.strip(_DECORATION)
    yield from _marked(line, text)
    if match := _BARE.match(text):
        yield Heading(line, ("bare", _shape(text)), number(_first(*match.groups())), "")
    elif (match := _TITLED.match(text)) and is_title(match[3]):
        yield Heading(line, ("titled", _shape(text)), number(_first(match[1], match[2])), match[3])
    if (match := _SUFFIX.match(text)) and is_title(match[1]):
        yield Heading(line, ("suffix", match[1]), number(_first(match[2], match[3])), match[1])


def _marked(line: Line, text: str) -> Iterator[Heading]:
    if match := _HEAD.match(text):
        first, unit, unit_before, second, _, third, _, rest = match.groups()
        rest = rest.strip(_EDGE)
        glued = bool(rest) and text[match.start(8) - 1] in "篇则則份"
        if not _PROSE_END.search(rest) and (not glued or is_title(rest)):
            style = ("head", unit or unit_before or "范文")
            yield Heading(line, style, number(_first(first, second, third)), rest)
            return
    if match := _TAIL.match(text):
        title, first, unit, unit_before, second, _, third = match.groups()
        yield Heading(line, ("tail", unit or unit_before or "范文"), number(_first(first, second, third)), title)


def _shape(text: str) -> str:
    """What is left of a heading's first characters once the number is gone: brackets and stops keep series apart."""
    opening = text[0] if text[0] in "（(【〔[［《" else ""
    kind = "1" if any(char.isdecimal() for char in text[:3]) else "一"
    return opening + kind


def is_title(text: str) -> bool:
    """Whether a line names a document by its genre: 在…会议上的讲话, 工作总结, 心得体会(节选)."""
    if not 2 <= len(text) <= 60 or _PROSE_END.search(text):
        return False
    return bool(_GENRE_END.search(_without_aside(text)))


def is_public_title(text: str) -> bool:
    """Whether a line is a full title of its own, as in 在…上的讲话 or 关于…的报告."""
    return is_title(text) and bool(_PUBLIC_TITLE.search(text))


def _without_aside(text: str) -> str:
    return _ASIDE.sub("", text)


def is_salutation(text: str) -> bool:
    """Whether a line only addresses an audience: 同志们： 各位委员、同志们："""
    return len(text) <= 40 and bool(_SALUTATION.match(text))


def is_prose(text: str) -> bool:
    """Whether a line is longer than a heading or ends like a sentence."""
    return len(text) > 40 or bool(_PROSE_END.search(text))


def is_chapter(text: str) -> bool:
    """Whether a line opens a chapter of a book."""
    return bool(_CHAPTER.match(text))


def announces(text: str) -> int | None:
    """How many texts a title announces: 0 for 汇编, 9 for 讲话9篇, None when it announces none."""
    if len(text) > 60 or _PROSE_END.search(text):
        return None
    if (match := _COUNT.search(text)) and number(match[1]) > 1:
        return number(match[1])
    return 0 if _COLLECTION.search(text) else None
