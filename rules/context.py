"""What the rules know beside the order: the account, its providers, carrier accounts, users and locations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rules.messages import Message, Text
from rules.named_lists import MAX_MEMBERS, NamedList
from rules.operators.texts import MAX_TEXT
from rules.values import folded_text, shown

WRONG_PART = Text("the context's {path} must be {wanted}, not {found}", "{path} del contexto debe ser {wanted}, no {found}")
UNKNOWN_ZONE = Text(
    "the context's account.time_zone {found} is not a time zone: write an IANA name such as Europe/Madrid",
    "account.time_zone del contexto, {found}, no es una zona horaria: escribe un nombre IANA como Europe/Madrid",
)
A_TEXT = Text("a text", "un texto")
AN_OBJECT = Text("an object", "un objeto")
A_BOOLEAN = Text("true or false", "true o false")
TEXTS = Text("a list of texts", "una lista de textos")
OBJECTS = Text("a list of objects", "una lista de objetos")
A_MEMBER = Text("a text of 1 to {limit} characters", "un texto de 1 a {limit} caracteres")
TWO_LISTS = Text(
    "the context's lists {one} and {other} are one list: names are compared without case",
    "las listas {one} y {other} del contexto son la misma: los nombres se comparan sin mayúsculas",
)
TOO_MANY_MEMBERS = Text(
    "the context's {path} has {count} members; a list may have {limit}",
    "{path} del contexto tiene {count} elementos; una lista puede tener {limit}",
)


class ContextRefused(ValueError):
    """A context that cannot be used, with every reason."""

    def __init__(self, messages: list[Message]) -> None:
        super().__init__("; ".join(map(str, messages)))
        self.messages = messages


@dataclass(frozen=True, slots=True)
class ServiceOffer:
    """One carrier account: whose it is and which services it may buy. All texts folded."""

    owner: str
    carrier: str
    services: frozenset[str]


@dataclass(frozen=True, slots=True)
class RuleContext:
    """A context made ready. None stands for a key that is not there, and is not checked."""

    account_slug: str | None = None
    account_country: str | None = None
    zone: ZoneInfo = ZoneInfo("UTC")
    providers: frozenset[str] | None = None
    offers: tuple[ServiceOffer, ...] | None = None
    provider_accounts_allowed: bool = False
    strict_clients: frozenset[str] | None = None  # whose orders ship with the accounts that they share, and no others
    users: frozenset[str] | None = None
    locations: Mapping[str, str | None] | None = None  # folded code → country
    lists: Mapping[str, NamedList] | None = None  # by folded name
    other_lists: frozenset[str] = frozenset()  # folded names of lists that are there as well, but of no use to these rules
    spellings: Mapping[str, str] = field(default_factory=dict, compare=False)  # folded name → as the context writes it

    def list_named(self, name: str) -> NamedList | None:
        return None if self.lists is None else self.lists.get(folded_text(name))

    @classmethod
    def parse(cls, data: Any) -> RuleContext:
        """The context of a JSON object. Raises ContextRefused with everything that is wrong."""
        return _Parser().parse(data)


NO_CONTEXT = RuleContext()


class _Parser:
    def __init__(self) -> None:
        self._messages: list[Message] = []
        self._spellings: dict[str, str] = {}

    def parse(self, data: Any) -> RuleContext:
        if not isinstance(data, Mapping):
            raise ContextRefused(
                [Message("bad_context", WRONG_PART, {"path": "root", "wanted": AN_OBJECT, "found": shown(data)})]
            )
        account = self._object(data, "account")
        context = RuleContext(
            account_slug=self._text(account, "slug", "account.slug"),
            account_country=self._text(account, "country", "account.country"),
            zone=self._zone(account),
            providers=self._texts(data, "providers"),
            offers=self._offers(data),
            provider_accounts_allowed=self._flag(data, "provider_accounts_allowed"),
            strict_clients=self._texts(data, "clients_requiring_shared"),
            users=self._texts(data, "users"),
            locations=self._locations(data),
            lists=self._lists(data),
            spellings=self._spellings,
        )
        if self._messages:
            raise ContextRefused(self._messages)
        return context

    def _refuse(self, path: str, wanted: Text, found: Any) -> None:
        self._messages.append(Message("bad_context", WRONG_PART, {"path": path, "wanted": wanted, "found": shown(found)}))

    def _lists(self, data: Mapping[str, Any]) -> Mapping[str, NamedList] | None:
        if data.get("lists") is None:
            return None
        lists: dict[str, NamedList] = {}
        for name, members in self._object(data, "lists").items():
            folded, path = self._folded(name), f"lists.{name}"
            if folded in lists:
                params = {"one": shown(self._spellings[folded]), "other": shown(name)}
                self._messages.append(Message("bad_context", TWO_LISTS, params))
            elif isinstance(members, NamedList):
                lists[folded] = members
            elif self._are_members(path, members):
                lists[folded] = NamedList(name, members)
        return lists

    def _are_members(self, path: str, members: Any) -> bool:
        if not isinstance(members, list):
            self._refuse(path, TEXTS, members)
            return False
        if len(members) > MAX_MEMBERS:
            params = {"path": path, "count": len(members), "limit": MAX_MEMBERS}
            self._messages.append(Message("bad_context", TOO_MANY_MEMBERS, params))
            return False
        for number, member in enumerate(members):
            if not isinstance(member, str) or not member.strip() or len(member) > MAX_TEXT:
                self._refuse(f"{path}[{number}]", Text(*(A_MEMBER.format(one, limit=MAX_TEXT) for one in ("en", "es"))), member)
                return False
        return True

    def _object(self, data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = data.get(key)
        if value is not None and not isinstance(value, Mapping):
            self._refuse(key, AN_OBJECT, value)
        return value if isinstance(value, Mapping) else {}

    def _text(self, data: Mapping[str, Any], key: str, path: str) -> str | None:
        value = data.get(key)
        if value is not None and not isinstance(value, str):
            self._refuse(path, A_TEXT, value)
        return value if isinstance(value, str) and value.strip() else None

    def _flag(self, data: Mapping[str, Any], key: str) -> bool:
        value = data.get(key)
        if value is not None and not isinstance(value, bool):
            self._refuse(key, A_BOOLEAN, value)
        return value is True

    def _zone(self, account: Mapping[str, Any]) -> ZoneInfo:
        name = self._text(account, "time_zone", "account.time_zone") or "UTC"
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self._messages.append(Message("bad_context", UNKNOWN_ZONE, {"found": shown(name)}))
            return ZoneInfo("UTC")

    def _texts(self, data: Mapping[str, Any], key: str, path: str = "") -> frozenset[str] | None:
        value = data.get(key)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(member, str) for member in value):
            self._refuse(path or key, TEXTS, value)
            return None
        return frozenset(map(self._folded, value))

    def _folded(self, name: str) -> str:
        folded = folded_text(name)
        self._spellings.setdefault(folded, name.strip())
        return folded

    def _objects(self, data: Mapping[str, Any], key: str) -> list[Mapping[str, Any]] | None:
        value = data.get(key)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(member, Mapping) for member in value):
            self._refuse(key, OBJECTS, value)
            return None
        return value

    def _offers(self, data: Mapping[str, Any]) -> tuple[ServiceOffer, ...] | None:
        accounts = self._objects(data, "carrier_accounts")
        if accounts is None:
            return None
        offers = []
        for number, account in enumerate(accounts):
            path = f"carrier_accounts[{number}]"
            owner = self._text(account, "owner", f"{path}.owner") or ""
            carrier = self._text(account, "carrier", f"{path}.carrier") or ""
            services = self._texts(account, "services", f"{path}.services") or frozenset()
            offers.append(ServiceOffer(folded_text(owner), self._folded(carrier), services))
        return tuple(offers)

    def _locations(self, data: Mapping[str, Any]) -> Mapping[str, str | None] | None:
        locations = self._objects(data, "locations")
        if locations is None:
            return None
        found: dict[str, str | None] = {}
        for number, location in enumerate(locations):
            code = self._text(location, "code", f"locations[{number}].code")
            if code is not None:
                found[self._folded(code)] = self._text(location, "country", f"locations[{number}].country")
        return found
