"""Names that the edges of a document give away: told where something foreign was found, and never removed."""

from __future__ import annotations

import pytest

from scrubber import Scrubber
from scrubber.model import Action, Finding

SCRUBBER = Scrubber()
PROSE = "那条河从村子后面绕过去，河上有座石桥，桥栏上的狮子被摸得发亮。"
LINKS = "上一篇：老井\n下一篇：石磨"
BYLINE = "文字：云岭晚报 方小溪"


def told(*lines: str) -> list[Finding]:
    found = SCRUBBER.scrub("\n".join(lines)).findings
    return [finding for finding in found if finding.rule == "watermark-name-told"]


def test_a_name_that_the_head_gives_away_and_that_stands_again_is_told_and_stays() -> None:
    (found,) = told(BYLINE, PROSE, "云岭晚报陪你读书，" + PROSE, LINKS)
    assert (found.site, found.text, found.action) == ("云岭晚报", "云岭晚报", Action.FLAG)


def test_it_may_be_written_in_any_script() -> None:
    (found,) = told(BYLINE.replace("云岭晚报", "雲嶺晚報"), PROSE, "云岭晚报", LINKS)
    assert (found.site, found.text) == ("云岭晚报", "雲嶺晚報")


@pytest.mark.parametrize(
    "lines",
    [
        (BYLINE, PROSE, "云岭晚报陪你读书，" + PROSE),
        (BYLINE, PROSE, LINKS),
        (BYLINE, *["云岭晚报，" + PROSE] * 12, LINKS),
        (*[PROSE] * 6, BYLINE, *[PROSE] * 6, "云岭晚报", *[PROSE] * 8, LINKS),
        ("文字：工作总结 方小溪", PROSE, "工作总结", LINKS),
    ],
    ids=["nothing foreign", "stands once", "what the text is about", "in the middle", "no coined name"],
)
def test_what_is_not_told(lines: tuple[str, ...]) -> None:
    assert told(*lines) == []


def test_at_the_ends_of_a_page_that_lost_its_line_breaks() -> None:
    page = BYLINE + PROSE * 4 + "本文由云岭晚报放送 "
    assert [finding.site for finding in told(page, LINKS)] == ["云岭晚报"]
