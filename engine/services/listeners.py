"""Who hears of what happened to orders. A listener is a function of a service, and its line here."""

from __future__ import annotations

from engine.events import (
    ClosedUpstream,
    OrderDelegated,
    ReopenedUpstream,
    ShipmentTakenBack,
    ShippedFromHere,
    ShippedUpstream,
    Subscription,
    listens_to,
)
from engine.services.fulfillment.call_off_requests import (
    cancel_closed,
    recall_shipped,
    reinstate_reopened,
    reinstate_taken_back,
)
from engine.services.fulfillment.delegate import expect_notes
from engine.services.fulfillment.notify_store import recheck_siblings

# Those of one event are called in this order.
LISTENERS: tuple[Subscription, ...] = (
    listens_to(ClosedUpstream, cancel_closed),
    listens_to(ReopenedUpstream, reinstate_reopened),
    listens_to(ShippedUpstream, recheck_siblings),
    listens_to(ShippedFromHere, recall_shipped),
    listens_to(ShipmentTakenBack, reinstate_taken_back),
    listens_to(OrderDelegated, expect_notes),
)
