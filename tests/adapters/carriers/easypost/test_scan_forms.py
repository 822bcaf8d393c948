"""Scan forms of EasyPost, as a session asks for them, and as a merchant makes them at the end of the day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from support.clock import FixedClock
from support.easypost_parcels import AUSTIN, DOMESTIC, LOOPBACK, MADRID, opened
from support.labels import Shippers, open_shippers

from adapters.carriers.easypost.answers import Json
from adapters.carriers.easypost.carrier import EasyPostCarrier
from adapters.carriers.easypost.scan_forms import ScanForms
from adapters.sandboxes.easypost import EasyPostServer
from engine.jobs.make_label import make_label
from engine.jobs.make_manifests import make_manifests
from engine.model.manifest import ManifestRequest, ManifestState
from engine.ports import CarrierRefused, CarrierUnavailable
from engine.services.accounts.accounts import add_location
from engine.services.accounts.carrier_accounts import CarrierAccountForm, add_carrier_account
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.plan_label import LabelWish
from engine.services.manifests.hand_over import carrier_document
from storage.database import Database


def bought(server: EasyPostServer, reference: str = "lbl_1") -> str:
    session, request = opened(server), replace(DOMESTIC, reference=reference)
    return session.buy(request, session.prepare(request)).carrier_id


def request_for(*carrier_ids: str) -> ManifestRequest:
    return ManifestRequest("man_1", AUSTIN, carrier_ids)


def test_a_scan_form_of_bought_labels_has_its_document(server: EasyPostServer) -> None:
    shipments = [bought(server, f"lbl_{number}") for number in (1, 2)]
    made = opened(server).make_manifest(request_for(*shipments))
    [form] = server.scan_forms.newest_first()
    assert made.carrier_id == form["id"]
    assert form["tracking_codes"] == [server.book.get(one)["tracking_code"] for one in shipments]
    assert made.document is not None
    assert made.document.startswith(b"%PDF")


def test_a_scan_form_is_found_by_a_shipment_that_is_on_it(server: EasyPostServer) -> None:
    request = request_for(bought(server))
    assert opened(server).find_manifest(request) is None
    made = opened(server).make_manifest(request)
    assert opened(server).find_manifest(request) == made


def test_what_easypost_refuses_is_said_in_its_words(server: EasyPostServer) -> None:
    request = request_for(bought(server))
    opened(server).make_manifest(request)
    with pytest.raises(CarrierRefused, match="on another scan form already"):
        opened(server).make_manifest(request)


def test_a_form_whose_file_is_not_there_yet_is_made_all_the_same(server: EasyPostServer) -> None:
    request = request_for(bought(server))
    server.change(lose_files=1)
    made = opened(server).make_manifest(request)
    assert (made.carrier_id[:3], made.document) == ("sf_", None)


def answering(*forms: Json) -> ScanForms:
    """With what EasyPost says, one call after the other."""
    said = iter(forms)
    ask: Callable[[str, str, object], Json] = lambda _method, _place, _told: next(said)  # noqa: E731
    return ScanForms(ask, None)  # type: ignore[arg-type]


def test_while_it_is_being_made_nobody_knows(server: EasyPostServer) -> None:
    creating = {"id": "sf_1", "status": "creating"}
    with pytest.raises(CarrierUnavailable, match="still making"):
        answering(creating).make(request_for("shp_1"))
    with pytest.raises(CarrierUnavailable, match="still making"):
        answering({"scan_form": {"id": "sf_1"}}, creating).find(request_for("shp_1"))


def test_a_form_that_failed_is_refused_and_not_found() -> None:
    failed = {"id": "sf_1", "status": "failed", "message": "No."}
    with pytest.raises(CarrierRefused, match=r'"No\."'):
        answering(failed).make(request_for("shp_1"))
    assert answering({"scan_form": {"id": "sf_1"}}, failed).find(request_for("shp_1")) is None


def test_an_answer_that_is_no_form_is_not_taken_for_one() -> None:
    with pytest.raises(CarrierUnavailable):
        answering({"id": "shp_1", "status": "created"}).make(request_for("shp_1"))


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock, server: EasyPostServer) -> Shippers:
    sides = open_shippers(sqlite_database, clock)
    sides.shop.app = replace(sides.app, carriers={"easypost": EasyPostCarrier(clock, [LOOPBACK])})
    slug = sides.shop.merchant.slug
    add_location(sides.app, slug, code="dock", country="ES", city="Madrid", postal_code="28004", street1=MADRID.street1)
    said = {"settings": {"url": server.url}, "credentials": {"api_key": server.api_key}}
    add_carrier_account(sides.app, slug, CarrierAccountForm("easypost", ("UPSDAP:Ground",), **said))  # type: ignore[arg-type]
    return sides


def test_a_scan_form_whose_answer_is_lost_is_made_once(sides: Shippers, server: EasyPostServer, clock: FixedClock) -> None:
    wish = LabelWish(ServiceWish("easypost", "UPSDAP:Ground"))
    wish = replace(wish, parcels=replace(wish.parcels, ship_from="dock"))
    make_label(sides.app, sides.merchant, sides.shop.order_id("1"), wish, sides.owner.id, "test")
    server.change(lose_scan_forms=1)

    [made] = make_manifests(sides.app, sides.merchant, sides.owner.id, "test")
    assert (made.line, made.state) == ("UPSDAP", ManifestState.UNKNOWN)
    clock.sleep(timedelta(hours=2).total_seconds())
    sides.shop.work_off()

    [form] = server.scan_forms.newest_first()
    with sides.app.reading() as uow:
        assert uow.manifests.get(sides.merchant, made.id).carrier_id == form["id"]
    assert carrier_document(sides.app, sides.merchant, made.id).startswith(b"%PDF")
