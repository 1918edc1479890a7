"""Who republished a text: known sites, and one stable name for an unknown one.

Known sites stand in ``rules/sites/*.toml``. A site that nobody has listed is named by what was captured of it: its
brand, else its public account, else its domain (:mod:`scrubber.brands`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scrubber import later
from scrubber.brands import HOST, LONGEST_SPELLED, account_of, brand_of, cleaned, folded, host_of, key_of
from scrubber.errors import RuleError
from scrubber.wording import completes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from scrubber.model import Finding

CONTACTS = ("qq", "wechat", "phone")
"""Captures that lead to a seller but name nobody."""

_LISTS = ("aliases", "domains", "accounts", "contacts")
_FLAGS = ("platform", "anonymous")
_FIELDS = ("name", *_LISTS, *_FLAGS)
_ASCII = later.pattern("[a-z]{2}")
_LEAST_PART = 3
"""Code points of a name that is the same site's as a longer one that holds it: 梳语坊, 梳语坊旗舰店."""
_MOST_SPELLED = 40
"""Addresses and torn names of one document that are compared with the names in it."""


@dataclass(frozen=True, slots=True)
class Site:
    """A known site.

    A ``platform`` hosts other people's pages: its domain says nothing about who they are, unless nothing else is known.
    An ``anonymous`` one, such as a search engine, is nobody's source at all.
    """

    name: str
    aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    platform: bool = False
    anonymous: bool = False


@dataclass(frozen=True, slots=True)
class Merge:
    """Names that were seen together and are therefore held to be one site, for review.

    ``names`` hold every name, domain and account of the site, ``contacts`` its numbers; ``seen`` the texts of the
    findings that showed two of them side by side.
    """

    site: str
    names: tuple[str, ...]
    contacts: tuple[str, ...]
    seen: tuple[str, ...]


class Sites:
    """The registry: what a name, a domain, an account or a contact stands for. Immutable, and can be pickled."""

    def __init__(self, known: Iterable[Site] = ()) -> None:
        """Index the known sites by everything that stands for them; two of them may not claim the same."""
        self.known: tuple[Site, ...] = ()
        self._names: dict[str, Site] = {}
        self._domains: dict[str, Site] = {}
        self._contacts: dict[str, Site] = {}
        self._know(known)

    def _know(self, sites: Iterable[Site]) -> None:
        self.known = (*self.known, *(added := tuple(sites)))
        for site in added:
            _claim(self._names, (key_of(name) for name in (site.name, *site.aliases, *site.accounts)), site)
            _claim(self._domains, map(str.lower, site.domains), site)
            _claim(self._contacts, map(str.lower, site.contacts), site)

    @classmethod
    def from_specs(cls, specs: Sequence[Mapping[str, Any]]) -> Sites:
        """Build the registry from what :func:`read` gave.

        Raises:
            RuleError: two files claim one name, domain, account or contact.
        """
        known: dict[Site, str] = {}
        for spec in specs:
            lists = {field: tuple(spec.get(field, ())) for field in _LISTS}
            platform, anonymous = (spec.get(flag, False) for flag in _FLAGS)
            known[Site(spec["name"], **lists, platform=platform, anonymous=anonymous)] = spec["path"]
        try:
            return cls(known)
        except _ClaimedTwiceError as error:
            hint = "one site, one file; list its other names as aliases"
            raise RuleError(known[error.site], 1, str(error), hint) from None

    def canonical(self, name: str, captures: Mapping[str, str]) -> str | None:
        """The name of the site that a finding names, None when it names nobody.

        ``name`` is what was captured as the site; ``captures`` may hold ``account``, ``url`` and contacts besides.
        """
        host = host_of(captures.get("url", "")) or host_of(name)
        for key in map(cleaned, (name, captures.get("account", ""))):
            if site := self._names.get(key):
                return _shown(site)
        site = self._by_domain(host)
        if site and not site.platform:
            return _shown(site)
        brand = brand_of(name)
        if brand and host and brand in host.split("."):
            return host
        if brand or (brand := account_of(captures.get("account", ""))):
            return brand
        if contact := self._by_contact(captures):
            return _shown(contact)
        return _shown(site) if site else host

    def _by_domain(self, host: str | None) -> Site | None:
        while host:
            if site := self._domains.get(host):
                return site
            host = host.partition(".")[2]
        return None

    def _by_contact(self, captures: Mapping[str, str]) -> Site | None:
        return next((self._contacts[number] for number in _numbers(captures) if number in self._contacts), None)

    def merges(self, findings: Iterable[Finding]) -> tuple[Merge, ...]:
        """The names that stood side by side in one finding, as sites; in order of their names.

        A domain or an account joins the brands that appear with it; 青竹 joins 青竹网 or 青竹文库, 青竹坊 joins
        青竹坊客服, and qingzhu joins qingzhu.com and 青竹, which it spells, where both occur. A contact joins nothing:
        it belongs to a site when it was seen with that site alone. Weak names and the domains of platforms join
        nothing either.
        """
        groups = _Groups()
        for finding in findings:
            if finding.applies and len(finding.text) <= LONGEST_SPELLED:
                groups.texts.add(finding.text)
            if finding.captures:
                names = [*self._names_in(finding.captures), *self._hosts(_behind(finding))]
                groups.add(list(dict.fromkeys(names)), _numbers(finding.captures), finding.text)
        return groups.merges(self)

    def _names_in(self, captures: Mapping[str, str]) -> list[str]:
        named = [brand_of(captures.get("site", "")), account_of(captures.get("account", ""))]
        named += self._hosts(captures.get("url", ""), captures.get("site", ""))
        return list(dict.fromkeys(name for name in named if name))

    def _hosts(self, *addresses: str) -> list[str]:
        """The hosts of addresses, without those that many share."""
        hosts = [host for address in addresses if (host := host_of(address))]
        return [host for host in hosts if not ((site := self._by_domain(host)) and (site.platform or site.anonymous))]

    def known_as(self, name: str) -> str | None:
        """The name of the listed site that a brand, account or domain belongs to, None when it is not listed."""
        site = self._names.get(key_of(name)) or self._by_domain(host_of(name))
        return site.name if site else None

    def learn(self, merges: Iterable[Merge]) -> Sites:
        """This registry with the sites of ``merges`` added; what is listed already keeps its meaning."""
        added = []
        for merge in merges:
            if self.known_as(merge.site):
                continue
            new = [name for name in merge.names if not self.known_as(name)]
            domains = tuple(name for name in new if host_of(name) == name and name != merge.site)
            aliases = tuple(name for name in new if host_of(name) != name and name != merge.site)
            contacts = tuple(number for number in merge.contacts if number not in self._contacts)
            added.append(Site(merge.site, aliases, domains, contacts=contacts))
        if not added:
            return self
        learned = Sites()
        learned.known = self.known
        learned._names, learned._domains = self._names.copy(), self._domains.copy()
        learned._contacts = self._contacts.copy()
        learned._know(added)
        return learned


class _Groups:
    """Names joined by standing together in one finding."""

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}
        self.shown: Counter[str] = Counter()
        self.contacts: dict[str, set[str]] = defaultdict(set)
        self.seen: dict[str, set[str]] = defaultdict(set)
        self.texts: set[str] = set()

    def root(self, name: str) -> str:
        while self.parent[name] != name:
            self.parent[name] = name = self.parent[self.parent[name]]
        return name

    def add(self, names: Sequence[str], numbers: Sequence[str], text: str) -> None:
        for name in names:
            self.parent.setdefault(name, name)
            self.shown[name] += 1
            self.parent[self.root(name)] = self.root(names[0])
        if names:
            for number in numbers:
                self.contacts[number].add(names[0])
            if len(names) + len(numbers) > 1:
                self.seen[names[0]].add(text)

    def merges(self, sites: Sites) -> tuple[Merge, ...]:
        for name in self.parent:
            for short in _shorter(name):
                if short in self.parent:
                    self.parent[self.root(short)] = self.root(name)
        self._join_spelled()
        members: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self.parent):
            members[self.root(name)].append(name)
        numbers: dict[str, list[str]] = defaultdict(list)
        for number, names in sorted(self.contacts.items()):
            roots = {self.root(name) for name in names}
            if len(roots) == 1:
                numbers[roots.pop()].append(number)
        found = [
            self._merge(sites, names, numbers[root])
            for root, names in members.items()
            if len(names) + len(numbers[root]) > 1
        ]
        return tuple(sorted(found, key=lambda merge: merge.site))

    def _join_spelled(self) -> None:
        """Join an address or a torn name with the name that it spells, wherever that stands."""
        named = sorted(filter(_is_plain, self.parent))
        for written in sorted(name for name in self.parent if _ASCII.search(name))[:_MOST_SPELLED]:
            name = next((name for name in named if _spells(written, name)), None)
            if name is None and written.isascii():
                name = self._sought(written)
            if name is not None:
                self.parent[self.root(written)] = self.root(name)

    def _sought(self, written: str) -> str | None:
        """The name that an address spells and that stands in a finding without having been read as a name."""
        from scrubber.pinyin import spelled  # noqa: PLC0415 - only where a document shows an address

        for text in sorted(self.texts):
            name = brand_of(spelled(written, folded(text)) or "")
            if name is not None and len(name) >= _LEAST_PART:
                self.add([name], (), text)
                return name
        return None

    def _merge(self, sites: Sites, names: Sequence[str], numbers: Sequence[str]) -> Merge:
        hosts = [name for name in names if host_of(name) == name]
        labels = {label for host in hosts for label in host.split(".")}
        # A brand says more than its domain, and a domain more than a part of it.
        ranked = sorted(
            names,
            key=lambda name: (
                name in labels,
                name in hosts,
                any(_spells(name, other) for other in names if _is_plain(other)),
                not any(_spells(other, name) for other in names if _is_plain(name)),
                _is_begun(name, names),
                -self.shown[name],
                len(name),
                name,
            ),
        )
        known = (sites.known_as(name) for name in ranked)
        seen = sorted(text for name in names for text in self.seen[name])
        return Merge(next(filter(None, known), ranked[0]), tuple(ranked), tuple(numbers), tuple(seen))


def _shorter(name: str) -> Iterator[str]:
    """The shorter names for which a name may stand: without its ending, a part of it, a label of a domain."""
    if name.isascii():
        yield from name.split(".")
        return
    starts = range(len(name))
    yield from (name[start:end] for start in starts for end in range(start + _LEAST_PART, len(name) + (start > 0)))
    yield from (name[:end] for end in range(2, _LEAST_PART) if completes(name[:end], name))


def _is_plain(name: str) -> bool:
    return not _ASCII.search(name)


def _spells(written: str, name: str) -> bool:
    """Whether an address, an account or a torn name (黑yan阁) is this name, by how it sounds."""
    if written == name or not _ASCII.search(written):
        return False
    from scrubber.pinyin import spelled, spells  # noqa: PLC0415 - as above

    if not written.isascii():
        return spells(written, name)
    found = spelled(written, name)
    return found is not None and (name.startswith(found) or len(found) > _LEAST_PART)


def _is_begun(name: str, names: Sequence[str]) -> bool:
    """Whether another of the names is this one with the ending that it lacks."""
    return any(name != other and completes(name, other) for other in names)


def _behind(finding: Finding) -> str:
    """The address in brackets right behind the name that a finding captured; empty where there is none."""
    name = finding.captures.get("site")
    _, bracket, rest = folded(finding.text).partition(f"{name}(") if name else ("", "", "")
    return match[0] if bracket and (match := HOST.match(rest)) else ""


def _shown(site: Site) -> str | None:
    return None if site.anonymous else site.name


def read(path: Path) -> dict[str, Any]:
    """Read one site file strictly.

    Raises:
        RuleError: the file is not valid TOML, a key is unknown, missing or of the wrong type.
    """
    from scrubber.toml_source import TomlSource  # noqa: PLC0415 - not needed when the rule cache is warm

    source = TomlSource(path)
    values = source.values
    source.only(values, _FIELDS)
    if not isinstance(values.get("name"), str) or not values["name"].strip():
        source.fail("a site needs a `name`", "name", hint='name = "新华网"')
    for flag in _FLAGS:
        if not isinstance(values.get(flag, False), bool):
            source.fail(f"`{flag}` is true or false", flag)
    for field in _LISTS:
        entries = values.get(field, [])
        if not isinstance(entries, list) or not all(isinstance(entry, str) and entry.strip() for entry in entries):
            source.fail(f"`{field}` is a list of strings", field, hint=f'{field} = ["…"]')
    for domain in values.get("domains", []):
        if host_of(domain) != domain:
            source.fail(f"`{domain}` is no domain", "domains", hint="in lower case, without scheme, www. and path")
    return {**values, "path": str(path)}


def _numbers(captures: Mapping[str, str]) -> list[str]:
    return [number for kind in CONTACTS if (number := captures.get(kind, "").strip().lower())]


class _ClaimedTwiceError(ValueError):
    def __init__(self, key: str, first: Site, site: Site) -> None:
        super().__init__(f"`{key}` belongs to {first.name} already, and {site.name} claims it too")
        self.site = site


def _claim(table: dict[str, Site], keys: Iterable[str], site: Site) -> None:
    for key in keys:
        if table.setdefault(key, site) is not site:
            raise _ClaimedTwiceError(key, table[key], site)
