"""What clients wrote about the orders they handed to a provider."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.application import Application


def read_client_notes(app: Application, provider_id: str, orders: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    """The notes that came with the provider's requests, by request id, for these orders (client's account id, order id)."""
    with app.reading() as uow:
        return {
            request.id: request.notes
            for client_id, order_id in dict.fromkeys(orders)
            for request in uow.fulfillment.list_requests(client_id, order_id)
            if request.provider_id == provider_id
        }
