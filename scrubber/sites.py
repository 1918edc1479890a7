"""Who republished a text: known sites, and one stable name for an unknown one.

Known sites stand in ``rules/sites/*.toml``. A site that nobody has listed is named by what was captured of it: its
brand, else its public account, else its domain. Names compare by :func:`scrubber.view.fold_key`, so that script,
width, case, separators and look-alike letters make no difference.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from scrubber import later
from scrubber.errors import RuleError
from scrubber.wording import completes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from scrubber.model import Finding

CONTACTS = ("qq", "wechat", "phone")
"""Captures that lead to a seller but name nobody."""

_LISTS = ("aliases", "domains", "accounts", "contacts")
_FLAGS = ("platform", "anonymous")
_FIELDS = ("name", *_LISTS, *_FLAGS)
_HOST = later.pattern(
    r"(?:https?:?/*)?(?:(?:www|wap|m|3g)\.)?((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,})", re.IGNORECASE
)
_EDGES = later.pattern(r"^\W+|\W+$")
_PREFIX = later.pattern(
    "^(?:(?:(?:微信)?(?:公众号|公众平台|公号|订阅号|服务号)|(?:上方|上面)?蓝字|点击|关注|来自|来源|由|本文由|(?:新浪)?微博"
    '|(?:免责|特别|版权|郑重)?声明|一下|责任编辑|责编)[:"“「《]*)+'
)
_FILE_TYPE = later.pattern("(?<=^小说)txt(?=[㐀-鿿]{2})")
"""Inside a name: the sites that write 小说txt驿站 write txt小说驿站 and 小说驿站 as well."""
_SUFFIX = later.pattern("(?:[的之]?(?:小编|编辑部?|站长|客服|管理员|网友|责编)(?:们|组)?|系信息发布(?:平台)?)+$")
_WEAK_WORDS = (
    "网站|网络|网上|网页|网址|官网|官方|互联网|因特网|小编|小編|编辑|编者|责任编辑|责编|本站|本网|本店|本号|本平台|该站|该网|我站|我们|网友|网民"
    "|原创|转载|转发|作者|佚名|未知|不详|匿名|来源|综合|整理|百度|谷歌|必应|搜索|搜索引擎|微信|微博|公众号|公众平台|公号|订阅号|服务号|扣扣"
    "|客服|管理员|站长|版主|会员|用户|读者|平台|手机|手机版|电脑|电脑版|首页|更多|论坛|贴吧|博客|大家|同学|老师|朋友圈|朋友|群主|qq群|qq|app"
    "|媒体|自媒体|记者|本报|本刊|本台|学习|参考|资料|材料|文档|范文|范文网|文库|小说|小说网|书网|文章|推荐|下载|阅读|在线|在线阅读|站|网|群|号|的"
    "|讲话|发言|演讲|致辞|作文|成语|诗词|查询|大全|精选|分类|目录|资讯|新闻|新鲜|行业|商业|国内|国际|相关|其他|其它|更多|视频|图片|分享|免费|电子书"
    "|右侧|左侧|上方|下方|顶部|底部|邮箱|通讯录|博主|楼主|作品|内容|信息|消息|链接|全文|本文|原文|正文|玩家|讨论|交流|游戏|金融|科技|娱乐|看|晚报|日报"
    "|各类|同类|各种|武侠|言情|玄幻|都市|历史|军事|仙侠|穿越|科幻|网游|女生|男生|经典|热门|优质|宝藏|粉丝|附件|列表|书签|书架|正版|章节|所有|群内|群友|更新|word|ppt|pdf|docx?|手打员?|会员|福利|简体|繁体|中文|英文|继续|延伸|扩展|拓展|深度|内部|公开|渠道|频道|商城|完整版"
)
_GENERIC_WORDS = (
    "章节|目录页|报错|书友|看书|推荐票|月票|投票|投|只看|本帖|该帖|源站|旧站|新站|店铺名?|星球|栏目|专栏|专区|专题|版块|板块|入口|地址|发布页|当前页?|[前后上下一两]页|[前后]章"
    "|预告|热文|业主群|交流群|书友群|小黑屋|按钮|缓存|掌上|离线|听书|漫画|网盘|无错|有声|全本|精校|置顶|关键词|暗号|备注|客户|买家|卖家|普通|专业|专家|医生|律师|言论|咨询|详询|报班"
    "|老年版|关怀版|学案|课件|教案|模板|样本|样稿|合同|小学|初中|高中|中学|恐怖|悬疑|灵异|思想|汇报|总结|讲稿|自荐信|体验|服务|热线|选择|精选|在线|教育|开通|圈主|盟主|图库|名|的|之|与|和"
    "|同款|自己|养车|用车"
)
"""Words of the trade, of pages and of genres: together they say what there is, not whose it is (律师小说, 只看楼主)."""
_GENERIC = later.pattern(f"(?:{_WEAK_WORDS}|{_GENERIC_WORDS}|[0-9]+群)+(?<!网)(?<!论坛)(?<!之家)")
_WEAK = later.pattern(f"(?:{_WEAK_WORDS})+")
_WEAK_WORD = later.pattern(_WEAK_WORDS)
_TALKING = (
    r"[于与及的了是把被请让者欲供]|非(?![凡常洲遗])|等[你您我]|恭喜|找(?!.*网$)|第.{1,7}[章节回卷集]|后[\d一二三四五六七八九十]|[a-z]可|.+请|\d+[条篇个年月日次份]|.{21}|本[网站报刊台平号].{2}"
    "|.*(?:须知|解锁|小时|一起|小编|可以|不得|禁止|未经|赞同|观点|如需|如有|更多|关于|[本此该]款|获得|加我|加入|推荐给|来源|链接|二维码|扫[码一]|点击|转载"
    "|授权|大家庭|我们|你们|您|[省市县区]和)"
)
_TALK = later.pattern(_TALKING)
_PHRASE = later.pattern(f"{_TALKING}|.*自媒体$")
"""How a piece of a sentence reads that is no name at all."""


_LEAST_PART = 3
"""Code points of a name that is the same site's as a longer one that holds it: 梳语坊, 梳语坊旗舰店."""


@dataclass(frozen=True, slots=True)
class Site:
    """A known site.

    A ``platform`` hosts other people's pages: its domain says nothing about who they are, unless nothing else is known.
    An ``anonymous`` one, such as a search engine, is nobody's source at all.
    """

    name: str
    aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    platform: bool = False
    anonymous: bool = False


@dataclass(frozen=True, slots=True)
class Merge:
    """Names that were seen together and are therefore held to be one site, for review.

    ``names`` hold every name, domain and account of the site, ``contacts`` its numbers; ``seen`` the texts of the
    findings that showed two of them side by side.
    """

    site: str
    names: tuple[str, ...]
    contacts: tuple[str, ...]
    seen: tuple[str, ...]


class Sites:
    """The registry: what a name, a domain, an account or a contact stands for. Immutable, and can be pickled."""

    def __init__(self, known: Iterable[Site] = ()) -> None:
        """Index the known sites by everything that stands for them; two of them may not claim the same."""
        self.known: tuple[Site, ...] = ()
        self._names: dict[str, Site] = {}
        self._domains: dict[str, Site] = {}
        self._contacts: dict[str, Site] = {}
        self._know(known)

    def _know(self, sites: Iterable[Site]) -> None:
        self.known = (*self.known, *(added := tuple(sites)))
        for site in added:
            _claim(self._names, (_key(name) for name in (site.name, *site.aliases, *site.accounts)), site)
            _claim(self._domains, map(str.lower, site.domains), site)
            _claim(self._contacts, map(str.lower, site.contacts), site)

    @classmethod
    def from_specs(cls, specs: Sequence[Mapping[str, Any]]) -> Sites:
        """Build the registry from what :func:`read` gave.

        Raises:
            RuleError: two files claim one name, domain, account or contact.
        """
        known: dict[Site, str] = {}
        for spec in specs:
            lists = {field: tuple(spec.get(field, ())) for field in _LISTS}
            platform, anonymous = (spec.get(flag, False) for flag in _FLAGS)
            known[Site(spec["name"], **lists, platform=platform, anonymous=anonymous)] = spec["path"]
        try:
            return cls(known)
        except _ClaimedTwiceError as error:
            hint = "one site, one file; list its other names as aliases"
            raise RuleError(known[error.site], 1, str(error), hint) from None

    def canonical(self, name: str, captures: Mapping[str, str]) -> str | None:
        """The name of the site that a finding names, None when it names nobody.

        ``name`` is what was captured as the site; ``captures`` may hold ``account``, ``url`` and contacts besides.
        """
        host = host_of(captures.get("url", "")) or host_of(name)
        for key in map(_cleaned, (name, captures.get("account", ""))):
            if site := self._names.get(key):
                return _shown(site)
        site = self._by_domain(host)
        if site and not site.platform:
            return _shown(site)
        brand = brand_of(name)
        if brand and host and brand in host.split("."):
            return host
        if brand or (brand := account_of(captures.get("account", ""))):
            return brand
        if contact := self._by_contact(captures):
            return _shown(contact)
        return _shown(site) if site else host

    def _by_domain(self, host: str | None) -> Site | None:
        while host:
            if site := self._domains.get(host):
                return site
            host = host.partition(".")[2]
        return None

    def _by_contact(self, captures: Mapping[str, str]) -> Site | None:
        return next((self._contacts[number] for number in _numbers(captures) if number in self._contacts), None)

    def merges(self, findings: Iterable[Finding]) -> tuple[Merge, ...]:
        """The names that stood side by side in one finding, as sites; in order of their names.

        A domain or an account joins the brands that appear with it; 青竹 joins 青竹网 or 青竹文库, 青竹坊 joins
        青竹坊客服, and qingzhu joins qingzhu.com, where both occur. A contact joins nothing: it belongs to a site when
        it was seen with that site alone. Weak names and the domains of platforms join nothing either.
        """
        groups = _Groups()
        for finding in findings:
            if finding.captures:
                names = [*self._names_in(finding.captures), *self._hosts(_behind(finding))]
                groups.add(list(dict.fromkeys(names)), _numbers(finding.captures), finding.text)
        return groups.merges(self)

    def _names_in(self, captures: Mapping[str, str]) -> list[str]:
        named = [brand_of(captures.get("site", "")), account_of(captures.get("account", ""))]
        named += self._hosts(captures.get("url", ""), captures.get("site", ""))
        return list(dict.fromkeys(name for name in named if name))

    def _hosts(self, *addresses: str) -> list[str]:
        """The hosts of addresses, without those that many share."""
        hosts = [host for address in addresses if (host := host_of(address))]
        return [host for host in hosts if not ((site := self._by_domain(host)) and (site.platform or site.anonymous))]

    def known_as(self, name: str) -> str | None:
        """The name of the listed site that a brand, account or domain belongs to, None when it is not listed."""
        site = self._names.get(_key(name)) or self._by_domain(host_of(name))
        return site.name if site else None

    def learn(self, merges: Iterable[Merge]) -> Sites:
        """This registry with the sites of ``merges`` added; what is listed already keeps its meaning."""
        added = []
        for merge in merges:
            if self.known_as(merge.site):
                continue
            new = [name for name in merge.names if not self.known_as(name)]
            domains = tuple(name for name in new if host_of(name) == name and name != merge.site)
            aliases = tuple(name for name in new if host_of(name) != name and name != merge.site)
            contacts = tuple(number for number in merge.contacts if number not in self._contacts)
            added.append(Site(merge.site, aliases, domains, contacts=contacts))
        if not added:
            return self
        learned = Sites()
        learned.known = self.known
        learned._names, learned._domains = self._names.copy(), self._domains.copy()
        learned._contacts = self._contacts.copy()
        learned._know(added)
        return learned


class _Groups:
    """Names joined by standing together in one finding."""

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}
        self.shown: Counter[str] = Counter()
        self.contacts: dict[str, set[str]] = defaultdict(set)
        self.seen: dict[str, set[str]] = defaultdict(set)

    def root(self, name: str) -> str:
        while self.parent[name] != name:
            self.parent[name] = name = self.parent[self.parent[name]]
        return name

    def add(self, names: Sequence[str], numbers: Sequence[str], text: str) -> None:
        for name in names:
            self.parent.setdefault(name, name)
            self.shown[name] += 1
            self.parent[self.root(name)] = self.root(names[0])
        if names:
            for number in numbers:
                self.contacts[number].add(names[0])
            if len(names) + len(numbers) > 1:
                self.seen[names[0]].add(text)

    def merges(self, sites: Sites) -> tuple[Merge, ...]:
        for name in self.parent:
            for short in _shorter(name):
                if short in self.parent:
                    self.parent[self.root(short)] = self.root(name)
        members: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self.parent):
            members[self.root(name)].append(name)
        numbers: dict[str, list[str]] = defaultdict(list)
        for number, names in sorted(self.contacts.items()):
            roots = {self.root(name) for name in names}
            if len(roots) == 1:
                numbers[roots.pop()].append(number)
        found = [
            self._merge(sites, names, numbers[root])
            for root, names in members.items()
            if len(names) + len(numbers[root]) > 1
        ]
        return tuple(sorted(found, key=lambda merge: merge.site))

    def _merge(self, sites: Sites, names: Sequence[str], numbers: Sequence[str]) -> Merge:
        hosts = [name for name in names if host_of(name) == name]
        labels = {label for host in hosts for label in host.split(".")}
        # A brand says more than its domain, and a domain more than a part of it.
        ranked = sorted(
            names,
            key=lambda name: (
                name in labels,
                name in hosts,
                _is_begun(name, names),
                -self.shown[name],
                len(name),
                name,
            ),
        )
        known = (sites.known_as(name) for name in ranked)
        seen = sorted(text for name in names for text in self.seen[name])
        return Merge(next(filter(None, known), ranked[0]), tuple(ranked), tuple(numbers), tuple(seen))


def _shorter(name: str) -> Iterator[str]:
    """The shorter names for which a name may stand: without its ending, a part of it, a label of a domain."""
    if name.isascii():
        yield from name.split(".")
        return
    starts = range(len(name))
    yield from (name[start:end] for start in starts for end in range(start + _LEAST_PART, len(name) + (start > 0)))
    yield from (name[:end] for end in range(2, _LEAST_PART) if completes(name[:end], name))


def _is_begun(name: str, names: Sequence[str]) -> bool:
    """Whether another of the names is this one with the ending that it lacks."""
    return any(name != other and completes(name, other) for other in names)


def brand_of(name: str) -> str | None:
    """The brand in a captured name: simplified, half width, without separators, decoration and editors; None if weak.

    A domain alone is no brand, a domain beside one is left out; so are numbers of six digits and more (contacts).
    """
    brand = _cleaned(name)
    if len(brand) < 2 or (brand.isdecimal() and not 4 <= len(brand) <= 5):
        return None
    generic = _WEAK.fullmatch(brand) or _GENERIC.fullmatch(brand)
    return None if generic or _PHRASE.match(brand) else brand


def account_of(name: str) -> str | None:
    """The name of an account: any phrase (查询大全) that is not itself one of the words for accounts and people."""
    account = _cleaned(name)
    return (
        None
        if len(account) < 2 or account.isdecimal() or _WEAK_WORD.fullmatch(account) or _TALK.match(account)
        else account
    )


def _behind(finding: Finding) -> str:
    """The address in brackets right behind the name that a finding captured; empty where there is none."""
    name = finding.captures.get("site")
    _, bracket, rest = _folded(finding.text).partition(f"{name}(") if name else ("", "", "")
    return match[0] if bracket and (match := _HOST.match(rest)) else ""


@lru_cache(maxsize=1 << 12)
def _cleaned(name: str) -> str:
    brand = _HOST.sub(" ", _folded(name))
    for pattern in (_EDGES, _PREFIX, _EDGES, _SUFFIX, _EDGES):
        brand = pattern.sub("", brand)
    return _FILE_TYPE.sub("", _key(brand))


def _shown(site: Site) -> str | None:
    return None if site.anonymous else site.name


@lru_cache(maxsize=1 << 12)
def host_of(address: str) -> str | None:
    """The host of a web address in lower case, without www and the like; None when there is no address."""
    match = _HOST.search(_folded(address))
    return match[1] if match else None


def read(path: Path) -> dict[str, Any]:
    """Read one site file strictly.

    Raises:
        RuleError: the file is not valid TOML, a key is unknown, missing or of the wrong type.
    """
    from scrubber.toml_source import TomlSource  # noqa: PLC0415 - not needed when the rule cache is warm

    source = TomlSource(path)
    values = source.values
    source.only(values, _FIELDS)
    if not isinstance(values.get("name"), str) or not values["name"].strip():
        source.fail("a site needs a `name`", "name", hint='name = "新华网"')
    for flag in _FLAGS:
        if not isinstance(values.get(flag, False), bool):
            source.fail(f"`{flag}` is true or false", flag)
    for field in _LISTS:
        entries = values.get(field, [])
        if not isinstance(entries, list) or not all(isinstance(entry, str) and entry.strip() for entry in entries):
            source.fail(f"`{field}` is a list of strings", field, hint=f'{field} = ["…"]')
    for domain in values.get("domains", []):
        if host_of(domain) != domain:
            source.fail(f"`{domain}` is no domain", "domains", hint="in lower case, without scheme, www. and path")
    return {**values, "path": str(path)}


def _numbers(captures: Mapping[str, str]) -> list[str]:
    return [number for kind in CONTACTS if (number := captures.get(kind, "").strip().lower())]


def _key(name: str) -> str:
    from scrubber.view import fold_key  # noqa: PLC0415 - keeps this module free of tables until a name is compared

    return fold_key(name)


def _folded(text: str) -> str:
    from scrubber.view import fold  # noqa: PLC0415

    return text.lower() if text.isascii() else fold(text).text


class _ClaimedTwiceError(ValueError):
    def __init__(self, key: str, first: Site, site: Site) -> None:
        super().__init__(f"`{key}` belongs to {first.name} already, and {site.name} claims it too")
        self.site = site


def _claim(table: dict[str, Site], keys: Iterable[str], site: Site) -> None:
    for key in keys:
        if table.setdefault(key, site) is not site:
            raise _ClaimedTwiceError(key, table[key], site)
