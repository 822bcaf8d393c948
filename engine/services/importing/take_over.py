"""Orders that came by another store of the same vendor's account: the store that imports them now takes them over."""

from __future__ import annotations

from collections.abc import Sequence

from engine.application import Application
from engine.model.order import OrderHead
from engine.model.order_link import LinkKind
from engine.model.store import Ready, Record, Store
from engine.ports import UnitOfWork
from engine.services.stores.store_takeover import release_write_backs, scope_of


def take_over(
    app: Application, uow: UnitOfWork, store: Store, origin: str, records: Sequence[Record], heads: dict[str, OrderHead]
) -> set[str]:
    """Take over what came by another store, unless that one wants it: the external ids of these. `heads` gets the others."""
    new = {one.external_id: one for one in records if isinstance(one, Ready) and one.external_id not in heads}
    homes = uow.orders.homes(store.account_id, origin, list(new)) if origin else {}
    stores = {store_id: uow.stores.get(store.account_id, store_id) for _, store_id in homes.values() if store_id is not None}
    theirs = {
        external_id
        for external_id, (_, store_id) in homes.items()
        if store_id is not None and _is_wanted_by(app, stores[store_id], new[external_id])
    }
    moving = {external_id: order_id for external_id, (order_id, _) in homes.items() if external_id not in theirs}
    if moving:
        links = uow.order_links.list_for(store.account_id, list(moving.values()))
        parts = [link.order_id for link in links if link.kind is LinkKind.PART]
        uow.orders.move(store.account_id, [*moving.values(), *parts], store.id)
        heads |= uow.orders.heads(store.account_id, store.id, list(moving))
        release_write_backs(app, uow, store)
    return theirs


def _is_wanted_by(app: Application, other: Store, record: Ready) -> bool:
    return not other.is_closed and scope_of(app, other).wants(record.channel)
