"""Repositories of stores, of what their imports saw, and of what is done with them in steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from engine.model.authorisation import PendingAuthorisation
from engine.model.redaction import Redaction
from engine.model.store import (
    ImportRun,
    KnownNames,
    NameKind,
    Parked,
    RawDocument,
    SkippedNote,
    Store,
    StoreState,
)
from engine.model.store_preferences import StoreLogo
from engine.model.webhook import ListeningStore
from engine.model.write_back import StepDone


class Stores(Protocol):
    def add(self, store: Store) -> None: ...

    def get(self, account_id: str, store_id: str, *, for_change: bool = False) -> Store:
        """Raises NotFound. With `for_change` nobody else changes the store until this transaction has ended."""

    def list_open(self) -> list[Store]: ...

    def list_for(self, account_id: str) -> list[Store]: ...

    def set_state(self, account_id: str, store_id: str, state: StoreState) -> None: ...

    def update(self, store: Store) -> None:
        """Keep what people may change of a store: name, settings, preferences, plan and window."""

    def set_time_zone(self, account_id: str, time_zone: str) -> None:
        """Have the times of day of all stores of an account be those of this zone, which is the account's."""

    def keep_webhooks(self, account_id: str, store_id: str, digest: str | None, webhook_ids: Sequence[str]) -> None:
        """Keep what the store calls, and the digest of the secret that its calls carry; None: no call is listened to."""

    def find_listening(self, store_id: str) -> ListeningStore | None:
        """As much of a store as the call of a webhook needs, whoever's it is: its secret, asked for next, is the proof."""

    def find_unopened(self, account_id: str, store_id: str) -> ListeningStore | None:
        """The same of the account's own store. Its credentials are not opened."""

    def keep_progress(
        self, account_id: str, store_id: str, *, scanned_until: str | None, failures: int, retry_at: datetime | None
    ) -> None:
        """Keep how far imports have come, and how they went."""

    def forget_source_versions(self, account_id: str, store_id: str) -> None:
        """Forget how far imports have come, and the stamps of what they left out: all of it is to be read again."""

    def swap_credentials(self, account_id: str, store_id: str, version: int, credentials: Mapping[str, str]) -> bool:
        """Replace the credentials that have this version; False when they have another one by now."""

    def keep_logo(self, store: Store, logo: StoreLogo | None) -> None:
        """Replace the store's logo, or take it away."""

    def find_logo(self, account_id: str, store_id: str) -> StoreLogo | None: ...

    def is_importing(self, account_id: str, store_id: str, now: datetime) -> bool:
        """Whether somebody has the store's import lease."""

    def take_import_lease(self, account_id: str, store_id: str, owner: str, now: datetime, until: datetime) -> bool:
        """Whether the owner now may import this store until then: nobody else's lease, unless void, is still running."""

    def hold_import_lease(self, account_id: str, store_id: str, owner: str, until: datetime) -> bool:
        """Prolong the lease. False when somebody else has it by now: then nothing more may be written."""

    def release_import_lease(self, account_id: str, store_id: str, owner: str) -> None: ...

    def start_run(self, account_id: str, run: ImportRun) -> None: ...

    def end_run(self, account_id: str, run: ImportRun) -> None: ...

    def last_run(self, account_id: str, store_id: str) -> ImportRun | None: ...

    def last_runs(self, account_id: str, store_ids: Sequence[str]) -> dict[str, ImportRun]:
        """The last run of each store that had one."""

    def importing_among(self, account_id: str, store_ids: Sequence[str], now: datetime) -> set[str]:
        """Those of these stores whose import lease somebody has."""

    def park(self, store: Store, parked: Parked, revision: str, now: datetime) -> None:
        """Keep, or replace, what could not be read."""

    def park_many(self, store: Store, parked: Sequence[tuple[Parked, str]], now: datetime) -> None:
        """The same for several, each with its revision."""

    def unpark(self, account_id: str, store_id: str, external_ids: Sequence[str]) -> None: ...

    def list_parked(self, account_id: str, store_id: str) -> list[Parked]: ...

    def list_parked_before(self, account_id: str, store_id: str, before: datetime, after: str, limit: int) -> list[str]:
        """External ids, ascending and past `after`, of what was parked last before an instant."""

    def record_skipped(self, store: Store, notes: Sequence[SkippedNote]) -> None:
        """Put on record what is not an order here; what is on record keeps its `first_seen`."""

    def forget_skipped(
        self, account_id: str, store_id: str, external_ids: Sequence[str] | None = None, *, before: datetime | None = None
    ) -> None:
        """Take off the record: these, or all last seen before then, or all."""

    def skipped_among(self, account_id: str, store_id: str, external_ids: Sequence[str]) -> dict[str, SkippedNote]:
        """Those of these ids that are on record."""

    def list_skipped(self, account_id: str, store_id: str, number: str) -> list[SkippedNote]:
        """What is on record under an external id or an order number, with or without the note's sequence."""

    def list_raw(self, account_id: str, store_id: str, external_id: str) -> list[RawDocument]:
        """What is kept of one thing, the latest first."""

    def forget_raw(self, account_id: str, store_id: str, external_ids: Sequence[str]) -> int:
        """Delete what is kept of these; how many documents."""

    def redact_parked(self, account_id: str, redaction: Redaction) -> int:
        """Empty the documents of parked notes in which something is found, and redact their problems; how many."""

    def redact_skipped(self, account_id: str, redaction: Redaction) -> int:
        """The same for the sentences of what is not an order here."""

    def forget_runs(self, before: datetime) -> int:
        """Delete imports of all stores that began before an instant, but for each store's last one."""

    def forget_all_skipped(self, before: datetime) -> int:
        """Take off the record, for all stores, what was last seen before an instant."""

    def drop_raw(self, account_id: str, store_id: str, before: datetime) -> int:
        """Delete the raw documents that were fetched before an instant; how many."""

    def drop_outdated_raw(self, now: datetime) -> None:
        """Delete of every store the raw documents that are older than it keeps them; of closed ones also what is parked."""

    def products(
        self, account_id: str, store_id: str, product_ids: Sequence[str], blank_since: datetime
    ) -> dict[str, Mapping[str, str]]:
        """What is known of these products: texts `weight` (in the store's unit) and `barcode`, each only when it has one.

        A product with neither, such as a deleted one, is known only when that was seen at `blank_since` or later.
        """

    def keep_products(self, store: Store, products: Mapping[str, Mapping[str, str]], now: datetime) -> None:
        """Keep, or replace, what the store's product records say."""

    def names(self, account_id: str, store_id: str) -> dict[NameKind, KnownNames]:
        """What is known of the names of a store's things."""

    def keep_names(self, store: Store, names: Mapping[NameKind, KnownNames]) -> None:
        """Keep, or replace, the names of these kinds."""

    def count_unknown_fields(self, store: Store, counts: Mapping[str, int], now: datetime, *, afresh: bool) -> None:
        """Count notes with fields of a store's documents that nobody here has looked at yet; `afresh` forgets earlier counts."""

    def keep_raw(self, store: Store, documents: Iterable[tuple[str, str, bytes]], now: datetime) -> None:
        """Raw documents as (external id, revision, JSON); one already kept stays as it is."""


class PendingChanges(Protocol):
    """What stores' webhooks reported and has not been read since (see `engine.model.webhook`), each change once."""

    def add(self, account_id: str, store_id: str, changes: Sequence[str], now: datetime) -> None:
        """Keep changes; one that waits already gets the new time, so that a read under way does not count for it."""

    def list_oldest(self, account_id: str, store_id: str, limit: int) -> list[tuple[str, datetime]]:
        """Changes with the time of their last report, the longest waiting first."""

    def remove(self, account_id: str, store_id: str, read: Sequence[tuple[str, datetime]]) -> None:
        """Delete what was read, unless it was reported again since."""

    def remove_all(self, account_id: str, store_id: str) -> None: ...

    def are_more_than(self, account_id: str, store_id: str, number: int) -> bool:
        """Whether more than so many wait."""


class WriteBacks(Protocol):
    """The steps of write-backs that are done."""

    def list_steps(self, account_id: str, shipment_id: str) -> list[StepDone]:
        """The first one done first."""

    def steps_of(self, account_id: str, shipment_ids: Sequence[str]) -> dict[str, list[StepDone]]:
        """The same of several shipments; those without any are left out."""

    def add_step(self, account_id: str, shipment_id: str, done: StepDone) -> None:
        """Keep that a step is done; one that is kept already stays as it is."""


class Leases(Protocol):
    """Rights to do something alone for a while, by name."""

    def take(self, account_id: str, name: str, owner: str, now: datetime, until: datetime) -> bool:
        """Whether the owner has it now: nobody else's is still running. One that ends far later than this one is void."""

    def owner(self, account_id: str, name: str) -> str:
        """Who had it last; empty where it was given back."""

    def release(self, account_id: str, name: str, owner: str) -> None: ...

    def forget_ended(self, before: datetime) -> None:
        """Forget those that ended before an instant and were not given back."""


class Authorisations(Protocol):
    """Consents that people were sent to give and have not come back from."""

    def add(self, pending: PendingAuthorisation) -> None:
        """Keep one until it ends; those that ended before it began are forgotten."""

    def take(self, state_digest: str, account_id: str, user: str) -> PendingAuthorisation | None:
        """The one with this state that this user of this account began, once: it is forgotten with this."""

    def forget_ended(self, now: datetime) -> None:
        """Forget those that ended by now."""
