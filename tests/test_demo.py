"""`make demo` shows the whole job, and what it claims is so."""

from __future__ import annotations

import subprocess
import sys

from tests.clikit import REPOSITORY, SEEDS


def test_the_demo_cleans_explains_and_restores_the_seeds() -> None:
    result = subprocess.run(
        [sys.executable, "tools/demo.py"], cwd=REPOSITORY, capture_output=True, check=False, text=True, timeout=120
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("= original") == len(SEEDS) == 5
    assert "5 of 5 come out identical" in result.stdout
    for site in ("酷乐文行", "星星阅读网", "呢子范文网", "众鑫文档网", "明月秘书网", "老秘带你写材料"):
        assert site in result.stdout
    assert "-酷乐文行整理，咨询QQ206157060" in result.stdout
    for seed in SEEDS:
        cleaned = (REPOSITORY / "demo-out/cleaned/texts" / seed.name).read_bytes()
        assert 0 < len(cleaned) < seed.stat().st_size
