"""A person makes some units of an order a part of their own, and joins parts again.

The store knows the order as one still: it is told of the parts together, and what it changes reaches all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from decimal import Decimal

from engine.application import Application
from engine.events import publish_changes
from engine.model.audit import AuditEntry
from engine.model.ids import new_id
from engine.model.job import PERSON_WAITS
from engine.model.note_shipping import NOTE_SHIPPING
from engine.model.order import Order, OrderAction
from engine.model.order_combined import PARTED_ORDERS, combined_orders
from engine.model.order_link import LinkKind, OrderLink
from engine.model.order_part import FIRST_PART, PARTS_MADE, is_part, part_key, part_number, parts_made
from engine.model.order_words import status_words
from engine.model.write_back import TELL_PARTS
from engine.ports import UnitOfWork
from engine.services.deciding.order_facts import NO_FACTS
from engine.services.deciding.run_rules import Rulebook, keep_outcomes
from engine.services.fulfillment.combined_parcels import check_has_no_others, check_ships_itself
from engine.services.fulfillment.parts_together import lock_together
from engine.services.fulfillment.request_words import names_of
from engine.services.fulfillment.units_to_ship import Claims, check_nothing_is_bought, claims_on, get_order
from engine.services.refusals import Refused
from engine.services.repair.chosen_units import check_units, items_by_key, with_units, written_units
from engine.services.repair.new_order import keep_new_order
from engine.services.repair.own_orders import check_own
from engine.services.repair.whole_order_values import join_values, part_values
from rules.messages import Text

NOT_SPLITTABLE = Text(
    'Order {order} cannot be split: its status is "{status}".', 'El pedido {order} no se puede dividir: su estado es "{status}".'
)
WITH_PROVIDER = Text(
    "Order {order} is with {provider}: recall it first, then {what}.",
    "El pedido {order} está en manos de {provider}: retíralo primero y {what} después.",
)
SPLIT_IT = Text("split it", "divídelo")
JOIN_IT = Text("join it", "únelo")
NOTHING_STAYS = Text(
    "Something of order {order} has to stay: choose fewer units. To ship all of it, nothing need be split.",
    "Algo del pedido {order} tiene que quedarse: elige menos unidades. Para enviarlo entero no hace falta dividirlo.",
)
ITEMS_EDITED = Text(
    "Order {order} cannot be split: a person has edited its lines. Take that back first.",
    "El pedido {order} no se puede dividir: alguien ha editado sus líneas. Deshaz eso primero.",
)
NO_PART = Text("Order {order} is not a part of another one.", "El pedido {order} no es parte de otro.")
NOT_JOINABLE = Text(
    'Order {order} cannot be joined: the status of {which} is "{status}".',
    'El pedido {order} no se puede unir: el estado de {which} es "{status}".',
)
# Of what people have set: it is about the original alone.
_NOT_PASSED_ON = ("status", "hold_until", TELL_PARTS, PARTS_MADE, PARTED_ORDERS, NOTE_SHIPPING)


def split_order(
    app: Application, account_id: str, order_id: str, units: Mapping[str, Decimal], actor: str
) -> tuple[Order, Order]:
    """The order with what it has left, and the new part with these units (line key → quantity). The rules decide about both.

    The part's number is the original's with `-2`, `-3`, … Raises Refused.
    """
    now = app.clock.now()
    with app.unit_of_work() as uow:
        together = lock_together(uow, get_order(uow, account_id, order_id, for_change=False))
        original, order = together[0], next(one for one in together if one.id == order_id)
        _check_splittable(uow, order, units, now)
        number = FIRST_PART + parts_made(original)
        original.person[PARTS_MADE] = parts_made(original) + 1
        part = _part(original, order, units, number, now)
        left = {key: has - units.get(key, Decimal(0)) for key, has in order.quantities().items()}
        before = order.status()
        order.source = with_units(order.source, left)
        part_values(order, part)
        order.split(now)
        keep_new_order(app, uow, part, actor, "order.split", order.order_number)
        uow.order_links.add(OrderLink(account_id, part.id, original.id, LinkKind.PART, now, actor))
        _decide_anew(app, uow, order, actor, now)
        if order.id != original.id:
            uow.orders.update_many([original])
        told = {part.order_number: {key: written_units(number) for key, number in units.items()}}
        uow.audit.append([AuditEntry(account_id, now, actor, "order.split", order.id, before, told)])
        uow.commit()
    app.wake.notify()
    return order, part


def join_order(app: Application, account_id: str, order_id: str, actor: str) -> Order:
    """The original, which has the units of a part again as long as nothing of that has left. Raises Refused."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        known = get_order(uow, account_id, order_id, for_change=False)
        if not is_part(known):
            raise Refused("no_part", NO_PART, order=known.order_number)
        together = lock_together(uow, known)
        original, part = together[0], next(one for one in together if one.id == order_id)
        for one in (part, original):
            if not one.may(OrderAction.JOIN):
                params = {"order": part.order_number, "which": one.order_number, "status": status_words(one.status())}
                raise Refused("not_joinable", NOT_JOINABLE, **params)
            _check_free(uow, one, JOIN_IT, now)
        before = part.status()
        original.source = _with_units_of(original, part)
        join_values(original, part)
        original.revision = original.source_version = ""  # the next import brings back what only the store knows of it
        part.join(now)
        uow.orders.update_many([part])
        uow.order_links.change_kind(account_id, part.id, LinkKind.PART, LinkKind.JOINED)
        _decide_anew(app, uow, original, actor, now)
        uow.audit.append(
            [
                AuditEntry(account_id, now, actor, "order.joined", part.id, before, part.status()),
                AuditEntry(account_id, now, actor, "order.joined", original.id, None, part.order_number),
            ]
        )
        uow.commit()
    app.wake.notify()
    return original


def may_split(order: Order) -> bool:
    """Whether a person may try: what only its requests can tell is told when it is tried."""
    return order.may(OrderAction.SPLIT) and not combined_orders(order) and sum(order.quantities().values()) > 1


def _check_splittable(uow: UnitOfWork, order: Order, units: Mapping[str, Decimal], now: datetime) -> None:
    check_own(uow, order)
    check_ships_itself(uow, order)
    check_has_no_others(order)
    if not order.may(OrderAction.SPLIT):
        raise Refused("not_splittable", NOT_SPLITTABLE, order=order.order_number, status=status_words(order.status()))
    if any(name == "items" or name.startswith("items.") for name in order.person):
        raise Refused("items_edited", ITEMS_EDITED, order=order.order_number)
    _check_free(uow, order, SPLIT_IT, now)
    there = order.quantities()
    check_units(order, units, there)
    if all(units.get(key) == has for key, has in there.items()):
        raise Refused("nothing_stays", NOTHING_STAYS, order=order.order_number)


def _check_free(uow: UnitOfWork, order: Order, what: Text, now: datetime) -> None:
    """Whether no provider has anything of it, and no label of it is being bought. Raises Refused."""
    claims: Claims = claims_on(uow, order.account_id, [order.id])[order.id]
    live = next((request for request in claims.requests if request.is_open(now)), None)
    if live is not None:
        provider = names_of(uow, live, order.account_id)["provider"]
        raise Refused("at_provider", WITH_PROVIDER, order=order.order_number, provider=provider, what=what)
    check_nothing_is_bought(uow, order.account_id, order.id)


def _part(original: Order, order: Order, units: Mapping[str, Decimal], number: int, now: datetime) -> Order:
    """What people have set of the order holds of the part too, and what rules do once they have done."""
    key = part_key(original.external_id, number)
    its_number = part_number(original.order_number, key)
    source = with_units({**deepcopy(order.source), "order_number": its_number, "imported_at": now.isoformat()}, units)
    return Order(
        id=new_id("ord"),
        account_id=order.account_id,
        store_id=order.store_id,
        external_id=key,
        external_order_id=order.external_order_id,
        order_number=its_number,
        revision=order.revision,
        source=source,
        imported_at=now,
        updated_at=now,
        person={name: deepcopy(value) for name, value in order.person.items() if name not in _NOT_PASSED_ON},
        edits={name: edit for name, edit in order.edits.items() if name not in _NOT_PASSED_ON},
        applied_once=order.applied_once,
        held_by=order.held_by,
        once_writes=order.once_writes,
        source_version=order.source_version,
        origin=order.origin,
        channel=order.channel,
        erased_at=order.erased_at,
    )


def _with_units_of(original: Order, part: Order) -> dict[str, object]:
    """The original's document with the units of a part; lines that it no longer had are those of the part."""
    lines = {**items_by_key(part.source), **items_by_key(original.source)}
    units = original.quantities()
    for key, has in part.quantities().items():
        units[key] = units.get(key, Decimal(0)) + has
    return with_units({**original.source, "items": [{**item, "line_key": key} for key, item in lines.items()]}, units)


def _decide_anew(app: Application, uow: UnitOfWork, order: Order, actor: str, now: datetime) -> None:
    rulebook = Rulebook.open(app, uow, uow.accounts.get(order.account_id))
    outcome = rulebook.run(order, "reprocess", now, rulebook.facts(uow, [order], now).get(order.id, NO_FACTS))
    publish_changes(app, uow, [order], actor, now)
    uow.orders.update_many([order])
    keep_outcomes(uow, rulebook, [outcome], PERSON_WAITS)
