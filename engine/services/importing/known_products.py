"""The products that an account knows by its own orders: each SKU with the name that its last order had."""

from __future__ import annotations

from collections.abc import Sequence

from engine.model.store import Ready, Record
from engine.ports import UnitOfWork
from engine.services.inventory.change_counts import LONGEST_SKU
from rules.facts import items_of
from rules.order_document import Document
from rules.values import Unreadable


class KnownProducts:
    """What one run of one store has seen, so that the database is asked for each product only once."""

    def __init__(self, account_id: str, *, are_own: bool) -> None:
        self._account_id = account_id
        self._are_own = are_own  # else they are a client's, and known since it asked for them
        self._seen: dict[str, str] = {}

    def note(self, uow: UnitOfWork, records: Sequence[Record]) -> None:
        """Keep what these records have that the run has not seen yet."""
        names: dict[str, str] = {}
        for record in records if self._are_own else ():
            names |= products_of(record.document) if isinstance(record, Ready) else {}
        new = {sku: name for sku, name in names.items() if self._seen.get(sku) != name}
        if new:
            uow.inventory.note_products(self._account_id, self._account_id, new)
            self._seen |= new


def products_of(document: Document) -> dict[str, str]:
    """The SKUs of an order with their names, as far as they can be read."""
    items = items_of(document)
    names = {}
    for item in () if isinstance(items, Unreadable) else items:
        sku = item.get("sku") if isinstance(item, dict) else None
        if isinstance(sku, str) and 0 < len(sku.strip()) <= LONGEST_SKU and sku.isprintable():
            names[sku] = str(item.get("name") or "")
    return names
