"""Pieces of work that are done outside the transaction that asked for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from engine.model.sentence import Sentence


class JobKind(StrEnum):
    IMPORT_STORE = "import_store"
    RECONCILE = "reconcile"  # compare a store with what is here and with providers
    READ_CHANGES = "read_changes"  # read what a store's webhooks reported
    NOTIFY_STORE = "notify_store"  # tell a store that its order shipped
    WITHDRAW_NOTICE = "withdraw_notice"  # take that back, as far as it can be
    BUY_LABEL = "buy_label"
    VOID_LABEL = "void_label"
    TRACK_PARCELS = "track_parcels"  # ask carriers how an account's parcels come along
    CHOOSE_SERVICE = "choose_service"  # by what carriers ask
    RUN_SCHEDULES = "run_schedules"  # run the rules of an account that are due by the clock
    BUY_BATCH = "buy_batch"  # have the labels of many orders bought
    MAKE_MANIFEST = "make_manifest"
    MAKE_PICKUP = "make_pickup"  # have a carrier's driver come
    CANCEL_PICKUP = "cancel_pickup"
    PRINT = "print"  # send a document to a printer of the network
    BULK_ACTION = "bulk_action"  # do something with many orders, for a person who watches a page
    BACKTEST = "backtest"  # decide about the orders of the past by a draft of rules
    DELEGATE = "delegate"  # send a fulfillment request
    SEND_REQUEST = "send_request"  # bring a request to a provider with a system of its own
    FETCH_NOTES = "fetch_notes"  # bring the store's notes on an order that was handed over
    RELEASE_HOLD = "release_hold"  # end a hold whose time has come
    ALERT = "alert"
    EMAIL = "email"  # write the e-mail that a rule asks for, or send a mail
    BUYER_EMAIL = "buyer_email"  # send a mail to the buyer of an order
    WEBHOOK = "webhook"
    QUEUE = "queue"  # put the order into a queue such as the pickers'


# What tells a store, a client or a buyer of what has left.
TELLING = (JobKind.NOTIFY_STORE, JobKind.WITHDRAW_NOTICE, JobKind.BUYER_EMAIL)
# Nothing delivers these yet: they are kept, wait with `NO_CHANNEL`, and no worker ever takes one.
UNDELIVERED = frozenset({JobKind.WEBHOOK, JobKind.QUEUE})
NO_CHANNEL = "no_channel"
CALLED_OFF = "called_off"  # the reason of one that ended without being tried


def import_now_key(store_id: str) -> str:
    """The key of the import that a person asks for: one at a time for each store."""
    return f"now:{store_id}"


RECONCILE_KEY = "reconcile:"  # what the keys of comparisons begin with


def reconcile_now_key(store_id: str) -> str:
    """The key of the comparison that a person asks for: one at a time for each store."""
    return f"{RECONCILE_KEY}now:{store_id}"


def tracking_key(account_id: str) -> str:
    """The key of the job that asks carriers about an account's parcels."""
    return f"track:{account_id}"


def effect_key(order_id: str, rule_id: str, position: int) -> str:
    """The key of the job of what an action of a rule has leave the order: once in its life."""
    return f"effect:{order_id}:{rule_id}:{position}"


SENDING_KEY = "send:"  # what the keys of jobs that bring a request to its provider's system begin with, before its id
IMPORT_THEN_KEY = "due:"  # and of those that import it once its provider may see it


SCHEDULES_KEY = "schedules:"  # what the keys of jobs that run rules by the clock begin with


def schedules_key(account_id: str) -> str:
    """The key of the job that runs an account's rules that are due by the clock."""
    return f"{SCHEDULES_KEY}{account_id}"


RELEASE_KEY = "release:"  # what the keys of jobs that end holds begin with


def release_key(order_id: str, decision_id: str | None) -> str:
    """The key of the job that ends a hold: one for each decision that an order can be held under."""
    return f"{RELEASE_KEY}{order_id}:{decision_id or ''}"


class JobState(StrEnum):
    WAITING = "waiting"  # held back until its order is released, or until something can deliver it
    DUE = "due"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"  # gave up; a person can see it and try again


PERSON_WAITS, ORDINARY = 0, 1  # priorities: what a person asked for goes first


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work. `key` says what it is, so that the same work is never put in twice."""

    id: str
    account_id: str
    kind: JobKind
    key: str
    payload: Mapping[str, Any]
    created_at: datetime
    not_before: datetime
    order_id: str | None = None
    state: JobState = JobState.DUE
    reason: str | None = None  # why it waits
    attempts: int = 0
    last_error: Sentence | None = None
    priority: int = ORDINARY
    tried_at: datetime | None = None  # when the last attempt began
