"""The words of boilerplate by their part in it: what stands around a site's name and is no part of it.

A name is what such words leave over: 本文|由|柳叶书屋|整理 reads as filler, link, name, claim. Everything here reads
the folded view (simplified, half width, lower case).
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from scrubber import later
from scrubber.patterns import compiled


class Part(StrEnum):
    """What a piece of text does for the name beside it."""

    SOURCE = "source"
    """Says that a source follows, often with a colon between: 来源, 转自."""
    ACCOUNT = "account"
    """Says that an account follows, or that the name before is one: 公众号, 微博, @."""
    CALL = "call"
    """Sends the reader to what follows: 关注, 返回, 联系."""
    LINK = "link"
    """Leads to a name if a claim stands behind that: 由, 向, 与."""
    OWNER = "owner"
    """Belongs to the name before it, which is one therefore: 版权所有, 小编, 官网."""
    PREDICATE = "predicate"
    """What an advert says of whoever speaks in it: 致力, 专注, 已."""
    CLAIM = "claim"
    """What a site did to the text, or anybody to anything: 整理, 转载."""
    FILLER = "filler"
    RUN = "run"
    """Letters, digits and Han that are none of these words: perhaps a name."""
    QUOTE = "quote"
    WORK = "work"
    """Between 《 and 》: a book, or a newspaper."""
    HOST = "host"
    MARK = "mark"


class Token(NamedTuple):
    """A piece of a text; ``start`` and ``end`` are code points, ``inner`` is what a pair of brackets holds."""

    part: Part
    text: str
    start: int
    end: int
    inner: str


_ACCOUNT = (
    "(?:官方)?(?:微信)?(?:公众(?:微信)?(?:平台|[帐账]?号)|公号|订阅号|服务号)(?:名称?|是|叫)?|官方(?:微信|微博|抖音)号?"
    "|微信(?:公众|官方)?(?:搜索|搜(?!一搜)|id|号)|(?:头条|百家|搜狐|网易|企鹅|大鱼|抖音|视频|快手|学习强国)号(?!系|仅|平台|发表|发布|观点|立场)"
    "|(?:加|进|入|书友|读者|交流|q|qq|微信|粉丝|会员)群(?!号|里|内)|知识星球|小程序|(?:淘宝|微|网)店(?:铺|名)?|(?:搜)?店铺(?=[:“「【])|闲鱼号?|旺旺号?|(?:vx|微信|v信)搜(?!一搜|索)|(?:新浪)?微博|贴吧|(?<![a-z0-9])@"
)
_SOURCE = (
    "(?:文章|本文|稿件|内容|图文|图片|素材|信息|新闻|资料|原文|材料|数据|综合|消息)?(?:来源于?|来自于?|转载?自|转[贴帖][于自]|转载于|摘自|选自|出自|源自|出处)"
    "|原载于?|首发于|收录于|稿源(?!方)|(?:供稿|出品|整理|首发|原创|图源|图片|制作|主办(?:方|单位)?)(?=[:|丨/])|(?:版权|著作权)归(?:属于?)?|版权所有(?=[:|])"
    "|(?:copyright ?)?(?:©|\\(c\\)) ?(?:\\d{4} ?(?:[-—~] ?\\d{4})?)?|撰稿(?=[:|丨/])"
    "|(?:店主|掌柜|卖家|馆主|盟主)(?=:)|(?:手打|录入|制作|校对|扫描|翻译|汉化|压制)(?:组|团队?|小组)(?=[:|丨/])|下载[于自]|上传[于自]"
)
_CALL = (
    "关注|订阅|锁定|(?:微信)?搜一搜|搜(?=[“「『【])|(?<!相关)(?<!热门)(?<!热词)搜索(?!引擎|网)|下载(?!站|网|吧|之家|地址|链接)|安装|返回|访问(?!量)|登[录陆](?!名)|进入|打开|联系|咨询(?!网)|添加|收藏"
    "|认准|记住|牢记|不代表|请到|请上|尽在|就在|就到|就来|就上(?!当)|来到|快来|前往|加入|百度一下|这里是|我是|欢迎光临|投稿[至到给]|蓝[字色]|名片|追踪(?!报道|调查|到)|加(?=[“「『【])"
)
_LINK = (
    "(?:上传|发布|分享|提供|整理|录入)(?:者|人|用户)|感谢|支持|喜欢|跟[着随]?(?!踪|帖|进|团)|代表|反映|授权"
    "|在(?![线路场])|(?<!来)由(?!来)|归(?!来)|向(?!日|上|导|阳|前)|与(?!会)"
)
_OWNER = (
    "[系是为](?:网络|自媒体)?信息(?:发布|存储)[^,。]{0,6}平台|仅提供信息存储|(?:登载|发布|刊登|转载|发表)[此该本](?:文|信息|稿|内容)"
    "|版权(?:所有)?|所有(?![㐀-鿿])|(?:荣誉|联合)?出品|(?:独家)?原创(?!力)|独家(?:整理|首发|发布|提供|供稿|专供)?|专稿|综合|小编|编辑部|站长|客服|管理员"
    "|(?:官方|手机)?客户端|官网|首页|主页|(?:读者|爆料|报料|新闻)*热线|订报|报社|(?:读者|粉丝)福利|词条|官方(?:账号|帐号|旗舰店)|旗舰店|会员(?!费|日|价|制)|官微|(?<!国)旗下|热[榜评]|极速版|(?:app|客户端)?[内里中](?:打开|查看|阅读|观看)|(?:独家|特约)?记者|团队|(?:会员|vip)(?:中心|专[属享])?|专属"
    "|(?:祝|陪)(?=[您你大])|与[您你]|(?:温馨|友情)?提[醒示]|投稿|微信(?=:)|隐私政策|网址|下载(?:地址|链接)|专栏|签约|邀[您你请]|告诉[您你大]|精选|热搜|用户|授权(?=转载|发布|刊登|发表)"
    "|(?:每[天日周])?(?:为|给|帮)(?:各位|广大)?(?:您|你|大家|[^\\s,。:;]{0,4}(?:们|玩家|读者|网友|用户|考生|家长|车友|粉丝|各位))(?:特意|特地|精心)?(?:提供|整理|带来|准备"
    "|介绍|推荐|分享|汇编|精选|讲解|解答|更新|收集|搜集|奉上|送上|挑选)|讯(?=[(:)])|(?:同类|精彩|热门|相关)推荐"
)
_PREDICATE = (
    "已(?!经)|将(?![军来])|仅|不(?:承担|负责|保证|对)|致力|专注|坚持|拥有|保留|承诺|竭诚|成立于|旨在|始终|力[争求]|一直|愿(?![望景])|期待|尽量"
    "|是(?=一[个家款]|国内|中国|专业|由)|尊重"
)
_CLAIM = (
    "(?:特意|特地|精心)?(?:(?:收集|搜集|采集|整合)?(?:整理|收录|整编|汇编|汇总|编辑|首发|供稿|提供|转载|转发|转播|登载|刊登|制作|排版|校对|上传|分享(?!网)|录入|编校|采编|发表"
    "|摘录|摘编|选编|改编|呈现|奉献|推送|专供|专用|放送|汇集|送上|摘抄))+(?:发布|上传)?|(?:特意|特地|精心)?(?:收集|搜集)|app(?![a-z])|网友|观点|立场|无关|编者按"
)
_FILLER = (
    "请|敬请|烦请|欢迎|本(?:文|站|网站?|号|刊|报|书|章|资料|平台|公众号|店|材料|文档|稿|期|页|人|作品|小说|图书|内容|频道|栏目|专区)|[该此](?:文|书|稿)"
    "|我们|咱们|[您你](?:们)?|大家(?!网|论坛|文[学库])|各位|广大|以上|以下|上述|内容|文章|全文|更多|精彩|最新|点击|点开|戳|[上下]面|[上下]方|右[上侧]角?|扫码|扫描|扫一扫"
    "|二维码|长按|识别|即可|可(?=看|以|见|在|用)|完整版|均为?|系(?!统|列)|凡是?|注明|标注|的|了(?!解|望)|(?<![于只总])是(?!非)|(?<![华因作成认行])为(?!民|农)"
    "|及|和(?!讯|平|谐|田|风|睦)|或|等(?!你)|到(?!家)|从(?!化|业)|被|把|如有?|若|侵权|删除|未经|许可|不得|禁止|严禁|谢绝|请勿|任何"
    "|免费|快速|立即|马上|赶[快紧]|一起|一下|属于?|仅供|参考|交流|声明|特别|郑重|免责|风险(?:自担|自负)?|(?:盈亏|后果|责任)自负|所载|原文|链接|网址|域名|回复|获取|领取|查看|责任编辑|责编|监制|审核|校审"
    "|校对|记者|原?作者|编者|通讯员|摄影|插图|时间|日期|微信|qq|扣扣|电话|手机|邮箱|商务合作|合作|广告|上一[页篇章]|下一[页篇章]|我(?![爱要](?!看|的|说|写|把))|他们|这里|那里|就"
    "|(?<![成首古京])都(?![市匀江兰])|让|还|再|也(?!门)|经(?=[^,。]{0,8}授权)|互联网|网站|网页|平台|官方|后台|所用|对话框|其他|其它|相关|有关|(?:[您你]?(?:现在|当前|所在)的?)(?:位置|栏目)(?:是|在)?"
    "|all rights reserved|copyright"
    r"|输入|发送|备注|拍下|秒发|一一|逐一|上文|下文|(?:为|给|祝)(?=[您你大])|领(?![导域先袖航读])|温馨|友情|[加下]?载入?中|私聊|私信|返现|打赏|红包|优惠券|购物车|好评|晒图|按个?赞|点个?赞|阅读须知|购买须知|(?<=[您你请快])来|(?<![^\s于自源从、和或及:|,。(])网络"
)
_TLD = (
    "(?:com|net|cn|org|cc|la|me|tv|io|info|biz|top|vip|xyz|club|site|online|shop|store|wang|mobi|us|in|so|pro|fun|ink"
    "|icu|ltd|tech|edu|gov)"
)
_HOST = rf"(?:https?:/{{0,2}})?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+{_TLD}(?![a-z0-9])(?:/[a-z0-9_./?=&%#~-]*)?"
_OPEN, _CLOSE = '“"「『【\\[<‘', '”"」』】\\]>’'
_WORDS = (
    rf"(?P<host>{_HOST})|(?P<account>{_ACCOUNT})|(?P<source>{_SOURCE})|(?P<owner>{_OWNER})|(?P<link>{_LINK})"
    rf"|(?P<predicate>{_PREDICATE})|(?P<claim>{_CLAIM})|(?P<call>{_CALL})|(?P<filler>{_FILLER})"
)
_BEGIN = "".join(sorted(char for char in set(_WORDS) if "㐀" < char < "鿿"))
"""Every Han that stands in a word, so also the first of each: what is none of them need not be compared with words."""
TOKEN = (
    rf"(?P<rest>(?:(?![{_BEGIN}])[㐀-䶿一-鿿])+)|{_WORDS}"
    rf"|[{_OPEN}](?P<quote>[^{_OPEN}{_CLOSE}《》()。,;!?:\s]{{2,20}})[{_CLOSE}]"
    r"|《(?P<work>[^《》\s]{2,16})》"
    r"|(?P<run>[㐀-䶿一-鿿a-z0-9_·])"
    r"|(?P<mark>[\s\S])"
)


_ENDING = later.pattern(
    "(?<=.)(?:(?<![互本该全官上此各联])网站?|[日晚早时晨商]报|都市报|青年报|文库|文档|文秘|公文|下载站|笔杆子?|范文|之家|书[屋库城社吧阁院]|论坛|贴吧"
    "|工作室|电视台|广播电台|传媒|融媒体?(?:中心)?|出版社|杂志社?|周刊|驿站|加油站|充电站|研[究习]社|俱乐部|频道|百科|在线|小站|导航|社区|学堂"
    "|头条|中文|文学社?|小说|公众号|新闻)$"
)
_REST = later.pattern("(?:网站?|库|社|站|文档|吧|阁|城)?")
_RUNS = ("rest", Part.RUN)
_LONGEST_REST = 4
"""Code points of an ending that a shorter form of a name may lack."""


def ending(name: str) -> int | None:
    """Where the word begins in which names of sites and papers end (code points), None where there is none."""
    match = _ENDING.search(name)
    return match.start() if match else None


def completes(name: str, longer: str) -> bool:
    """Whether ``longer`` is a name with the ending that it lacked: 四季范文⟦库⟧."""
    if not longer.startswith(name):
        return False
    rest = longer[len(name) :]
    return bool(_REST.fullmatch(rest)) or (len(rest) <= _LONGEST_REST and ending(longer) is not None)


def tokens(text: str) -> list[Token]:
    """The pieces of a text, in order; together they are the whole of it."""
    found: list[Token] = []
    begun = -1
    for match in compiled(TOKEN).finditer(text):
        kind, start = match.lastgroup or "", match.start()
        if kind in _RUNS:
            begun = start if begun < 0 else begun
            continue
        if begun >= 0:
            found.append(Token(Part.RUN, text[begun:start], begun, start, text[begun:start]))
            begun = -1
        found.append(Token(Part(kind), match[0], start, match.end(), match[kind]))
    if begun >= 0:
        found.append(Token(Part.RUN, text[begun:], begun, len(text), text[begun:]))
    return found
