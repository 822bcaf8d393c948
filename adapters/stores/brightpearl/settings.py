"""What a merchant enters to connect a Brightpearl account, checked as a whole."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Any

from adapters.stores.brightpearl.addresses import DATACENTER_HOSTS, base_url_of, host_of, place_of
from adapters.stores.brightpearl.auth.credentials import Access, OAuthApp, SignedApp, read_access
from adapters.stores.brightpearl.reading import InvalidSettings, SettingsReader
from adapters.stores.brightpearl.service_methods import parse_service_methods
from engine.model.store import StoreScope
from engine.model.write_back import TELL_PARTS, PartsTelling
from rules.messages import Text

ON_SHIP = ("none", "mark_shipped", "order_status", "both")
SETS_STATUS = ("order_status", "both")  # of ON_SHIP
STATUS_WHEN = ("all_shipped", "always")
ORDER_NOTE_PLACEHOLDERS = ("tracking", "carrier", "service", "order_number")
MAX_ORDER_NOTE = 1000  # characters of the template

NO_CHANNEL = 0  # among the channels: orders that have none, which Brightpearl writes like this

# Settings that name one of Brightpearl's custom fields, and the order's field that it fills; the first one has the warehouse.
CUSTOM_FIELDS = {
    "custom_field_2": "custom_field_2",
    "custom_field_3": "custom_field_3",
    "buyer_note_field": "notes.from_buyer",
    "gift_message_field": "gift_message",
}
_FIELD_CODE = re.compile(r"PCF_[A-Z0-9_]{1,60}")
_ACCOUNT_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")

_INTEGRATION_URL = Text(
    "The integration URL {value} is not a web address such as https://host or http://host:port, "
    "without user name, query or fragment.",
    "La URL de integración {value} no es una dirección web como https://servidor o http://servidor:puerto, "
    "sin usuario, consulta ni fragmento.",
)
_ACCOUNT = Text(
    "The account code {value} is not one: letters, digits, - and _ only, as in the address of your Brightpearl account.",
    "El código de cuenta {value} no es válido: solo letras, cifras, - y _, como en la dirección de tu cuenta de Brightpearl.",
)
_DATACENTER = Text(
    "The data centre {value} is not known: use one of {known}, or the full host name from Brightpearl.",
    "El centro de datos {value} no se conoce: usa uno de {known}, o el nombre completo del servidor de Brightpearl.",
)
_API_DOMAIN = Text(
    "Brightpearl's OAuth says that the account is at {value}, which is none of Brightpearl's own hosts, so it is not asked. "
    "If it is right, enter it as the integration URL.",
    "El OAuth de Brightpearl dice que la cuenta está en {value}, que no es un servidor de Brightpearl, así que no se le "
    "pregunta. Si es correcto, indícalo como URL de integración.",
)
_NO_CHANNELS = Text(
    "Choose at least one channel: only orders of the chosen channels are imported.",
    "Elige al menos un canal: solo se importan los pedidos de los canales elegidos.",
)
_CHANNELS = Text(
    "Name at least one channel by its number in Brightpearl, each a whole number from 1 up, or 0 for orders without a channel; "
    "{value} is not that.",
    "Indica al menos un canal por su número en Brightpearl, cada uno un entero desde 1, o 0 para los pedidos sin canal; "
    "{value} no lo es.",
)
_WAREHOUSES = Text(
    "Warehouses are named by their numbers in Brightpearl, each a whole number from 1 up; {value} is not that.",
    "Los almacenes se indican por su número en Brightpearl, cada uno un entero desde 1; {value} no lo es.",
)
_ON_SHIP = Text(
    "What to do when an order ships must be one of {known}; {value} is not.",
    "La acción al enviar un pedido debe ser una de {known}; {value} no lo es.",
)
_STATUS_WHEN = Text(
    "When to set the order status must be one of {known}; {value} is not.",
    "Cuándo cambiar el estado del pedido debe ser uno de {known}; {value} no lo es.",
)
_TELL_PARTS = Text(
    "When to tell of parts must be one of {known}; {value} is not.",
    "Cuándo avisar de las partes debe ser uno de {known}; {value} no lo es.",
)
_EVENT_OWNER = Text(
    "The event owner is the contact number of a member of staff in Brightpearl, a whole number from 1 up; {value} is not that.",
    "El responsable del evento es el número de contacto de un empleado en Brightpearl, un entero desde 1; {value} no lo es.",
)
_SHIPPED_STATUS = Text(
    "The status of shipped orders is the number of an order status in Brightpearl, a whole number from 1 up; "
    "{value} is not that.",
    "El estado de los pedidos enviados es el número de un estado de pedido en Brightpearl, un entero desde 1; {value} no lo es.",
)
_CUSTOM_FIELD = Text(
    "A custom field is named by its code in Brightpearl, such as PCF_GIFT; {value} is not that.",
    "Un campo personalizado se nombra por su código en Brightpearl, como PCF_GIFT; {value} no lo es.",
)
_ORDER_NOTE = Text(
    "The order note may hold {known} and no other words in braces, at most {limit} characters, and {{{{ and }}}} for braces "
    "themselves.",
    "La nota del pedido puede contener {known} y ninguna otra palabra entre llaves, como máximo {limit} caracteres, y {{{{ y "
    "}}}} para las propias llaves.",
)
_SERVICE_METHODS = Text(
    "Each line names a carrier, its service and the number of a shipping method in Brightpearl, such as seur 24h: 12; {value} is "
    "not that.",
    "Cada línea nombra una empresa de transporte, su servicio y el número de un método de envío de Brightpearl, como "
    "seur 24h: 12; {value} no lo es.",
)
_ORDER_NOTE_PUBLIC = Text(
    "Whether customers see the order note is yes or no; {value} is neither.",
    "Si los clientes ven la nota del pedido es sí o no; {value} no es ninguno.",
)


@dataclass(frozen=True, slots=True)
class BrightpearlSettings:
    """Everything needed to talk to one Brightpearl account."""

    base_url: str  # scheme and host of every call, no slash at the end; empty as long as OAuth has not told it
    account_code: str
    channel_ids: frozenset[int]
    warehouse_ids: frozenset[int]  # empty: all
    on_ship: str  # one of ON_SHIP
    access: Access = field(repr=False)
    event_owner_id: int | None = None  # contact in whose name a note is marked as shipped
    shipped_status_id: int | None = None  # order status to set when an order ships
    status_when: str = "all_shipped"  # one of STATUS_WHEN
    order_note: str = ""  # template of ORDER_NOTE_PLACEHOLDERS; empty: none is written
    order_note_public: bool = False
    service_methods: Mapping[str, int] = field(default_factory=dict)  # see `service_methods`
    custom_fields: tuple[tuple[str, str], ...] = ()  # the order's fields that rules read → the codes of Brightpearl's

    @property
    def pool(self) -> str:
        """The allowance that Brightpearl counts calls in: log-ins and private apps share the account's, a developer has one."""
        account = f"brightpearl {self.base_url.partition('://')[2].lower()} {self.account_code.lower()}"
        match self.access:
            case SignedApp(dev_ref=developer) | OAuthApp(dev_ref=developer):
                return f"{account} developer {developer}"
            case _:
                return account


def parse_settings(
    settings: Mapping[str, Any], credentials: Mapping[str, str], may_lack: Collection[str] = ()
) -> BrightpearlSettings:
    """Settings and credentials of a store as typed values. Raises InvalidSettings.

    `settings`: integration_url (optional), account_code, datacenter (optional with an integration URL or OAuth),
    channel_ids, warehouse_ids (optional), on_ship (default none), event_owner_id, shipped_status_id, status_when,
    order_note, order_note_public, service_methods, custom_field_2 and custom_field_3 (optional), and what `auth` (default
    login) needs beside the credentials, see `auth.credentials.read_access`. `may_lack`: fields without which the settings will do
    for now (`channel_ids`, `access_token`).
    """
    reader = SettingsReader(settings, credentials, may_lack)
    base_url, account = _read_place(reader)
    channels = reader.ids("channel_ids", least=NO_CHANNEL)
    if not channels and not (reader.may_lack("channel_ids") and not reader.raw("channel_ids")):
        reader.report("channel_ids", _CHANNELS if reader.raw("channel_ids") else _NO_CHANNELS, reader.raw("channel_ids"))
    warehouses = reader.ids("warehouse_ids") if reader.raw("warehouse_ids") else frozenset()
    if warehouses is None:
        reader.report("warehouse_ids", _WAREHOUSES, reader.raw("warehouse_ids"))
    on_ship = reader.choice("on_ship", ON_SHIP, _ON_SHIP)
    event_owner_id = reader.id("event_owner_id", _EVENT_OWNER)
    shipped_status_id = reader.id("shipped_status_id", _SHIPPED_STATUS)
    status_when = reader.choice("status_when", STATUS_WHEN, _STATUS_WHEN)
    reader.choice(TELL_PARTS, tuple(PartsTelling), _TELL_PARTS)  # what is done with it is not the connection's business
    order_note, public = _read_order_note(reader)
    methods = parse_service_methods(reader.text("service_methods"))
    if isinstance(methods, str):
        reader.report("service_methods", _SERVICE_METHODS, methods)
    custom_fields = _read_custom_fields(reader)
    access = read_access(reader, account)
    if access is None or reader.problems:
        raise InvalidSettings(reader.problems)
    return BrightpearlSettings(
        base_url=base_url,
        account_code=account,
        channel_ids=channels or frozenset(),
        warehouse_ids=warehouses or frozenset(),
        on_ship=on_ship,
        access=access,
        event_owner_id=event_owner_id,
        shipped_status_id=shipped_status_id,
        status_when=status_when,
        order_note=order_note,
        order_note_public=public,
        service_methods=methods if isinstance(methods, dict) else {},
        custom_fields=custom_fields,
    )


def scope_of(settings: Mapping[str, Any]) -> StoreScope:
    """What settings, which may be incomplete, lead to. An account's code is unique at Brightpearl, whichever host is asked.

    Another host than Brightpearl's, such as a sandbox's, has accounts of its own.
    """
    code = str(settings.get("account_code") or "").strip().casefold()
    channels = frozenset(str(channel) for channel in settings.get("channel_ids") or ())
    place = place_of(str(settings.get("integration_url") or ""))
    return StoreScope(f"brightpearl:{code}{'@' if place else ''}{place}" if code else "", channels)


def _read_place(reader: SettingsReader) -> tuple[str, str]:
    """Where the account is, and its code.

    An integration URL counts before everything; what OAuth says of the account counts before the data centre.
    """
    url = reader.text("integration_url")
    base_url = base_url_of(url) if url else None
    if url and base_url is None:
        reader.report("integration_url", _INTEGRATION_URL, url.rpartition("@")[2])
    told = reader.credential("api_domain")
    code = reader.text("datacenter").lower()
    host = host_of(code)
    if host is None and (code or not (url or told or reader.may_lack("access_token"))):
        reader.report("datacenter", _DATACENTER, code, known=", ".join(DATACENTER_HOSTS))
    if told and not url:
        host = host_of(told)
        if host is None:
            reader.report("integration_url", _API_DOMAIN, told)
    account = reader.text("account_code")
    if not _ACCOUNT_CODE.fullmatch(account):
        reader.report("account_code", _ACCOUNT, account)
    return base_url or (f"https://{host}" if host else ""), account


def _read_order_note(reader: SettingsReader) -> tuple[str, bool]:
    note = reader.text("order_note")
    if not _is_template(note):
        known = ", ".join(f"{{{name}}}" for name in ORDER_NOTE_PLACEHOLDERS)
        reader.report("order_note", _ORDER_NOTE, note, known=known, limit=MAX_ORDER_NOTE)
    public = reader.raw("order_note_public")
    if public not in (None, "", True, False):
        reader.report("order_note_public", _ORDER_NOTE_PUBLIC, public)
    return note, public is True


def _read_custom_fields(reader: SettingsReader) -> tuple[tuple[str, str], ...]:
    codes = [(name, reader.text(name)) for name in CUSTOM_FIELDS]
    for name, code in codes:
        if code and not _FIELD_CODE.fullmatch(code):
            reader.report(name, _CUSTOM_FIELD, code)
    return tuple((CUSTOM_FIELDS[name], code) for name, code in codes if code)


def _is_template(note: str) -> bool:
    try:
        parts = [(name, spec, conversion) for _, name, spec, conversion in Formatter().parse(note) if name is not None]
    except ValueError:
        return False
    plain = all(name in ORDER_NOTE_PLACEHOLDERS and not spec and not conversion for name, spec, conversion in parts)
    return plain and len(note) <= MAX_ORDER_NOTE


__all__ = ["BrightpearlSettings", "InvalidSettings", "parse_settings", "scope_of"]
