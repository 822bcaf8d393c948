"""Hears a carrier that calls when a parcel moves: the shipments it names are asked about at once (docs/adr/0035)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.application import Application
from engine.model.ids import new_id
from engine.model.job import Job, JobKind, tracking_key
from engine.model.tracking_numbers import clean_number
from engine.ports import CallingCarrier, CarrierRefused


def receive_carrier_call(app: Application, carrier_account_id: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the call is the carrier's own; what it names and nobody here shipped is passed over."""
    with app.reading() as uow:  # a stranger must not take turns at SQLite's one write lock
        account = uow.carrier_accounts.find_called(carrier_account_id)
    carrier = None if account is None else app.carriers.get(account.carrier)
    if account is None or not isinstance(carrier, CallingCarrier):
        return False
    try:
        named = carrier.parse_call(account, headers, body)
    except CarrierRefused:
        return False
    now = app.clock.now()
    with app.unit_of_work() as uow:
        numbers = tuple(dict.fromkeys((*named.numbers, *map(clean_number, named.numbers))))  # older ones are kept as they came
        for found in uow.trackings.find_called(account.account_id, account.id, named.carrier_ids, numbers):
            tracking = uow.trackings.find(found.account_id, found.shipment_id, for_change=True)
            if tracking is not None:
                uow.trackings.put(called := tracking.call(now))
                asking = (called.account_id, JobKind.TRACK_PARCELS, tracking_key(called.account_id))
                uow.jobs.upsert_due(Job(new_id("job"), *asking, {}, now, called.ask_at or now))
        uow.commit()
    app.wake.notify()
    return True
