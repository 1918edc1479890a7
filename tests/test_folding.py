"""The fold of characters and escapes, and the table behind it."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from scrubber.folding import LINE_ENDS, TABLE, fold_text, table

ROOT = Path(__file__).resolve().parent.parent
COMPATIBILITY_HAN = (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFADA), *range(0x2F800, 0x2FA1E))
# What the fold changes although GB 2312 has it: mostly traditional characters with a rare sense of their own.
SIMPLIFIED_BUT_FOLDED = set("乾夥後徵捱摺攵於菸藉醣麴麽")


def folded(text: str) -> str:
    return fold_text(text)[0]


@pytest.fixture(scope="module")
def folds() -> dict[str, str]:
    """Every character with its fold."""
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    return {character: table().fold(character) for character in characters}


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("爲為裏裡臺灣薴", "为为里里台湾苎"),
        ("説売読価浜", "说卖读价浜"),
        ("乾淨瞭解妳", "干净了解你"),
        ("著名作家著", "著名作家著"),
        ("ＡＢＣ，：；！？（）．～＠＃％＆＊＋－／＝｜［］｛｝", "abc,:;!?().~@#%&*+-/=|[]{}"),
        ("。、“”‘’《》【】「」『』…——", "。、“”‘’《》【】「」『』…——"),
        ("一二三〇两百", "一二三〇两百"),
        ("\u3000\u2003\u00a0\u2009\u202f\u205f\t.", "       ."),
        ("авсенікмортухѕјпһ", "abcehikmoptyxsjnh"),
        ("АВСЕНКМОРТХУІЅЈ", "abcehkmoptxyisj"),
        ("αορντ ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aopvt abezhikmnoptyx"),
        ("éÀñüøłÐİı", "eanuoldii"),
        ("ᴡᴇɪxɪɴ ꜱʜᴏᴘ", "weixin shop"),
        ("𝐖𝒆𝓬𝖍𝕒𝚝", "wechat"),
        ("ⓌⒺ🅒🄷🅰⒯", "wechat"),
        ("🇶🇶", "qq"),
        ("①⑵⒊❹➄⁶₇𝟠９⓪🄋٣", "123456789003"),
        ("⑩⒒⓴㊿", "10112050"),
        ("㊀㈡㊂㈩", "一二三十"),
        ("㎏½№℡ﬁⅧ㏄㊣㈱", "kg1/2notelfiviiicc正株"),
        ("⽂⼀⻢⻚⾦", "文一马页金"),
        ("攵章囯家伩息", "文章国家信息"),
        ("•・‧∙⋅", "·····"),
        ("公\u200b众\u2060号\ufeff：\u00ada\u0301\ufe0f", "公众号:a"),
        ("7\ufe0f\u20e3", "7"),
        ("标\U000e0041签\U000e0100", "标签"),
        ("กำ ผู้ حَ が", "กำ ผู้ حَ が"),
    ],
)
def test_characters(text: str, view: str) -> None:
    assert folded(text) == view


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("更多&nbsp;&nbsp;请看", "更多  请看"),
        ("&#x66f4;&#26368;&#26368新", "更最最新"),
        ("a&middot;b&middot 天", "a·b· 天"),
        ("&lt;b&gt;&amp;&quot;", '<b>&"'),
        ("&amp;nbsp;&amp;amp;#26356;", " 更"),
        ("&#38;#26356;", "更"),
        ("公&#8203;众&zwnj;号", "公众号"),
        ("&#10;&NewLine;", "  "),
        ("&#13199;", "kg"),
        ("%77%77%77%2e%71%71%2E", "www.qq."),
        ("%E6%9B%B4%e6%96%b0", "更新"),
        ("看%E6%9B%B4多", "看更多"),
        ("％７７％７７％７７", "www"),
        ("50%20人", "50%20人"),
        ("0%10%20%30%40%50%", "0%10%20%30%40%50%"),
        ("涨%77%78", "涨%77%78"),
        ("%ff%fe%fd", "%ff%fe%fd"),
        ("?a=1&copy=2&lt=3&nbspx", "?a=1&copy=2&lt=3&nbspx"),
        ("AT&T；&foo; R&D", "at&t;&foo; r&d"),
        ("&#x66f4abc &#", "&#x66f4abc &#"),
    ],
)
def test_escapes(text: str, view: str) -> None:
    assert folded(text) == view


def test_every_character_folds_to_a_fixpoint(folds: dict[str, str]) -> None:
    changed = {to for character, to in folds.items() if to != character}
    assert len(changed) > 3000
    assert [to for to in changed if table().fold(to) != to] == []


def test_line_ends_and_nothing_else_are_line_ends(folds: dict[str, str]) -> None:
    assert folded(LINE_ENDS) == LINE_ENDS
    assert [c for c, to in folds.items() if c not in LINE_ENDS and not set(LINE_ENDS).isdisjoint(to)] == []


def test_simplified_text_keeps_its_characters() -> None:
    levels = [bytes([row, cell]) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)]
    han = {level.decode("gb2312", "ignore") for level in levels} - {""}
    assert len(han) == 6763
    assert {c for c in han if folded(c) != c} == SIMPLIFIED_BUT_FOLDED


def test_compatibility_han_fold_like_the_character_they_stand_for() -> None:
    for code in COMPATIBILITY_HAN:
        assert folded(chr(code)) == folded(unicodedata.normalize("NFKC", chr(code))), hex(code)


@pytest.mark.parametrize("name", ["s2t", "s2hk", "s2tw"])
def test_traditional_and_simplified_words_have_one_fold(name: str) -> None:
    """Of jieba's 50,000 most frequent words; 着/著 apart, for 著 is two words in simplified text."""
    import jieba
    import opencc

    rows = (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines()
    words = sorted(rows, key=lambda row: -int(row.split(" ")[1]))[:50_000]
    simplified = "\n".join(row.split(" ")[0] for row in words)
    traditional = opencc.OpenCC(name).convert(simplified)
    pairs = zip(folded(simplified).split("\n"), folded(traditional).replace("著", "着").split("\n"), strict=True)
    different = [pair for pair in pairs if pair[0].replace("著", "着") != pair[1]]
    assert len(different) < 100, different


def test_the_committed_table_is_what_the_script_builds() -> None:
    command = [sys.executable, "tools/build_fold_table.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_check_tells_a_changed_table(tmp_path: Path) -> None:
    script = tmp_path / "tools" / "build_fold_table.py"
    copy = tmp_path / "scrubber" / "data" / "fold.txt"
    for path, source in ((script, ROOT / "tools" / "build_fold_table.py"), (copy, TABLE)):
        path.parent.mkdir(parents=True)
        path.write_bytes(source.read_bytes())
    copy.write_bytes(copy.read_bytes().replace("為".encode(), "爲".encode(), 1))
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "fold.txt" in done.stderr
