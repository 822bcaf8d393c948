"""A sandbox that somebody without a store of their own can connect: made when asked for, one an installation."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from adapters.cli.demo import ORDERS, SEED, first_free_sandbox, sandbox_form
from adapters.cli.demo_record import DemoRecord, find_demo
from adapters.cli.runtime import RunningSandbox
from engine.application import Application
from engine.model.account import User
from engine.model.store import Store
from engine.ports import NotFound
from engine.services.accounts.acting import require_admin
from engine.services.refusals import Refused
from engine.services.stores.connect_store import connect_store
from rules.messages import Text

NAMED = Text("Sandbox store", "Tienda de prueba")
TAKEN = Text(
    "The sandbox of this installation is connected already: connect a store of your own.",
    "La tienda de prueba de esta instalación ya está conectada: conecta una tienda propia.",
)
NO_PORT = Text(
    "The sandbox finds no free port on this machine: ask whoever runs Relevo to free one from 9090 to 9189.",
    "La tienda de prueba no encuentra un puerto libre en esta máquina: pide al administrador uno del 9090 al 9189.",
)


class TrialStore:
    """The sandbox beside the pages that this process serves; `stop` ends it, and the next start of `serve` brings it back."""

    def __init__(self, app: Application, data_dir: Path, start: Callable[[DemoRecord], RunningSandbox]) -> None:
        self._app = app
        self._data_dir = data_dir
        self._start = start
        self._running = ExitStack()
        self._one_at_a_time = threading.Lock()

    def is_free(self) -> bool:
        """Whether nobody has it: no demo is here, and no open store stands on it."""
        record = find_demo(self._data_dir)
        return record is None or (record.is_trial and not self._is_open(record))

    def connect(self, actor: User) -> Store:
        """Connect it with the account of an admin. Raises Refused and StoreError."""
        require_admin(actor)
        with self._one_at_a_time:
            if not self.is_free():
                raise Refused("sandbox_taken", TAKEN)
            self._running.close()  # the one of a store that was disconnected
            record = DemoRecord(0, ORDERS, SEED, self._made_at(), secrets.token_urlsafe(12), is_trial=True)
            started = first_free_sandbox(record, self._start)
            if started is None:
                raise Refused("no_sandbox_port", NO_PORT)
            record, sandbox = started
            with ExitStack() as unless_connected:
                unless_connected.callback(sandbox.stop)
                record.save(self._data_dir)  # before the store is connected: the exemption for its address hangs on it
                with self._app.reading() as uow:
                    slug = uow.accounts.get(actor.account_id).slug
                form = sandbox_form(record, NAMED.format("es" if actor.language == "es" else "en"))
                store = connect_store(self._app, slug, form, actor=actor.id)
                replace(record, store_id=store.id).save(self._data_dir)
                self._running.push(unless_connected.pop_all())
        return store

    def resume(self) -> None:
        """Bring back the one that was connected before. Raises OSError when its port is taken."""
        record = find_demo(self._data_dir)
        if record is not None and record.is_trial and self._is_open(record):
            self._running.callback(self._start(record).stop)

    def stop(self) -> None:
        self._running.close()

    def _made_at(self) -> str:
        return self._app.clock.now().isoformat(timespec="seconds")

    def _is_open(self, record: DemoRecord) -> bool:
        if not record.store_id:  # it was stopped before the store was connected
            return False
        with self._app.reading() as uow:
            try:
                return not uow.stores.get(uow.owners.account_of_store(record.store_id), record.store_id).is_closed
            except NotFound:
                return False
