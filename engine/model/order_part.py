"""Parts of an order: how they are keyed, and whose units are whose when the store changes what it wants of all of them.

A part has the store and the key of its original, with its number behind it, so that whoever has the key knows what the store
calls it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.model.order import Order, OrderState

PARTS_MADE = "parts_made"  # in a person's layer: how many parts an order ever had
FIRST_PART = 2  # the original is the first
_KEY = re.compile(r"(?P<original>.+)#part(?P<number>\d+)", re.DOTALL)


def part_key(original: str, number: int) -> str:
    """The external id of a part of what has this one."""
    return f"{original}#part{number}"


def original_key(external_id: str) -> str:
    """What the store calls an order: of a part, the external id of its original."""
    found = _KEY.fullmatch(external_id)
    return external_id if found is None else found["original"]


def part_number(order_number: str, external_id: str) -> str:
    """The order number of a part, given the one of its original, such as `1234-2`."""
    found = _KEY.fullmatch(external_id)
    return order_number if found is None else f"{order_number}-{found['number']}"


def is_part(order: Order) -> bool:
    return _KEY.fullmatch(order.external_id) is not None


def parts_made(order: Order) -> int:
    """How many parts an order ever had, those that were joined again among them."""
    made = order.person.get(PARTS_MADE)
    return made if isinstance(made, int) else 0


def state_together(orders: Iterable[Order]) -> OrderState:
    """How far an order and its parts have come together, given in this order.

    Shipped once nothing of them is still to leave, partially shipped once something has left; else as the first of them.
    """
    known = list(orders)
    if len(known) == 1:
        return known[0].state
    waiting = [one for one in known if one.state is not OrderState.CANCELLED and one.quantities()]
    if waiting and all(one.state is OrderState.SHIPPED for one in waiting):
        return OrderState.SHIPPED
    if any(one.state in (OrderState.SHIPPED, OrderState.PARTIALLY_SHIPPED) for one in known):
        return OrderState.PARTIALLY_SHIPPED
    return known[0].state


@dataclass(frozen=True, slots=True)
class Share:
    """What one of them has of each line; `gone` is what has left of that. What is no longer open keeps what it has."""

    has: Mapping[str, Decimal]
    gone: Mapping[str, Decimal]
    is_open: bool


def divide(ordered: Mapping[str, Decimal], shares: Sequence[Share]) -> list[dict[str, Decimal]]:
    """The units of each share, the original's first, when the store wants these of all of them: no unit is lost or doubled.

    What has left stays where it left from. The original loses units before its parts do, and of these the newest; what is new
    goes to the original, or, when it is no longer open, to the first part that is.
    """
    units: list[dict[str, Decimal]] = [{} for _ in shares]
    in_turn = [*range(1, len(shares)), 0]  # whoever comes first keeps what it has
    extra = next((place for place, share in enumerate(shares) if share.is_open), 0)
    for key, quantity in ordered.items():
        rest = max(quantity, Decimal(0))
        for most in (_kept, _held):
            for place in in_turn:
                has = units[place].get(key, Decimal(0))
                given = min(max(most(shares[place], key) - has, Decimal(0)), rest)
                units[place][key] = has + given
                rest -= given
        units[extra][key] += rest
    return [{key: number for key, number in one.items() if number > 0} for one in units]


def _kept(share: Share, key: str) -> Decimal:
    """What a share cannot lose."""
    return (share.gone if share.is_open else share.has).get(key, Decimal(0))


def _held(share: Share, key: str) -> Decimal:
    return share.has.get(key, Decimal(0))
