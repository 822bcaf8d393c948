"""What labels would cost, how far parcels have come, and what is printed again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.clock import FixedClock
from support.labels import Shippers, add_account, open_shippers
from support.paid_carrier import FORM, NO_ANSWER, PRICE, TOO_FAR

from engine.model.carrier import CarrierCapability, DocumentForm
from engine.model.label import DocumentFormat, DocumentKind, PaperSize
from engine.model.tracking import TrackingState
from engine.services.accounts.carrier_sharing import Sharing, share_carrier_account
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.ship_order import ship_order
from engine.services.labels.plan_label import LabelWish
from engine.services.labels.print_documents import print_documents
from engine.services.labels.rates import list_rates
from engine.services.labels.track_shipment import track_shipment
from engine.services.refusals import Refused
from storage.database import Database


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock) -> Shippers:
    return open_shippers(sqlite_database, clock)


def test_rates_name_whose_account_pays_and_one_carrier_without_an_answer_keeps_none_back(sides: Shippers) -> None:
    own = add_account(sides, sides.shop.provider.slug, "night")
    client = add_account(sides, sides.shop.merchant.slug, "day")
    share_carrier_account(sides.app, sides.shop.merchant, client.id, Sharing(sides.shop.provider.slug), "somebody")
    copy = sides.copy(sides.taken())
    sides.carrier.fails_before["rates"] = [TOO_FAR]  # the first one that is asked
    found = list_rates(sides.app, sides.provider, copy.id, LabelWish())
    assert [str(one.sentence) for one in found.problems] == ["The carrier does not go there."]
    asked = {(one.owner, one.rate.service) for one in found.rates} | {(one.account.id, "") for one in found.problems}
    assert asked == {(client.id, ""), ("own", "standard"), ("own", "night")}
    assert {one.rate.price for one in found.rates} == {PRICE}
    assert own.id in {one.account.id for one in found.rates}


def test_the_carrier_says_how_far_a_parcel_has_come(sides: Shippers) -> None:
    made = sides.buy()
    tracked = track_shipment(sides.app, sides.merchant, made.shipment.id)
    assert [one.state for one in tracked.events] == [TrackingState.LABEL_CREATED, TrackingState.IN_TRANSIT]
    assert (tracked.state, tracked.events[-1].sentence.format("es")) == (TrackingState.IN_TRANSIT, "En camino.")
    sides.carrier.fails_before["track"] = [NO_ANSWER]
    with pytest.raises(Refused, match="did not answer"):
        track_shipment(sides.app, sides.merchant, made.shipment.id)
    sides.take_back(made)
    assert track_shipment(sides.app, sides.merchant, made.shipment.id).state is TrackingState.VOIDED


def test_what_was_shipped_by_hand_is_known_to_have_been(sides: Shippers) -> None:
    shipped = ship_order(sides.app, sides.merchant, sides.shop.order_id("1"), Shipping("seur", "24h"), "somebody")
    assert track_shipment(sides.app, sides.merchant, shipped.shipment.id).state is TrackingState.SHIPPED


def test_what_follows_the_first_print_has_to_be_marked_as_a_copy(sides: Shippers) -> None:
    made = sides.buy()
    where = (sides.app, sides.merchant, made.shipment.id, DocumentFormat.PDF, PaperSize.LABEL)
    with pytest.raises(Refused) as no_form:
        print_documents(sides.app, sides.merchant, made.shipment.id, DocumentFormat.ZPL, PaperSize.LABEL)
    assert no_form.value.format("en") == "Paid Post has no such document as zpl in 4x6. It has: pdf 4x6."
    assert [print_documents(*where).needs_mark for _ in range(3)] == [False, True, True]
    assert [one.content for one in print_documents(*where).documents] == [b"%PDF P1-1"]
    sides.take_back(made)
    with pytest.raises(Refused) as not_bought:
        print_documents(*where)
    assert not_bought.value.message.code == "not_bought"


def test_a_carrier_that_draws_its_documents_draws_copies_as_such(sides: Shippers, monkeypatch: pytest.MonkeyPatch) -> None:
    kind, drawn = sides.carrier.describes, []
    zpl = DocumentForm(DocumentKind.LABEL, DocumentFormat.ZPL, PaperSize.LABEL)
    capabilities = kind.capabilities | {CarrierCapability.DRAWS_DOCUMENTS}
    sides.carrier.describes = replace(kind, capabilities=capabilities, forms=(FORM, zpl))

    def draw(_session: object, _label: object, numbers: list[str], form: DocumentForm, *, is_copy: bool) -> list[object]:
        drawn.append((numbers, form.format, is_copy))
        return []

    made = sides.buy()
    monkeypatch.setattr(type(sides.carrier.open(None)), "draw", draw)  # type: ignore[arg-type]
    for format in (DocumentFormat.ZPL, DocumentFormat.PDF):
        print_documents(sides.app, sides.merchant, made.shipment.id, format, PaperSize.LABEL)
    assert drawn == [(["P1-1"], DocumentFormat.ZPL, False), (["P1-1"], DocumentFormat.PDF, True)]
