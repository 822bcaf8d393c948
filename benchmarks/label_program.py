"""A batch of labels of the house carrier, and the same documents drawn in a bare loop; one process, on SQLite.

    python -m benchmarks.label_program 1000

Prints a JSON object: the seconds of the `batch`, of each label from the click to its PDF (`clicks`) and of each PDF alone
(`drawings`), and the resident set in MiB when a tenth of the batch was done (`early`) and at its end (`late`).
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import argon2

from adapters.carriers.house.carrier import HouseCarrier
from adapters.clock import SystemClock
from adapters.log import set_up_logging
from adapters.passwords import Argon2PasswordHasher
from benchmarks.memory_program import resident_mib
from engine.application import Application
from engine.jobs.make_label import LabelDocuments, MadeLabel, make_labels
from engine.model.account import Account, AccountKind
from engine.model.carrier import DocumentForm
from engine.model.ids import new_id
from engine.model.order import Order
from engine.services.accounts.accounts import add_location, create_account
from engine.services.accounts.carrier_accounts import CarrierAccountForm, add_carrier_account
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.plan_label import LabelWish
from engine.services.refusals import Refused
from storage.database import open_database
from storage.migrate import migrate
from storage.secret_box import SecretBox

MADE = datetime(2026, 3, 2, 12, tzinfo=UTC)
WISH = LabelWish(ServiceWish("house", "next_day"))
WARM_UP = 3  # fonts are read and compressed by the first label
NAMES = ("Lucía García López", "Käthe von der Heide", "João Ñúñez Peña", "Ana María de la Torre", "Zoë O’Hara")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int)
    count = parser.parse_args().count
    os.environ.pop("RELEVO_DATA_DIR", None)
    set_up_logging("error")
    with tempfile.TemporaryDirectory(prefix="relevo-bench-") as folder:
        print(json.dumps(measure(_application(Path(folder)), count)))


def measure(app: Application, count: int) -> dict[str, Any]:
    """A batch; then labels one by one, and documents alone, as many as a tenth of it or all of them."""
    account = _shop(app)
    clicked = max(1, count // 10)
    orders = _orders(app, account, WARM_UP + count + clicked)
    _made(app, account, orders[:WARM_UP])
    batch, single = orders[WARM_UP : WARM_UP + count], orders[WARM_UP + count :]
    started = time.perf_counter()
    made = _made(app, account, batch[:clicked])
    early = resident_mib()
    made += _made(app, account, batch[clicked:])
    batch_s = time.perf_counter() - started
    late = resident_mib()
    clicks = [_seconds(partial(_made, app, account, [order_id])) for order_id in single]
    return {"batch": batch_s, "clicks": clicks, "drawings": _drawings(app, account, made), "early": early, "late": late}


def _made(app: Application, account: Account, order_ids: Sequence[str]) -> list[MadeLabel]:
    """Bought, and drawn: a PDF is written and forgotten, as one that is saved or sent."""
    documents, kept = LabelDocuments(app), []
    for made in make_labels(app, account.id, order_ids, WISH, "bench", "bench").values():
        if isinstance(made, Refused):
            raise made
        documents.of(made)
        kept.append(made)
    return kept


def _drawings(app: Application, account: Account, made: list[MadeLabel]) -> list[float]:
    with app.reading() as uow:
        [carrier_account] = uow.carrier_accounts.list_for(account.id)
    carrier = HouseCarrier()
    form: DocumentForm = carrier.describes.forms[0]
    session = carrier.open(carrier_account)
    draw = partial(session.draw, form=form, is_copy=False)
    return [_seconds(partial(draw, one.label, one.shipment.numbers)) for one in made]


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _application(folder: Path) -> Application:
    database = open_database(f"sqlite:///{folder / 'relevo.db'}", SecretBox([b"k" * 32]))
    migrate(database)
    hasher = Argon2PasswordHasher(argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    carriers = {"house": HouseCarrier()}
    return Application(database.unit_of_work, database.reading_unit_of_work, SystemClock(), {}, hasher, carriers=carriers)


def _shop(app: Application) -> Account:
    place = {"country": "ES", "time_zone": "Europe/Madrid"}
    person = {"email": "owner@casa-verde.example", "password": "kept-by-nobody-at-all"}
    account = create_account(app, name="Casa Verde", kind=AccountKind.MERCHANT, **person, **place)
    add_location(app, account.slug, code="main", country="ES", street1="Calle Mayor 1", city="Madrid", postal_code="28004")
    add_carrier_account(app, account.slug, CarrierAccountForm("house", ("next_day",)))
    return account


def _orders(app: Application, account: Account, count: int) -> list[str]:
    orders = [_order(account, number) for number in range(count)]
    with app.unit_of_work() as uow:
        uow.orders.add_many(orders, "bench")
        uow.commit()
    return [order.id for order in orders]


def _order(account: Account, number: int) -> Order:
    ship_to = {
        "name": NAMES[number % len(NAMES)],
        "street1": f"Avenida de la Constitución {number}",
        "city": "A Coruña",
        "postal_code": f"{15000 + number % 1000}",
        "country": "ES",
        "phone": "+34 600 000 000",
    }
    items = [{"line_key": "1", "sku": "MUG", "name": "Taza azul", "quantity": 2, "unit_price": Decimal("30.05")}]
    written = str(100_000 + number)
    source = {"order_number": written, "currency": "EUR", "weight_g": 750 + number, "ship_to": ship_to, "items": items}
    return Order(new_id("ord"), account.id, None, f"n{written}", written, written, written, source, MADE, MADE)


if __name__ == "__main__":
    main()
