"""Whoever buys a label, or gives it back, is killed before and after each step: in the end one label is paid, or none."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.clock import FixedClock
from support.label_killer import Killer, read_lines
from support.labels import Shippers, open_shippers
from support.shop import ready
from support.two_sides import TRACKED

from adapters.stores.brightpearl.description import steps
from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.label import LabelState
from engine.model.label_batch import BatchState, Outcome
from engine.model.manifest import ManifestState
from engine.model.pickup import PickupState
from engine.services.fulfillment.ship_order import ship_order
from engine.services.labels.buy_label import PURCHASE_STEPS
from engine.services.labels.label_batches import get_batch, start_batch
from engine.services.labels.void_label import VOID_STEPS
from engine.services.manifests.make_manifest import MANIFEST_STEPS
from engine.services.pickups.make_pickup import PICKUP_STEPS
from storage.database import Database

MOMENTS = ("before", "after")


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> Shippers:
    return open_shippers(database, clock)


@pytest.fixture
def killer(sides: Shippers, database_url: str, tmp_path: Path) -> Iterator[Killer]:
    started = Killer(database_url, sides.app.clock.now(), tmp_path / "carrier")
    yield started
    started.end()


def test_one_label_is_paid_and_the_store_is_told_once_wherever_the_buyer_dies(
    sides: Shippers, killer: Killer, tmp_path: Path
) -> None:
    deaths = [(step.code, moment) for step in PURCHASE_STEPS for moment in MOMENTS]
    sides.shop.import_all(*(ready(f"{step}-{moment}") for step, moment in deaths))
    for step, moment in deaths:
        died = killer.tell("buy", sides.merchant, sides.shop.order_id(f"{step}-{moment}"), step, moment)
        assert died == -signal.SIGKILL, (step, moment)
    assert killer.tell("drain", "", "", "", "") == 0
    for number in (f"{step}-{moment}" for step, moment in deaths):
        [label] = sides.labels(number)
        [shipment] = shipments(sides, number)
        assert (label.state, shipment.numbers) == (LabelState.BOUGHT, (f"T-{label.id}",)), number
        assert read_lines(tmp_path / "carrier").count(["buy", label.id, f"prepared-{label.id}"]) == 1, number
        assert told(tmp_path, number) == [steps.REFERENCE.code], number


def test_the_return_label_that_a_rule_asks_for_is_paid_once_wherever_a_buyer_dies(
    sides: Shippers, killer: Killer, tmp_path: Path
) -> None:
    deaths = [(step.code, moment) for step in PURCHASE_STEPS for moment in MOMENTS]
    numbers = [f"{step}-{moment}" for step, moment in deaths]
    sides.shop.import_all(*(ready(number, return_label=True) for number in numbers))
    for number, (step, moment) in zip(numbers, deaths, strict=True):
        assert killer.tell("buy", sides.merchant, sides.shop.order_id(number), step, moment) == -signal.SIGKILL, number
    for hours, (step, moment) in enumerate(deaths):
        assert killer.tell("batch", sides.merchant, "h" * hours, step, moment) == -signal.SIGKILL, (step, moment)
    assert killer.tell("drain", "", "", "", "") == 0
    paid = [line[1] for line in read_lines(tmp_path / "carrier") if line[0] == "buy"]
    for number in numbers:
        there, back = sorted(sides.labels(number), key=lambda label: label.is_return)
        assert (there.is_return, back.is_return) == (False, True), number
        assert (there.state, back.state) == (LabelState.BOUGHT, LabelState.BOUGHT), number
        assert (paid.count(there.id), paid.count(back.id)) == (1, 1), number
    assert len(paid) == 2 * len(numbers)


def test_a_label_is_given_back_and_its_order_waits_wherever_the_one_who_asked_dies(
    sides: Shippers, killer: Killer, tmp_path: Path
) -> None:
    deaths = [(step.code, moment) for step in VOID_STEPS for moment in MOMENTS]
    sides.shop.import_all(*(ready(f"{step}-{moment}") for step, moment in deaths))
    for step, moment in deaths:
        number = f"{step}-{moment}"
        assert killer.tell("buy", sides.merchant, sides.shop.order_id(number), "", "") == 0
        [shipment] = shipments(sides, number)
        assert killer.tell("void", sides.merchant, shipment.id, step, moment) == -signal.SIGKILL, number
    assert killer.tell("drain", "", "", "", "") == 0
    for number in (f"{step}-{moment}" for step, moment in deaths):
        [label] = sides.labels(number)
        [shipment] = shipments(sides, number)
        assert (label.state, shipment.state) == (LabelState.VOIDED, ShipmentState.VOIDED), number
        assert sides.order(number).status() == "awaiting_shipment", number
        assert ["void", label.id, label.carrier_id] in read_lines(tmp_path / "carrier"), number
        assert told(tmp_path, number) == [], number


def test_one_driver_is_paid_wherever_the_one_who_asked_dies(sides: Shippers, killer: Killer, tmp_path: Path) -> None:
    deaths = [(step.code, moment) for step in PICKUP_STEPS for moment in MOMENTS]
    sides.shop.import_all(ready("fetched"))
    assert killer.tell("buy", sides.merchant, sides.shop.order_id("fetched"), "", "") == 0
    for day, (step, moment) in enumerate(deaths):
        assert killer.tell("fetch", sides.merchant, str(day), step, moment) == -signal.SIGKILL, (step, moment)
    assert killer.tell("drain", "", "", "", "") == 0
    with sides.app.reading() as unit:
        pickups = unit.pickups.list_for(sides.merchant, 100)
    assert [one.state for one in pickups] == [PickupState.MADE] * len(deaths)
    paid = [line[1] for line in read_lines(tmp_path / "carrier") if line[0] == "fetch"]
    assert sorted(paid) == sorted(one.id for one in pickups), "one for each"


def test_a_carrier_makes_one_manifest_of_each_label_wherever_the_one_who_asked_dies(
    sides: Shippers, killer: Killer, tmp_path: Path
) -> None:
    deaths = [(step.code, moment) for step in MANIFEST_STEPS for moment in MOMENTS]
    numbers = [f"{step}-{moment}" for step, moment in deaths]
    sides.shop.import_all(*map(ready, numbers))
    for number, (step, moment) in zip(numbers, deaths, strict=True):
        assert killer.tell("buy", sides.merchant, sides.shop.order_id(number), "", "") == 0
        assert killer.tell("list", sides.merchant, "", step, moment) == -signal.SIGKILL, number
    assert killer.tell("drain", "", "", "", "") == 0
    with sides.app.reading() as unit:
        manifests = unit.manifests.list_for(sides.merchant, 100)
        on_them = {
            one.id: [label.carrier_id for label in unit.labels.list_on_manifest(sides.merchant, one.id)] for one in manifests
        }
    assert [(one.state, one.carrier_id) for one in manifests] == [(ManifestState.MADE, f"M-{one.id}") for one in manifests]
    made = [line for line in read_lines(tmp_path / "carrier") if line[0] == "list"]
    assert sorted(made) == sorted(["list", one, *carrier_ids] for one, carrier_ids in on_them.items()), "one for each"
    assert sorted(carrier_id for [carrier_id] in on_them.values()) == sorted(
        label.carrier_id for number in numbers for label in sides.labels(number)
    )


def test_each_order_of_a_batch_has_one_label_wherever_its_buyer_dies(sides: Shippers, killer: Killer, tmp_path: Path) -> None:
    deaths = [("plan", "before"), ("plan", "uncommitted"), ("plan", "after")]
    deaths += [(step.code, moment) for step in PURCHASE_STEPS for moment in MOMENTS]
    numbers = [f"b{number}" for number in range(2 * len(deaths) + 1)]
    sides.shop.import_all(*(ready(number) for number in numbers))
    batch = start_batch(sides.app, sides.merchant, [sides.shop.order_id(number) for number in numbers], sides.owner.id)
    for hours, (step, moment) in enumerate(deaths):
        assert killer.tell("batch", sides.merchant, "h" * hours, step, moment) == -signal.SIGKILL, (step, moment)
    assert killer.tell("drain", "", "", "", "") == 0
    kept, orders = get_batch(sides.app, sides.merchant, batch.id)
    assert kept.state is BatchState.DONE
    assert [one.outcome for one in orders] == [Outcome.BOUGHT] * len(numbers)
    paid = [line[1] for line in read_lines(tmp_path / "carrier") if line[0] == "buy"]
    assert sorted(paid) == sorted(label.id for number in numbers for label in sides.labels(number)), "one for each"
    assert len(paid) == len(numbers)


def test_a_store_hears_every_step_of_a_shipment_wherever_the_one_who_tells_it_dies(
    sides: Shippers, killer: Killer, tmp_path: Path
) -> None:
    codes = [step.code for step in steps.STEPS]
    deaths = {f"{code}-{moment}": (code, moment) for code in codes for moment in MOMENTS}
    sides.shop.import_all(*(ready(number) for number in deaths))
    for number, (code, moment) in deaths.items():
        made = ship_order(sides.app, sides.merchant, sides.shop.order_id(number), TRACKED, "somebody")
        assert killer.tell("tell", sides.merchant, made.shipment.id, code, moment) == -signal.SIGKILL, number
    assert killer.tell("tell the rest", "", "", "", "") == 0
    for number, (code, moment) in deaths.items():
        again = [code] if moment == "after" else []  # nobody knows that the store has heard it: hearing it twice is harmless
        place = codes.index(code)
        assert told(tmp_path, number) == [*codes[:place], *again, *codes[place:]], number
        with sides.app.reading() as unit:
            [shipment] = unit.fulfillment.list_shipments(sides.merchant, sides.shop.order_id(number))
            kept = [done.step for done in unit.write_backs.list_steps(sides.merchant, shipment.id)]
        assert sorted(kept) == sorted(codes), number


def shipments(sides: Shippers, number: str) -> list[Shipment]:
    with sides.app.reading() as unit:
        return unit.fulfillment.list_shipments(sides.merchant, sides.shop.order_id(number))


def told(tmp_path: Path, number: str) -> list[str]:
    """What the store has heard of an order."""
    return [line[2] for line in read_lines(tmp_path / "carrier") if line[:2] == ["told", number]]
