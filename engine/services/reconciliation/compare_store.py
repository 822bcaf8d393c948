"""What the store has open and what is open here. The list of the store only leads: what it is asked about has the last word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from engine.model.note_split import begun_split
from engine.model.order import HOLDABLE, OrderHead, OrderState
from engine.model.order_part import original_key
from engine.model.reconciliation import FOUND_BY, Difference, DifferenceKind, OpenHere, Part
from engine.model.store import Parked, Ready, Skipped
from engine.model.store_kind import StoreKind
from engine.ports import ListsOpenOrders, StoreSession, TakesWriteBacks, UnitOfWork
from engine.services.fulfillment.kept_from_store import is_kept_from_store
from engine.services.importing.split_notes import split_off
from engine.services.reconciliation.turn import Look, Turn
from engine.services.stores.store_takeover import scope_of

AT_A_TIME = 200
LOOKED_AT_AGAIN = 400  # differences that a list no longer shows, before they are taken for over
TELLING_SHOWS = timedelta(minutes=30)  # until a store shows what it was told, at most


def compare_there(turn: Turn, place: str) -> Iterator[Look]:
    """What the store lists as open: is it here, and does it know what it was told? Raises StoreError."""
    session = turn.session()
    if not isinstance(session, ListsOpenOrders):
        return
    listed: set[str] | None = None if place else set()
    since = turn.app.clock.now() - timedelta(days=turn.store.window_days)
    for page in session.open_orders(since, place):
        if listed is not None:
            listed.update(page.external_ids)
        seen = 0
        for some in _chunks(page.external_ids):
            found, here = _open_there(turn, session, some)
            seen += here
            yield Look(found)
        yield Look(seen=seen, place=page.place)  # only now: a turn that dies before goes through this page again
    turn.listed = listed
    with turn.app.reading() as uow:
        kinds = FOUND_BY[Part.THERE]
        gone = uow.reconciliations.list_unseen(turn.store.account_id, turn.store.id, kinds, turn.pass_began_at, LOOKED_AT_AGAIN)
    if gone:
        found, _ = _open_there(turn, session, [one.external_id for one in gone])
        yield Look(found, is_last=True)


def compare_here(turn: Turn, place: str) -> Iterator[Look]:
    """What is open here: does the store still want it? What it has just listed is not asked about. Raises StoreError."""
    session = turn.session()
    store = turn.store
    while True:
        with turn.app.reading() as uow:
            orders = uow.reconciliations.open_orders(store.account_id, store.id, place, AT_A_TIME)
        if not orders:
            return
        place = orders[-1].external_id
        yield Look(_open_here(turn, session, orders), len(orders), place, is_last=len(orders) < AT_A_TIME)


def _chunks(external_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(external_ids), AT_A_TIME):
        yield external_ids[start : start + AT_A_TIME]


def _open_there(turn: Turn, session: StoreSession, external_ids: Sequence[str]) -> tuple[list[Difference], int]:
    """What differs, and how many of these are for this store. What is kept is read before the store is asked, so that what
    happens meanwhile is not a difference.
    """
    store, kind = turn.store, turn.app.describe(turn.store.kind)
    with turn.app.reading() as uow:
        heads = uow.orders.heads(store.account_id, store.id, external_ids)
        absent = _not_known(turn, uow, kind, [one for one in external_ids if _is_absent(heads.get(one))])
        shipped = [head for head in heads.values() if head.state is OrderState.SHIPPED]
        told = _told(turn, uow, session, kind, shipped)
    wanted = [*absent, *told]
    records = [one for one in session.read(wanted) if isinstance(one, Ready | Parked)] if wanted else []
    with turn.app.reading() as uow:
        split = split_off(turn.app, uow, store, scope_of(turn.app, store).origin, records, dict(heads))
    found = [_of_record(turn, one, heads.get(one.external_id), told) for one in records if one.external_id not in split]
    here = sum(not _is_absent(head) for head in heads.values())
    return found, here + sum(one.external_id not in told for one in records)


def _is_absent(head: OrderHead | None) -> bool:
    return head is None or head.is_closed_upstream


def _not_known(turn: Turn, uow: UnitOfWork, kind: StoreKind, external_ids: Sequence[str]) -> list[str]:
    """Without what another store of the account has, and what imports have put aside: other pages list that."""
    store = turn.store
    origin = scope_of(turn.app, store).origin
    elsewhere = uow.orders.homes(store.account_id, origin, external_ids) if origin and external_ids else {}
    skipped = uow.stores.skipped_among(store.account_id, store.id, external_ids) if external_ids else {}
    aside = {name for name, note in skipped.items() if kind.lasts(note.reason)}
    aside |= {name for name, (_, home) in elsewhere.items() if home is not None and home != store.id}
    aside |= turn.parked()
    return [one for one in external_ids if one not in aside]


def _told(
    turn: Turn, uow: UnitOfWork, session: StoreSession, kind: StoreKind, shipped: Sequence[OrderHead]
) -> dict[str, OrderHead]:
    """Those of which the store was told everything, for good, so long ago that it should no longer list them."""
    steps = set(session.write_back_steps()) if isinstance(session, TakesWriteBacks) else set()
    if not shipped or not steps & kind.final_steps:
        return {}
    account_id, ids = turn.store.account_id, [head.id for head in shipped]
    kept = {order.id for order in uow.orders.get_many(account_id, ids) if is_kept_from_store(order)}
    by_order = {
        one: [shipment.id for shipment in found] for one, found in uow.fulfillment.shipments_by_order(account_id, ids).items()
    }
    done = uow.write_backs.steps_of(account_id, [shipment for found in by_order.values() for shipment in found])
    before = turn.app.clock.now() - TELLING_SHOWS
    told = {}
    for head in shipped:
        carried_out = [step for shipment in by_order.get(head.id, ()) for step in done.get(shipment, ())]
        is_final = any(step.step in kind.final_steps and step.done_at < before for step in carried_out)
        if head.id not in kept and is_final:
            told[head.external_id] = head
    return told


def _of_record(turn: Turn, record: Ready | Parked, head: OrderHead | None, told: dict[str, OrderHead]) -> Difference:
    kind = DifferenceKind.STILL_OPEN if record.external_id in told else DifferenceKind.NOT_HERE
    return turn.difference(
        kind,
        record.external_id,
        detail="" if head is None else head.state.value,
        external_id=record.external_id,
        order_number=record.order_number,
        order_id=None if head is None else head.id,
    )


def _open_here(turn: Turn, session: StoreSession, orders: Sequence[OpenHere]) -> list[Difference]:
    listed = turn.listed or set()
    wanted = list(dict.fromkeys(original_key(one.external_id) for one in orders))
    unlisted = [one for one in wanted if one not in listed]
    records = session.read(unlisted) if unlisted else []
    closed = {one.external_id: one.message.code for one in records if isinstance(one, Skipped) and one.confirmed}
    suspects = {one.order_id: one for one in orders if original_key(one.external_id) in closed}
    if not suspects:
        return []
    with turn.app.reading() as uow:
        known = uow.orders.get_many(turn.store.account_id, list(suspects))
    return [
        turn.difference(
            DifferenceKind.NOT_THERE,
            order.id,
            detail=closed[original_key(order.external_id)],
            external_id=order.external_id,
            order_number=order.order_number,
            order_id=order.id,
        )
        for order in known
        if order.state in HOLDABLE
        and begun_split(order) is None
        and order.external_id == suspects[order.id].external_id  # a split gives it another one
    ]
