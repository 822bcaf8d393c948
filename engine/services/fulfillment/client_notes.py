"""What clients wrote about the orders they handed to a provider."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.application import Application


def read_client_notes(app: Application, provider_id: str, orders: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    """The notes that came with the provider's requests, by request id, for these orders (client's account id, order id)."""
    with app.reading() as uow:
        wanted = set(orders)
        requests = uow.requests.list_among(provider_id, sorted({order_id for _, order_id in wanted}))
        return {request.id: request.notes for request in requests if (request.account_id, request.order_id) in wanted}
