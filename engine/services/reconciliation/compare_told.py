"""What left from here and the store has not heard of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from engine.model.reconciliation import MOST_OF_A_KIND, DifferenceKind
from engine.model.store_kind import Capability
from engine.services.reconciliation.turn import Look, Turn

TELLING_TAKES = timedelta(hours=1)  # at most, where all goes well


def compare_told(turn: Turn, _place: str) -> Iterator[Look]:
    """In one look: of what waits, and what was given up, there is little or something is wrong."""
    store = turn.store
    if not turn.app.describe(store.kind).can(Capability.WRITE_BACK):
        return
    before = turn.app.clock.now() - TELLING_TAKES
    with turn.app.reading() as uow:
        untold = uow.reconciliations.untold(store.account_id, store.id, before, MOST_OF_A_KIND + 1)
    yield Look(
        [
            turn.difference(
                DifferenceKind.NOT_TOLD,
                one.shipment_id,
                detail=one.telling.value,
                external_id=one.external_id,
                order_number=one.order_number,
                order_id=one.order_id,
                since=one.since,
            )
            for one in untold
        ],
        len(untold),
        is_last=True,
    )
