"""Turn the marked documents of ``fixtures/wild`` into plain documents and gold spans.

``python tools/build_wild.py FOLDER`` writes ``FOLDER/<group>/docs/<id>.txt`` and ``FOLDER/<group>/gold.jsonl``.

A marked document is UTF-8 text in which ``⟦kind|site|text⟧`` stands for ``text``: a span that a careful editor would
delete, the kind of boilerplate it is, and the site that put it there (may be empty). ``⟦?kind|site|text⟧`` is a span
about which two careful editors may disagree. ``\\u{200b}`` stands for a character that nobody could see in a review.
A file whose name starts with ``h`` is a hard negative: it carries no marks, and nothing in it may be removed.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

WILD = Path(__file__).resolve().parent.parent / "fixtures" / "wild"
KINDS = (
    "header",
    "footer",
    "credit",
    "contact",
    "lead-in",
    "tail-links",
    "watermark-inline",
    "repost-notice",
    "promo",
    "nav",
    "title-echo",
    "excerpt-echo",
    "placeholder",
    "lossy",
)
MARK = re.compile(r"⟦(\??)([a-z-]+)\|([^|⟦⟧]*)\|([^⟦⟧]+)⟧")
ESCAPE = re.compile(r"\\u\{([0-9a-f]{2,6})\}")


@dataclass(frozen=True)
class GoldSpan:
    """A marked span; offsets are half-open and count code points of the plain document."""

    start: int
    end: int
    text: str
    kind: str
    site: str | None
    debatable: bool


@dataclass(frozen=True)
class WildDocument:
    """A plain document and its gold spans, in the order of the text."""

    group: str
    stem: str
    text: str
    spans: tuple[GoldSpan, ...]

    @property
    def identity(self) -> str:
        return f"wild-{self.group}-{self.stem}"

    @property
    def hard_negative(self) -> bool:
        return self.stem.startswith("h")


def unmark(marked: str) -> tuple[str, tuple[GoldSpan, ...]]:
    """The plain text of a marked one and its spans. Raises ValueError for a broken mark or an unknown kind."""
    text, spans, position = "", [], 0
    for mark in MARK.finditer(marked):
        debatable, kind, site, inside = mark.groups()
        if kind not in KINDS:
            raise ValueError(f"unknown kind {kind!r} in {mark[0]!r}; one of {', '.join(KINDS)}")
        text += _unescape(marked[position : mark.start()])
        start = len(text)
        text += _unescape(inside)
        spans.append(GoldSpan(start, len(text), text[start:], kind, site or None, bool(debatable)))
        position = mark.end()
    text += _unescape(marked[position:])
    if stray := re.search("[⟦⟧]", text):
        raise ValueError(f"a mark that does not parse: {text[max(0, stray.start() - 20) : stray.start() + 20]!r}")
    return text, tuple(spans)


def _unescape(text: str) -> str:
    return ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text)


def documents(root: Path = WILD) -> Iterator[WildDocument]:
    """Every marked document under ``root``, by group and name. Raises ValueError with the file's name."""
    for path in sorted(root.glob("*/*.txt")):
        try:
            text, spans = unmark(path.read_bytes().decode("utf-8"))
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
        yield WildDocument(path.parent.name, path.stem, text, spans)


def gold(document: WildDocument) -> dict[str, object]:
    """The line of ``gold.jsonl`` for one document."""
    return {
        "id": document.identity,
        "file": f"{document.identity}.txt",
        "genre": document.group,
        "hard_negative": document.hard_negative,
        "spans": [asdict(span) for span in document.spans],
    }


def build(target: Path, root: Path = WILD) -> int:
    """Write the documents under ``root`` and their gold below ``target``; returns how many there are."""
    lines: dict[str, list[str]] = {}
    for document in documents(root):
        docs = target / document.group / "docs"
        docs.mkdir(parents=True, exist_ok=True)
        (docs / f"{document.identity}.txt").write_bytes(document.text.encode("utf-8"))
        lines.setdefault(document.group, []).append(json.dumps(gold(document), ensure_ascii=False) + "\n")
    for group, rows in lines.items():
        (target / group / "gold.jsonl").write_text("".join(rows), encoding="utf-8", newline="")
    return sum(len(rows) for rows in lines.values())


def main() -> None:
    """Command line: one folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    print(f"{build(parser.parse_args().folder)} documents")


if __name__ == "__main__":
    main()
