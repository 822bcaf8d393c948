"""What an account has that settings can name, and whether the settings name what it has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from adapters.stores.brightpearl.auth.credentials import Login
from adapters.stores.brightpearl.client import BrightpearlClient
from adapters.stores.brightpearl.raw_values import clean, code_in, id_in
from adapters.stores.brightpearl.reading import InvalidSettings
from adapters.stores.brightpearl.selection import SALES_ORDER
from adapters.stores.brightpearl.settings import NO_CHANNEL, SETS_STATUS, BrightpearlSettings
from engine.model.store import Choice, NameKind, StoreChoices
from engine.ports import CredentialsRefused, SettingProblem, StoreError
from rules.messages import Message, Text

FEW_ATTEMPTS = 2  # at a list that only helps to check
MAX_NAMED = 20  # of what there is, in a sentence

_UNKNOWN_CHANNEL = Text(
    "Channel {wanted} is not in this Brightpearl account; it has {known}.",
    "El canal {wanted} no está en esta cuenta de Brightpearl; tiene {known}.",
)
_UNKNOWN_WAREHOUSE = Text(
    "Warehouse {wanted} is not in this Brightpearl account; it has {known}.",
    "El almacén {wanted} no está en esta cuenta de Brightpearl; tiene {known}.",
)
_UNKNOWN_STATUS = Text(
    "Order status {wanted} is none that a sales order of this Brightpearl account can get; there are {known}.",
    "El estado {wanted} no es ninguno que pueda tener un pedido de venta de esta cuenta de Brightpearl; hay {known}.",
)
_NO_STATUS = Text(
    "The order status is to change when an order ships, but not to which: choose the status of shipped orders, by its number "
    "in Brightpearl (on the command line: --shipped-status-id).",
    "El estado del pedido debe cambiar al enviarlo, pero no se dice a cuál: elige el estado de los pedidos enviados por su "
    "número en Brightpearl (en la línea de comandos: --shipped-status-id).",
)
_NO_ACCOUNT = Text(
    "There is no Brightpearl account {account} at {base_url}: check the account code, the data centre and the integration URL.",
    "No hay ninguna cuenta de Brightpearl {account} en {base_url}: comprueba el código de cuenta, el centro de datos y la URL "
    "de integración.",
)
_AND_MORE = Text("{named} and {count} more", "{named} y {count} más")

Raw = Mapping[str, Any]


def check_account(client: BrightpearlClient, settings: BrightpearlSettings, *, is_complete: bool = True) -> None:
    """Log in, and look whether the account has what the settings name; unless they are complete, they may name less.

    A list that cannot be read or is empty refuses nothing, unless it is the first thing that would prove the credentials.
    Raises CredentialsRefused, StoreUnavailable, or InvalidSettings with all that the account does not have.
    """
    if is_complete and settings.on_ship in SETS_STATUS and settings.shipped_status_id is None:
        raise InvalidSettings([SettingProblem("shipped_status_id", Message("no_status", _NO_STATUS))])
    client.log_in()
    proven = isinstance(settings.access, Login)
    channels = _readable(client.get_channels) if proven else _proving(client, settings)
    found = [_missing("channel_ids", _UNKNOWN_CHANNEL, settings.channel_ids - {NO_CHANNEL}, to_choices(channels))]
    if settings.warehouse_ids:
        warehouses = to_choices(_readable(client.get_warehouses))
        found.append(_missing("warehouse_ids", _UNKNOWN_WAREHOUSE, settings.warehouse_ids, warehouses))
    if settings.shipped_status_id is not None:
        statuses = to_statuses(_readable(client.get_order_statuses))
        found.append(_missing("shipped_status_id", _UNKNOWN_STATUS, [settings.shipped_status_id], statuses))
    problems = [problem for problem in found if problem is not None]
    if problems:
        raise InvalidSettings(problems)


def read_choices(client: BrightpearlClient) -> StoreChoices:
    """Everything to choose from, each list sorted by its ids; a list that the account does not have is empty."""
    return StoreChoices(
        channels=to_choices(client.get_channels()),
        warehouses=to_choices(client.get_warehouses()),
        shipping_methods=to_choices(client.get_shipping_methods()),
        order_statuses=to_statuses(client.get_order_statuses()),
    )


def read_names(client: BrightpearlClient, kind: NameKind) -> dict[str, str]:
    """The names of the account's channels or shipping methods by their numbers. Raises StoreError."""
    entries = client.get_channels() if kind is NameKind.CHANNELS else client.get_shipping_methods()
    named = ((id_in(entry.get("id")), entry.get("name")) for entry in entries)
    return {str(number): clean(name).strip() for number, name in named if number and isinstance(name, str)}


def to_choices(entries: Iterable[Raw], key: str = "id") -> tuple[Choice, ...]:
    """Entries of a list by id; what has no id is left out."""
    named = {number: str(entry.get("name") or number) for entry in entries if (number := id_in(entry.get(key)))}
    return tuple(Choice(str(number), named[number]) for number in sorted(named))


def to_statuses(entries: Iterable[Raw]) -> tuple[Choice, ...]:
    """The statuses that a sales order can be given."""
    usable = (
        one for one in entries if code_in(one.get("orderTypeCode")) in (SALES_ORDER, "") and one.get("disabled") is not True
    )
    return to_choices(usable, "statusId")


def _proving(client: BrightpearlClient, settings: BrightpearlSettings) -> list[dict[str, Any]]:
    """The channels, by the first call that shows whether the token is good."""
    channels = client.get_channels()
    if not channels and not client.has_search():
        params = {"account": settings.account_code, "base_url": settings.base_url}
        raise CredentialsRefused(Message("unknown_account", _NO_ACCOUNT, params), "account_code")
    return channels


def _readable(read: Callable[[int], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    try:
        return read(FEW_ATTEMPTS)
    except CredentialsRefused:
        raise
    except StoreError:
        return []


def _missing(field: str, text: Text, wanted: Iterable[int], known: Sequence[Choice]) -> SettingProblem | None:
    absent = sorted(set(wanted) - {int(choice.id) for choice in known})
    if not known or not absent:
        return None
    named = ", ".join(f"{choice.id} {choice.name}" for choice in known[:MAX_NAMED])
    shown: Any = named
    if len(known) > MAX_NAMED:
        shown = Message("and_more", _AND_MORE, {"named": named, "count": len(known) - MAX_NAMED})
    params = {"wanted": ", ".join(map(str, absent)), "known": shown}
    return SettingProblem(field, Message(f"unknown_{field}", text, params))
