"""Disguised forms of one mark, as found: at least 98 % are found whole by rules that do not name its site."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from scrubber import Scrubber

ROOT = Path(__file__).resolve().parent.parent
LINES = ROOT.parent / "shared" / "obfuscation" / "xiaoshuotxt.jsonl"
NAMES = ("xiaoshuotxt", "小说天堂", "小說天堂")
LEAST_SHARE = 0.98
WHOLE = 0.9
BEFORE = "他在门口站了很久，没有敲门。雨水顺着屋檐落下来，打湿了他的肩膀。\n"
AFTER = "\n第二天早晨，村里的人都知道他回来了，可是谁也没有问起那件事。"

# Where a mark follows the author's own words in the line, those end in a mark of a sentence, in a date or in 全书完.
_PROSE = re.compile(r".*[\u4e00-\u9fff]{2}[。！？…”’—]+|——+|.*全书完|一九[^t［]*|第[一二三四五六七八九十]+章-?")
_ADVERT = re.compile("请到《|文艺气息")


def _prose(line: str) -> int:
    """How many code points at the start of a line are the author's."""
    found = None if _ADVERT.search(line) else _PROSE.match(line)
    return found.end() if found else 0


@pytest.fixture(scope="module")
def nameless(tmp_path_factory: pytest.TempPathFactory) -> Scrubber:
    """The built-in rules without the file that lists this site among the known ones."""
    folder = tmp_path_factory.mktemp("rules") / "rules"
    shutil.copytree(ROOT / "rules", folder)
    for path in (folder / "sites").glob("*.toml"):
        if _is_named(path):
            path.unlink()
    assert not any(map(_is_named, folder.rglob("*.toml")))
    return Scrubber(rules=[folder], builtin=False)


def _is_named(path: Path) -> bool:
    text = path.read_text(encoding="utf-8").lower()
    return any(name in text for name in NAMES)


@pytest.mark.skipif(not LINES.exists(), reason=f"the disguised lines are not beside the checkout: {LINES}")
def test_disguised_marks_are_found_whole(nameless: Scrubber) -> None:
    lines = [json.loads(line)["text"] for line in LINES.read_text(encoding="utf-8").splitlines()]
    missed = []
    for line in lines:
        text = BEFORE + line + AFTER
        outcome = nameless.scrub(text, trace=False)
        removed = {at for edit in outcome.edits for at in range(edit.span.start, edit.span.end)}
        start = len(BEFORE) + _prose(line)
        wanted = [at for at in range(start, len(BEFORE) + len(line)) if not text[at].isspace()]
        if sum(at in removed for at in wanted) < WHOLE * len(wanted):
            missed.append(line)
        kept = [at for at in range(len(BEFORE)) if at in removed]
        assert not kept, line
        assert not any(at in removed and text[at].isalnum() for at in range(len(BEFORE) + len(line), len(text))), line
    assert len(lines) > 1000
    assert 1 - len(missed) / len(lines) >= LEAST_SHARE, missed


def test_no_rule_names_it() -> None:
    rules = [path for path in (ROOT / "rules").rglob("*.toml") if path.parent.name != "sites"]
    assert rules
    assert not [path for path in rules if _is_named(path)]
