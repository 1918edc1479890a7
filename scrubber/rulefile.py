"""Rule files: strict reading into plain specifications, with errors that name path, line and remedy."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import regex

from scrubber import patterns, syntax, tone
from scrubber.core import core
from scrubber.examples import unmark, without
from scrubber.matchers.echo import CUTS
from scrubber.model import Action, Kind, Safety, ViewName
from scrubber.needs import needed
from scrubber.rule import CAPTURES, Example
from scrubber.toml_source import TomlSource
from scrubber.view import fold
from scrubber.vocabulary import Vocabulary

_TOP = (
    *("id", "title", "why", "family", "kind", "view", "action", "unit", "safety", "confidence", "seam", "replacement"),
    *("extend", "match", "guard", "example", "near_miss"),
)
_WAYS = ("pattern", "phrases", "block", "echo", "chain", "name", "entries", "tone")
_MATCH = (*_WAYS, "zone", "unless", "require", "repeat", "intrusion", "disguised", "slack", "coined", "site")
_BLOCK = (
    "cues",
    "use",
    "threshold",
    "distinct",
    "gap",
    "gap_chars",
    "lines",
    "lead",
    "skip",
    "line_chars",
    "never",
    "prose",
)
_UNITS = ("match", "sentence", "line", "list", "paragraph", "block")
_WHERE = ("anywhere", "head", "tail")
_SCOPES = ("match", "line", "sentence", "document", "before", "after")
_CHAIN = ("cues", "use", "threshold", "distinct", "gap", "share")
_FORMS = ("line", "brackets", "note", "inline", "told")
_EXTENSIONS = ("brackets", "marks", "spaces", "residue", "torn", "rest")
_LEAST_EXAMPLES = 2
_DECIDING = ("text", "title", "why", "path", "digest")


def read(path: Path, vocabulary: Vocabulary) -> dict[str, Any]:
    """Read one rule file into a checked specification: plain JSON values with every key present.

    Raises:
        RuleError: anything in the file is not as it must be; the message names path, line and remedy.
    """
    source = TomlSource(path)
    values = source.values
    source.only(values, _TOP)
    for key in ("id", "title", "why", "family", "kind", "match"):
        if key not in values:
            source.fail(f"`{key}` is missing", hint="see CONTRIBUTING.md, or start with `scrubber rules new`")
    if values["id"] != path.stem:
        source.fail(f"id `{values['id']}` is not the file's name", "id", hint=f"write id = {path.stem!r}")
    if values["family"] != path.parent.name:
        source.fail(f"family `{values['family']}` is not the folder's name", "family")
    view = _choice(source, values, "view", [*ViewName], ViewName.FOLDED)
    spec: dict[str, Any] = {
        "id": values["id"],
        "title": _text(source, values, "title"),
        "why": _text(source, values, "why"),
        "family": values["family"],
        "kind": _choice(source, values, "kind", [*Kind], None),
        "view": view,
        "action": _choice(source, values, "action", [*Action], Action.REMOVE),
        "unit": _choice(source, values, "unit", _UNITS, "match"),
        "safety": _choice(source, values, "safety", [*Safety], Safety.SAFE),
        "confidence": _number(source, values, "confidence", 0.9, 0.0, 1.0),
        "seam": values.get("seam", ""),
        "replacement": values.get("replacement", ""),
        "extend": [_one_of(source, item, _EXTENSIONS, "extend") for item in values.get("extend", [])],
        "path": str(path),
    }
    if spec["seam"] not in ("", "。", "\n"):
        source.fail(f"seam {spec['seam']!r} is not known", "seam", hint='write "", "。" or "\\n"')
    if (spec["action"] == Action.REPLACE) != bool("replacement" in values):
        source.fail("`replacement` goes with action = 'replace', and only with it", "action")
    spec.update(_matching(source, values["match"], ViewName(view), vocabulary))
    spec["guard"] = _guard(source, values.get("guard", {}), spec)
    _examples_present(source, values)
    spec["digest"] = digest(spec)
    return spec


def digest(spec: Mapping[str, Any]) -> str:
    """16 hex digits over everything in a specification that decides what the rule does."""
    deciding = {key: value for key, value in spec.items() if key not in _DECIDING}
    return hashlib.sha256(json.dumps(deciding, sort_keys=True, default=list).encode()).hexdigest()[:16]


def _matching(source: TomlSource, match: dict[str, Any], view: ViewName, vocabulary: Vocabulary) -> dict[str, Any]:
    source.only(match, _MATCH, "match")
    ways = [key for key in _WAYS if key in match]
    if len(ways) != 1:
        source.fail("a match has exactly one of " + ", ".join(_WAYS), "match")
    checker = _PatternChecker(source, view, vocabulary)
    literals: Collection[str] = ()
    alone: dict[str, Any] = {"further": [], "reach": None}
    built: dict[str, Any]
    if ways in (["pattern"], ["phrases"]):
        written = match["pattern"] if "pattern" in match else "|".join(map(_escape, match["phrases"]))
        pattern = checker.check(written, "match", *ways)
        built, alone = {"pattern": pattern, "core": core(pattern)}, needed(syntax.parse(pattern))
        literals = alone["literals"]
    elif ways == ["block"]:
        built, literals = _block(source, match["block"], checker)
    elif ways == ["chain"]:
        built, literals = _chain(source, match["chain"], checker)
    elif ways == ["name"]:
        built = {"name": _name(source, match["name"])}
    elif ways == ["tone"]:
        built, literals = {"tone": _tone(source, match["tone"])}, tone.table().signals
    elif ways == ["entries"]:
        built = {"entries": _entries(source, match["entries"], checker)}
    else:
        built = {"echo": _echo(source, match["echo"])}
        literals = CUTS if built["echo"]["of"] == "opening" else ()
    return {
        "match": built,
        **alone,
        "literals": sorted(literals),
        "zone": _zone(source, match.get("zone", {})),
        "unless": [_veto(source, veto, checker) for veto in match.get("unless", [])],
        "require": _require(source, match.get("require")),
        "repeat": int(_number(source, match, "repeat", 1, 1, 1000)),
        "intrusion": _number(source, match, "intrusion", None, -100.0, 100.0),
        "disguised": bool(match.get("disguised", False)),
        "coined": _number(source, match, "coined", 0.0, 0.0, 1.0),
        "slack": int(_number(source, match, "slack", 0, 0, 12)),
        "named": checker.check(match["site"], "match", "site") if "site" in match else None,
    }


class _PatternChecker:
    """Expands and checks patterns of one rule file."""

    def __init__(self, source: TomlSource, view: ViewName, vocabulary: Vocabulary) -> None:
        self.source, self.view, self.vocabulary = source, view, vocabulary

    def check(self, pattern: str, *keys: str | int) -> str:
        try:
            expanded = self.vocabulary.expand(pattern)
        except KeyError as error:
            self.source.fail(f"no word {error} in the vocabulary", *keys, hint="words are defined in vocabulary.toml")
        try:
            tree = syntax.parse(expanded)
            groups = patterns.compiled(expanded).groupindex
        except syntax.PatternError as error:
            self.source.fail(str(error), *keys, hint=error.hint)
        except regex.error as error:
            self.source.fail(f"not a regular expression: {error}", *keys)
        for name in groups:
            if name.rstrip("0123456789") not in CAPTURES:
                self.source.fail(f"unknown capture `{name}`", *keys, hint="captures: " + ", ".join(CAPTURES))
        self._reachable(tree, *keys)
        return expanded

    def _reachable(self, tree: syntax.Node, *keys: str | int) -> None:
        """A literal that folding would change can never be found in the view."""
        for char in sorted(set(syntax.literal_characters(tree))):
            folded = _folded(char, ViewName.FOLDED if self.view is ViewName.SKELETON else self.view)
            if folded != char and not (folded == " " and char.isspace()):
                hint = f"write {folded!r}, as the {self.view} view reads" if folded else "the view drops it"
                self.source.fail(f"{char!r} never stands in the {self.view} view", *keys, hint=hint)


@cache
def _folded(char: str, view: ViewName) -> str:
    return fold(char, view).text


def _escape(phrase: str) -> str:
    return "".join("\\" + char if char in r"\.^$*+?{}[]|()" else char for char in phrase)


def _block(
    source: TomlSource, block: dict[str, Any], checker: _PatternChecker
) -> tuple[dict[str, Any], frozenset[str]]:
    source.only(block, _BLOCK, "match", "block")
    scored, literals = _scored(source, block, checker, "block")
    built = {
        **scored,
        "gap": int(block.get("gap", 2)),
        "gap_chars": int(block.get("gap_chars", 24)),
        "lines": int(block.get("lines", 30)),
        "lead": checker.check(block["lead"], "match", "block", "lead") if "lead" in block else None,
        "line_chars": int(block.get("line_chars", 1 << 30)),
        "skip": checker.check(block["skip"], "match", "block", "skip") if "skip" in block else None,
        "never": checker.check(block["never"], "match", "block", "never") if "never" in block else None,
        "prose": bool(block.get("prose", False)),
    }
    return {"block": built}, literals


def _chain(
    source: TomlSource, chain: dict[str, Any], checker: _PatternChecker
) -> tuple[dict[str, Any], frozenset[str]]:
    source.only(chain, _CHAIN, "match", "chain")
    scored, literals = _scored(source, chain, checker, "chain")
    share = _number(source, chain, "share", 0.0, 0.0, 1.0)
    return {"chain": {**scored, "gap": int(chain.get("gap", 6)), "share": share}}, literals


def _scored(
    source: TomlSource, table: dict[str, Any], checker: _PatternChecker, way: str
) -> tuple[dict[str, Any], frozenset[str]]:
    """Weighted cues, what they must reach together, and the literals of which every match has one."""
    listed: list[Any] = list(table.get("cues", []))
    for name in table.get("use", []):
        if name not in checker.vocabulary.cues:
            source.fail(f"no cues `{name}` in the vocabulary", way, "use")
        listed += checker.vocabulary.cues[name]
    cues: list[dict[str, Any]] = []
    for cue in listed:
        source.only(cue, ("name", "pattern", "weight"), way, "cues")
        if not {"name", "pattern", "weight"} <= cue.keys():
            source.fail("a cue has name, pattern and weight", way, "cues")
        pattern = checker.check(cue["pattern"], way, "cues")
        weight = float(cue["weight"])
        cues.append({"name": cue["name"], "pattern": pattern, "weight": weight, **needed(syntax.parse(pattern))})
    threshold = float(table.get("threshold", 0))
    distinct = int(table.get("distinct", 2))
    if distinct < 2 or threshold <= max((cue["weight"] for cue in cues), default=0):
        hint = "threshold must exceed every single weight and distinct be 2 or more"
        source.fail(f"one cue alone must never make a {way}", way, hint=hint)
    return {"cues": cues, "threshold": threshold, "distinct": distinct}, _cue_literals(cues, distinct)


def _cue_literals(cues: list[dict[str, Any]], distinct: int) -> frozenset[str]:
    """Strings of which every match has one, unless so many cues need none that they could do it alone."""
    positive = [cue["literals"] for cue in cues if cue["weight"] > 0]
    if sum(not literals for literals in positive) >= distinct:
        return frozenset()
    return frozenset().union(*positive)


def _name(source: TomlSource, name: dict[str, Any]) -> dict[str, Any]:
    form = _one_of(source, name.get("form"), _FORMS, "name", "form")
    told = ("lines", "times") if form == "told" else ()
    source.only(name, ("form", "min_chars", "kinds", "brand", *told), "match", "name")
    return {
        "form": form,
        "min_chars": int(name.get("min_chars", 3)),
        "kinds": [_one_of(source, kind, [*Kind], "name", "kinds") for kind in name.get("kinds", [])],
        "brand": _number(source, name, "brand", 0.0, 0.0, 1.0),
        "lines": int(_number(source, name, "lines", 5, 1, 100)),
        "times": int(_number(source, name, "times", 2, 1, 100)),
    }


def _entries(source: TomlSource, entries: dict[str, Any], checker: _PatternChecker) -> dict[str, Any]:
    source.only(entries, ("label", "sign", "never", "least", "share", "known"), "match", "entries")
    share = _number(source, entries, "share", 0.5, 0.0, 1.0)
    return {
        "label": checker.check(entries.get("label", "(?!)"), "match", "entries", "label"),
        "sign": checker.check(entries.get("sign", "(?!)"), "match", "entries", "sign"),
        "never": checker.check(entries.get("never", "(?!)"), "match", "entries", "never"),
        "least": int(_number(source, entries, "least", 3, 2, 1000)),
        "share": share,
        "known": _number(source, entries, "known", share, 0.0, 1.0),
    }


def _tone(source: TomlSource, wanted: dict[str, Any]) -> dict[str, Any]:
    source.only(wanted, ("alone", "company"), "match", "tone")
    alone = _number(source, wanted, "alone", 6.0, 0.0, 100.0)
    return {"alone": alone, "company": _number(source, wanted, "company", alone, 0.0, 100.0)}


def _echo(source: TomlSource, echo: dict[str, Any]) -> dict[str, Any]:
    source.only(echo, ("of", "min_chars"), "match", "echo")
    of = _one_of(source, echo.get("of"), ("title", "opening", "body", "refrain"), "echo", "of")
    return {"of": of, "min_chars": int(echo.get("min_chars", 16))}


def _zone(source: TomlSource, zone: dict[str, Any]) -> dict[str, Any]:
    source.only(zone, ("where", "lines"), "match", "zone")
    where = _one_of(source, zone.get("where", "anywhere"), _WHERE, "zone")
    lines = int(zone.get("lines", 0))
    if (where == "anywhere") != (lines == 0):
        source.fail("a zone at head or tail has `lines` above 0, and only there", "zone")
    return {"where": where, "lines": lines}


def _veto(source: TomlSource, veto: dict[str, Any], checker: _PatternChecker) -> dict[str, Any]:
    source.only(veto, ("in", "pattern"), "unless")
    if "pattern" not in veto:
        source.fail("a veto has `in` and `pattern`", "unless")
    scope = _one_of(source, veto.get("in", "match"), _SCOPES, "unless")
    return {"in": scope, "pattern": checker.check(veto["pattern"], "unless")}


def _require(source: TomlSource, require: dict[str, Any] | None) -> dict[str, Any] | None:
    if require is None:
        return None
    source.only(require, ("kinds", "lines", "above"), "require")
    kinds = [_one_of(source, kind, [*Kind], "require") for kind in require.get("kinds", [])]
    if not kinds:
        source.fail("`require` names at least one of `kinds`", "require")
    return {"kinds": kinds, "lines": int(require.get("lines", 3)), "above": bool(require.get("above", False))}


def _guard(source: TomlSource, guard: dict[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    source.only(guard, ("chars", "share"), "guard")
    wide = "block" in spec["match"] or spec["unit"] in ("list", "paragraph", "block")
    chars = int(_number(source, guard, "chars", 1500 if wide else 400, 1, 1 << 30) or 0)
    return {"chars": chars, "share": _number(source, guard, "share", 0.5, 0.0, 1.0)}


def _examples_present(source: TomlSource, values: dict[str, Any]) -> None:
    for key in ("example", "near_miss"):
        if len(values.get(key, [])) < _LEAST_EXAMPLES:
            source.fail(f"fewer than {_LEAST_EXAMPLES} `[[{key}]]`", hint="examples are the rule's tests")
    parse_examples(source)


def parse_examples(source: TomlSource) -> tuple[tuple[Example, ...], tuple[str, ...]]:
    """The examples of a rule file, and its near misses.

    Raises:
        RuleError: unknown keys, marks that do not pair, an example without a mark or a near miss with one.
    """
    examples: list[Example] = []
    for index, table in enumerate(source.values.get("example", [])):
        at = ("example", index)
        source.only(table, ("text", "captures", "result"), *at)
        try:
            text, spans = unmark(table.get("text", ""))
        except ValueError as error:
            source.fail(str(error), *at)
        if not spans:
            source.fail("an example marks what must be found", *at, hint="put it between ⟦ and ⟧")
        result = table.get("result", without(text, spans))
        examples.append(Example(text, spans, table.get("captures", {}), result))
    misses: list[str] = []
    for index, table in enumerate(source.values.get("near_miss", [])):
        source.only(table, ("text",), "near_miss", index)
        text, spans = unmark(table.get("text", ""))
        if spans or not text:
            source.fail("a near miss has text, and nothing marked in it", "near_miss", index)
        misses.append(text)
    return tuple(examples), tuple(misses)


def _one_of(source: TomlSource, value: Any, allowed: Any, *keys: str | int) -> str:
    if value not in tuple(allowed):
        source.fail(f"{value!r} is not allowed here", *keys, hint="one of " + ", ".join(map(str, allowed)))
    return str(value)


def _choice(source: TomlSource, values: dict[str, Any], key: str, allowed: Any, default: Any) -> str:
    return _one_of(source, values.get(key, default), allowed, key)


def _text(source: TomlSource, values: dict[str, Any], key: str) -> str:
    if not isinstance(values[key], str) or not values[key].strip():
        source.fail(f"`{key}` must say something", key)
    return str(values[key]).strip()


def _number(source: TomlSource, values: dict[str, Any], key: str, default: Any, low: float, high: float) -> Any:
    value = values.get(key, default)
    if value is not None and (not isinstance(value, int | float) or not low <= value <= high):
        source.fail(f"`{key}` must be a number from {low} to {high}", key)
    return value
