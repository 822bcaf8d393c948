"""What an account says of its own Sendcloud: the contract and sender address to use, and another address of the API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from adapters.carriers.sendcloud.description import API_URL
from adapters.carriers.sendcloud.refusals import refused
from adapters.carriers.sendcloud.shipping_option import is_option_code
from adapters.outgoing import Network, check_address, leads_inside
from engine.model.account import CarrierAccount
from engine.ports import CarrierRefused, CarrierUnavailable, StoreError, StoreUnavailable
from rules.messages import Text
from rules.values import shown

NAMES: Final = ("contract_id", "return_option", "sender_address_id", "url")
UNKNOWN = Text(
    'Sendcloud has no setting "{name}". Known are {known}.', 'Sendcloud no tiene el ajuste "{name}". Los conocidos son {known}.'
)
NO_ID = Text(
    "{name} has to be a number as Sendcloud shows it, such as 517, and not {found}.",
    "{name} debe ser un número como lo muestra Sendcloud, por ejemplo 517, y no {found}.",
)
NO_CODE = Text(
    '"{service}" is not a code of a shipping option: write it as Sendcloud does, such as postnl:standard/signature.',
    '"{service}" no es el código de una opción de envío: escríbelo como Sendcloud, por ejemplo postnl:standard/signature.',
)
NOT_ENCRYPTED = Text(
    "url has to begin with https://: the keys would travel in the open.",
    "url debe empezar por https://: si no, las claves viajarían sin cifrar.",
)


@dataclass(frozen=True, slots=True)
class SendcloudSettings:
    """`contract_id` is for all services of the account; with `sender_address_id` Sendcloud knows the sender."""

    url: str = API_URL
    contract_id: int | None = None
    sender_address_id: int | None = None
    return_option: str = ""  # the shipping option of all returns, in place of the chosen one


def read_settings(account: CarrierAccount) -> SendcloudSettings:
    """Raises CarrierRefused where they cannot be used."""
    for name in account.settings:
        if name not in NAMES:
            raise refused("unknown_setting", UNKNOWN, name=name, known=", ".join(NAMES))
    return SendcloudSettings(
        url=str(account.settings.get("url") or API_URL),
        contract_id=_id(account, "contract_id"),
        sender_address_id=_id(account, "sender_address_id"),
        return_option=str(account.settings.get("return_option") or "").strip(),
    )


def check_account(account: CarrierAccount, allow: Sequence[Network]) -> None:
    """What a person entered. Raises CarrierRefused, and CarrierUnavailable while another address cannot be looked up."""
    settings = read_settings(account)
    for service in (*account.services, *filter(None, [settings.return_option])):
        if not is_option_code(service):
            raise refused("bad_service", NO_CODE, service=service)
    if settings.url != API_URL:
        _check_url(settings.url, allow)


def _check_url(url: str, allow: Sequence[Network]) -> None:
    try:
        check_address(url, allow)
        if urlsplit(url).scheme != "https" and not leads_inside(url, allow):
            raise refused("not_encrypted", NOT_ENCRYPTED)
    except StoreUnavailable as error:
        raise CarrierUnavailable(error.args[0]) from None
    except StoreError as error:
        raise CarrierRefused(error.args[0]) from None


def _id(account: CarrierAccount, name: str) -> int | None:
    value: Any = account.settings.get(name)
    if value is None or value == "":
        return None
    text = str(value)
    if isinstance(value, bool) or not (text.isascii() and text.isdecimal() and len(text) <= 12 and int(text)):
        raise refused("bad_id", NO_ID, name=name, found=shown(value))
    return int(text)
