"""The five real documents: everything found, nothing else touched, every way of writing them, and the way back."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import Any

import pytest

from scrubber import Scrubber
from scrubber.context import Context
from scrubber.edits import undo
from scrubber.engine import scan, scan_context
from scrubber.literals import Literals, Seen
from scrubber.model import Outcome, Safety
from tests.conftest import SEEDS

FILES = sorted(path.name for path in SEEDS.glob("*.txt"))


@pytest.fixture(scope="module")
def outcomes(scrubber: Scrubber) -> dict[str, Outcome]:
    return {name: scrubber.scrub((SEEDS / name).read_bytes(), source=name) for name in FILES}


def covered(spans: list[tuple[int, int]], text: str) -> set[int]:
    return {at for start, end in spans for at in range(start, end) if not text[at].isspace()}


def test_there_are_five(gold: dict[str, Any]) -> None:
    assert len(FILES) == len(gold) == 5


@pytest.mark.parametrize("name", FILES)
def test_exactly_what_an_editor_would_delete(name: str, outcomes: dict[str, Outcome], gold: dict[str, Any]) -> None:
    outcome = outcomes[name]
    assert outcome.document is not None
    text = outcome.document.text
    wanted = [(span["start"], span["end"]) for span in gold[name]["spans"] if not span.get("debatable")]
    found = [(edit.span.start, edit.span.end) for edit in outcome.edits]
    assert covered(found, text) == covered(wanted, text)
    sites = {span["site"] for span in gold[name]["spans"] if span.get("site")}
    assert {finding.site for finding in outcome.findings if finding.site} == sites


def test_debatable_echoes_are_there_for_review(outcomes: dict[str, Outcome], gold: dict[str, Any]) -> None:
    name = next(name for name in FILES if name.startswith("001"))
    review = [one for one in outcomes[name].findings if one.safety is Safety.REVIEW]
    text = outcomes[name].document.text  # type: ignore[union-attr]
    found = covered([(one.span.start, one.span.end) for one in review], text)
    debatable = [(span["start"], span["end"]) for span in gold[name]["spans"] if span.get("debatable")]
    assert len(debatable) == 6
    assert covered(debatable, text) <= found


@pytest.mark.parametrize("name", FILES)
def test_cleaning_undoes_and_settles(name: str, outcomes: dict[str, Outcome], scrubber: Scrubber) -> None:
    raw = (SEEDS / name).read_bytes()
    outcome = outcomes[name]
    assert outcome.error is None
    assert outcome.changed
    assert hashlib.sha256(undo(outcome.bytes, outcome.edits)).digest() == hashlib.sha256(raw).digest()
    again = scrubber.scrub(outcome.bytes)
    assert not again.edits
    assert again.bytes == outcome.bytes


def variants(name: str) -> list[tuple[str, str]]:
    """Codec and newline style for each way in which a seed is written."""
    ways = [("gb18030", "\n"), ("utf-16", "\n"), ("utf-8", "\r\n"), ("utf-8-sig", "\n"), ("utf-16-le", "\r\n")]
    return [*ways, ("big5hkscs", "\n")] if name.startswith("002") else ways


@pytest.mark.parametrize(("name", "codec", "newline"), [(name, *way) for name in FILES for way in variants(name)])
def test_other_encodings_and_newlines_clean_to_the_same_text(
    name: str, codec: str, newline: str, scrubber: Scrubber
) -> None:
    text = (SEEDS / name).read_text(encoding="utf-8")
    if codec == "big5hkscs":
        text = text.replace("鲌", "")
    expected = scrubber.scrub(text).text
    raw = text.replace("\n", newline).encode(codec)
    outcome = scrubber.scrub(raw)
    assert outcome.error is None
    assert outcome.text.replace(newline, "\n") == expected
    assert undo(outcome.bytes, outcome.edits) == raw
    at = 0
    for edit in outcome.edits:
        assert raw[at : edit.byte_span.start] in outcome.bytes
        at = edit.byte_span.end


def test_a_file_without_findings_comes_out_identical(scrubber: Scrubber) -> None:
    raw = "　　今年我县粮食播种面积稳中有增。\r\n\x0c\u2028大家都很高兴。\r".encode("gb18030")
    outcome = scrubber.scrub(raw)
    assert outcome.bytes is raw
    assert not outcome.findings


@pytest.mark.parametrize("name", FILES[:3])
def test_a_later_pass_finds_what_a_first_one_does_and_reads_changed_lines_alone(
    name: str, scrubber: Scrubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules, rng = scrubber.ruleset, random.Random(name)
    lines = (SEEDS / name).read_bytes().decode()[:5_000].split("\n")
    context = Context("\n".join(lines))
    scan_context(context, rules)
    read: list[int] = []
    in_lines = Literals.in_lines

    def noted(self: Literals, text: str, starts: Sequence[int]) -> dict[int, Seen]:
        read.append(len(text))
        return in_lines(self, text, starts)

    for turn in range(3):
        place = rng.randrange(len(lines))
        changed = lines[place] = lines[place][2:] + f"更多资料请加QQ12345678{turn}\u200b咨询"
        lines.insert(rng.randrange(len(lines)), lines.pop(rng.randrange(len(lines))))
        context = Context("\n".join(lines), context)
        read.clear()
        with monkeypatch.context() as patch:
            patch.setattr(Literals, "in_lines", noted)
            again = scan_context(context, rules)
        assert 0 < max(read) <= len(changed)
        assert again == scan("\n".join(lines), rules)
