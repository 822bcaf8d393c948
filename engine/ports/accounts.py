"""Repositories of accounts and what belongs to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from engine.model.account import Account, CarrierAccount, Connection, DecideAnew, Location, User
from engine.model.web_session import LoggedIn, WebSession


class Accounts(Protocol):
    def add(self, account: Account) -> None: ...

    def get(self, account_id: str, *, for_change: bool = False) -> Account:
        """Raises NotFound. With `for_change` nobody else gets it for that until this transaction has ended."""

    def get_many(self, account_ids: Iterable[str]) -> dict[str, Account]:
        """By id. Raises NotFound when one of them is not there."""

    def find_by_slug(self, slug: str) -> Account | None: ...

    def list_all(self) -> list[Account]: ...

    def set_decide_anew(self, account_id: str, decide_anew: DecideAnew) -> None: ...

    def is_empty(self) -> bool: ...

    def set_time_zone(self, account_id: str, time_zone: str) -> None: ...


class Users(Protocol):
    def add(self, user: User) -> None: ...

    def find(self, account_id: str, user_id: str) -> User | None: ...

    def find_by_email(self, email: str) -> User | None: ...

    def list_for(self, account_id: str) -> list[User]: ...

    def lock_for(self, account_id: str) -> list[User]:
        """The same as `list_for`; nobody else changes who belongs to the account until the transaction ends."""

    def set_password(self, account_id: str, user_id: str, password_hash: str) -> None: ...

    def set_role(self, account_id: str, user_id: str, role: str) -> None: ...

    def remove(self, account_id: str, user_id: str) -> None:
        """The person's sessions have to be ended before."""


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

    def forget_ended(self, now: datetime) -> None: ...


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
