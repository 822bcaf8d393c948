"""What the simulated merchant sells, by which rules, and what its 3PLs have of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

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
  - id: to-norte
    when: {any_item: {field: sku, is: equals, value: VASE}}
    then: [{do: set_logistics_provider, provider: norte, send: true}]
  - id: gifts
    when: {field: gift, is: is_true}
    then: [{do: hold}]
  - id: next
    on: [rejected, closed]
    when: {field: delegation.reason, is: equals, value: out_of_stock}
    then: [{do: set_logistics_provider, provider: iris, send: true}]
"""


def lines_of(number: int) -> list[dict[str, Any]]:
    """What somebody orders: one to three lines."""
    return [
        {"line_key": str(key), "sku": SKUS[(number + key) % 3], "name": "Thing", "quantity": 1 + (number // 3 + key) % 3}
        for key in range(1, 2 + number % 3)
    ]


def changed(document: Mapping[str, Any], number: int) -> dict[str, Any]:
    """An order of which the address has changed, or how many units of a line are wanted."""
    if number % 3 == 0:
        return {**document, "ship_to": {**document["ship_to"], "city": f"City {number}"}}
    lines = [dict(item) for item in document["items"]]
    line = lines[number // 3 % len(lines)]
    line["quantity"] = number // 11 % (line["quantity"] + (number % 3))  # mostly fewer, perhaps none
    return {**document, "items": lines}


def count_all(database: Database, provider_ids: Iterable[str], client_id: str, now: datetime) -> None:
    """The 3PLs have counted all but one product before anything happens, so that every later movement is known."""
    names = [name for sku in SKUS for name in (sku, f"P-{sku}") if name != UNCOUNTED]
    with database.unit_of_work() as unit:
        for provider_id in provider_ids:
            whose = (provider_id, client_id)
            stock = [(new_id("mov"), *whose, name, MovementKind.COUNTED, STOCK, STOCK, now, "clerk") for name in names]
            unit.inventory.record([Movement(*one) for one in stock])
        unit.commit()
