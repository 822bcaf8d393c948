"""A person makes an order of an order that is here, such as a replacement for a parcel that was lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.note_shipping import NOTE_SHIPPING
from engine.model.note_split import NOTE_SPLITS
from engine.model.order import COMBINED_WITH, Order
from engine.model.order_combined import COMBINED_ORDERS, PARTED_ORDERS
from engine.model.order_link import LinkKind, OrderLink
from engine.model.order_part import PARTS_MADE
from engine.model.write_back import TELL_PARTS
from engine.services.fulfillment.units_to_ship import get_order
from engine.services.importing.record_changes import REMARKS
from engine.services.refusals import Refused
from engine.services.repair.chosen_units import check_units, items_by_key, with_units
from engine.services.repair.new_order import keep_new_order, order_without_store
from engine.services.repair.own_orders import check_own
from rules.actions.dont_import import TAKEN_IN
from rules.fields.delegation import DELEGATION
from rules.fields.tracking import TRACKING
from rules.messages import Text
from rules.order_document import Document

ERASED = Text(
    "Order {order} cannot be duplicated: its personal data was erased. Create the new order by hand.",
    "El pedido {order} no se puede duplicar: sus datos personales se borraron. Crea el pedido nuevo manualmente.",
)
NO_LINES = Text(
    "Order {order} cannot be duplicated: it has no line with a quantity above 0.",
    "El pedido {order} no se puede duplicar: no tiene ninguna línea con cantidad mayor que 0.",
)
# What was decided of the original, or has become of it; rules decide about the new order by themselves.
_OF_THE_PARCEL = (COMBINED_ORDERS, PARTED_ORDERS, COMBINED_WITH)
_NOT_TAKEN_ALONG = (
    *_OF_THE_PARCEL,
    NOTE_SHIPPING,
    NOTE_SPLITS,
    PARTS_MADE,
    "status",
    "hold_until",
    "notify_marketplace",
    TELL_PARTS,
    TAKEN_IN,
    DELEGATION,
    TRACKING,
    REMARKS,
)


def duplicate_order(
    app: Application, account_id: str, order_id: str, actor: str, units: Mapping[str, Decimal] | None = None
) -> Order:
    """A new order with the address and lines of another one, as people corrected them; of the lines all, or these units.

    It is not an order of the store, which hears nothing of it. Its number is the original's with `-R1`, `-R2`, … Raises Refused.
    """
    now = app.clock.now()
    with app.unit_of_work() as uow:
        original = get_order(uow, account_id, order_id)  # locked, so that each copy counts the ones before it
        check_own(uow, original)
        if original.erased_at is not None:
            raise Refused("erased", ERASED, order=original.order_number)
        there = original.quantities()
        if not there:
            raise Refused("no_lines", NO_LINES, order=original.order_number)
        if units is not None:
            check_units(original, units, there)
        links = uow.order_links.list_for(account_id, [order_id])
        made = sum(link.origin_id == order_id and link.kind is LinkKind.DUPLICATE for link in links)
        number = f"{original.order_number}-R{made + 1}"
        document = _document(original, number, units or there)
        document["imported_at"] = now.isoformat()
        copy = order_without_store(account_id, number, document, now)
        keep_new_order(app, uow, copy, actor, "order.duplicated", original.order_number)
        uow.order_links.add(OrderLink(account_id, copy.id, original.id, LinkKind.DUPLICATE, now, actor))
        uow.audit.append([AuditEntry(account_id, now, actor, "order.duplicated", original.id, None, number)])
        uow.commit()
    app.wake.notify()
    return copy


def _document(original: Order, number: str, units: Mapping[str, Decimal]) -> Document:
    """What the store said and people corrected, with these units; not what rules made of it."""
    corrected = replace(original, rules={}, defaults={}).document()
    document = {name: value for name, value in corrected.items() if name not in _NOT_TAKEN_ALONG}
    document["order_number"] = number
    all_of_it = {key: item.get("quantity") for key, item in items_by_key(document).items()}
    return document if units == all_of_it else with_units(document, units)
