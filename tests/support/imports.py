"""What tests of imports look for in a sandbox and in what an import says."""

from __future__ import annotations

from datetime import timedelta

from support.sandbox_shop import SandboxShop

from engine.model.request import RequestState
from engine.model.store import ImportSummary

DAY = timedelta(days=1)


def requests_of(shop: SandboxShop, note_id: int) -> list[RequestState]:
    order = shop.note_order(note_id)
    with shop.database.reading_unit_of_work() as unit:
        return [request.state for request in unit.requests.list_for_order(order.account_id, order.id)]


def note_of(shop: SandboxShop, kind: str) -> int:
    """The first note of the first order of a kind."""
    data = shop.server.data
    return data.note_ids(next(order_id for order_id, known in data.kinds.items() if known == kind))[0]


def of_acme(shop: SandboxShop) -> int:
    """A note whose order the rules hand over."""
    data = shop.server.data
    for note in shop.ordinary():
        if data.order(data.note(note)["orderId"])["parties"]["delivery"]["countryIsoCode"] in ("ES", "PT"):
            return note
    raise AssertionError


def counts(summary: ImportSummary) -> tuple[int, int, int]:
    return summary.imported, summary.updated, summary.closed
