"""What the engine needs from the outside. `storage` and `adapters` implement these; tests use the same protocols.

Every repository call names the account, or something that belongs to exactly one account, so that no query can reach
over a tenant's border.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, Self, runtime_checkable

from engine.model.account import Account, CarrierAccount, Connection, Location, User
from engine.model.alert import Alert
from engine.model.audit import AuditEntry
from engine.model.authorisation import PendingAuthorisation
from engine.model.fulfillment import FulfillmentRequest, Shipment
from engine.model.job import Job, JobState
from engine.model.order import Order, OrderHead, OrderHistory, StoredDecision
from engine.model.request_budget import Purpose
from engine.model.rule_set import RuleSetVersion
from engine.model.sentence import Sentence
from engine.model.store import (
    ImportRun,
    OrderFinding,
    Parked,
    Record,
    ScanMemory,
    SkippedNote,
    Store,
    StoreChoices,
    StoreState,
)
from engine.model.store_preferences import StoreLogo
from engine.model.webhook import Heard, ListeningStore
from engine.model.write_back import ShipmentNotice, StepDone, WriteBackStep
from rules.messages import Message


class Clock(Protocol):
    def now(self) -> datetime:
        """This instant, in UTC and with its zone."""

    def sleep(self, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """What is wrong with one of the things that a person enters to connect a store."""

    field: str  # a key of the store's settings or credentials
    message: Message | Sentence


class StoreError(Exception):
    """A store could not be asked, or refused. Its argument says what a person can do; it never holds a secret.

    A `Message` or a `Sentence`, for readers of every language. `problems` says the same field by field, as far as it is
    known which of the store's settings or credentials to look at.
    """

    def __init__(self, said: Message | Sentence, *fields: str) -> None:
        super().__init__(said)
        self.problems: tuple[SettingProblem, ...] = tuple(SettingProblem(field, said) for field in fields)


class StoreUnavailable(StoreError):
    """Transient: the same call may succeed later."""


class CredentialsRefused(StoreError):
    """The store does not accept the credentials."""


class NoticeFinal(StoreError):
    """The store was told for good that the order shipped: that cannot be taken back."""


class CredentialVault(Protocol):
    """The kept credentials of one store, for a connector whose credentials change while they are used."""

    def renew(self, known: Mapping[str, str], renew: Callable[[Mapping[str, str]], Mapping[str, str]]) -> Mapping[str, str]:
        """Credentials to go on with, when `known` no longer work.

        Those that another process has kept meanwhile; else what `renew` gets for the kept ones, which are kept before
        this returns. One process at a time renews.
        """


class StoreSession(Protocol):
    """A logged-in conversation with one store."""

    requests: int  # HTTP requests made so far, failed and refused ones included
    changes_until: str | None  # after a scan: what the memory of the next one starts from; None: it has to read everything

    def check(self) -> None:
        """Log in. Raises CredentialsRefused or StoreUnavailable with a sentence that says which field to look at."""

    def scan(self, since: datetime, memory: ScanMemory | None = None) -> Iterator[list[Record]]:
        """Everything created since then that may have to be an order here, in batches of a few hundred.

        What the search alone decides comes as unconfirmed `Skipped`; what the memory knows and the store did not change
        comes as `Unchanged`; all else was read. Ends only when everything was read; raises StoreError otherwise.
        """

    def read(self, external_ids: Sequence[str]) -> list[Record]:
        """These things as they are now, one record each; what no longer exists is Skipped with `note_gone`."""

    def explain(self, number: str, since: datetime) -> OrderFinding:
        """Why an order (its number, its reference, or a note id) would or would not be imported. Changes nothing."""

    def order_notes(self, external_order_id: str) -> list[str]:
        """The store's notes on an order, oldest first, as plain text."""

    def products(self, product_ids: Sequence[str]) -> dict[str, dict[str, str]]:
        """Texts `weight` (in the account's unit) and `barcode` of products, each only where the record has one.

        A product that the store does not have, or does not show, is missing.
        """

    def choices(self) -> StoreChoices:
        """What the account has for the store's settings to choose from. Raises StoreError."""

    def ids_of_orders(self, external_order_ids: Sequence[str]) -> list[str]:
        """The external ids of all that is still to be shipped for these orders of the store. Raises StoreError."""

    def register_webhooks(self, address: str) -> tuple[str, ...]:
        """Ask the store to call this address when something changes; the ids of the registrations.

        The address holds a secret. Events that the account does not offer are left out.
        """

    def list_webhooks(self, address: str) -> list[str]:
        """The ids of the registrations that call this address, given without its query, whatever secret they hold."""

    def remove_webhooks(self, webhook_ids: Iterable[str]) -> None:
        """Take registrations back; those that are gone already count as removed."""

    def write_back_steps(self) -> tuple[WriteBackStep, ...]:
        """What the store's settings want to be told when an order ships, in this order."""

    def write_back(self, step: WriteBackStep, notice: ShipmentNotice) -> bool:
        """Carry out one step; a step that is found done already counts as carried out.

        False when there is nothing to do for this shipment: no note to write, or other parts of its order have not
        shipped. Raises StoreUnavailable when a later try may succeed, another StoreError when a person has to look.
        """

    def withdraw(self, notice: ShipmentNotice) -> None:
        """Take the reference back. Raises NoticeFinal when the store holds the order for shipped, StoreError otherwise."""

    def close(self) -> None: ...


class StoreConnector(Protocol):
    """One kind of store."""

    kind: str

    def open(self, store: Store, vault: CredentialVault | None = None) -> StoreSession:
        """A session for a store. Asks nothing yet. Raises StoreError when the address is not allowed.

        Without a vault, credentials that have to be renewed are refused.
        """

    def try_out(self, store: Store) -> StoreChoices:
        """Log in and see what the account has to choose from; settings that choose from it may still be missing.

        Those that are there are checked. Raises StoreError as `open` and `check` do.
        """

    def is_local(self, settings: Mapping[str, Any]) -> bool:
        """Whether a store with these settings is on this machine, as a sandbox is, and reaches this service there."""

    def hear(self, settings: Mapping[str, Any], body: bytes) -> Heard | None:
        """What the body of a webhook's call names; None when it is of another account than these settings'."""


@runtime_checkable
class OAuthConnector(StoreConnector, Protocol):
    """One kind of store that people may connect by giving their consent at the store itself."""

    def consent_address(self, store: Store, redirect_uri: str, state: str) -> str:
        """Where a person gives consent; the browser comes back to `redirect_uri` with the state and a code.

        Raises StoreError when settings are wrong. Asks nothing.
        """

    def exchange_code(self, store: Store, redirect_uri: str, code: str) -> Mapping[str, str]:
        """The store's credentials, complete, for the code of a consent. Raises StoreError."""


class PasswordHasher(Protocol):
    def hash(self, password: str) -> str: ...

    def verify(self, password_hash: str, password: str) -> bool: ...


class RequestBudgets(Protocol):
    """How many requests vendors' accounts still take, shared by all stores and processes that name the same key.

    `engine.model.request_budget` has the rules. Not for use while a transaction is open. Raises StoreUnavailable when the
    budget cannot be reached.
    """

    def take(self, key: str, taker: str, purpose: Purpose) -> float:
        """0.0 when a request may be sent now, and is counted; else how many seconds to wait before asking again."""

    def report(self, key: str, remaining: int, resets_in_s: float | None, sent_at: datetime, *, refused: bool = False) -> None:
        """Tell what a reply said: how many requests remain, and until when; `sent_at` is when the request left."""


class Accounts(Protocol):
    def add(self, account: Account) -> None: ...

    def get(self, account_id: str) -> Account:
        """Raises NotFound."""

    def find_by_slug(self, slug: str) -> Account | None: ...

    def list_all(self) -> list[Account]: ...

    def is_empty(self) -> bool: ...


class Users(Protocol):
    def add(self, user: User) -> None: ...

    def find(self, user_id: str) -> User | None: ...

    def find_by_email(self, email: str) -> User | None: ...

    def list_for(self, account_id: str) -> list[User]: ...

    def set_password(self, user_id: str, password_hash: str) -> None: ...


class Locations(Protocol):
    def add(self, location: Location) -> None: ...

    def list_for(self, account_id: str) -> list[Location]: ...


class CarrierAccounts(Protocol):
    def add(self, carrier_account: CarrierAccount) -> None: ...

    def list_for(self, account_id: str) -> list[CarrierAccount]:
        """The account's own."""

    def list_usable_by_provider(self, provider_id: str) -> list[CarrierAccount]:
        """Those that clients share with a provider."""


class Connections(Protocol):
    def add(self, connection: Connection) -> None: ...

    def list_for_client(self, account_id: str) -> list[Connection]: ...

    def list_for_provider(self, account_id: str) -> list[Connection]: ...

    def find_active(self, provider_id: str, client_id: str) -> Connection | None: ...


class Stores(Protocol):
    def add(self, store: Store) -> None: ...

    def get(self, store_id: str, *, for_change: bool = False) -> Store:
        """Raises NotFound. With `for_change` nobody else changes the store until this transaction has ended."""

    def list_open(self) -> list[Store]: ...

    def list_for(self, account_id: str) -> list[Store]: ...

    def set_state(self, store_id: str, state: StoreState) -> None: ...

    def update(self, store: Store) -> None:
        """Keep what people may change of a store: name, settings, preferences, plan and window."""

    def keep_webhooks(self, store_id: str, digest: str | None, webhook_ids: Sequence[str]) -> None:
        """Keep what the store calls, and the digest of the secret that its calls carry; None: no call is listened to."""

    def find_listening(self, store_id: str) -> ListeningStore | None:
        """As much of a store as the call of a webhook needs, without opening its credentials."""

    def keep_progress(self, store_id: str, *, scanned_until: str | None, failures: int, retry_at: datetime | None) -> None:
        """Keep how far imports have come, and how they went."""

    def swap_credentials(self, store_id: str, version: int, credentials: Mapping[str, str]) -> bool:
        """Replace the credentials that have this version; False when they have another one by now."""

    def keep_logo(self, store: Store, logo: StoreLogo | None) -> None:
        """Replace the store's logo, or take it away."""

    def find_logo(self, account_id: str, store_id: str) -> StoreLogo | None: ...

    def is_importing(self, store_id: str, now: datetime) -> bool:
        """Whether somebody has the store's import lease."""

    def take_import_lease(self, store_id: str, owner: str, now: datetime, until: datetime) -> bool:
        """Whether the owner now may import this store until then: nobody else's lease is still running."""

    def hold_import_lease(self, store_id: str, owner: str, until: datetime) -> bool:
        """Prolong the lease. False when somebody else has it by now: then nothing more may be written."""

    def release_import_lease(self, store_id: str, owner: str) -> None: ...

    def start_run(self, run: ImportRun) -> None: ...

    def end_run(self, run: ImportRun) -> None: ...

    def last_run(self, store_id: str) -> ImportRun | None: ...

    def park(self, store: Store, parked: Parked, revision: str, now: datetime) -> None:
        """Keep, or replace, what could not be read."""

    def unpark(self, store_id: str, external_ids: Sequence[str]) -> None: ...

    def list_parked(self, store_id: str) -> list[Parked]: ...

    def list_parked_before(self, store_id: str, before: datetime, after: str, limit: int) -> list[str]:
        """External ids, ascending and past `after`, of what was parked last before an instant."""

    def record_skipped(self, store: Store, notes: Sequence[SkippedNote]) -> None:
        """Put on record what is no order here; what is on record keeps its `first_seen`."""

    def forget_skipped(self, store_id: str, external_ids: Sequence[str] | None = None, *, before: datetime | None = None) -> None:
        """Take off the record: these, or all last seen before then, or all."""

    def skipped_among(self, store_id: str, external_ids: Sequence[str]) -> dict[str, SkippedNote]:
        """Those of these ids that are on record."""

    def list_skipped(self, store_id: str, number: str) -> list[SkippedNote]:
        """What is on record under an external id or an order number, with or without the note's sequence."""

    def drop_raw(self, store_id: str, before: datetime) -> int:
        """Delete the raw documents that were fetched before an instant; how many."""

    def products(self, store_id: str, product_ids: Sequence[str]) -> dict[str, Mapping[str, str]]:
        """What is known of these products: texts `weight` (in the store's unit) and `barcode`, each only when it has one."""

    def keep_products(self, store: Store, products: Mapping[str, Mapping[str, str]], now: datetime) -> None:
        """Keep, or replace, what the store's product records say."""

    def keep_raw(self, store: Store, documents: Iterable[tuple[str, str, bytes]], now: datetime) -> None:
        """Raw documents as (external id, revision, JSON); one already kept stays as it is."""


class Hints(Protocol):
    """What stores' webhooks named and nobody has read again yet. Each hint (see `engine.model.webhook`) once."""

    def add(self, account_id: str, store_id: str, hints: Sequence[str], now: datetime) -> None:
        """Keep hints; one that waits already gets the new time, so that a read under way does not count for it."""

    def pending(self, store_id: str, limit: int) -> list[tuple[str, datetime]]:
        """Hints with the time of their last mention, the longest waiting first."""

    def settle(self, store_id: str, read: Sequence[tuple[str, datetime]]) -> None:
        """Forget what was read, unless it was mentioned again since."""

    def forget(self, store_id: str) -> None: ...


class WriteBacks(Protocol):
    """How far stores have been told of shipments."""

    def list_steps(self, account_id: str, shipment_id: str) -> list[StepDone]:
        """In the order in which steps go."""

    def add_step(self, account_id: str, shipment_id: str, done: StepDone) -> None:
        """Keep that a step is done; one that is kept already stays as it is."""


class Leases(Protocol):
    """Rights to do something alone for a while, by name."""

    def take(self, account_id: str, name: str, owner: str, now: datetime, until: datetime) -> bool:
        """Whether the owner has it now: nobody else's is still running."""

    def release(self, name: str, owner: str) -> None: ...


class Authorisations(Protocol):
    """Consents that people were sent to give and have not come back from."""

    def add(self, pending: PendingAuthorisation) -> None:
        """Keep one until it ends; those that ended before it began are forgotten."""

    def take(self, state_digest: str, account_id: str, user: str) -> PendingAuthorisation | None:
        """The one with this state that this user of this account began, once: it is forgotten with this."""


class Orders(Protocol):
    def account_of(self, order_id: str) -> str:
        """The id of the account that has this order, for an operator who names only the order. Raises NotFound."""

    def heads(self, store_id: str, external_ids: Sequence[str]) -> dict[str, OrderHead]:
        """The known ones among these ids of a store, by external id."""

    def get(self, account_id: str, order_id: str, *, for_change: bool = False) -> Order:
        """Raises NotFound. With `for_change` nobody else changes the order until this transaction has ended."""

    def get_many(self, account_id: str, order_ids: Sequence[str], *, for_change: bool = False) -> list[Order]: ...

    def ids_of_orders(self, store_id: str, external_order_ids: Sequence[str]) -> list[str]:
        """The external ids of the orders here that belong to these orders of the store."""

    def list_by_number(self, store_id: str, number: str) -> list[Order]:
        """Orders of a store by order number, store's order id, reference or external id."""

    def add_many(self, orders: Sequence[Order], run_id: str) -> None:
        """New orders, seen by this import run."""

    def update_many(self, orders: Sequence[Order]) -> None: ...

    def restamp(self, store_id: str, stamps: Mapping[str, str]) -> None:
        """Keep new stamps, by external id, of orders that are otherwise as they were."""

    def mark_seen(self, store_id: str, external_ids: Sequence[str], run_id: str) -> None: ...

    def list_unseen(self, store_id: str, run_id: str, after: str, limit: int) -> list[str]:
        """External ids, ascending and past `after`, of unshipped orders that this run has not seen."""

    def stream(self, account_id: str) -> Iterator[Order]:
        """All orders of an account in the order of import, a few at a time in memory."""

    def history(self, account_id: str, order_id: str) -> OrderHistory:
        """What already happened to the order, from its decisions and its person's layer."""


class Decisions(Protocol):
    def add_many(self, decisions: Sequence[StoredDecision]) -> None: ...

    def get(self, account_id: str, decision_id: str) -> StoredDecision:
        """Raises NotFound."""

    def list_for_order(self, account_id: str, order_id: str) -> list[StoredDecision]:
        """Oldest first."""

    def keep_context(self, context_id: str, context: Mapping[str, Any]) -> None:
        """Keep what the rules knew beside the order; the id is its hash."""

    def get_context(self, context_id: str) -> Mapping[str, Any]: ...


class RuleSets(Protocol):
    def publish(self, version: RuleSetVersion) -> None:
        """Keep a version and make it the account's published one."""

    def find_published(self, account_id: str) -> RuleSetVersion | None: ...

    def get_version(self, account_id: str, version_id: str) -> RuleSetVersion:
        """Raises NotFound."""

    def next_number(self, account_id: str) -> int: ...


class Fulfillment(Protocol):
    def add_request(self, request: FulfillmentRequest) -> None: ...

    def update_request(self, request: FulfillmentRequest) -> None: ...

    def list_requests(self, account_id: str, order_id: str) -> list[FulfillmentRequest]:
        """Of a merchant's order."""

    def list_requests_for_provider(self, provider_id: str) -> list[FulfillmentRequest]: ...

    def add_shipment(self, shipment: Shipment) -> None: ...

    def update_shipment(self, shipment: Shipment) -> None:
        """Keep a shipment's state and time of shipping."""

    def get_shipment(self, account_id: str, shipment_id: str) -> Shipment:
        """Raises NotFound."""

    def list_shipments(self, account_id: str, order_id: str) -> list[Shipment]: ...

    def with_label(self, account_id: str, order_ids: Sequence[str]) -> set[str]:
        """Those of these orders that have a shipment with a label that was not voided."""


class Jobs(Protocol):
    """The outbox: work to do outside the transaction that decided it. A key can be used once, ever."""

    def add_many(self, jobs: Sequence[Job]) -> int:
        """Put jobs in; those whose key is known already are left out. How many were new."""

    def renew_unsent(self, jobs: Sequence[Job]) -> int:
        """Give the known jobs with these keys the payload, state and time of these, unless they run or are done. How many."""

    def claim(
        self, owner: str, now: datetime, until: datetime, kinds: Sequence[str] = (), *, job_id: str | None = None
    ) -> Job | None:
        """The longest due job, or this one if it is due, now leased to the owner, by a conditional update.

        Expired leases are due again.
        """

    def find(self, key: str) -> Job | None: ...

    def arm(self, job: Job, *, patient: bool = False) -> bool:
        """Make the job with this key due, whether it is new, waits, or was done before. One that runs goes on running.

        With `patient`, one that is due already keeps its time and its count of attempts, so that what failed is not hurried.
        Whether it is due now. The job's row is locked until this transaction ends, so that whoever finishes it sees what
        came with it.
        """

    def call_off(self, key: str) -> bool:
        """End a job that has not begun, or is dead. False when it runs or there is none; then nothing is changed."""

    def has_due(self, now: datetime, kinds: Sequence[str] = ()) -> bool:
        """Whether `claim` would find something; asks without writing."""

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

    def release_waiting(self, account_id: str, order_id: str, now: datetime) -> int:
        """Make an order's waiting jobs due, but for those that nothing delivers. How many there were."""

    def list_for_order(self, account_id: str, order_id: str) -> list[Job]: ...

    def count(self, state: JobState) -> int: ...


class Audit(Protocol):
    """Append-only: who changed what, when, from what to what."""

    def append(self, entries: Sequence[AuditEntry]) -> None: ...

    def list_for(self, account_id: str, subject_id: str) -> list[AuditEntry]: ...


class Alerts(Protocol):
    """What rules and the product want a person to see."""

    def add(self, alert: Alert) -> bool:
        """Keep an alert; one whose id is there already stays as it is, so that an attempt can be repeated. Whether it is new."""

    def list_for(self, account_id: str) -> list[Alert]:
        """Newest first."""


class UnitOfWork(Protocol):
    """One transaction over all repositories. Leaving it without `commit()` changes nothing."""

    accounts: Accounts
    users: Users
    locations: Locations
    carrier_accounts: CarrierAccounts
    connections: Connections
    stores: Stores
    orders: Orders
    decisions: Decisions
    rule_sets: RuleSets
    fulfillment: Fulfillment
    jobs: Jobs
    hints: Hints
    write_backs: WriteBacks
    leases: Leases
    authorisations: Authorisations
    audit: Audit
    alerts: Alerts

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...

    def commit(self) -> None: ...


UnitOfWorkFactory = Callable[[], UnitOfWork]


class NotFound(LookupError):
    """There is no such thing, or it belongs to somebody else."""
