"""Scanning: rules against one text. Findings come out; nothing is decided or changed here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from scrubber import extension, later, matchers, naming
from scrubber.brands import brand_of
from scrubber.context import Context
from scrubber.disguise import is_disguised
from scrubber.healing import heal
from scrubber.matchers.hit import Hit, Lines, captures_of
from scrubber.model import Action, Finding, Kind, Safety, TextSpan, ViewName
from scrubber.patterns import compiled
from scrubber.quoting import is_quoted
from scrubber.residue import beyond_prose, untorn
from scrubber.rule import BlockMatch, EntriesMatch, NameMatch, Rule, ToneMatch
from scrubber.ruleset import RuleSet
from scrubber.seams import intrudes, is_coined, snug, within_word, without_frame
from scrubber.surroundings import InContext
from scrubber.view import fold, fold_key

TIME_LIMIT = 2.0
"""Seconds that one search of one rule may take in one line."""

BESIDE = 60
"""Code points of the line beside a match that a veto sees before or after it."""

SMALL = 80
"""Code points up to which a finding may be any share of its document."""

_TITLES = frozenset({Kind.TAIL_LINKS, Kind.TITLE_ECHO, Kind.EXCERPT_ECHO})
_SELDOM_IN_COMPANY = frozenset({Kind.LOSSY, Kind.PLACEHOLDER})
"""Damage, which says nothing of who republished a text."""
# Single Han with one or two symbols between each two.
_ROW = later.pattern(r"[\u3400-\u9fff](?:[^\w\s]{1,2}[\u3400-\u9fff]){2,}")
_BESIDE_ANOTHER = 0.6
"""What the confidence of a finding counts for the sites that it names beside its own."""


class Scan(NamedTuple):
    """The findings of one pass in order of position, and the rules that were skipped because of the time limit."""

    findings: tuple[Finding, ...]
    skipped: tuple[str, ...]


def scan(text: str, ruleset: RuleSet, time_limit: float = TIME_LIMIT) -> Scan:
    """Every finding of every rule in ``text``, overlapping ones included."""
    return scan_context(Context(text), ruleset, time_limit)


def scan_context(context: Context, ruleset: RuleSet, time_limit: float = TIME_LIMIT) -> Scan:
    """The same for a text of which something is known."""
    candidates = ruleset.gate.candidates(context)
    findings: list[Finding] = []
    skipped: list[str] = []

    def collect(rule: Rule, lines: Lines | None) -> None:
        try:
            findings.extend(_apply(rule, context, _in_zone(rule, context, lines), ruleset, time_limit))
        except TimeoutError:
            skipped.append(rule.id)

    waiting, last = [], []
    for index in sorted(candidates):
        rule = ruleset.rules[index]
        if isinstance(rule.match, ToneMatch):
            last.append((index, rule))
        elif rule.require or isinstance(rule.match, NameMatch | EntriesMatch):
            waiting.append((index, rule))
        else:
            collect(rule, candidates[index])
    anchors = [
        (finding.kind, context.lines().number(finding.span.end - 1), finding.safety is Safety.SAFE)
        for finding in findings
    ]
    _learn(context, findings)
    for index, rule in waiting:
        collect(rule, _near(rule, context, anchors, candidates[index]) if rule.require else candidates[index])
    _learn(context, findings)
    for index, rule in last:
        collect(rule, candidates[index])
    findings.sort(key=_position)
    return Scan(tuple(findings), tuple(sorted(skipped)))


def _learn(context: Context, findings: Sequence[Finding]) -> None:
    """Tell the matchers that come next what is sure by now."""
    sure = [finding for finding in findings if finding.safety is Safety.SAFE and finding.applies]
    context.names, context.claimed = _names(sure), tuple(finding.span for finding in sure)
    context.company = any(finding.kind not in _SELDOM_IN_COMPANY for finding in sure)


def _names(findings: Sequence[Finding]) -> dict[str, frozenset[Kind]]:
    """The names that findings gave their sites, as skeletons, with the kinds of those findings."""
    names: dict[str, frozenset[Kind]] = {}
    for finding in findings:
        if name := brand_of(finding.captures.get("site", "")):
            names[fold_key(name)] = names.get(fold_key(name), frozenset()) | {finding.kind}
    return names


def _position(finding: Finding) -> tuple[int, int, str]:
    return (finding.span.start, finding.span.end, finding.rule)


def _in_zone(rule: Rule, context: Context, lines: Lines | None) -> Lines:
    zone = context.zone(rule.zone)
    if lines is None:
        return dict.fromkeys(zone)
    return {number: cues for number, cues in lines.items() if number in zone}


def _near(rule: Rule, context: Context, anchors: Sequence[tuple[str, int, bool]], lines: Lines | None) -> Lines:
    """The candidate lines at most ``require.lines`` lines that are not blank away from a required finding.

    What a rule removes by default rests on what is sure itself.
    """
    require = rule.require
    assert require is not None  # noqa: S101 - only rules with `require` wait
    rank = context.rank
    sure = rule.safety is Safety.SAFE
    places = {
        rank[line] for kind, line, safe in anchors if kind in require.kinds and line in rank and (safe or not sure)
    }
    if not places:
        return {}
    first = 1 if require.above else -require.lines
    near = {place + step for place in places for step in range(first, require.lines + 1)}
    pool = dict.fromkeys(context.filled) if lines is None else lines
    return {number: cues for number, cues in pool.items() if rank.get(number, -1) in near}


def _apply(rule: Rule, context: Context, lines: Lines, ruleset: RuleSet, time_limit: float) -> Iterator[Finding]:
    hits = [
        hit for hit in matchers.find(rule, context, lines, time_limit) if not _vetoed(rule, context, hit, time_limit)
    ]
    if rule.repeat > 1:
        hits = _repeated(hits, context, rule.repeat)
    for hit in hits:
        yield from _findings(rule, context, hit, ruleset)


def _repeated(hits: list[Hit], context: Context, least: int) -> list[Hit]:
    """Hits whose site, or whose text if they name none, occurs at least so often in this document."""
    keys = [fold_key(hit.captures.get("site") or context.text[hit.span.start : hit.span.end]) for hit in hits]
    counts = Counter(keys)
    return [hit for hit, key in zip(hits, keys, strict=True) if counts[key] >= least]


def _vetoed(rule: Rule, context: Context, hit: Hit, time_limit: float) -> bool:
    return any(
        compiled(veto.pattern).search(_SCOPES[veto.scope](rule, context, hit.span), timeout=time_limit)
        for veto in rule.unless
    )


def _folded(rule: Rule, context: Context, span: TextSpan) -> str:
    return heal(fold(context.text[span.start : span.end], rule.view)).text


def _whole(rule: Rule, context: Context, span: TextSpan) -> str:  # noqa: ARG001 - one signature for all scopes
    return context.view(rule.view).text


_SCOPES: Mapping[str, Callable[[Rule, Context, TextSpan], str]] = {
    "match": _folded,
    "line": lambda rule, context, span: _folded(rule, context, context.line_span(span)),
    "sentence": lambda rule, context, span: _folded(rule, context, context.sentence_span(span)),
    "document": _whole,
    "before": lambda rule, context, span: _folded(
        rule, context, TextSpan.of(max(context.line_span(span).start, span.start - BESIDE), span.start)
    ),
    "after": lambda rule, context, span: _folded(
        rule, context, TextSpan.of(span.end, min(context.line_span(span).end, span.end + BESIDE))
    ),
}


def _findings(rule: Rule, context: Context, hit: Hit, ruleset: RuleSet) -> Iterator[Finding]:
    """The finding that a hit gives, and one more, a flag, for each further site that it names."""
    if rule.slack:
        hit = _snug(hit, snug(context, hit.span, rule.slack, len(hit.captures.get("site", ""))))
    if rule.coined and not is_coined(hit.captures.get("site", ""), rule.coined):
        return
    if rule.view is ViewName.SKELETON:
        hit = _torn_part(context, hit, "torn" in rule.extend)
    elif rule.view is ViewName.EXACT and _ROW.fullmatch(context.text, hit.span.start, hit.span.end):
        hit = _snug(hit, without_frame(context, hit.span))
    whole = _within_word(rule, context, hit.span) or _unit(rule, context, hit.span)
    if whole is None:
        return
    if rule.view is ViewName.SKELETON:
        whole = beyond_prose(context.text, whole)
    span = extension.grow(rule.extend, context.text, whole)
    if rule.disguised and not is_disguised(context.text[span.start : span.end]):
        return
    if rule.intrusion is not None and not intrudes(context, span, rule.intrusion):
        return
    safety = rule.safety
    if _is_too_large(rule, context, span) or any(is_quoted(rule, InContext(context, one)) for one in {span, hit.span}):
        safety = Safety.REVIEW
    captures, others = _named(rule, context, span, hit, ruleset)
    finding = Finding(
        rule=rule.id,
        kind=rule.kind,
        action=rule.action,
        safety=safety,
        span=span,
        text=context.text[span.start : span.end],
        replacement=rule.replacement if rule.action is Action.REPLACE else _seam(rule.seam, context.text, span),
        captures=captures,
        site=ruleset.sites.canonical(captures.get("site", ""), captures),
        confidence=rule.confidence,
    )
    yield finding
    for one in others:
        site = ruleset.sites.canonical(one.name, one.captures)
        if site and site != finding.site:
            yield replace(
                finding,
                action=Action.FLAG,
                replacement="",
                captures=one.captures,
                site=site,
                confidence=rule.confidence * _BESIDE_ANOTHER,
            )


def _torn_part(context: Context, hit: Hit, torn: bool) -> Hit:
    """A hit in the skeleton without the sentence or the word in front that the skeleton ran together with it."""
    span = beyond_prose(context.text, hit.span)
    if torn:
        span = TextSpan.of(span.start + untorn(context.text, span), span.end)
    lost = sum(char.isalnum() for char in context.text[hit.span.start : span.start])
    return Hit(span, {name: value[lost:] if name == "site" else value for name, value in hit.captures.items()})


def _snug(hit: Hit, span: TextSpan) -> Hit:
    """The hit with other edges, which the captured name has as well where it reached them."""
    moved = span.start - hit.span.start
    whole = len(hit.captures.get("site", "")) == len(hit.span)
    end = len(hit.span) - (hit.span.end - span.end) if whole else None
    captures = {name: value[moved:end] if name == "site" else value for name, value in hit.captures.items()}
    return Hit(span, captures)


def _named(
    rule: Rule, context: Context, span: TextSpan, hit: Hit, ruleset: RuleSet
) -> tuple[dict[str, str], list[naming.Named]]:
    """The hit's captures with the surest name in the finding as the site, and the further names."""
    captures = dict(hit.captures)
    text = heal(fold(context.text[span.start : span.end])).text
    matched: list[str] = []
    if rule.named:
        read = text if rule.view is ViewName.FOLDED else _folded(rule, context, span)
        for one in compiled(rule.named).finditer(read):
            found = captures_of(one)
            matched += [found.pop("site")] if "site" in found else []
            captures = found | captures
    listed = rule.kind in _TITLES
    names = naming.names_in(text, captures.pop("site", ""), matched, ruleset.sites.known_as, titles=listed)
    if names:
        captures = names[0].captures | captures
    return captures, [] if rule.disguised else naming.further(names)  # the pieces of a torn address name nobody


def _is_too_large(rule: Rule, context: Context, span: TextSpan) -> bool:
    """Whether the rule's guard stops a finding; a credit line may be all there is of a document, a page may not.

    Escapes (&#x672c;) make a text long that is short to read, so what exceeds a limit is measured as it reads.
    """
    size = len(span)
    if size > rule.guard.chars:
        size = len(fold(context.text[span.start : span.end]).text)
    if size > rule.guard.chars:
        return True
    return size > SMALL and _share(context, span) > rule.guard.share


def _within_word(rule: Rule, context: Context, span: TextSpan) -> TextSpan | None:
    """What a rule for whole sentences or lines found inside one of the author's words: the line around it is his."""
    return within_word(context, span) if rule.unit in ("sentence", "line") else None


def _unit(rule: Rule, context: Context, span: TextSpan) -> TextSpan | None:
    if rule.unit == "list":
        return context.list_span(span)
    if rule.unit == "sentence":
        return context.sentence_span(span)
    if rule.unit == "line" or (rule.unit == "block" and not isinstance(rule.match, BlockMatch)):
        return context.line_span(span)
    if rule.unit == "paragraph":
        return context.paragraph_span(span)
    return span


def _share(context: Context, span: TextSpan) -> float:
    """The part of the document's code points (white space apart) that lies in ``span``; as it reads, if escaped."""
    inside = context.text[span.start : span.end]
    if "&#" not in inside and "%" not in inside:
        return _weight(inside) / max(1, context.weight)
    return _weight(fold(inside).text) / max(1, _weight(context.view(ViewName.FOLDED).text))


def _weight(text: str) -> int:
    return sum(map(len, text.split()))


def _seam(seam: str, text: str, span: TextSpan) -> str:
    """What joins the two sides: the rule's seam, where the left side does not end like that already."""
    left = text[: span.start].rstrip(" \t\u3000")[-1:]
    if not seam or not left or left in "\r\n" or left in "。！？!?…:：；;":
        return ""
    return seam
