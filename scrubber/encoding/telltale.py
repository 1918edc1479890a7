"""Characters that tell at a glance that Chinese text was misread: what is usual in one encoding, read in another.

They are found much faster than all that is rare, so a long text is searched for mojibake only where one of them stands.
Chosen greedily: each is in as many misread stretches of 6 to 16 characters as can be that have none of those before it
(UTF-8 and Big5 read as GB18030, GB18030 read as Big5), and none is in the bundled texts, simplified or traditional. Of
such stretches, made of prose and of words from a dictionary, 93 to 98 in a hundred hold at least one, of misread lines
practically all.
"""

from __future__ import annotations

import re
from functools import cache

LETTERS = "\x80-\x9f\u00a1-\u00a6\u00a8-\u00af\u00b2-\u00b6\u00b8-\u00d6\u00d8-\u00f6\u00f8-\u017f\u2550-\u2593"
"""What Chinese text read in a single-byte encoding consists of, as the inside of a character class."""

SIGNS = (
    "ぃいぇぉおきこごじずぜそだぢづてどねぱびぶみめもやゅゆょよらるれわゑんウカキコゴセゼソタチネノバパフヘホミヤュ"
    "ユョヨラロワンヴヶㄐㄑㄓㄗㄘㄛㄢㄣㄤㄥㄦㄧㄨㄩ㈠㈡㈢㈣㈤㎝㏕仈仛佴佹佺佽侀侂侐侚俋俓俴偍偤傖傜儂儏冨冩冪冭冿刓"
    "剰勀勦卼厙厛厠厤厩厷叆叏叕叧呇咡哿啋嗙嗛嚭囨囩囮坋坒坰垀垚埏埗埜埦埭埶埻堁堎堢堣堥塋墍墦夊夋夎奀奻妗妘妦妭妯姄"
    "姏姛姞姣姤姳婂婄婅婇婓婖婥婧媼嬝嬪嬫嬬嬭宒寖寤寲尪尯岆岈岊峈嶅帤庈庖庣弅弇彁彂彇彶忓忔忕忚怓怮怹恀恅悊悗悜愪愭"
    "愮憩憮憳戞戣扂扲抎拸拻挕捄撶攷敓敤敭敼斿旀昜昢昹暦曞曟曪朸杻枃枊枑枙柊柦栠栧栨栬桯桵梑棿椤椾楀槻樵樿橈橾櫦歜歮"
    "歴毞氪氭氱氳氶汒汜沺洘洿浘涗涘涙涚涜涳涴淉淕淜渶渻湡湮湰満滃滈潙濅濆濇濈濋濘炰炲炵炶煋煦熷熺熼燠爜爣犖犺狝狟狦"
    "狾猀猁猂猔猭獺獽玂玡玦珋珛珜珨珯珼琌琕琩璶璸璹瓁瓥甃甶畬疄疭痷癘癳癵癸皘皬皯盢盺眈眏眒眔眕眤眳睍瞏瞯瞶瞷矪砃砏"
    "砐砑砞砫砱硂硄硉硑硶碔碞碢礋祅祒祘祫禣秅秈秏秖秨秶稦稰稶穝穦穨窊窐窽竒笁笆笌笟笢笣笭笲笵筁筿箞簬簱籈籓籔籵籹粎"
    "粙粯粰粸糂糤糵糶紌紑紒紩紱紵絏絑絚絪絬綉綔綷緄緧緪緵縊繘繵繷绋绔绠绺缃缇缍羆羛羭翋翴耋耚耴肈腘腨膘舃芛芞芠芢芶"
    "苀苤茼荎萸蔼虴蚐蚔蚚蚥蚰蚳蚽蚾蛁蛌蜊蟯衄衭衾袨褫訧詨譎豢豻賸赻赽趼蹋軞迡迵逄逌逜郔郖郤郴郸酕酗醱醴釬鍕鍖鍗鍩鍫"
    "鎭鎼鏁鏇鏍鐏鐞鐣鐧鐩鑭鑹鑺铆铇镭閾阨陑陓陔頟骞髡鰍鳶黍"
    "\ue02b\ue043\ue044\ue045\ue046\ue047\ue048\ue056\ue057\ue094\ue0a1\ue0a2\ue0a3\ue0a4\ue0a5\ue0a6\ue0bc\ue0c7"
    "\ue0cb\ue0f6\ue0ff\ue100\ue101\ue102\ue103\ue104\ue11c\ue11f\ue134\ue15d\ue15e\ue15f\ue160\ue162\ue168\ue178"
    "\ue17b\ue18d\ue1a0\ue1bb\ue1bc\ue1bd\ue1be\ue1bf\ue1c0\ue1e0\ue1e9\ue219\ue21a\ue21b\ue21c\ue21d\ue21e\ue4c7"
    "\ue4c8\ue4c9\ue4cc\ue4cd\ue4ce\ue4cf\ue4d1\ue4de\ue4e3\ue4e4\ue4f3\ue4f4\ue511\ue5e3\ue5e6\ue5ee\ue5f5\ue5f7"
    "\ue5fb\ue5fd\ue610\ue612\ue616\ue63f\ue64a\ue65e\ue661\ue663\ue665\ue69b\ue6bc\ue6bd\ue6d4\ue6e1\ue6e6\ue6e7"
    "\ue6fb\ue710\ue715\ue76e\ue772\ue77b\ue780\ue785\ue795\ue7d2\ue7fc\ue80b"
)
"""The last of them, from U+E000 on, are for private use: Big5 reads as such in GB18030."""


@cache
def _sign() -> re.Pattern[str]:
    return re.compile(f"[{LETTERS}{SIGNS}]")


def has_sign(text: str) -> bool:
    """Whether a letter or a sign stands in a text."""
    return bool(_sign().search(text))
