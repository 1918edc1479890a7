"""Whether a finding stands where only its author can have put it, whatever it says.

An author tells of adverts, has people speak, numbers what he lists and gives his own address; a republisher's text
stands beside all that. Everything here reads the folded view, and what it says of a finding only sends it to review.
"""

from __future__ import annotations

from collections import Counter

from scrubber import later
from scrubber.model import Kind
from scrubber.surroundings import Surroundings

_BESIDE = 80
"""Code points of a line beside a finding that are looked at."""

_SPOKEN = later.pattern("\\s*[。!?…]+\\s*[”」』]")
"""How an utterance ends; an address that is all of it was not dropped into it."""

_SHOWN = later.pattern(
    "(?:写|印|刻|贴|挂|闪|亮|钉|刷|喷)(?:[着著]|了|有)(?:[一几两]|:|“)|(?:弹|跳|蹦|冒)出(?:来)?了?(?:[一几两]|:|“)"
)
"""Somebody describes what a page or a wall says."""

_REPORTED = later.pattern(
    "[^,。!?:“]{0,10}(?<!小编)(?<!本站)(?<!本网)(?:[诉辩声据]称|承认|(?<!据)(?<!小)说|指出|认为)(?:[,:]|[^,。!?]{0,3}“)"
)
_SAYING = later.pattern(
    "(?:(?<!小)(?<!据)说|道|喊|念|[㐀-鿿][问答叫]|唱|写[着著上下道]|(?:印|刻|贴|标|挂)[着著上有]|弹出|跳出)"
    '[^。!?\\n,:“]{0,6}(?::\\s*[“「『‘"]?|[“「『‘"])$|(?<![据小])(?:说|声称|辩称|诉称|认为),$'
)
"""What leads up to words that are somebody's."""

_LEADING_UP = (*':“「『‘",',)
"""How that ends."""

_PASSING = later.pattern(".*[㐀-鿿]{2}[”」、]?[“「『][^“”「」『』。!?…]*[”」』]")
"""A name between quotation marks, in the middle of a sentence."""

_SENTENCES = later.pattern("[。!?]")

_ASKED = later.pattern("(?:什么|谁|哪[里儿个])[^。!?]{0,4}\\?")
_DUTY = later.pattern(
    "(?:要(?!是|么|转)|必须|应当|应该|严格|落实|执行|规定|强调|要求|遵守|坚持|杜绝|承诺|我(?!们|站|网))[^。!?:]*[,;]$"
)
"""The first half of a sentence about what is to be done, of which a rule of copying is the second."""

_TURNS = 40
"""Lines above and below in which speakers speak again."""

_TURN = later.pattern("\\s*([㐀-鿿]{1,6}|[A-Za-z][A-Za-z ]{0,8}|[a-z]{1,8})(?:\\([^)]{1,8}\\))?\\s*:")
_NO_SPEAKER = later.pattern(
    ".*(?:qq|微信|vx|wx|tel|email|邮|电话|手机|热线|地址|网址|网站|来源|作者|编辑|责编|标签|关键词|时间|日期|上一|下一|推荐|阅读"
    "|链接|标题|提示|声明|注|公众号|群|客服|店|号|价|版权|更多|相关|转载|整理|发布|网友|楼主|回复|码|点击|浏览|评论|分类|人气)"
)
"""Labels of a page's or a seller's lines, which nobody speaks; two that recur are no dialogue."""

_ITEM = later.pattern("\\s*([(\\[]?)(?:(\\d{1,2})|([a-h])|([一二三四五六七八九十]{1,3}))([)\\].、])(?!\\d)\\s*")
_ENDS_LABEL = (":", ")", "]", ".", "、")
"""How a name or a number before what belongs to it ends."""
_MARK = later.pattern("(?<![^\\s。;!?])(?:[(\\[]?(?:\\d{1,2}|[a-h]|[一二三四五六七八九十]{1,3})[)\\].、])(?!\\d)\\s*")
_CLOSES_NUMBER = later.pattern("[)\\].、]")
_LIST = 400
"""Code points of a line in which the point before another one begins."""

_HEADED = later.pattern("\\s*【[^】]{2,8}】.{6}")
_HAN = "一二三四五六七八九十"
_SITE_WORDS = later.pattern(
    "侵权|转载|本站|本网|网站|删除|下载|关注|公众号|扫|微信|qq|群|会员|客服|购买|收藏|免费|更多|投稿|版权|域名|网址|链接|付款|发货|元|退"
)
"""What the other points of a list say that is a site's or a shop's as a whole."""

_EXERCISE = later.pattern(
    "汉译英|英译汉|翻译下列|病句|选择题|判断题|填空题|满分[:\\d]|_{6}|语法练习|下列[^。\\n]{0,12}一项是"
)
"""What only exercises have, whose points may say anything."""

_SENDS = frozenset({Kind.CONTACT, Kind.HEADER, Kind.FOOTER, Kind.PROMO})
# Alternatives that all begin with a character of their own are searched for ten times as fast as others; so what must
# stand before one, or begins with a class, is told behind its first character, here and below.
_FORMAL = later.pattern(
    "地\\s?址\\s?:|邮\\s?编\\s?:|传\\s?真\\s?:|联\\s?系\\s?人\\s?:|邮\\s?箱\\s?:|e-?mail\\s?:|邮编\\d|联系电话|咨询电话"
    "|t(?<![a-z]t)el\\s?[:.]|求职意向|籍贯|/issues|0(?<!\\d0)\\d{2,3}-\\d{7,8}(?!\\d)"
)
"""Fields of whoever gives his office, his house or his project, rather than an account alone."""

_DEALS = later.pattern(
    "代写|代笔|代发|word|ppt|pdf|全文|电子版|完整|范文|公文|文秘|课件|教案|资料|模板|会员|付费|下载|加群|进群|入群|拉群|免费|淘宝|闲鱼|店|写作|材料|文稿|小说|书友|看书|更多|优惠"
    "|元(?<=\\d元)|元(?<=\\d\\s元)|购|加盟|招商|团购|专业|价|客服|站长|本站|掌柜|备注|定制|论文|推广|广告|合作|商务|代理|兼职|投资|股|彩|游戏|出售|承接|领取|福利"
    "|关注我们|扫码|二维码|版权|侵权|转载|icp|©|copyright|小编|网友|整理|原创|首发|独家|手打|看房|装修|整形|减肥|美容|疗程|贷款|网站"
)
"""What nobody's own address needs."""


def is_framed(kind: Kind, around: Surroundings) -> bool:
    """Whether only the author of a text can have put there what a finding of this kind covers."""
    before = around.read(max(0, around.start - _BESIDE), around.start)
    after = around.read(around.end, min(len(around.text), around.end + _BESIDE))
    if kind is Kind.WATERMARK_INLINE:
        return before.endswith(("“", "「", "『")) and bool(_SPOKEN.match(after))
    inside = around.read(around.start, around.end)
    if _is_told(kind, before, inside, after):
        return True
    if "\n" in inside.strip():
        return kind in _SENDS and _is_own_address(around, inside)
    if _is_exercise(around) or _is_point_within(around, inside):
        return True
    if _begins_line(around) and (_is_turn(around) or _is_lone_item(kind, around)):
        return True
    return kind in _SENDS and _is_own_address(around, inside)


def _is_told(kind: Kind, before: str, inside: str, after: str) -> bool:
    """Whether somebody tells what a page, a wall or a person says."""
    beginning = _SENTENCES.split(before)[-1]
    if _SHOWN.search(beginning + inside) or _leads_up(before) or _ASKED.match(after):
        return True
    if kind is Kind.PROMO and inside.endswith("。") and _PASSING.fullmatch(beginning):
        return True
    if kind is Kind.LEAD_IN:
        return False
    return bool(_REPORTED.match(inside)) or (kind is Kind.REPOST_NOTICE and bool(_DUTY.search(before)))


def _leads_up(before: str) -> bool:
    """Whether words that are somebody's have to follow; a look at the last character mostly tells that they do not."""
    return before.rstrip().endswith(_LEADING_UP) and bool(_SAYING.search(before))


def _begins_line(around: Surroundings) -> bool:
    """Whether nothing but a name or a number stands before a finding in its line."""
    before = around.read(0, around.start).rstrip()
    if before and not before.endswith(_ENDS_LABEL):
        return False
    return not before or any((found := label.match(before)) and found.end() == len(before) for label in (_TURN, _ITEM))


def _is_turn(around: Surroundings) -> bool:
    """Whether a line is what one of two or more speakers says, each of whom speaks more than once."""
    said = _speaker(around.line)
    if not said or _NO_SPEAKER.match(said):
        return False
    near = (around.line, *around.beside(_TURNS, _TURNS - 1))
    turns = Counter(filter(None, map(_speaker, near)))
    speakers = [one for one, times in turns.items() if times > 1 and not _NO_SPEAKER.match(one)]
    return said in speakers and len(speakers) > 1


def _speaker(line: str) -> str:
    found = _TURN.match(line)
    return found[1] if found else ""


def _is_exercise(around: Surroundings) -> bool:
    """Whether a line is one point of a list in a document of exercises."""
    own = _item(around.line)
    if not own or not any(_next_to(own, _item(line)) for line in around.beside(1, 1)):
        return False
    return bool(_EXERCISE.search(around.document()))


def _is_lone_item(kind: Kind, around: Surroundings) -> bool:
    """Whether a line is one point of a list, one of whose neighbouring points at least says nothing of the kind.

    Lines that all begin with a heading in brackets are such a list if two of them are near.
    """
    if _HEADED.match(around.line):
        headed = [other for other in around.beside(2, 2) if _HEADED.match(other)]
        return sum(not _SITE_WORDS.search(other) for other in headed) > 1
    if kind is Kind.TAIL_LINKS or not (own := _item(around.line)):
        return False
    beside = [other for other in around.beside(1, 1) if _next_to(own, _item(other))]
    return any(not _SITE_WORDS.search(other) for other in beside)


def _is_point_within(around: Surroundings, inside: str) -> bool:
    """Whether a finding is a point of a list that lost its line breaks, and the point before it is unlike it."""
    before = around.read(max(0, around.start - _LIST), around.start)
    text, filled = before + inside[:8], len(before.rstrip())
    if not _CLOSES_NUMBER.search(text, max(0, filled - 1)):
        return False
    marks = list(_MARK.finditer(text))
    own = next((mark for mark in marks if filled <= mark.end() and mark.start() <= len(before) + 2), None)
    if own is None:
        return False
    above = [mark for mark in marks if mark.end() <= own.start() and _next_to(_item(own[0]), _item(mark[0]))]
    return bool(above) and not _SITE_WORDS.search(text[above[-1].end() : own.start()])


def _item(line: str) -> tuple[str, int] | None:
    """The style of a point's number, and the number."""
    found = _ITEM.match(line)
    if not found:
        return None
    opening, digits, letter, han, closing = found.groups()
    if digits:
        return f"{opening}1{closing}", int(digits)
    if letter:
        return f"{opening}a{closing}", ord(letter)
    tens, _, ones = han.rpartition("十")
    ten = (_HAN.find(tens) + 1 or 1) * 10 if "十" in han else 0
    return f"{opening}一{closing}", ten + _HAN.find(ones) + 1 if ones else ten


def _next_to(one: tuple[str, int] | None, other: tuple[str, int] | None) -> bool:
    return one is not None and other is not None and one[0] == other[0] and abs(one[1] - other[1]) == 1


def _is_own_address(around: Surroundings, inside: str) -> bool:
    """Whether a contact stands among the fields of somebody's own address, and nothing is dealt in."""
    if _DEALS.search(inside) or not (_FORMAL.search(inside) or around.may_hold(_FORMAL, 2)):
        return False
    if any(map(_DEALS.search, around.beside(1, 1, last=True))):
        return False
    return any(map(_FORMAL.search, (inside, *around.beside(2, 2, last=True))))
