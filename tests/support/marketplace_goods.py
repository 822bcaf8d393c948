"""What the simulated merchant sells, by which rules, and what its 3PLs have of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from engine.model.ids import new_id
from engine.model.inventory import Movement, MovementKind
from storage.database import Database

SKUS = ("ACM-MUG", "VASE", "LAMP")
UNCOUNTED, STOCK = "LAMP", Decimal(40)
RULES = b"""
name: Casa Verde
rules:
  - id: to-acme
    when: {any_item: {field: sku, is: starts_with, value: ACM-}}
    then: [{do: set_logistics_provider, provider: acme-3pl, send: true}]
  - id: gifts
    when: {field: gift, is: is_true}
    then: [{do: hold}]
  - id: next
    on: [rejected, closed]
    when: {field: delegation.reason, is: equals, value: out_of_stock}
    then: [{do: set_logistics_provider, provider: iris, send: true}]
"""


def count_all(database: Database, provider_ids: Iterable[str], client_id: str, now: datetime) -> None:
    """The 3PLs have counted all but one product before anything happens, so that every later movement is known."""
    names = [name for sku in SKUS for name in (sku, f"P-{sku}") if name != UNCOUNTED]
    with database.unit_of_work() as unit:
        for provider_id in provider_ids:
            whose = (provider_id, client_id)
            stock = [(new_id("mov"), *whose, name, MovementKind.COUNTED, STOCK, STOCK, now, "clerk") for name in names]
            unit.inventory.record([Movement(*one) for one in stock])
        unit.commit()
