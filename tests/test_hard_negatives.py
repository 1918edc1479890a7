"""What authors wrote stays to the byte, as close as it may come to what sites and sellers write."""

from __future__ import annotations

import pytest

from scrubber import Scrubber
from tools import build_wild as wild

OWN = [document for document in wild.documents() if document.stem.startswith("h-neg")]


@pytest.fixture(scope="module")
def scrubber() -> Scrubber:
    return Scrubber()


@pytest.mark.parametrize("document", OWN, ids=lambda document: document.identity)
def test_nothing_of_an_authors_is_removed(scrubber: Scrubber, document: wild.WildDocument) -> None:
    assert scrubber.scrub(document.text).text == document.text


@pytest.mark.parametrize("document", OWN, ids=lambda document: document.identity)
def test_nothing_is_removed_behind_another_paragraph_either(scrubber: Scrubber, document: wild.WildDocument) -> None:
    text = f"{document.text}\n村里的桥修好了，老人们每天都要去走一走，看看河水，也看看对岸新种的柳树。\n"
    assert scrubber.scrub(text).text == text
