"""Renews the credentials of stores whose tokens run out: one process at a time, and kept before they are used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from engine.application import Application
from engine.model.ids import new_id
from engine.model.store import Store
from engine.ports import CredentialsRefused, StoreUnavailable
from rules.messages import Message, Text

RENEWAL = timedelta(seconds=60)  # longer than a renewal takes; a process that died with it holds nobody up for long
WAIT_S = 70.0

BUSY = Text(
    "The log-in of this store is being renewed by another process that does not come to an end. Try again in a minute.",
    "Otro proceso está renovando el acceso de esta tienda y no termina. Inténtalo de nuevo en un minuto.",
)


class StoredCredentials:
    """Implements `engine.ports.CredentialVault` over the database."""

    def __init__(self, app: Application, store: Store) -> None:
        self._app = app
        self._account_id = store.account_id
        self._store_id = store.id

    def renew(self, known: Mapping[str, str], renew: Callable[[Mapping[str, str]], Mapping[str, str]]) -> Mapping[str, str]:
        """As the protocol says. Raises StoreUnavailable when another process keeps the lease, and what `renew` raises."""
        name, owner = f"credentials:{self._store_id}", new_id("vlt")
        waited = 0.0
        while not self._take(name, owner):
            if waited >= WAIT_S:
                raise StoreUnavailable(Message("credentials_busy", BUSY))
            self._app.clock.sleep(0.25)
            waited += 0.25
        try:
            return self._renew_alone(known, renew)
        finally:
            with self._app.unit_of_work() as uow:
                uow.leases.release(self._account_id, name, owner)
                uow.commit()

    def _renew_alone(
        self, known: Mapping[str, str], renew: Callable[[Mapping[str, str]], Mapping[str, str]]
    ) -> Mapping[str, str]:
        store = self._kept()
        if dict(store.credentials) != dict(known):
            return store.credentials
        try:
            renewed = renew(store.credentials)
        except CredentialsRefused:  # somebody may have connected the store again meanwhile, or have outlived the lease
            now_kept = self._kept()
            if now_kept.credentials_version == store.credentials_version:
                raise
            return now_kept.credentials
        with self._app.unit_of_work() as uow:
            swapped = uow.stores.swap_credentials(store.account_id, store.id, store.credentials_version, renewed)
            uow.commit()
        return renewed if swapped else self._kept().credentials

    def _kept(self) -> Store:
        with self._app.reading() as uow:
            return uow.stores.get(self._account_id, self._store_id)

    def _take(self, name: str, owner: str) -> bool:
        now = self._app.clock.now()
        with self._app.unit_of_work() as uow:
            taken = uow.leases.take(self._account_id, name, owner, now, now + RENEWAL)
            uow.commit()
        return taken
