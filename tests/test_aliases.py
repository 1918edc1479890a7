"""Names that other documents of a run show beside an address, and addresses of which nothing is known."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path

import pytest

from scrubber.aliases import Traced, resolve
from scrubber.model import Action, Evidence, Finding, Fragment, Kind, Safety, TextSpan


def finding(text: str, site: str, safety: Safety = Safety.SAFE) -> Finding:
    span = TextSpan.of(0, len(text))
    return Finding("rule", Kind.CREDIT, Action.REMOVE, safety, span, text, site=site, captures={"site": site})


def document(path: str, site: str | None, *findings: Finding) -> Traced:
    evidence = (Evidence("watermark", site),) if site else ()
    return Traced(path, (Fragment(1, TextSpan.of(0, 100), "题目", site, 0.8, evidence),), findings)


ASKING = document("b.txt", "qzhu.net", finding("qzhu.net", "qzhu.net"))


def sites(*documents: Traced) -> list[str | None]:
    return [fragment.site for fragments in resolve(documents) for fragment in fragments]


@pytest.mark.parametrize(
    "shown",
    ["更多范文尽在青竹文库（www.qzhu.net）", "qzhu.net 青竹文库", "青竹文库：http://m.qzhu.net/a/1.html"],
)
def test_an_address_is_whose_name_stands_beside_it_elsewhere(shown: str) -> None:
    telling = document("a.txt", "青竹文库", finding(shown, "青竹文库"))
    ((told,), _) = resolve([ASKING, telling])
    assert (told.site, told.confidence) == ("青竹文库", 0.72)
    assert told.evidence[0] == Evidence("url", "青竹文库", text=shown, from_path="a.txt")
    assert told.evidence[1:] == ASKING.fragments[0].evidence


def test_an_address_that_spells_one_name_of_the_run_is_that_names() -> None:
    asking = document("b.txt", "qingzhuwk.cn")
    telling = document("a.txt", "青竹文库", finding("青竹文库整理", "青竹文库"))
    assert sites(asking, telling) == ["青竹文库", "青竹文库"]


@pytest.mark.parametrize(
    "others",
    [
        [],
        [finding("来源：青竹文库，另见 qzhu.net", "青竹文库")],
        [finding("青竹文库 qzhu.net", "青竹文库", Safety.REVIEW)],
        [finding("青竹文库 qzhu.net", "青竹文库"), finding("柳叶书屋 qzhu.net", "柳叶书屋")],
        [finding("青竹文库 other.net", "青竹文库")],
    ],
    ids=["nobody knows", "not beside it", "perhaps the author's", "two claim it", "another address"],
)
def test_what_tells_nothing(others: list[Finding]) -> None:
    assert sites(ASKING, document("a.txt", None, *others)) == ["qzhu.net", None]


def test_a_name_that_the_document_shows_is_left_alone() -> None:
    telling = document("a.txt", "青竹文库", finding("青竹文库 qzhu.net", "青竹文库"))
    assert sites(document("b.txt", "柳叶书屋"), telling) == ["柳叶书屋", "青竹文库"]


def test_the_answer_does_not_depend_on_the_order() -> None:
    shown = [
        ASKING,
        document("a.txt", "青竹文库", finding("青竹文库 qzhu.net", "青竹文库")),
        document("c.txt", "青竹文库", finding("qzhu.net/青竹文库", "青竹文库")),
    ]
    answers = [
        dict(zip((one.path for one in order), resolve(order), strict=True)) for order in itertools.permutations(shown)
    ]
    assert all(answer == answers[0] for answer in answers)


def test_trace_tells_documents_of_one_run(tmp_path: Path) -> None:
    prose = "那条河从村子后面绕过去，河上有座石桥，桥栏上的狮子被摸得发亮。" * 5
    (tmp_path / "a.txt").write_text(f"{prose}\n更多范文请访问溪山文库（www.xshwk8.com）\n", encoding="utf-8")
    (tmp_path / "b.txt").write_text(f"{prose}\n来源：www.xshwk8.com\n", encoding="utf-8")
    command = [sys.executable, "-m", "scrubber", "trace", "--format", "jsonl", str(tmp_path)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    told = {Path(row["path"]).name: row for row in map(json.loads, lines)}
    assert told["b.txt"]["site"] == told["a.txt"]["site"] == "溪山文库"
    assert told["b.txt"]["evidence"][0]["from_path"].endswith("a.txt")
