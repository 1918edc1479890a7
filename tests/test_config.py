"""Configuration: found from the working directory upwards, resolved once, wrong keys taught by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrubber import config
from scrubber.errors import ConfigError

FULL = """\
rules = ["ours"]
builtin = false
disabled = ["promo-app"]
exclude = ["drafts/**", "*.bak"]
review = true
ledger = "notes/ledger.sqlite3"

[encodings]
"old/**" = "gb18030"
"*.txt" = "utf-8"
"""


def test_every_key_arrives_with_paths_relative_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "scrubber.toml").write_text(FULL)
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert config.load(below) == config.Config(
        root=tmp_path,
        source=tmp_path / "scrubber.toml",
        rules=(tmp_path / "ours",),
        builtin=False,
        disabled=("promo-app",),
        exclude=("drafts/**", "*.bak"),
        encodings=(("old/**", "gb18030"), ("*.txt", "utf-8")),
        review=True,
        ledger=tmp_path / "notes/ledger.sqlite3",
    )


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    assert config.load(tmp_path) == config.Config(root=tmp_path)


def test_pyproject_counts_only_when_it_has_our_table(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "pyproject.toml").write_text("[tool.other]\nx = 1\n\n[tool.scrubber]\nreview = true\n")
    (inner / "pyproject.toml").write_text('[project]\nname = "no [tool.scrubber] here"\n')
    assert config.load(inner).review
    assert config.load(inner).source == tmp_path / "pyproject.toml"


@pytest.mark.parametrize(
    "text",
    [
        "tool.scrubber.review = true\n",
        "[tool]\nscrubber = { review = true }\n",
        '["tool"."scrubber"]\nreview = true\n',
        "[ tool . 'scrubber' ] # ours\nreview = true\n",
        "tool = { scrubber = { review = true } }\n",
    ],
)
def test_our_table_counts_in_every_way_of_writing_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert config.load(tmp_path).review


def test_a_broken_pyproject_that_speaks_of_us_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.scrubber]\nreview = true\n[tool.x\n")
    with pytest.raises(ConfigError, match=r"pyproject\.toml:3: is not valid TOML"):
        config.load(tmp_path)


def test_a_file_that_is_not_there_is_named_in_words(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.toml:1: cannot be read: No such file or directory$"):
        config.load(file=tmp_path / "gone.toml")


def test_two_files_in_one_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "scrubber.toml").write_text("")
    (tmp_path / "pyproject.toml").write_text("[tool.scrubber]\n")
    with pytest.raises(ConfigError, match="keep one of the two"):
        config.load(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("scrubber.toml", "review = true\nexlude = []\n", r"scrubber\.toml:2: unknown key 'exlude'\n.*mean 'exclude'"),
        ("scrubber.toml", "zzz = 1\n", r":1: unknown key 'zzz'\n.*the keys are rules"),
        ("scrubber.toml", "\n\n[rule]\nx = 1\n", r":3: unknown key 'rule'\n.*mean 'rules'"),
        ("scrubber.toml", 'review = "yes"\n', r":1: review must be true or false"),
        ("scrubber.toml", "x.y = 1\n", r":1: unknown key 'x'"),
        ("scrubber.toml", '\nexclude = "a"\n', r':2: exclude must be a list of strings\n.*exclude = \["drafts'),
        ("scrubber.toml", '\nrules = ["gone"]\n', r":2: there is no folder .*gone"),
        ("scrubber.toml", "ledger = 1\n", r":1: ledger must be a path"),
        ("scrubber.toml", 'encodings = ["gbk"]\n', r":1: encodings must be a table"),
        ("scrubber.toml", '[encodings]\n"a*" = "gbk"\n"b*" = "gb-none"\n', r":3: unknown encoding 'gb-none'"),
        ("scrubber.toml", "review =\n", r"scrubber\.toml:1: is not valid TOML"),
        ("pyproject.toml", "[project]\nreview = 1\n[tool.scrubber]\nreview = 1\n", r"pyproject\.toml:4: review must"),
        ("pyproject.toml", "[tool.scrubber]\n[tool.scrubber.encoding]\n", r"pyproject\.toml:2: .*\n.*'encodings'"),
        ("pyproject.toml", "[tool]\nscrubber = 5\n", r"pyproject\.toml:2: tool\.scrubber must be a table"),
        ("scrubber.toml", '\nexclude = ["a", "[z-a]"]\n', r":2: '\[z-a\]' is no glob: bad character range"),
        ("scrubber.toml", '[encodings]\n"a*" = "gbk"\n"[!]" = "gbk"\n', r":3: '\[!\]' is no glob"),
    ],
)
def test_errors_name_the_line_and_what_to_do(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(ConfigError, match=message):
        config.load(tmp_path)


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / "scrubber.toml").write_bytes(b"review = true\n# \xff\n")
    with pytest.raises(ConfigError, match=r"scrubber\.toml:2: cannot be read"):
        config.load(tmp_path)


@pytest.mark.parametrize(
    ("glob", "covered", "free"),
    [
        ("*.bak", ["x.bak", "a/b/x.bak"], ["x.bak.txt", "bak"]),
        ("drafts", ["drafts/x.txt", "a/drafts/b/x.txt"], ["drafts.txt", "a/mydrafts/x"]),
        ("drafts/", ["drafts/x.txt"], ["drafts2/x"]),
        ("/drafts", ["drafts/x.txt"], ["a/drafts/x.txt"]),
        ("a/*.txt", ["a/x.txt"], ["a/b/x.txt", "b/a/x.txt"]),
        ("a/**/x?.txt", ["a/x1.txt", "a/b/c/x2.txt"], ["a/x.txt", "a/x12.txt"]),
        ("**/z", ["z", "a/b/z"], ["az"]),
        ("[!ab]*.txt", ["c.txt"], ["a.txt"]),
        ("篇[一二].txt", ["d/篇一.txt"], ["篇三.txt"]),
        ("a+(b).txt", ["a+(b).txt"], ["aab.txt"]),
    ],
)
def test_globs_cover_what_git_users_expect(tmp_path: Path, glob: str, covered: list[str], free: list[str]) -> None:
    settings = config.Config(root=tmp_path, exclude=(glob,))
    assert [settings.excluded(tmp_path / path) for path in covered] == [glob] * len(covered)
    assert [settings.excluded(tmp_path / path) for path in free] == [None] * len(free)


def test_the_first_glob_that_fits_names_the_encoding(tmp_path: Path) -> None:
    settings = config.Config(root=tmp_path, encodings=(("old/**", "gb18030"), ("*.txt", "utf-8")))
    assert settings.encoding(tmp_path / "old/a.txt") == "gb18030"
    assert settings.encoding(tmp_path / "new/a.txt") == "utf-8"
    assert settings.encoding(tmp_path / "new/a.md") is None
    assert settings.encoding(Path("/elsewhere/a.txt")) == "utf-8"
