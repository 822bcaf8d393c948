"""`demo`: Casa Verde, a shop, and Acme 3PL, which ships for it; their orders come from a Brightpearl sandbox."""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import click

import rules as rules_package
from adapters.cli.demo_carriers import add_carriers
from adapters.cli.demo_methods import map_methods
from adapters.cli.demo_record import DemoRecord, has_demo
from adapters.cli.demo_rules import add_daily_rules
from adapters.cli.demo_stock import receive_stock
from adapters.cli.output import say
from adapters.cli.runtime import RunningSandbox, Runtime, runtime_of
from adapters.settings import Settings
from engine.application import Application
from engine.model.account import AccountKind
from engine.services.accounts.accounts import (
    add_location,
    create_account,
)
from engine.services.accounts.log_in import log_in, set_password
from engine.services.connections.connect_accounts import connect_accounts
from engine.services.deciding.publish_rules import publish_rules
from engine.services.stores.connect_store import StoreForm, connect_store
from rules.messages import Text

MERCHANT_EMAIL = "owner@casa-verde.example"
PROVIDER_EMAIL = "owner@acme-3pl.example"
ORDERS = 60
SEED = 1
FIRST_PORT = 9090
PORTS = 100
RULES = Path(rules_package.__file__).parent / "library" / "demo.yaml"

LOG_INS = Text("Log-ins of the demo:", "Accesos de la demo:")
LOG_IN = Text("  {name}: {email}  password {password}", "  {name}: {email}  contraseña {password}")
CHANGED = Text(
    "  {name}: {email}  with the password that somebody has chosen since; `.venv/bin/python app.py demo` sets it back",
    "  {name}: {email}  con la contraseña que alguien eligió después; `.venv/bin/python app.py demo` la restablece",
)
NO_PORT = Text(
    "The demo's sandbox finds no free port from {first} to {last}: stop what uses them, or start with DEMO=0.",
    "La tienda de prueba no encuentra un puerto libre del {first} al {last}: detén lo que los usa o empieza con DEMO=0.",
)
NOT_EMPTY = Text(
    "This database already has accounts of its own: the demo is only put into an empty one. "
    "Give another directory with RELEVO_DATA_DIR.",
    "Esta base de datos ya tiene cuentas propias: la demo solo se pone en una vacía. Indica otro directorio con RELEVO_DATA_DIR.",
)


@dataclass(frozen=True, slots=True)
class DemoLogIn:
    name: str
    email: str
    password: str


@click.command()
@click.pass_context
def demo(context: click.Context) -> None:
    """Put the demo into an empty database, or show its log-ins again."""
    runtime = runtime_of(context)
    language = runtime.settings.language
    if has_demo(runtime.settings.data_dir):
        log_ins = restore_passwords(runtime)
    elif has_accounts(runtime.application):
        raise click.ClickException(NOT_EMPTY.format(language))
    else:
        with installed_demo(runtime) as (log_ins, _sandbox):
            pass
    for line in log_in_lines(log_ins, runtime):
        say(line)


def log_in_lines(log_ins: list[DemoLogIn], runtime: Runtime) -> Iterator[str]:
    """The log-ins as a terminal shows them."""
    language = runtime.settings.language
    yield LOG_INS.format(language)
    for one in log_ins:
        text = LOG_IN if one.password else CHANGED
        yield text.format(language, name=one.name, email=one.email, password=one.password)


def has_accounts(app: Application) -> bool:
    with app.reading() as uow:
        return not uow.accounts.is_empty()


@contextmanager
def installed_demo(runtime: Runtime) -> Iterator[tuple[list[DemoLogIn], RunningSandbox]]:
    """Install the demo; its sandbox runs until the block ends."""
    app = runtime.application
    record, sandbox = _start_sandbox(runtime)
    try:
        record.save(runtime.settings.data_dir)  # before the store is connected: the exemption for its address hangs on it
        log_ins = _log_ins(runtime.settings)
        _make_accounts(app, log_ins)
        receive_stock(app, PROVIDER_EMAIL)
        store = connect_store(app, "casa-verde", sandbox_form(record, "Casa Verde Brightpearl"))
        replace(record, store_id=store.id).save(runtime.settings.data_dir)
        map_methods(app, store)
        publish_rules(app, "casa-verde", RULES.read_bytes())
        add_daily_rules(app, "casa-verde", runtime.settings.language)
        yield log_ins, sandbox
    finally:
        sandbox.stop()


def demo_log_ins(runtime: Runtime) -> list[DemoLogIn]:
    """The log-ins of a demo that is here; without a password where somebody has changed it."""
    app = runtime.application
    return [one if log_in(app, one.email, one.password) else replace(one, password="") for one in _log_ins(runtime.settings)]


def restore_passwords(runtime: Runtime) -> list[DemoLogIn]:
    """The same with the demo's own passwords, which count again where somebody has changed them."""
    kept_log_ins = demo_log_ins(runtime)  # first: it opens the database, which refuses to be without its key
    log_ins = _log_ins(runtime.settings)
    for one, kept in zip(log_ins, kept_log_ins, strict=True):
        if not kept.password:
            set_password(runtime.application, one.email, one.password)
    return log_ins


def _log_ins(settings: Settings) -> list[DemoLogIn]:
    """Their passwords follow from the oldest secret key, so that they can be shown again and are kept nowhere."""
    key = settings.open_secret_keys()[-1]
    return [
        DemoLogIn(name, email, urlsafe_b64encode(hmac.digest(key, f"demo log-in {email}".encode(), "sha256")[:9]).decode())
        for name, email in (("Casa Verde", MERCHANT_EMAIL), ("Acme 3PL", PROVIDER_EMAIL))
    ]


def _make_accounts(app: Application, log_ins: list[DemoLogIn]) -> None:
    for one, kind in zip(log_ins, (AccountKind.MERCHANT, AccountKind.PROVIDER), strict=True):
        create_account(
            app, name=one.name, kind=kind, email=one.email, password=one.password, country="ES", time_zone="Europe/Madrid"
        )
    connect_accounts(app, provider_slug="acme-3pl", client_slug="casa-verde")
    address = {"street1": "Calle del Huerto 12", "city": "Valencia", "postal_code": "46001"}
    add_location(app, "casa-verde", code="valencia", country="ES", name="Tienda Valencia", **address)
    add_carriers(app)


def sandbox_form(record: DemoRecord, name: str) -> StoreForm:
    """What connects a sandbox."""
    return StoreForm(
        kind="brightpearl",
        name=name,
        settings={
            "integration_url": record.url,
            "account_code": "casaverde",
            "datacenter": "eu1",
            "channel_ids": [2],
            "warehouse_ids": [],
            "on_ship": "mark_shipped",
        },
        credentials={"username": "api@casa-verde.example", "password": record.password},
    )


def first_free_sandbox(
    record: DemoRecord, start: Callable[[DemoRecord], RunningSandbox]
) -> tuple[DemoRecord, RunningSandbox] | None:
    """The sandbox of a record on the first port from 9090 on that is free; None when all are taken."""
    for port in range(FIRST_PORT, FIRST_PORT + PORTS):
        placed = replace(record, port=port)
        try:
            return placed, start(placed)
        except OSError:
            continue
    return None


def _start_sandbox(runtime: Runtime) -> tuple[DemoRecord, RunningSandbox]:
    """A new sandbox. Raises ClickException."""
    made_at = runtime.application.clock.now().isoformat(timespec="seconds")
    record = DemoRecord(0, ORDERS, SEED, made_at, secrets.token_urlsafe(12))
    started = first_free_sandbox(record, runtime.start_sandbox)
    if started is None:
        text = NO_PORT.format(runtime.settings.language, first=FIRST_PORT, last=FIRST_PORT + PORTS - 1)
        raise click.ClickException(text)
    return started
