"""The store's name and logo on packing slips: of whoever sold the order, whoever ships it. Read out of the PDF."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader
from support.clock import FixedClock
from support.house_parcels import words_of_pdf
from support.pictures import jpeg, photo, png
from support.two_sides import TwoSides, open_two_sides

from adapters.carriers.house.carrier import HouseCarrier
from engine.jobs.make_label import make_label, make_return_label
from engine.model.label import DocumentFormat, PaperSize
from engine.model.store_preferences import StoreLogo
from engine.services.accounts.accounts import add_location
from engine.services.accounts.carrier_accounts import CarrierAccountForm, add_carrier_account
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.plan_label import LabelWish
from engine.services.labels.plan_return import ReturnWish
from engine.services.labels.print_documents import Printout, print_documents
from engine.services.stores.change_store import StoreChanges, update_store
from engine.services.stores.store_logo import read_logo, set_logo
from storage.database import Database

VAN = ServiceWish("house", "van")
MERCHANT_LOGO, PROVIDER_LOGO = png(300, 100), photo(80, 80)


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock) -> TwoSides:
    sides = open_two_sides(sqlite_database, clock)
    sides.shop.app = replace(sides.app, carriers={"house": HouseCarrier()})
    for account in (sides.shop.merchant, sides.shop.provider):
        add_location(sides.app, account.slug, code="main", country="ES", city="Madrid", postal_code="28004")
        add_carrier_account(sides.app, account.slug, CarrierAccountForm("house", ("van",)))
    return sides


def brand(sides: TwoSides, name: str, logo: bytes | None = MERCHANT_LOGO) -> None:
    """The merchant's store in a name and with a logo of its own."""
    update_store(sides.app, sides.merchant, sides.shop.store.id, StoreChanges(packing_slip_name=name), sides.owner.id)
    if logo is not None:
        set_logo(sides.app, sides.merchant, sides.shop.store.id, read_logo(logo), sides.owner.id)


def bought(sides: TwoSides, account_id: str, order_id: str) -> str:
    """The shipment of an order with a label."""
    return make_label(sides.app, account_id, order_id, LabelWish(VAN), sides.owner.id, "test").shipment.id


def slip(sides: TwoSides, account_id: str, shipment_id: str) -> bytes:
    return printed(sides, account_id, shipment_id).documents[0].content


def printed(sides: TwoSides, account_id: str, shipment_id: str, size: PaperSize = PaperSize.A4) -> Printout:
    return print_documents(sides.app, account_id, shipment_id, DocumentFormat.PDF, size)


def pictures(content: bytes, page: int = 0) -> list[tuple[int, int]]:
    return [one.image.size for one in PdfReader(io.BytesIO(content)).pages[page].images if one.image is not None]


def test_the_slip_has_the_stores_name_and_logo(sides: TwoSides) -> None:
    brand(sides, "Casa Verde Hogar")
    content = slip(sides, sides.merchant, bought(sides, sides.merchant, sides.order().id))

    assert "Casa Verde Hogar" in words_of_pdf(content)[0]
    assert pictures(content) == [(300, 100)]


def test_without_a_name_or_a_logo_it_has_the_accounts_name(sides: TwoSides) -> None:
    content = slip(sides, sides.merchant, bought(sides, sides.merchant, sides.order().id))

    assert words_of_pdf(content)[0].count("Casa Verde") == 2  # on the label as well
    assert pictures(content) == []


def test_of_a_clients_order_it_has_the_clients_stores_name_and_logo(sides: TwoSides) -> None:
    request = sides.taken()
    brand(sides, "Casa Verde Hogar")
    copy, clients = sides.copy(request), sides.connection().store_id
    update_store(sides.app, sides.provider, str(clients), StoreChanges(packing_slip_name="Acme for Verde"), sides.clerk.id)
    set_logo(sides.app, sides.provider, str(clients), read_logo(PROVIDER_LOGO), sides.clerk.id)
    content = slip(sides, sides.provider, bought(sides, sides.provider, copy.id))

    assert "Casa Verde Hogar" in words_of_pdf(content)[0]
    assert "Acme for Verde" not in words_of_pdf(content)[0]
    assert pictures(content) == [(300, 100)]


def test_of_a_clients_order_without_branding_it_has_the_clients_name_not_the_3pls(sides: TwoSides) -> None:
    copy = sides.copy(sides.taken())
    clients = str(sides.connection().store_id)
    set_logo(sides.app, sides.provider, clients, read_logo(PROVIDER_LOGO), sides.clerk.id)
    content = slip(sides, sides.provider, bought(sides, sides.provider, copy.id))

    assert words_of_pdf(content)[0].count("Casa Verde") == 2
    assert pictures(content) == []


def test_a_reprint_has_the_brand_and_says_that_it_is_a_copy(sides: TwoSides) -> None:
    brand(sides, "Casa Verde Hogar")
    shipment_id = bought(sides, sides.merchant, sides.order().id)
    slip(sides, sides.merchant, shipment_id)
    again = slip(sides, sides.merchant, shipment_id)

    assert "Casa Verde Hogar" in words_of_pdf(again)[0]
    assert "COPIA" in words_of_pdf(again)[0]
    assert pictures(again) == [(300, 100)]


def test_the_slip_of_the_way_back_has_the_brand_it_goes_back_to(sides: TwoSides) -> None:
    brand(sides, "Casa Verde Hogar")
    bought(sides, sides.merchant, sides.order().id)
    back = make_return_label(sides.app, sides.merchant, sides.order().id, ReturnWish(VAN), sides.owner.id, "test")
    content = slip(sides, sides.merchant, back.shipment_id)

    assert "Casa Verde Hogar" in words_of_pdf(content)[0]
    assert pictures(content) == [(300, 100)]


def test_a_logo_that_cannot_be_read_leaves_the_name(sides: TwoSides) -> None:
    brand(sides, "Casa Verde Hogar", logo=None)
    shipment_id = bought(sides, sides.merchant, sides.order().id)
    for broken in (b"\x89PNG", png(300, 100)[:60], b"", jpeg(300, 100)[:200]):
        with sides.shop.database.unit_of_work() as unit:
            store = unit.stores.get(sides.merchant, sides.shop.store.id)
            unit.stores.keep_logo(store, StoreLogo("image/png", broken))
            unit.commit()
        content = slip(sides, sides.merchant, shipment_id)

        assert "Casa Verde Hogar" in words_of_pdf(content)[0]
        assert pictures(content) == []


def test_the_label_of_4_by_6_inches_stays_as_it_is(sides: TwoSides) -> None:
    shipment_id = bought(sides, sides.merchant, sides.order().id)
    before = printed(sides, sides.merchant, shipment_id, PaperSize.LABEL).documents[0].content
    with sides.app.unit_of_work() as unit:
        label = unit.labels.find_by_shipment(sides.merchant, shipment_id)
        assert label is not None
        unit.labels.note_not_printed(sides.merchant, label.id)
        unit.commit()
    brand(sides, "Casa Verde Hogar")

    assert printed(sides, sides.merchant, shipment_id, PaperSize.LABEL).documents[0].content == before
