"""Bytes to text and back: detection, damage, offsets and replacements, for every codec."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.edits import Splice, apply, edits_of
from scrubber.encoding import byte_span, decode, encode_replacement
from scrubber.encoding.gb import read_gb
from scrubber.errors import UndecodableError
from scrubber.model import ByteSpan, Document, TextSpan

SIMPLIFIED = "这是一段普通的文字，说的是去年冬天发生在镇上的事情。\n邻居们都还记得那场大雪，路上没有一个行人。\n"
TRADITIONAL = "這是一段普通的文字，說的是去年冬天發生在鎮上的事情。\n鄰居們都還記得那場大雪，路上沒有一個行人。\n"
SEEDS = Path(__file__).parent.parent / "fixtures" / "seeds"

CODECS = [
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"),
    *("gb2312", "gbk", "gb18030", "hz", "big5", "cp950", "big5hkscs", "cp932", "shift_jis", "euc_jp", "euc_kr"),
    *("cp949", "euc_tw", "iso2022_jp", "iso2022_jp_2", "iso2022_kr", "cp1252", "latin-1"),
]
ALPHABET = "ab中大小一好人。~?\r\n{}~"


def spell(text: str, codec: str) -> str:
    """What of ``text`` the codec can express."""
    return text.encode(codec, "ignore").decode(codec)


def edited(document: Document, span: TextSpan, replacement: str) -> bytes:
    place = byte_span(document, span)
    return document.raw[: place.start] + encode_replacement(document, span, replacement) + document.raw[place.end :]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(CODECS), st.text(ALPHABET, max_size=30), st.text(ALPHABET, max_size=5), st.data())
def test_an_edit_changes_what_it_says_and_no_other_byte(codec: str, text: str, replacement: str, data: st.DataObject):
    text, replacement = spell(text, codec), spell(replacement, codec)
    document = decode(text.encode(codec), encoding=codec)
    assert document.text == text
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    result = edited(document, TextSpan.of(start, end), replacement)
    assert result.decode(document.encoding) == text[:start] + replacement + text[end:]
    place = byte_span(document, TextSpan.of(start, end))
    assert result.startswith(document.raw[: place.start])
    assert result.endswith(document.raw[place.end :])


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(CODECS), st.text(ALPHABET, max_size=30))
def test_spans_of_characters_tile_the_bytes(codec: str, text: str):
    text = spell(text, codec)
    document = decode(text.encode(codec), encoding=codec)
    spans = [byte_span(document, TextSpan.of(index, index + 1)) for index in range(len(text))]
    assert all(one.end == other.start for one, other in pairwise(spans))
    if text and codec != "iso2022_kr":
        assert spans[0].start == len(document.bom)
        assert spans[-1].end == len(document.raw)


@pytest.mark.parametrize(
    ("codec", "raw"),
    [
        ("cp932", b"\xfa\x4a\xee\xef\x81\xe6A\x81\xca"),
        ("big5hkscs", b"\x88\x62\x88\x66A\x88\x64\xa4\xa4"),
        ("cp950", b"\xf9\xf9\xa2\xcc\xa4\xa4\xa2\xa4"),
        ("hz", b"a~~b~{VPND~}\n~{~}c"),
        ("gb18030", b"\x81\x30\x84\x36a\xd6\xd0\x95\x32\x82\x36"),
    ],
)
def test_codes_that_do_not_encode_back_keep_their_bytes(codec: str, raw: bytes):
    document = decode(raw, encoding=codec)
    assert document.text == raw.decode(codec)
    for start in range(len(document.text)):
        for end in range(start, len(document.text) + 1):
            span = byte_span(document, TextSpan.of(start, end))
            remaining = edited(document, TextSpan.of(start, end), "")
            assert remaining.startswith(raw[: span.start])
            if "\u0304" not in document.text and "\u030c" not in document.text:
                assert remaining.decode(codec) == document.text[:start] + document.text[end:]


def test_removing_an_escaped_run_removes_its_escapes():
    document = decode("广告 ok".encode("hz"), encoding="hz")
    assert edited(document, TextSpan.of(0, 2), "") == b" ok"
    assert edited(document, TextSpan.of(1, 3), "") == b"~{9c~}ok"


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("hz", "他说这是公众号青灯文库的文章ok好"),
        ("hz", "a这是b"),
        ("iso2022_jp", "日本語abcの文章です"),
        ("iso2022_kr", "한국어abc문장입니다"),
    ],
)
def test_what_rules_remove_from_the_middle_of_an_escaped_run_leaves_the_rest_readable(codec: str, text: str):
    document = decode(text.encode(codec), encoding=codec)
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            edits = edits_of(document, [Splice(TextSpan.of(start, end), "", ())])
            assert apply(document.raw, edits).decode(codec) == text[:start] + text[end:]


def test_a_replacement_that_the_encoding_lacks_is_refused():
    document = decode(TRADITIONAL.encode("cp950"))
    with pytest.raises(UnicodeEncodeError):
        encode_replacement(document, TextSpan.of(0, 1), "简")


def test_offsets_far_into_one_long_line_are_exact():
    text = "文字a，" * 60_000
    for codec in ("utf-8", "gb18030", "utf-16-le"):
        document = decode(text.encode(codec), encoding=codec)
        for at in (0, 5, 2048, 100_001, 239_990):
            start = len(text[:at].encode(codec))
            assert byte_span(document, TextSpan.of(at, at + 3)) == ByteSpan.of(
                start, start + len(text[at : at + 3].encode(codec))
            )


def test_a_span_outside_the_text_is_an_error():
    with pytest.raises(IndexError):
        byte_span(decode(b"abc"), TextSpan.of(1, 9))


def test_an_empty_file_is_an_empty_utf8_text():
    document = decode(b"")
    assert (document.text, document.encoding, document.segments) == ("", "utf-8", ())
    assert byte_span(document, TextSpan.of(0, 0)) == ByteSpan.of(0, 0)


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        *((codec, codec) for codec in ("utf-8-sig", "utf-16", "utf-32", "utf-8", "hz", "gb18030")),
        *((codec, codec) for codec in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")),
        *(("gb2312", "gb18030"), ("gbk", "gb18030")),
    ],
)
def test_encodings_are_told_apart(codec: str, name: str):
    document = decode(SIMPLIFIED.encode(codec))
    assert document.encoding == name
    assert document.text == SIMPLIFIED == document.raw.decode(document.encoding)
    assert len(document.segments) == 1
    assert document.segments[0].bytes.start == len(document.bom)


@pytest.mark.parametrize("codec", ["big5", "cp950", "big5hkscs"])
def test_big5_is_told_apart(codec: str):
    document = decode(TRADITIONAL.encode(codec))
    assert document.text == TRADITIONAL
    assert document.encoding in ("cp950", "big5hkscs")


def test_what_only_hkscs_has_is_read_as_such():
    text = "他們在二〇三五年以前還要做很多事情，啲嘢唔好食。"
    document = decode(text.encode("big5hkscs"))
    assert (document.encoding, document.text) == ("big5hkscs", text)
    text = "他們在二〇三五年以前還要做很多事情。"
    assert decode(text.encode("big5hkscs")).text == text


def test_euc_tw_is_read_and_written():
    assert "這是十分".encode("euc_tw") == b"\xdd\xd5\xd1\xd2\xc4\xb2\xc5\xa1"
    document = decode(TRADITIONAL.encode("euc_tw"))
    assert (document.encoding, document.text) == ("euc_tw", TRADITIONAL)
    start = TRADITIONAL.index("大雪")
    assert edited(document, TextSpan.of(start, start + 2), "風").decode("euc_tw") == TRADITIONAL.replace("大雪", "風")
    damaged = decode(document.raw[:10] + b"\xff" + document.raw[10:], encoding="euc_tw")
    assert damaged.text == TRADITIONAL[:5] + "\ufffd" + TRADITIONAL[5:]


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("為什麼會這樣", "cp950"),
        ("为什么", "gb18030"),
        ("我们", "gb18030"),
        ("大家好", "gb18030"),
        ("中文", "utf-8"),
        ("他們說", "cp950"),
        ("Total: 三百元 only", "gb18030"),
        ("今天下午", "utf-16-le"),
    ],
)
def test_short_texts_are_read_right(text: str, codec: str):
    assert decode(text.encode(codec)).text == text


@pytest.mark.parametrize(
    "text", ["café", "naïve", "Привет, мир", "Ελληνικά", "ok · fine", "5 × 3 = 15°", "ÄÖÜ äöü", "日本語のテキスト"]
)
def test_other_scripts_in_utf8_stay_utf8(text: str):
    assert decode(text.encode()).text == text


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("これは日本語の文章です。ひらがなとカタカナが混ざっています。\n" * 3, "cp932"),
        ("これは日本語の文章です。ひらがなとカタカナが混ざっています。\n" * 3, "euc_jp"),
        ("이것은 한국어 문장입니다. 오늘은 날씨가 좋습니다.\n" * 3, "euc_kr"),
        ("Le café était fermé, à cause de la fête du village.\n" * 3, "cp1252"),
    ],
)
def test_what_is_not_chinese_is_read_as_what_it_is(text: str, codec: str):
    assert decode(text.encode(codec)).text == text


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("서울특별시 강남구\n" * 6, "euc_kr"),
        ("東京都渋谷区\n" * 6, "euc_jp"),
        ("Die Schüler hören Musik", "cp1252"),
        ("Größe, Straße, Übermut und Äpfel", "cp1252"),
        ("naïve résumé", "cp1252"),
    ],
)
def test_little_text_that_is_not_chinese_is_not_taken_for_chinese(text: str, codec: str):
    assert decode(text.encode(codec)).text == text


@pytest.mark.parametrize("text", ["熊毅唐磊", "伞也要押", "扛稳扛牢"])
def test_gb_is_neither_utf16_hangul_nor_letters_of_several_alphabets(text: str):
    assert decode(text.encode("gb18030")).text == text


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "cp950"])
@pytest.mark.parametrize("count", [16, 100, 5000])
def test_a_text_may_be_filled_up_with_nuls(codec: str, count: int):
    text = TRADITIONAL if codec == "cp950" else SIMPLIFIED
    document = decode(text.encode(codec) + b"\0" * count)
    assert (document.encoding, document.text) == (codec, text + "\0" * count)


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "cp950"])
def test_a_bad_byte_is_kept_in_its_place(codec: str):
    text = TRADITIONAL if codec == "cp950" else SIMPLIFIED
    head, tail = text[:15].encode(codec), text[15:].encode(codec)
    document = decode(head + b"\xff" + tail)
    assert document.text == text[:15] + "\ufffd" + text[15:]
    assert document.damage == (ByteSpan.of(len(head), len(head) + 1),)
    assert [segment.encoding for segment in document.segments] == [codec, "binary", codec]


def test_an_edit_does_not_let_a_damaged_byte_swallow_what_follows():
    raw = "好的".encode("gb18030") + b"\xd6" + b"0ad" + "文字".encode("gb18030")
    document = decode(raw, encoding="gb18030")
    assert document.damage == (ByteSpan.of(4, 5),)
    with pytest.raises(UnicodeEncodeError, match="damaged byte"):
        encode_replacement(document, TextSpan.of(3, 4), "")
    assert edited(document, TextSpan.of(3, 4), "1") == raw.replace(b"0ad", b"1ad")


def test_a_lost_byte_costs_one_character_and_not_the_line():
    raw = ("他在镇上住了很多年，" * 6).encode("gb18030")
    document = decode(raw[:21] + raw[22:])
    assert document.text.count("他在镇上住了很多年，") == 5
    assert len(document.damage) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"PK\x03\x04\x14\x00\x08\x00" + bytes(range(256)) * 4,
        b"\x7fELF\x02\x01\x01" + b"\0" * 64,
        bytes(range(256)) * 8,
        bytes((7 * index * index + 13 * index) % 251 for index in range(4000)),
    ],
)
def test_binary_files_are_refused_with_place_and_advice(raw: bytes):
    with pytest.raises(UndecodableError, match=r"(?s)x\.bin.*byte \d+.*--encoding"):
        decode(raw, source="x.bin")


def test_an_encoding_that_is_told_is_believed():
    raw = bytes(range(0x80, 0x100))
    document = decode(raw, encoding="gbk")
    assert document.encoding == "gbk"
    assert document.confidence == 1.0
    with pytest.raises(UndecodableError, match="unknown encoding"):
        decode(raw, encoding="no-such-codec")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([None, "gb18030", "utf-8", "cp950", "utf-16-le", "hz", "cp932"]))
def test_any_bytes_are_tiled_by_segments_or_refused(raw: bytes, encoding: str | None):
    try:
        document = decode(raw, encoding=encoding)
    except UndecodableError:
        assert encoding is None
        return
    position, text = len(document.bom), 0
    for segment in document.segments:
        assert (segment.bytes.start, segment.text.start) == (position, text)
        position, text = segment.bytes.end, segment.text.end
    assert (position, text) == (len(raw), len(document.text))
    assert byte_span(document, TextSpan.of(0, len(document.text))) == ByteSpan.of(
        byte_span(document, TextSpan.of(0, 0)).start, len(raw)
    )


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.name[:3])
@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16"])
def test_a_natural_file_is_one_segment(path: Path, codec: str):
    text = path.read_bytes().decode("utf-8-sig")
    document = decode(text.encode(codec))
    assert document.text == text
    assert len(document.segments) == 1
    assert document.encoding == codec


@pytest.mark.parametrize(
    "text",
    ["中国——北京·上海，朱镕基、一九九〇年", "囍々〇镕喆堃―・€ㄅ", "舊書攤上擺著幾本線裝書" * 9, "𠮷野家与㐂寿司，中文"],
)
def test_gb18030_in_one_go_is_what_python_reads(text: str):
    raw = (SIMPLIFIED + text).encode("gb18030")
    whole = read_gb(raw)
    assert whole is not None
    assert whole.text == SIMPLIFIED + text
    if whole.outside is not None:
        starts = [len((SIMPLIFIED + text[:at]).encode("gb18030")) for at in range(len(text))]
        assert set(whole.outside) <= set(starts)
    assert read_gb(raw + b"\xff\xff") is None


def test_utf8_needs_neither_chardet_nor_tables():
    code = (
        "import sys; from scrubber.encoding import decode; decode('中文，文字'.encode());"
        "print([name for name in sys.modules if name.split('.')[0] in ('chardet', 'numpy', 'opencc') "
        "or name.startswith(('scrubber.encoding.likelihood', 'scrubber.encoding.detect', 'scrubber.encoding.mixed'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
