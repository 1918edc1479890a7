"""Which sites a piece of foreign text names, and what of a captured name is the name.

The words around a name say that it is one (:mod:`scrubber.wording`): a label before it (来源：…), a call to go there
(关注…), a claim behind it (由…整理), an account or an address beside it. So names are found that no rule captured, and
several in one finding; and a captured name loses the words that are no part of it.
"""

from __future__ import annotations

from itertools import islice, takewhile
from typing import TYPE_CHECKING, NamedTuple

from scrubber import later
from scrubber.brands import LONGEST_SPELLED, brand_of, host_of
from scrubber.shapes import coined, is_name, is_person, plausible, torn_from
from scrubber.wording import Part, Token, completes, ending, tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

MOST = 20
"""Names that are read from one finding; a longer list of names is no credit."""

CAPTURED, LABELLED, MATCHED, LICENSED, SHAPED, HOSTED = 6, 5, 4, 3, 2, 1
"""How sure a name is: by a rule's group, a label, a rule's pattern for names, the words around it, its ending or the
place that it has to itself, an address."""

_PERSONAL = later.pattern("(?:微信(?:搜索?|id|号)?|@)$")
_HAN = later.pattern("[㐀-䶿一-鿿]")
_LATIN = later.pattern("[a-z0-9]+")
_FOLLOW = frozenset({"关注", "订阅", "收藏"})
_NAMES = frozenset({Part.RUN, Part.QUOTE, Part.WORK})
_PUT_OUT = "发布"
"""A claim behind 由, and a part of names elsewhere (云岭发布)."""
_STEPS = frozenset(">›»→")
_SHARED = later.pattern("分享(?:到|至|按钮):?[^\\n。,!?]*")
"""What a page offers to be shared on: markets of talk, not who shows the page."""
_PERSONS = frozenset({"作者", "原作者", "会员", "用户", "网友", "记者"})
"""Words behind which a quoted name is a person's: 会员“月落乌啼”."""
_MAKERS = frozenset({"供稿", "撰稿", "整理", "制作", "图源", "图片", "手打", "录入", "校对", "扫描", "翻译"})
"""Labels behind which may stand a person or an office, who wrote, typed or drew something for somebody else."""
_CONTACT = frozenset({"qq", "微信", "扣扣", "电话", "手机", "邮箱"})
_LONGEST_PERSON = 3
"""Code points of the longest name that a person usually has."""
_SENTENCE = frozenset("。,、;:?!.…)”\"'")
"""What ends a clause or encloses talk."""
_COLON = frozenset(" \t:：|丨/>·-—")
_GAPS = {
    Part.SOURCE: _COLON | {"@"},
    Part.ACCOUNT: _COLON,
    Part.CALL: frozenset(" :@"),
    Part.LINK: frozenset(" :"),
}
"""What may stand between a word and the name it leads to."""


class Named(NamedTuple):
    """A name with how sure it is that it is one, and where it stands (code points of the text it was found in).

    An ``account`` is shown to be one by what stands beside it, and may have any name.
    """

    name: str
    rank: int
    start: int
    account: bool = False

    @property
    def captures(self) -> dict[str, str]:
        """The name as a rule's capture; a phrase that is a name only because an account has it is no site's."""
        return {"account" if self.account and brand_of(self.name) is None else "site": self.name}


def names_in(
    text: str,
    captured: str = "",
    matched: Iterable[str] = (),
    known: Callable[[str], object] = lambda _: None,
    *,
    titles: bool = False,
    foreign: bool = True,
) -> list[Named]:
    """The names in a finding as the folded view reads it, the surest first; none holds another.

    ``captured`` is what the rule's match took for the name, ``matched`` what its pattern for names found besides.
    ``known`` tells whether a name is that of a listed site. In a list of ``titles``, and in a text that is not known to
    be ``foreign``, a sentence names its own subject, not a site.
    """
    pieces = tokens(_SHARED.sub(lambda bar: " " * len(bar[0]), text))
    found = [*islice(_licensed(pieces, known, titles, foreign), 5 * MOST), *_spelled(text, pieces)]
    accounts = {one.name for one in found if one.account}
    works = {piece.inner for piece in pieces if piece.part is Part.WORK and piece.inner[-1] not in "报刊"}
    for name, rank in ((captured, CAPTURED), *((name, MATCHED) for name in matched)):
        cut = name if known(name) else _trimmed(name, text, pieces)
        if cut and not known(cut) and (torn := torn_from(text, text.find(cut))):
            cut = torn + cut if ending(cut) is not None and plausible(torn + cut) else ""
        whole = cut == name.strip() and is_name(cut) and (rank == CAPTURED or coined(cut))
        if cut in works and ending(cut) is None:
            continue
        if cut and (whole or cut in accounts or known(cut) or host_of(cut) or plausible(cut)):
            found.append(Named(cut, HOSTED if host_of(cut) == cut else rank, text.find(name), cut in accounts))
    return _distinct(sorted(found, key=lambda one: (-one.rank, one.start)))


def further(names: Sequence[Named]) -> list[Named]:
    """The names of a finding that are told beside its first: sure ones, or all where the first is not sure either."""
    return [one for one in names[1:] if one.rank >= LICENSED or names[0].rank < LICENSED]


def _distinct(found: Iterable[Named]) -> list[Named]:
    """The names of which none holds another; the surer one stays, but with the ending that a longer one shows."""
    chosen: list[Named] = []
    for one in found:
        if len(chosen) == MOST:
            break
        rival = next((place for place, other in enumerate(chosen) if _alike(one.name, other.name)), None)
        if rival is None:
            chosen.append(one)
        elif completes(chosen[rival].name, one.name):
            chosen[rival] = chosen[rival]._replace(name=one.name)
    return chosen


def _alike(one: str, other: str) -> bool:
    return one in other or other in one


def _licensed(pieces: Sequence[Token], known: Callable[[str], object], titles: bool, foreign: bool) -> Iterator[Named]:
    """The names that the words beside them say to be some, or the place that they have."""
    for at, piece in enumerate(pieces):
        if piece.part is Part.HOST and not titles and (host := host_of(piece.text)) and not _is_mail(pieces, at):
            yield Named(host, HOSTED, piece.start)
        if piece.part not in _NAMES:
            continue
        name = _without_column(piece.inner.strip("·_"))
        rank, account = _rank(pieces, at, titles)
        if at and pieces[at - 1].text == "由" and name.endswith(_PUT_OUT):
            name, rank = name[: -len(_PUT_OUT)], LABELLED
        begun = "" if rank else _begun(pieces, at)
        if begun and plausible(begun + name):
            yield Named(begun + name, LABELLED, piece.start - len(begun))
            continue
        if not rank and piece.part is Part.QUOTE:
            name, rank = _bracketed(piece, name)
        elif not rank and not titles:
            rank = _rank_by_place(pieces, at, foreign)
        if not rank or name.isdecimal() or not (known(name) or is_name(name, account)):
            continue
        if name.isascii():
            rank = min(rank, LICENSED if account else SHAPED)
        elif rank < LABELLED and not account and not known(name) and not plausible(name):
            continue
        yield Named(name, rank, piece.start, account)


def _spelled(text: str, pieces: Sequence[Token]) -> Iterator[Named]:
    """The names that addresses and accounts beside them spell (云起文舍 yunqiws): nobody else has such an address."""
    from scrubber.pinyin import LEAST_LETTERS, spelled  # noqa: PLC0415 - its table loads when an address is found

    if len(text) > LONGEST_SPELLED:
        return
    for at, piece in enumerate(pieces):
        account = len(piece.text) >= LEAST_LETTERS and _LATIN.fullmatch(piece.text) and not _is_mailed(pieces, at)
        if piece.part is Part.HOST or account:
            name = spelled(host_of(piece.text) or piece.text, text)
            if name is not None and (whole := _whole(name, text, pieces)):
                yield Named(whole, LABELLED, text.find(name))


def _whole(name: str, text: str, pieces: Sequence[Token]) -> str:
    """A name that an address spells, with what the address leaves out of it (青竹⟦书舍⟧); empty if it is too short."""
    start = text.find(name)
    run = next((piece for piece in pieces if piece.start <= start < piece.end), None)
    longer = text[start : run.end] if run else name
    if len(name) >= _LONGEST_PERSON:
        return longer if completes(name, longer) else name if is_name(name) else ""
    return longer if len(longer) <= len(name) + 2 and plausible(longer) else ""


def _begun(pieces: Sequence[Token], at: int) -> str:
    """The word with which a name begins behind its label, though it may be one of boilerplate: 来源:⟦通讯员⟧宝库."""
    first = pieces[at - 1] if at > 1 else None
    if first is None or first.part is not Part.FILLER or pieces[at].part is not Part.RUN:
        return ""
    label = _before(pieces, at - 1)
    marked = pieces[at - 2].text in _COLON and label is not None and label.part in (Part.SOURCE, Part.ACCOUNT)
    return first.text if marked else ""


def _rank_by_place(pieces: Sequence[Token], at: int, foreign: bool) -> int:
    """How sure a piece is a name where no word beside it says so."""
    if foreign and _speaks(pieces, at):
        return LICENSED
    return SHAPED if _heads_path(pieces, at) or _stands_apart(pieces, at) else 0


def _rank(pieces: Sequence[Token], at: int, titles: bool) -> tuple[int, bool]:
    """How sure the words beside a piece are that it is a name, 0 if they are not; and whether it is an account's.

    In ``titles`` a claim is part of a title (半年总结汇总).
    """
    piece = pieces[at]
    if _is_person(pieces, at):
        return 0, False
    before, follow = _before(pieces, at), _after(pieces, at)
    after, enclosed = follow or (None, False)
    behind = after.part if after else None
    claimed = behind is Part.OWNER or (behind is Part.CLAIM and not titles)
    told = claimed or ending(piece.inner) is not None
    lead = before.part if before else None
    if piece.part is Part.WORK:
        paper = told or piece.inner[-1] in "报刊"
        rank, account = LICENSED if lead in (Part.CALL, Part.LINK) and paper else 0, False
    elif before and before.text in _MAKERS and ending(piece.inner) is None and is_person(piece.inner):
        rank, account = 0, False
    elif before and lead in (Part.SOURCE, Part.ACCOUNT):
        apart = piece.part is Part.QUOTE or pieces[at - 1].part is Part.MARK or _is_called(pieces, at)
        rank, account = LABELLED if apart else LICENSED, apart and lead is Part.ACCOUNT
        rank = 0 if piece.inner.isascii() and _PERSONAL.search(before.text) else rank
    elif behind in (Part.ACCOUNT, Part.HOST):
        opens = behind is Part.HOST and (at == 0 or pieces[at - 1].text == "\n")
        sure = enclosed or opens or piece.part is Part.QUOTE or lead is Part.CALL
        rank, account = LABELLED if sure else LICENSED, sure and behind is Part.ACCOUNT
    elif after and behind is Part.SOURCE and after.text[0] in "转摘" and (at == 0 or pieces[at - 1].text == "\n"):
        rank, account = LICENSED, False
    elif piece.part is Part.QUOTE:
        account = (before is not None and lead is Part.CALL and before.text != "搜索") or _is_follow(after)
        rank = LICENSED if lead is Part.CALL or account or claimed else 0
    elif before and ((before.text == "由" and claimed) or (lead is Part.LINK and told and before.end < piece.start)):
        rank, account = LABELLED, False
    else:
        licensed = lead is Part.CALL or (lead is Part.LINK and told) or (claimed and behind is Part.OWNER)
        rank, account = LICENSED if licensed or (claimed and told) else SHAPED if told else 0, False
    return rank, account


def _before(pieces: Sequence[Token], at: int) -> Token | None:
    """The word that leads to a name, with nothing but its colon between; an account's id may stand there too."""
    between = ""
    for place in range(at - 1, max(-1, at - 6), -1):
        piece = pieces[place]
        if piece.part is Part.RUN and between == "(" and _LATIN.fullmatch(piece.text):
            label = _before(pieces, place)
            return label if label is not None and label.part is Part.ACCOUNT else None
        if piece.part is not Part.MARK:
            return piece if piece.part in _GAPS and _GAPS[piece.part].issuperset(between) else None
        between += piece.text
    return None


def _after(pieces: Sequence[Token], at: int) -> tuple[Token, bool] | None:
    """What stands right behind a name, and whether a bracket encloses it; an address may stand at some distance."""
    rest = [piece for piece in pieces[at + 1 : at + 8] if not piece.text.isspace()]
    if len(rest) > 1 and rest[0].text == "(":
        return (rest[1], True) if rest[1].part in (Part.ACCOUNT, Part.HOST) else None
    if not rest or (rest[0].start > pieces[at].end and rest[0].part is not Part.HOST):
        return None
    return rest[0], False


def _without_column(inner: str) -> str:
    """The site's part of a name with the column behind it: 鹿鸣书屋·散文."""
    name, dot, _ = inner.partition("·")
    return name if dot and ending(name) is not None else inner


def _bracketed(piece: Token, name: str) -> tuple[str, int]:
    """The name in brackets that hold it with its claim and nothing else (【柳叶书屋整理】), or that ends like one."""
    match tokens(piece.inner):
        case [Token(Part.RUN, claimed), Token(Part.CLAIM | Part.OWNER)]:
            return claimed, LICENSED
    return name, SHAPED if piece.text[0] not in "“‘" and ending(name) is not None else 0


def _speaks(pieces: Sequence[Token], at: int) -> bool:
    """Whether a piece is the subject of a sentence in which an advert speaks of itself."""
    return at + 1 < len(pieces) and pieces[at + 1].part is Part.PREDICATE


def _heads_path(pieces: Sequence[Token], at: int) -> bool:
    """Whether a piece is the first step of a path through a site: 溪山 > 手机 > …"""
    opens = at == 0 or pieces[at - 1].text in ("\n", ":")
    return opens and next((piece.text for piece in pieces[at + 1 :] if piece.text != " "), "") in _STEPS


def _stands_apart(pieces: Sequence[Token], at: int) -> bool:
    """Whether a name has its place to itself: between two marks of one kind, or at a line's start with a mark behind.

    Two or three characters before a blank are as likely a person's name; a line that holds nothing else is a heading.
    """
    before, after = (pieces[at - 1].text if at else "\n"), (pieces[at + 1].text if at + 1 < len(pieces) else "\n")
    if not _HAN.search(pieces[at].text) or before == after == "\n":
        return False
    if before == after != " ":
        return before not in _SENTENCE
    hosted = before == " " and at > 1 and pieces[at - 2].part is Part.HOST
    if not hosted and not _opens(pieces, at):
        return False
    if after in _CONTACT:
        return True
    dated = at + 2 < len(pieces) and pieces[at + 2].text[0].isdigit()
    roomy = hosted or dated or after not in " \n" or len(pieces[at].text) > _LONGEST_PERSON
    return roomy and len(after) == 1 and not after.isalnum() and after not in _SENTENCE


def _opens(pieces: Sequence[Token], at: int) -> bool:
    """Whether nothing but marks stands before a piece in its line."""
    return all(piece.part is Part.MARK for piece in takewhile(lambda one: one.text != "\n", reversed(pieces[:at])))


def _is_person(pieces: Sequence[Token], at: int) -> bool:
    return at > 0 and pieces[at].part is Part.QUOTE and pieces[at - 1].text in _PERSONS


def _is_called(pieces: Sequence[Token], at: int) -> bool:
    """Whether a piece stands between the call to an account and what to do there: 关注公众号⟦…⟧回复."""
    called = at > 1 and pieces[at - 1].part is Part.ACCOUNT and pieces[at - 2].part is Part.CALL
    return called and (at + 1 == len(pieces) or pieces[at + 1].part in (Part.FILLER, Part.MARK, Part.CALL))


def _is_mailed(pieces: Sequence[Token], at: int) -> bool:
    return at + 1 < len(pieces) and pieces[at + 1].text == "@"


def _is_mail(pieces: Sequence[Token], at: int) -> bool:
    return at > 0 and pieces[at - 1].text == "@"


def _is_follow(piece: Token | None) -> bool:
    return piece is not None and piece.text in _FOLLOW


def _trimmed(name: str, text: str, pieces: Sequence[Token]) -> str:
    """A captured name without the boilerplate that it took along and with what it missed; empty if nothing is left."""
    start = text.find(name)
    if start < 0:
        text, start, pieces = name, 0, tokens(name)
    end = start + len(name)
    inside = [piece for piece in pieces if piece.end > start and piece.start < end]
    while inside and not _may_edge(inside[0]):
        inside.pop(0)
    while inside and not _may_edge(inside[-1]):
        inside.pop()
    if not inside:
        return ""
    first, last = inside[0], inside[-1]
    torn = first.part is Part.RUN and _LATIN.fullmatch(text, first.start, start)
    start = first.start if torn else max(start, first.start)
    if last.end > end and last.part is Part.RUN and completes(text[start:end], text[start : last.end]):
        end = last.end
    return text[start : min(end, last.end)].strip()


def _may_edge(piece: Token) -> bool:
    return piece.part in _NAMES or piece.part is Part.HOST
