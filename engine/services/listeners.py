"""Who hears of what happened to orders. A listener is a function of a service, and its line here."""

from __future__ import annotations

from engine.events import (
    ClosedUpstream,
    Delivered,
    DeliveryFailed,
    OrderCancelled,
    OrderChanged,
    OrderDelegated,
    OrderImported,
    OrderRestored,
    ReopenedUpstream,
    RequestAnswered,
    RequestOverdue,
    ShipmentTakenBack,
    ShippedFromHere,
    ShippedUpstream,
    Subscription,
    listens_to,
)
from engine.services.deciding.on_answers import (
    decide_on_answers,
    decide_on_failed_deliveries,
    decide_on_late_ones,
    decide_on_shipments,
)
from engine.services.fulfillment.call_off_requests import (
    ask_again_reopened,
    ask_again_restored,
    pass_on_changes,
    recall_cancelled,
    recall_closed,
    settle_in_part,
)
from engine.services.fulfillment.client_orders import accept_imported, count_shipped, count_taken_back
from engine.services.fulfillment.delegate import announce_delegated, expect_notes
from engine.services.fulfillment.notify_store import recheck_siblings
from engine.services.fulfillment.untold_flag import calm_down_taken_back
from engine.services.inventory.shipped_units import note_asked, put_back_taken_back, take_out_shipped
from engine.services.mail.buyer_mails import call_off_mails, on_delivered, write_shipment_mails
from engine.services.tracking.follow_shipment import end_taken_back, follow_shipped

# Those of one event are called in this order.
LISTENERS: tuple[Subscription, ...] = (
    listens_to(OrderImported, accept_imported),
    listens_to(OrderChanged, pass_on_changes),
    listens_to(OrderChanged, settle_in_part),
    listens_to(ClosedUpstream, recall_closed),
    listens_to(ReopenedUpstream, ask_again_reopened),
    listens_to(OrderCancelled, recall_cancelled),
    listens_to(OrderRestored, ask_again_restored),
    listens_to(ShippedUpstream, recheck_siblings),
    listens_to(ShippedFromHere, count_shipped),
    listens_to(ShippedFromHere, take_out_shipped),
    listens_to(ShippedFromHere, follow_shipped),
    listens_to(ShippedFromHere, decide_on_shipments),
    listens_to(ShippedFromHere, write_shipment_mails),
    listens_to(Delivered, on_delivered),
    listens_to(RequestAnswered, decide_on_answers),
    listens_to(RequestOverdue, decide_on_late_ones),
    listens_to(DeliveryFailed, decide_on_failed_deliveries),
    listens_to(ShipmentTakenBack, count_taken_back),
    listens_to(ShipmentTakenBack, put_back_taken_back),
    listens_to(ShipmentTakenBack, end_taken_back),
    listens_to(ShipmentTakenBack, call_off_mails),
    listens_to(ShipmentTakenBack, calm_down_taken_back),
    listens_to(OrderDelegated, expect_notes),
    listens_to(OrderDelegated, note_asked),
    listens_to(OrderDelegated, announce_delegated),
)
