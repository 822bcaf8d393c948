"""What an account says of itself, as karrio's connection to its carrier."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from adapters.carriers.karrio.lines import DHL_PARCEL_DE, KarrioLine
from adapters.carriers.karrio.refusals import refused
from engine.model.account import CarrierAccount
from rules.messages import Text
from rules.values import shown

BAD_SERVICE = Text(
    '{carrier} has no service "{service}" here. It has: {known}.',
    '{carrier} no tiene aquí el servicio "{service}". Tiene: {known}.',
)
UNKNOWN_SETTING = Text(
    '{carrier} has no setting "{name}". It has: {known}.', '{carrier} no tiene el ajuste "{name}". Tiene: {known}.'
)
BAD_NUMBER = Text(
    "{name} is {found}: write the number that {carrier} bills, letters and digits only.",
    "{name} es {found}: escribe el número al que factura {carrier}, solo letras y cifras.",
)
BAD_TEST_MODE = Text("test_mode is {found}: write yes or no.", "test_mode es {found}: escribe yes o no.")
LACKS = Text("{carrier} needs {name}: enter it.", "{carrier} necesita {name}: escríbelo.")

_NUMBER = re.compile(r"[0-9A-Za-z]{4,20}")
_SWITCH = {"": False, "no": False, "false": False, "yes": True, "true": True}


def connection(line: KarrioLine, account: CarrierAccount) -> dict[str, Any]:
    """Karrio's settings for the account. Raises CarrierRefused when it cannot be used as it is."""
    settings = account.settings
    known = [setting.name for setting in line.kind.settings]
    if unknown := [name for name in settings if name not in known]:
        raise refused("unknown_setting", UNKNOWN_SETTING, carrier=line.kind.name, name=unknown[0], known=", ".join(known))
    for service in account.services:
        check_service(line, service)
    is_test = _test_mode(settings)
    number = _number(line, settings, is_needed=line is not DHL_PARCEL_DE or not is_test)
    credentials = {field.name: account.credentials.get(field.name, "").strip() for field in line.kind.credentials}
    return {"carrier_id": account.id, "test_mode": is_test, **credentials, **_billed(line, number)}


def check_credentials(line: KarrioLine, account: CarrierAccount) -> None:
    """Raises CarrierRefused for the first one that is missing."""
    for field in line.kind.credentials:
        if not account.credentials.get(field.name, "").strip():
            raise refused("credential_missing", LACKS, carrier=line.kind.name, name=field.label)


def check_service(line: KarrioLine, service: str) -> None:
    """Raises CarrierRefused for one that the carrier has not."""
    if service not in line.services:
        known = ", ".join(line.services)
        raise refused("service", BAD_SERVICE, carrier=line.kind.name, service=service, known=known)


def _billed(line: KarrioLine, number: str) -> dict[str, Any]:
    """Without a number of its own for each service, karrio has DHL bill its test account."""
    if line is not DHL_PARCEL_DE:
        return {"account_number": number}
    if not number:
        return {}
    billed = [{"service": service, "billing_number": number} for service in line.services]
    return {"config": {"default_billing_number": number, "service_billing_numbers": billed}}


def _number(line: KarrioLine, settings: Mapping[str, Any], *, is_needed: bool) -> str:
    name = line.number.name
    found = settings.get(name) or ""
    if not found and is_needed:
        raise refused("number_missing", LACKS, carrier=line.kind.name, name=line.number.label)
    if found and not (isinstance(found, str) and _NUMBER.fullmatch(found.strip())):
        raise refused("number", BAD_NUMBER, carrier=line.kind.name, name=name, found=shown(found))
    return str(found).strip()


def _test_mode(settings: Mapping[str, Any]) -> bool:
    found = settings.get("test_mode", "")
    if isinstance(found, bool):
        return found
    switch = _SWITCH.get(found.strip().casefold()) if isinstance(found, str) else None
    if switch is None:
        raise refused("test_mode", BAD_TEST_MODE, found=shown(found))
    return switch
