"""Prepares a data directory for the import benchmark: a merchant with its provider, a connected store and 53 rules.

    RELEVO_DATA_DIR=… RELEVO_ALLOW_NETWORKS=127.0.0.0/8 python -m benchmarks.merchant --url URL

Prints the store's id. The same as seven commands of the command line, in one process to save their starts.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from adapters.clock import SystemClock
from adapters.log import set_up_logging
from adapters.passwords import Argon2PasswordHasher
from adapters.settings import Settings
from adapters.stores.brightpearl.session import BrightpearlConnector
from adapters.stores.client.connector import ClientConnector
from benchmarks import ACCOUNT_CODE, PASSWORD, USERNAME
from engine.application import Application
from engine.model.account import AccountKind
from engine.services.accounts.accounts import create_account
from engine.services.accounts.carrier_accounts import CarrierAccountForm, add_carrier_account
from engine.services.connections.connect_accounts import connect_accounts
from engine.services.deciding.publish_rules import publish_rules
from engine.services.stores.connect_store import StoreForm, connect_store
from storage.database import open_database
from storage.migrate import migrate
from storage.secret_box import SecretBox

RULES = Path(__file__).parent / "rules_53.yaml"
CHANNELS = [1, 2, 3, 4]
CARRIERS = {
    "correos": ("paq-estandar", "paq-premium", "carta"),
    "dhl": ("parcel-connect", "parcel-international"),
    "seur": ("seur-24", "paleta"),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True, help="where the sandbox listens")
    url = parser.parse_args().url
    settings = Settings.from_environment(os.environ)
    set_up_logging(settings.log_level)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = open_database(settings.database_url, SecretBox(settings.open_secret_keys()))
    migrate(database)
    clock = SystemClock()
    connectors = (BrightpearlConnector(clock, settings.allow_networks), ClientConnector(lambda: app))
    app = Application(
        unit_of_work=database.unit_of_work,
        reading=database.reading_unit_of_work,
        clock=clock,
        connectors={one.describes.code: one for one in connectors},
        passwords=Argon2PasswordHasher(),
    )
    prepare_accounts(app)
    store = connect_store(app, "merchant-a", _store_form(url))
    publish_rules(app, "merchant-a", RULES.read_bytes())
    database.close()
    print(store.id)


def prepare_accounts(app: Application) -> None:
    """A merchant and the 3PL that ships for it, with the merchant's carrier accounts."""
    for name, kind, email in (
        ("Merchant A", AccountKind.MERCHANT, "owner@merchant-a.example"),
        ("Acme 3PL", AccountKind.PROVIDER, "ops@acme-3pl.example"),
    ):
        create_account(
            app,
            name=name,
            kind=kind,
            email=email,
            password="kept-by-nobody",  # noqa: S106
            country="ES",
            time_zone="Europe/Madrid",
        )
    connect_accounts(app, provider_slug="acme-3pl", client_slug="merchant-a")
    for carrier, services in CARRIERS.items():
        add_carrier_account(app, "merchant-a", CarrierAccountForm(carrier, services, ("acme-3pl",)))


def _store_form(url: str) -> StoreForm:
    return StoreForm(
        kind="brightpearl",
        name="Sandbox",
        settings={
            "integration_url": url,
            "account_code": ACCOUNT_CODE,
            "datacenter": "eu1",
            "channel_ids": CHANNELS,
            "warehouse_ids": [],
            "on_ship": "mark_shipped",
        },
        credentials={"username": USERNAME, "password": PASSWORD},
    )


if __name__ == "__main__":
    main()
