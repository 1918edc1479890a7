"""Compiled patterns that are kept between runs: the same patterns, and nothing else, whatever the file holds."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from scrubber import patterns

PATTERN = "(?P<site>[一-龥]{2,8}网)小编"


@pytest.fixture
def recalled(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """An empty store, and patterns not compiled yet."""
    stored: dict[str, bytes] = {}
    monkeypatch.setattr(patterns, "_stored", stored)
    patterns.compiled.cache_clear()
    return stored


def test_a_recalled_pattern_is_the_same_pattern(recalled: dict[str, bytes]) -> None:
    data = patterns.dump([PATTERN])
    fresh = patterns.compiled(PATTERN)
    patterns.compiled.cache_clear()
    patterns.recall(data)
    assert list(recalled) == [PATTERN]
    again = patterns.compiled(PATTERN)
    assert (again.pattern, again.flags, again.groupindex) == (fresh.pattern, fresh.flags, fresh.groupindex)
    assert again.search("欢迎来到松果范文网小编推荐")["site"] == "欢迎来到松果范文网"


@pytest.mark.parametrize(
    "data",
    [b"", b"junk", pickle.dumps(("another version", {PATTERN: b""})), pickle.dumps(3), pickle.dumps(Path("x"))],
)
def test_other_data_is_left_alone(recalled: dict[str, bytes], data: bytes) -> None:
    patterns.recall(data)
    assert not recalled
    assert patterns.compiled(PATTERN).pattern == PATTERN


def test_stored_data_cannot_name_anything_but_patterns(recalled: dict[str, bytes]) -> None:
    recalled[PATTERN] = pickle.dumps(subprocess.Popen)
    with pytest.raises(pickle.UnpicklingError, match="no place among patterns"):
        patterns.compiled(PATTERN)


def test_a_second_process_compiles_nothing(tmp_path: Path) -> None:
    script = (
        "import regex, sys\n"
        "from pathlib import Path\n"
        "from scrubber.ruleset import load\n"
        "from scrubber.patterns import compiled\n"
        "rules = load([Path(sys.argv[1])], builtin=False).rules\n"
        "regex.compile = None\n"
        "print(compiled(rules[0].match.pattern).pattern)"
    )
    from tests.rulekit import write_rule

    write_rule(tmp_path, "a-rule", f"pattern = '{PATTERN}'")
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == PATTERN, done.stderr
