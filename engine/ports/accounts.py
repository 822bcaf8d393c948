"""Repositories of accounts and what belongs to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from engine.model.account import Account, AccountKind, CarrierAccount, DecideAnew, Location, User
from engine.model.connection import Connection, ConnectionState, ProviderName
from engine.model.one_time_link import LinkEnd, LinkPurpose, OneTimeLink
from engine.model.sentence import Sentence
from engine.model.shipping_hours import ShippingHours
from engine.model.web_session import LoggedIn, WebSession


class Accounts(Protocol):
    """Those of tenants; `get` knows the service's own besides."""

    def add(self, account: Account) -> None: ...

    def get(self, account_id: str, *, for_change: bool = False) -> Account:
        """Raises NotFound. With `for_change` nobody else gets it for that until this transaction has ended."""

    def get_many(self, account_ids: Iterable[str]) -> dict[str, Account]:
        """By id. Raises NotFound when one of them is not there."""

    def find_by_slug(self, slug: str) -> Account | None: ...

    def list_all(self) -> list[Account]: ...

    def update(self, account: Account) -> None:
        """Keep its name, where it is, and what it does."""

    def set_decide_anew(self, account_id: str, decide_anew: DecideAnew) -> None: ...

    def is_empty(self) -> bool: ...

    def set_time_zone(self, account_id: str, time_zone: str) -> None: ...

    def set_kind(self, account_id: str, kind: AccountKind) -> None: ...


class Users(Protocol):
    """People, as the accounts that they belong to have them."""

    def add(self, user: User) -> None:
        """A new person, or one who is known by this id and belongs to a further account."""

    def find(self, account_id: str, user_id: str) -> User | None: ...

    def list_by_email(self, email: str) -> list[User]:
        """The person of an address, once for each account that they belong to, in the order they came to them."""

    def list_for(self, account_id: str) -> list[User]: ...

    def lock_for(self, account_id: str) -> list[User]:
        """The same as `list_for`; nobody else changes who belongs to the account until the transaction ends."""

    def set_password(self, account_id: str, user_id: str, password_hash: str) -> None:
        """In every account of theirs."""

    def set_profile(self, account_id: str, user_id: str, *, language: str, time_zone: str | None) -> None:
        """In every account of theirs."""

    def set_theme(self, account_id: str, user_id: str, theme: str) -> None:
        """In every account of theirs."""

    def set_role(self, account_id: str, user_id: str, role: str) -> None: ...

    def remove(self, account_id: str, user_id: str) -> None:
        """The person's sessions have to be ended before. Who belongs to no account any more is forgotten."""


class OneTimeLinks(Protocol):
    def add(self, link: OneTimeLink) -> None: ...

    def find(self, purpose: LinkPurpose, token_digest: str) -> OneTimeLink | None:
        """Also one that has ended."""

    def take(self, purpose: LinkPurpose, token_digest: str) -> OneTimeLink | None:
        """The link, which is used from now on: of several who follow it at once one gets it."""

    def list_for(self, account_id: str, purpose: LinkPurpose) -> list[OneTimeLink]:
        """Those that nobody has used and nothing has ended but time, the oldest first."""

    def withdraw(self, account_id: str, link_id: str, end: LinkEnd) -> bool:
        """Whether it was there to be ended."""

    def withdraw_all(self, purpose: LinkPurpose, email: str) -> None:
        """Those that an address was sent for this: of several links only the newest counts."""

    def forget_ended(self, before: datetime) -> None:
        """Delete those whose time was over before an instant, whatever had become of them."""


class WebSessions(Protocol):
    def add(self, session: WebSession) -> None: ...

    def find(self, token_digest: str) -> LoggedIn | None:
        """Whose it is, in one query."""

    def list_for(self, account_id: str, user_id: str) -> list[WebSession]:
        """The one used last first."""

    def keep_seen(self, token_digest: str, seen_at: datetime, ends_at: datetime) -> None: ...

    def end(self, token_digest: str) -> None: ...

    def end_all(self, account_id: str, user_id: str) -> int:
        """How many there were."""

    def end_everywhere(self, account_id: str, user_id: str) -> None:
        """End those of one of the account's people, in all accounts that the person belongs to."""

    def forget_ended(self, now: datetime) -> None: ...


class Locations(Protocol):
    def add(self, location: Location) -> None: ...

    def set_hours(self, account_id: str, location_id: str, hours: ShippingHours) -> None: ...

    def update(self, location: Location) -> None:
        """Keep its name and its address; its code and its hours stay."""

    def remove(self, account_id: str, location_id: str) -> None:
        """Nothing may stand there any more."""

    def list_for(self, account_id: str) -> list[Location]:
        """In the order in which they were added: requests go to the first one."""


class CarrierAccounts(Protocol):
    def add(self, carrier_account: CarrierAccount) -> None: ...

    def get(self, account_id: str, carrier_account_id: str) -> CarrierAccount:
        """One of the account's own, with its credentials. Raises NotFound."""

    def list_for(self, account_id: str) -> list[CarrierAccount]:
        """The account's own."""

    def find_called(self, carrier_account_id: str) -> CarrierAccount | None:
        """The one whose carrier calls, with its credentials: the call's signature is to be proved by them."""

    def set_credentials(self, account_id: str, carrier_account_id: str, credentials: Mapping[str, str]) -> None:
        """Replace what is logged in to the carrier with."""

    def keep_refusal(self, account_id: str, carrier_account_id: str, since: datetime | None, refusal: Sentence | None) -> None:
        """Keep that its carrier refuses the log-in, since when and in which words; None: no longer."""

    def update(self, carrier_account: CarrierAccount) -> None:
        """Keep its name, services, settings and credentials, and whether it is taken first."""

    def update_sharing(self, carrier_account: CarrierAccount) -> None: ...

    def list_usable_by_provider(self, provider_id: str) -> list[CarrierAccount]:
        """Those that clients share with a provider."""


class Connections(Protocol):
    def add(self, connection: Connection) -> None:
        """Raises ConflictingWrite where the address or the pair has one that is open."""

    def get(self, account_id: str, connection_id: str, *, for_change: bool = False) -> Connection:
        """One of the account's, as either side, or an invitation to one of its people. Raises NotFound.

        With `for_change` nobody else gets it for that until this transaction has ended.
        """

    def update(self, connection: Connection) -> None:
        """Keep its state, who brought it there and when, the client and the terms."""

    def list_for_client(self, account_id: str) -> list[Connection]:
        """What the account approved or declined, and invitations to its people that nobody has answered."""

    def list_provider_names(self, account_id: str) -> list[ProviderName]:
        """Of the same connections; a provider that is connected again comes again."""

    def list_for_provider(self, account_id: str) -> list[Connection]: ...

    def list_requiring_shared(self, provider_id: str) -> list[Connection]:
        """The provider's active ones over which only what the merchant shares may be used."""

    def find_active(self, provider_id: str, client_id: str, *, keep: bool = False) -> Connection | None:
        """With `keep` nobody ends it until this transaction has ended."""

    def find_open(self, provider_id: str, email: str) -> Connection | None:
        """The provider's pending or active connection by an address."""

    def list_with_open_store(self, state: ConnectionState) -> list[Connection]:
        """Those in a state whose store is not closed."""

    def list_expired(self, now: datetime, limit: int) -> list[Connection]:
        """Those pending whose time is over."""
