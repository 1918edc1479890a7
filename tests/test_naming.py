"""Names in foreign text: where they stand, what belongs to them, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber import Scrubber
from scrubber.brands import brand_of
from scrubber.model import Action
from scrubber.naming import LICENSED, MOST, further, names_in
from scrubber.wording import Part, tokens


def sure(text: str, captured: str = "", *matched: str) -> list[str]:
    """The names that count, the first of them as the site and the rest as further ones."""
    return [one.name for one in names_in(text, captured, matched) if one.rank >= LICENSED]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("来源:云帆晚报", ["云帆晚报"]),
        ("来源|云岭客户端 责任编辑:王小溪", ["云岭"]),
        ("转自公众号:查询大全", ["查询大全"]),
        ("关注查询大全(微信号abc123)后回复", ["查询大全"]),
        ("小编微信号:abcd88(湖报君)", ["湖报君"]),
        ("本文由墨岚君原创,转载请注明出处", ["墨岚君"]),
        ("本章由风吹草低吧首发", ["风吹草低吧"]),
        ("返回溪山网,查看更多", ["溪山网"]),
        ("点击上方蓝字“每天进步一点点”快速关注", ["每天进步一点点"]),
        ("欢迎向桐荫二少投稿!", ["桐荫二少"]),
        ("不代表溪山网观点", ["溪山网"]),
        ("©云岭工作室版权所有", ["云岭工作室"]),
        ("授权溪山号发表,未经许可,不得转载", ["溪山号"]),
        ("云岭号系信息发布平台", ["云岭号"]),
        ("下载“云岭晨报”客户端", ["云岭晨报"]),
        ("感谢您订阅《云岭法治报》!", ["云岭法治报"]),
        ("联系秘书老童,手机13900000000", ["秘书老童"]),
        ("当前位置:蓝鹭教案网首页", ["蓝鹭教案网"]),
        ("99健康树网(www.jkshu.example.com)专稿", ["99健康树网"]),
        ("txt溪山书海  http://www.xishan.com,最好的小说", ["txt溪山书海"]),
        ("copyright © 2012-2021 云栖堂 all rights reserved", ["云栖堂"]),
        ("著作权归青芒堂及作者所有", ["青芒堂"]),
        ("图源:青芒堂 版式:李晓", ["青芒堂"]),
        ("【青芒堂整理】", ["青芒堂"]),
        ("我的公众号是青芒堂,欢迎关注", ["青芒堂"]),
        ("本文经青芒堂授权转载", ["青芒堂"]),
        ("青芒堂为您整理", ["青芒堂"]),
        ("闲鱼号:青芒堂", ["青芒堂"]),
        ("微信搜一搜 青芒堂", ["青芒堂"]),
        ("来源:云帆晚报 编辑:李晓 溪山工作室出品", ["云帆晚报", "溪山工作室"]),
        ("青芒堂资料库转自溪山文库,有问题请联系", ["青芒堂资料库", "溪山文库"]),
        ("关注公众号老童说材料回复“讲话”领取全文", ["老童说材料"]),
        ("手机看云岭演讲台更方便 → m.ylyjt.com", ["云岭演讲台"]),
        ("撰稿|云岭灯火", ["云岭灯火"]),
        ("材料来源:通讯员宝盒,更多请关注", ["通讯员宝盒"]),
        ("由我爱溪文网整理", ["我爱溪文网"]),
        ("本文由云溪文社发布", ["云溪文社"]),
        ("版权所有:青芒堂 备案号", ["青芒堂"]),
    ],
)
def test_the_words_around_a_name_give_it_away(text: str, names: list[str]) -> None:
    assert sure(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "来源:网络",
        "转载请注明出处和作者",
        "关注我们,获取更多精彩内容",
        "返回首页 返回顶部 返回列表",
        "扫描二维码下载",
        "加入收藏 设为首页",
        "联系电话:010-1234567",
        "本文由网友整理",
        "责任编辑:王小溪",
        "订阅立享前3年资料",
        "相关热词搜索:县域经济讲话",
        "不得转载、链接、转贴或以其他方式复制发表",
        "微信号:abc12345",
        "《云岭往事》查看",
        "更多总结尽在总结专栏",
        "只看楼主 收藏 回复",
        "更多律师小说请关注",
        "分享到:微信 新浪微博 云岭网",
        "供稿:县委政研室",
        "整理:阿砚",
        "本章由会员“月上梢头”首发",
        "加入学习群 714 208",
        "工作群6038xxx51",
        "投稿邮箱 tougao@abc.example",
        "",
    ],
)
def test_what_names_nobody(text: str) -> None:
    assert sure(text) == []


@pytest.mark.parametrize(
    ("text", "captured", "name"),
    [
        ("下载北溪书海客户端,看全本", "载北溪书海", "北溪书海"),
        ("快来关注北溪书城官方公众号", "来关注北溪书城", "北溪书城"),
        ("本章由溪山书吧首发", "本章由溪山书吧", "溪山书吧"),
        ("四季山范文库的编辑", "四季山范文", "四季山范文库"),
        ("99健康树网(www.jk.example.com)", "健康树网", "99健康树网"),
        ("云.帆.文.迷.整.理", "云帆文迷整理", "云帆文迷"),
        ("本站内容由网友投稿", "本站内容由网", ""),
        ("扫二维码下载", "扫二维码下载", ""),
        ("公众号“每天进步的人”", "每天进步的人", "每天进步的人"),
        ("顾问在线陪填,9块9一次", "线陪填", ""),
        ("《云岭全集》查看书评请到专题网址", "云岭全集", ""),
        ("云岭小说地址发布页", "岭小说", "云岭小说"),
    ],
)
def test_a_captured_name_keeps_what_is_the_name(text: str, captured: str, name: str) -> None:
    assert ([one.name for one in names_in(text, captured)] or [""])[0] == name


def test_a_sentence_of_an_advert_names_its_subject_but_a_title_does_not() -> None:
    assert sure("溪山书评已尽量注明出处,如涉版权请联系") == ["溪山书评"]
    assert names_in("溪山书评已尽量注明出处", titles=True) == []
    assert [one.name for one in names_in("来源:云帆晚报", titles=True)] == ["云帆晚报"]


@pytest.mark.parametrize("text", ["加群:四三一", "失效请补档|私信", "进群1,群2", "订阅者须知 稿件", "后二十四小时内删"])
def test_numbers_and_pieces_of_talk_are_no_names(text: str) -> None:
    assert names_in(text) == []


def test_a_claim_in_a_title_is_part_of_the_title() -> None:
    assert sure("云岭总结汇编") == ["云岭总结"]
    assert names_in("云岭总结汇编", titles=True) == []


def test_a_column_behind_a_name_is_not_part_of_it() -> None:
    assert [one.name for one in names_in("【鹿鸣书屋·散文】")] == ["鹿鸣书屋"]


def test_the_first_step_of_a_path_is_the_site_where_nothing_else_is_named() -> None:
    assert [one.name for one in names_in("鹿鸣堂 > 生活 > 正文")] == ["鹿鸣堂"]
    assert [one.name for one in names_in("您的位置:鹿鸣堂 › 生活")] == ["鹿鸣堂"]
    assert names_in("首页 > 生活 > 正文") == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("▲云岭材料坊▲ 文秘交流", "云岭材料坊"),
        ("鹿鸣堂|只做有温度的材料", "鹿鸣堂"),
        ("江左桐园 2023.06 编", "江左桐园"),
        ("鹿鸣堂 2015-6-11 阅读:5210次", "鹿鸣堂"),
        ("墨岚公文社扣扣三一七四", "墨岚公文社"),
        ("m.xishan.com 鹿鸣堂 最新章节", "鹿鸣堂"),
        ("观看最新章节 www.xishan.com", "xishan.com"),
    ],
)
def test_a_name_may_have_a_place_to_itself_and_an_address_is_better_than_nothing(text: str, name: str) -> None:
    assert names_in(text)[0].name == name
    assert names_in(text, titles=True) == []


@pytest.mark.parametrize(
    "text", ["童小溪 阮青云", "最佳答案", "“墨岚青桐。”", "小童,墨岚", "纠错:admin@xishan.com", "原标题《云岭往事》"]
)
def test_persons_buttons_and_mail_have_no_such_place(text: str) -> None:
    assert names_in(text) == []


def test_an_address_is_told_beside_a_name_that_is_not_sure_only() -> None:
    assert [one.name for one in further(names_in("鹿鸣堂|www.xishan.com"))] == ["xishan.com"]
    assert further(names_in("来源:鹿鸣堂 www.xishan.com")) == []


def test_the_longer_reading_gives_a_name_its_ending() -> None:
    assert sure("下面是飞鹭编辑的教程,更多请锁定飞鹭下载站", "飞鹭") == ["飞鹭下载站"]
    assert sure("棹云材料库会员专属 棹云材料库", "棹云材料") == ["棹云材料库"]


def test_a_listed_site_is_a_name_whatever_it_consists_of() -> None:
    assert names_in("登录百度文库,专享特权", known=lambda name: name == "百度文库")[0].name == "百度文库"
    assert sure("登录百度文库,专享特权") == []


def test_a_long_list_of_names_is_read_in_part_only() -> None:
    listed = "".join(f"来源:云{chr(0x4E00 + place)}堂 " for place in range(300))
    assert len(names_in(listed)) == MOST


def test_an_account_may_have_any_name_and_says_that_it_is_one() -> None:
    (found,) = names_in("公众号:查询大全")
    assert brand_of("查询大全") is None
    assert found.captures == {"account": "查询大全"}
    (found,) = names_in("公众号:老童写作")
    assert found.captures == {"site": "老童写作"}


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="来源:公众号关注由整理“”《》()云帆溪山网abc1.\n 的是,。", max_size=60))
def test_tokens_are_the_whole_text_and_names_stand_in_it(text: str) -> None:
    pieces = tokens(text)
    assert "".join(piece.text for piece in pieces) == text
    assert all(text[piece.start : piece.end] == piece.text for piece in pieces)
    assert all(piece.inner in piece.text for piece in pieces)
    assert all(len(piece.text) == 1 for piece in pieces if piece.part is Part.MARK)
    found = names_in(text)
    assert all(one.name in text for one in found)
    assert [one.rank for one in found] == sorted((one.rank for one in found), reverse=True)


def test_further_sites_of_a_finding_are_flags_at_its_place() -> None:
    text = "全镇上下认真落实各项部署。\n来源：云帆晚报 编辑：李晓 转自：溪山在线\n"
    outcome = Scrubber().scrub(text)
    assert outcome.text == "全镇上下认真落实各项部署。\n"
    applied = [finding for finding in outcome.findings if finding.applies]
    further = [finding for finding in outcome.findings if not finding.applies]
    assert {finding.site for finding in outcome.findings} == {"云帆晚报", "溪山在线"}
    assert {finding.action for finding in further} == {Action.FLAG}
    assert all(any(one.span.contains(finding.span) for one in applied) for finding in further)
    assert all(finding.confidence < applied[0].confidence for finding in further)
