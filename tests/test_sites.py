"""One site, one name: known sites, unknown ones, weak names, and what was seen together."""

from __future__ import annotations

import itertools
import pickle
from pathlib import Path

import pytest

from scrubber import sites
from scrubber.errors import RuleError
from scrubber.model import Action, Finding, Kind, Safety, TextSpan
from scrubber.sites import Merge, Site, Sites

BUILTIN = Path(__file__).parent.parent / "rules" / "sites"
KNOWN = Sites(
    [
        Site("青竹文库", ("青竹资料",), ("qingzhu.example",), ("青竹写作",), ("123456789",)),
        Site("大广场", domains=("plaza.example",), platform=True),
    ]
)


def finding(text: str = "广告", **captures: str) -> Finding:
    return Finding("r", Kind.CREDIT, Action.REMOVE, Safety.SAFE, TextSpan.of(0, len(text)), text, captures=captures)


@pytest.mark.parametrize(
    "name",
    [
        "青竹文库",
        "青竹文庫",
        "★青 竹·文 库★",
        "青竹文库小编",
        "公众号“青竹文库”",
        "青竹资料",
        "青竹写作",
        "www.qingzhu.example",
    ],
)
def test_every_spelling_of_a_known_site_is_its_name(name: str) -> None:
    assert KNOWN.canonical(name, {}) == "青竹文库"


@pytest.mark.parametrize(
    ("captures", "site"),
    [
        ({"url": "http://m.qingzhu.example/a/1.html"}, "青竹文库"),
        ({"url": "book.qingzhu.example"}, "青竹文库"),
        ({"account": "青竹写作"}, "青竹文库"),
        ({"qq": "123456789"}, "青竹文库"),
        ({"qq": "987654321"}, None),
        ({"url": "https://www.Unknown-Site.example/x"}, "unknown-site.example"),
        ({"url": "ｗｗｗ．ｋｓ．ｃｏｍ"}, "ks.com"),
        ({"account": "笔尖往事"}, "笔尖往事"),
        ({"url": "plaza.example/u/7"}, "大广场"),
        ({}, None),
    ],
)
def test_what_stands_beside_no_name(captures: dict[str, str], site: str | None) -> None:
    assert KNOWN.canonical("", captures) == site


@pytest.mark.parametrize(
    ("name", "site"),
    [
        ("  『老 張 談 寫 作』 ", "老张谈写作"),
        ("柳叶书屋 www.liuye.example", "柳叶书屋"),
        ("18183", "18183"),
        ("小说t-xt驿站", "小说驿站"),
        ("青竹TXT小说网", "青竹txt小说网"),
        ("ｗｗｗ．ｋｓ５ｕ．ｃｏｍ", "ks5u.com"),
    ],
)
def test_an_unknown_site_is_named_by_its_brand(name: str, site: str) -> None:
    assert Sites().canonical(name, {}) == site
    assert Sites().canonical(site, {}) == site


@pytest.mark.parametrize(
    "name",
    [
        "网站",
        "小编",
        "本站",
        "网友",
        "本网",
        "编辑",
        "原创",
        "百度",
        "網站小編",
        "本站编辑",
        "微信公众号",
        "206157060",
        "站",
        "☆☆",
        "",
    ],
)
def test_weak_names_never_become_a_site(name: str) -> None:
    assert Sites().canonical(name, {}) is None


def test_a_brand_on_a_platform_is_not_the_platform() -> None:
    assert KNOWN.canonical("周末事务所", {"url": "plaza.example/u/7"}) == "周末事务所"


def test_names_seen_together_are_one_site_in_any_order() -> None:
    findings = [
        finding("柳叶书屋 liuye.example", site="柳叶书屋", url="www.liuye.example"),
        finding("柳叶书屋 Q 5551234", site="柳叶书屋", qq="5551234"),
        finding("liuye.example 公众号 柳叶夜读", url="liuye.example", account="柳叶夜读"),
        finding("松涛文稿", site="松涛文稿"),
    ]
    results = {Sites().merges(order) for order in itertools.permutations(findings)}
    assert len(results) == 1
    (merge,) = results.pop()
    assert merge.site == "柳叶书屋"
    assert set(merge.names) == {"柳叶书屋", "柳叶夜读", "liuye.example"}
    assert merge.contacts == ("5551234",)
    assert len(merge.seen) == 3


def test_neither_weak_names_nor_platforms_nor_contacts_join_two_brands() -> None:
    findings = [
        finding(site="柳叶书屋", account="小编", qq="5551234", url="plaza.example/1"),
        finding(site="松涛文稿", account="小编", qq="5551234", url="plaza.example/2"),
    ]
    assert KNOWN.merges(findings) == ()


def test_a_name_without_its_last_word_is_the_same_site() -> None:
    findings = [
        finding(site="柳叶书屋"),
        finding(site="柳叶书屋"),
        finding(site="柳叶书屋网"),
        finding(site="松涛文稿"),
    ]
    (merge,) = Sites().merges(findings)
    assert (merge.site, merge.names) == ("柳叶书屋网", ("柳叶书屋网", "柳叶书屋"))
    (merge,) = Sites().merges([finding(site="飞鹭"), finding(site="飞鹭"), finding(site="飞鹭下载站")])
    assert (merge.site, merge.names) == ("飞鹭下载站", ("飞鹭下载站", "飞鹭"))
    assert Sites().merges([finding(site="飞鹭"), finding(site="飞鹭与云帆的故事")]) == ()
    (merge,) = Sites().merges([finding(site="liuye"), finding(url="www.liuye.example")])
    assert set(merge.names) == {"liuye", "liuye.example"}


@pytest.mark.parametrize("phrase", ["于作品发布之前", "的网站", "3条新闻", "大家一起分享资讯", "书" * 21])
def test_a_piece_of_a_sentence_is_no_site(phrase: str) -> None:
    assert Sites().canonical(phrase, {}) is None


def test_a_name_that_holds_another_is_the_same_site_unless_what_it_holds_is_too_short() -> None:
    (merge,) = Sites().merges([finding(site="梳云坊"), finding(site="梳云坊旗舰店")])
    assert merge.names == ("梳云坊", "梳云坊旗舰店")
    (merge,) = Sites().merges([finding(site="苇云范文网"), finding(site="苇云范文网"), finding(site="留意苇云范文网")])
    assert merge.site == "苇云范文网"
    assert Sites().merges([finding(site="苇云"), finding(site="留意苇云")]) == ()


def test_a_learned_site_answers_for_its_domain_and_contact() -> None:
    findings = [
        finding(site="柳叶书屋", url="liuye.example", wechat="ly-88"),
        finding(site="青竹文库", url="new.example"),
    ]
    learned = KNOWN.learn(KNOWN.merges(findings))
    assert learned.canonical("", {"wechat": "ly-88"}) == "柳叶书屋"
    assert learned.canonical("", {"url": "liuye.example"}) == "柳叶书屋"
    assert learned.canonical("青竹文库", {}) == "青竹文库"


def test_a_merge_with_a_listed_site_takes_its_name() -> None:
    (merge,) = KNOWN.merges([finding("x", account="青竹写作", url="other.example")])
    assert merge == Merge("青竹文库", ("青竹写作", "other.example"), (), ("x",))


def test_a_market_and_a_host_of_files_are_nobodys_name() -> None:
    builtin = Sites.from_specs([sites.read(path) for path in sorted(BUILTIN.glob("*.toml"))])
    assert [builtin.canonical(name, {}) for name in ("桃宝", "淘寶", "夸克", "支付宝")] == [None] * 4
    assert builtin.canonical("新浪", {}) == builtin.canonical("", {"url": "https://www.sina.com.cn/"}) == "新浪网"


def test_the_builtin_sites_load_and_travel_between_processes() -> None:
    files = sorted(BUILTIN.glob("*.toml"))
    assert files
    registry = pickle.loads(pickle.dumps(Sites.from_specs([sites.read(path) for path in files])))  # noqa: S301
    for site in registry.known:
        assert registry.canonical("", {"url": f"www.{site.domains[0]}/x"}) in {site.name, None}
    assert registry.canonical("新華網", {}) == "新华网"
    assert registry.canonical("百度", {"url": "www.baidu.com/s"}) is None
    assert registry.canonical("百度文庫", {}) == "百度文库"
    assert registry.canonical("", {"url": "https://wenku.baidu.com/view/1"}) == "百度文库"


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        ('name = "甲站"\nalias = ["乙站"]\n', 2, "unknown key `alias`"),
        ('aliases = ["乙站"]\n', 1, "needs a `name`"),
        ('name = "甲站"\naliases = "乙站"\n', 2, "list of strings"),
        ('name = "甲站"\n\ndomains = ["http://jia.example/"]\n', 3, "no domain"),
        ('name = "甲站"\nplatform = "yes"\n', 2, "true or false"),
        ('name = "甲站\n', 1, "Illegal character"),
    ],
)
def test_a_bad_site_file_is_refused_with_its_line(tmp_path: Path, content: str, line: int, problem: str) -> None:
    path = tmp_path / "jia.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RuleError, match=problem) as caught:
        sites.read(path)
    assert str(caught.value).startswith(f"{path}:{line}:")


def test_two_files_may_not_claim_one_name(tmp_path: Path) -> None:
    for stem, content in [("jia", 'name = "甲书库"\n'), ("yi", 'name = "乙书库"\naliases = ["甲書庫"]\n')]:
        (tmp_path / f"{stem}.toml").write_text(content, encoding="utf-8")
    specs = [sites.read(path) for path in sorted(tmp_path.glob("*.toml"))]
    with pytest.raises(RuleError, match="belongs to 甲书库 already"):
        Sites.from_specs(specs)


@pytest.mark.parametrize(
    "piece",
    [
        "不得",
        "讲话范文",
        "成语大全",
        "右侧",
        "原创资讯",
        "可以加我",
        "扫二维码下载",
        "文章来源信息和原文链接",
        "本网赞同其",
        "关于此款游戏",
    ],
)
def test_a_piece_of_a_sentence_or_a_genre_names_nobody(piece: str) -> None:
    assert Sites().canonical(piece, {}) is None


@pytest.mark.parametrize(
    ("captured", "name"),
    [
        ("蓝字关注青竹晚报", "青竹晚报"),
        ("免责声明青竹网", "青竹网"),
        ("一下青竹阁", "青竹阁"),
        ("华青下载站", "华青下载站"),
    ],
)
def test_what_stands_before_a_name_is_not_part_of_it(captured: str, name: str) -> None:
    assert Sites().canonical(captured, {}) == name


def test_an_address_in_brackets_behind_a_name_belongs_to_it_and_a_domain_says_more_than_its_part() -> None:
    brand = finding("以下为青竹网(wWw.qingzhu.com)整理的文章", site="青竹网")
    part = finding("WWW.qingzhu.com", site="qingzhu")
    (merge,) = Sites().merges([brand, part])
    assert (merge.site, set(merge.names)) == ("青竹网", {"青竹网", "qingzhu.com", "qingzhu"})
    (merge,) = Sites().merges([part, finding("www.qingzhu.com", url="www.qingzhu.com")])
    assert merge.site == "qingzhu.com"
