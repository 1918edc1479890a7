"""Names that addresses spell as they sound, and what they spell by chance."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber import Scrubber
from scrubber.pinyin import spelled, spells, undoubled
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("host", "text", "name"),
    [
        ("qingzhuws.com", "更多范文尽在青竹文书", "青竹文书"),
        ("m.xsyjt.cn", "手机看溪山演讲台更方便", "溪山演讲台"),
        ("liuyexs.net", "柳叶小说为您提供", "柳叶小说"),
        ("yuntai88.com", "云台书院", "云台"),
        ("chahu3hao.com", "茶壶三号读书会", "茶壶三号"),
    ],
)
def test_an_address_spells_a_name(host: str, text: str, name: str) -> None:
    assert spelled(host, text) == name


@pytest.mark.parametrize(
    ("host", "text"),
    [
        ("yt.com", "云台书院"),
        ("www.com", "我为我"),
        ("abcxyz.com", "云台书院"),
        ("12345.com", "云台书院"),
        ("yuntai.com", ""),
        ("yshu.com", "云书"),
    ],
    ids=["two letters", "no name", "something else", "digits", "nothing to read", "two letters of two characters"],
)
def test_what_spells_nothing(host: str, text: str) -> None:
    assert spelled(host, text) is None


@pytest.mark.parametrize("written", ["黑yan阁", "heiyange", "黑hei岩yan阁ge", "黑岩阁", "heiyge"])
def test_torn_names_are_the_name(written: str) -> None:
    assert spells(written, "黑岩阁")


def test_another_name_is_not() -> None:
    assert not spells("黑yan岩", "黑岩阁")
    assert not spells("hei", "黑岩阁")


def test_sounds_beside_their_characters_are_left_out() -> None:
    assert undoubled("小xiao乔qiao读书") == "小乔读书"
    assert undoubled("溪山kan书") == "溪山kan书"


@given(st.text(max_size=30), st.text(max_size=60))
def test_what_is_found_stands_in_the_text(host: str, text: str) -> None:
    name = spelled(host, text)
    assert name is None or (name in text and len(name) > 1)


def test_a_name_is_told_beside_the_address_that_spells_it() -> None:
    text = "会议开得很成功。\n\n手机逛溪山演讲台更便捷 → m.xsyjt.com，扫码关注公众号下载全文\n"
    sites = {finding.site for finding in Scrubber().scrub(text).findings}
    assert "溪山演讲台" in sites


def test_the_committed_table_is_what_the_package_says() -> None:
    pytest.importorskip("pypinyin")
    command = [sys.executable, str(ROOT / "tools" / "build_pinyin_table.py"), "--check"]
    assert subprocess.run(command, check=False).returncode == 0
