"""Keeps an order that people here have made: the rules run over it as over one that was imported."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.ids import new_id
from engine.model.job import PERSON_WAITS
from engine.model.order import Order
from engine.ports import UnitOfWork
from engine.services.deciding.order_facts import NO_FACTS
from engine.services.deciding.run_rules import Rulebook, keep_outcomes
from engine.services.deciding.ship_to_check import check_ship_to
from engine.services.importing.known_products import products_of
from engine.services.importing.record_changes import revision_of
from rules.order_document import Document

MADE_HERE = ""  # the import run by which it was seen: none


def order_without_store(account_id: str, number: str, document: Document, now: datetime) -> Order:
    """An order that no store knows, not kept yet; its number is its id of what is shipped too."""
    return Order(
        id=new_id("ord"),
        account_id=account_id,
        store_id=None,
        external_id=number,
        external_order_id="",
        order_number=number,
        revision=revision_of(document),
        source=document,
        imported_at=now,
        updated_at=now,
    )


def keep_new_order(app: Application, uow: UnitOfWork, order: Order, actor: str, action: str, told: Any) -> None:
    """Decide about a new order and keep it. `told` is what its history says of how it was made."""
    check_ship_to(app.address_rules, order)
    rulebook = Rulebook.open(app, uow, uow.accounts.get(order.account_id))
    now = order.imported_at
    facts = rulebook.facts(uow, [order], now, are_new=True).get(order.id, NO_FACTS)
    outcome = rulebook.run(order, "imported", now, facts)
    uow.orders.add_many([order], MADE_HERE)
    if products := products_of(order.source):
        uow.inventory.note_products(order.account_id, order.account_id, products)
    keep_outcomes(uow, rulebook, [outcome], PERSON_WAITS)
    uow.audit.append([AuditEntry(order.account_id, now, actor, action, order.id, None, told)])
