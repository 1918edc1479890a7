"""What all tests share: the built-in rules, loaded once, and a cache folder of their own."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# The same examples on every machine: a failure is the change's, not the draw's. No clock decides.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "fixtures" / "seeds"


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    os.environ["SCRUBBER_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def scrubber(_own_cache: None) -> Any:
    from scrubber import Scrubber

    return Scrubber()


@pytest.fixture(scope="session")
def gold() -> dict[str, dict[str, Any]]:
    """Seed file name → what a careful editor would delete."""
    rows = [json.loads(line) for line in (SEEDS / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    return {row["file"]: row for row in rows}
