"""What the look of a phrase says about its being a name: its words, how seldom they meet, where it begins.

No list of names takes part. Phrases are read by the word model of :mod:`scrubber.intrusion`.
"""

from __future__ import annotations

from scrubber import later
from scrubber.brands import account_of, brand_of
from scrubber.wording import ending

LONGEST, LONGEST_BARE = 20, 14
"""Code points of the longest name that quotation marks or a label set off from its sentence, and of any other."""
_LIKE_A_NAME = 0.3
"""How much like a coined name a phrase must look that nothing sets off from its sentence (0 to 1)."""
_UNLIKE_TALK = 0.1
"""The same where a rule looks for names."""
_SELDOM = 70
"""Decinats from which a word that is no noun may stand in a name with a telling end."""
_PARTICLE = 60
"""Decinats up to which a single character is a particle."""
_HAN = later.pattern("[㐀-䶿一-鿿]")
_AMOUNT = later.pattern(
    r"\d[万条篇个年月日次元天]|^www|某|^[〇零一二三四五六七八九十百千万两壹贰叁肆伍陆柒捌玖]+群?$|^群\d+$|^\d+x+\d+$|^(?:xx+|div|border|span|class|style|img|html?)$"
)
_COLUMN = later.pattern("(?:栏目|专区|专题|专栏|[版板]块)$")
"""How the parts of a site are called, which are not the site: 手游专区."""
_PERSON = later.pattern(
    "[阿小老]?[赵钱孙李周吴郑王冯陈卫蒋沈韩杨朱秦许何吕施张孔曹严金魏陶姜谢邹章苏潘葛范彭鲁韦马方俞任袁柳鲍史唐费薛雷贺倪汤罗郝安常于傅齐康余顾孟黄萧尹姚邵汪毛戴宋庞熊纪舒屈项祝董梁杜阮"
    "蓝季贾江童郭梅林钟徐邱骆高夏蔡田樊胡凌霍万柯卢莫房解应丁邓洪包左石崔龚程邢裴陆荣翁段侯宁仇刘景叶司黎薄白蒲赖卓蒙池乔闻党谭申冉桑桂牛边尚温庄晏柴阎连习艾易廖耿匡文欧聂关][㐀-鿿]{0,2}"
    "|[阿小老][㐀-鿿]{1,2}|.*(?:[室局委厅处科]|办公?室?|政府|支部|[大中小]学|学[校院]|[医法]院)"
)
_OPENING = later.pattern("^我[爱要]")
"""With which names of sites begin, and talk does."""
_NEAR = 4
"""Code points on either side of a place in which the words are sought that meet there."""


def is_name(name: str, account: bool = False) -> bool:
    """Whether a phrase may be a site's name at all, or an ``account``'s, which may have nearly any."""
    if not 2 <= len(name) <= LONGEST or _AMOUNT.search(name) or (_COLUMN.search(name) and not account):
        return False
    return (account_of if account else brand_of)(name) is not None


def plausible(name: str) -> bool:
    """Whether a phrase that nothing sets off from its sentence looks like a name, and not like running text."""
    from scrubber.intrusion import brand_like, segment  # noqa: PLC0415 - its table loads when something is found

    if not is_name(name) or not _HAN.search(name) or len(name) > LONGEST_BARE:
        return False
    trade = ending(name)
    words = segment(_OPENING.sub("", name[:trade]))
    if any(len(text) == 1 and word.cost <= _PARTICLE and not word.nominal for text, word in words):
        return False
    if trade is not None:
        return all(word.nominal or word.cost >= _SELDOM for _, word in words)
    return len(words) > 1 and brand_like(name) >= _LIKE_A_NAME


def is_person(name: str) -> bool:
    """Whether a name has the shape of a person's or an office's."""
    return _PERSON.fullmatch(name) is not None


def torn_from(text: str, start: int) -> str:
    """The beginning of the word in the middle of which a name would begin (⟦在⟧线陪填), empty where a word begins."""
    from scrubber.intrusion import segment  # noqa: PLC0415 - as above

    left = max(0, start - _NEAR)
    if not _HAN.fullmatch(text[start - 1 : start]):
        return ""
    at = left
    for word, _ in segment(text[left : start + _NEAR]):
        if at <= start < at + len(word):
            return text[at:start]
        at += len(word)
    return ""


def coined(name: str) -> bool:
    """Whether a phrase that stands where a rule looks for names is more than a word of the language."""
    from scrubber.intrusion import brand_like  # noqa: PLC0415 - as above

    return name.isascii() or ending(name) is not None or brand_like(name) >= _UNLIKE_TALK
