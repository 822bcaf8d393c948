"""What a store answered about an order, for whoever asks why it looks as it does. Stores keep it for some days only."""

from __future__ import annotations

from engine.application import Application
from engine.model.order_part import original_key
from engine.model.store import RawDocument
from engine.ports import NotFound
from engine.services.refusals import NO_ORDER, Refused
from rules.messages import Text

NO_RAW = Text(
    "What the store answered about order {order} is no longer kept: its settings say for how many days it is.",
    "Lo que respondió la tienda sobre el pedido {order} ya no se conserva: sus ajustes dicen cuántos días.",
)


def read_raw(app: Application, account_id: str, order_id: str) -> list[RawDocument]:
    """The documents that are still kept, the latest first, at least one. Raises Refused (`no_order`, `no_raw`)."""
    with app.reading() as uow:
        try:
            order = uow.orders.get(account_id, order_id)
        except NotFound:
            raise Refused("no_order", NO_ORDER, order=order_id) from None
        documents = (
            [] if order.store_id is None else uow.stores.list_raw(account_id, order.store_id, original_key(order.external_id))
        )
    if not documents:
        raise Refused("no_raw", NO_RAW, order=order.order_number)
    return documents
