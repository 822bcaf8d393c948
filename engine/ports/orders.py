"""Repositories of orders, of the decisions about them, and of the work that follows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from engine.model.alert import Alert
from engine.model.audit import AuditEntry
from engine.model.fulfillment import Shipment
from engine.model.hold import EndedHold
from engine.model.job import ORDINARY, Job, JobKind, JobState
from engine.model.kept_decision import DecisionHead, KeptDecision
from engine.model.order import DecidedChanges, Order, OrderHead, StoredDecision
from engine.model.order_history import OrderHistory
from engine.model.redaction import Redaction
from engine.model.rule_set import RuleSetVersion
from engine.model.sentence import Sentence


class Orders(Protocol):
    def heads(self, account_id: str, store_id: str, external_ids: Sequence[str]) -> dict[str, OrderHead]:
        """The known ones among these ids of a store, by external id."""

    def homes(self, account_id: str, origin: str, external_ids: Sequence[str]) -> dict[str, tuple[str, str | None]]:
        """The known ones among these ids of a vendor's account, each with its order's id and store, by external id."""

    def move(self, account_id: str, order_ids: Sequence[str], store_id: str) -> None:
        """Give these orders to another store of the account."""

    def move_all(
        self, account_id: str, from_store: str, to_store: str, channels: Collection[str] | None, *, unknown: bool
    ) -> int:
        """The same for a store's orders of these channels (None: of any); with `unknown` those without a known one too.

        How many there were.
        """

    def keep_channels(self, account_id: str, store_id: str, channels: Mapping[str, str]) -> None:
        """Keep channels, by external id, of orders that are otherwise as they were."""

    def get(self, account_id: str, order_id: str, *, for_change: bool = False) -> Order:
        """Raises NotFound. With `for_change` nobody else changes the order until this transaction has ended."""

    def get_many(self, account_id: str, order_ids: Sequence[str], *, for_change: bool = False) -> list[Order]: ...

    def ids_of_orders(self, account_id: str, store_id: str, external_order_ids: Sequence[str]) -> list[str]:
        """The external ids of the orders here that belong to these orders of the store."""

    def ids_by_order(self, account_id: str, store_id: str, external_order_ids: Sequence[str]) -> list[str]:
        """The ids of the orders here that belong to these orders of the store."""

    def list_to_recipient(self, account_id: str, name: str, postal_code: str, limit: int) -> list[Order]:
        """Open orders for people of this name in places of this postal code, as searches read them; the newest first.

        Of the newest thousand with the name's longest word.
        """

    def list_by_number(self, account_id: str, store_id: str, number: str) -> list[Order]:
        """Orders of a store by order number, store's order id, reference or external id."""

    def add_many(self, orders: Sequence[Order], run_id: str) -> None:
        """New orders, seen by this import run."""

    def update_many(self, orders: Sequence[Order]) -> None: ...

    def update_source_versions(self, account_id: str, store_id: str, source_versions: Mapping[str, str]) -> None:
        """Keep new stamps, by external id, of orders that are otherwise as they were."""

    def forget_source_versions(self, account_id: str, store_id: str) -> None:
        """Let the next import read all unshipped orders of a store, whatever it knows of them."""

    def mark_seen(self, account_id: str, store_id: str, external_ids: Sequence[str], run_id: str) -> None: ...

    def list_unseen(self, account_id: str, store_id: str, run_id: str, after: str, limit: int) -> list[str]:
        """External ids, ascending and past `after`, of unshipped orders that this run has not seen."""

    def list_ids(self, account_id: str, statuses: Sequence[str], after: str, limit: int) -> list[str]:
        """The ids, ascending and past `after`, of orders with one of these statuses."""

    def list_held(self, account_id: str) -> list[Order]:
        """Those that something keeps from being shipped, whatever their state."""

    def list_ended_holds(self, now: datetime, limit: int) -> list[EndedHold]:
        """Orders of all accounts whose hold has ended by now, the longest ended first, and nothing is about it yet."""

    def stream(self, account_id: str) -> Iterator[Order]:
        """All orders of an account in the order of import, a few at a time in memory."""

    def list_changeable(self, account_id: str, limit: int, *, before: str | None = None) -> list[str]:
        """The ids of orders of which a store may still change something, the newest first: all that rules may run over.
        `before` is an id, behind which the list goes on.
        """

    def count(self, account_id: str) -> int:
        """Of an account, whatever has become of them."""

    def list_newest(self, account_id: str, before: str | None, limit: int) -> list[tuple[str, str]]:
        """The ids and numbers of the orders that were imported last, or last before this one; the newest first."""

    def history(self, account_id: str, order_id: str) -> OrderHistory:
        """What already happened to the order, from its decisions and its person's layer."""


class Decisions(Protocol):
    def add_many(self, decisions: Sequence[StoredDecision]) -> None: ...

    def get(self, account_id: str, decision_id: str) -> StoredDecision:
        """Raises NotFound."""

    def list_for_order(self, account_id: str, order_id: str) -> list[StoredDecision]:
        """Oldest first."""

    def times_of(self, account_id: str, decision_ids: Sequence[str]) -> dict[str, datetime]:
        """When these decisions were taken, by id."""

    def list_changes(self, account_id: str, order_ids: Sequence[str]) -> list[DecidedChanges]:
        """What decisions wrote into these orders; of each the oldest first."""

    def list_heads(self, account_id: str, order_ids: Sequence[str]) -> list[DecisionHead]:
        """Which decisions there are about these orders; of each order the oldest first."""

    def list_kept(self, account_id: str, decision_ids: Sequence[str]) -> list[KeptDecision]:
        """These decisions as they lie in the database, in any order."""

    def context_of(self, account_id: str, decision_id: str) -> Mapping[str, Any]:
        """What the rules knew when this decision was taken. Raises NotFound."""

    def redact(self, decisions: Sequence[StoredDecision]) -> None:
        """Keep the facts, changes, effects and errors of these instead of those that were kept."""

    def list_mentioning(self, account_id: str, text: str) -> list[StoredDecision]:
        """Those of the account whose facts hold a text somewhere, whatever its case. Reads all of them."""

    def list_older(self, after: str, before: datetime, limit: int) -> list[StoredDecision]:
        """Of all accounts, in the order of their ids, past `after`, taken before an instant."""

    def keep_context(self, context_id: str, context: Mapping[str, Any]) -> None:
        """Keep what the rules knew beside the order; the id is its hash."""

    def get_context(self, decision: StoredDecision) -> Mapping[str, Any]:
        """What the rules knew when this decision was taken. Raises NotFound."""


class RuleSets(Protocol):
    """An account's rule sets: versions of each, of which one runs, in the account's order, or none when it was withdrawn."""

    def list_published(self, account_id: str, *, for_change: bool = False) -> list[RuleSetVersion]:
        """What runs, in its order. With `for_change` nobody else changes it until this transaction has ended."""

    def arrange(self, account_id: str, version_ids: Sequence[str]) -> None:
        """Run these versions from now on, in this order and no others. Raises NotFound."""

    def add_version(self, version: RuleSetVersion) -> None: ...

    def get_versions(self, account_id: str, version_ids: Sequence[str]) -> list[RuleSetVersion]:
        """In the order of the ids. Raises NotFound."""

    def find_version(self, account_id: str, set_slug: str, number: int | None = None) -> RuleSetVersion | None:
        """A version of a set by its number, or the newest one, whether or not the set runs."""

    def list_versions(
        self, account_id: str, set_slug: str, *, below: int | None = None, limit: int | None = None
    ) -> list[RuleSetVersion]:
        """Of a set, the newest first; with `below` those of lower numbers, and at most `limit` of them."""

    def list_slugs(self, account_id: str) -> list[str]:
        """Of all sets that have a version, ascending, withdrawn ones included."""


class Fulfillment(Protocol):
    """Shipments and their parcels."""

    def add_shipment(self, shipment: Shipment) -> None: ...

    def add_shipments(self, shipments: Sequence[Shipment]) -> None: ...

    def update_shipment(self, shipment: Shipment) -> None:
        """Keep a shipment's state and time of shipping."""

    def get_shipment(self, account_id: str, shipment_id: str) -> Shipment:
        """Raises NotFound."""

    def find_by_source(self, account_id: str, source_id: str) -> Shipment | None:
        """The account's record of a shipment that a provider made."""

    def list_shipments(self, account_id: str, order_id: str) -> list[Shipment]: ...

    def shipments_by_order(self, account_id: str, order_ids: Sequence[str]) -> dict[str, list[Shipment]]:
        """Of several orders; orders without any are left out."""

    def list_shipped(self, account_id: str, order_ids: Sequence[str]) -> list[str]:
        """The ids of the shipments of these orders that have left."""

    def with_label(self, account_id: str, order_ids: Sequence[str]) -> set[str]:
        """Those of these orders that have a shipment with a label that was not voided."""


class Jobs(Protocol):
    """The outbox: work to do outside the transaction that decided it. A key can be used once, ever."""

    def add_many(self, jobs: Sequence[Job]) -> int:
        """Put jobs in; those whose key is known already are left out. How many were new."""

    def renew_unsent(self, jobs: Sequence[Job]) -> int:
        """Give the known jobs with these keys the payload, state and time of these, unless they run or are done. How many."""

    def claim(
        self,
        owner: str,
        now: datetime,
        until: datetime,
        kinds: Sequence[str] = (),
        *,
        job_id: str | None = None,
        after: Mapping[str, str] | None = None,
        avoid: Collection[str] = (),
    ) -> Job | None:
        """The job whose turn it is, or this one if it is due, now leased to the owner, by a conditional update.

        First what a person waits for, then by kind as they are given, any if none is. Of a kind it is the turn of the
        account that comes next to the one that `after` names for it, as in a ring, and of its job that is due the longest.
        `avoid` names accounts that have no turn. Leases that expired, or are void, are due again, and before all else.
        """

    def find(self, account_id: str, key: str) -> Job | None:
        """The account's job with this key."""

    def find_many(self, account_id: str, keys: Sequence[str]) -> dict[str, Job]:
        """The account's among these keys."""

    def upsert_due(self, job: Job, *, patient: bool = False) -> bool:
        """Make the job with this key due, whether it is new, waits, or was done before. One that runs goes on running.

        With `patient`, one that is due already keeps its time and its count of attempts, so that what failed is not hurried.
        Whether it is due now. The job's row is locked until this transaction ends, so that whoever finishes it sees what
        came with it.
        """

    def cancel(self, account_id: str, key: str) -> bool:
        """End a job that has not begun, or is dead. False when it runs or there is none; then nothing is changed."""

    def give_up(self, account_id: str, key: str, why: Sentence) -> bool:
        """Have a job that has not begun wait, as one that was given up, for a person to have it tried. False when it runs, has
        ended or there is none.
        """

    def has_due(self, now: datetime, kinds: Sequence[str] = ()) -> bool:
        """Whether `claim` would find something; asks without writing."""

    def pull_due(self, now: datetime, longest: timedelta, planned: Sequence[str]) -> int:
        """Make due what is due later than `longest` from now, as a wrong clock leaves it.

        Not what is meant to be: what its key says is planned, and what waits until a request may be seen.
        """

    def hold_lease(self, job_id: str, owner: str, until: datetime) -> bool: ...

    def finish(
        self,
        job_id: str,
        owner: str,
        state: JobState,
        *,
        error: Sentence | None,
        not_before: datetime | None,
        counted: bool = True,
    ) -> bool:
        """End an attempt: done, due again later, or dead. False when the lease was lost.

        An attempt that is not `counted` found its way barred and does not count as one.
        """

    def release_waiting(self, account_id: str, order_id: str, now: datetime, *, priority: int = ORDINARY) -> int:
        """Make an order's waiting jobs due, but for those that nothing delivers. How many there were."""

    def list_for_order(self, account_id: str, order_id: str) -> list[Job]: ...

    def list_last(self, account_id: str, order_id: str, limit: int) -> list[Job]:
        """Of an order what is not done, and of what is done the last ones; the oldest first."""

    def by_order(self, account_id: str, order_ids: Sequence[str]) -> dict[str, list[Job]]:
        """Those of several orders that are not done; of each the oldest first. Orders without any are left out."""

    def list_for_orders_of(
        self, account_id: str, store_id: str, kinds: Sequence[JobKind], states: Sequence[JobState]
    ) -> list[Job]:
        """The jobs of these kinds and states about the orders of a store."""

    def redact(self, account_id: str, order_ids: Sequence[str], redaction: Redaction) -> int:
        """Redact payloads and errors of the orders' jobs; how many had something to redact."""

    def list_untold(self, account_id: str, limit: int) -> list[Job]:
        """Jobs that tell stores, clients and buyers of shipments and are not done, the oldest first."""

    def list_orders_to_tell(self, account_id: str, store_id: str, run_id: str, after: str, limit: int) -> list[str]:
        """External ids, ascending and past `after`, of a store's shipped orders that this import has not seen and of which the
        store is still to be told, unless that was given up.
        """

    def count(self, state: JobState) -> int: ...


class Audit(Protocol):
    """Append-only: who changed what, when, from what to what."""

    def append(self, entries: Sequence[AuditEntry]) -> None: ...

    def list_for(self, account_id: str, subject_id: str) -> list[AuditEntry]: ...

    def redact(self, account_id: str, redaction: Redaction, order_ids: Sequence[str]) -> int:
        """Redact what was before and after in all entries of the account, such as those about views, lists and pickups; those
        about these orders lose all that an order says of a person. Who did what and when stays. How many were changed.
        """

    def redact_older(self, after: int, before: datetime, limit: int) -> int:
        """Empty `before` and `after` of entries about orders past a position and older than an instant; the position reached."""


class Alerts(Protocol):
    """What rules and the product want a person to see."""

    def add(self, alert: Alert) -> bool:
        """Keep an alert; one whose id is there already stays as it is, so that an attempt can be repeated. Whether it is new."""

    def list_for(self, account_id: str) -> list[Alert]:
        """Newest first."""

    def by_order(self, account_id: str, order_ids: Sequence[str]) -> dict[str, list[Alert]]:
        """Those about several orders; of each the newest first. Orders without any are left out."""

    def redact(self, account_id: str, redaction: Redaction) -> int:
        """Redact the account's alerts; how many had something to redact."""

    def forget(self, before: datetime) -> int:
        """Delete all alerts that are older; how many."""


class RetentionMarks(Protocol):
    """Up to where what is old was erased already, by kind."""

    def get(self, kind: str) -> str:
        """Empty when nothing was."""

    def put(self, kind: str, reached: str) -> None: ...
