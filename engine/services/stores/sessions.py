"""Store sessions of one worker: opened when first needed, used again while there is use for them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from engine.application import Application
from engine.model.store import Store
from engine.ports import SecretsUnreadable, StoreSession, StoreUnavailable
from engine.services.stores.credentials import StoredCredentials

IDLE = timedelta(seconds=60)


def open_session(app: Application, store: Store) -> StoreSession:
    """A session for a store that is kept here. Asks nothing yet. Raises StoreError when the address is not allowed, or the
    credentials cannot be read."""
    return app.connector(store.kind).open(with_credentials(app, store), StoredCredentials(app, store))


def with_credentials(app: Application, store: Store) -> Store:
    """The store with its credentials at hand.

    Raises StoreUnavailable where they cannot be read: that ends when their key is back, or new ones were entered.
    """
    try:
        return replace(store, credentials=dict(store.credentials))
    except SecretsUnreadable as error:
        if not app.describe(store.kind).logins:  # there are none
            return replace(store, credentials={})
        raise StoreUnavailable(error.message) from None


@dataclass(slots=True)
class _Kept:
    session: StoreSession
    made_of: tuple[Any, ...] = field(repr=False)  # the credentials among it
    used_at: datetime


class SessionPool:
    """One session for each store, so that a run of jobs logs in once. Not for several threads at once."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._kept: dict[str, _Kept] = {}

    def get(self, store: Store) -> StoreSession:
        """A session for the store as it is now. Raises StoreError as `open_session`."""
        store = with_credentials(self._app, store)
        now, made_of = self._app.clock.now(), (store.settings, store.preferences, store.credentials)
        kept = self._kept.get(store.id)
        if kept is not None and kept.made_of != made_of:
            self._kept.pop(store.id).session.close()
            kept = None
        if kept is None:
            kept = self._kept[store.id] = _Kept(open_session(self._app, store), made_of, now)
        kept.used_at = now
        return kept.session

    def close_idle(self) -> None:
        """Close what nobody has used for a minute."""
        limit = self._app.clock.now() - IDLE
        for store_id, kept in list(self._kept.items()):
            if kept.used_at <= limit:
                del self._kept[store_id]
                kept.session.close()

    def close(self) -> None:
        while self._kept:
            self._kept.popitem()[1].session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
