"""What Hyperscan sees in raw bytes is what the literal gate finds in the folded text: the same findings, always."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import opencc
import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("hyperscan")

from scrubber import gate as gates
from scrubber import plain_scan, prefilter, prefilter_database, prefilter_scan
from scrubber.context import Context
from scrubber.engine import Scan, scan
from scrubber.fixpoint import Settled, settle
from scrubber.folding import table
from scrubber.gate import Gate, LiteralGate, PatientGate
from scrubber.healing import heal
from scrubber.prefilter import HyperscanGate
from scrubber.prefilter_database import Database
from scrubber.rule import Rule
from scrubber.ruleset import RuleSet, load
from scrubber.ruletest import examples_of
from scrubber.seeking import Scanner
from scrubber.signs import Sight, checked
from scrubber.spelling import spellings
from scrubber.view import fold
from scrubber.widening import widened
from tests.conftest import SEEDS
from tests.rulekit import rules_of, write_rule

CORPUS = Path(__file__).resolve().parent.parent.parent / "shared" / "corpus" / "dev"
_TO_TRADITIONAL = opencc.OpenCC("s2t")
_LOOK_ALIKE = str.maketrans("aceopxy", "асеорху")


def _wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def _zero_width(text: str) -> str:
    return re.sub(r"(\w\w)(?=\w)", "\\1\u200b", text)


DISGUISES: dict[str, Callable[[str], str]] = {
    "plain": lambda text: text,
    "traditional": lambda text: str(_TO_TRADITIONAL.convert(text)),
    "full width": _wide,
    "upper case": str.upper,
    "zero-width": _zero_width,
    "confusable": lambda text: text.translate(_LOOK_ALIKE),
    "ideographic space": lambda text: re.sub(r"(?<=\w\w)(?=\w\w)| ", "\u3000", text, count=40),
}


@pytest.fixture(scope="session")
def shipped() -> RuleSet:
    return load()


@pytest.fixture(scope="session")
def gate(shipped: RuleSet) -> HyperscanGate:
    return HyperscanGate(shipped.rules)


def scanned(text: str, rules: RuleSet, gate: Gate) -> Scan:
    one = RuleSet(rules.rules, rules.sites)
    one.__dict__["gate"] = gate
    return scan(text, one)


def differences(texts: list[str], rules: RuleSet, gate: Gate) -> list[str]:
    plain = LiteralGate(rules.rules)
    return [text[:60] for text in texts if scanned(text, rules, gate) != scanned(text, rules, plain)]


def settled(text: str, rules: RuleSet, gate: Gate) -> Settled:
    one = RuleSet(rules.rules, rules.sites)
    one.__dict__["gate"] = gate
    return settle(text, one, review=True)


def texts_of(rule: Rule) -> Iterator[str]:
    examples, misses = examples_of(rule)
    yield from (example.text for example in examples)
    yield from misses


@pytest.mark.parametrize("disguise", DISGUISES)
def test_examples_of_all_rules_in_every_disguise(shipped: RuleSet, gate: HyperscanGate, disguise: str) -> None:
    texts = ["\n".join(texts_of(rule)) for rule in shipped.rules]
    assert len(texts) > 50
    assert differences([DISGUISES[disguise](text) for text in texts], shipped, gate) == []


@pytest.mark.parametrize("disguise", DISGUISES)
def test_seeds_in_every_disguise(shipped: RuleSet, gate: HyperscanGate, disguise: str) -> None:
    texts = [path.read_bytes().decode("utf-8", "replace")[:6_000] for path in sorted(SEEDS.glob("*.txt"))]
    assert differences([DISGUISES[disguise](text) for text in texts], shipped, gate) == []


def test_later_passes_look_at_changed_lines_alone_and_find_the_same(
    shipped: RuleSet, gate: HyperscanGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = min(SEEDS.glob("*.txt")).read_bytes().decode()
    expected = settled(text, shipped, LiteralGate(shipped.rules))
    assert expected.splices
    looked: list[int] = []
    look = gate.look
    monkeypatch.setattr(gate, "look", lambda raw: looked.append(len(raw)) or look(raw))
    assert settled(text, shipped, gate) == expected
    assert len(looked) > 1
    assert max(looked[1:]) < looked[0] / 4


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the development corpus is not beside the checkout")
def test_development_corpus(shipped: RuleSet, gate: HyperscanGate) -> None:
    texts = [path.read_bytes().decode("utf-8", "replace") for path in sorted(CORPUS.rglob("*.txt"))[::5]]
    assert texts
    assert differences(texts, shipped, gate) == []


def test_widened_patterns_match_wherever_the_patterns_do(shipped: RuleSet) -> None:
    plain_line = re.compile("|".join(map(re.escape, map(bytes.decode, _printable_triggers()))))
    tried = 0
    for (index, _), pattern in dict(checked(shipped.rules)).items():
        expression = widened(pattern)
        wide, exact = expression and re.compile(expression), regex.compile(pattern, regex.ASCII)
        for line in "\n".join(texts_of(shipped.rules[index])).split("\n"):
            for disguise in ("plain", "traditional", "upper case"):
                disguised = DISGUISES[disguise](line)
                view = fold(disguised, shipped.rules[index].view).text
                if wide and not plain_line.search(disguised) and exact.search(view):
                    tried += 1
                    assert wide.search(disguised.encode()), (pattern, disguised)
    assert tried > 200


def _printable_triggers() -> Iterator[bytes]:
    return (one for one in spellings().triggers() if one.isascii() or one.decode("utf-8", "replace").isprintable())


@given(st.characters(exclude_categories=("Cs",)))
@settings(max_examples=400)
def test_every_character_that_folds_is_listed_or_a_trigger(char: str) -> None:
    folded = table().fold(char)
    listed = len(folded) == 1 and char in spellings().of_character(folded)
    assert listed or char.encode() in set(spellings().triggers())


def test_text_that_only_a_trigger_shows(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, a_rule="pattern = '广告联系qq'")
    gate = HyperscanGate(rules.rules)
    for hidden in (
        "广&#21578;联系qq",
        "广\u200b告联系qq",
        "广告联系ｑｑ",
        "广%E5%91%8A联系qq",
        "廣告聯繫QQ",
        "广·告·联·系qq",
    ):
        text = f"正文。\n{hidden}\n正文。\n" + "又一行。\n" * 8
        expected = LiteralGate(rules.rules).candidates(Context(text))
        assert list(expected[0] or ()) == [1], hidden
        assert gate.candidates(Context(text)) == expected, hidden


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_lines_are_numbered_as_in_the_views(tmp_path: Path, end: str) -> None:
    rules = rules_of(tmp_path, a_rule="pattern = '广告'")
    text = end.join(["一", "", "广告", "二", "第二个广告"])
    assert HyperscanGate(rules.rules).candidates(Context(text)) == {0: {2: [0], 4: [3]}}


def test_checked_patterns_drop_lines_that_have_the_literal_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prefilter, "CHECK_PAYS", 1)
    rules = rules_of(tmp_path, a_rule=r"pattern = '广告[^。]{0,3}\d{5,}'")
    lines = ["广告而已", "廣告：１２３４５", "广告。12345", "广告位12345", *["无"] * 16]
    assert HyperscanGate(rules.rules).candidates(Context("\n".join(lines * 4))) == {
        0: {20 * turn + place: [0] for turn in range(4) for place in (1, 2, 3)}
    }


@pytest.fixture(scope="module", params=[prefilter_scan.Scanner, plain_scan.Scanner], ids=["hyperscan", "plain"])
def scanner(request: pytest.FixtureRequest) -> Scanner:
    """What looks for signs in bytes, without any rules."""
    made: Scanner = request.param(())
    return made


def seen(scanner: Scanner, text: str) -> Sight:
    sight = scanner.look(text.encode())
    assert sight is not None
    return sight


def test_torn_text_shows(scanner: Scanner) -> None:
    for text in ("下·面·是·松·果", "下＊面＊是＊松＊果", "下，面、是-松：果", "七 b 八 九 d", "他 山 之 石 也"):
        assert seen(scanner, text).torn, text
    for text in ("下面是松果，说的是松果。", "东、南、西、北、中", "下·面", "“东”“南”“西”“北”“中”"):
        assert not seen(scanner, text).torn, text


@given(st.text(alphabet="下面a1·* -、，“”．１\u3000é\u2028…[【\\", min_size=9, max_size=14))
@settings(max_examples=600)
def test_whatever_is_mended_shows(scanner: Scanner, text: str) -> None:
    view = fold(text)
    if heal(view) != view:
        sight = seen(scanner, text)
        assert sight.torn or sight.triggers, text


_PIECES = st.sampled_from([*"下，·*-. 、“”—\u3000\n一　a1", "，我", "，我，", "下面", "。一，二，三-四"])


@given(st.lists(_PIECES, min_size=6, max_size=30).map("".join))
@settings(max_examples=300)
def test_tears_are_found_by_what_stands_around_them(scanner: Scanner, text: str) -> None:
    for prose in ("", "\n正文一句，说得明白。" * 400):  # where tears are rare, they are looked at more closely
        assert_torn_lines_show(scanner, text + prose)


def assert_torn_lines_show(scanner: Scanner, text: str) -> None:
    raw = text.encode()
    sight = seen(scanner, text)
    torn = {raw.count(b"\n", 0, end) for end in (*sight.torn, *sight.triggers)}
    for number, line in enumerate(text.split("\n")):
        assert number in torn or heal(fold(line)) == fold(line), line


def test_databases_are_kept_and_made_anew_when_damaged(tmp_path: Path) -> None:
    def scan_abc() -> list[tuple[int, int]]:
        return Database([b"abc", rb"\x00x"], folder=tmp_path).scan(b"..abc..\0x")

    assert scan_abc() == [(0, 5), (1, 9)]
    (kept,) = tmp_path.iterdir()
    whole = kept.read_bytes()
    for damage in (b"", whole[:-1], b"x" * 5000, whole):
        kept.write_bytes(damage)
        assert scan_abc() == [(0, 5), (1, 9)]
        assert [kept] == list(tmp_path.iterdir())
        assert kept.read_bytes() != damage or damage == whole


def test_another_process_compiles_what_takes_much_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefilter_database, "_MANY", 1)
    expressions = [b"abc", rb"\x00x", rb"[^\n]y"]
    with monkeypatch.context() as patch:
        patch.setattr(prefilter_database, "_compiled", None)  # nothing is compiled here
        assert Database(expressions, folder=tmp_path).scan(b"abc zy") == [(0, 3), (2, 6)]
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    assert Database([*expressions, b"z"], folder=tmp_path).scan(b"z") == [(3, 1)]


def test_what_is_looked_for_is_in_one_order_in_every_process(tmp_path: Path) -> None:
    write_rule(tmp_path, "a_rule", "pattern = '墨香网|松果文库|老秘家园|公文之友'")
    code = (
        "import sys; from pathlib import Path; from scrubber.ruleset import load; from scrubber.signs import wanted\n"
    )
    code += "print([*wanted(load([Path(sys.argv[1])], builtin=False).rules)[0]])"
    command = [sys.executable, "-c", code, str(tmp_path)]
    seen = {
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in ("1", "2", "3")
    }
    assert len(seen) == 1
    assert b"\\x" in seen.pop()


def test_expressions_that_hyperscan_refuses_are_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not supported"):
        Database([b"(?=a)b"], folder=tmp_path)


def test_the_patient_gate_turns_to_hyperscan_and_finds_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = rules_of(tmp_path / "rules", a_rule="pattern = '广告'")
    monkeypatch.setattr(gates, "PAYS", 20)
    gate = PatientGate(rules.rules, tmp_path / "cache")
    answers = [gate.candidates(Context("正文。\n广告。\n")) for _ in range(4)]
    assert answers == [{0: {1: [0]}}] * 4
    assert list((tmp_path / "cache").glob("hyperscan-*.db"))


def test_the_patient_gate_stays_with_literals_where_a_rule_may_match_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = rules_of(tmp_path / "rules", a_rule="pattern = '广告'", b_rule="pattern = '[㐀-䶿]{5}'")
    monkeypatch.setattr(gates, "PAYS", 20)
    gate = PatientGate(rules.rules, tmp_path / "cache")
    assert [gate.candidates(Context("正文。\n广告。\n")) for _ in range(4)] == [{0: {1: [0]}, 1: None}] * 4
    assert not (tmp_path / "cache").exists()


def test_without_hyperscan_the_patient_gate_goes_on_with_literals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = rules_of(tmp_path / "rules", a_rule="pattern = '广告'")
    monkeypatch.setattr(gates, "PAYS", 20)
    monkeypatch.setattr(gates, "has_hyperscan", lambda: False)
    gate = PatientGate(rules.rules, tmp_path / "cache")
    assert [gate.candidates(Context("正文。\n广告。\n")) for _ in range(4)] == [{0: {1: [0]}}] * 4
    assert not (tmp_path / "cache").exists()
