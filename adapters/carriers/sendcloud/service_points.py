"""Where parcels of a shipping option can be fetched."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from adapters.carriers.sendcloud.description import NAME
from adapters.carriers.sendcloud.refusals import refused
from engine.model.label import LabelRequest, PostalAddress
from engine.model.service_point import ServicePoint
from engine.ports.carriers import CarrierUnavailable
from rules.messages import Message, Text
from rules.visible import harmless_line

POINT_NEEDED = Text(
    'With "{service}" customers fetch their parcels at a service point: choose one first.',
    "Con «{service}» los clientes recogen sus paquetes en un punto de recogida: elige uno primero.",
)
NO_SUCH_POINT = Text(
    'Sendcloud has no service point "{point}" (any more): look for another one.',
    'Sendcloud no tiene (o ya no tiene) el punto de recogida "{point}": busca otro.',
)
NOWHERE = Text(
    "To look for service points, the country and the city or postal code of the ship-to address have to be known: add them.",
    "Para buscar puntos de recogida hacen falta el país y la ciudad o el código postal de la dirección de destino: añádelos.",
)
UNREADABLE = Text(
    "{carrier} answers without service points that can be read.", "{carrier} responde sin puntos de recogida que se puedan leer."
)
MOST: Final = 15  # that are listed


def points_query(service: str, near: PostalAddress) -> dict[str, str]:
    """The question for those of a shipping option's carrier. Raises CarrierRefused where nobody knows where to look."""
    if not near.country or not (near.city or near.postal_code):
        raise refused("nowhere", NOWHERE)
    known = {"address_street": near.street1, "address_postal_code": near.postal_code, "address_city": near.city}
    return {
        "country_code": near.country,
        "carrier_code": service.partition(":")[0],
        "limit": str(MOST),
        **{name: value for name, value in known.items() if value},
    }


def parse_points(data: Mapping[str, Any]) -> list[ServicePoint]:
    """The nearest first. Raises CarrierUnavailable for what is not a list of service points."""
    found = data.get("data")
    listed = found.get("results") if isinstance(found, Mapping) else None
    if not isinstance(listed, list):
        raise _unreadable()
    points = [_point(one) for one in listed if not (isinstance(one, Mapping) and one.get("is_expired") is True)]
    return sorted(points, key=lambda point: (point.distance_m is None, point.distance_m or 0))[:MOST]


def parse_point(data: Mapping[str, Any], point_id: str) -> ServicePoint:
    """One of them. Raises CarrierRefused where it is no longer there, CarrierUnavailable for what is none."""
    found = data.get("data")
    if isinstance(found, Mapping) and found.get("is_expired") is True:
        raise no_such_point(point_id)
    return _point(found)


def no_such_point(point_id: str) -> Exception:
    """What is raised for an id that is nobody's."""
    return refused("no_such_point", NO_SUCH_POINT, point=point_id)


def check_point(request: LabelRequest, option: Mapping[str, Any]) -> None:
    """Raises CarrierRefused where a shipping option needs a service point, as Sendcloud says of it, and none is chosen."""
    requirements = option.get("requirements")
    is_needed = isinstance(requirements, Mapping) and requirements.get("is_service_point_required") is True
    if is_needed and request.service_point is None:
        raise refused("service_point", POINT_NEEDED, service=request.service)


def _point(data: Any) -> ServicePoint:
    number = data.get("id") if isinstance(data, Mapping) else None
    if isinstance(number, bool) or not isinstance(number, int | str) or not str(number):
        raise _unreadable()
    address, carrier = _part(data, "address"), _part(data, "carrier")
    distance = data.get("distance")
    is_known = isinstance(distance, int | Decimal) and not isinstance(distance, bool) and distance >= 0
    return ServicePoint(
        id=str(number),
        name=_text(data, "name"),
        street=" ".join(part for part in (_text(address, "street"), _text(address, "house_number")) if part),
        postal_code=_text(address, "postal_code"),
        city=_text(address, "city"),
        country=_text(address, "country_code"),
        carrier=_text(carrier, "name") or _text(carrier, "code"),
        distance_m=int(distance) if is_known and distance is not None else None,
    )


def _part(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name)
    return found if isinstance(found, Mapping) else {}


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    return "" if value is None else harmless_line(str(value))[:200].strip()


def _unreadable() -> CarrierUnavailable:
    return CarrierUnavailable(Message("unreadable_answer", UNREADABLE, {"carrier": NAME}))
