"""Reads many orders from their stores again, as if the stores had said that they changed."""

from __future__ import annotations

from collections.abc import Sequence

from engine.model.bulk_action import BulkOutcome, BulkResult
from engine.model.sentence import Sentence
from engine.model.store import Store, StoreState
from engine.services.bulk.kind import BulkKind, Doing, Results
from engine.services.importing.receive_webhook import make_reading_due
from rules.messages import Text

TOGETHER = 100  # a store is asked for many in few requests

NO_STORE = Text("It is from no store that could be asked.", "No viene de ninguna tienda a la que preguntar.")
NOT_CONNECTED = Text(
    'The store "{store}" cannot be asked now: its page says why.',
    'Ahora no se puede preguntar a la tienda "{store}": su página dice por qué.',
)


def _do(doing: Doing, order_ids: Sequence[str]) -> Results:
    stores = {store.id: store for store in doing.uow.stores.list_for(doing.account_id)}
    results: dict[str, BulkResult] = {}
    wanted: dict[str, list[str]] = {}
    for order in doing.uow.orders.get_many(doing.account_id, order_ids):
        store = stores.get(order.store_id or "")
        results[order.id] = _result(store)
        if store is not None and results[order.id].outcome is BulkOutcome.DONE:
            wanted.setdefault(store.id, []).append(order.external_id)
    for store_id, external_ids in wanted.items():
        doing.uow.pending_changes.add(doing.account_id, store_id, external_ids, doing.app.clock.now())
        make_reading_due(doing.uow, doing.app, stores[store_id])
    return results


def _result(store: Store | None) -> BulkResult:
    if store is None:
        return BulkResult(BulkOutcome.REFUSED, Sentence.of(NO_STORE))
    if store.state is not StoreState.CONNECTED:
        return BulkResult(BulkOutcome.REFUSED, Sentence.of(NOT_CONNECTED, store=store.name))
    return BulkResult(BulkOutcome.DONE)


REFRESH = BulkKind(
    "refresh",
    Text("Refresh", "Actualizar"),
    Text("Asked for at their stores again", "Consultados de nuevo en sus tiendas"),
    _do,
    together=TOGETHER,
    about=Text(
        "What has changed in the store since the last import is here in a moment.",
        "Lo que ha cambiado en la tienda desde la última importación llega enseguida.",
    ),
)
