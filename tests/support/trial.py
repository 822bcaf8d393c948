"""An installation without accounts, and the sandbox that its first one can connect."""

from __future__ import annotations

from pathlib import Path

from support.clock import FixedClock
from support.sandbox_shop import NOW, PASSWORD

from adapters.cli.demo_record import DemoRecord, find_demo
from adapters.cli.runtime import RunningSandbox
from adapters.cli.trial_store import TrialStore
from adapters.sandboxes.brightpearl import SandboxServer, Throttle, generate
from adapters.stores.brightpearl.session import BrightpearlConnector
from adapters.stores.client.connector import ClientConnector
from engine.application import Application
from engine.model.account import AccountKind, User
from engine.ports import PasswordHasher
from engine.services.accounts.accounts import create_account
from storage.database import Database

FIRST_EMAIL = "ana@primera.example"


def empty_app(database: Database, data_dir: Path, passwords: PasswordHasher) -> Application:
    """As `serve` puts it together: no address on this machine may be reached but that of the sandbox."""
    clock = FixedClock(NOW)

    def own_sandbox() -> str | None:
        record = find_demo(data_dir)
        return None if record is None else record.url

    connectors = (BrightpearlConnector(clock, [], own_sandbox), ClientConnector(lambda: app))
    by_code = {one.describes.code: one for one in connectors}
    app = Application(database.unit_of_work, database.reading_unit_of_work, clock, by_code, passwords)
    return app


def trial_over(app: Application, data_dir: Path) -> TrialStore:
    """Its sandboxes tell the time of the app."""

    def start(record: DemoRecord) -> RunningSandbox:
        data = generate(record.orders, record.seed, record.made)
        data.clock = app.clock.now
        return SandboxServer(data, record.port, "api@casa-verde.example", record.password, "casaverde", Throttle()).start()

    return TrialStore(app, data_dir, start)


def admin_of_new_account(app: Application, name: str = "Primera", email: str = FIRST_EMAIL) -> User:
    """An account with one person."""
    common = {"password": PASSWORD, "country": "ES", "time_zone": "Europe/Madrid"}
    account = create_account(app, name=name, kind=AccountKind.MERCHANT, email=email, **common)
    with app.reading() as uow:
        [admin] = uow.users.list_for(account.id)
    return admin
