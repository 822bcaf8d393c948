"""What a merchant enters to connect a Brightpearl account, checked as a whole."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from engine.model.sentence import Sentence
from engine.ports import SettingProblem, StoreError
from rules.messages import LANGUAGES, Message, Text

ON_SHIP = ("none", "mark_shipped", "order_status", "both")
DATACENTER_HOSTS: dict[str, str] = {
    "eu1": "euw1.brightpearlconnect.com",
    "euw1": "euw1.brightpearlconnect.com",
    "use": "use1.brightpearlconnect.com",
    "use1": "use1.brightpearlconnect.com",
    "usw": "ws-usw.brightpearl.com",
    "eu2": "ws-eu2.brightpearl.com",
    "ap1": "ws-ap1.brightpearl.com",
}
_VENDOR_DOMAINS = (".brightpearlconnect.com", ".brightpearl.com")
_ACCOUNT_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_HOST = re.compile(r"[a-z0-9][a-z0-9.-]{0,252}")
_MAX_ID_DIGITS = 15

_TEXTS: dict[str, Text] = {
    "integration_url": Text(
        "The integration URL {value} is not a web address such as https://host or http://host:port, "
        "without user name, query or fragment.",
        "La URL de integración {value} no es una dirección web como https://servidor o http://servidor:puerto, "
        "sin usuario, consulta ni fragmento.",
    ),
    "account_code": Text(
        "The account code {value} is not one: letters, digits, - and _ only, as in the address of your Brightpearl account.",
        "El código de cuenta {value} no es válido: solo letras, cifras, - y _, como en la dirección de tu cuenta de Brightpearl.",
    ),
    "datacenter": Text(
        "The data centre {value} is not known: use one of {known}, or the full host name from Brightpearl.",
        "El centro de datos {value} no se conoce: usa uno de {known}, o el nombre completo del servidor de Brightpearl.",
    ),
    "channel_ids": Text(
        "Name at least one channel by its number in Brightpearl, each a whole number from 1 up; {value} is not that.",
        "Indica al menos un canal por su número en Brightpearl, cada uno un entero desde 1; {value} no lo es.",
    ),
    "warehouse_ids": Text(
        "Warehouses are named by their numbers in Brightpearl, each a whole number from 1 up; {value} is not that.",
        "Los almacenes se indican por su número en Brightpearl, cada uno un entero desde 1; {value} no lo es.",
    ),
    "on_ship": Text(
        "What to do when an order ships must be one of {known}; {value} is not.",
        "La acción al enviar un pedido debe ser una de {known}; {value} no lo es.",
    ),
    "username": Text("The user name is missing.", "Falta el nombre de usuario."),
    "password": Text("The password is missing.", "Falta la contraseña."),
}
_NOTHING = Text("(nothing)", "(nada)")


@dataclass(frozen=True, slots=True)
class BrightpearlSettings:
    """Everything needed to talk to one Brightpearl account."""

    base_url: str  # scheme and host of every call, no slash at the end
    account_code: str
    channel_ids: frozenset[int]
    warehouse_ids: frozenset[int]  # empty: all
    on_ship: str
    username: str
    password: str = field(repr=False)


class InvalidSettings(StoreError):
    """Settings that cannot be used, with every problem; its text is all sentences together."""

    def __init__(self, problems: Sequence[SettingProblem]) -> None:
        super().__init__(
            Sentence(*(" ".join(problem.message.format(language) for problem in problems) for language in LANGUAGES))
        )
        self.problems = tuple(problems)


def parse_settings(settings: Mapping[str, Any], credentials: Mapping[str, str]) -> BrightpearlSettings:
    """Settings and credentials of a store as typed values.

    `settings`: integration_url (optional), account_code, datacenter (optional with an integration URL), channel_ids,
    warehouse_ids (optional), on_ship (default none). `credentials`: username, password. Raises InvalidSettings.
    """
    problems: list[SettingProblem] = []

    def report(name: str, value: Any = None, **params: str) -> None:
        shown = _NOTHING if value in (None, "", []) else value
        problems.append(SettingProblem(name, Message(f"bad_{name}", _TEXTS[name], {"value": shown, **params})))

    url = _text(settings.get("integration_url"))
    base_url = _base_url(url) if url else None
    if url and base_url is None:
        report("integration_url", url.rpartition("@")[2])
    code = _text(settings.get("datacenter")).lower()
    host = _host(code)
    if host is None and (code or not url):
        report("datacenter", code, known=", ".join(DATACENTER_HOSTS))
    account = _text(settings.get("account_code"))
    if not _ACCOUNT_CODE.fullmatch(account):
        report("account_code", account)
    channels = _ids(settings.get("channel_ids"))
    if not channels:
        report("channel_ids", settings.get("channel_ids"))
    warehouses = _ids(settings.get("warehouse_ids") or [])
    if warehouses is None:
        report("warehouse_ids", settings.get("warehouse_ids"))
    on_ship = settings.get("on_ship") or "none"
    if on_ship not in ON_SHIP:
        report("on_ship", on_ship, known=", ".join(ON_SHIP))
    for name in ("username", "password"):
        if not _text(credentials.get(name)):
            report(name)
    if problems:
        raise InvalidSettings(problems)
    return BrightpearlSettings(
        base_url=base_url or f"https://{host}",
        account_code=account,
        channel_ids=channels or frozenset(),
        warehouse_ids=warehouses or frozenset(),
        on_ship=on_ship,
        username=_text(credentials["username"]),
        password=credentials["password"],
    )


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _base_url(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        port_is_good = parts.port is None or parts.port > 0
    except ValueError:
        return None
    bad = parts.query or parts.fragment or "@" in parts.netloc or not parts.hostname or not port_is_good
    if bad or parts.scheme not in ("http", "https") or any(char.isspace() or char == "\\" for char in url):
        return None
    return url.rstrip("/")


def _host(code: str) -> str | None:
    if code in DATACENTER_HOSTS:
        return DATACENTER_HOSTS[code]
    return code if code.endswith(_VENDOR_DOMAINS) and _HOST.fullmatch(code) else None


def _ids(value: Any) -> frozenset[int] | None:
    """Positive whole numbers, also as text; None when anything else is among them."""
    if not isinstance(value, list | tuple | set | frozenset):
        return None
    ids = set()
    for member in value:
        text = str(member).strip() if isinstance(member, int | str) and not isinstance(member, bool) else ""
        if not (text.isascii() and text.isdigit() and len(text) <= _MAX_ID_DIGITS and int(text) > 0):
            return None
        ids.add(int(text))
    return frozenset(ids)
