"""The ledger in the words of others: PROV, dolma's attributes, Parquet."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from scrubber.errors import LedgerError
from scrubber.ledger import Ledger, exports, keys
from scrubber.model import Evidence, Fragment, TextSpan
from tests.outcomes import outcome
from tests.test_ledger import begin, sample

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RAW = b"first AD part. second QQ part."


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    halves = TextSpan.of(0, 14), TextSpan.of(14, len(RAW))
    near = Evidence("near-duplicate", "shop.example", similarity=0.97, from_path="b.txt", from_fragment="1")
    lead = Evidence("lead-in", "shop.example", "rule-a", TextSpan.of(5, 8), " AD")
    fragments = (Fragment(1, halves[0], "one", "shop.example", 0.9, (lead, near)), Fragment(2, halves[1], "two"))
    done = replace(
        outcome(RAW, (5, 8, b"", "rule-a"), (21, 24, b"-", "rule-b"), site="shop.example"), fragments=fragments
    )
    with Ledger.open(tmp_path / "ledger.db") as opened:
        run = opened.begin(
            "0.1", "f" * 16, {"review": True}, rules={"rule-a": "1" * 16}, started="2030-01-02T03:04:05Z"
        )
        opened.record_many(run, [("a.txt", done, "out/a.txt"), ("b.txt", outcome(b"clean"))])
        opened.record(begin(opened), *sample(4))
        one, two = (keys.text_key(RAW[span.start : span.end].decode()).hex() for span in halves)
        opened.record_duplicates([(one, two, 0.96), (one, keys.text_key("elsewhere").hex(), 0.99)])
        yield opened


def written(name: str, ledger: Ledger, run: str | None = None) -> dict[str, bytes]:
    content = {}
    for path, write in exports.files(name, ledger, run).items():
        file = io.BytesIO()
        write(file)
        content[path] = file.getvalue()
    return content


def dated(ledger: Ledger) -> str:
    return next(run.id for run in ledger.runs() if run.started)


def test_formats_are_found_and_unknown_ones_named(ledger: Ledger) -> None:
    assert exports.names() == ("dolma", "parquet", "prov")
    with pytest.raises(LedgerError, match=r"no export format 'csv'\n  hint: formats are dolma, parquet, prov"):
        exports.files("csv", ledger)


def test_dolma_attributes_cover_what_was_applied(ledger: Ledger) -> None:
    rows = [json.loads(line) for line in written("dolma", ledger, dated(ledger))["attributes.jsonl"].splitlines()]
    assert {row["id"]: row["attributes"] for row in rows} == {
        "a.txt": {"scrubber__rule-a": [[5, 8, 0.75]], "scrubber__rule-b": [[21, 24, 0.75]]},
        "b.txt": {},
    }
    assert len(written("dolma", ledger)["attributes.jsonl"].splitlines()) == 3


def test_parquet_holds_what_the_ledger_answers(ledger: Ledger) -> None:
    import pyarrow.parquet

    run = dated(ledger)
    tables: dict[str, list[dict[str, Any]]] = {
        name.removesuffix(".parquet"): pyarrow.parquet.read_table(io.BytesIO(content)).to_pylist()
        for name, content in written("parquet", ledger, run[:12]).items()
    }
    assert {name: len(rows) for name, rows in tables.items()} == {
        "runs": 1,
        "documents": 2,
        "edits": 2,
        "findings": 2,
        "fragments": 2,
        "duplicates": 2,
    }
    document = ledger.document("a.txt")[0]
    row = next(row for row in tables["documents"] if row["path"] == "a.txt")
    assert (row["id"], row["raw"], row["runs"], row["targets"]) == (document.id, document.raw, [run], ["out/a.txt"])
    assert [(row["before"], row["after"], row["rules"]) for row in tables["edits"]] == [
        (b" AD", b"", ["rule-a"]),
        (b" QQ", b"-", ["rule-b"]),
    ]
    assert [row["captures"] for row in tables["findings"]] == [[("site", "shop.example")]] * 2
    assert tables["fragments"][0]["sites"] == [{"site": "shop.example", "confidence": 0.9}]
    assert {found["type"] for found in tables["fragments"][0]["evidence"]} == {"lead-in", "near-duplicate"}


def test_prov_parses_and_says_what_happened(ledger: Ledger) -> None:
    from prov.model import ProvDocument

    content = written("prov", ledger, dated(ledger))["prov.json"]
    parsed = ProvDocument.deserialize(content=content.decode(), format="json")
    assert parsed.unified() == parsed
    data = json.loads(content)
    document = ledger.document("a.txt")[0]
    raw, clean = f"scrubber:sha256.{document.raw}", f"scrubber:sha256.{document.clean}"
    run = f"scrubber:run.{dated(ledger)}"
    (revision,) = data["wasDerivedFrom"].values()
    assert revision["prov:type"]["$"] == "prov:Revision"
    assert (revision["prov:generatedEntity"], revision["prov:usedEntity"]) == (clean, raw)
    assert [entry["prov:entity"] for entry in data["wasGeneratedBy"].values()] == [clean]
    assert data["activity"][run]["prov:startTime"].startswith("2030-01-02T03:04:05")
    (association,) = data["wasAssociatedWith"].values()
    assert association["prov:plan"] == "scrubber:ruleset." + "f" * 16
    removed = {entry["scrubber:rule"]: entry["prov:activity"] for entry in data["wasInvalidatedBy"].values()}
    assert removed == {"rule-a": run, "rule-b": run}
    fragment = f"scrubber:fragment.{document.id}.1"
    assert data["entity"][fragment]["prov:location"].endswith(f"sha256.{document.raw}#char=0,14")
    (attributed,) = [entry for entry in data["wasAttributedTo"].values() if entry["prov:entity"] == fragment]
    assert attributed["scrubber:method"] == ["lead-in", "near-duplicate"]
    assert data["agent"][attributed["prov:agent"]]["prov:label"] == "shop.example"
    (pair,) = data["alternateOf"].values()
    assert {pair["prov:alternate1"], pair["prov:alternate2"]} == {fragment, fragment[:-1] + "2"}


def test_prov_names_nothing_that_it_does_not_describe(ledger: Ledger) -> None:
    data = json.loads(written("prov", ledger)["prov.json"])
    kinds = ("entity", "activity", "agent")
    described = {name for kind in kinds for name in data[kind]}
    relations = [
        entry for kind, entries in data.items() if kind not in (*kinds, "prefix") for entry in entries.values()
    ]
    named = {value for entry in relations for value in entry.values() if str(value).startswith("scrubber:")}
    assert len(relations) > 20
    assert named <= described
    assert all(isinstance(entry, dict) for kind in kinds for entry in data[kind].values())


@pytest.mark.parametrize(("name", "package", "extra"), [("prov", "prov", "prov"), ("parquet", "pyarrow", "parquet")])
def test_a_missing_package_is_named_with_its_extra(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, name: str, package: str, extra: str
) -> None:
    for module in (package, f"{package}.model", f"{package}.parquet"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(LedgerError, match=rf"needs the package '{package}'\n.*corpus-scrubber\[{extra}\]"):
        exports.files(name, ledger)
