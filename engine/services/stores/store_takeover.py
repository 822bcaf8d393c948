"""What an account sells through one channel is one order here, whatever store record it came by.

A store that is connected to a vendor's account takes over the orders of its channels from stores that are closed, or that
want those channels no longer, and what those stores still have to be told. Two open stores never want the same channel.
"""

from __future__ import annotations

from engine.application import Application
from engine.model.job import JobKind, JobState
from engine.model.store import Store, StoreScope
from engine.ports import ScopedConnector, UnitOfWork
from engine.services.fulfillment.shipments import make_due_again
from engine.services.refusals import Refused
from rules.messages import Text

TWIN = Text(
    'The store "{other}" imports the same channels of this account already: give the two different channels, or disconnect '
    "that one first. A store that is connected after it takes over its orders.",
    'La tienda "{other}" ya importa los mismos canales de esta cuenta: da canales distintos a las dos o desconecta antes '
    "aquella. La tienda que se conecte después se hará cargo de sus pedidos.",
)
_TELLING = (JobKind.NOTIFY_STORE, JobKind.WITHDRAW_NOTICE)
_UNTOLD = (JobState.WAITING, JobState.DEAD)
_UNKNOWN = StoreScope("", frozenset())


def scope_of(app: Application, store: Store) -> StoreScope:
    """What a store is connected to; without an origin where its kind does not say."""
    connector = app.connectors.get(store.kind)
    return connector.scope(store.settings) if isinstance(connector, ScopedConnector) else _UNKNOWN


def find_twin(app: Application, uow: UnitOfWork, store: Store) -> Store | None:
    """Another open store of the account that wants the same orders; to be sure of it, lock the account before."""
    scope = scope_of(app, store)
    if not scope.origin:
        return None
    others = (other for other in uow.stores.list_for(store.account_id) if other.id != store.id and not other.is_closed)
    return next((other for other in others if scope.overlaps(scope_of(app, other))), None)


def refuse_twin(app: Application, uow: UnitOfWork, store: Store) -> None:
    """Raises Refused when another open store wants the same orders."""
    twin = find_twin(app, uow, store)
    if twin is not None:
        raise Refused("store_twin", TWIN, other=twin.name)


def take_over(app: Application, uow: UnitOfWork, store: Store) -> int:
    """Give an open store, which has no twin, all orders of its channels. How many came from other stores.

    What those stores could not be told of them is due again, for this store to hear.
    """
    scope = scope_of(app, store)
    if not scope.origin or scope.channels == frozenset():
        return 0
    taken = 0
    for other in uow.stores.list_for(store.account_id):
        theirs = scope_of(app, other)
        if other.id == store.id or theirs.origin != scope.origin:
            continue
        wholly = other.is_closed and scope.covers(theirs)
        taken += uow.orders.move_all(store.account_id, other.id, store.id, scope.channels, unknown=wholly)
        if wholly:  # the next import finds again what cannot be read
            uow.stores.unpark(
                other.account_id, other.id, [parked.external_id for parked in uow.stores.list_parked(other.account_id, other.id)]
            )
    if taken:
        release_write_backs(app, uow, store)
    return taken


def release_write_backs(app: Application, uow: UnitOfWork, store: Store) -> None:
    """Make due what waits for a store to be connected, or was given up."""
    for job in uow.jobs.list_for_orders_of(store.account_id, store.id, _TELLING, _UNTOLD):
        make_due_again(uow, job, app.clock.now())
