"""Growing a match over brackets, decoration and blanks."""

from __future__ import annotations

import pytest

from scrubber.examples import mark, unmark
from scrubber.extension import grow
from scrubber.model import TextSpan


@pytest.mark.parametrize(
    ("ways", "marked", "expected"),
    [
        (["brackets"], "正文（⟦云上文库⟧）正文", "正文⟦（云上文库）⟧正文"),
        (["brackets"], "正文（【⟦云上文库⟧】）正文", "正文⟦（【云上文库】）⟧正文"),
        (["brackets"], "正文（⟦云上文库⟧】正文", "正文（⟦云上文库⟧】正文"),
        (["marks"], "正文，❤⟦云上文库⟧★★。", "正文，⟦❤云上文库★★⟧。"),
        (["spaces", "marks"], "正文 — ⟦云上文库⟧ — 正文", "正文⟦ — 云上文库 — ⟧正文"),
        ([], "（⟦云上文库⟧）", "（⟦云上文库⟧）"),
    ],
)
def test_grow(ways: list[str], marked: str, expected: str) -> None:
    text, ((start, end),) = unmark(marked)
    grown = grow(ways, text, TextSpan.of(start, end))  # type: ignore[arg-type]
    assert mark(text, [(grown.start, grown.end)]) == expected


def test_never_crosses_a_line() -> None:
    text = "——\n云上文库\n——"
    assert grow(("marks", "spaces"), text, TextSpan.of(3, 7)) == TextSpan.of(3, 7)
