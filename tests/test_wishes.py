"""Repairing mojibake and converting the script: only where asked, only what is certain, and always undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from scrubber import Scrubber
from scrubber.cli.app import app
from scrubber.edits import undo
from scrubber.encoding.misreading import misread
from tests.conftest import SEEDS

MANGLED = "会议结束了。\n" + "请各单位认真落实会议精神，抓好各项工作。".encode().decode("latin-1") + "\n散会。\n"
ADVERT = "正文在此。\n" + "青灯文库整理，咨询QQ314159265".encode().decode("latin-1") + "\n散会。\n"


def test_nothing_is_repaired_or_converted_unasked(scrubber: Scrubber) -> None:
    assert scrubber.scrub(MANGLED).text == MANGLED


def test_repairs_are_edits_that_undo() -> None:
    outcome = Scrubber(repair_mojibake=True).scrub(MANGLED)
    assert outcome.text == "会议结束了。\n请各单位认真落实会议精神，抓好各项工作。\n散会。\n"
    assert {finding.rule for edit in outcome.edits for finding in edit.findings} == {"repair-mojibake"}
    assert undo(outcome.bytes, outcome.edits) == MANGLED.encode()


def test_rules_read_the_repaired_text_and_report_the_original() -> None:
    outcome = Scrubber(repair_mojibake=True).scrub(ADVERT)
    assert outcome.text == "正文在此。\n\n散会。\n"
    (edit,) = outcome.edits
    assert edit.before.decode() == ADVERT.splitlines()[1]
    assert edit.findings[-1].site == "青灯文库"
    assert undo(outcome.bytes, outcome.edits) == ADVERT.encode()


def test_rules_read_what_mojibake_says_and_leave_the_rest_of_it_as_it_was(scrubber: Scrubber) -> None:
    outcome = scrubber.scrub(MANGLED + ADVERT)
    assert outcome.text == MANGLED + "正文在此。\n\n散会。\n"
    (edit,) = outcome.edits
    assert edit.before.decode() == ADVERT.splitlines()[1]
    assert [finding.site for finding in edit.findings] == ["青灯文库"]
    assert undo(outcome.bytes, outcome.edits) == (MANGLED + ADVERT).encode()


@pytest.mark.parametrize(("true", "wrong"), [("utf-8", "latin-1"), ("utf-8", "cp1252"), ("gb18030", "cp437")])
def test_of_a_misread_line_only_the_bytes_of_the_advert_go(scrubber: Scrubber, true: str, wrong: str) -> None:
    before, advert, after = "会议讨论了明年的工作。", "更多范文请关注公众号：青灯文库。", "大家都表示同意。"
    head, middle, tail = (misread(text, true, wrong) for text in (before, advert, after))
    assert head is not None
    assert middle is not None
    assert tail is not None
    outcome = scrubber.scrub(f"第一行。\n{head}{middle}{tail}\n最后一行。\n")
    assert outcome.text == f"第一行。\n{head}{tail}\n最后一行。\n"
    assert b"".join(edit.before for edit in outcome.edits) == middle.encode()


def test_conversion_leaves_removals_alone_and_undoes() -> None:
    raw = (SEEDS / "002_1d14376f1af869e4.txt").read_bytes()
    outcome = Scrubber(script="simplified").scrub(raw)
    assert outcome.error is None
    assert "闲置地块开发" in outcome.text
    assert "公號" not in outcome.text
    assert outcome.text.count("\n") == raw.decode().count("\n")
    assert undo(outcome.bytes, outcome.edits) == raw


def test_a_script_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="simplified, traditional"):
        Scrubber(script="latin")


def test_the_command_does_both_and_restores(tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_bytes((MANGLED + "經濟發展。\n").encode())
    out, ledger = tmp_path / "out", tmp_path / "l.sqlite3"
    options = ["--repair-mojibake", "--script", "simplified", "--out", str(out), "--ledger", str(ledger)]
    done = CliRunner().invoke(app, ["clean", *options, str(source)])
    assert done.exit_code == 0, done.output
    cleaned = next(out.rglob("a.txt"))
    assert cleaned.read_text().splitlines()[1::2] == ["请各单位认真落实会议精神，抓好各项工作。", "经济发展。"]
    back = CliRunner().invoke(app, ["restore", "--ledger", str(ledger), str(cleaned), "--out", str(tmp_path / "back")])
    assert back.exit_code == 0, back.output
    assert next((tmp_path / "back").rglob("a.txt")).read_bytes() == source.read_bytes()
