"""Files of records: one field is cleaned, everything else stays as it was, bad records pass through and are told."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber import Scrubber, formats
from scrubber.formats import Result, jsonl
from scrubber.formats.compression import compressed
from tests.rulekit import write_rule

ADVERT = "广告ＱＱ123456789"
DIRTY = f"正文第一段。\n{ADVERT}\n正文第二段。"


@pytest.fixture(scope="module")
def scrub(tmp_path_factory: pytest.TempPathFactory) -> formats.Scrub:
    folder = tmp_path_factory.mktemp("rules")
    write_rule(folder, "a-rule", r"pattern = '广告qq\d+'")
    scrubber = Scrubber([folder], builtin=False)
    return lambda texts: [scrubber.scrub(text.text, f"record {text.number}", trace=False) for text in texts]


def cleaned(path: Path, scrub: formats.Scrub, field: str = "text") -> tuple[bytes, list[Result]]:
    target = path.with_name("cleaned" + path.name)
    results = list(formats.clean_file(path, target, field, scrub))
    return target.read_bytes(), results


def texts(path: Path, field: str = "text") -> list[str | None]:
    form = formats.known()[formats.of(path) or ""]
    found = [form.parse(record, field) for chunk in form.chunks(path, field) for record in chunk.records]
    return [text and text.text for text in found]


def test_only_the_edited_stretch_of_a_line_changes(tmp_path: Path, scrub: formats.Scrub) -> None:
    path = tmp_path / "a.jsonl"
    before = (
        '{ "id": 1.50, "text":"\\u6b63\\u6587。\\/\\ud83d\\ude00\\n' + ADVERT + '\\n\\u7b2c二段。", "z": [1 ,2]}\r\n'
    )
    path.write_bytes(before.encode())
    after, results = cleaned(path, scrub)
    assert after.decode() == before.replace(ADVERT, "")
    assert [(one.number, one.problem) for one in results] == [(1, None)]
    assert results[0].outcome
    assert results[0].outcome.source == "record 1"


@pytest.mark.parametrize("mark", ["\ufeff", "\\ufeff"])
def test_a_byte_order_mark_before_the_text_stays(tmp_path: Path, scrub: formats.Scrub, mark: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f'\ufeff{{"text": "{mark}{ADVERT}。{ADVERT}"}}\n')
    after, _ = cleaned(path, scrub)
    assert after.decode() == f'\ufeff{{"text": "{mark}。"}}\n'


def test_lines_without_findings_and_bad_ones_keep_their_bytes(tmp_path: Path, scrub: formats.Scrub) -> None:
    lines = [
        b'{"text": "\\u5e72\\u51c0"}\n',
        b"\n",
        b'{"text": 3}\n',
        b'{"other": "x"}\n',
        b"not json\n",
        b'{"text": "\xff"}\n',
        b'{"text": "x"} trailing\n',
        b'{"text": "\\ud800"}\n',
        b'{"text": "last", "text": "\xe5\xb9\xb2"}',
    ]
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"".join(lines))
    after, results = cleaned(path, scrub)
    assert after == path.read_bytes()
    assert [one.number for one in results if one.problem] == [3, 4, 5, 6, 7, 8]
    assert [one.number for one in results if one.outcome] == [1, 8, 9]
    assert not results[1].problem


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=4), JSON, max_size=4), st.booleans(), st.sampled_from([None, 1]))
@settings(max_examples=150)
def test_the_field_is_found_in_any_object(others: dict[str, Any], escape: bool, indent: int | None) -> None:
    whole = {**others, "text": DIRTY, "end": others}
    line = json.dumps(whole, ensure_ascii=escape, separators=(" ,  ", ": ") if indent else None)
    found = jsonl.parse(formats.Record(1, line.encode()), "text")
    assert found
    assert found.text == DIRTY
    start, end = jsonl._string(line, 0, ["text"])
    assert json.loads(line[start - 1 : end + 1]) == DIRTY


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz", ".jsonl.zst"])
def test_compressed_lines(tmp_path: Path, scrub: formats.Scrub, suffix: str) -> None:
    if suffix.endswith("zst"):
        pytest.importorskip("zstandard")
    path = tmp_path / f"a{suffix}"
    with path.open("wb") as file, compressed(path, file) as out:
        out.write(json.dumps({"text": DIRTY}).encode() + b"\n")
    _, results = cleaned(path, scrub)
    assert [bool(one.outcome and one.outcome.changed) for one in results] == [True]
    assert texts(tmp_path / f"cleaneda{suffix}") == [DIRTY.replace(ADVERT, "")]
    if suffix.endswith("gz"):
        assert gzip.decompress(path.read_bytes()).endswith(b"\n")


def test_parquet_keeps_columns_schema_and_row_groups(tmp_path: Path, scrub: formats.Scrub) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    schema = pa.schema(
        [pa.field("id", pa.int32()), pa.field("body", pa.large_string(), metadata={"a": "b"})], metadata={"k": "v"}
    )
    table = pa.table({"id": [1, 2, 3, 4], "body": [DIRTY, None, "干净", DIRTY]}, schema=schema)
    path = tmp_path / "a.parquet"
    parquet.write_table(table, path, row_group_size=3, compression="zstd")
    _, results = cleaned(path, scrub, "body")
    after = parquet.ParquetFile(tmp_path / "cleaneda.parquet")
    assert after.schema_arrow.equals(schema, check_metadata=True)
    assert after.metadata.num_row_groups == 2
    assert after.metadata.row_group(0).column(0).compression == "ZSTD"
    clean = DIRTY.replace(ADVERT, "")
    assert after.read().to_pydict() == {"id": [1, 2, 3, 4], "body": [clean, None, "干净", clean]}
    assert [one.number for one in results if one.outcome] == [1, 3, 4]
    assert texts(path, "body") == [DIRTY, None, "干净", DIRTY]


@pytest.mark.parametrize(("name", "content"), [("a.parquet", b"PAR0"), ("a.txt", b"text")])
def test_what_is_no_file_of_records_is_refused(tmp_path: Path, scrub: formats.Scrub, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=r"no (Parquet file|file of records)"):
        cleaned(tmp_path / name, scrub)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_target_appears_whole_or_not_at_all(tmp_path: Path, scrub: formats.Scrub) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "x"}\n' * 3)
    going: Any = formats.clean_file(path, tmp_path / "b.jsonl", "text", scrub)
    next(going)
    going.close()
    assert [one.name for one in tmp_path.iterdir()] == ["a.jsonl"]
