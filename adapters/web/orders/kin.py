"""The orders that an order's page leads to, because one was made of the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext

from adapters.web.parts import parts
from engine.model.order import Order
from engine.model.order_link import LinkKind
from engine.services.repair.kin import Kin, list_kin

# By kind, as the newer order says it of the older one, and the other way round.
_WORDS: Mapping[LinkKind, tuple[Any, Any]] = {
    LinkKind.DUPLICATE: (lazy_gettext("Made as a copy of order"), lazy_gettext("Duplicated as order")),
    LinkKind.PART: (lazy_gettext("A part of order"), lazy_gettext("Has the part")),
    LinkKind.COMBINED: (lazy_gettext("Leaves in the parcel of order"), lazy_gettext("Has in its parcel order")),
    LinkKind.PARTED: (lazy_gettext("Was to leave in the parcel of order"), lazy_gettext("Was to have in its parcel order")),
    LinkKind.JOINED: (lazy_gettext("Was a part; joined again with order"), lazy_gettext("Has got back the part")),
}


@dataclass(frozen=True, slots=True)
class ShownKin:
    """What the two have to do with each other, in words, and where the other one is."""

    words: str
    order_id: str
    order_number: str


def kin_of(order: Order) -> tuple[ShownKin, ...]:
    return tuple(_shown(one) for one in list_kin(parts().app, order.account_id, order.id))


def _shown(kin: Kin) -> ShownKin:
    words = _WORDS[kin.link.kind][0 if kin.is_origin else 1]
    return ShownKin(str(words), kin.order.id, kin.order.order_number)
