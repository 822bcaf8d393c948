"""How a carrier account writes the services of EasyPost's carriers: `USPS:Priority`."""

from __future__ import annotations

from typing import Final

from rules.values import folded_text

SEPARATOR: Final = ":"


def service_name(carrier: str, service: str) -> str:
    """The name of a service as EasyPost calls its carrier and the service."""
    return f"{carrier}{SEPARATOR}{service}"


def is_service(name: str) -> bool:
    """Whether a name says carrier and service."""
    carrier, _, service = name.partition(SEPARATOR)
    return bool(carrier.strip() and service.strip())


def carrier_of(name: str) -> str:
    """The carrier of a service."""
    return name.partition(SEPARATOR)[0].strip()


def is_same(name: str, other: str) -> bool:
    """Whether two names mean one service, however they are written."""
    return folded_text(name) == folded_text(other)
