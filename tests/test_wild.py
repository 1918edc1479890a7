"""The wild set is sound: marks parse, spans say what stands there, and no group or kind is empty."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter

import pytest

from tools import build_wild as wild

DOCUMENTS = list(wild.documents())


def test_every_group_has_marked_documents_and_hard_negatives():
    count = Counter((document.group, document.hard_negative) for document in DOCUMENTS)
    assert {group for group, _ in count} == {"resale", "web", "novel"}
    for group in ("resale", "web", "novel"):
        assert count[group, False] >= 30
        assert count[group, True] >= 10


def test_hard_negatives_carry_no_marks_and_the_others_do():
    assert [d.identity for d in DOCUMENTS if d.hard_negative == bool(d.spans)] == []


def test_ids_are_unique():
    assert max(Counter(document.identity for document in DOCUMENTS).values()) == 1


def test_every_kind_occurs():
    kinds = {span.kind for document in DOCUMENTS for span in document.spans}
    assert kinds == set(wild.KINDS)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.identity)
def test_spans_stand_where_they_say(document):
    end = 0
    for span in document.spans:
        assert end <= span.start < span.end
        assert document.text[span.start : span.end] == span.text
        assert span.text.strip()
        end = span.end
    kept = len(document.text) - sum(span.end - span.start for span in document.spans)
    assert kept >= 80, "hardly anything of the author's is left"
    assert "\\u{" not in document.text


def test_no_wording_is_used_over_and_over():
    words = Counter(span.text.strip() for document in DOCUMENTS for span in document.spans if len(span.text) > 12)
    repeated = {text: times for text, times in words.items() if times > 3}
    assert repeated == {}


def test_marks_become_spans():
    text, spans = wild.unmark("甲⟦?promo|某站|求\\u{200b}票⟧乙⟦nav||首页⟧")
    assert text == "甲求\u200b票乙首页"
    assert [(s.start, s.end, s.text, s.kind, s.site, s.debatable) for s in spans] == [
        (1, 4, "求\u200b票", "promo", "某站", True),
        (5, 7, "首页", "nav", None, False),
    ]


@pytest.mark.parametrize("broken", ["甲⟦promo|求票⟧", "甲⟦promo||求票", "甲⟦advert||求票⟧", "甲⟦nav||⟦nav||乙⟧⟧"])
def test_broken_marks_are_refused(broken):
    with pytest.raises(ValueError, match=r"mark|kind"):
        wild.unmark(broken)


def test_the_command_writes_documents_and_gold(tmp_path):
    subprocess.run([sys.executable, wild.__file__, tmp_path], check=True, capture_output=True)
    for group in ("resale", "web", "novel"):
        rows = [json.loads(line) for line in (tmp_path / group / "gold.jsonl").read_text("utf-8").splitlines()]
        assert len(rows) == sum(document.group == group for document in DOCUMENTS)
        for row in rows:
            plain = (tmp_path / group / "docs" / row["file"]).read_bytes().decode("utf-8")
            assert all(plain[span["start"] : span["end"]] == span["text"] for span in row["spans"])
