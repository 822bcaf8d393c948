"""What an account says of itself: its key, its services, and which of EasyPost's carrier accounts it ships with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.carriers.easypost.kind import URL
from adapters.carriers.easypost.refusals import refused
from adapters.carriers.easypost.services import is_service
from engine.model.account import CarrierAccount
from rules.messages import Text
from rules.values import shown

BAD_KEY = Text(
    "This is not an API key of EasyPost: a test key begins with EZTK, a production key with EZAK. EasyPost shows both under API "
    "Keys.",
    "Esto no es una clave de API de EasyPost: las de prueba empiezan por EZTK y las de producción por EZAK. EasyPost muestra "
    "ambas en API Keys.",
)
BAD_SERVICE = Text(
    '"{service}" says no carrier and service: write both, as EasyPost does, such as USPS:Priority.',
    '"{service}" no indica empresa y servicio: escribe ambos, como hace EasyPost, por ejemplo USPS:Priority.',
)
BAD_ACCOUNTS = Text(
    "carrier_accounts is {found}: write the ids that EasyPost gives its carrier accounts, such as ca_1234abcd, with commas "
    "between them, or leave it out for all.",
    "carrier_accounts es {found}: escribe los identificadores que EasyPost da a sus cuentas de transporte, como ca_1234abcd, "
    "separados por comas, o no lo pongas para usarlas todas.",
)
BAD_END_SHIPPER = Text(
    "end_shipper is {found}: write the id of an EndShipper at EasyPost, such as es_1234abcd.",
    "end_shipper es {found}: escribe el identificador de un EndShipper de EasyPost, como es_1234abcd.",
)
BAD_URL = Text("The address of the API is {found}: write a text.", "La dirección de la API es {found}: escribe un texto.")
UNKNOWN_SETTING = Text(
    'EasyPost has no setting "{name}". It has: {known}.', 'EasyPost no tiene el ajuste "{name}". Tiene: {known}.'
)

_KEY = re.compile(r"EZ[AT]K[0-9A-Za-z]+")
_CARRIER_ACCOUNT = re.compile(r"ca_[0-9A-Za-z]+")
_END_SHIPPER = re.compile(r"es_[0-9A-Za-z]+")
_KNOWN = ("carrier_accounts", "end_shipper", "url")


@dataclass(frozen=True, slots=True)
class EasyPostSettings:
    """`carrier_accounts` are those of EasyPost that are asked for rates; none: all of them."""

    url: str
    carrier_accounts: tuple[str, ...]
    end_shipper: str  # who ships, where carriers want to know it; its id at EasyPost


def easypost_settings(account: CarrierAccount) -> EasyPostSettings:
    """Raises CarrierRefused when the account cannot be used as it is. Its key may be missing, as that of one from a list."""
    settings = account.settings
    if unknown := [name for name in settings if name not in _KNOWN]:
        raise refused("unknown_setting", UNKNOWN_SETTING, name=unknown[0], known=", ".join(_KNOWN))
    if misspelt := [service for service in account.services if not is_service(service)]:
        raise refused("service", BAD_SERVICE, service=misspelt[0])
    return EasyPostSettings(_url(settings), _carrier_accounts(settings), _end_shipper(settings))


def api_key(account: CarrierAccount) -> str:
    """As it was entered, without the blanks around it."""
    return account.credentials.get("api_key", "").strip()


def check_api_key(account: CarrierAccount) -> None:
    """Raises CarrierRefused for what is not a key of EasyPost."""
    if _KEY.fullmatch(api_key(account)) is None:
        raise refused("api_key", BAD_KEY)


def _url(settings: Mapping[str, Any]) -> str:
    url = settings.get("url") or URL
    if not isinstance(url, str):
        raise refused("url", BAD_URL, found=shown(url))
    return url.strip()


def _carrier_accounts(settings: Mapping[str, Any]) -> tuple[str, ...]:
    found = settings.get("carrier_accounts") or ()
    ids = re.split(r"[\s,]+", found.strip()) if isinstance(found, str) else found
    if not isinstance(ids, list | tuple) or not all(isinstance(one, str) and _CARRIER_ACCOUNT.fullmatch(one) for one in ids):
        raise refused("carrier_accounts", BAD_ACCOUNTS, found=shown(found))
    return tuple(ids)


def _end_shipper(settings: Mapping[str, Any]) -> str:
    found = settings.get("end_shipper") or ""
    if found and not (isinstance(found, str) and _END_SHIPPER.fullmatch(found)):
        raise refused("end_shipper", BAD_END_SHIPPER, found=shown(found))
    return str(found)
