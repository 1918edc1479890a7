"""What only an author can have put where it stands goes to review, and the same words elsewhere do not."""

import pytest

from scrubber.context import Context
from scrubber.framing import is_framed
from scrubber.model import Kind, TextSpan
from scrubber.surroundings import InContext


def framed(marked: str, kind: Kind) -> bool:
    start, end = marked.index("⟦"), marked.index("⟧") - 1
    context = Context(marked.replace("⟦", "").replace("⟧", ""))
    return is_framed(kind, InContext(context, TextSpan.of(start, end)))


TOLD = [
    (Kind.PROMO, "⟦首页顶上写着：最新网址请收藏，防止走丢。⟧小齐按下鼠标。"),
    (Kind.PROMO, "首頁底下閃著一個紅包：⟦下載APP，免費看全本。⟧"),
    (Kind.REPOST_NOTICE, "他把那一箱剪报封好，写上：⟦不得转载。⟧"),
    (Kind.REPOST_NOTICE, "⟦被告辩称，其仅提供信息存储空间服务。⟧本院不予采纳。"),
    (Kind.REPOST_NOTICE, "要严格落实先审后发，⟦未经授权的图片一律不得使用。⟧"),
    (Kind.PROMO, "“等会儿！”乙说，“⟦一秒记住⟧什么？”"),
    (Kind.PROMO, "个别科室从“文秘网”⟦下载材料，改个单位名称就归档，这是不严肃的。⟧"),
    (Kind.WATERMARK_INLINE, "“⟦kx77ab点com⟧。”老钱把烟掐灭。"),
]

LISTED = [
    (Kind.PROMO, "阿杰：有人在吗\n小鹿：在\n⟦阿杰：那个网盘链接又失效了⟧\n小鹿：我重新发\n"),
    (Kind.CONTACT, "B.他的水平改进了。\nC.⟦请扫描下方二维码，关注校园广播站。⟧\nD.能否坚持，是成功的保证。"),
    (Kind.FOOTER, "翻译下列句子：\n3.请访问我们的网站。\n⟦4.版权所有，翻印必究。⟧\n5.点击这里下载。"),
    (Kind.PROMO, "通知如下： 一、时间：九点。 ⟦二、更多内容请看公众号。⟧ 三、会议由办公室主持。"),
    (
        Kind.PROMO,
        "【本周回顾】种下的蒜苗长高了。\n【精彩瞬间】孩子抱着布熊。\n⟦【下周预告】周五见，敬请期待！⟧\n【备忘】带水壶。",
    ),
    (Kind.CONTACT, "地址：青石路5号\n⟦QQ交流群：82345671⟧\n传真：0318-2655018"),
]

FOREIGN = [
    (Kind.PROMO, "老人推开柴门。⟦最新网址请收藏，防止走丢。⟧天边露出一点白。"),
    (Kind.REPOST_NOTICE, "水要少放。⟦未经授权，不得转载。⟧"),
    (Kind.REPOST_NOTICE, "水要少放，再盖上盖子。⟦本平台仅提供信息存储空间服务。⟧"),
    (Kind.WATERMARK_INLINE, "他说：“走吧⟦kx77ab点com⟧。”老钱把烟掐灭。"),
    (Kind.WATERMARK_INLINE, "发挥资源「⟦青竹书屋⟧」富集的优势。"),
    (Kind.PROMO, "微信：zhuzi2021\nQQ：271828182\n⟦微信：资料下载请加群⟧\nQQ：271828182"),
    (Kind.REPOST_NOTICE, "1.本站资源来自网络。\n⟦2.如有侵权，请联系删除。⟧\n3.下载后请于24小时内删除。"),
    (Kind.PROMO, "水要少放。 ⟦更多内容请关注公众号。⟧ 盖上盖子。"),
    (Kind.CONTACT, "地址：青石路5号\n⟦加群领资料，QQ群：82345671⟧\n传真：0318-2655018"),
]


@pytest.mark.parametrize(("kind", "marked"), TOLD + LISTED)
def test_what_an_author_tells_lists_or_signs_is_framed(kind: Kind, marked: str) -> None:
    assert framed(marked, kind)


@pytest.mark.parametrize(("kind", "marked"), FOREIGN)
def test_what_stands_beside_a_text_is_not(kind: Kind, marked: str) -> None:
    assert not framed(marked, kind)
