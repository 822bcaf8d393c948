"""Store sessions of one worker: opened when first needed, used again, closed together."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from engine.application import Application
from engine.model.store import Store
from engine.ports import StoreSession
from engine.services.credentials import StoredCredentials


def open_session(app: Application, store: Store) -> StoreSession:
    """A session for a store that is kept here. Asks nothing yet. Raises StoreError when the address is not allowed."""
    return app.connector(store.kind).open(store, StoredCredentials(app, store))


class SessionPool:
    """One session for each store, so that a run of jobs logs in once. Not for several threads at once."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._sessions: dict[str, StoreSession] = {}

    def get(self, store: Store) -> StoreSession:
        """Raises StoreError when the store's address is not allowed."""
        session = self._sessions.get(store.id)
        if session is None:
            session = self._sessions[store.id] = open_session(self._app, store)
        return session

    def close(self) -> None:
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
