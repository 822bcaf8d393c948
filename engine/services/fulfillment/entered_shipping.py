"""What a person enters to ship an order by hand, checked and cleaned, and the parcels that it makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.model.fulfillment import Parcel
from engine.model.ids import new_id
from engine.model.order import Order
from engine.model.tracking_numbers import split_numbers
from engine.services.refusals import Refused
from rules.messages import Text

MAX_TRACKING = 64  # characters of one number; what a store's reference holds at most
MAX_NAME = 64  # characters of a carrier or a service
MAX_PARCELS = 100

_CARRIER, _SERVICE = Text("the carrier", "la empresa de transporte"), Text("the service", "el servicio")
BAD_NAME = Text(
    "Say {what} in 1 to {limit} visible characters.",
    "Indica {what} con entre 1 y {limit} caracteres visibles.",
)
TOO_MANY_PARCELS = Text(
    "These are {count} parcels; one shipment has {limit} at most.",
    "Son {count} bultos; un envío tiene {limit} como máximo.",
)
BAD_TRACKING = Text(
    'The tracking number "{number}" cannot be used: 1 to {limit} visible characters each. Leave it out if there is none.',
    'El número de seguimiento "{number}" no vale: entre 1 y {limit} caracteres visibles cada uno. Omítelo si no hay ninguno.',
)
BAD_BOXES = Text(
    "The number of boxes is a whole number from 1 to {limit}, and not below the number of tracking numbers ({count}).",
    "El número de cajas es un entero de 1 a {limit} y no menor que la cantidad de números de seguimiento ({count}).",
)


@dataclass(frozen=True, slots=True)
class Shipping:
    """What a person enters about a shipment. Without a carrier or a service, those that were chosen for the order count.

    There is a parcel for each tracking number, and one where there is no number, as with a letter; `boxes` says how many
    there are when that is another number. One number for several boxes is the number of each of them.
    """

    carrier: str | None
    service: str | None
    tracking_numbers: Sequence[str] = ()
    boxes: int | None = None


@dataclass(frozen=True, slots=True)
class CheckedShipping:
    carrier: str
    service: str
    numbers: tuple[str, ...]
    boxes: int


def check_shipping(order: Order, shipping: Shipping) -> CheckedShipping:
    """Raises Refused."""
    chosen = order.document()
    names = []
    for what, name, given in ((_CARRIER, "carrier", shipping.carrier), (_SERVICE, "service", shipping.service)):
        text = (str(chosen.get(name) or "") if given is None else given).strip()
        if not text or len(text) > MAX_NAME or not text.isprintable():
            raise Refused(f"bad_{name}", BAD_NAME, what=what, limit=MAX_NAME)
        names.append(text)
    numbers = split_numbers(shipping.tracking_numbers)
    for number in numbers:
        if not number or len(number) > MAX_TRACKING or not number.isprintable():
            shown = "".join(char if char.isprintable() else "?" for char in number[:80])
            raise Refused("bad_tracking", BAD_TRACKING, number=shown, limit=MAX_TRACKING)
    if len(numbers) > MAX_PARCELS:
        raise Refused("too_many_parcels", TOO_MANY_PARCELS, count=len(numbers), limit=MAX_PARCELS)
    boxes = max(1, len(numbers)) if shipping.boxes is None else shipping.boxes
    if not max(1, len(numbers)) <= boxes <= MAX_PARCELS:
        raise Refused("bad_boxes", BAD_BOXES, count=len(numbers), limit=MAX_PARCELS)
    return CheckedShipping(names[0], names[1], tuple(numbers), boxes)


def parcels_of(order: Order, wanted: CheckedShipping) -> tuple[Parcel, ...]:
    """The parcels of a shipment. Sizes that rules or a person gave the order are those of its parcel, where it has one."""
    if wanted.boxes == 1:
        return (
            Parcel(
                new_id("par"),
                weight_g=_chosen_size(order, "weight_g"),
                length_mm=_chosen_size(order, "length_mm"),
                width_mm=_chosen_size(order, "width_mm"),
                height_mm=_chosen_size(order, "height_mm"),
                tracking_number=next(iter(wanted.numbers), None),
            ),
        )
    shared = wanted.numbers * wanted.boxes if len(wanted.numbers) == 1 else wanted.numbers
    numbers = [*shared, *[None] * (wanted.boxes - len(shared))]
    return tuple(Parcel(new_id("par"), tracking_number=number) for number in numbers)


def _chosen_size(order: Order, name: str) -> int | None:
    """What the source says of sizes is a guess that the store knows already."""
    value = order.document().get(name)
    if not (name in order.rules or name in order.person) or not isinstance(value, int | Decimal) or value <= 0:
        return None
    return max(1, round(value))
