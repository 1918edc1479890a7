"""What of a captured name is the brand: without addresses, decoration and editors, and nothing if it is no name.

Names compare by :func:`scrubber.view.fold_key`, so that script, width, case, separators and look-alike letters make no
difference.
"""

from __future__ import annotations

import re
from functools import lru_cache

from scrubber import later

HOST = later.pattern(
    r"(?:https?:?/*)?(?:(?:www|wap|m|3g)\.)?((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,})", re.IGNORECASE
)
_EDGES = later.pattern(r"^\W+|\W+$")
_PREFIX = later.pattern(
    "^(?:(?:(?:微信)?(?:公众号|公众平台|公号|订阅号|服务号)|(?:上方|上面)?蓝字|点击|关注|来自|来源|由|本文由|(?:新浪)?微博"
    '|(?:免责|特别|版权|郑重)?声明|一下|责任编辑|责编)[:"“「《]*)+'
)
_MIXED = later.pattern("[㐀-鿿][a-z]{2}")
_FILE_TYPE = later.pattern("(?<=^小说)txt(?=[㐀-鿿]{2})")
"""Inside a name: the sites that write 小说txt驿站 write txt小说驿站 and 小说驿站 as well."""
_SUFFIX = later.pattern("(?:[的之]?(?:小编|编辑部?|站长|客服|管理员|网友|责编)(?:们|组)?|系信息发布(?:平台)?)+$")
_WEAK_WORDS = (
    "网站|网络|网上|网页|网址|官网|官方|互联网|因特网|小编|小編|编辑|编者|责任编辑|责编|本站|本网|本店|本号|本平台|该站|该网|我站|我们|网友|网民"
    "|原创|转载|转发|作者|佚名|未知|不详|匿名|来源|综合|整理|百度|谷歌|必应|搜索|搜索引擎|微信|微博|公众号|公众平台|公号|订阅号|服务号|扣扣"
    "|客服|管理员|站长|版主|会员|用户|读者|平台|手机|手机版|电脑|电脑版|首页|更多|论坛|贴吧|博客|大家|同学|老师|朋友圈|朋友|群主|qq群|qq|app"
    "|txt|媒体|自媒体|记者|本报|本刊|本台|学习|参考|资料|材料|文档|范文|范文网|文库|小说|小说网|书网|文章|推荐|下载|阅读|在线|在线阅读|站|网|群|号|的"
    "|讲话|发言|演讲|致辞|作文|成语|诗词|查询|大全|精选|分类|目录|资讯|新闻|新鲜|行业|商业|国内|国际|相关|其他|其它|更多|视频|图片|分享|免费|电子书"
    "|右侧|左侧|上方|下方|顶部|底部|邮箱|通讯录|博主|楼主|作品|内容|信息|消息|链接|全文|本文|原文|正文|玩家|讨论|交流|游戏|金融|科技|娱乐|看|晚报|日报"
    "|各类|同类|各种|武侠|言情|玄幻|都市|历史|军事|仙侠|穿越|科幻|网游|女生|男生|经典|热门|优质|宝藏|粉丝|附件|列表|书签|书架|正版|章节|所有|群内|群友|更新|word|ppt|pdf|docx?|手打员?|会员|福利|简体|繁体|中文|英文|继续|延伸|扩展|拓展|深度|内部|公开|渠道|频道|商城|完整版"
)
_GENERIC_WORDS = (
    "章节|目录页|报错|书友|看书|推荐票|月票|投票|投|只看|本帖|该帖|源站|旧站|新站|店铺名?|星球|栏目|专栏|专区|专题|版块|板块|入口|地址|发布页|当前页?|[前后上下一两]页|[前后]章"
    "|预告|热文|业主群|交流群|书友群|小黑屋|按钮|缓存|掌上|离线|听书|漫画|网盘|无错|有声|全本|精校|置顶|关键词|暗号|备注|客户|买家|卖家|普通|专业|专家|医生|律师|言论|咨询|详询|报班"
    "|老年版|关怀版|学案|课件|教案|模板|样本|样稿|合同|小学|初中|高中|中学|恐怖|悬疑|灵异|思想|汇报|总结|讲稿|自荐信|体验|服务|热线|选择|精选|在线|教育|开通|圈主|盟主|图库|名|的|之|与|和"
    "|同款|第一时间|及时|随时|题图|配图|封面|自己|养车|用车|主持词|讲话稿|发言稿|演讲稿|心得|体会|报告|方案|计划|通知|述职|范本|试题|试卷|真题|答案|格式|讲义|文稿|稿件|入口|编号"
)
"""Words of the trade, of pages and of genres: together they say what there is, not whose it is (律师小说, 只看楼主)."""
_GENERIC = later.pattern(f"(?:{_WEAK_WORDS}|{_GENERIC_WORDS}|[0-9]+群)+(?<!网)(?<!论坛)(?<!之家)")
LONGEST_SPELLED = 400
"""Code points of the longest finding in which a name is sought that an address spells."""
_LEAST_LETTERS = 4
"""Letters of the shortest name that has nothing else."""
_WEAK = later.pattern(f"(?:{_WEAK_WORDS})+")
_WEAK_WORD = later.pattern(f"{_WEAK_WORDS}|第一时间|及时|随时")
_TALKING = (
    r"[于与及的了是把被请让者欲供]|非(?![凡常洲遗])|等[你您我]|恭喜|找(?!.*网$)|第.{1,7}[章节回卷集]|后[\d一二三四五六七八九十]|[a-z]可|.+请|\d+[条篇个年月日次份]|.{21}|本[网站报刊台平号].{2}"
    "|.*(?:须知|解锁|小时|一起|小编|可以|不得|禁止|未经|赞同|观点|如需|如有|更多|关于|[本此该]款|获得|加我|加入|推荐给|来源|链接|二维码|扫[码一]|点击|转载"
    "|授权|大家庭|我们|你们|您|[省市县区]和)"
)
_TALK = later.pattern(_TALKING)
_PHRASE = later.pattern(f"{_TALKING}|.*自媒体$")
"""How a piece of a sentence reads that is no name at all."""


def brand_of(name: str) -> str | None:
    """The brand in a captured name: simplified, half width, without separators, decoration and editors; None if weak.

    A domain alone is no brand, a domain beside one is left out; so are numbers of six digits and more (contacts).
    """
    brand = cleaned(name)
    if len(brand) < 2 or (brand.isdecimal() and not 4 <= len(brand) <= 5):
        return None
    if brand.isascii() and brand.isalpha() and len(brand) < _LEAST_LETTERS:
        return None
    generic = _WEAK.fullmatch(brand) or _GENERIC.fullmatch(brand)
    return None if generic or _PHRASE.match(brand) else brand


def account_of(name: str) -> str | None:
    """The name of an account: any phrase (查询大全) that is not itself one of the words for accounts and people."""
    account = cleaned(name)
    return (
        None
        if len(account) < 2 or account.isdecimal() or _WEAK_WORD.fullmatch(account) or _TALK.match(account)
        else account
    )


@lru_cache(maxsize=1 << 12)
def cleaned(name: str) -> str:
    """What names compare by: the name without addresses, decoration and editors around it, folded."""
    brand = HOST.sub(" ", folded(name))
    for pattern in (_EDGES, _PREFIX, _EDGES, _SUFFIX, _EDGES):
        brand = pattern.sub("", brand)
    brand = _FILE_TYPE.sub("", key_of(brand))
    if _MIXED.search(brand):
        from scrubber.pinyin import undoubled  # noqa: PLC0415 - its table loads when letters stand beside characters

        brand = undoubled(brand)
    return brand


@lru_cache(maxsize=1 << 12)
def host_of(address: str) -> str | None:
    """The host of a web address in lower case, without www and the like; None when there is no address."""
    match = HOST.search(folded(address))
    return match[1] if match else None


def key_of(name: str) -> str:
    """The spelling by which names compare."""
    from scrubber.view import fold_key  # noqa: PLC0415 - keeps this module free of tables until a name is compared

    return fold_key(name)


def folded(text: str) -> str:
    """Simplified, half width, lower case."""
    from scrubber.view import fold  # noqa: PLC0415

    return text.lower() if text.isascii() else fold(text).text
