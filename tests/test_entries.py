"""Lists of titles at the end of a page, which no label announces."""

from __future__ import annotations

import pytest

from scrubber import Scrubber

PROSE = (
    "播种前把地翻一遍，晒上三五天，再用耙子耙平，这样出苗整齐，杂草也少。浇水要看天，雨前不浇，旱时勤浇，早晚各一次最好。"
    "收成以后要把秧子清干净，堆在地头沤肥。\n"
)
TITLES = (
    "大蒜什么时候种最好",
    "阳台上怎么种小葱",
    "2019年最受欢迎的十种蔬菜",
    "菜地里的蚂蚁怎么除",
    "韭菜割几次要追肥",
)
RULE = "tail-titles-without-label"

scrubber = Scrubber()


def removed(text: str) -> list[str]:
    return [finding.text for finding in scrubber.scrub(text).findings if finding.rule == RULE]


@pytest.mark.parametrize("between", ["\n", " ", "　", " | ", "\n\n", "\r\n"])
def test_titles_below_the_text_go_however_they_are_parted(between: str) -> None:
    assert scrubber.scrub(PROSE + between.join(TITLES)).text == PROSE


def test_a_label_above_goes_with_its_list() -> None:
    assert removed(PROSE + "种菜热点\n" + "\n".join(TITLES)) == ["种菜热点\n" + "\n".join(TITLES)]


def test_lists_are_found_on_both_sides_of_a_notice() -> None:
    notice = "版权归原作者所有，如有侵权请联系本站删除。\n"
    lists = ["\n".join(TITLES[:3]) + "\n", "\n".join(TITLES[3:])]
    text = PROSE + lists[0] + notice + lists[1]
    assert removed(text)[:1] == lists[:1]
    assert scrubber.scrub(text).text.strip() == PROSE.strip()


def test_two_titles_are_no_list() -> None:
    assert removed(PROSE + "\n".join(TITLES[:2])) == []


def test_a_list_in_front_of_prose_stays() -> None:
    assert removed(PROSE + "\n".join(TITLES) + "\n" + PROSE) == []


def test_titles_without_a_text_above_stay() -> None:
    assert removed("种菜问答。\n" + "\n".join(TITLES)) == []


@pytest.mark.parametrize(
    "ending",
    [
        "附件：\n2018年度先进集体推荐名单\n2018年度先进个人推荐名单\n2018年度考核办法",
        "为什么我的眼里总含着泪\n是什么让我走了又回\n怎么能把你忘记\n多少个夜晚无法入睡",
        "一、如何选种\n二、怎样播种\n三、什么时候浇水",
        "思考与练习\n土壤是怎样形成的\n你见过哪几种土壤\n为什么要保护土壤",
        "参考文献\n[1] 王某. 土壤学[M]. 2001.\n[2] 李某. 作物栽培学[M]. 2004.\n[3] 张某. 农业气象[J]. 2010(3): 12-15.",
        "2018年大事记\n3月 新校舍动工\n6月 12名学生获奖\n9月 招收新生320名\n12月 通过省级验收",
        "主料 五花肉500克\n辅料 葱3根 姜5片 蒜10瓣\n调料 生抽2勺 老抽1勺 料酒3勺",
        "第一名 三年级2班 98分\n第二名 三年级1班 96分\n第三名 三年级4班 95分",
        "早上7:30 集合\n8:00 出发去植物园\n10:30 参观温室\n12:00 午餐",
        "祖国啊，我为你骄傲！\n祖国啊，我为你自豪！\n祖国啊，我永远爱你！",
        "讨论稿\n李明\n2018年3月12日",
    ],
)
def test_what_an_author_lists_at_the_end_stays(ending: str) -> None:
    assert scrubber.scrub(PROSE + ending).text == PROSE + ending


def test_what_stands_below_a_notice_at_the_head_is_the_document() -> None:
    notice = "版权说明：本文档由用户提供并上传，收益归属内容提供方，若内容存在侵权，请进行举报或认领\n"
    outline = "石桥加固方案\n一、桥面：重铺细石混凝土\n二、桥墩：裂缝灌浆\n三、栏杆：照原样补刻\n四、排水：设泄水孔\n"
    assert outline in scrubber.scrub(notice + "文件内容\n" + outline).text


def test_a_letter_below_a_button_is_no_list() -> None:
    letter = "篇2：请假条\n尊敬的老师：\n您好！\n"
    assert letter in scrubber.scrub(PROSE * 3 + "展开阅读全文\n" + letter).text


def test_a_question_paper_below_a_hosts_terms_is_no_list() -> None:
    paper = "1、三校联考语文试卷 一、现代文阅读(36 分) (一)论述类文本阅读 (大题共 3 小题,9 分)\n"
    terms = "侵权请联系客服，版权归原作者所有，转载请注明出处。\n资料简介：\n"
    assert paper in scrubber.scrub(PROSE * 3 + terms + paper).text
