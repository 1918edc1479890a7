"""The command line: what scan, trace, inspect and the others print, and with which status they end."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest

from scrubber import __version__
from scrubber.cli.app import COMMANDS
from tests.clikit import CLEAN, DIRTY, MARK, SEEDS, process, rows, rule_folder, run
from tests.rulekit import write_rule


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(DIRTY)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/b.txt").write_text(CLEAN)
    return tmp_path


@pytest.fixture
def ours(here: Path) -> list[str]:
    return ["--no-builtin", "--rules", rule_folder(here)]


def test_help_names_every_command_and_every_command_has_help_with_examples() -> None:
    overview = run("--help").stdout
    for name in COMMANDS:
        assert f"\n  {name} " in overview
        text = run(name, "--help").stdout
        assert f"Usage: scrubber {name}" in text
        assert "Examples:" in text or "Commands:" in text


def test_version() -> None:
    assert re.fullmatch(rf"scrubber {__version__}\n.*: reads every line, .*Hyperscan.*\n", run("--version").stdout)


@pytest.mark.parametrize(
    ("pattern", "said"), [("广告联系", "searches bytes"), ("[㐀-䶿]{5}", "reads every line, for 1 of 1")]
)
def test_how_documents_are_searched_is_told_as_it_is(here: Path, pattern: str, said: str) -> None:
    write_rule(here / "rules", "a_rule", f"pattern = '{pattern}'")
    (here / "scrubber.toml").write_text('rules = ["rules"]\nbuiltin = false\n')
    assert said in run("inspect", "a.txt").stderr
    assert said not in run("inspect", "--format", "jsonl", "a.txt").stderr


def test_the_status_of_scan_says_whether_something_was_found(here: Path, ours: list[str]) -> None:
    assert run("scan", *ours, "sub/b.txt").exit_code == 0
    assert run("scan", *ours, "a.txt").exit_code == 1
    assert run("scan", *ours, "a.txt", "missing.txt").exit_code == 2


def test_scan_shows_people_place_rule_site_span_and_totals(here: Path, ours: list[str]) -> None:
    lines = run("scan", *ours, ".").stdout.splitlines()
    assert lines[0] == "a.txt:2:4: remove credit [uploaded-by] · 松果"
    assert lines[1] == f"    第二段⟦{MARK}⟧还没完。"
    assert "2 files: 2 removals in 1 file" in lines[5]
    assert "\x1b" not in "".join(lines)


def test_scan_prints_json_lines_for_programs(here: Path, ours: list[str]) -> None:
    first, second = rows(run("scan", *ours, "--format", "jsonl", "."))
    assert first["path"] == "a.txt"
    assert DIRTY[first["start"] : first["end"]] == first["text"] == MARK
    assert DIRTY.encode()[second["byte_start"] : second["byte_end"]].decode() == MARK
    assert (second["line"], second["column"], second["site"]) == (4, 1, "松果")


def test_quiet_prints_nothing_and_keeps_the_status(here: Path, ours: list[str]) -> None:
    result = run("scan", *ours, "--quiet", "a.txt")
    assert (result.output, result.exit_code) == ("", 1)


def test_standard_input_is_a_document_called_dash(here: Path, ours: list[str]) -> None:
    result = run("scan", *ours, "--format", "jsonl", "-", stdin=DIRTY.encode())
    assert {row["path"] for row in rows(result)} == {"-"}


def test_an_encoding_can_be_told(here: Path, ours: list[str]) -> None:
    (here / "c.txt").write_bytes(MARK.encode("gb18030"))
    (row,) = rows(run("scan", *ours, "--encoding", "gb18030", "--format", "jsonl", "c.txt"))
    assert row["byte_end"] == len(MARK.encode("gb18030"))


def test_review_turns_flags_into_removals() -> None:
    seed = next(path for path in SEEDS if path.name.startswith("001"))
    flagged = [row for row in rows(run("scan", "--format", "jsonl", seed)) if row["safety"] == "review"]
    applied = [row for row in rows(run("scan", "--review", "--format", "jsonl", seed)) if row["safety"] == "review"]
    assert {row["action"] for row in flagged} == {"flag"}
    assert {row["replacement"] for row in flagged} == {None}
    assert "remove" in {row["action"] for row in applied}


def test_any_number_of_jobs_prints_the_same(here: Path, ours: list[str]) -> None:
    for number in range(30):
        (here / f"sub/{number:02}.txt").write_text(DIRTY * number)
    (here / "sub/15.txt").write_bytes(b"\x89PNG\0\0")
    one = run("scan", *ours, "--format", "jsonl", ".", "missing")
    two = run("scan", *ours, "--format", "jsonl", "--jobs", "2", ".", "missing")
    assert len(rows(one)) > 800
    assert (one.stdout, one.stderr, one.exit_code) == (two.stdout, two.stderr, two.exit_code)


def test_several_processes_end_in_silence(here: Path, ours: list[str]) -> None:
    (here / "b.txt").write_text(DIRTY)
    for _ in range(4):
        done = process("scan", *ours, "--quiet", "--jobs", "2", "a.txt", "b.txt", cwd=here)
        assert (done.returncode, done.stderr) == (1, b"")


def test_the_configuration_counts_and_options_add_to_it(here: Path, ours: list[str]) -> None:
    (here / "scrubber.toml").write_text(
        'builtin = false\nrules = [".rules"]\nexclude = ["sub"]\n[encodings]\n"*.gbk" = "gb18030"\n'
    )
    (here / "c.gbk").write_bytes(DIRTY.encode("gb18030"))
    (here / "sub/d.txt").write_text(DIRTY)
    result = run("scan", "--format", "jsonl", ".")
    assert [row["path"] for row in rows(result)] == ["a.txt", "a.txt", "c.gbk", "c.gbk"]
    named = run("scan", "sub/d.txt")
    assert (named.exit_code, "left out by exclude = ['sub']" in named.stderr) == (0, True)
    (here / "other.toml").write_text('builtin = false\nrules = [".rules"]\ndisabled = ["uploaded-by"]\n')
    assert run("scan", "--config", "other.toml", "a.txt").exit_code == 0


@pytest.mark.parametrize("command", ["scan", "rules list", "hook scan"])
@pytest.mark.parametrize(
    ("name", "head", "line"),
    [
        ("scrubber.toml", "", 3),
        ("scrubber.toml", "# 'uploaded-bye' is mentioned here\nreview = true\n", 5),
        ("pyproject.toml", "[project]\nname = 'x'\n\n[tool.scrubber]\n", 7),
    ],
)
def test_a_disabled_rule_that_does_not_exist_is_told_with_its_line(
    here: Path, ours: list[str], name: str, head: str, line: int, command: str
) -> None:
    (here / "scrubber.toml").unlink(missing_ok=True)
    (here / name).write_text(f"{head}disabled = [\n  'uploaded-by',\n  'uploaded-bye',\n]\n")
    result = run(*command.split(), *ours, *(() if command == "rules list" else ("a.txt",)))
    assert result.exit_code == 2
    assert (
        result.stderr == f"scrubber: {here / name}:{line}: there is no rule 'uploaded-bye'\n"
        "  hint: did you mean uploaded-by?\n"
    )


def test_a_configured_format_that_does_not_exist_is_told_with_its_line(here: Path) -> None:
    (here / "scrubber.toml").write_text('review = true\n[formats]\n"*.md" = "text"\n"*.data" = "jsonlines"\n')
    told = run("scan", "a.txt").stderr
    assert told.startswith(f"scrubber: {here / 'scrubber.toml'}:4: there is no format 'jsonlines'\n  hint: ")
    assert "--as yaml: there is no such format" in run("scan", "--config", "/dev/null", "--as", "yaml", "a.txt").stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["scan"], "Usage:"),
        (["scna"], "Did you mean 'scan'?"),
        (["scan", "--jbos", "2", "a.txt"], "--jobs"),
        (["scan", "--format", "xml", "a.txt"], "formats are diff, human, jsonl"),
        (["scan", "--encoding", "big6", "a.txt"], "there is no such encoding"),
        (["scan", "--rules", "nowhere", "a.txt"], "no such rule folder"),
        (["scan", "--config", "nowhere.toml", "a.txt"], "nowhere.toml:1: cannot be read"),
        (["clean", "a.txt"], "--in-place    replace the files"),
        (["clean", "a.txt", "--out", "o", "--in-place"], "--out and --in-place do not go together"),
        (["clean", "a.txt", "--out", "a.txt"], "must be a folder"),
        (["clean", "-", "a.txt"], "stands alone"),
        (["clean", "a.txt", "--out", "."], "a.txt is an input"),
        (["restore", "a.txt"], "either --out DIR or --in-place"),
        (["restore", "--in-place"], "say what to restore"),
        (["restore", "a.txt", "--out", "o", "--ledger", "none.sqlite3"], "there is no such ledger"),
        (["ledger", "sites"], "there is no such ledger"),
        (["rules", "show", "header-reseler-block"], "did you mean header-reseller-block"),
        (["rules", "new", "Credit", "x", "--rules", "r"], "small letters, digits and hyphens"),
        (["rules", "new", "credit", "x", "--rules", "r", "--kind", "spam"], "the kinds are header, footer"),
    ],
)
def test_bad_usage_is_taught_with_status_2(here: Path, arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert message in " ".join(result.output.split()) or message in result.output
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_trace_gives_the_fragments_of_a_compilation_in_order() -> None:
    seed = next(path for path in SEEDS if path.name.startswith("001"))
    found = rows(run("trace", "--format", "jsonl", seed))
    assert [row["fragment"] for row in found] == list(range(1, 10))
    assert [row["end"] for row in found[:-1]] == [row["start"] for row in found[1:]]
    sites = {row["fragment"]: row["site"] for row in found}
    assert sites[1] == "星星阅读网"
    assert (sites[5], sites[9]) == (sites[7], sites[3]) == ("明月秘书网", "呢子范文网")
    assert "星星阅读网" in run("trace", seed).stdout


def test_trace_finds_the_site_of_an_unmarked_copy_in_another_document(here: Path, ours: list[str]) -> None:
    body = "".join(f"第{number}段写的是第{number * 7}个村子里的事情，别的地方没有。\n" for number in range(60))
    (here / "marked.txt").write_text(f"{body}{MARK}\n")
    (here / "copy.txt").write_text(body)
    (here / "other.txt").write_text("".join(f"另一篇文章的第{number}句话。\n" for number in range(60)))
    names = ["copy.txt", "marked.txt", "other.txt"]
    found = {row["path"]: row for row in rows(run("trace", *ours, "--format", "jsonl", *names))}
    assert list(found) == names
    assert [row["site"] for row in found.values()] == ["松果", "松果", None]
    (evidence,) = found["copy.txt"]["evidence"]
    assert (evidence["type"], evidence["from_path"], evidence["from_fragment"]) == ("near-duplicate", "marked.txt", 1)
    assert "near-duplicate" in run("trace", *ours, "copy.txt", "marked.txt").stdout


def test_inspect_describes_text_and_names_binary_files(here: Path) -> None:
    (here / "g.txt").write_bytes("讲话全文如下，请各位同志审阅。\r\n".encode("gb18030"))
    (here / "p.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    found = {row["path"]: row for row in rows(run("inspect", "--format", "jsonl", "."))}
    assert (found["g.txt"]["encoding"], found["g.txt"]["newline"]) == ("gb18030", "crlf")
    assert found["p.png"]["encoding"] == "binary"
    assert found["a.txt"]["script"] == "simplified"
    assert "g.txt: gb18030" in run("inspect", "g.txt").stdout


def test_colour_is_for_terminals_only(here: Path, ours: list[str]) -> None:
    import pty

    command = [sys.executable, "-m", "scrubber", "scan", *ours, "a.txt"]
    leader, follower = pty.openpty()
    pid = os.posix_spawn(
        sys.executable,
        command,
        {**os.environ, "TERM": "xterm"},
        file_actions=[(os.POSIX_SPAWN_DUP2, follower, 1)],
    )
    os.close(follower)
    shown = b""
    while chunk := _read(leader):
        shown += chunk
    os.waitpid(pid, 0)
    assert b"\x1b[" in shown
    assert MARK.encode() in shown
    assert b"\x1b" not in process("scan", *ours, "a.txt").stdout


def _read(leader: int) -> bytes:
    try:
        return os.read(leader, 65536)
    except OSError:  # the other side is closed
        return b""


def test_a_reader_that_stops_early_gets_no_traceback(here: Path, ours: list[str]) -> None:
    (here / "long.txt").write_text(DIRTY * 500)
    result = process("scan", *ours, "long.txt", preexec_fn=_half_closed_stdout)
    assert b"Traceback" not in result.stderr


def _half_closed_stdout() -> None:
    reading, writing = os.pipe()
    os.dup2(writing, 1)
    os.close(reading)


def test_shell_completion_knows_commands_and_options(here: Path) -> None:
    environment = {**os.environ, "_SCRUBBER_COMPLETE": "complete_bash", "COMP_WORDS": "scrubber sc", "COMP_CWORD": "1"}
    assert process(env=environment).stdout.split() == [b"scan"]
    environment |= {"COMP_WORDS": "scrubber scan --no-b", "COMP_CWORD": "2"}
    assert b"--no-builtin" in process(env=environment).stdout


def test_json_stays_utf8_whatever_the_locale(here: Path, ours: list[str]) -> None:
    result = process("scan", *ours, "--format", "jsonl", "a.txt", env={**os.environ, "PYTHONUTF8": "0", "LC_ALL": "C"})
    assert json.loads(result.stdout.splitlines()[0])["site"] == "松果"
