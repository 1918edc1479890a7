"""Reports: lines for people, JSON for programs, diffs that apply."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber import reports
from scrubber.edits import Splice, Spliced, apply, edits_of
from scrubber.encoding import decode
from scrubber.encoding.inspection import inspect
from scrubber.errors import ScrubberError
from scrubber.model import Action, Evidence, Finding, Fragment, Kind, Outcome, Safety, TextSpan
from scrubber.positions import Positions
from scrubber.totals import Totals

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "标题\r\n\r\n第一段。墨香网整理，QQ12345。\r\n第二段\u3000未完\n"


def outcome_of(text: str, spans: list[tuple[int, int, str]], **changes: object) -> Outcome:
    """An outcome as the pipeline makes them: the spans (code points) replaced, one finding each."""
    document = decode(text.encode(), "a.txt", "utf-8")
    findings = tuple(finding_of(text, start, end, replacement, **changes) for start, end, replacement in spans)
    applied = [finding for finding in findings if finding.applies]
    splices = [Splice(finding.span, finding.replacement, (finding,)) for finding in applied]
    edits = edits_of(document, splices)
    clean = apply(document.raw, edits)
    return Outcome("a.txt", document, clean, Spliced(text, splices).text, findings, edits)


def finding_of(text: str, start: int, end: int, replacement: str, **changes: object) -> Finding:
    fields = {
        "rule": "credit-line",
        "kind": Kind.CREDIT,
        "action": Action.REMOVE,
        "safety": Safety.SAFE,
        "span": TextSpan.of(start, end),
        "text": text[start:end],
        "replacement": replacement,
        "captures": {"site": "墨香网", "qq": "12345"},
        "site": "墨香网",
        "confidence": 0.9,
        **changes,
    }
    return Finding(**fields)  # type: ignore[arg-type]


def plain(format_name: str, function: str, *values: object) -> list[str]:
    lines = reports.load(format_name, function)(*values)
    return ["".join(part.text if part.plain is None else part.plain for part in line) for line in lines]


def test_formats_are_found_by_name_and_by_what_they_can_do() -> None:
    assert reports.names("outcome") == ("diff", "human", "jsonl")
    assert reports.names("fragments") == ("human", "jsonl")


@pytest.mark.parametrize("name", ["xml", "../human", "diff"])
def test_a_format_that_is_not_there_is_taught(name: str) -> None:
    with pytest.raises(ScrubberError, match="formats are human, jsonl"):
        reports.load(name, "fragments")


def test_jsonl_has_the_contracts_fields_in_order() -> None:
    start = TEXT.index("墨香网")
    (row,) = plain("jsonl", "outcome", "dir/a.txt", outcome_of(TEXT, [(start, start + 13, "。")]))
    record = json.loads(row)
    assert list(record) == [
        *("path", "rule", "kind", "action", "safety", "start", "end", "byte_start", "byte_end", "line", "column"),
        *("text", "replacement", "site", "captures", "confidence", "fingerprint"),
    ]
    assert record["path"] == "dir/a.txt"
    assert (record["start"], record["end"], record["text"]) == (start, start + 13, "墨香网整理，QQ12345")
    raw = TEXT.encode()
    assert raw[record["byte_start"] : record["byte_end"]].decode() == record["text"]
    assert (record["line"], record["column"]) == (3, 5)
    assert (record["action"], record["replacement"], record["site"]) == ("remove", "。", "墨香网")
    assert record["captures"] == {"site": "墨香网", "qq": "12345"}


def test_a_flag_has_no_replacement_and_a_removal_has_an_empty_one() -> None:
    (flag,) = plain("jsonl", "outcome", "a", outcome_of(TEXT, [(0, 2, "")], action=Action.FLAG, safety=Safety.REVIEW))
    (removal,) = plain("jsonl", "outcome", "a", outcome_of(TEXT, [(0, 2, "")]))
    assert (json.loads(flag)["action"], json.loads(flag)["replacement"]) == ("flag", None)
    assert (json.loads(removal)["action"], json.loads(removal)["replacement"]) == ("remove", "")


def test_a_path_that_is_not_utf8_survives_json() -> None:
    (row,) = plain("jsonl", "outcome", "d/\udcd6\udcd0.txt", outcome_of(TEXT, [(0, 2, "")]))
    row.encode("utf-8")
    assert json.loads(row)["path"] == "d/\udcd6\udcd0.txt"


def test_people_see_the_place_the_rule_the_site_and_the_span() -> None:
    start = TEXT.index("墨香网")
    headline, excerpt = plain("human", "outcome", "a.txt", outcome_of(TEXT, [(start, start + 13, "")]))
    assert headline == "a.txt:3:5: remove credit [credit-line] · 墨香网"
    assert excerpt == "    第一段。⟦墨香网整理，QQ12345⟧。"


def test_what_stays_is_marked_differently() -> None:
    outcome = outcome_of(TEXT, [(0, 2, "")], action=Action.FLAG, safety=Safety.REVIEW)
    headline, excerpt = plain("human", "outcome", "a.txt", outcome)
    assert ": review credit" in headline
    assert excerpt == "    ⟨标题⟩"


def test_mere_flags_are_counted_after_the_first_ones() -> None:
    text = "某XX年" * 9
    spans = [(number * 4 + 1, number * 4 + 3, "") for number in range(9)]
    shown = plain("human", "outcome", "a.txt", outcome_of(text, spans, action=Action.FLAG))
    assert [row.startswith("a.txt:1:") for row in shown] == [True, False, True, False, False]
    assert shown[-1] == "a.txt: 7 more flags [credit-line]"
    three = plain("human", "outcome", "a.txt", outcome_of(text, spans[:3], action=Action.FLAG))
    assert three[-1] == "a.txt: 1 more flag [credit-line]"
    assert len(plain("jsonl", "outcome", "a.txt", outcome_of(text, spans, action=Action.FLAG))) == 9


def test_long_spans_and_lines_are_cut_and_control_characters_shown() -> None:
    text = "甲" * 200 + "\x1b[31m" + "乙" * 1000 + "\n" + "\n".join(f"行{n}" for n in range(20)) + "\n"
    shown = plain("human", "outcome", "a.txt", outcome_of(text, [(150, len(text), "")]))
    assert len(shown) == 7
    assert max(map(len, shown)) < 200
    assert shown[1].startswith("    " + "甲" * 30 + "⟦甲")
    assert shown[-1] == "    行19⟧"
    assert shown[-2] == "    … 16 more lines"
    assert "\x1b" not in "".join(shown)
    assert plain("human", "outcome", "\x1b", outcome_of("ab\x1b\n", [(0, 1, "")]))[0].startswith("␛:1:1")


def test_totals_count_by_rule_and_by_site() -> None:
    totals = Totals(binary=1)
    totals.add(outcome_of(TEXT, [(0, 2, ""), (6, 8, "")]))
    totals.add(outcome_of(TEXT, [(0, 2, "")], action=Action.FLAG, safety=Safety.REVIEW, site=None))
    totals.add(outcome_of(TEXT, [(0, 2, "")], action=Action.FLAG, site=None))
    totals.add(outcome_of(TEXT, []))
    assert plain("human", "totals", totals)[1:] == [
        "4 files: 2 removals, 1 to review, 1 flag in 3 files, 4 characters (1 binary file skipped)",
        "  by rule",
        "       4  credit-line",
        "  by site",
        "       2  墨香网",
        "       2  no site named",
    ]


def test_nothing_found_is_said() -> None:
    totals = Totals()
    totals.add(outcome_of(TEXT, []))
    assert plain("human", "totals", totals) == ["1 file: nothing found"]


def fragments_outcome() -> Outcome:
    evidence = (Evidence("lead-in", "墨香网", "lead-in", TextSpan.of(10, 15), "墨香网整理"),)
    copied = (Evidence("near-duplicate", "墨香网", from_path="b.txt", from_fragment="3", similarity=0.991),)
    document = decode(TEXT.encode(), "a.txt")
    return Outcome(
        *("a.txt", document, document.raw, document.text),
        fragments=(
            Fragment(1, TextSpan.of(0, 6), "标题", "墨香网", 0.9, evidence),
            Fragment(2, TextSpan.of(6, 20), "其二", "墨香网", 0.8, copied),
            Fragment(3, TextSpan.of(20, len(TEXT)), ""),
        ),
    )


def test_trace_draws_a_tree_for_people() -> None:
    assert plain("human", "fragments", "a.txt", fragments_outcome()) == [
        "a.txt",
        "├─ 1 标题  line 1, 6 characters  墨香网 0.90",
        "│     lead-in line 3 墨香网整理 → 墨香网",
        "├─ 2 其二  line 3, 14 characters  墨香网 0.80",
        "│     near-duplicate of b.txt 3 (similarity 0.991) → 墨香网",
        f"└─ 3 (no title)  line 3, {len(TEXT) - 20} characters  no site known",
    ]


def test_trace_has_the_contracts_fields_for_programs() -> None:
    first, second, third = (json.loads(row) for row in plain("jsonl", "fragments", "a.txt", fragments_outcome()))
    assert list(first) == ["path", "fragment", "start", "end", "title", "site", "confidence", "evidence"]
    assert first["evidence"][0]["text"] == "墨香网整理"
    assert second["evidence"] == [
        {"type": "near-duplicate", "site": "墨香网", "from_path": "b.txt", "from_fragment": 3, "similarity": 0.991}
    ]
    assert (third["site"], third["evidence"]) == (None, [])


@pytest.mark.parametrize(
    ("raw", "newline", "script", "bom"),
    [
        ("这个问题\r\n讲话\r\n".encode(), "crlf", "simplified", False),
        ("這個問題\n講話\r".encode("utf-16"), "mixed", "traditional", True),
        ("這個問題这个问题\r".encode(), "cr", "mixed", False),
        (b"plain\n", "lf", "none", False),
        (b"", "none", "none", False),
    ],
)
def test_inspection_describes_newlines_script_and_bom(raw: bytes, newline: str, script: str, bom: bool) -> None:
    (row,) = plain("jsonl", "inspection", "a.txt", inspect(decode(raw)), len(raw))
    record = json.loads(row)
    fields = ["path", "encoding", "confidence", "bom", "newline", "script", "segments", "mojibake", "lossy"]
    assert list(record)[:9] == fields
    assert (record["newline"], record["script"], record["bom"]) == (newline, script, bom)
    assert sum(part["byte_end"] - part["byte_start"] for part in record["segments"]) == len(raw) - 2 * bom


def test_inspection_places_what_is_odd() -> None:
    text = "讲话全文锟斤拷锟斤拷如下，请各位审阅。\n第二行全文\ufffd\ufffd完\ue123。\n"
    inspected = inspect(decode(text.encode()))
    (row,) = plain("jsonl", "inspection", "a.txt", inspected, 99)
    record = json.loads(row)
    places = {name: [text[span["start"] : span["end"]] for span in record[name]] for name in ("lossy", "private_use")}
    assert places == {"lossy": ["\ufffd\ufffd"], "private_use": ["\ue123"]}
    assert [run["grade"] for run in record["mojibake"]] == ["unrecoverable"]
    shown = plain("human", "inspection", "a", inspected, 99)
    assert "    private-use characters (1): 28-29" in shown
    assert "    lost characters (1): 25-27" in shown


def test_inspection_of_what_is_no_text() -> None:
    assert plain("human", "inspection", "p.png", None, 1234) == ["p.png: binary, 1,234 bytes"]
    record = json.loads(plain("jsonl", "inspection", "p.png", None, 9)[0])
    assert (record["encoding"], record["segments"][0]["byte_end"]) == ("binary", 9)


def test_tables_align_han_and_fit_json() -> None:
    rows = [{"site": "墨香网", "findings": 3}, {"site": "a", "findings": 12}]
    assert plain("human", "rows", rows) == ["site    findings", "墨香网  3", "a       12"]
    assert [json.loads(row) for row in plain("jsonl", "rows", rows)] == rows


@given(st.text("ab\r\n", max_size=12), st.data())
def test_positions_count_as_editors_do(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    if text[offset - 1 : offset + 1] == "\r\n" and 0 < offset < len(text):
        return
    lines = re.split("\r\n|\r|\n", text[:offset])
    assert Positions(text).at(offset) == (len(lines), len(lines[-1]) + 1)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[tuple[int, int, str]]]:
    text = draw(st.text("ab\n", max_size=60))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=10)))
    spans = [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False) if a < b]
    return text, [(a, b, draw(st.sampled_from(["", "x", "y\n"]))) for a, b in spans]


@given(edited())
@settings(max_examples=300, deadline=None)
def test_a_diff_applied_gives_the_cleaned_text(case: tuple[str, list[tuple[int, int, str]]]) -> None:
    text, spans = case
    outcome = outcome_of(text, spans)
    lines = plain("diff", "outcome", "a.txt", outcome)
    assert patched(text, lines) == outcome.text
    assert bool(lines) == bool(spans)


def patched(text: str, lines: list[str]) -> str:
    """Apply a unified diff strictly: every line and every count must be right."""
    old = text.splitlines(keepends=True)
    out: list[str] = []
    at = 0
    hunks = [number for number, row in enumerate(lines) if row.startswith("@@")]
    for first, following in pairwise([*hunks, len(lines)]):
        start, length, new_start, new_length = map(int, re.findall(r"\d+", lines[first]))
        start -= length > 0
        out += old[at:start]
        assert len(out) == new_start - (new_length > 0)
        at, made = start, len(out)
        body = lines[first + 1 : following]
        for row, after in zip(body, [*body[1:], ""], strict=True):
            content = row[1:] + ("" if after.startswith("\\") else "\n")
            if row[0] in " -":
                assert old[at] == content
                at += 1
            if row[0] in " +":
                out.append(content)
        assert (at - start, len(out) - made) == (length, new_length)
    return "".join(out + old[at:])


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_git_applies_a_diff(tmp_path: Path) -> None:
    text = "".join(f"第{n}行\r\n" for n in range(40)) + "末行"
    outcome = outcome_of(text, [(3, 9, ""), (30, 34, "甲"), (len(text) - 1, len(text), "")])
    (tmp_path / "a.txt").write_bytes(text.encode())
    diff = "\n".join(plain("diff", "outcome", "a.txt", outcome)) + "\n"
    subprocess.run(["git", "apply", "--whitespace=nowarn"], input=diff.encode(), cwd=tmp_path, check=True)
    assert (tmp_path / "a.txt").read_bytes() == outcome.bytes
