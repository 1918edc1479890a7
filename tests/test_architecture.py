"""The shape of the code: import layers, sizes that read well, and nothing heavy on the way to a scan."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

MODULES = sorted((ROOT / "scrubber").rglob("*.py"))
MODULE_LINES = 400
FUNCTION_LINES = 60


def test_import_layers_hold() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_sizes_read_well(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= MODULE_LINES
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < FUNCTION_LINES, f"{path.name}: {node.name}"


def test_scanning_loads_nothing_heavy() -> None:
    heavy = {"numpy", "chardet", "opencc", "sqlite3", "rich", "tomllib", "pydantic", "asyncio", "logging", "pyarrow"}
    script = (
        "import sys, runpy; sys.argv = ['scrubber', 'scan', '-q', sys.argv[1]]\n"
        "try: runpy.run_module('scrubber', run_name='__main__')\n"
        "except SystemExit: pass\n"
        f"print(sorted({heavy!r} & set(sys.modules)))"
    )
    seed = ROOT / "fixtures" / "seeds" / "003_9f43c43aa3ed991a.txt"
    for _ in range(2):  # the first run may fill the rule cache
        done = subprocess.run([sys.executable, "-c", script, str(seed)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
