"""A scan must start at once: what it does not need, it does not import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.clikit import SEEDS

SLOW = {
    *(
        "numpy",
        "chardet",
        "opencc",
        "hyperscan",
        "pyarrow",
        "rich",
        "pygments",
        "pydantic",
        "sqlite3",
        "tomllib",
        "click",
    ),
    *(
        "click",
        "asyncio",
        "multiprocessing",
        "concurrent.futures",
        "urllib.request",
        "email",
        "http",
        "logging",
        "unittest",
    ),
}
OURS = {"scrubber.ledger", "scrubber.restore", "scrubber.atomic", "scrubber.cli.clean", "scrubber.cli.rules"}


def imported(*arguments: str, status: int) -> set[str]:
    """The modules that a run of the command has loaded at its end."""
    code = (
        "import sys, runpy\n"
        "sys.argv = ['scrubber', *sys.argv[1:]]\n"
        "try:\n    runpy.run_module('scrubber', run_name='__main__')\n"
        "except SystemExit as end:\n    print(end.code, *sys.modules, file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, check=True, text=True)
    ended, *modules = result.stderr.splitlines()[-1].split()
    assert ended == str(status), result.stderr
    return set(modules)


@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: path.name[:3])
def test_a_scan_imports_nothing_that_is_slow(seed: Path) -> None:
    imported("scan", "--no-cache", str(seed), status=1)  # fills the rule cache
    loaded = imported("scan", "--no-cache", str(seed), status=1)
    assert "scrubber.pipeline" in loaded
    assert not loaded & (SLOW | OURS)


def test_a_scan_that_was_made_before_loads_no_engine() -> None:
    imported("scan", *map(str, SEEDS), status=1)
    loaded = imported("scan", *map(str, SEEDS), status=1)
    assert "scrubber.cli.scan" in loaded
    assert not loaded & {"scrubber.api", "scrubber.ruleset", "scrubber.encoding", "regex"}
    assert not loaded & (SLOW | OURS)


def test_bad_usage_is_told_without_loading_the_engine() -> None:
    loaded = imported("clean", "a.txt", status=2)
    assert "scrubber.cli.clean" in loaded
    assert not {name for name in loaded if name.startswith("scrubber.")} & (OURS - {"scrubber.cli.clean"})
    assert "scrubber.engine" not in loaded
