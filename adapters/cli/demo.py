"""`demo`: Casa Verde, a shop, and Acme 3PL, which ships for it; their orders come from a Brightpearl sandbox."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import click

import rules as rules_package
from adapters.cli.demo_carriers import add_carriers
from adapters.cli.demo_record import DemoRecord, find_demo
from adapters.cli.demo_stock import receive_stock
from adapters.cli.output import say
from adapters.cli.runtime import RunningSandbox, Runtime, runtime_of
from engine.application import Application
from engine.model.account import AccountKind
from engine.services.accounts.accounts import (
    add_location,
    create_account,
)
from engine.services.accounts.log_in import set_password
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

INSTALLED = Text(
    "The demo is ready. Log-ins (passwords are shown only here):",
    "La demo está lista. Accesos (las contraseñas solo se muestran aquí):",
)
LOG_IN = Text("  {name}: {email}  password {password}", "  {name}: {email}  contraseña {password}")
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
    """Put the demo into an empty database, or give its log-ins new passwords."""
    runtime = runtime_of(context)
    language = runtime.settings.language
    if find_demo(runtime.settings.data_dir) is not None:
        log_ins = renew_passwords(runtime.application)
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
    yield INSTALLED.format(language)
    for one in log_ins:
        yield LOG_IN.format(language, name=one.name, email=one.email, password=one.password)


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
        log_ins = _make_accounts(app)
        receive_stock(app, PROVIDER_EMAIL)
        store = connect_store(app, "casa-verde", _store_form(record))
        replace(record, store_id=store.id).save(runtime.settings.data_dir)
        publish_rules(app, "casa-verde", RULES.read_bytes())
        yield log_ins, sandbox
    finally:
        sandbox.stop()


def renew_passwords(app: Application) -> list[DemoLogIn]:
    """New random passwords for the demo's users."""
    log_ins = [
        DemoLogIn(name, email, secrets.token_urlsafe(9))
        for name, email in (("Casa Verde", MERCHANT_EMAIL), ("Acme 3PL", PROVIDER_EMAIL))
    ]
    for one in log_ins:
        set_password(app, one.email, one.password)
    return log_ins


def _make_accounts(app: Application) -> list[DemoLogIn]:
    log_ins = []
    for name, kind, email, country in (
        ("Casa Verde", AccountKind.MERCHANT, MERCHANT_EMAIL, "ES"),
        ("Acme 3PL", AccountKind.PROVIDER, PROVIDER_EMAIL, "ES"),
    ):
        password = secrets.token_urlsafe(9)
        create_account(app, name=name, kind=kind, email=email, password=password, country=country, time_zone="Europe/Madrid")
        log_ins.append(DemoLogIn(name, email, password))
    connect_accounts(app, provider_slug="acme-3pl", client_slug="casa-verde")
    address = {"street1": "Calle del Huerto 12", "city": "Valencia", "postal_code": "46001"}
    add_location(app, "casa-verde", code="valencia", country="ES", name="Tienda Valencia", **address)
    add_carriers(app)
    return log_ins


def _store_form(record: DemoRecord) -> StoreForm:
    return StoreForm(
        kind="brightpearl",
        name="Casa Verde Brightpearl",
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


def _start_sandbox(runtime: Runtime) -> tuple[DemoRecord, RunningSandbox]:
    """A new sandbox on the first port from 9090 on that is free."""
    made_at, password = runtime.application.clock.now().isoformat(timespec="seconds"), secrets.token_urlsafe(12)
    for port in range(FIRST_PORT, FIRST_PORT + PORTS):
        record = DemoRecord(port, ORDERS, SEED, made_at, password)
        try:
            return record, runtime.start_sandbox(record)
        except OSError:
            continue
    text = NO_PORT.format(runtime.settings.language, first=FIRST_PORT, last=FIRST_PORT + PORTS - 1)
    raise click.ClickException(text)
