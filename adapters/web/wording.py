"""Codes in words. Every code that a page can meet stands here; a test compares the lists with the model's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, lazy_gettext

from adapters.web.language import page_language
from engine.model.connection import ConnectionState
from engine.model.inventory import AdjustReason, MovementKind
from engine.model.label import DocumentKind
from engine.model.sentence import Sentence
from engine.model.store_kind import StoreKind
from engine.services.connections.refusals import STATE_WORDS
from rules.actions.validate_service import SERVICE_NOT_AVAILABLE
from rules.messages import Text

IMPORT = Text("Import", "Importar")  # what a button does; the catalogue has the noun
HOLD_OWNERS: Mapping[str, Any] = {
    "merchant": lazy_gettext("The merchant"),
    "provider": lazy_gettext("The provider"),
    "rule": lazy_gettext("A rule"),
    "system": lazy_gettext("By itself"),
}
ROLES: Mapping[str, Any] = {"admin": lazy_gettext("Admin"), "member": lazy_gettext("Member")}
ADDRESS_VERDICTS: Mapping[str, Any] = {
    "verified": lazy_gettext("Address check: nothing is wrong"),
    "warning": lazy_gettext("Address check: look at this before it leaves"),
    "error": lazy_gettext("Address check: it cannot be right"),
}
MANIFEST_STATES: Mapping[str, Any] = {
    "intent": lazy_gettext("Being made"),
    "unknown": lazy_gettext("Not known yet"),
    "made": lazy_gettext("Made"),
    "refused": lazy_gettext("Refused by the carrier"),
}
PICKUP_STATES: Mapping[str, Any] = {
    "intent": lazy_gettext("Being asked for"),
    "unknown": lazy_gettext("Not known yet"),
    "made": lazy_gettext("A driver comes"),
    "refused": lazy_gettext("Refused by the carrier"),
    "cancel_requested": lazy_gettext("Being cancelled"),
    "cancelled": lazy_gettext("Pickup cancelled"),
    "cancel_refused": lazy_gettext("Not cancelled by the carrier"),
}
STATUSES: Mapping[str, Any] = {
    "awaiting_payment": lazy_gettext("Awaiting payment"),
    "awaiting_shipment": lazy_gettext("Awaiting shipment"),
    "on_hold": lazy_gettext("On hold"),
    "pending_fulfillment": lazy_gettext("Pending fulfillment"),
    "rejected_fulfillment": lazy_gettext("Rejected fulfillment"),
    "partially_shipped": lazy_gettext("Partially shipped"),
    "shipped": lazy_gettext("Shipped"),
    "cancelled": lazy_gettext("Cancelled"),
    "combined": lazy_gettext("Combined with another"),
    "skipped": lazy_gettext("Left out by a rule"),
}


@dataclass(frozen=True, slots=True)
class FlagWords:
    """A flag's name, what it means and what to do, and how urgent it looks (`high`, `low`)."""

    label: Any
    explanation: Any  # a Text where the sentence is the field's own
    urgency: str


FLAGS: Mapping[str, FlagWords] = {
    "needs_attention": FlagWords(
        lazy_gettext("Needs attention"),
        lazy_gettext("A rule could not be applied, or rules and what was sent disagree. Look below, then release the order."),
        "high",
    ),
    "asks_parts": FlagWords(
        lazy_gettext("Tell the store of a part?"),
        lazy_gettext("A part of the order has left. Say whether the store hears of it now, or once all has left."),
        "high",
    ),
    "outdated": FlagWords(
        lazy_gettext("Outdated"),
        lazy_gettext(
            "The store has changed what the rules had read. Decide anew, or release the order if what was chosen still holds."
        ),
        "high",
    ),
    "invalid_service": FlagWords(
        lazy_gettext("Service not valid"),
        SERVICE_NOT_AVAILABLE,
        "high",
    ),
    "unhandled": FlagWords(
        lazy_gettext("No rule fired"),
        lazy_gettext("None of the rules applied to this order. The decision below says what each of them was waiting for."),
        "low",
    ),
    "shipped_despite_recall": FlagWords(
        lazy_gettext("Shipped despite recall"),
        lazy_gettext(
            "The provider shipped it although it had been recalled. Agree with the other side on what happens to the parcel."
        ),
        "high",
    ),
    "change_requested": FlagWords(
        lazy_gettext("Change requested"),
        lazy_gettext("The client has changed the order since a label was made for it. Accept the change below, or refuse it."),
        "high",
    ),
    "shipped_surplus": FlagWords(
        lazy_gettext("More shipped than asked for"),
        lazy_gettext(
            "The order lost units after the provider had it, and they left all the same. They count; agree on them together."
        ),
        "high",
    ),
    "overdue": FlagWords(
        lazy_gettext("Late"),
        lazy_gettext("The provider should have shipped it by now. Ask them, or recall the order."),
        "high",
    ),
    "delivery_problem": FlagWords(
        lazy_gettext("Delivery problem"),
        lazy_gettext(
            "Something is wrong with a parcel on its way. The shipment below says what; this ends when the parcel moves on."
        ),
        "high",
    ),
    "skipped": FlagWords(
        lazy_gettext("Left out by a rule"),
        lazy_gettext("A rule said not to import this order. It stays on record and is not shipped from here."),
        "low",
    ),
}

TRIGGERS: Mapping[str, Any] = {
    "imported": lazy_gettext("on import"),
    "updated": lazy_gettext("after a change in the store"),
    "released": lazy_gettext("on release"),
    "reprocess": lazy_gettext("run again by a person"),
    "rejected": lazy_gettext("after a provider rejected it"),
    "cancel_refused": lazy_gettext("after a provider refused to give it back"),
    "closed": lazy_gettext("after a provider gave back a rest"),
    "overdue": lazy_gettext("since a provider is late"),
    "shipped": lazy_gettext("on shipping"),
    "exception": lazy_gettext("after a problem on the way"),
    "manual": lazy_gettext("one rule run by a person"),
    "schedule": lazy_gettext("on schedule"),
}
VERDICTS: Mapping[str, Any] = {
    "matched": lazy_gettext("Fired"),
    "not_matched": lazy_gettext("Not met"),
    "error": lazy_gettext("Error"),
    "failed": lazy_gettext("Failed"),
    "disabled": lazy_gettext("Switched off"),
    "other_trigger": lazy_gettext("Other occasion"),
    "not_chosen": lazy_gettext("Not run"),
    "not_due": lazy_gettext("Not due"),
    "already_applied": lazy_gettext("Applied before"),
    "not_reached": lazy_gettext("Not reached"),
}
NODE_VERDICTS: Mapping[str, Any] = {
    "true": lazy_gettext("met"),
    "false": lazy_gettext("not met"),
    "error": lazy_gettext("cannot be answered"),
}
RULE_GROUPS: Mapping[str, Any] = {
    "failed": lazy_gettext("Rules that could not be applied"),
    "applied": lazy_gettext("Rules that applied"),
    "near_miss": lazy_gettext("Nearly: one condition was missing"),
    "rest": lazy_gettext("All other rules"),
}
EFFECTS: Mapping[str, Any] = {
    "fulfillment_request": lazy_gettext("Fulfillment request"),
    "alert": lazy_gettext("Alert"),
    "email": lazy_gettext("E-mail"),
    "webhook": lazy_gettext("Webhook call"),
    "queue": lazy_gettext("Entry in a queue"),
}
WAITING: Mapping[str, Any] = {
    "on_hold": lazy_gettext("waits: the order is on hold"),
    "needs_attention": lazy_gettext("waits: the order needs attention"),
    "outdated": lazy_gettext("waits: the store has changed the order since the rules chose"),
    "superseded": lazy_gettext("not sent: a later request takes its place, or the order has another provider"),
    "no_channel": lazy_gettext("waits: nothing delivers this yet"),
}
JOB_KINDS: Mapping[str, Any] = {
    "import_store": lazy_gettext("Import of the store"),
    "notify_store": lazy_gettext("Tell the store that the order shipped"),
    "withdraw_notice": lazy_gettext("Tell the store that the shipment was taken back"),
    "reconcile": lazy_gettext("Compare the store"),
    "read_changes": lazy_gettext("Read the changes that the store reported"),
    "delegate": lazy_gettext("Send the fulfillment request"),
    "send_request": lazy_gettext("Bring the request to the provider's system"),
    "buy_label": lazy_gettext("Buy the label"),
    "make_manifest": lazy_gettext("Make the manifest"),
    "make_pickup": lazy_gettext("Ask for the pickup"),
    "cancel_pickup": lazy_gettext("Cancel the pickup"),
    "choose_service": lazy_gettext("Choose the service by its rates"),
    "void_label": lazy_gettext("Void the label"),
    "run_schedules": lazy_gettext("Run rules by the clock"),
    "track_parcels": lazy_gettext("Ask carriers about parcels"),
    "buy_batch": lazy_gettext("Buy the labels of a batch"),
    "bulk_action": lazy_gettext("Do something with many orders"),
    "backtest": lazy_gettext("Backtest rules"),
    "print": lazy_gettext("Print on the network printer"),
    "fetch_notes": lazy_gettext("Fetch the notes on the order"),
    "release_hold": lazy_gettext("End the hold"),
    "alert": lazy_gettext("Raise an alert"),
    "buyer_email": lazy_gettext("Mail to the buyer"),
    "email": lazy_gettext("Send the e-mail"),
    "webhook": lazy_gettext("Call the webhook"),
    "queue": lazy_gettext("Put the order into the queue"),
}
DOCUMENT_KINDS: Mapping[DocumentKind, Any] = {
    DocumentKind.LABEL: lazy_gettext("Label"),
    DocumentKind.PACKING_SLIP: lazy_gettext("Packing slip"),
    DocumentKind.CUSTOMS: lazy_gettext("Customs papers"),
}
JOB_STATES: Mapping[str, Any] = {
    "waiting": lazy_gettext("Waiting"),
    "due": lazy_gettext("Due"),
    "running": lazy_gettext("Running"),
    "done": lazy_gettext("Done"),
    "dead": lazy_gettext("Given up"),
}
MAIL_STATES: Mapping[str, Any] = {
    "waiting": lazy_gettext("To be sent"),
    "sent": lazy_gettext("Sent"),
    "failed": lazy_gettext("Failed"),
}
MAIL_MODES: Mapping[str, Any] = {
    "at_once": lazy_gettext("At once"),
    "daily": lazy_gettext("Daily, together"),
    "off": lazy_gettext("Not at all"),
}
REQUEST_STATES: Mapping[str, Any] = {
    "requested": lazy_gettext("Requested"),
    "accepted": lazy_gettext("Accepted"),
    "rejected": lazy_gettext("Rejected"),
    "cancel_requested": lazy_gettext("Asked back"),
    "cancelled": lazy_gettext("Taken back"),
    "closed": lazy_gettext("Closed with a rest"),
}
WORKS: Mapping[str, Any] = {
    "scheduled": lazy_gettext("Scheduled for later"),
    "waiting": lazy_gettext("Not begun"),
    "held": lazy_gettext("Work on hold"),
    "in_progress": lazy_gettext("In progress"),
    "shipped_in_part": lazy_gettext("Shipped in part"),
    "done": lazy_gettext("All shipped"),
    "incomplete": lazy_gettext("Not all shipped"),
}
MESSAGE_KINDS: Mapping[str, Any] = {
    "asked": lazy_gettext("asked to ship this"),
    "accepted": lazy_gettext("accepted"),
    "started": lazy_gettext("began the work"),
    "rejected": lazy_gettext("rejected it"),
    "closed": lazy_gettext("closed it with a rest"),
    "recalled": lazy_gettext("asked for it back"),
    "cancel_granted": lazy_gettext("gave it back"),
    "cancel_refused": lazy_gettext("does not give it back"),
    "ended": lazy_gettext("ended it with the connection"),
    "change_asked": lazy_gettext("asked to change it"),
    "change_accepted": lazy_gettext("accepted the change"),
    "change_refused": lazy_gettext("does not change it"),
    "change_withdrawn": lazy_gettext("took the change back"),
    "written": lazy_gettext("wrote"),
}
SHIPMENT_STATES: Mapping[str, Any] = {
    "planned": lazy_gettext("Planned"),
    "shipped": lazy_gettext("Shipped"),
    "voided": lazy_gettext("Voided"),
}
WRITE_BACK_STATES: Mapping[str, Any] = {
    "none": lazy_gettext("The store is not told of this."),
    "not_wanted": lazy_gettext("The store is not told."),
    "asks": lazy_gettext("Somebody has to say whether the store hears of this part."),
    "due": lazy_gettext("The store has not been told everything yet; that happens by itself."),
    "done": lazy_gettext("The store has been told."),
    "dead": lazy_gettext("Telling the store was given up."),
}
WITHDRAWAL_STATES: Mapping[str, Any] = {
    "none": lazy_gettext("Taken back before the store was told."),
    "not_wanted": lazy_gettext("Taken back before the store was told."),
    "asks": lazy_gettext("Taken back before the store was told."),
    "due": lazy_gettext("Taken back; the store has not been told yet. It is tried again by itself."),
    "done": lazy_gettext("Taken back, and the store has been told."),
    "dead": lazy_gettext("Taken back, but telling the store was given up."),
}
BUYER_MAIL_STATES: Mapping[str, Any] = {
    "not_written": lazy_gettext("not written"),
    "no_address": lazy_gettext("the order has no e-mail address of the buyer"),
    "waiting": lazy_gettext("about to be sent"),
    "sent": lazy_gettext("sent"),
    "failed": lazy_gettext("not sent, given up"),
}
LISTENERS: Mapping[str, Any] = {
    "store": lazy_gettext("the store"),
    "client": lazy_gettext("the client"),
    "buyer": lazy_gettext("the buyer"),
}
STORE_STATES: Mapping[str, Any] = {
    "connected": lazy_gettext("connected"),
    "refused": lazy_gettext("the store refuses the log-in"),
    "closed": lazy_gettext("closed"),
}
STATE_REASONS: Mapping[str, Any] = {  # beside those that a kind of store has
    "duplicate": lazy_gettext("it was on record twice"),
    "cancelled": lazy_gettext("the client has taken it back"),
    "shipped_by_merchant": lazy_gettext("the merchant ships it"),
    "joined": lazy_gettext("joined with its original again"),
    "cancelled_here": lazy_gettext("cancelled by a person; the history says why"),
}
MOVEMENTS: Mapping[str, Any] = {
    MovementKind.COUNTED: lazy_gettext("Counted"),
    MovementKind.RECEIVED: lazy_gettext("Goods received"),
    MovementKind.ADJUSTED: lazy_gettext("Adjusted"),
    MovementKind.SHIPPED: lazy_gettext("Shipped"),
    MovementKind.TAKEN_BACK: lazy_gettext("Shipment taken back"),
}
ADJUST_REASONS: Mapping[str, Any] = {
    AdjustReason.DAMAGED: lazy_gettext("Damaged"),
    AdjustReason.EXPIRED: lazy_gettext("Past its date"),
    AdjustReason.LOST: lazy_gettext("Lost"),
    AdjustReason.FOUND: lazy_gettext("Found"),
    AdjustReason.RETURNED: lazy_gettext("Returned by a buyer"),
    AdjustReason.SENT_BACK: lazy_gettext("Sent back to the client"),
    AdjustReason.MISCOUNTED: lazy_gettext("Miscounted"),
    AdjustReason.OTHER: lazy_gettext("Other (see the note)"),
}
ACTORS: Mapping[str, Any] = {
    "client": lazy_gettext("Client"),
    "provider": lazy_gettext("Provider"),
    "import": lazy_gettext("Import"),
    "operator": lazy_gettext("Operator"),
    "worker": lazy_gettext("Relevo"),
}


def in_words(words: Mapping[str, Any], code: Any) -> str:
    """A code's words; one that nobody has worded stays readable."""
    return str(words.get(str(code), str(code).replace("_", " ")))


def connection_state(state: ConnectionState) -> str:
    """How far a connection has come."""
    return STATE_WORDS[state].format(page_language())


def closing_words(kind: StoreKind, code: str) -> str:
    """Why an order or a request was closed, as the kind of its store or the product itself says it."""
    reason = kind.reasons_by_code.get(code)
    return in_words(STATE_REASONS, code) if reason is None else reason.closing.format(page_language())


def step_words(kind: StoreKind, code: str) -> str:
    """What a store was told, as its kind says it; a step that the kind does not know (any more) stays readable."""
    step = kind.steps_by_code.get(code)
    return in_words({}, code) if step is None else step.label.format(page_language())


def flag_label(flag: str) -> str:
    words = FLAGS.get(flag)
    return flag.replace("_", " ") if words is None else str(words.label)


def flag_explanation(flag: str) -> str:
    """What a flag means and what to do about it."""
    words = FLAGS.get(flag)
    explanation = "" if words is None else words.explanation
    return explanation.format(page_language()) if isinstance(explanation, Text) else str(explanation)


def flag_urgency(flag: str) -> str:
    words = FLAGS.get(flag)
    return "high" if words is None else words.urgency


def kept_sentence(kept: Any) -> str:
    """A sentence that an effect holds, in the page's language."""
    return Sentence.from_data(kept).format(page_language())


def actor_name(actor: str, people: Mapping[str, str], rules: Mapping[str, str]) -> str:
    """Who did something, as a person calls them."""
    kind, _, rest = actor.partition(":")
    if kind == "rule" and rest:
        return gettext("rule %(name)s", name=rules.get(rest) or rest)
    return people.get(actor) or in_words(ACTORS, kind)
