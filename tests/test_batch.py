"""Batches: the outcomes of many documents are those of each alone, in order, whatever holds them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from scrubber import Scrubber, gate
from tests.conftest import SEEDS

TEXTS = [
    "正文。\n墨香范文网整理，咨询QQ123456789\n",
    "",
    "干净的一行",
    "更多范文请加QQ123456789咨询",
    "第一行\r\n第二行\r\n",
    *(path.read_bytes().decode("utf-8")[:3000] for path in sorted(SEEDS.glob("*.txt"))[:2]),
]


def test_strings_and_bytes_are_as_each_alone(scrubber: Scrubber) -> None:
    documents: list[str | bytes] = [*TEXTS, *(text.encode("gb18030") for text in TEXTS)]
    assert list(scrubber.scrub_batch(documents)) == [scrubber.scrub(one, trace=False) for one in documents]


def test_the_gate_may_change_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = [Scrubber().scrub(text, trace=False) for text in TEXTS]
    monkeypatch.setattr(gate, "PAYS", sum(map(len, TEXTS[:3])))
    assert list(Scrubber().scrub_batch(TEXTS)) == expected


@pytest.mark.parametrize("chunked", [False, True])
def test_arrow_columns(scrubber: Scrubber, chunked: bool) -> None:
    arrow = pytest.importorskip("pyarrow")
    values = [*TEXTS, None]
    column = arrow.chunked_array([values[:2], values[2:]]) if chunked else arrow.array(values)
    *outcomes, missing = scrubber.scrub_batch(column)
    assert outcomes == [scrubber.scrub(text, trace=False) for text in TEXTS]
    assert missing.error
    assert missing.bytes == b""


def test_documents_are_taken_one_by_one(scrubber: Scrubber) -> None:
    taken: list[int] = []

    def endless() -> Iterator[Any]:
        while True:
            taken.append(1)
            yield "正文。"

    outcomes = scrubber.scrub_batch(endless())
    assert next(outcomes).text == "正文。"
    assert len(taken) == 1
