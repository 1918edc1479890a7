"""Whether an author quotes an advert, or somebody speaks it: what is talked about has to stay."""

from __future__ import annotations

from scrubber import later
from scrubber.framing import is_framed
from scrubber.healing import heal
from scrubber.model import Kind
from scrubber.patterns import compiled
from scrubber.rule import PatternMatch, Rule
from scrubber.surroundings import Surroundings
from scrubber.view import fold

_BESIDE_QUOTE = 8
"""More code points than this beside a quoted advert, and somebody writes about it."""

_OPENS = later.pattern('[“‘"「『]')
_QUOTES = {"“": "”", "‘": "’", '"': '"'}
_SAID = later.pattern("“([^“”]{7,60})(?:”|$)")
_ABOUT = later.pattern(
    "关注公众号|关注我们|长按|点击|扫码|免费领|转载|侵权|违者必究|小编(?!推荐)|加微信|回复.{0,6}领|免费.{0,4}下载"
)
"""What a quoted advert says; the name of an account or a button between quotation marks says none of it."""

_SPEECH = later.pattern("\\s*“[^“”]*[，,。！？!?…][^“”]*”\\s*")
"""More than a name between one pair of quotation marks is somebody's, whatever it says."""


def is_quoted(rule: Rule, around: Surroundings) -> bool:
    """Whether an author quotes an advert or tells of it, or somebody speaks it, in a line that says more."""
    if is_framed(rule.kind, around):
        return True
    if rule.kind is Kind.WATERMARK_INLINE or not _OPENS.search(around.text):
        return False
    line = _with_plain_marks(around.text)
    before, inside = line[: around.start].rstrip(), line[around.start : around.end]
    after = line[around.end :].lstrip("。！？!?….， ")
    if _is_about(rule, inside, after) or _is_speech(inside, after):
        return True
    if not before or not after:
        return bool(before) and _open(before) and "”" in inside.partition("“")[0][:-1]
    rest = inside + after
    spoken = _open(before) and -1 < rest.find("”") < (rest.find("“") % (len(rest) + 1))
    if not spoken and _QUOTES.get(before[-1]) != after[0]:
        return False
    return any(map(str.isalnum, before)) or any(map(str.isalnum, after))


def _with_plain_marks(text: str) -> str:
    """The text with one kind of double quotation marks; many times as fast as ``translate``."""
    return text.replace("「", "“").replace("」", "”").replace("『", "“").replace("』", "”")


def _is_speech(inside: str, after: str) -> bool:
    """Whether a finding is one whole utterance, its closing mark included or not."""
    if _SPEECH.fullmatch(inside):
        return True
    return inside.lstrip().startswith("“") and "”" not in inside and after.startswith("”")


def _is_about(rule: Rule, inside: str, after: str) -> bool:
    """Whether a finding is a sentence about an advert that it quotes, rather than the advert; a list is no sentence."""
    if rule.unit == "list" or "“" not in inside:
        return False
    said = _SAID.findall(inside)
    beside = _SAID.sub("", inside)
    least = 1 if _open(inside) and after.startswith("”") else _BESIDE_QUOTE
    return len(beside.strip()) > least and any(_is_advert(rule, one) for one in said)


def _is_advert(rule: Rule, said: str) -> bool:
    """Whether what stands between quotation marks is an advert by itself."""
    if _ABOUT.search(fold(said).text):
        return True
    if not isinstance(rule.match, PatternMatch):
        return False
    return bool(compiled(rule.match.pattern).search(heal(fold(said, rule.view)).text))


def _open(before: str) -> bool:
    """Whether a quotation has begun and not ended."""
    return before.rfind("“") > before.rfind("”")
