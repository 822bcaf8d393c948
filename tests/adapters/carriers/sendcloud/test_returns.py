"""Return labels of Sendcloud: bought once, found again, called off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from support.examples import NOON
from support.sendcloud import HOME, NEW_YORK, REQUEST, WAREHOUSE, OpenSendcloud, open_sendcloud

from adapters.carriers.sendcloud.description import CUSTOMS_PDF, LABEL_PDF, SENDCLOUD
from adapters.carriers.sendcloud.returns import find_return, ids_of, next_cursor, parse_return
from engine.model.carrier import CarrierCapability
from engine.model.label import Label, LabelPurpose, ParcelToShip
from engine.model.money import Money
from engine.ports.carriers import CarrierRefused, CarrierUnavailable

BACK = replace(
    REQUEST,
    reference="lbl_back",
    service="dpd:return/return",
    ship_from=HOME,
    ship_to=WAREHOUSE,
    sender="Ana Núñez",
    is_return=True,
)


@pytest.fixture
def sendcloud() -> Iterator[OpenSendcloud]:
    with open_sendcloud() as opened:
        yield opened


def label_of(sendcloud: OpenSendcloud) -> Label:
    owners = ("acc_1", "ord_1", "rtn_1", "car_1", "acc_1")
    label = Label("lbl_back", *owners, "sendcloud", BACK.service, {}, BACK, "usr_1", NOON, purpose=LabelPurpose.RETURN)
    return label.buy(sendcloud.buy(BACK), NOON)


def sent(sendcloud: OpenSendcloud) -> dict[str, Any]:
    return sendcloud.server.returns.newest_first()[0]


def test_what_a_return_lacks_is_said_of_the_side_that_lacks_it(sendcloud: OpenSendcloud) -> None:
    with pytest.raises(CarrierRefused, match="The ship-to address lacks what Sendcloud needs: street"):
        sendcloud.session.check_request(replace(BACK, ship_from=replace(HOME, street1="")))
    with pytest.raises(CarrierRefused, match="The location that the return comes back to lacks what Sendcloud needs: city"):
        sendcloud.session.check_request(replace(BACK, ship_to=replace(WAREHOUSE, city="")))


def test_a_return_goes_from_the_customer_to_the_warehouse(sendcloud: OpenSendcloud) -> None:
    sendcloud.set(contract_id="517", sender_address_id="9")
    sendcloud.session.check_request(BACK)
    made = sendcloud.buy(BACK)
    assert SENDCLOUD.can(CarrierCapability.RETURNS)
    assert (made.tracking_numbers, made.cost) == (("3SSAND0000001",), Money(Decimal("4.20"), "EUR"))
    assert [one.content[:4] for one in made.documents] == [b"%PDF"]
    told = sent(sendcloud)
    assert (told["from_address"]["name"], told["to_address"]["company_name"]) == ("Ana Núñez", "Casa Verde")
    assert told["ship_with"] == {"type": "shipping_option_code", "shipping_option_code": "dpd:return/return", "contract": 517}
    assert told["weight"] == {"value": 1.32, "unit": "kg"}
    assert told["dimensions"] == {"length": 20, "width": 15.5, "height": 10, "unit": "cm"}
    assert told["order_number"] == "1001 lbl_back"


def test_an_option_of_the_account_takes_the_place_of_the_chosen_one(sendcloud: OpenSendcloud) -> None:
    sendcloud.set(return_option="postnl:return/return")
    sendcloud.buy(replace(BACK, service="dpd:home"))
    assert sent(sendcloud)["shipping_option"] == {"code": "postnl:return/return"}
    sendcloud.set(return_option="no code")
    with pytest.raises(CarrierRefused, match='"no code" is not a code of a shipping option'):
        sendcloud.carrier.check_settings(sendcloud.account)


@pytest.mark.parametrize("kind", ["lose_answer", "garbage"])
def test_a_purchase_whose_answer_is_lost_is_found_by_its_reference(sendcloud: OpenSendcloud, kind: str) -> None:
    assert sendcloud.session.find(BACK, "") is None
    sendcloud.server.strike(kind, "return")
    with pytest.raises(CarrierUnavailable):
        sendcloud.buy(BACK)
    found = sendcloud.session.find(BACK, "")
    assert found is not None
    assert found.tracking_numbers == ("3SSAND0000001",)
    assert sendcloud.session.find(replace(BACK, reference="lbl_other"), "") is None
    assert sendcloud.buy(BACK) == found
    assert sendcloud.server.returns.paid == 1


def test_a_return_that_cannot_be_looked_at_is_not_known(sendcloud: OpenSendcloud) -> None:
    sendcloud.server.strike("announcing", "return")
    with pytest.raises(CarrierUnavailable, match="still announcing the return"):
        sendcloud.buy(BACK)
    assert sendcloud.session.find(BACK, "") is not None


def test_what_the_carrier_does_not_take_was_not_bought(sendcloud: OpenSendcloud) -> None:
    sendcloud.server.strike("refuse", "return")
    with pytest.raises(CarrierRefused, match='did not take the return: "The carrier refused it'):
        sendcloud.buy(BACK)
    with pytest.raises(CarrierRefused, match="did not take the return"):
        sendcloud.session.find(BACK, "")
    with pytest.raises(CarrierRefused, match="The shipping option is not for returns"):
        sendcloud.buy(replace(BACK, reference="lbl_2", service="dpd:home"))


def test_it_is_called_off_once(sendcloud: OpenSendcloud) -> None:
    label = label_of(sendcloud)
    for _ in range(2):
        sendcloud.session.void(label)
    with pytest.raises(CarrierRefused, match="cancelled in your account"):
        sendcloud.session.find(BACK, "")


def test_what_is_not_taken_back_says_why(sendcloud: OpenSendcloud) -> None:
    label = label_of(sendcloud)
    sendcloud.server.change(cancel="never")
    with pytest.raises(CarrierRefused, match="Return is not cancellable"):
        sendcloud.session.void(label)
    with pytest.raises(CarrierRefused, match="under which number"):
        sendcloud.session.void(replace(label, carrier_id="R0-7"))


def test_it_is_printed_again_and_tracked_as_any_parcel(sendcloud: OpenSendcloud) -> None:
    label = label_of(sendcloud)
    [document] = sendcloud.session.draw(label, label.tracking_numbers, LABEL_PDF, is_copy=True)
    assert document.content.startswith(b"%PDF")
    with pytest.raises(CarrierRefused, match="no customs documents"):
        sendcloud.session.draw(label, label.tracking_numbers, CUSTOMS_PDF, is_copy=False)
    sendcloud.server.shipments.scan("3SSAND0000001", "delivered", "Delivered")
    assert sendcloud.session.track(label, label.tracking_numbers)[-1].number == "3SSAND0000001"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"parcels": (ParcelToShip(1), ParcelToShip(1))}, "one parcel here"),
        ({"ship_from": NEW_YORK}, "across a customs border"),
        ({"ship_from": replace(HOME, street1="")}, "street"),
        ({"parcels": ()}, "no parcel"),
    ],
)
def test_what_cannot_come_back_here_is_refused_without_asking(
    sendcloud: OpenSendcloud, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(CarrierRefused, match=words):
        sendcloud.session.check_request(replace(BACK, **changes))
    assert sendcloud.called() == []


def test_odd_answers_are_not_taken_for_returns() -> None:
    with pytest.raises(CarrierUnavailable, match="without a return that can be read"):
        ids_of({"return_id": 1})
    with pytest.raises(CarrierUnavailable):
        find_return({"data": None}, BACK)
    assert find_return({"data": ["x", {"order_number": "1001"}]}, BACK) is None
    odd = parse_return({"id": True, "label_cost": {"value": "free"}, "status_history": {}, "errors": "x"})
    assert (odd.id, odd.parcel_id, odd.cost, odd.status, odd.words) == (0, 0, None, "", "")
    assert next_cursor({"next": "https://panel.sendcloud.sc/api/v3/returns?cursor=cD0z&page_size=1"}) == "cD0z"
    assert next_cursor({"next": None}) == ""
